"""What Dagster remembers of past runs: kept for a set time, and true of those whose process was killed."""

import datetime

import dagster as dg

_RUNS_AT_ONCE = 100


def end_dead_runs(instance: dg.DagsterInstance, but: str | None = None) -> None:
    """Notes as failed what seems to run still; only for who holds the home's lock, and so knows that it does not.

    Dagster does not see when the process of a run is killed, and would wait for its end for ever before it starts
    another.
    """
    for run in instance.get_runs(dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING])):
        if run.run_id != but:
            instance.report_run_failed(run, "The process of this run ended without a word: it was killed.")


def purge(instance: dg.DagsterInstance, days: int) -> None:
    """Forgets the runs that ended more than ``days`` days ago, with their events, checks and logs.

    What they materialized stays: the figures of a delivery day come from the ledger, so the next run of its feed tells
    of it again.
    """
    old = dg.RunsFilter(
        statuses=[dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED],
        updated_before=datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=days),
    )
    while runs := instance.get_runs(old, limit=_RUNS_AT_ONCE):
        for run in runs:
            instance.delete_run(run.run_id)
            instance.compute_log_manager.delete_logs(prefix=[run.run_id])
