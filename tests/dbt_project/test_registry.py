"""One registry, described to the last column: no indicator twice or without meaning, no mart column without words."""

import csv
import json
import pathlib
from typing import Any

import pytest

from pipelines import contracts, settings
from pipelines.warehouse import building

REGISTRY = settings.DBT_PROJECT_FOLDER / "seeds" / "indicators.csv"
OPTIONAL = {"dimensions"}


@pytest.fixture(scope="module")
def registry() -> list[dict[str, str]]:
    with REGISTRY.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="module")
def marts() -> list[dict[str, Any]]:
    manifest = json.loads((building.parsed_project() / "manifest.json").read_text("utf-8"))
    return [
        node for node in manifest["nodes"].values() if node["resource_type"] == "model" and node["fqn"][1] == "marts"
    ]


def repeated(values: list[str]) -> list[str]:
    return sorted({value for value in values if values.count(value) > 1})


@pytest.mark.parametrize("column", ["indicator_code", "name_zh", "name_en", "definition"])
def test_no_two_indicators_are_defined_alike(registry: list[dict[str, str]], column: str) -> None:
    assert registry
    assert repeated([line[column] for line in registry]) == []


def test_a_second_definition_would_be_seen() -> None:
    assert repeated(["PC01", "PC02", "PC01"]) == ["PC01"]


def test_every_indicator_says_everything_about_itself(registry: list[dict[str, str]]) -> None:
    silent = [(line["indicator_code"], name) for line in registry for name, value in line.items() if not value.strip()]
    assert [(code, name) for code, name in silent if name not in OPTIONAL] == []


def test_indicators_are_computed_from_feeds_that_there_are(registry: list[dict[str, str]]) -> None:
    named = {feed for line in registry for feed in line["feeds"].split("|")}
    assert named <= contracts.all_contracts().keys()


def test_every_mart_and_every_column_of_it_is_described(marts: list[dict[str, Any]]) -> None:
    assert len(marts) > 50
    silent = [node["name"] for node in marts if not node["description"].strip()]
    silent += [
        f"{node['name']}.{name}"
        for node in marts
        for name, column in node["columns"].items()
        if not column["description"].strip()
    ]
    assert silent == []


def test_a_mart_has_the_columns_that_its_description_has(marts: list[dict[str, Any]]) -> None:
    """dbt refuses to build a mart whose columns differ from the described ones, where the contract is enforced."""
    assert [node["name"] for node in marts if not node["config"]["contract"]["enforced"]] == []


def test_the_published_tables_are_at_least_those_that_others_rely_on(marts: list[dict[str, Any]]) -> None:
    promised = {
        "claims",
        "deliveries",
        "indicator_breakdowns",
        "indicator_catalog",
        "indicator_values",
        "provider_scorecard",
        "quarantined_rows",
        "restatements",
    }
    assert promised <= {node["name"] for node in marts}
    assert all(pathlib.PurePath(node["path"]).parts[0] == "marts" for node in marts)
