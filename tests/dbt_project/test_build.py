"""What dbt makes of a few hand-made deliveries, from the lake's rows to the published tables."""

import datetime
import json

import duckdb
import pytest

from pipelines import contracts
from tests.dbt_project.building import PROJECT, Build


def value(build: Build, code: str, period: str, district_code: str = "440300") -> object:
    values = build.query(
        "SELECT value FROM warehouse.marts.indicator_values "
        "WHERE indicator_code = ? AND period = ? AND district_code = ?",
        (code, period, district_code),
    )
    ((only,),) = values
    return only


def test_the_schemas_are_exactly_those_of_the_layers(built: Build) -> None:
    schemas = built.query(
        "SELECT DISTINCT database_name, schema_name FROM duckdb_tables() WHERE NOT temporary ORDER BY ALL"
    )
    assert schemas == [
        ("build", "intermediate"),
        ("build", "ops"),
        ("build", "raw"),
        ("build", "staging"),
        ("warehouse", "marts"),
    ]


def test_a_stock_follows_each_provider_s_states_and_carries_the_last_one_forward(built: Build) -> None:
    # Luohu: a (covered) and b in January, b (covered since) at the end of February. Futian: c and a, never since.
    assert value(built, "PC01", "2025-01", "440303") == 50
    assert value(built, "PC01", "2025-02", "440303") == 100
    assert value(built, "PC01", "2025-02", "440304") == 0
    assert value(built, "PC01", "2025-Q1", "440303") == 100


def test_coverage_tells_reported_from_carried_forward(built: Build) -> None:
    # Both owe since December; the end of March is not due by the night, and stands on the lists before it.
    coverage = built.query(
        "SELECT period, providers_expected, providers_reported, providers_carried_forward, providers_missing, "
        "reports_expected, reports_received, obs_status, value IS NULL "
        "FROM warehouse.marts.indicator_values WHERE indicator_code = 'PC01' AND district_code = '440300' "
        "AND period_kind = 'month' AND period >= '2024-12' ORDER BY period"
    )
    assert coverage == [
        ("2024-12", 2, 0, 0, 2, 2, 0, "L", True),
        ("2025-01", 2, 2, 0, 0, 2, 2, "A", False),
        ("2025-02", 2, 1, 1, 0, 2, 1, "I", False),
        ("2025-03", 2, 0, 2, 0, 0, 0, "I", False),
    ]


def test_a_period_of_which_nobody_owed_or_sent_anything_is_not_known(built: Build) -> None:
    ((value_of_october, status, expected),) = built.query(
        "SELECT value, obs_status, reports_expected FROM warehouse.marts.indicator_values "
        "WHERE indicator_code = 'PC01' AND district_code = '440300' AND period = '2024-10'"
    )
    assert (value_of_october, status, expected) == (None, "L", 0)


def test_the_newest_delivery_of_an_appeal_decides_and_the_day_is_shenzhen_s(built: Build) -> None:
    assert value(built, "PC03", "2025-01") == 1
    assert value(built, "PC03", "2025-02") == 0


def test_a_member_who_is_transferred_again_has_two_transfers_and_is_one_member(built: Build) -> None:
    transfers = built.query("SELECT applied_on FROM warehouse.marts.fct_member_transfers ORDER BY ALL")
    assert transfers == [(datetime.date(2025, 1, 6),), (datetime.date(2025, 2, 10),)]
    assert value(built, "PC06", "2025-Q1") == 1


def test_rows_are_accepted_superseded_or_duplicate(built: Build) -> None:
    deliveries = built.query(
        "SELECT delivery_id, rows_read, accepted, duplicate, rows_current, rows_superseded "
        "FROM warehouse.marts.deliveries WHERE feed IN ('appeals', 'enterprises') ORDER BY delivery_id"
    )
    assert deliveries == [
        ("appeals-440303-2025-01-31", 2, 2, 0, 1, 1),
        ("appeals-440303-2025-02-05", 1, 1, 0, 1, 0),
        ("enterprises-440303-2025-01-31", 2, 2, 0, 0, 2),
        ("enterprises-440303-2025-03-01", 2, 1, 1, 1, 0),
        ("enterprises-440304-2025-02-03", 2, 2, 0, 2, 0),
    ]


def test_the_scorecard_counts_what_was_due(built: Build) -> None:
    # The end of February is due on 5 March, the end of March is not due before April.
    scores = built.query(
        "SELECT period, provider_code, expected, received, on_time, rows_read FROM warehouse.marts.provider_scorecard "
        "WHERE feed = 'enterprises' AND period_kind = 'month' ORDER BY ALL"
    )
    assert scores == [
        ("2024-12", "440303", 1, 0, 0, 0),
        ("2024-12", "440304", 1, 0, 0, 0),
        ("2025-01", "440303", 1, 1, 1, 2),
        ("2025-01", "440304", 1, 1, 1, 2),
        ("2025-02", "440303", 1, 1, 1, 2),
        ("2025-02", "440304", 1, 0, 0, 0),
        ("2025-03", "440303", 0, 0, 0, 0),
        ("2025-03", "440304", 0, 0, 0, 0),
    ]


def test_every_feed_s_freshness_can_be_asked_for(built: Build) -> None:
    freshness = built.dbt("source", "freshness")
    assert set(freshness) == set(contracts.all_contracts())
    delivered = {feed: str(freshness[feed].status) for feed in ("appeals", "enterprises")}
    assert delivered == {"appeals": "warn", "enterprises": "warn"}  # the last delivery is of 2025


