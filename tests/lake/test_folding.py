"""The batches of a month that is over become one, and nothing else changes."""

import datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.contracts import contract_of
from pipelines.home import Home
from pipelines.intake import Intake
from pipelines.lake import ledger
from pipelines.operations.verification import verify
from tests.lake.appeals import appeal, land
from tests.warehouse.registered import ask

FIRST = datetime.date(2025, 3, 1)
_OF_THE_LAKE = ("raw.appeals", "ops.deliveries", "ops.quarantined_rows")


def test_the_nights_of_a_month_that_is_over_become_one_batch_and_nothing_else_changes(initialised: Home) -> None:
    for day in (1, 2, 4):
        land(
            initialised,
            f"2025-03-0{day}.csv",
            appeal(day),
            appeal(day + 10, source="外星人"),
            *map(appeal, range(20, 24)),
        )
        Intake(initialised, FIRST.replace(day=day)).take(contract_of("appeals"))
    first = ledger.batches(initialised, "appeals")[0].rows_file
    pq.write_table(pq.read_table(first).drop_columns(["satisfaction"]), first, write_page_checksum=True)
    seen = {relation: sorted(ask(initialised, f"from {relation}"), key=repr) for relation in _OF_THE_LAKE}
    assert [len(rows) for rows in seen.values()] == [15, 3, 3]

    Intake(initialised, datetime.date(2025, 3, 31)).take(contract_of("appeals"))
    assert [batch.name for batch in ledger.batches(initialised, "appeals")] == [
        "2025-03-01.1",
        "2025-03-02.2",
        "2025-03-04.3",
    ]
    Intake(initialised, datetime.date(2025, 4, 1)).take(contract_of("appeals"))

    (batch,) = ledger.batches(initialised, "appeals")
    assert batch.name == "2025-03-04.4"
    assert pq.ParquetFile(batch.rows_file).num_row_groups == 1
    assert {relation: sorted(ask(initialised, f"from {relation}"), key=repr) for relation in _OF_THE_LAKE} == seen
    assert verify(initialised).damages == []


def test_a_month_with_a_damaged_file_is_not_joined_and_says_where_it_is(initialised: Home) -> None:
    for day in (1, 2):
        land(initialised, f"2025-03-0{day}.csv", appeal(day))
        Intake(initialised, FIRST.replace(day=day)).take(contract_of("appeals"))
    whole, other = (batch.rows_file for batch in ledger.batches(initialised, "appeals"))
    april = Intake(initialised, datetime.date(2025, 4, 1))
    kept = pq.read_table(other)
    at = kept.schema.get_field_index("appeal_id")

    other.write_bytes(whole.read_bytes()[:-9])
    with pytest.raises(OSError, match=r"appeals, rows.parquet of the batches 2025-03-01.1 to 2025-03-02.2"):
        april.take(contract_of("appeals"))
    assert len(ledger.batches(initialised, "appeals")) == 2

    pq.write_table(kept.set_column(at, "appeal_id", pa.array([7])), other)  # as if codes had been numbers then
    april.take(contract_of("appeals"))
    assert len(ledger.batches(initialised, "appeals")) == 2
