"""The warehouse: dbt's models and tests as assets and checks, and the publication of what they built."""

import json
import pathlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, dbt_assets
from dagster_dbt.core.dbt_cli_event import DbtCoreCliEventMessage

from pipelines import contracts, settings
from pipelines.components.metadata import table
from pipelines.components.night import DELIVERY_DAYS, EVERY_NIGHT, days_of, night_resource
from pipelines.marts import findings
from pipelines.warehouse import building
from pipelines.warehouse.building import BuiltTable

_MANIFEST = json.loads((building.parsed_project() / "manifest.json").read_text("utf-8"))
_OWNER = "warehouse"
_OWNER_OF_DOMAIN = {contract.domain: contract.owner for contract in contracts.all_contracts().values()}
_OWNER_OF_STAGING = {f"stg_{contract.feed}": contract.owner for contract in contracts.all_contracts().values()}


class _Translator(DagsterDbtTranslator):
    """Groups the models by layer and provider type or domain, and names who answers for them."""

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str:
        layer, *folders = dbt_resource_props["fqn"][1:-1] or ["seeds"]
        return "_".join([layer, *folders[:1]])

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> Sequence[str]:
        domain = dbt_resource_props["fqn"][-2]
        owner = _OWNER_OF_STAGING.get(dbt_resource_props["name"]) or _OWNER_OF_DOMAIN.get(domain, _OWNER)
        return [f"team:{owner}"]


_TRANSLATOR = _Translator(DagsterDbtTranslatorSettings(enable_source_tests_as_checks=False))


@dbt_assets(
    manifest=_MANIFEST,
    dagster_dbt_translator=_TRANSLATOR,
    partitions_def=DELIVERY_DAYS,
    backfill_policy=dg.BackfillPolicy.single_run(),
    required_resource_keys={"night"},
)
def warehouse_models(context: dg.AssetExecutionContext) -> Iterator[Any]:
    """Every model and test; all are built, whatever was selected, since a version is published whole.

    Checks are told as they end, models when all are built, with what one look at the files says of them.
    """
    night = context.resources.night
    outputs: list[dg.Output[None]] = []
    for event in night.build(days_of(context).last):
        message = DbtCoreCliEventMessage(event, event_history_metadata={})
        for told in message.to_default_asset_events(_MANIFEST, _TRANSLATOR, context):
            if isinstance(told, dg.Output):
                outputs.append(told)
            else:
                yield told
    tables = night.built_tables()
    for output in outputs:
        node = _MANIFEST["nodes"][output.metadata["unique_id"].value]
        built = tables.get(f"{node['schema']}.{node['alias']}")  # a view is not counted
        yield output.with_metadata({**output.metadata, **_table_metadata(node, built)}) if built else output


def _table_metadata(node: Mapping[str, Any], built: BuiltTable) -> Mapping[str, Any]:
    described = {name: column["description"] for name, column in node["columns"].items()}
    columns = [
        dg.TableColumn(name=name, type=kind.lower(), description=described.get(name))
        for name, kind in built.column_types.items()
    ]
    return {"dagster/row_count": built.rows, "dagster/column_schema": dg.TableSchema(columns=columns)}


def _link(context: dg.AssetExecutionContext, page: pathlib.Path) -> dg.MaterializeResult:  # type: ignore[type-arg]
    place = page.relative_to(context.resources.night.home.docs)
    return dg.MaterializeResult(metadata={"page": dg.MetadataValue.url(f"{settings.docs_url()}/{place}")})


_MARTS = [spec.key for spec in warehouse_models.specs if (spec.group_name or "").startswith("marts")]


@dg.asset(
    key=["quality", "data_docs"],
    deps=[dg.AssetKey(["raw", feed]) for feed in contracts.all_contracts()],
    group_name="publishing",
    kinds={"greatexpectations"},
    owners=[f"team:{_OWNER}"],
    description="Great Expectations' Data Docs on what the last night validated: a page for each feed.",
    partitions_def=DELIVERY_DAYS,
    backfill_policy=dg.BackfillPolicy.single_run(),
    required_resource_keys={"night"},
)
def data_docs(context: dg.AssetExecutionContext) -> dg.MaterializeResult:  # type: ignore[type-arg] # Dagster reads it, and knows no parameter
    return _link(context, context.resources.night.write_data_docs())


@dg.asset(
    key=["quality", "model_docs"],
    deps=_MARTS,
    group_name="publishing",
    kinds={"dbt"},
    owners=[f"team:{_OWNER}"],
    description="dbt's documentation of the models, their columns, tests and lineage, as one page.",
    partitions_def=DELIVERY_DAYS,
    backfill_policy=dg.BackfillPolicy.single_run(),
    required_resource_keys={"night"},
)
def model_docs(context: dg.AssetExecutionContext) -> dg.MaterializeResult:  # type: ignore[type-arg] # Dagster reads it, and knows no parameter
    return _link(context, context.resources.night.write_model_docs())


_PUBLISHED = dg.AssetKey(["published", "warehouse"])


@dg.asset(
    key=_PUBLISHED,
    deps=[*_MARTS, model_docs],
    group_name="publishing",
    kinds={"duckdb"},
    owners=[f"team:{_OWNER}"],
    description="The version of the warehouse that readers see, switched in whole.",
    partitions_def=DELIVERY_DAYS,
    backfill_policy=dg.BackfillPolicy.single_run(),
    freshness_policy=EVERY_NIGHT,
    check_specs=[
        dg.AssetCheckSpec(
            "claims_hold",
            asset=_PUBLISHED,
            description="Every figure that the city printed is what the warehouse says.",
        ),
        dg.AssetCheckSpec(
            "deliveries_on_time",
            asset=_PUBLISHED,
            description="Every provider delivered in time what was due last month.",
        ),
    ],
    required_resource_keys={"night"},
)
def published_warehouse(context: dg.AssetExecutionContext) -> dg.MaterializeResult:  # type: ignore[type-arg] # Dagster reads it, and knows no parameter
    night = context.resources.night
    version = night.publish(days_of(context).last)
    return dg.MaterializeResult(
        metadata={
            "version": version.name,
            "night": str(version.night_on),
            "size_bytes": dg.MetadataValue.int(version.size_bytes),
            "database": dg.MetadataValue.path(str(night.home.published_database)),
        },
        check_results=list(_check_results(findings.read(night.home.published_database, version.night_on))),
    )


def _check_results(found: findings.Findings) -> Iterator[dg.AssetCheckResult]:
    yield dg.AssetCheckResult(
        check_name="claims_hold",
        passed=not found.broken_claims,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={
            "claims": len(found.claims),
            "holding": sum(claim["holds"] is True for claim in found.claims),
            "broken": len(found.broken_claims),
            "broken_claims": table(found.broken_claims),
        },
    )
    yield dg.AssetCheckResult(
        check_name="deliveries_on_time",
        passed=not found.late,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"month": found.month or "–", "scorecard": table(found.scorecard), "late": table(found.late)},
    )


@dg.definitions
def warehouse() -> dg.Definitions:
    return dg.Definitions(
        assets=[warehouse_models, data_docs, model_docs, published_warehouse], resources={"night": night_resource}
    )
