"""What a night did with a feed."""

import dataclasses
import pathlib

import pandas as pd

from pipelines.feedback import outbox
from pipelines.lake import drift, ledger, rows
from pipelines.lake.ledger import Outcome


@dataclasses.dataclass(frozen=True)
class Fault:
    """A platform that could not be asked or a landed file that could not be opened, and why (in Chinese).

    The next night tries it again.
    """

    provider_code: str
    reason_zh: str


@dataclasses.dataclass
class Taken:
    """What a night did with a feed.

    ``outcomes``: what became of the deliveries that it read, for the first time or again.
    ``quarantine``: the cells with a defect, as ``rows.QUARANTINE_SCHEMA`` has them, with no person's identifier in
    clear; of each delivery no more than its provider is told (``outbox.CELLS_LIMIT``), the lake has all of them.
    ``differences``: what is not as agreed with the columns of each delivery of the feed, by its id.
    """

    feed: str
    outcomes: list[Outcome] = dataclasses.field(default_factory=list)
    faults: list[Fault] = dataclasses.field(default_factory=list)
    strays: tuple[pathlib.Path, ...] = ()
    differences: dict[str, list[drift.Difference]] = dataclasses.field(default_factory=dict)
    quarantine: pd.DataFrame = dataclasses.field(
        default_factory=lambda: rows.QUARANTINE_SCHEMA.empty_table().to_pandas()
    )

    def note_quarantined(self, cells: pd.DataFrame) -> None:
        """Adds the quarantined cells of a slice."""
        cells = pd.concat([self.quarantine, cells], ignore_index=True)
        self.quarantine = cells.groupby("delivery_id", sort=False).head(outbox.CELLS_LIMIT)

    def forget_quarantined(self, delivery_ids: set[str]) -> None:
        """Leaves out the quarantined cells of these deliveries."""
        self.quarantine = self.quarantine[~self.quarantine["delivery_id"].isin(delivery_ids)]

    def total(self, count: str) -> int:
        """The sum of ``rows_read``, ``accepted`` or ``quarantined`` over the night's deliveries."""
        return sum(getattr(outcome, count) for outcome in self.outcomes)

    def having(self, status: ledger.Status) -> list[Outcome]:
        return [outcome for outcome in self.outcomes if outcome.status == status]
