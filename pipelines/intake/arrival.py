"""A delivery on its way into the lake."""

import dataclasses
import datetime
from collections.abc import Mapping

from pipelines import privacy, reading
from pipelines.contracts import Contract
from pipelines.lake import drift
from pipelines.lake.ledger import Delivery, Outcome
from pipelines.lake.validation import Validation
from pipelines.landing.cursor import LONG_AGO, Cursor
from pipelines.providers import Provider


@dataclasses.dataclass(eq=False)
class Arrival:
    """A delivery that a night takes, and what the steps so far have shown of it.

    ``reason``: why it is rejected; None while nothing speaks against it. ``is_whole``: all its rows have been read.
    ``rows_with_defects`` counts those judged so far, ``rows_of_later_days`` those among them in which something
    happened after the delivery, at the latest on ``latest_day``. ``notes``: what was seen beside the rows, so far.
    ``names_other_zh``: the name of another provider that it says it is of.
    ``cursor``: where the next request starts, of a page set alone.
    ``validation``: what the suite said of the rows so far; None before the first.
    """

    delivery: Delivery
    received_at: datetime.datetime
    size_bytes: int
    modified_ns: int
    contract: Contract
    reason: str | None = None
    is_whole: bool = False
    rows_read: int = 0
    rows_with_defects: int = 0
    rows_of_later_days: int = 0
    latest_day: datetime.date | None = None
    notes: reading.Notes = dataclasses.field(default_factory=reading.Notes)
    names_other_zh: str | None = None
    cursor: Cursor | None = None
    validation: Validation | None = None

    def __post_init__(self) -> None:
        self._watch = drift.ColumnWatch(self.contract)

    @property
    def stored_at(self) -> datetime.datetime:
        """When the landed file was last written, in UTC."""
        return LONG_AGO + datetime.timedelta(microseconds=self.modified_ns // 1000)

    @classmethod
    def again(cls, outcome: Outcome, contract: Contract) -> "Arrival":
        """A delivery of the ledger that is read once more."""
        return cls(outcome.delivery, outcome.received_at, outcome.size_bytes, outcome.modified_ns, contract)

    def see_rows(self, table: reading.RawTable) -> None:
        """Notes the next rows of the delivery, as they were read."""
        self._watch.see_headers(table.drift, table.cells)
        self.rows_read += len(table)
        self.notes = table.notes

    def see_cells(self, readable: Mapping[str, int], unreadable: Mapping[str, int]) -> None:
        """Notes how many filled cells of each column could, and could not, be read as its type."""
        self._watch.see_cells(readable, unreadable)

    def see_update(self, greatest_updated_at: datetime.datetime) -> None:
        """Notes the greatest update among rows of a page set."""
        if self.cursor is not None:
            self.cursor = self.cursor.after(greatest_updated_at, self.stored_at)

    def see_validation(self, said: Validation) -> None:
        """Notes what the suite said of more rows of the delivery."""
        self.validation = said if self.validation is None else self.validation.and_of_more_rows(said)

    def see_unreadable(self, reason: str, headers: reading.Drift | None) -> None:
        """Rejects the delivery: nothing that was read of it counts, but the headers where they are known."""
        self.reason = reason
        self.rows_read = self.rows_with_defects = self.rows_of_later_days = 0
        self.notes = reading.Notes()
        self.validation = None
        self._watch = drift.ColumnWatch(self.contract)
        if headers is not None:
            self._watch.see_headers(headers)

    def outcome(self) -> Outcome:
        """What became of the delivery; of a rejected one every row is quarantined."""
        rejected = self.reason is not None
        return Outcome(
            delivery=self.delivery,
            received_at=self.received_at,
            size_bytes=self.size_bytes,
            modified_ns=self.modified_ns,
            status="rejected" if rejected else "accepted",
            reason=self.reason,
            rows_read=self.rows_read,
            accepted=0 if rejected else self.rows_read - self.rows_with_defects,
            quarantined=self.rows_read if rejected else self.rows_with_defects,
            columns=self._watch.columns(self.rows_read, is_ordered=self.cursor is None),
            updated_since=self.cursor.updated_since if self.cursor else None,
            lines_set_aside=self.notes.lines_set_aside,
            remarks_zh=tuple(map(privacy.scrubbed, self.notes.remarks_zh)),  # they may quote a sheet's name
            says_zero=self.notes.says_zero,
            names_other_zh=self.names_other_zh,
        )


def is_fetched_page_set(contract: Contract, provider: Provider, file_name: str) -> bool:
    """Whether a file of this name is a page set of a platform, asked for by ourselves."""
    return reading.is_page_set(file_name) and contract.is_fetched and provider.type == "platform"
