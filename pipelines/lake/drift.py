"""How the columns of deliveries differ from the contract, and from what the same provider filled before."""

import collections
import functools
import itertools
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, NamedTuple

import pandas as pd

from pipelines import privacy, reading
from pipelines.contracts import Contract
from pipelines.lake.ledger import Columns, Outcome
from pipelines.providers import Provider

Kind = Literal["added", "missing", "reordered", "retyped", "emptied"]

ROWS_THAT_TELL = 20
"""In a smaller delivery, an empty optional column (a closing date) does not mean that something has changed."""


class Difference(NamedTuple):
    """One column that is not as agreed. ``column_name``: the contract's, or the header of an added column."""

    kind: Kind
    column_name: str


class ColumnWatch:
    """Notes what is seen of a delivery's columns while it is read, slice by slice."""

    def __init__(self, contract: Contract) -> None:
        self._order = {column.name: place for place, column in enumerate(contract.columns)}
        self._headers = reading.Drift()
        self._found: tuple[str, ...] = ()
        self._readable: collections.Counter[str] = collections.Counter()
        self._unreadable: collections.Counter[str] = collections.Counter()

    def see_headers(self, headers: reading.Drift, cells: Iterable[str] = ()) -> None:
        """Notes the columns seen so far; ``cells`` names those of the contract in the order of the file."""
        self._headers = headers
        self._found = tuple(dict.fromkeys((*self._found, *(name for name in cells if name in self._order))))

    def see_cells(self, readable: Mapping[str, int], unreadable: Mapping[str, int]) -> None:
        """Notes how many filled cells of each column could be read as its type, and how many could not."""
        self._readable.update(readable)
        self._unreadable.update(unreadable)

    def columns(self, rows_read: int, is_ordered: bool) -> Columns:
        """All that was seen. ``is_ordered`` is false for page sets: the fields of a JSON record have no order."""
        unread = [name for name in self._found if rows_read and not self._readable[name]]
        return Columns(
            added=_scrubbed(self._headers.added),
            missing=self._headers.missing,
            reordered=self._displaced() if is_ordered else (),
            retyped=tuple(name for name in unread if self._unreadable[name]),
            empty=tuple(name for name in unread if not self._unreadable[name]),
        )

    def _displaced(self) -> tuple[str, ...]:
        """The columns that follow a column which comes later in the contract.

        A moved column shows as itself, or as the column after it.
        """
        pairs = itertools.pairwise(self._found)
        return tuple(name for before, name in pairs if self._order[name] < self._order[before])


def differences(of_feed: Sequence[Outcome], contract: Contract) -> dict[str, list[Difference]]:
    """The columns that are not as agreed, by delivery id, given all effective deliveries of the feed.

    An empty column counts as emptied if it must be filled, or if the provider's delivery before had filled it.
    """
    required = {column.name for column in contract.columns if column.must_be_filled}
    filled_before: dict[Provider, set[str]] = {}
    found: dict[str, list[Difference]] = {}
    for outcome in sorted(of_feed, key=lambda each: each.delivery.order):
        if outcome.status == "repeated":
            continue
        columns, provider = outcome.columns, outcome.delivery.provider
        habit = filled_before.get(provider, set()) if outcome.rows_read >= ROWS_THAT_TELL else set()
        names: dict[Kind, Iterable[str]] = {
            "added": columns.added,
            "missing": columns.missing,
            "reordered": columns.reordered,
            "retyped": columns.retyped,
            "emptied": [name for name in columns.empty if name in required | habit],
        }
        found[outcome.delivery.delivery_id] = [Difference(kind, name) for kind in names for name in names[kind]]
        if outcome.status == "accepted" and outcome.rows_read:
            every = {column.name for column in contract.columns}
            filled_before[provider] = every.difference(columns.missing, columns.retyped, columns.empty)
    return found


@functools.lru_cache(maxsize=1024)  # scrubbing one header costs as much as scrubbing a thousand texts
def _scrubbed(headers: tuple[str, ...]) -> tuple[str, ...]:
    """The headers, each once, without numbers of persons: a header is free text, too."""
    return tuple(dict.fromkeys(privacy.scrub(pd.Series(headers, dtype="str"))))
