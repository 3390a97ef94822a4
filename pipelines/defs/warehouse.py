"""The warehouse: dbt's models and tests as assets and checks, and the publication of what they built."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, dbt_assets
from dagster_dbt.core.dbt_cli_event import DbtCoreCliEventMessage

from pipelines import contracts, modelling
from pipelines.components.night import DELIVERY_DAYS, days_of, night_resource

_MANIFEST = json.loads((modelling.parsed_project() / "manifest.json").read_text("utf-8"))


class _Translator(DagsterDbtTranslator):
    """Groups the models by layer and domain, and names their owners."""

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        layer, *folders = dbt_resource_props["fqn"][1:-1] or ["seeds"]
        return "_".join([layer, *folders[:1]])


_TRANSLATOR = _Translator(DagsterDbtTranslatorSettings(enable_source_tests_as_checks=False))


@dbt_assets(
    manifest=_MANIFEST,
    dagster_dbt_translator=_TRANSLATOR,
    partitions_def=DELIVERY_DAYS,
    backfill_policy=dg.BackfillPolicy.single_run(),
    required_resource_keys={"night"},
)
def warehouse_models(context: dg.AssetExecutionContext) -> Iterator[Any]:
    """Every model and test; all are built, whatever was selected, since a version is published whole."""
    for event in context.resources.night.build(days_of(context).last):
        message = DbtCoreCliEventMessage(event, event_history_metadata={})
        yield from message.to_default_asset_events(_MANIFEST, _TRANSLATOR, context)


_MARTS = [spec.key for spec in warehouse_models.specs if (spec.group_name or "").startswith("marts")]


@dg.asset(
    key=["quality", "data_docs"],
    deps=[dg.AssetKey(["raw", feed]) for feed in contracts.all_contracts()],
    group_name="publishing",
    kinds={"greatexpectations"},
    description="Great Expectations' Data Docs on what the last night validated.",
    partitions_def=DELIVERY_DAYS,
    backfill_policy=dg.BackfillPolicy.single_run(),
    required_resource_keys={"night"},
)
def data_docs(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    index = context.resources.night.write_data_docs()
    return dg.MaterializeResult(metadata={"index": dg.MetadataValue.url(index.as_uri())})


@dg.asset(
    key=["published", "warehouse"],
    deps=_MARTS,
    group_name="publishing",
    kinds={"duckdb"},
    description="The version of the warehouse that readers see, switched in whole.",
    partitions_def=DELIVERY_DAYS,
    backfill_policy=dg.BackfillPolicy.single_run(),
    required_resource_keys={"night"},
)
def published_warehouse(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    version = context.resources.night.publish(days_of(context).last)
    return dg.MaterializeResult(
        metadata={
            "version": version.name,
            "night": str(version.night),
            "size_bytes": dg.MetadataValue.int(version.size_bytes),
        }
    )


@dg.definitions
def warehouse() -> dg.Definitions:
    return dg.Definitions(
        assets=[warehouse_models, data_docs, published_warehouse], resources={"night": night_resource}
    )
