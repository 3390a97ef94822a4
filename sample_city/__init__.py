"""The sample city: made deliveries of every feed, from which the figures of the city's 2025 report come out.

``plan`` says what is true and what will be delivered; ``make`` writes it. A domain is a module with
``plan(city) -> dict[feed, FeedPlan]``; which domains there are stands in ``DOMAINS``.
"""

import collections
import concurrent.futures
import dataclasses
import datetime
import functools
import importlib
import itertools
import multiprocessing
from collections.abc import Callable

import pandas

from pipelines.contracts import contract_of
from pipelines.home import Home
from pipelines.providers import RegisteredProvider, initial_providers, is_kept_by_hand, write_register
from sample_city import files, server, store
from sample_city.city import DEFAULT_END, DEFAULT_START, DEFAULT_VOLUME, PLATFORMS, City
from sample_city.delivery import Delivery, FeedPlan

__all__ = ["DEFAULT_VOLUME", "Plan", "Planted", "make", "plan", "planted", "providers", "summary"]

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

_PROCESSES = 2
_README = """# 样例数据

这里的全部数据由样例城市生成：人员、企业、社会组织、机构及其编号均为虚构，不涉及任何真实的人和单位。

All data below this folder is made: no person, enterprise, organisation or number in it is real.
"""


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


class NotASample(RuntimeError):
    """A home that is not the sample city's: made records must not stand among real ones."""


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
        feeds |= _domain_plan(city, domain)
    return Plan(city, feeds)


def make(
    home: Home, start: datetime.date, end: datetime.date, volume: float, say: Callable[[str], None]
) -> list[Planted]:
    """Writes the city's deliveries into landing and registers its providers; returns the trouble that was planted.

    The same arguments give the same bytes. Domains are planned and written apart, on two processes, so that memory
    holds no more than two of them.

    Raises:
        NotASample: the home is in use for real deliveries.
    """
    if not home.sample.exists() and (is_kept_by_hand(home) or any(home.lake.glob("*/*/ledger.json"))):
        raise NotASample(f"{home.root} has real providers or deliveries: make the sample city in a home of its own")
    home.make_folders()
    home.sample.mkdir(exist_ok=True)
    write_register(home.providers_file, providers(start))
    server.declare(home, PLATFORMS)
    (home.root / "README.md").write_text(_README, "utf-8")
    found: list[Planted] = []
    with concurrent.futures.ProcessPoolExecutor(_PROCESSES, multiprocessing.get_context("spawn")) as pool:
        work = {pool.submit(_write_domain, home, City(start, end, volume), domain): domain for domain in DOMAINS}
        for done in concurrent.futures.as_completed(work):
            file_count, planted_here = done.result()
            found += planted_here
            say(f"sample {work[done]}: {file_count:,} files")
    return sorted(found, key=lambda each: (each.feed, each.provider_code, each.delivered_on, each.file_name, each.kind))


def providers(active_from: datetime.date) -> list[RegisteredProvider]:
    """Everyone who must deliver in the sample city since ``active_from``."""
    register = functools.partial(RegisteredProvider, active_from=active_from)
    associations = [
        register(provider_type="association", provider_code=code, name_zh=name)
        for code, name in City().associations[["uscc", "name"]].itertuples(index=False)
    ]
    platforms = [
        register(provider_type="platform", provider_code=code, name_zh=name) for code, name in PLATFORMS.items()
    ]
    return [*initial_providers(active_from), *associations, *platforms]


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


def _domain_plan(city: City, domain: str) -> dict[str, FeedPlan]:
    module = importlib.import_module(f"{__name__}.{domain}")
    plans: dict[str, FeedPlan] = module.plan(city)
    return plans


def _write_domain(home: Home, city: City, domain: str) -> tuple[int, list[Planted]]:
    """Plans one domain and writes its files; the number of files and the trouble in them."""
    written, found = 0, []
    for feed_plan in _domain_plan(city, domain).values():
        found += planted_in(feed_plan)
        for delivery in feed_plan.deliveries:
            if delivery.status == "missing":
                continue
            if feed_plan.contract.is_fetched:
                store.shelve(store.folder_of(home), delivery.provider_code, feed_plan.contract, delivery.rows)
                continue
            path = home.landing / files.path_in_landing(delivery)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(files.content(delivery))
            written += 1
    return written, found
