"""Where a feed stands: what its lake says of every provider, whatever the last night brought or did not bring."""

import collections
import dataclasses
import datetime
import functools
from collections.abc import Iterable

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipelines.contracts import Contract
from pipelines.home import Home
from pipelines.lake import drift, ledger, validation
from pipelines.lake.effective import effective
from pipelines.lake.ledger import Outcome
from pipelines.lake.rows import QUARANTINE_SCHEMA
from pipelines.lake.validation import Validation
from pipelines.providers import Provider


@dataclasses.dataclass(frozen=True)
class Standing:
    """A feed as its lake has it.

    ``outcomes``: what became of every delivery. ``differences``: what is not as agreed with the columns of each
    delivery, by its id. ``validations``: what the suite said of each delivery whose rows it has seen, by its id.
    """

    outcomes: list[Outcome]
    differences: dict[str, list[drift.Difference]]
    validations: dict[str, Validation]

    @property
    def rows(self) -> int:
        """The rows that the lake has of the feed."""
        return sum(outcome.accepted for outcome in self.outcomes)

    @functools.cached_property
    def latest(self) -> list[Outcome]:
        """The latest delivery of each provider; one that repeats another says nothing new."""
        return _latest(self.outcomes)

    @functools.cached_property
    def latest_read(self) -> list[Outcome]:
        """The latest delivery of each provider among those that could be read, whatever became of their rows."""
        return _latest(each for each in self.outcomes if each.status == "accepted" or each.rows_read)

    @functools.cached_property
    def latest_validations(self) -> list[Validation]:
        """What the suite said of those; of a delivery without rows it says nothing."""
        ids = [outcome.delivery.delivery_id for outcome in self.latest_read]
        return [self.validations[delivery_id] for delivery_id in ids if delivery_id in self.validations]

    @functools.cached_property
    def broken(self) -> dict[str, int]:
        """How many rows of the latest deliveries break each rule, by its name; 0 where none does."""
        counts: collections.Counter[str] = collections.Counter()
        for said in self.latest_validations:
            counts.update(dict.fromkeys(said.rules, 0))
            counts.update(said.broken)
        return dict(counts)

    @functools.cached_property
    def by_day(self) -> dict[datetime.date, list[Outcome]]:
        """The deliveries by the day they are of; days without any are missing."""
        days: dict[datetime.date, list[Outcome]] = {}
        for outcome in self.outcomes:
            days.setdefault(outcome.delivery.delivered_on, []).append(outcome)
        return days

    @property
    def validated_on(self) -> datetime.date | None:
        """The last day on which any of them was validated, in Shenzhen; None where none ever was."""
        return max((said.validated_on for said in self.latest_validations), default=None)


def of_feed(home: Home, contract: Contract) -> Standing:
    """Where the feed stands now.

    Raises:
        ledger.UnreadableBatch: what a batch says of its deliveries is damaged.
    """
    live = ledger.batches(home, contract.feed)
    outcomes = effective((outcome for batch in live for outcome in batch.outcomes), contract)
    said = {delivery_id: each for batch in live for delivery_id, each in validation.of_batch(batch).items()}
    return Standing(outcomes, drift.differences(outcomes, contract), said)


def quarantined_cells(
    home: Home, contract: Contract, delivery_ids: Iterable[str], of_each: str, at_most: int
) -> pd.DataFrame:
    """The first ``at_most`` quarantined cells of each rule, or each delivery_id, in these deliveries.

    They are as ``rows.QUARANTINE_SCHEMA`` has them.

    Raises:
        OSError: a file is damaged.
    """
    wanted = pa.array(list(delivery_ids), pa.string())
    found = [QUARANTINE_SCHEMA.empty_table().to_pandas()]
    for batch in ledger.batches(home, contract.feed):
        if batch.quarantine_file.exists() and len(wanted):
            cells = pq.read_table(batch.quarantine_file, filters=pc.field("delivery_id").isin(wanted))
            found.append(cells.to_pandas().groupby(of_each, sort=False).head(at_most))
    first: pd.DataFrame = pd.concat(found, ignore_index=True).groupby(of_each, sort=False).head(at_most)
    return first


def _latest(outcomes: Iterable[Outcome]) -> list[Outcome]:
    latest: dict[Provider, Outcome] = {}
    for outcome in sorted(outcomes, key=lambda each: each.delivery.order):
        if outcome.status != "repeated":
            latest[outcome.delivery.provider] = outcome
    return list(latest.values())