def test_every_published_table_and_column_says_in_the_database_what_it_is(built: Build) -> None:
    manifest = json.loads((built.folder / "target" / "manifest.json").read_text("utf-8"))
    described = {
        node["name"]: {
            None: node["description"],
            **{name: each["description"] for name, each in node["columns"].items()},
        }
        for node in manifest["nodes"].values()
        if node.get("schema") == "marts" and node["resource_type"] == "model"
    }
    commented: dict[str, dict[str | None, str]] = {}
    for table, column, comment in built.query("""
        SELECT table_name, NULL, comment FROM duckdb_tables() WHERE schema_name = 'marts'
        UNION ALL SELECT table_name, column_name, comment FROM duckdb_columns() WHERE schema_name = 'marts'
    """):
        commented.setdefault(str(table), {})[str(column) if column else None] = str(comment or "").strip()
    assert len(commented) > 10
    assert [f"{table}.{column}" for table, by in commented.items() for column, said in by.items() if not said] == []
    assert {t: {c: " ".join(said.split()) for c, said in by.items()} for t, by in commented.items()} == {
        t: {c: " ".join(said.split()) for c, said in by.items()} for t, by in described.items()
    }


def test_every_indicator_has_observations(built: Build) -> None:
    sources = "".join(path.read_text("utf-8") for path in PROJECT.glob("models/intermediate/*/int_*_observations.sql"))
    codes = [code for (code,) in built.query("SELECT indicator_code FROM warehouse.marts.indicator_catalog")]
    assert codes
    assert [code for code in codes if f"'{code}'" not in sources] == []


@pytest.mark.fault(
    "A row lost or doubled",
    "the counts of a delivery raised in the ledger's tables before dbt builds",
    "the gate fails, and what failed is not published",
)
@pytest.mark.parametrize(
    ("fault", "gate"),
    [
        ("UPDATE ops.deliveries SET rows_read = rows_read + 1", "delivery_rows_are_conserved"),
        ("UPDATE ops.deliveries SET accepted = accepted + 1", "accepted_rows_are_current_or_superseded"),
        ("DELETE FROM ops.deliveries", "no_delivery_is_forgotten"),
    ],
)
def test_a_lost_row_fails_the_gate(built: Build, fault: str, gate: str) -> None:
    with duckdb.connect(str(built.database)) as connection:
        connection.execute("CREATE OR REPLACE TABLE ops.deliveries_as_they_were AS FROM ops.deliveries")
        connection.execute("INSERT INTO ops.previous_deliveries SELECT delivery_id, feed, status FROM ops.deliveries")
        connection.execute(f"{fault} WHERE delivery_id = 'appeals-440303-2025-02-05'")
    try:
        results = built.dbt("build", "--select", "deliveries", gate)
    finally:
        with duckdb.connect(str(built.database)) as connection:
            connection.execute(
                "DELETE FROM ops.deliveries; INSERT INTO ops.deliveries FROM ops.deliveries_as_they_were"
            )
            connection.execute("DELETE FROM ops.previous_deliveries")
    assert results[gate].status == "fail"


@pytest.mark.fault(
    "A row lost or doubled",
    "a row of the lake given once more, and one taken away, before dbt builds",
    "the gate fails, and what failed is not published",
)
@pytest.mark.parametrize(
    "fault",
    [
        "INSERT INTO raw.appeals FROM raw.appeals WHERE _delivery_id = 'appeals-440303-2025-02-05'",
        "DELETE FROM raw.appeals WHERE _delivery_id = 'appeals-440303-2025-02-05'",
    ],
    ids=["doubled", "lost"],
)
def test_a_row_doubled_or_lost_in_the_lake_fails_the_gate(built: Build, fault: str) -> None:
    gate = "accepted_rows_are_current_or_superseded"
    with duckdb.connect(str(built.database)) as connection:
        connection.execute("CREATE OR REPLACE TABLE raw.appeals_as_they_were AS FROM raw.appeals")
        connection.execute(fault)
    try:
        results = built.dbt("build", "--select", "stg_appeals", "int_staged_rows", "deliveries", gate)
    finally:
        with duckdb.connect(str(built.database)) as connection:
            connection.execute("DELETE FROM raw.appeals; INSERT INTO raw.appeals FROM raw.appeals_as_they_were")
        built.dbt("build", "--select", "stg_appeals", "int_staged_rows", "deliveries", gate)
    assert results[gate].status == "fail"


def test_a_state_that_is_in_a_numerator_twice_is_told(built: Build) -> None:
    asked = "states_are_in_a_numerator_or_not"
    assert built.dbt("test", "--select", asked)[asked].status == "pass"
    with duckdb.connect(str(built.database)) as connection:
        connection.execute("CREATE TABLE as_they_were AS FROM intermediate.int_observations")
        connection.execute("UPDATE intermediate.int_observations SET numerator = 2 WHERE indicator_code = 'PC01'")
    try:
        results = built.dbt("test", "--select", asked)
    finally:
        with duckdb.connect(str(built.database)) as connection:
            connection.execute("CREATE OR REPLACE TABLE intermediate.int_observations AS FROM as_they_were")
            connection.execute("DROP TABLE as_they_were")
    assert results[asked].status == "fail"
