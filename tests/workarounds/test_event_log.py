"""The event log is Dagster's own, whatever stays open in between."""

import dagster as dg
import pytest
from dagster._core.storage.event_log import SqliteEventLogStorage

from pipelines import running
from pipelines.home import Home
from pipelines.workarounds.event_log import PooledEventLog

RUNS = 6  # more than the log keeps open


@dg.asset
def figure() -> None: ...


def test_dagster_finds_every_event_of_every_run_where_it_looks(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SWW_HOME", "")
    monkeypatch.setenv("DAGSTER_HOME", "")
    running.prepare(home)
    with dg.DagsterInstance.get() as instance:
        assert isinstance(instance.event_log_storage, PooledEventLog)
        runs = [dg.materialize([figure], instance=instance).run_id for _ in range(RUNS)]
        told = [[each.event_log_entry for each in instance.get_records_for_run(run).records] for run in runs]

    alone = SqliteEventLogStorage(str(home.dagster / "history" / "runs"))
    assert all(len(events) > 5 for events in told)
    assert [[each.event_log_entry for each in alone.get_records_for_run(run).records] for run in runs] == told
    made = alone.fetch_run_status_changes(dg.DagsterEventType.RUN_SUCCESS, limit=RUNS + 1).records
    assert {record.run_id for record in made} == set(runs)
