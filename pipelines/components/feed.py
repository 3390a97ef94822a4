"""A feed's contract as a Dagster asset with its checks."""

import os
import pathlib
from typing import cast

import dagster as dg
import pydantic

from pipelines import privacy, settings
from pipelines.components import verdicts
from pipelines.components.night import EVERY_NIGHT, delivery_days, tell_of_days
from pipelines.contracts import Contract
from pipelines.intake import Taken
from pipelines.lake import rows, standing
from pipelines.lake.standing import Standing
from pipelines.night import Night

_SECONDS_TO_RETRY = 2


class FeedComponent(dg.Component):
    """``raw/<feed>``: what the providers delivered, in the lake, with the verdicts on it.

    Before it stands what they deliver, by its Chinese title: ``landing/<title>``. Dagster's search looks at keys alone.

    A provider's fault never fails the asset: it shows as a failed check, and the provider's last good state goes on.
    What the asset shows is what the lake says, whatever the run has read; a check has the last verdict on every
    provider.
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
        key = dg.AssetKey(["raw", contract.feed])
        delivered = _delivered(contract)

        @dg.asset(
            key=key,
            # Not deps: they would be named by the key, and names are ASCII.
            ins={"delivered": dg.AssetIn(key=delivered.key, dagster_type=dg.Nothing)},
            description=f"{contract.title_zh}. {contract.description}",
            group_name=contract.domain,
            owners=[f"team:{contract.owner}"],
            kinds={"python", "greatexpectations", "parquet"},
            tags={"domain": contract.domain, "layer": "raw", "mode": contract.mode, "cadence": contract.cadence},
            metadata={"dagster/column_schema": _column_schema(contract), "contract": _place(contract)},
            partitions_def=delivery_days(),
            backfill_policy=dg.BackfillPolicy.single_run(),
            freshness_policy=EVERY_NIGHT,
            check_specs=verdicts.check_specs(contract, key),
        )
        def take(context: dg.AssetExecutionContext, night: dg.ResourceParam[Night]) -> dg.MaterializeResult:  # type: ignore[type-arg] # Dagster reads it, and knows no parameter
            if not (context.has_partition_key or context.has_partition_key_range):
                raise dg.Failure(
                    f"{key.to_user_string()} is read by delivery day: choose one, today's for what is new."
                )
            try:
                taken = night.take(contract)
                now = standing.of_feed(night.home, contract)
                results = list(verdicts.check_results(night.home, contract, now, taken))
            except OSError as error:  # a disk may recover; a fault of the data or of the code comes again
                raise dg.RetryRequested(max_retries=1, seconds_to_wait=_SECONDS_TO_RETRY) from error
            tell_of_days(context, key, night.on, now, taken)
            return dg.MaterializeResult(metadata=_metadata(now, taken), check_results=results)

        return dg.Definitions(assets=[delivered, take])


def _delivered(contract: Contract) -> dg.AssetSpec:
    """What the providers deliver, before anything of it was read."""
    return dg.AssetSpec(
        ["landing", contract.title_zh],
        description=f"What providers deliver: {contract.description}",
        group_name=contract.domain,
        owners=[f"team:{contract.owner}"],
        kinds={contract.medium},
        tags={"domain": contract.domain, "layer": "landing", "cadence": contract.cadence},
        metadata={"feed": contract.feed, "providers": ", ".join(contract.providers), "due_days": contract.due_days},
    )


def _metadata(now: Standing, taken: Taken) -> dict[str, dg.MetadataValue]:
    metadata: dict[str, dg.MetadataValue] = {"dagster/row_count": dg.MetadataValue.int(now.rows)}
    if taken.strays:
        metadata["files_not_named_by_date"] = dg.MetadataValue.json([_shown(path) for path in taken.strays])
    return metadata


def _shown(stray: pathlib.Path) -> str:
    """Provider and name of a file that anybody may have named: in UTF-8, and without numbers of persons."""
    place = "/".join(stray.parts[-4:])
    return privacy.scrubbed(os.fsencode(place).decode("utf-8", "replace"))


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
