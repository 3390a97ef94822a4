"""The warehouse: dbt's models and tests as assets and checks, and the publication of what they built.

A version is published whole, and built from the lake anew each time. So whatever is selected of the marts, their
documentation or the published warehouse, everything is built, tested and published; what is selected is told of.
Staging and intermediate models selected alone are built and tested on trial: nobody ever reads them but the marts.

Each layer is a step of its own, so that a run shows what takes how long; all steps follow the one build of the night.
"""

import json
import pathlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, dbt_assets

from pipelines import contracts, settings
from pipelines.components.metadata import table
from pipelines.components.night import EVERY_NIGHT, night_resource
from pipelines.home import Home
from pipelines.marts import findings
from pipelines.night import Night
from pipelines.publishing.versions import Version
from pipelines.warehouse import building
from pipelines.warehouse.building import BuiltTable, Event

_MANIFEST = json.loads((building.parsed_project() / "manifest.json").read_text("utf-8"))
_OWNER = "warehouse"
_CONTRACTS = contracts.all_contracts().values()
_OWNER_OF_DOMAIN = {contract.domain: contract.owner for contract in _CONTRACTS}
_CONTRACT_OF_STAGING = {f"stg_{contract.feed}": contract for contract in _CONTRACTS}
_DELIVERIES = "deliveries"


