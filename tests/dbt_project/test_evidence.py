"""The models' own evidence: what must be said in the dbt project for every indicator."""

import csv
import json
from collections.abc import Iterator
from typing import Any

import yaml

from pipelines.warehouse import building
from tests.dbt_project.building import PROJECT, Build

INDICATORS = (PROJECT / "seeds/indicators.csv").read_text("utf-8")
CODES = sorted(row["indicator_code"] for row in csv.DictReader(INDICATORS.splitlines()))


def unit_tests() -> Iterator[dict[str, Any]]:
    for path in sorted(PROJECT.glob("models/intermediate/*/int_*_observations.yml")):
        yield from yaml.safe_load(path.read_text("utf-8"))["unit_tests"]


def test_every_indicator_is_worked_out_by_hand_in_a_unit_test() -> None:
    expected = {row["indicator_code"] for test in unit_tests() for row in test["expect"]["rows"]}
    assert CODES
    assert sorted(expected) == CODES


def test_orphans_are_told_of_and_fail_no_build(statuses: dict[str, str]) -> None:
    assert statuses["has_no_orphans_orphans_"] == "warn"
    assert statuses["delivery_rows_are_conserved"] == "pass"


def test_what_finds_no_row_in_its_dimension_is_told_by_column(built: Build) -> None:
    (failed,) = built.dbt("test", "--select", "has_parents_fct_chain_memberships_*").values()
    assert (str(failed.status), failed.failures) == ("warn", 1)
    assert built.query(failed.node.compiled_code) == [("district_code", "广州", 1)]


def test_dbt_leaves_out_no_model_and_no_test() -> None:
    """It does so, with only a log line, where a reference leads nowhere."""
    manifest = json.loads((building.parsed_project() / "manifest.json").read_text("utf-8"))
    assert [name for name, node in manifest["nodes"].items() if not node["config"]["enabled"]] == []
    assert manifest["disabled"] == {}


def test_a_reference_is_counted_among_the_orphans_of_each_provider(built: Build) -> None:
    """A work order finds an appeal and a session of its own district only; the city, which has no appeals, finds any
    district's. An appeal that a newer delivery superseded exists."""
    orphans = built.query(
        "SELECT feed, column_name, rule, provider_code, rows_checked, orphans FROM warehouse.marts.orphans "
        "WHERE feed IN ('review_orders', 'chain_members') ORDER BY ALL"
    )
    assert orphans == [
        ("chain_members", "chain_id", "exists in chain_committees", "sz", 2, 2),
        ("chain_members", "district_code", "is a district of the city", "sz", 2, 1),
        ("review_orders", "appeal_id", "exists in appeals", "440303", 2, 1),
        ("review_orders", "appeal_id", "exists in appeals", "sz", 1, 0),
        ("review_orders", "session_id", "exists in review_sessions", "440303", 1, 1),
        ("review_orders", "session_id", "exists in review_sessions", "sz", 1, 0),
    ]


def test_facts_and_dimensions_tell_where_a_row_came_from(built: Build) -> None:
    tables = built.query(
        "SELECT table_name, count(*) FILTER (WHERE column_name IN ('_delivery_id', '_sheet', '_source_row')) "
        "FROM duckdb_columns() WHERE database_name = 'warehouse' AND table_name SIMILAR TO '(fct|dim)_.*' GROUP BY ALL"
    )
    assert len(tables) > 40
    assert [name for name, source_columns in tables if source_columns != 3] == []


def test_keys_of_facts_are_the_same_in_every_rebuild(built: Build) -> None:
    ((key,),) = built.query("SELECT appeal_key FROM warehouse.marts.fct_appeals WHERE appeal_id = '1'")
    assert key == "a1641a875f9f94f828a532814e1f384f"  # md5 of 440303|1
