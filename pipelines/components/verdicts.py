"""The checks of a feed: the last verdict on every provider, as the lake has it."""

from collections.abc import Iterator

import dagster as dg
import pandas as pd

from pipelines import quality
from pipelines.components.metadata import table
from pipelines.contracts import Contract
from pipelines.home import Home
from pipelines.intake import Taken
from pipelines.lake import standing
from pipelines.lake.standing import Standing

_EXAMPLES = 5


def check_specs(contract: Contract, asset: dg.AssetKey) -> list[dg.AssetCheckSpec]:
    """The checks of ``raw/<feed>``; only rows that are lost stop what follows."""
    described = {
        "providers_answered": "The latest delivery of every provider could be used, and every platform answered.",
        "rows_valid": "Every row of the latest delivery of every provider keeps what the contract says and "
        f"expectations/{contract.feed}.yaml adds.",
        "columns_as_agreed": "In the latest delivery of every provider no column was added, left out, moved, emptied "
        "or given another type.",
        "deliveries_plausible": "Nothing is to be asked of the latest delivery of any provider: no list has lost most "
        "of its rows, no file names another provider or has another one's bytes, nothing in it is hidden.",
    }
    specs = [dg.AssetCheckSpec(name, asset=asset, description=text) for name, text in described.items()]
    conserved = dg.AssetCheckSpec(
        "rows_conserved",
        asset=asset,
        blocking=True,
        description="Of every delivery: rows read = rows accepted + rows quarantined.",
    )
    return [*specs, conserved]


def check_results(home: Home, contract: Contract, now: Standing, taken: Taken) -> Iterator[dg.AssetCheckResult]:
    """What the checks say of where the feed stands now.

    Raises:
        OSError: the quarantine can't be read.
    """
    yield _providers_answered(now, taken)
    yield _rows_valid(home, contract, now)
    yield _columns_as_agreed(now)
    yield _deliveries_plausible(now)
    yield _rows_conserved(now)


def _providers_answered(now: Standing, taken: Taken) -> dg.AssetCheckResult:
    rejected: list[dict[str, object]] = [
        {"provider": each.delivery.provider.code, "file": each.delivery.file_name, "reason": each.reason}
        for each in now.latest
        if each.status == "rejected"
    ]
    # A platform that did not answer, or a file that could not be opened, is tried again by every run.
    unanswered: list[dict[str, object]] = [
        {"provider": each.provider_code, "file": "", "reason": each.reason_zh} for each in taken.faults
    ]
    return dg.AssetCheckResult(
        check_name="providers_answered",
        passed=not (rejected or unanswered),
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"providers": len(now.latest), "rejected": table(rejected + unanswered)},
    )


def _rows_valid(home: Home, contract: Contract, now: Standing) -> dg.AssetCheckResult:
    severities = {each.name: each.severity for each in quality.all_suites()[contract.feed].expectations}
    broken = [
        {"expectation": name, "severity": severities.get(name, "no longer declared"), "rows": rows}
        for name, rows in now.broken.items()
        if rows
    ]
    quarantined = [each for each in now.latest_read if each.quarantined]
    ids = [each.delivery.delivery_id for each in quarantined]
    cells = standing.quarantined_cells(home, contract, ids, of_each="rule", at_most=1)
    rates = [
        {
            "provider": each.delivery.provider.code,
            "file": each.delivery.file_name,
            "rows": each.rows_read,
            "quarantined": each.quarantined,
            "percent": round(100 * each.quarantined / each.rows_read, 2),
        }
        for each in quarantined
    ]
    return dg.AssetCheckResult(
        check_name="rows_valid",
        passed=not (broken or quarantined),
        severity=dg.AssetCheckSeverity.WARN,
        metadata={
            "expectations_checked": len(now.broken),
            "expectations_failed": table(broken),
            "quarantined_by_provider": table(rates),
            "examples": table(_examples(cells)),
            "last_validated_on": str(now.validated_on or "–"),
        },
    )


def _examples(cells: pd.DataFrame) -> list[dict[str, object]]:
    columns = ["provider_code", "sheet", "source_row", "column_name", "rule", "reason_zh", "shown_value"]
    records = cells.head(_EXAMPLES)[columns].astype("str").mask(cells[columns].isna(), "").to_dict("records")
    return [{str(name): value for name, value in record.items()} for record in records]


def _columns_as_agreed(now: Standing) -> dg.AssetCheckResult:
    drifted = [
        {
            "provider": each.delivery.provider.code,
            "file": each.delivery.file_name,
            "what": found.kind,
            "column": found.column_name,
        }
        for each in now.latest
        for found in now.differences.get(each.delivery.delivery_id, ())
    ]
    return dg.AssetCheckResult(
        check_name="columns_as_agreed",
        passed=not drifted,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"drift": table(drifted)},
    )


def _deliveries_plausible(now: Standing) -> dg.AssetCheckResult:
    remarks = [
        {"provider": each.delivery.provider.code, "file": each.delivery.file_name, "remark": remark}
        for each in now.latest
        for remark in each.remarks_zh
    ]
    return dg.AssetCheckResult(
        check_name="deliveries_plausible",
        passed=not remarks,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"remarks": table(remarks)},
    )


def _rows_conserved(now: Standing) -> dg.AssetCheckResult:
    lost = [
        {
            "delivery": each.delivery.delivery_id,
            "read": each.rows_read,
            "accepted": each.accepted,
            "quarantined": each.quarantined,
        }
        for each in now.outcomes
        if each.rows_read != each.accepted + each.quarantined
    ]
    return dg.AssetCheckResult(
        check_name="rows_conserved",
        passed=not lost,
        severity=dg.AssetCheckSeverity.ERROR,
        metadata={
            "rows_read": sum(each.rows_read for each in now.outcomes),
            "deliveries_out_of_balance": table(lost),
        },
    )
