"""What the providers of a feed deliver and what becomes of it: the truth, and the files that carry it.

The truth of a feed is one frame of clean rows by provider, with the contract's columns typed:
  append    every event once
  upsert    every key once, as it stands in the end
  snapshot  every row of every state that reaches the warehouse, with ``state_on``, the last day of the state's period;
            a state that was never delivered is not there: the provider's state before it goes on
Moments are local (Asia/Shanghai). A delivery's rows have the same columns; a cell may hold a text that can't be right.
"""

import dataclasses
import datetime
from collections.abc import Callable, Iterator
from typing import Any

import numpy
import pandas

from pipelines.contracts import Contract, ProviderType, contract_of
from pipelines.districts import DISTRICTS
from pipelines.providers import MUNICIPAL_CODE
from sample_city.city import City, Period

Providers = list[tuple[ProviderType, str]]

PROVIDER_COLUMNS = ["provider_type", "provider_code"]


@dataclasses.dataclass(frozen=True)
class Delivery:
    """One file of a provider, and what must become of it.

    ``planted`` names the trouble that it is or has, empty for an ordinary one; ``status`` is what the ledger must say,
    ``missing`` for a delivery that never comes. ``quarantined`` and ``duplicate`` count rows; the others are accepted.
    ``payload`` replaces the rows where the file is not a table at all; ``bytes_of`` where it repeats another file.
    """

    feed: str
    provider_type: ProviderType
    provider_code: str
    delivered_on: datetime.date
    rows: pandas.DataFrame
    sequence: int = 0
    planted: str = ""
    status: str = "accepted"
    quarantined: int = 0
    duplicate: int = 0
    without_columns: tuple[str, ...] = ()
    payload: bytes | None = None
    bytes_of: "Delivery | None" = None

    @property
    def provider(self) -> tuple[str, str]:
        return self.provider_type, self.provider_code

    @property
    def stem(self) -> str:
        """The file's name without its ending: the date, and the sequence unless it is 0."""
        return f"{self.delivered_on}-{self.sequence}" if self.sequence else str(self.delivered_on)


@dataclasses.dataclass(frozen=True)
class Served:
    """What a platform serves of a feed: frames of the contract's columns, one after the other in ``updated_at``.

    ``planted``, ``quarantined`` and ``duplicate`` are as those of a delivery.
    """

    feed: str
    platform: str
    row_count: int
    blocks: Callable[[], Iterator[pandas.DataFrame]]
    planted: str = ""
    quarantined: int = 0
    duplicate: int = 0

    def delivery(self, served_until: datetime.date) -> Delivery:
        """All of it in one frame."""
        return Delivery(
            self.feed,
            "platform",
            self.platform,
            served_until,
            pandas.concat(self.blocks(), ignore_index=True),
            planted=self.planted,
            quarantined=self.quarantined,
            duplicate=self.duplicate,
        )


@dataclasses.dataclass
class FeedPlan:
    """A feed's truth and its deliveries, in the order of provider and date. Planting trouble changes both in place."""

    feed: str
    truth: pandas.DataFrame
    deliveries: list[Delivery]

    @property
    def contract(self) -> Contract:
        return contract_of(self.feed)

    def of(self, provider_code: str) -> list[Delivery]:
        """The deliveries of one provider, oldest first."""
        return sorted(
            (delivery for delivery in self.deliveries if delivery.provider_code == provider_code),
            key=lambda delivery: (delivery.delivered_on, delivery.sequence),
        )

    def replace(self, old: Delivery, *new: Delivery) -> None:
        """Puts other deliveries in the place of one."""
        position = next(position for position, delivery in enumerate(self.deliveries) if delivery is old)
        self.deliveries[position : position + 1] = new


def district_providers() -> Providers:
    """The eleven districts as providers."""
    return [("district", code) for code in DISTRICTS]


def department() -> Providers:
    """The department itself as the one provider of its ledgers."""
    return [("municipal", MUNICIPAL_CODE)]


def planned_events(
    city: City,
    feed: str,
    rows: pandas.DataFrame,
    dates: "pandas.Series[pandas.Timestamp]",
    providers: Providers,
) -> FeedPlan:
    """The plan of an append feed: every provider delivers each period's events, also when there are none.

    ``rows`` has the provider columns and the contract's; ``dates`` says when each becomes known. What becomes known
    outside the reported periods is left out, of the truth too.
    """
    numbered = _with_period(city, feed, rows, dates)
    return FeedPlan(feed, _truth(feed, numbered), list(_deliveries(city, feed, numbered, providers)))


def planned_versions(
    city: City,
    feed: str,
    versions: pandas.DataFrame,
    dates: "pandas.Series[pandas.Timestamp]",
    providers: Providers,
) -> FeedPlan:
    """The plan of an upsert feed, of which ``versions`` holds every version of every key, each known from its date.

    Of the versions that become known in the same period the last one is delivered.
    """
    keys = [*PROVIDER_COLUMNS, *(column.name for column in contract_of(feed).keys)]
    numbered = _with_period(city, feed, versions, dates).drop_duplicates([*keys, "_period"], keep="last")
    truth = _truth(feed, numbered.drop_duplicates(keys, keep="last"))
    return FeedPlan(feed, truth, list(_deliveries(city, feed, numbered, providers)))


