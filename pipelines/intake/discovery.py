"""Second step: what a night has to take, of all that has landed and of all that was ever taken."""

import dataclasses
import datetime
import logging
from collections.abc import Iterable, Iterator

from pipelines import contracts
from pipelines.contracts import Contract
from pipelines.home import Home
from pipelines.intake.arrival import Arrival
from pipelines.intake.taken import Fault
from pipelines.lake import ledger
from pipelines.lake.ledger import Batch, Delivery, Outcome
from pipelines.landing import archive, files
from pipelines.landing.files import LandedFile
from pipelines.providers import Provider

_LOG = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True)
class Days:
    """A span of delivery days, both ends included."""

    first: datetime.date
    last: datetime.date

    def __contains__(self, day: object) -> bool:
        return isinstance(day, datetime.date) and self.first <= day <= self.last


def batches_of(days: Days | None, live: list[Batch]) -> list[Batch]:
    """The batches that hold a delivery of those days, which a replay reads again; none without days."""
    return [batch for batch in live if days and any(each.delivery.delivered_on in days for each in batch.outcomes)]


def arrivals_again(batches: list[Batch], contract: Contract) -> list[Arrival]:
    """Every delivery of the batches, to be read again from the archive."""
    return [Arrival.again(outcome, contract) for batch in batches for outcome in batch.outcomes]


def new_arrivals(
    home: Home, contract: Contract, night_on: datetime.date, landed: Iterable[LandedFile], known: list[Outcome]
) -> tuple[list[Arrival], list[Fault]]:
    """The deliveries dated up to the night that the ledger does not know, and the files that could not be opened.

    The bytes of each are in the archive from now on.

    Raises:
        OSError: the archive does not take them.
    """
    ids = {each.delivery.delivery_id for each in known}
    sequences: dict[tuple[Provider, str], int] = {}
    for each in known:
        name = (each.delivery.provider, each.delivery.file_name)
        sequences[name] = max(each.delivery.sequence, sequences.get(name, 0))
    arrivals: list[Arrival] = []
    faults: list[Fault] = []
    for file in _unknown(landed, known, night_on):
        try:
            sha256 = archive.store(home, file.path)
        except archive.UntakenFile as error:
            _LOG.warning("feed %s, provider %s: %s", contract.feed, file.provider.code, error)
            faults.append(Fault(file.provider.code, str(error)))
            continue
        delivery = Delivery(
            feed=contract.feed,
            provider=file.provider,
            file_name=file.path.name,
            sha256=sha256,
            delivered_on=file.delivered_on,
            sequence=max(file.sequence, sequences.get((file.provider, file.path.name), -1) + 1),
        )
        if delivery.delivery_id not in ids:
            received_at = datetime.datetime.now(datetime.UTC).replace(tzinfo=None)
            arrivals.append(Arrival(delivery, received_at, file.size_bytes, file.modified_ns, contract))
    return arrivals, faults


def waiting(home: Home, night_on: datetime.date) -> list[str]:
    """The files dated up to ``night_on`` that the ledger does not know, by their place in landing."""
    return sorted(
        f"{file.path.relative_to(home.landing)} {file.size_bytes} {file.modified_ns}"
        for feed in contracts.all_contracts()
        for file in _unknown(files.scan(home, feed).files, ledger.outcomes(home, feed), night_on)
    )


def _unknown(landed: Iterable[LandedFile], known: list[Outcome], night_on: datetime.date) -> Iterator[LandedFile]:
    seen = {(each.delivery.provider, each.delivery.file_name, each.size_bytes, each.modified_ns) for each in known}
    for file in landed:
        is_seen = (file.provider, file.path.name, file.size_bytes, file.modified_ns) in seen
        if file.delivered_on <= night_on and not is_seen:
            yield file
