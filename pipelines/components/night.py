"""The night as Dagster sees it: the days it is partitioned by, and the resource that its steps share."""

import datetime
from collections.abc import Iterator

import dagster as dg

from pipelines import settings
from pipelines.intake import Days
from pipelines.night import Night, begin

REPLAY_TAG = "sww/replay"

# A partition is a day on which providers deliver; today is one, too.
DELIVERY_DAYS = dg.DailyPartitionsDefinition(start_date="2020-01-01", timezone=settings.SHANGHAI.key, end_offset=1)

# Every night makes every asset anew; a night that is missing shows by the next noon.
EVERY_NIGHT = dg.FreshnessPolicy.time_window(
    warn_window=datetime.timedelta(hours=26), fail_window=datetime.timedelta(hours=34)
)


def days_of(context: dg.AssetExecutionContext) -> Days:
    """The delivery days of a run."""
    keys = context.partition_key_range
    return Days(datetime.date.fromisoformat(keys.start), datetime.date.fromisoformat(keys.end))


def is_replay(context: dg.AssetExecutionContext) -> bool:
    """Whether the run reads its days again from the archive, as a backfill does."""
    return REPLAY_TAG in context.run.tags or "dagster/backfill" in context.run.tags


@dg.resource(description="The home, locked against other writers while the run goes on.")
def night_resource(context: dg.InitResourceContext) -> Iterator[Night]:
    with begin(settings.home(), f"run {context.run_id}") as night:
        if context.instance and context.run_id:
            end_dead_runs(context.instance, but=context.run_id)
        yield night


def end_dead_runs(instance: dg.DagsterInstance, but: str | None = None) -> None:
    """Notes as failed what seems to run still; only for who holds the home's lock, and so knows that it does not.

    Dagster does not see when the process of a run is killed, and would wait for its end for ever before it starts
    another.
    """
    for run in instance.get_runs(dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING])):
        if run.run_id != but:
            instance.report_run_failed(run, "The process of this run ended without a word: it was killed.")
