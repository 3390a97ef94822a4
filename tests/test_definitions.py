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
from tests.conftest import HOME_NAME

PROJECT = settings.PROJECT_FOLDER
_LISTED_AT_LEAST = {"assets": 180, "asset_checks": 300, "jobs": 1, "schedules": 1, "sensors": 2}


_DG = str(pathlib.Path(sys.executable).with_name("dg"))
_DAGSTER_S_OWN_DG = "from dagster_dg_cli.cli import main; main()"


@pytest.fixture(scope="module")
def user_folder(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """The home folder of a user who has set nothing of Dagster."""
    return tmp_path_factory.mktemp("user")


def ran(command: list[str], user_folder: pathlib.Path) -> str:
    """What a command prints, called by a user without a home or settings of ours."""
    ours = ("SWW_", "DAGSTER_", "DG_", "XDG_")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    environment |= {"HOME": str(user_folder), "SWW_HOME": str(user_folder / HOME_NAME)}
    done = subprocess.run(command, cwd=PROJECT, env=environment, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def told_to_dagster(user_folder: pathlib.Path) -> list[str]:
    """What commands of Dagster have written down to be phoned home."""
    logs = [log for log in user_folder.rglob("event.log*") if log.parent.name == "logs"]
    return [json.loads(line)["action"] for log in logs for line in log.read_text().splitlines()]


@pytest.fixture(scope="module")
def definitions() -> dg.Definitions:
    from pipelines.definitions import definitions

    return definitions()


@pytest.fixture(scope="module")
def listed(user_folder: pathlib.Path) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = json.loads(ran([_DG, "list", "defs", "--json"], user_folder))
    return found


@pytest.mark.long
def test_dg_checks_yaml_and_definitions(user_folder: pathlib.Path) -> None:
    told = ran([_DG, "check", "defs"], user_folder)
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

    dbt_project = yaml.safe_load((PROJECT / "dbt_project" / "dbt_project.yml").read_text())
    assert dbt_project["flags"]["send_anonymous_usage_stats"] is False

    from pipelines.quality.suites import Suites

    assert Suites()._engine._context.config.analytics_enabled is False


def test_dg_called_directly_phones_nobody(user_folder: pathlib.Path, listed: dict[str, list[dict[str, Any]]]) -> None:
    assert listed
    assert told_to_dagster(user_folder) == []


def test_what_dagster_s_own_dg_tells_would_be_seen(tmp_path: pathlib.Path) -> None:
    ran([sys.executable, "-c", _DAGSTER_S_OWN_DG, "list", "envs"], tmp_path)
    assert told_to_dagster(tmp_path)
