"""What dbt sees of the lake: typed relations whatever has arrived, and only the rows that count."""

import datetime
import pathlib

import duckdb
import pyarrow.parquet as pq
import pytest

from pipelines.contracts import all_contracts, contract_of
from pipelines.home import Home
from pipelines.intake import Intake, Replay
from pipelines.lake import ledger
from pipelines.lake.ledger import Delivery, Outcome
from pipelines.providers import Provider
from tests.lake.appeals import appeal, land
from tests.warehouse.registered import LAST, ask

FIRST = datetime.date(2025, 3, 1)


def take(home: Home, replay: Replay | None = None) -> None:
    Intake(home, LAST).take(contract_of("appeals"), replay)


def types(home: Home, relation: str) -> dict[str, str]:
    return {str(name): str(kind) for name, kind, *_ in ask(home, f"describe {relation}")}


APPEALS_TYPES = {
    "appeal_id": "VARCHAR",
    "received_at": "TIMESTAMP",
    "source_channel": "VARCHAR",
    "category": "VARCHAR",
    "uscc": "VARCHAR",
    "summary": "VARCHAR",
    "due_date": "DATE",
    "closed_at": "TIMESTAMP",
    "result": "VARCHAR",
    "satisfaction": "BIGINT",
    "withdrawn": "BOOLEAN",
    "_delivery_id": "VARCHAR",
    "_provider_type": "VARCHAR",
    "_provider_code": "VARCHAR",
    "_delivered_on": "DATE",
    "_delivery_sequence": "INTEGER",
    "_file_name": "VARCHAR",
    "_sheet": "VARCHAR",
    "_source_row": "BIGINT",
    "_extra": "VARCHAR",
}


def test_a_feed_that_nobody_delivered_is_an_empty_typed_table(initialised: Home) -> None:
    assert types(initialised, "raw.appeals") == APPEALS_TYPES
    assert types(initialised, "raw.micro_projects")["budget_cny"] == "DECIMAL(18,4)"
    everything = " union all by name ".join(f"select * from raw.{feed}" for feed in all_contracts())
    assert ask(initialised, everything) == []


def test_a_feed_that_was_delivered_has_the_same_columns(initialised: Home) -> None:
    land(initialised, "2025-03-01.csv", appeal(1))
    take(initialised)
    assert types(initialised, "raw.appeals") == APPEALS_TYPES
    assert ask(initialised, "select appeal_id, received_at, due_date, satisfaction, _source_row from raw.appeals") == [
        ("A001", datetime.datetime(2025, 2, 28, 1), datetime.date(2025, 3, 31), 5, 2)  # noqa: DTZ001 - naive UTC
    ]


def test_a_column_that_the_contract_got_later_is_null_in_older_rows(initialised: Home) -> None:
    land(initialised, "2025-03-01.csv", appeal(1))
    take(initialised)
    (batch,) = ledger.batches(initialised, "appeals")
    pq.write_table(pq.read_table(batch.rows_file).drop_columns(["satisfaction"]), batch.rows_file)
    land(initialised, "2025-03-02.csv", appeal(2))
    take(initialised)
    assert types(initialised, "raw.appeals") == APPEALS_TYPES
    assert ask(initialised, "select appeal_id, satisfaction from raw.appeals order by all") == [
        ("A001", None),
        ("A002", 5),
    ]


def test_rows_of_repeated_deliveries_are_not_seen_whichever_came_first(initialised: Home) -> None:
    land(initialised, "2025-03-04.csv", appeal(1), appeal(2, "托梦"))
    take(initialised)
    land(initialised, "2025-03-01.csv", appeal(1), appeal(2, "托梦"))
    take(initialised)
    assert ask(initialised, "select appeal_id, _file_name from raw.appeals") == [("A001", "2025-03-01.csv")]
    assert ask(initialised, "select file_name, status, rows_read, accepted, quarantined from ops.deliveries") == [
        ("2025-03-01.csv", "accepted", 2, 1, 1),
        ("2025-03-04.csv", "repeated", 0, 0, 0),
    ]
    assert ask(initialised, "select count(*) from ops.quarantined_rows") == [(1,)]


