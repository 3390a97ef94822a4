"""Second step: what a night has to take, of all that has landed and of all that was ever taken."""

import collections
import dataclasses
import datetime
import itertools
import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence

from pipelines import contracts, settings
from pipelines.contracts import Contract
from pipelines.home import Home
from pipelines.intake.arrival import Arrival
from pipelines.intake.taken import Fault
from pipelines.lake import ledger
from pipelines.lake.ledger import Batch, Delivery, Outcome
from pipelines.landing import archive, files, touched
from pipelines.landing.files import LandedFile
from pipelines.providers import Provider, Register, UnusableRegister, registered

_LOG = logging.getLogger(__name__)
_LONGEST_HISTORY = datetime.timedelta(days=3653)


@dataclasses.dataclass(frozen=True)
class Replay:
    """The deliveries that are read again from the archive: those of which everything holds that is given.

    ``first_day`` and ``last_day``: of their delivery, both included; ``provider``: the code; ``delivery``: the id.
    """

    first_day: datetime.date | None = None
    last_day: datetime.date | None = None
    feed: str | None = None
    provider: str | None = None
    delivery: str | None = None

    def __contains__(self, outcome: object) -> bool:
        if not isinstance(outcome, Outcome):
            return False
        delivery = outcome.delivery
        return (
            (self.first_day is None or self.first_day <= delivery.delivered_on)
            and (self.last_day is None or delivery.delivered_on <= self.last_day)
            and self.feed in (None, delivery.feed)
            and self.provider in (None, delivery.provider.code)
            and self.delivery in (None, delivery.delivery_id)
        )


def batches_of(replay: Replay | None, live: list[Batch]) -> list[Batch]:
    """The batches that hold a delivery of the replay; none without one."""
    return [batch for batch in live if replay and any(outcome in replay for outcome in batch.outcomes)]


def new_arrivals(
    home: Home, contract: Contract, night_on: datetime.date, landed: Sequence[LandedFile], known: list[Outcome]
) -> tuple[list[Arrival], list[Fault]]:
    """The deliveries dated up to the night that the ledger does not know, and the files that could not be opened.

    The bytes of each are in the archive from now on.

    Raises:
        OSError: the archive does not take them.
    """
    latest = _latest_of_each_name(known)
    times = collections.Counter(
        (each.delivery.provider, each.delivery.file_name, each.delivery.sha256) for each in known
    )
    arrivals: list[Arrival] = []
    faults: list[Fault] = []
    unchanged = touched.known(home, contract.feed)
    for file in _unknown(landed, known, night_on, unchanged):
        try:
            sha256 = archive.store(home, file.path)
        except archive.UntakenFile as error:
            _LOG.warning("feed %s, provider %s: %s", contract.feed, file.provider.code, error)
            faults.append(Fault(file.provider.code, str(error)))
            continue
        before = latest.get((file.provider, file.path.name))
        if before and before.delivery.sha256 == sha256:
            unchanged[file.state] = sha256
            continue
        delivery = Delivery(
            feed=contract.feed,
            provider=file.provider,
            file_name=file.path.name,
            sha256=sha256,
            delivered_on=file.delivered_on,
            sequence=max(file.sequence, before.delivery.sequence + 1 if before else 0),
            again=times[file.provider, file.path.name, sha256],
        )
        received_at = datetime.datetime.now(datetime.UTC).replace(tzinfo=None)
        arrivals.append(Arrival(delivery, received_at, file.size_bytes, file.modified_ns, contract))
    states = {file.state for file in landed}
    touched.note(home, contract.feed, {state: sha256 for state, sha256 in unchanged.items() if state in states})
    return arrivals, faults


def first_delivery_day(home: Home) -> datetime.date | None:
    """The day of the first delivery of a provider that was registered then, landed or taken; None where there is none.

    Ten years are looked back at most, so that a slip of a provider's pen makes no century of days. Of a home whose
    register or ledger can't be read it is None, too; the next night says why.
    """
    try:
        return min(_delivery_days(home), default=None)
    except (OSError, ledger.UnreadableBatch, UnusableRegister):
        return None


def _delivery_days(home: Home) -> set[datetime.date]:
    register = Register(registered(home))
    landed = (
        (each.provider, each.delivered_on)
        for feed in contracts.all_contracts()
        for each in files.scan(home, feed).files
    )
    taken = (
        (outcome.delivery.provider, outcome.delivery.delivered_on)
        for feed in contracts.all_contracts()
        for outcome in ledger.outcomes(home, feed)
    )
    earliest = settings.today() - _LONGEST_HISTORY
    pairs = {(provider, day) for provider, day in itertools.chain(landed, taken) if earliest <= day}
    return {day for provider, day in pairs if register.is_active(provider, day)}


def waiting(home: Home, night_on: datetime.date) -> list[str]:
    """The files dated up to ``night_on`` that the ledger does not know, by their place in landing."""
    return sorted(
        f"{file.path.relative_to(home.landing)} {file.size_bytes} {file.modified_ns}"
        for feed in contracts.all_contracts()
        for file in _unknown(
            files.scan(home, feed).files, ledger.outcomes(home, feed), night_on, touched.known(home, feed)
        )
    )


def _unknown(
    landed: Iterable[LandedFile], known: Iterable[Outcome], night_on: datetime.date, unchanged: Mapping[str, str]
) -> Iterator[LandedFile]:
    """The files that may be new; ``unchanged``: those that were touched alone, as ``touched`` knows them."""
    latest = _latest_of_each_name(known)
    for file in landed:
        before = latest.get((file.provider, file.path.name))
        is_seen = before is not None and (
            (before.size_bytes, before.modified_ns) == (file.size_bytes, file.modified_ns)
            or before.delivery.sha256 == unchanged.get(file.state)
        )
        if file.delivered_on <= night_on and not is_seen:
            yield file


def _latest_of_each_name(known: Iterable[Outcome]) -> dict[tuple[Provider, str], Outcome]:
    """The last delivery under each name: where a file is written over, what it was before says nothing of it now."""
    latest: dict[tuple[Provider, str], Outcome] = {}
    for outcome in known:
        name = (outcome.delivery.provider, outcome.delivery.file_name)
        if name not in latest or latest[name].delivery.sequence < outcome.delivery.sequence:
            latest[name] = outcome
    return latest
