"""The night as Dagster sees it: its days as partitions, and the resource that the steps of a run share."""

import collections
import datetime
import functools
from collections.abc import Iterator, Mapping

import dagster as dg
import pydantic

from pipelines import intake, settings
from pipelines.components import history
from pipelines.components.metadata import day_figures, run_figures
from pipelines.intake import Replay, Taken
from pipelines.lake.ledger import Outcome
from pipelines.lake.standing import Standing
from pipelines.night import Night, begin
from pipelines.workarounds import partition_events

LAUNCHED_BY_TAG = "sww/launched_by"
_LAUNCHERS = {
    "dagster/schedule_name": "schedule",
    "dagster/sensor_name": "sensor",
    "dagster/backfill": "backfill",
    "dagster/from_ui": "ui",
}

# Every night makes every asset anew; a night that is missing shows by the next noon.
EVERY_NIGHT = dg.FreshnessPolicy.time_window(
    warn_window=datetime.timedelta(hours=26), fail_window=datetime.timedelta(hours=34)
)


class NightConfig(dg.Config):
    """What a run takes. Without any of it: all that has landed by the run's last delivery day, or by today."""

    night: str | None = pydantic.Field(
        default=None, description="Take what has landed by this day, YYYY-MM-DD; else by the last partition, or today."
    )
    replay_from: str | None = pydantic.Field(
        default=None, description="Read again from the archive what was delivered on this day or later, YYYY-MM-DD."
    )
    replay_to: str | None = pydantic.Field(
        default=None, description="Read again from the archive what was delivered on this day or before, YYYY-MM-DD."
    )
    replay_feed: str | None = pydantic.Field(
        default=None, description="Read again what was delivered for this feed, as `appeals`."
    )
    replay_provider: str | None = pydantic.Field(
        default=None, description="Read again what this provider delivered: its code, as `440303`."
    )
    replay_delivery: str | None = pydantic.Field(
        default=None,
        description="Read this one delivery again: its id, 16 hexadecimal digits, as marts.deliveries has it.",
    )

    @pydantic.field_validator("night", "replay_from", "replay_to")
    @classmethod
    def _is_a_day(cls, text: str | None) -> str | None:
        _day(text)
        return text

    @property
    def replay(self) -> Replay | None:
        """The deliveries that everything given speaks of; None where nothing is."""
        replay = Replay(
            first_day=_day(self.replay_from),
            last_day=_day(self.replay_to),
            feed=self.replay_feed,
            provider=self.replay_provider,
            delivery=self.replay_delivery,
        )
        return None if replay == Replay() else replay


def night_config(night: datetime.date, replay: Replay | None) -> dict[str, str]:
    """What of ``NightConfig`` says the same as these."""
    given = {
        "night": night,
        "replay_from": replay and replay.first_day,
        "replay_to": replay and replay.last_day,
        "replay_feed": replay and replay.feed,
        "replay_provider": replay and replay.provider,
        "replay_delivery": replay and replay.delivery,
    }
    return {name: str(value) for name, value in given.items() if value is not None}


def _day(text: str | None) -> datetime.date | None:
    return datetime.date.fromisoformat(text) if text else None


@dg.resource(
    config_schema=NightConfig.to_config_schema(),
    description="The home, locked against other writers while the run goes on, and what the run takes of it.",
)
def night_resource(context: dg.InitResourceContext) -> Iterator[Night]:
    run, instance = context.run, context.instance
    if run is None or instance is None:
        raise dg.DagsterInvariantViolationError("a night is part of a run")
    if LAUNCHED_BY_TAG not in run.tags:
        instance.add_run_tags(run.run_id, {LAUNCHED_BY_TAG: launched_by(run.tags)})
    config = NightConfig(**context.resource_config)
    days = partition_days(run.tags)
    on = _day(config.night) or (days[1] if days else settings.today())
    with begin(settings.home(), f"run {run.run_id}", on, config.replay or _days_again(run.tags)) as night:
        history.end_dead_runs(instance, but=run.run_id)
        history.purge(instance, settings.history_days())
        yield night


def launched_by(tags: Mapping[str, str]) -> str:
    """What launched a run with these tags: schedule, sensor, backfill, ui; else api."""
    return next((launcher for tag, launcher in _LAUNCHERS.items() if tag in tags), "api")


def partition_days(tags: Mapping[str, str]) -> tuple[datetime.date, datetime.date] | None:
    """The first and the last delivery day that a run with these tags was launched for; None for one without."""
    if day := tags.get("dagster/partition"):
        return datetime.date.fromisoformat(day), datetime.date.fromisoformat(day)
    first, last = (tags.get(f"dagster/asset_partition_range_{end}") for end in ("start", "end"))
    return (datetime.date.fromisoformat(first), datetime.date.fromisoformat(last)) if first and last else None


def _days_again(tags: Mapping[str, str]) -> Replay | None:
    """Who picks delivery days in the UI, one or a backfill of many, wants what was delivered on them read again."""
    days = partition_days(tags)
    return Replay(*days) if days and launched_by(tags) in ("backfill", "ui") else None


@functools.cache
def delivery_days() -> dg.DailyPartitionsDefinition:
    """The days on which providers deliver, from the home's first delivery to today.

    Days, since a backfill of days is what people ask for; the same for all feeds, so that one choice of days launches
    one run. The first one is looked up once for each load of the code location (``definitions`` clears the cache).
    A new home begins today.
    """
    start = (intake.first_delivery_day(settings.home()) or settings.today()).isoformat()
    return dg.DailyPartitionsDefinition(start_date=start, timezone=settings.SHANGHAI.key, end_offset=1)


def partition_of(night: datetime.date) -> str:
    """The partition that a run for this night is launched for; before the first delivery there is only the first."""
    return max(night, _first_day()).isoformat()


def _first_day() -> datetime.date:
    return delivery_days().start.date()


def tell_of_days(
    context: dg.AssetExecutionContext, key: dg.AssetKey, night: datetime.date, standing: Standing, taken: Taken
) -> None:
    """Tells Dagster of every delivery day that this run has touched or that it knows nothing of, each with its figures.

    The days that the run was launched for become partitions by themselves, and get their figures here. A run reads
    others as well: late deliveries, and after a pause the days between.
    """
    read: dict[datetime.date, list[Outcome]] = collections.defaultdict(list)
    for outcome in taken.outcomes:
        read[outcome.delivery.delivered_on].append(outcome)

    def figures(day: datetime.date) -> dict[str, dg.MetadataValue]:
        return day_figures(standing.by_day.get(day, [])) | run_figures(read[day])

    own = {datetime.date.fromisoformat(day) for day in context.partition_keys}
    for day in own:
        context.add_asset_metadata(figures(day), partition_key=day.isoformat())
    known = {datetime.date.fromisoformat(day) for day in context.instance.get_materialized_partitions(key)}
    first = _first_day()
    days = {first + datetime.timedelta(days=number) for number in range((night - first).days + 1)}
    untouched = sorted(days - known - own - read.keys())
    touched = sorted(days & read.keys() - own)
    partition_events.report_without_run(
        context, [_materialization(key, day, day_figures(standing.by_day.get(day, []))) for day in untouched]
    )
    partition_events.report_in_run(context, [_materialization(key, day, figures(day)) for day in touched])


def _materialization(
    key: dg.AssetKey, day: datetime.date, figures: Mapping[str, dg.MetadataValue]
) -> dg.AssetMaterialization:
    return dg.AssetMaterialization(key, partition=day.isoformat(), metadata=figures)
