"""The plan of the city: what is true, what will be delivered, and the trouble in it.

A domain is a module with ``plan(city) -> dict[feed, FeedPlan]``; which domains there are stands in ``DOMAINS``.
"""

import collections
import dataclasses
import datetime
import importlib
import itertools

import pandas

from pipelines.contracts import contract_of
from sample_city import files
from sample_city.city import DEFAULT_END, DEFAULT_START, DEFAULT_VOLUME, City
from sample_city.delivery import Delivery, FeedPlan, Served

# The longest first, so that the processes finish together.
DOMAINS: tuple[str, ...] = (
    "association_activity",
    "services",
    "associations",
    "residential",
    "party",
    "appeals",
    "new_employment",
    "review",
    "volunteering",
    "profession",
    "industry_chains",
    "department",
    "governance",
)


@dataclasses.dataclass(frozen=True)
class Planted:
    """One delivery with planted trouble, and what the ledger must find: its status and the rows it must turn away.

    ``file_name`` is empty and ``status`` is ``missing`` for a delivery that never comes; ``delivered_on`` is then the
    day on which it would have come. It is empty, too, for what a platform serves to whoever asks for everything.
    ``rows_read`` is 0 where nothing can be read.
    """

    kind: str
    feed: str
    provider_type: str
    provider_code: str
    delivered_on: datetime.date
    file_name: str
    status: str
    rows_read: int
    quarantined: int
    duplicate: int


@dataclasses.dataclass(frozen=True)
class Plan:
    """What is true in the city, by feed, and everything that will be delivered."""

    city: City
    feeds: dict[str, FeedPlan]

    @property
    def truth(self) -> dict[str, pandas.DataFrame]:
        return {feed: plan.truth for feed, plan in self.feeds.items()}

    @property
    def deliveries(self) -> list[Delivery]:
        return [delivery for plan in self.feeds.values() for delivery in plan.deliveries]

    @property
    def planted(self) -> list[Planted]:
        return [each for plan in self.feeds.values() for each in planted_in(plan)]


def plan(
    start: datetime.date = DEFAULT_START, end: datetime.date = DEFAULT_END, volume: float = DEFAULT_VOLUME
) -> Plan:
    """The whole plan of the city; at volume 1 it needs some gigabytes."""
    city = City(start, end, volume)
    feeds: dict[str, FeedPlan] = {}
    for domain in DOMAINS:
        feeds |= domain_plan(city, domain)
    return Plan(city, feeds)


def domain_plan(city: City, domain: str) -> dict[str, FeedPlan]:
    """The plan of each feed of a domain."""
    module = importlib.import_module(f"{__package__}.{domain}")
    plans: dict[str, FeedPlan] = module.plan(city)
    return plans


def planted_in(feed_plan: FeedPlan) -> list[Planted]:
    """What the deliveries of a feed with trouble must become, and its first ones in an awkward but readable form."""
    found = [_planted(delivery, delivery.planted) for delivery in feed_plan.deliveries if delivery.planted]
    if feed_plan.contract.is_fetched:
        return found
    ordinary = [delivery for delivery in feed_plan.deliveries if not delivery.planted and delivery.status == "accepted"]
    for kind, has_form in files.AWKWARD_FORMS.items():
        examples = (each for each in ordinary if has_form(files.habits_of(each.feed, each.provider_code)))
        found += [_planted(delivery, kind) for delivery in itertools.islice(examples, 1)]
    return found


def planted_by_platform(served: Served, served_until: datetime.date) -> Planted:
    """The trouble in what a platform serves."""
    return Planted(
        kind=served.planted,
        feed=served.feed,
        provider_type="platform",
        provider_code=served.platform,
        delivered_on=served_until,
        file_name="",
        status="accepted",
        rows_read=served.row_count,
        quarantined=served.quarantined,
        duplicate=served.duplicate,
    )


def _planted(delivery: Delivery, kind: str) -> Planted:
    is_file = delivery.status != "missing" and not contract_of(delivery.feed).is_fetched
    is_readable = delivery.status == "accepted"
    return Planted(
        kind=kind,
        feed=delivery.feed,
        provider_type=delivery.provider_type,
        provider_code=delivery.provider_code,
        delivered_on=delivery.delivered_on,
        file_name=files.file_name(delivery) if is_file else "",
        status=delivery.status,
        rows_read=len(delivery.rows) if is_readable else 0,
        quarantined=delivery.quarantined,
        duplicate=delivery.duplicate,
    )


def summary(found: list[Planted]) -> list[str]:
    """A line for each kind of trouble: how many deliveries have it, and the rows they lose."""
    lines = []
    for kind, count in sorted(collections.Counter(each.kind for each in found).items()):
        quarantined = sum(each.quarantined for each in found if each.kind == kind)
        duplicate = sum(each.duplicate for each in found if each.kind == kind)
        lines.append(f"{kind}: {count} deliveries, {quarantined} rows to quarantine, {duplicate} repeated rows")
    return lines
