"""The code location as dg and Dagster see it, and that nothing of it phones home."""

import json
import os
import pathlib
import re
import subprocess
import sys
from typing import Any

import dagster as dg
import pytest
import yaml
from dagster_shared.telemetry import get_telemetry_enabled_from_dagster_yaml

from pipelines import contracts, providers, running, settings
from pipelines.home import Home
from tests.conftest import HOME_NAME
from tests.lake.appeals import appeal, land

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


def test_every_asset_has_owner_group_kinds_layer_and_description(definitions: dg.Definitions) -> None:
    specs = list(definitions.resolve_all_asset_specs())
    assert len(specs) > 230
    lacking = [
        spec.key.to_user_string()
        for spec in specs
        if not (spec.owners and spec.kinds and spec.description and spec.group_name not in (None, "default"))
        or ("layer" not in spec.tags and spec.group_name != "publishing")
    ]
    assert lacking == []


def test_groups_are_one_axis_and_everything_of_a_domain_is_in_its_group(definitions: dg.Definitions) -> None:
    domains = {contract.domain for contract in contracts.all_contracts().values()}
    specs = list(definitions.resolve_all_asset_specs())
    assert {spec.group_name for spec in specs} - domains == {
        "deliveries",
        "dimensions",
        "indicators",
        "periods",
        "publishing",
        "reconciliation",
    }
    assert {spec.tags.get("domain", spec.group_name) for spec in specs} == {spec.group_name for spec in specs}
    assert {spec.group_name for spec in specs if "domain" in spec.tags} == domains
    of_appeals = {"raw/appeals", "landing/诉求建议台账", "staging/stg_appeals", "marts/fct_appeals"}
    groups = {spec.key.to_user_string(): spec.tags.get("domain") for spec in specs}
    assert {groups[key] for key in of_appeals} == {"party_coverage"}


def test_the_search_finds_every_feed_by_its_title(definitions: dg.Definitions) -> None:
    keys = {spec.key.to_user_string() for spec in definitions.resolve_all_asset_specs()}
    graph = definitions.resolve_asset_graph()
    for contract in contracts.all_contracts().values():
        assert f"landing/{contract.title_zh}" in keys
        parents = graph.get(dg.AssetKey(["raw", contract.feed])).parent_keys
        assert parents == {dg.AssetKey(["landing", contract.title_zh])}


def test_no_description_shows_jinja_or_sql(definitions: dg.Definitions) -> None:
    described = [spec.description or "" for spec in definitions.resolve_all_asset_specs()]
    described += [
        column.description or ""
        for spec in definitions.resolve_all_asset_specs()
        for schema in [spec.metadata.get("dagster/column_schema")]
        if schema
        for column in schema.columns
    ]
    assert len(described) > 1000
    assert [text for text in described if re.search(r"[{]{2}|[{]%|```|\bselect\b", text)] == []


def test_feeds_are_partitioned_by_delivery_day_and_nothing_else_is(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    executable = [graph.get(key) for key in graph.executable_asset_keys]
    feeds = [node for node in executable if node.key.path[0] == "raw"]
    assert len(feeds) == len(contracts.all_contracts())
    (days,) = {node.partitions_def for node in feeds}
    assert isinstance(days, dg.DailyPartitionsDefinition)
    assert days.timezone == "Asia/Shanghai"
    assert days.get_last_partition_key() == settings.today().isoformat()
    assert {node.backfill_policy for node in feeds} == {dg.BackfillPolicy.single_run()}
    others = [node for node in executable if node.key.path[0] != "raw"]
    assert len(others) > 140
    assert {node.partitions_def for node in others} == {None}


def test_partitions_begin_with_the_first_delivery_of_the_home(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    from pipelines.definitions import definitions

    monkeypatch.setenv("SWW_HOME", str(home.root))
    providers.initialise(home)
    land(home, "2025-03-05.csv", appeal(1))
    days = definitions().resolve_asset_graph().get(dg.AssetKey(["raw", "compounds"])).partitions_def
    assert isinstance(days, dg.DailyPartitionsDefinition)
    assert days.get_first_partition_key() == "2025-03-05"

    home.providers_file.write_text("no register\n", "utf-8")  # the code location still loads; a night will say it
    days = definitions().resolve_asset_graph().get(dg.AssetKey(["raw", "compounds"])).partitions_def
    assert isinstance(days, dg.DailyPartitionsDefinition)
    assert days.get_partition_keys() == [settings.today().isoformat()]


def test_a_run_shows_the_layers_as_steps(definitions: dg.Definitions) -> None:
    job = definitions.resolve_job_def("nightly")
    steps = {node.name for node in job.nodes}
    assert {"staging", "intermediate", "marts", "quality__model_docs", "published__warehouse"} <= steps
    assert len(steps) == len(contracts.all_contracts()) + 6


def test_what_a_run_takes_is_described_where_it_is_launched(definitions: dg.Definitions) -> None:
    schema = definitions.resolve_job_def("nightly").run_config_schema.config_type
    fields = schema.fields["resources"].config_type.fields["night"].config_type.fields["config"].config_type.fields
    assert set(fields) == {
        "night",
        "replay_from",
        "replay_to",
        "replay_feed",
        "replay_provider",
        "replay_delivery",
    }
    assert [name for name, field in fields.items() if not field.description or field.is_required] == []


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