def test_of_rejected_deliveries_the_refused_cells_alone_are_seen(
    initialised: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    # At 128 rows a slice the first slices are in the lake before the rest turns out to be bad, or broken off.
    monkeypatch.setenv("SWW_MEMORY_MB", "1")
    land(initialised, "2025-03-01.csv", *(appeal(number, "热线" if number < 140 else "托梦") for number in range(300)))
    broken = (appeal(number, "热线" if number else "托梦") for number in range(300))
    land(initialised, "2025-03-01.csv", *broken, '"A999', district="440304")
    take(initialised)
    counted = "select provider_code, status, rows_read, accepted, quarantined from ops.deliveries order by all"
    assert ask(initialised, counted) == [
        ("440303", "rejected", 300, 0, 300),
        ("440304", "rejected", 0, 0, 0),
    ]
    assert ask(initialised, "select count(*) from raw.appeals") == [(0,)]
    assert ask(initialised, "select provider_code, count(*) from ops.quarantined_rows group by all") == [
        ("440303", 160)
    ]


def test_the_budget_of_memory_changes_nothing_that_is_seen(initialised: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    land(initialised, "2025-03-01.csv", *(appeal(number, "托梦" if number < 100 else "热线") for number in range(300)))
    land(initialised, "2025-03-02.csv", *(appeal(number) for number in range(100, 400)))
    seen = [
        "select * from raw.appeals order by all",
        "select * from ops.deliveries order by all",
        "select * from ops.quarantined_rows order by all",
    ]
    take(initialised)
    whole = [ask(initialised, query) for query in seen]
    monkeypatch.setenv("SWW_MEMORY_MB", "1")
    take(initialised, Replay(FIRST, LAST))
    assert [ask(initialised, query) for query in seen] == whole
    assert [len(rows) for rows in whole] == [500, 2, 100]


def test_every_row_read_is_in_the_lake_or_was_refused(initialised: Home) -> None:
    land(initialised, "2025-03-01.csv", appeal(1), appeal(1), appeal(2, "托梦"))
    land(initialised, "2025-03-02.csv", appeal(2), appeal(3, "托梦"), appeal(4, "托梦"), appeal(5))
    land(initialised, "2025-03-03.csv", appeal(6, "托梦"))
    take(initialised)
    counted = """
        select deliveries.file_name, rows_read, accepted, quarantined, count(rows._source_row)
        from ops.deliveries as deliveries
        left join raw.appeals as rows on deliveries.delivery_id = rows._delivery_id
        group by all
        order by all
    """
    assert ask(initialised, counted) == [
        ("2025-03-01.csv", 3, 2, 1, 2),  # the key twice: which row counts is the warehouse's business
        ("2025-03-02.csv", 4, 2, 2, 2),
        ("2025-03-03.csv", 1, 0, 1, 0),
    ]


def test_a_page_set_covers_the_days_since_the_one_before(initialised: Home) -> None:
    def page_set(day: int, status: ledger.Status = "accepted") -> Outcome:
        name = f"2025-03-0{day}.json.gz"
        delivery = Delivery(
            feed="help_requests",
            provider=Provider("platform", "izyz"),
            file_name=name,
            sha256=f"{day:064}",
            delivered_on=FIRST.replace(day=day),
            sequence=0,
        )
        asked = datetime.datetime(2025, 3, 1, tzinfo=datetime.UTC)
        return Outcome(
            delivery=delivery, received_at=asked, size_bytes=1, modified_ns=1, status=status, updated_since=asked
        )

    with ledger.new_batch_folder(initialised, "help_requests") as folder:
        ledger.commit(folder, LAST, [page_set(2), page_set(3, "rejected"), page_set(5), page_set(6)])
    land(initialised, "2025-03-01.csv", appeal(1))
    take(initialised)
    assert ask(initialised, "select delivered_on, status, covers_from from ops.deliveries order by all") == [
        (FIRST, "accepted", None),
        (FIRST.replace(day=2), "accepted", datetime.date.min),
        (FIRST.replace(day=3), "rejected", None),
        (FIRST.replace(day=5), "accepted", FIRST.replace(day=3)),
        (FIRST.replace(day=6), "accepted", FIRST.replace(day=6)),
    ]


def test_the_register_the_contracts_and_the_night_are_there(initialised: Home) -> None:
    assert ask(initialised, "select count(*) from ops.feeds") == [(len(all_contracts()),)]
    assert ask(initialised, "select provider_type, count(*) from ops.providers group by all order by all") == [
        ("district", 11),
        ("municipal", 1),
    ]
    assert ask(initialised, "select night_on from ops.night") == [(LAST,)]


def test_before_the_first_publication_there_are_no_previous_values(initialised: Home) -> None:
    for table in ("indicator_values", "deliveries", "restatements"):
        assert ask(initialised, f"select * from ops.previous_{table}") == []


def test_what_is_published_now_is_what_the_night_compares_with(initialised: Home, tmp_path: pathlib.Path) -> None:
    published = initialised.serving / "1" / "warehouse.duckdb"
    published.parent.mkdir()
    with duckdb.connect(str(published)) as connection:
        connection.execute("create schema marts")
        connection.execute(
            "create table marts.deliveries as "
            "select 'd1' as delivery_id, 'appeals' as feed, 'accepted' as status, 7 as more"
        )
        connection.execute("""
            create table marts.indicator_values as
            select 'PC01' as indicator_code, 'month' as period_kind, '2025-01' as period, '440300' as district_code,
                3.0::double as value, true as is_sealed
        """)
        connection.execute("""
            create table marts.restatements as
            select 'PC01' as indicator_code, 'month' as period_kind, '2025-01' as period, '440300' as district_code,
                1.0::double as old_value, 2.0::double as new_value, now()::timestamp as published_at,
                'd1' as caused_by_delivery_id
        """)
    (initialised.serving / "current").symlink_to(published.parent)
    assert ask(initialised, "select * from ops.previous_deliveries") == [("d1", "appeals", "accepted")]
    assert ask(initialised, "select value, is_sealed from ops.previous_indicator_values") == [(3.0, True)]
