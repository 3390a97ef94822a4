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
        yield night
