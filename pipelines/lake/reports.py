"""Which period a delivery reports."""

import calendar
import datetime
from collections.abc import Iterable, Iterator

from pipelines import calendar_cn, reading
from pipelines.contracts import Cadence, Contract
from pipelines.lake.ledger import Delivery, Outcome
from pipelines.providers import Provider

_DAY = datetime.timedelta(days=1)
_RUNNING_PERIOD_FROM = datetime.timedelta(days=10)
"""So long before a period's end a list may report it, as January's is sent before the Spring Festival."""

_MONTHS: dict[Cadence, int] = {"monthly": 1, "quarterly": 3, "yearly": 12}


def state_days(of_feed: Iterable[Outcome], contract: Contract) -> dict[str, datetime.date]:
    """The last day of the period whose state each list is, by delivery id, given all effective deliveries of the feed.

    Of a feed of events it is empty: they belong to periods by their own dates.
    """
    if contract.mode != "snapshot":
        return {}
    found = {}
    for of_provider in by_provider(of_feed):
        reported_to = datetime.date.min
        for outcome in of_provider:
            period_end = reported_period_end(contract, outcome.delivery, reported_to)
            found[outcome.delivery.delivery_id] = period_end
            if outcome.status == "accepted":
                reported_to = period_end
    return found


def by_provider(of_feed: Iterable[Outcome]) -> Iterator[list[Outcome]]:
    """The deliveries of each provider in their order."""
    found: dict[Provider, list[Outcome]] = {}
    for outcome in of_feed:
        found.setdefault(outcome.delivery.provider, []).append(outcome)
    for of_provider in found.values():
        yield sorted(of_provider, key=lambda each: each.delivery.order)


def reported_period_end(contract: Contract, delivery: Delivery, reported_to: datetime.date) -> datetime.date:
    """The last day of the period that a delivery reports.

    It is the latest one that was over on its date. A list of the last ten days of a running period reports this one,
    where the one before is reported already: ``reported_to`` is the end of the latest that its provider has reported.
    A page set reports up to its own day.
    """
    on = delivery.delivered_on
    if reading.is_page_set(delivery.file_name):
        return on
    over = _last_period_end(contract.cadence, on)
    if contract.mode == "snapshot" and over <= reported_to:
        running = _period_end(contract.cadence, on)
        return running if running - on < _RUNNING_PERIOD_FROM else over
    return over


def _last_period_end(cadence: Cadence, on: datetime.date) -> datetime.date:
    """The end of the latest period that ended on or before the day; of days the latest on which people worked."""
    if cadence == "daily":
        while not calendar_cn.is_working_day(on):
            on -= _DAY
        return on
    end = _period_end(cadence, on)
    return end if end == on else _period_start(cadence, on) - _DAY


def _period_start(cadence: Cadence, on: datetime.date) -> datetime.date:
    if cadence == "weekly":
        return on - on.weekday() * _DAY
    months = _MONTHS[cadence]
    return on.replace(month=(on.month - 1) // months * months + 1, day=1)


def _period_end(cadence: Cadence, on: datetime.date) -> datetime.date:
    start = _period_start(cadence, on)
    if cadence == "weekly":
        return start + 6 * _DAY
    last_month = start.month + _MONTHS[cadence] - 1
    return start.replace(month=last_month, day=calendar.monthrange(start.year, last_month)[1])
