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


def test_a_delivery_that_only_takes_records_back_has_their_keys_alone(initialised: Home) -> None:
    land(initialised, "A001,是", "A002,Y", ",是", header="诉求编号,撤销")
    taken = take(initialised)
    (outcome,) = taken.outcomes
    assert (outcome.status, outcome.accepted, outcome.quarantined) == ("accepted", 2, 1)
    assert taken.quarantine[["source_row", "column_name"]].values.tolist() == [[4, "appeal_id"]]
    assert [(row["appeal_id"], row["withdrawn"]) for row in in_lake(initialised)] == [("A001", True), ("A002", True)]


@pytest.mark.parametrize("word", ["否", "", "也许"])
def test_one_row_that_takes_nothing_back_needs_the_columns_that_are_missing(initialised: Home, word: str) -> None:
    land(initialised, "A001,是", f"A002,{word}", "A003,是", header="诉求编号,撤销")
    (outcome,) = take(initialised).outcomes
    assert (outcome.status, outcome.accepted) == ("rejected", 0)
    assert outcome.reason == ("缺少必填列：受理时间、诉求来源、诉求类别、办理时限（第 3 行没有写明撤销，不能缺少）")
    assert {"received_at", "due_date"} <= set(outcome.columns.missing)


def test_a_list_needs_its_columns_whatever_a_column_of_that_name_says(initialised: Home) -> None:
    land(initialised, "C1,是", header="小区编号,撤销", feed="compounds")
    (outcome,) = take(initialised, "compounds").outcomes
    assert (outcome.status, outcome.reason) == ("rejected", "缺少必填列：小区名称、街道、社区")
