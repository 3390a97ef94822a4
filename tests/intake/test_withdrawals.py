"""A delivery of events may take records back: a row that says so needs its key alone."""

import pathlib

import pytest

from pipelines.contracts import contract_of
from pipelines.home import Home
from pipelines.intake import Intake, Taken
from pipelines.lake import ledger
from tests.intake.test_taking import HEADER, LUOHU, appeal, day, in_lake


def land(home: Home, *lines: str, header: str = f"{HEADER},撤销", feed: str = "appeals") -> pathlib.Path:
    path = home.landing / "district" / LUOHU / feed / "2025-03-01.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join((header, *lines)), "utf-8")
    return path


def take(home: Home, feed: str = "appeals") -> Taken:
    return Intake(home, day(1)).take(contract_of(feed))


def test_a_row_that_takes_its_record_back_needs_its_key_alone(initialised: Home) -> None:
    land(initialised, f"{appeal(1)},", f"{appeal(2)},否", "A003,,,,,,,,,是", "A004,不是日期,托梦,,,,,,9,是")
    (outcome,) = take(initialised).outcomes
    assert (outcome.status, outcome.accepted, outcome.quarantined) == ("accepted", 4, 0)
    assert [(row["appeal_id"], row["withdrawn"]) for row in in_lake(initialised)] == [
        ("A001", None),
        ("A002", False),
        ("A003", True),
        ("A004", True),
    ]


@pytest.mark.parametrize(
    ("line", "column", "reason"),
    [
        (",,,,,,,,,是", "appeal_id", "“诉求编号”是主键，不能为空，请补填。"),
        (f"{appeal(3)},也许", "withdrawn", "“撤销”"),
    ],
)
def test_without_a_key_or_a_clear_word_it_is_refused(initialised: Home, line: str, column: str, reason: str) -> None:
    land(initialised, f"{appeal(1)},", f"{appeal(2)},", line)
    taken = take(initialised)
    (outcome,) = taken.outcomes
    assert (outcome.accepted, outcome.quarantined) == (2, 1)
    ((row, name, told),) = taken.quarantine[["source_row", "column_name", "reason_zh"]].itertuples(index=False)
    assert (row, name) == (4, column)
    assert told.startswith(reason)


def test_a_delivery_without_the_column_lacks_nothing(initialised: Home) -> None:
    land(initialised, appeal(1), header=HEADER)
    taken = take(initialised)
    absent = {difference.column_name for each in taken.differences.values() for difference in each}
    assert absent == {"uscc", "closed_at", "result"}  # what the contract declares
    assert [row["withdrawn"] for row in in_lake(initialised)] == [None]


def test_a_list_has_no_such_column(initialised: Home) -> None:
    """What is no longer on it has ended; the column is a stranger, whose cells are kept."""
    land(initialised, "C1,某小区,某街道,某社区,是", header="小区编号,小区名称,街道,社区,撤销", feed="compounds")
    take(initialised, "compounds")
    (batch,) = ledger.batches(initialised, "compounds")
    assert batch.outcomes[0].columns.added == ("撤销",)
    assert [row["_extra"] for row in in_lake(initialised, "compounds")] == ['{"撤销":"是"}']
