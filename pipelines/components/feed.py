"""A feed's contract as a Dagster asset with its checks."""

import os
import pathlib
from collections.abc import Iterator
from typing import cast

import dagster as dg
import pandas as pd
import pydantic

from pipelines import privacy, settings
from pipelines.components.metadata import table
from pipelines.components.night import DELIVERY_DAYS, EVERY_NIGHT, days_of, is_replay
from pipelines.contracts import Contract
from pipelines.intake import Taken
from pipelines.lake import rows

_EXAMPLES = 5
_SECONDS_TO_RETRY = 2


class FeedComponent(dg.Component):
    """``raw/<feed>``: what the providers delivered, in the lake, with the verdicts on it.

    A provider's fault never fails the asset: it shows as a failed check, and the provider's last good state goes on.
    """

    def __init__(self, contract: Contract) -> None:
        self.contract = contract

    @classmethod
    def get_model_cls(cls) -> type[Contract]:
        return Contract

    @classmethod
    def load(cls, attributes: pydantic.BaseModel | None, context: dg.ComponentLoadContext) -> "FeedComponent":
        return cls(cast("Contract", attributes))

    def build_defs(self, context: dg.ComponentLoadContext) -> dg.Definitions:
        contract = self.contract

        @dg.asset(
            key=["raw", contract.feed],
            description=f"{contract.title_zh}. {contract.description}",
            group_name=contract.usual_provider,
            owners=[f"team:{contract.owner}"],
            kinds={"python", "greatexpectations", "parquet"},
            tags={"domain": contract.domain, "mode": contract.mode, "cadence": contract.cadence},
            metadata={"dagster/column_schema": _column_schema(contract), "contract": _place(contract)},
            partitions_def=DELIVERY_DAYS,
            backfill_policy=dg.BackfillPolicy.single_run(),
            freshness_policy=EVERY_NIGHT,
            check_specs=_check_specs(contract),
            required_resource_keys={"night"},
        )
        def take(context: dg.AssetExecutionContext) -> dg.MaterializeResult:  # type: ignore[type-arg] # Dagster reads it, and knows no parameter
            try:
                taken = context.resources.night.take(contract, days_of(context), is_replay(context))
            except OSError as error:  # a disk may recover; a fault of the data or of the code comes again
                raise dg.RetryRequested(max_retries=1, seconds_to_wait=_SECONDS_TO_RETRY) from error
            return dg.MaterializeResult(metadata=_metadata(taken), check_results=list(_check_results(taken)))

        return dg.Definitions(assets=[take])


def _place(contract: Contract) -> dg.MetadataValue:
    return dg.MetadataValue.text(str(contract.path.relative_to(settings.PROJECT_FOLDER)))


def _column_schema(contract: Contract) -> dg.TableSchema:
    types = rows.sql_types(rows.rows_schema(contract))
    columns = [
        dg.TableColumn(
            name=name,
            type=types[name].lower(),
            description=f"{column.header}. {column.description or ''}".strip(),
            constraints=dg.TableColumnConstraints(
                nullable=not column.must_be_filled, other=["key"] if column.key else None
            ),
        )
        for name, column in contract.lake_columns.items()
    ]
    return dg.TableSchema(columns=columns)


def _check_specs(contract: Contract) -> list[dg.AssetCheckSpec]:
    asset = dg.AssetKey(["raw", contract.feed])
    described = {
        "providers_answered": "Every delivery could be used and every platform answered.",
        "rows_valid": f"Every row keeps what the contract says and expectations/{contract.feed}.yaml adds.",
        "columns_as_agreed": "No column was added, left out, moved, emptied or given another type.",
    }
    specs = [dg.AssetCheckSpec(name, asset=asset, description=text) for name, text in described.items()]
    conserved = dg.AssetCheckSpec(
        "rows_conserved",
        asset=asset,
        blocking=True,
        description="Of every delivery: rows read = rows accepted + rows quarantined.",
    )
    return [*specs, conserved]


