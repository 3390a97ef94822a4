"""Writes the planned deliveries into a home, which from then on says that it is a sample."""

import concurrent.futures
import datetime
import functools
import multiprocessing
from collections.abc import Callable, Iterator

from pipelines.contracts import contract_of
from pipelines.home import Home
from pipelines.providers import RegisteredProvider, initial_providers, is_kept_by_hand, write_register
from sample_city import files, server, store, volunteering
from sample_city.city import PLATFORMS, City
from sample_city.planning import DOMAINS, Planted, domain_plan, planted_by_platform, planted_in

_PROCESSES = 2


class NotASample(RuntimeError):
    """A home that is not the sample city's: made records must not stand among real ones."""


def make(
    home: Home, start: datetime.date, end: datetime.date, volume: float, say: Callable[[str], None]
) -> list[Planted]:
    """Writes the city's deliveries into landing and registers its providers; returns the trouble that was planted.

    The same arguments give the same bytes. Domains are planned and written apart, on two processes, so that memory
    holds no more than two of them.

    Raises:
        NotASample: the home is in use for real deliveries.
    """
    if not store.is_sample(home) and (is_kept_by_hand(home) or any(home.lake.glob("*/*/ledger.json"))):
        raise NotASample(f"{home.root} has real providers or deliveries: make the sample city in a home of its own")
    home.make_folders()
    store.folder_of(home).parent.mkdir(exist_ok=True)
    store.mark(home)
    write_register(home.providers_file, providers(min(start, _REGISTERED_SINCE)))
    server.declare(home, PLATFORMS)
    found: list[Planted] = []
    with concurrent.futures.ProcessPoolExecutor(_PROCESSES, multiprocessing.get_context("spawn")) as pool:
        work = {pool.submit(_write_domain, home, City(start, end, volume), domain): domain for domain in DOMAINS}
        for done in concurrent.futures.as_completed(work):
            file_count, planted_here = done.result()
            found += planted_here
            say(f"sample {work[done]}: {file_count:,} files")
    return sorted(found, key=lambda each: (each.feed, each.provider_code, each.delivered_on, each.file_name, each.kind))


_REGISTERED_SINCE = datetime.date(2024, 1, 1)
"""Everyone owes 2024 whole, of which the usual sample delivers December alone: the year shows what it lacks."""


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


def _write_domain(home: Home, city: City, domain: str) -> tuple[int, list[Planted]]:
    """Plans one domain and writes its files; the number of files and the trouble in them."""
    if domain == "volunteering":
        return 0, list(_shelve(home, city))
    written, found = 0, []
    for feed_plan in domain_plan(city, domain).values():
        found += planted_in(feed_plan)
        for delivery in feed_plan.deliveries:
            if delivery.status == "missing":
                continue
            path = home.landing / files.path_in_landing(delivery)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(files.content(delivery))
            written += 1
    return written, found


def _shelve(home: Home, city: City) -> Iterator[Planted]:
    """Stores what the platforms serve, and tells the trouble in it."""
    for served in volunteering.served(city):
        store.shelve(store.folder_of(home), served.platform, contract_of(served.feed), served.blocks())
        if served.planted:
            yield planted_by_platform(served, city.end)
