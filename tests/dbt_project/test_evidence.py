"""The models' own evidence: what must be said in the dbt project for every indicator and every reference."""

import csv
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from pipelines import contracts
from tests.dbt_project.building import PROJECT, Build

INDICATORS = (PROJECT / "seeds/indicators.csv").read_text("utf-8")
CODES = sorted(row["indicator_code"] for row in csv.DictReader(INDICATORS.splitlines()))
REFERENCES = sorted(
    (contract.feed, column.name, column.references)
    for contract in contracts.all_contracts().values()
    for column in contract.columns
    if column.references
)


def unit_tests() -> Iterator[dict[str, Any]]:
    for path in sorted(PROJECT.glob("models/intermediate/*/int_*_observations.yml")):
        yield from yaml.safe_load(path.read_text("utf-8"))["unit_tests"]


def staging_column(feed: str, column: str) -> dict[str, Any]:
    (path,) = PROJECT.glob(f"models/staging/*/stg_{feed}.yml")
    (model,) = yaml.safe_load(path.read_text("utf-8"))["models"]
    return next(each for each in model["columns"] if each["name"] == column)


def test_there_are_indicators_and_references() -> None:
    assert len(CODES) == len(set(CODES)) == 74
    assert len(REFERENCES) > 10


def test_every_indicator_is_worked_out_by_hand_in_a_unit_test() -> None:
    expected = {row["indicator_code"] for test in unit_tests() for row in test["expect"]["rows"]}
    assert sorted(expected) == CODES


@pytest.mark.parametrize(("feed", "column", "parent"), REFERENCES)
def test_every_reference_of_a_contract_is_tested_and_only_warns(feed: str, column: str, parent: str) -> None:
    (test,) = staging_column(feed, column)["data_tests"]
    ((kind, options),) = test.items()
    assert options["config"]["severity"] == "warn"
    if parent == "districts":
        assert (kind, options["arguments"]["to"]) == ("relationships", "ref('districts')")
    else:
        assert (kind, options["arguments"]["feed"]) == ("has_parent", parent)


@pytest.mark.parametrize(("feed", "column", "parent"), REFERENCES)
def test_every_reference_of_a_contract_is_counted_among_the_orphans(feed: str, column: str, parent: str) -> None:
    model = (PROJECT / "models/marts/reconciliation/orphans.sql").read_text("utf-8")
    if parent == "districts":
        assert f"'{feed}'" in model[model.index("district_feeds") : model.index("with districts")]
    else:
        assert f"('{feed}', '{column}', '{parent}', " in model


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
