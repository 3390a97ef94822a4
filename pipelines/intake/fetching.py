"""First step: each platform is asked what it has changed, and its answer lands like any other delivery."""

import datetime
import logging

from pipelines import settings
from pipelines.contracts import Contract
from pipelines.home import Home
from pipelines.intake.taken import Fault
from pipelines.lake.ledger import Outcome
from pipelines.landing import platform
from pipelines.landing.cursor import Cursor
from pipelines.providers import Platform, Provider
from pipelines.reading import PAGE_SET_SUFFIX

_LOG = logging.getLogger(__name__)


def fetch(
    home: Home,
    contract: Contract,
    night_on: datetime.date,
    known: list[Outcome],
    platforms: dict[str, Platform],
) -> list[Fault]:
    """Asks every platform, once a night, for what changed since its last page set that was accepted.

    ``known``: the feed's deliveries in the ledger; ``platforms``: those that must deliver this night, by code. What is
    fetched is in landing; the faults are those of platforms that gave no answer.
    """
    if not contract.is_fetched:
        return []
    faults = []
    for code, declared in platforms.items():
        provider = Provider("platform", code)
        page_sets = [each for each in known if each.delivery.provider == provider and each.updated_since]
        destination = home.landing / "platform" / code / contract.feed / f"{night_on}{PAGE_SET_SUFFIX}"
        is_answered = destination.exists() or any(each.delivery.delivered_on >= night_on for each in page_sets)
        if is_answered:
            continue
        destination.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            token = settings.secret(declared.token_env)
            platform.fetch(declared.base_url, contract.feed, token, _cursor(page_sets), destination, night_on)
        except (platform.PlatformFault, settings.MissingSecret) as error:
            _LOG.warning("feed %s, platform %s: %s", contract.feed, code, error)
            faults.append(Fault(code, str(error)))
    return faults


def _cursor(page_sets: list[Outcome]) -> Cursor:
    accepted = (each.updated_since for each in page_sets if each.status == "accepted")
    return Cursor(max(filter(None, accepted), default=None))