def planned_steps(
    city: City, feed: str, rows: pandas.DataFrame, steps: dict[str, tuple[str, ...]], providers: Providers
) -> FeedPlan:
    """The plan of an upsert feed whose rows arrive anew with every step that they take.

    ``steps`` are columns of dates, in their order, each with the other columns that are known only from then on.
    """
    versions, known_on = [], []
    names = list(steps)
    for number, step in enumerate(names):
        taken = rows[rows[step].notna()]
        unknown = [column for later in names[number + 1 :] for column in (later, *steps[later])]
        versions.append(taken.assign(**{column: _emptied(taken[column]) for column in unknown}))
        known_on.append(taken[step])
    everything = pandas.concat(versions, ignore_index=True)
    return planned_versions(city, feed, everything, pandas.concat(known_on, ignore_index=True), providers)


def planned_states(city: City, feed: str, states: pandas.DataFrame, providers: Providers) -> FeedPlan:
    """The plan of a snapshot feed; ``states`` holds the rows of every state, ``state_on`` its period's last day."""
    numbered = _with_period(city, feed, states, states["state_on"])
    return FeedPlan(feed, _truth(feed, numbered), list(_deliveries(city, feed, numbered, providers)))


def states_of(
    city: City, feed: str, entities: pandas.DataFrame, since: str, until: str | None = None
) -> pandas.DataFrame:
    """A row for each entity and reported period of the feed at whose end it exists, with ``state_on``.

    ``since`` and ``until`` name columns of dates: an entity is on the books from the one on, and stays until the day
    before the other. What a date column knows only later is not yet in the state, except where the dates are plans.
    """
    states = [entities.iloc[:0].assign(state_on=pandas.Timestamp(city.start))]
    for period in city.periods(contract_of(feed).cadence):
        last = pandas.Timestamp(period.last)
        known = entities[since].le(last)
        if until is not None:
            known &= ~entities[until].le(last)
        states.append(entities[known].assign(state_on=last))
    return pandas.concat(states, ignore_index=True)


def hide_future(states: pandas.DataFrame, *columns: str) -> pandas.DataFrame:
    """The states without the dates in ``columns`` that lie after the state's own day."""
    return states.assign(**{column: states[column].mask(states[column].gt(states["state_on"])) for column in columns})


def _emptied(values: "pandas.Series[Any]") -> "pandas.Series[Any]":
    return values.where(pandas.Series(data=False, index=values.index))


def _with_period(
    city: City, feed: str, rows: pandas.DataFrame, dates: "pandas.Series[pandas.Timestamp]"
) -> pandas.DataFrame:
    """The rows of the reported periods, in the order of their dates, with the period's number as ``_period``."""
    periods = city.periods(contract_of(feed).cadence)
    if not periods:
        return rows.iloc[:0].assign(_period=0)
    ends = numpy.array([period.last for period in periods], dtype="datetime64[s]")
    first = numpy.datetime64(max(periods[0].first, city.start), "s")
    known_on = dates.to_numpy().astype("datetime64[D]").astype("datetime64[s]")
    order = numpy.argsort(known_on, kind="stable")
    numbered = rows.iloc[order].assign(_period=numpy.searchsorted(ends, known_on[order]))
    reported = (known_on[order] >= first) & (known_on[order] <= min(ends[-1], numpy.datetime64(city.end, "s")))
    kept: pandas.DataFrame = numbered[reported]
    return kept


def _truth(feed: str, rows: pandas.DataFrame) -> pandas.DataFrame:
    state = ["state_on"] if contract_of(feed).mode == "snapshot" else []
    columns = [*PROVIDER_COLUMNS, *state, *(column.name for column in contract_of(feed).columns)]
    return rows[columns].reset_index(drop=True)


def _deliveries(city: City, feed: str, numbered: pandas.DataFrame, providers: Providers) -> Iterator[Delivery]:
    contract = contract_of(feed)
    columns = [column.name for column in contract.columns]
    rows = numbered[columns]
    by_delivery = dict(iter(rows.groupby([numbered[name] for name in (*PROVIDER_COLUMNS, "_period")], sort=False)))
    nothing = rows.iloc[:0]
    periods = city.periods(contract.cadence)
    for provider_type, provider_code in providers:
        for number, delivered_on in enumerate(_delivery_dates(city, contract, provider_code, periods)):
            delivered = by_delivery.get((provider_type, provider_code, number), nothing)
            yield Delivery(feed, provider_type, provider_code, delivered_on, delivered)


def _delivery_dates(
    city: City, contract: Contract, provider_code: str, periods: tuple[Period, ...]
) -> list[datetime.date]:
    """When a provider delivers each period: daily ones the same evening, others some days after, and in time."""
    if contract.cadence == "daily":
        return [period.last for period in periods]
    generator = city.random(f"{contract.feed} {provider_code} delivery days")
    days = generator.integers(1, contract.due_days + 1, len(periods)).tolist()
    return [period.last + datetime.timedelta(days=lag) for period, lag in zip(periods, days, strict=True)]
