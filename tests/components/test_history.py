"""What Dagster remembers is kept for a set time, and no file of it longer."""

import sqlite3
from collections.abc import Iterator

import dagster as dg
import pytest

from pipelines import providers, running, settings
from pipelines.components import history
from pipelines.home import Home


@dg.asset(check_specs=[dg.AssetCheckSpec("is_there", asset="figure")])
def figure(context: dg.AssetExecutionContext) -> dg.MaterializeResult:  # type: ignore[type-arg]
    context.log.info("made")
    return dg.MaterializeResult(check_results=[dg.AssetCheckResult(passed=True)])


@pytest.fixture
def instance(home: Home, monkeypatch: pytest.MonkeyPatch) -> Iterator[dg.DagsterInstance]:
    monkeypatch.setenv("SWW_HOME", "")
    monkeypatch.setenv("DAGSTER_HOME", "")
    providers.initialise(home)
    running.prepare(home)
    with dg.DagsterInstance.get() as found:
        yield found


def files_of(home: Home, run_id: str) -> list[str]:
    return [str(path.relative_to(home.dagster)) for path in home.dagster.rglob("*") if run_id in str(path)]


def told_of(home: Home, run_id: str) -> dict[str, int]:
    """How much the index of all runs has of one."""
    with sqlite3.connect(home.dagster / "history" / "runs" / "index.db") as connection:
        return {
            table: connection.execute(f"select count(*) from {table} where run_id = ?", [run_id]).fetchone()[0]
            for table in ("event_logs", "asset_check_executions")
        }


def test_runs_that_ended_long_ago_are_forgotten_with_all_that_was_kept_of_them(
    home: Home, instance: dg.DagsterInstance
) -> None:
    old, recent, unended = (dg.materialize([figure], instance=instance).run_id for _ in range(3))
    assert [bool(files_of(home, run)) for run in (old, recent)] == [True, True]
    assert told_of(home, recent)["asset_check_executions"] == 1
    with sqlite3.connect(home.dagster / "history" / "runs.db") as connection:
        aged = "update runs set update_timestamp = datetime('now', '-91 days')"
        connection.execute(f"{aged} where run_id in (?, ?)", [old, unended])
        connection.execute("update runs set status = 'STARTED' where run_id = ?", [unended])

    history.purge(instance, days=90)

    assert {run.run_id for run in instance.get_runs()} == {recent, unended}
    assert files_of(home, old) == []
    assert told_of(home, old) == {"event_logs": 0, "asset_check_executions": 0}
    assert told_of(home, recent)["event_logs"] > 0
    assert instance.get_latest_materialization_event(figure.key) is not None


def test_how_long_is_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SWW_HISTORY_DAYS", raising=False)
    assert settings.history_days() == 90
    monkeypatch.setenv("SWW_HISTORY_DAYS", "7")
    assert settings.history_days() == 7
