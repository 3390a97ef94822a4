"""The code location as dg and Dagster see it, and that nothing of it phones home."""

import json
import os
import pathlib
import subprocess
import sys
from typing import Any

import dagster as dg
import pytest
import yaml
from dagster_shared.telemetry import get_telemetry_enabled_from_dagster_yaml

from pipelines import contracts, running, settings
from pipelines.home import Home

PROJECT = settings.PROJECT_FOLDER
_LISTED_AT_LEAST = {"assets": 180, "asset_checks": 300, "jobs": 1, "schedules": 1, "sensors": 2}


def dg_command(*arguments: str) -> str:
    command = [str(pathlib.Path(sys.executable).with_name("dg")), *arguments]
    environment = {**os.environ, "DG_CLI_CONFIG": str(PROJECT / ".dg.toml")}
    done = subprocess.run(command, cwd=PROJECT, env=environment, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def definitions() -> dg.Definitions:
    from pipelines.definitions import definitions

    return definitions()


@pytest.fixture(scope="module")
def listed() -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = json.loads(dg_command("list", "defs", "--json"))
    return found


def test_dg_checks_yaml_and_definitions() -> None:
    told = dg_command("check", "defs")
    assert "All component YAML validated successfully." in told
    assert "All definitions loaded successfully." in told


def test_dg_lists_feeds_models_checks_and_what_starts_a_night(listed: dict[str, list[dict[str, Any]]]) -> None:
    assert {kind: len(listed[kind]) >= least for kind, least in _LISTED_AT_LEAST.items()} == dict.fromkeys(
        _LISTED_AT_LEAST, True
    )
    keys = {asset["asset_key"] for asset in listed["assets"]}
    assert {f"raw/{feed}" for feed in contracts.all_contracts()} <= keys
    assert {"marts/indicator_values", "published/warehouse", "quality/data_docs"} <= keys
    assert [job["name"] for job in listed["jobs"]] == ["nightly"]


def test_every_asset_has_owner_group_kinds_and_description(definitions: dg.Definitions) -> None:
    specs = [spec for spec in definitions.resolve_all_asset_specs() if spec.key.path[0] != "ops"]
    assert len(specs) > 180
    lacking = [
        spec.key.to_user_string()
        for spec in specs
        if not (spec.owners and spec.kinds and spec.description and spec.group_name not in (None, "default"))
    ]
    assert lacking == []


def test_every_asset_is_partitioned_by_delivery_day_and_backfilled_in_one_run(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    executable = [graph.get(key) for key in graph.executable_asset_keys]
    assert len(executable) > 180
    assert {node.backfill_policy for node in executable} == {dg.BackfillPolicy.single_run()}
    (days,) = {node.partitions_def for node in executable}
    assert isinstance(days, dg.DailyPartitionsDefinition)
    assert days.timezone == "Asia/Shanghai"


def test_a_feed_s_lineage_reaches_the_published_warehouse(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    reached = graph.get_ancestor_asset_keys(dg.AssetKey(["published", "warehouse"]))
    assert {dg.AssetKey(["raw", feed]) for feed in contracts.all_contracts()} <= reached


def test_every_mart_and_feed_shows_its_columns(definitions: dg.Definitions) -> None:
    shown = [
        (spec.key, spec.metadata.get("dagster/column_schema"))
        for spec in definitions.resolve_all_asset_specs()
        if spec.key.path[0] in ("raw", "marts")
    ]
    assert len(shown) > 80
    assert [key for key, schema in shown if schema is None] == []


def test_every_data_test_is_a_check_of_an_asset(definitions: dg.Definitions) -> None:
    from pipelines.defs.warehouse import _MANIFEST

    nodes = [node for node in _MANIFEST["nodes"].values() if node["config"]["enabled"]]
    tests = {node["name"] for node in nodes if node["resource_type"] == "test"}
    assert len(tests) > 200
    assert tests - {key.name for key in definitions.resolve_asset_graph().asset_check_keys} == set()


def test_nothing_phones_home(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SWW_HOME", "")
    monkeypatch.setenv("DAGSTER_HOME", "")
    running.prepare(home)
    with dg.DagsterInstance.get() as instance:
        assert instance.telemetry_enabled is False
        assert instance.nux_enabled is False
    assert get_telemetry_enabled_from_dagster_yaml() is False
    assert "[cli.telemetry]\nenabled = false" in (PROJECT / ".dg.toml").read_text()

    dbt_project = yaml.safe_load((PROJECT / "dbt_project" / "dbt_project.yml").read_text())
    assert dbt_project["flags"]["send_anonymous_usage_stats"] is False

    from pipelines.quality.suites import Suites

    assert Suites()._engine._context.config.analytics_enabled is False