def _metadata(taken: Taken) -> dict[str, dg.MetadataValue]:
    accepted, quarantined = taken.total("accepted"), taken.total("quarantined")
    metadata: dict[str, dg.MetadataValue] = {
        "dagster/row_count": dg.MetadataValue.int(accepted),
        "rows_read": dg.MetadataValue.int(taken.total("rows_read")),
        "rows_quarantined": dg.MetadataValue.int(quarantined),
        "share_accepted_percent": dg.MetadataValue.float(round(100 * accepted / max(accepted + quarantined, 1), 2)),
        "deliveries": dg.MetadataValue.int(len(taken.outcomes)),
        "deliveries_rejected": dg.MetadataValue.int(len(taken.having("rejected"))),
        "deliveries_repeated": dg.MetadataValue.int(len(taken.having("repeated"))),
    }
    if taken.strays:
        metadata["files_not_named_by_date"] = dg.MetadataValue.json([_shown(path) for path in taken.strays])
    return metadata


def _shown(stray: pathlib.Path) -> str:
    """Provider and name of a file that anybody may have named: in UTF-8, and without numbers of persons."""
    place = "/".join(stray.parts[-4:])
    return privacy.scrubbed(os.fsencode(place).decode("utf-8", "replace"))


def _check_results(taken: Taken) -> Iterator[dg.AssetCheckResult]:
    refused: list[dict[str, object]] = [
        {"provider": each.delivery.provider.code, "file": each.delivery.file_name, "reason": each.reason}
        for each in taken.having("rejected")
    ]
    unanswered: list[dict[str, object]] = [
        {"provider": each.provider_code, "file": "", "reason": each.reason_zh} for each in taken.faults
    ]
    yield dg.AssetCheckResult(
        check_name="providers_answered",
        passed=not (refused or unanswered),
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"rejected": table(refused + unanswered)},
    )
    failed = [
        {"expectation": name, "severity": severity, "rows": rows}
        for (name, severity), rows in taken.failures.items()
        if rows
    ]
    yield dg.AssetCheckResult(
        check_name="rows_valid",
        passed=not failed and taken.quarantine.empty,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={
            "expectations_checked": len(taken.failures),
            "expectations_failed": table(failed),
            "refused_by_provider": table(_rates(taken)),
            "examples": table(_examples(taken.quarantine)),
        },
    )
    drifted = [
        {
            "provider": each.delivery.provider.code,
            "file": each.delivery.file_name,
            "what": found.kind,
            "column": found.column_name,
        }
        for each in taken.outcomes
        for found in taken.differences.get(each.delivery.delivery_id, ())
    ]
    yield dg.AssetCheckResult(
        check_name="columns_as_agreed",
        passed=not drifted,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"drift": table(drifted)},
    )
    lost = [
        {
            "delivery": each.delivery.delivery_id,
            "read": each.rows_read,
            "accepted": each.accepted,
            "quarantined": each.quarantined,
        }
        for each in taken.outcomes
        if each.rows_read != each.accepted + each.quarantined
    ]
    yield dg.AssetCheckResult(
        check_name="rows_conserved",
        passed=not lost,
        severity=dg.AssetCheckSeverity.ERROR,
        metadata={"rows_read": taken.total("rows_read"), "deliveries_out_of_balance": table(lost)},
    )


def _rates(taken: Taken) -> list[dict[str, object]]:
    counts: dict[str, list[int]] = {}
    for outcome in taken.outcomes:
        of_provider = counts.setdefault(outcome.delivery.provider.code, [0, 0])
        of_provider[0] += outcome.rows_read
        of_provider[1] += outcome.quarantined
    return [
        {"provider": code, "rows": rows, "refused": refused, "percent": round(100 * refused / rows, 2)}
        for code, (rows, refused) in counts.items()
        if refused
    ]


def _examples(refused: pd.DataFrame) -> list[dict[str, object]]:
    columns = ["provider_code", "sheet", "source_row", "column_name", "rule", "reason_zh", "shown_value"]
    examples = refused.groupby("rule", sort=False).head(1).head(_EXAMPLES)[columns]
    return [{str(name): str(value) for name, value in record.items()} for record in examples.to_dict("records")]