class _Translator(DagsterDbtTranslator):
    """Groups the models by what they are about, says of which layer and domain they are, and who answers for them."""

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str:
        return _subject(dbt_resource_props)

    def get_tags(self, dbt_resource_props: Mapping[str, Any]) -> Mapping[str, str]:
        subject = _subject(dbt_resource_props)
        layer = "seeds" if dbt_resource_props["resource_type"] == "seed" else dbt_resource_props["fqn"][1]
        return {"layer": layer, **({"domain": subject} if subject in _OWNER_OF_DOMAIN else {})}

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> Sequence[str]:
        contract = _CONTRACT_OF_STAGING.get(dbt_resource_props["name"])
        owner = contract.owner if contract else _OWNER_OF_DOMAIN.get(_subject(dbt_resource_props), _OWNER)
        return [f"team:{owner}"]

    def get_description(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """The description alone; Dagster's own has the model's SQL as it was before Jinja."""
        return str(dbt_resource_props["description"])


def _subject(properties: Mapping[str, Any]) -> str:
    """The domain of a model, or else the folder it is in; lists of codes are what dimensions are made of."""
    if contract := _CONTRACT_OF_STAGING.get(properties["name"]):
        return contract.domain
    if properties["resource_type"] == "seed":
        return "dimensions"
    folder: str = properties["fqn"][-2]
    return _DELIVERIES if folder == "ops" else folder


_TRANSLATOR = _Translator(DagsterDbtTranslatorSettings(enable_source_tests_as_checks=False))


@dbt_assets(
    manifest=_MANIFEST, dagster_dbt_translator=_TRANSLATOR, select="fqn:*.staging.* resource_type:seed", name="staging"
)
def staging(context: dg.AssetExecutionContext, night: dg.ResourceParam[Night]) -> Iterator[Any]:
    """What was delivered, row by row, and the lists of codes."""
    yield from _built(context, night)


@dbt_assets(manifest=_MANIFEST, dagster_dbt_translator=_TRANSLATOR, select="fqn:*.intermediate.*", name="intermediate")
def intermediate(context: dg.AssetExecutionContext, night: dg.ResourceParam[Night]) -> Iterator[Any]:
    """Histories and observations, and what follows from them."""
    yield from _built(context, night)


@dbt_assets(manifest=_MANIFEST, dagster_dbt_translator=_TRANSLATOR, select="fqn:*.marts.*", name="marts")
def marts(context: dg.AssetExecutionContext, night: dg.ResourceParam[Night]) -> Iterator[Any]:
    """What is published."""
    yield from _built(context, night)
    night.build.finish()
    _publish_unless_later(context, night, [_MODEL_DOCS, _PUBLISHED])


_PUBLISHED = dg.AssetKey(["published", "warehouse"])
_MODEL_DOCS = dg.AssetKey(["quality", "model_docs"])
_TESTS = {node["name"]: unique_id for unique_id, node in _MANIFEST["nodes"].items() if node["resource_type"] == "test"}
_MODELS = {
    _TRANSLATOR.get_asset_key(node): unique_id
    for unique_id, node in _MANIFEST["nodes"].items()
    if node["resource_type"] in ("model", "seed")
}


def _built(context: dg.AssetExecutionContext, night: Night) -> Iterator[Any]:
    """What became of the selected models and tests: tests as they end, models when all that is selected has."""
    checks = {_TESTS[key.name]: key for key in context.selected_asset_check_keys}
    models = {_MODELS[key]: key for key in context.selected_asset_keys}
    ended: dict[str, Event] = {}
    for event in night.build.follow([*models, *checks]):
        node = event["data"]["node_info"]["unique_id"]
        if node in checks:
            yield _check_result(event, checks[node])
        elif event["data"]["node_info"]["node_status"] == "success":
            ended[node] = event
    tables = night.build.tables([_table_name(node) for node in ended])
    for node, event in ended.items():
        yield dg.MaterializeResult(
            asset_key=models[node], metadata=_metadata(node, event, tables.get(_table_name(node)))
        )


def _check_result(event: Event, key: dg.AssetCheckKey) -> dg.AssetCheckResult:
    status = event["data"]["node_info"]["node_status"]
    return dg.AssetCheckResult(
        asset_key=key.asset_key,
        check_name=key.name,
        passed=status == "pass",
        severity=dg.AssetCheckSeverity.WARN if status == "warn" else dg.AssetCheckSeverity.ERROR,
        metadata={"rows": event["data"].get("num_failures", 0), "seconds": event["data"]["execution_time"]},
    )


def _table_name(unique_id: str) -> str:
    node = _MANIFEST["nodes"][unique_id]
    return f"{node['schema']}.{node['alias']}"


def _metadata(unique_id: str, event: Event, built: BuiltTable | None) -> dict[str, Any]:
    """Number of rows, columns and seconds; of a view, which is not counted, the seconds alone."""
    seconds = {"seconds": event["data"]["execution_time"]}
    if built is None:
        return seconds
    described = {name: column["description"] for name, column in _MANIFEST["nodes"][unique_id]["columns"].items()}
    columns = [
        dg.TableColumn(name=name, type=kind.lower(), description=described.get(name))
        for name, kind in built.column_types.items()
    ]
    return {"dagster/row_count": built.rows, "dagster/column_schema": dg.TableSchema(columns=columns), **seconds}


def _publish_unless_later(context: dg.AssetExecutionContext, night: Night, later: Collection[dg.AssetKey]) -> None:
    """Publishes, unless one of these assets is part of the run and will do so; tells of it in their stead."""
    selection = context.run.asset_selection
    if selection is not None and selection.isdisjoint(later):
        version = night.publish()
        context.log.info("A version is published whole: all models were built, not only those that were selected.")
        context.log_event(dg.AssetMaterialization(_PUBLISHED, metadata=_version_metadata(night.home, version)))


_MARTS = list(marts.keys)


def _link(home: Home, page: pathlib.Path) -> dg.MaterializeResult[Any]:
    return dg.MaterializeResult(
        metadata={"page": dg.MetadataValue.url(f"{settings.docs_url()}/{page.relative_to(home.docs)}")}
    )


@dg.asset(
    key=["quality", "data_docs"],
    deps=[dg.AssetKey(["raw", contract.feed]) for contract in _CONTRACTS],
    group_name="publishing",
    kinds={"greatexpectations"},
    owners=[f"team:{_OWNER}"],
    description="数据质量报告. Great Expectations' Data Docs on the last validation of every feed: a page for each.",
)
def data_docs(night: dg.ResourceParam[Night]) -> dg.MaterializeResult:  # type: ignore[type-arg] # Dagster reads it, and knows no parameter
    return _link(night.home, night.write_data_docs())


@dg.asset(
    key=_MODEL_DOCS,
    deps=_MARTS,
    group_name="publishing",
    kinds={"dbt"},
    owners=[f"team:{_OWNER}"],
    description="数据模型文档. dbt's documentation of the models, their columns, tests and lineage, as one page.",
)
def model_docs(context: dg.AssetExecutionContext, night: dg.ResourceParam[Night]) -> dg.MaterializeResult:  # type: ignore[type-arg] # Dagster reads it, and knows no parameter
    page = night.write_model_docs()
    _publish_unless_later(context, night, [_PUBLISHED])
    return _link(night.home, page)


@dg.asset(
    key=_PUBLISHED,
    deps=[*_MARTS, model_docs],
    group_name="publishing",
    kinds={"duckdb"},
    owners=[f"team:{_OWNER}"],
    description="已发布的数据仓库. The version of the warehouse that readers see, switched in whole.",
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
)
def published_warehouse(night: dg.ResourceParam[Night]) -> dg.MaterializeResult:  # type: ignore[type-arg] # Dagster reads it, and knows no parameter
    version = night.publish()
    return dg.MaterializeResult(
        metadata=_version_metadata(night.home, version),
        check_results=list(_check_results(findings.read(night.home.published_database, version.night_on))),
    )


def _version_metadata(home: Home, version: Version) -> dict[str, Any]:
    return {
        "version": version.name,
        "night": str(version.night_on),
        "size_bytes": dg.MetadataValue.int(version.size_bytes),
        "database": dg.MetadataValue.path(str(home.published_database)),
    }


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


# What a night registers of its ledger and its home for dbt to read; no step of its own makes it.
_OPS = [
    dg.AssetSpec(
        ["ops", source["name"]],
        description=source["description"],
        group_name=_DELIVERIES,
        owners=[f"team:{_OWNER}"],
        kinds={"duckdb"},
        tags={"layer": "ops"},
    )
    for source in _MANIFEST["sources"].values()
    if source["source_name"] == "ops"
]


@dg.definitions
def warehouse() -> dg.Definitions:
    return dg.Definitions(
        assets=[*_OPS, staging, intermediate, marts, data_docs, model_docs, published_warehouse],
        resources={"night": night_resource},
    )
