"""How a feed is delivered: as whole states or as events, and how often."""

import itertools
import statistics
from collections.abc import Mapping, Sequence

import pandas as pd

from pipelines import reading
from pipelines.contracts import Cadence, Column, Contract, Mode
from pipelines.scaffolding import hints
from pipelines.scaffolding.inference import Facts
from pipelines.scaffolding.tables import Table

QUESTION: dict[Mode, str] = {
    "snapshot": "does each delivery list everything that is there, so that what is missing has ended?",
    "upsert": "does a delivery bring new rows and later states of old ones, and nothing else?",
    "append": "does a delivery bring new events alone, that stay as they are?",
}

_SAME_STATE = 0.8
_FOLLOWED = 0.05
"""Of the keys of one delivery, those that the next must have again for both to be states of one list, or of events."""

_LONGEST_SPAN_DAYS: dict[Cadence, int] = {"daily": 2, "weekly": 9, "monthly": 40, "quarterly": 120}
_MOST_OF_IT = (0.1, 0.9)


def mode_of(feed: str, title: str, table: Table, facts: Mapping[str, Facts], key: Sequence[str]) -> Mode:
    """By what two deliveries have in common, else by what the headers, the title and the feed's name say."""
    repeated = _repeated_share(table, facts, key)
    if repeated is not None and repeated >= _FOLLOWED:
        return "snapshot" if repeated >= _SAME_STATE else "upsert"
    if any(hints.FOLLOWED_UP.search(label) for label in table.labels):
        return "upsert"
    are_events = repeated is not None or hints.EVENTS.search(title) or hints.EVENTS.search(feed)
    return "append" if are_events else "snapshot"


def _repeated_share(table: Table, facts: Mapping[str, Facts], key: Sequence[str]) -> float | None:
    """The largest share of a delivery's keys that the next delivery has, too; None if there is only one delivery."""
    rows = pd.DataFrame({label: facts[label].texts for label in key}).dropna()
    states = [set(of_file.itertuples(index=False, name=None)) for _, of_file in rows.groupby(table.file_of_row)]
    shares = [len(before & after) / len(before) for before, after in itertools.pairwise(states)]
    return max(shares, default=None)


def cadence_of(table: Table, facts: Mapping[str, Facts], columns: Mapping[str, Column], mode: Mode) -> Cadence:
    """By the days between deliveries, else by the span of days on which most events of one happened.

    A platform is asked daily; of a list alone nothing is known, and most are monthly.
    """
    if len(table.days) > 1:
        gaps = [(later - earlier).days for earlier, later in itertools.pairwise(table.days)]
        return _cadence(statistics.median(gaps))
    if table.medium == "api":
        return "daily"
    when = next((label for label, column in columns.items() if column.happened and column.required), None)
    if mode == "snapshot" or when is None:
        return "monthly"
    days = reading.parse(
        table.cells[[when]],
        Contract.model_construct(mode="snapshot", columns=(Column(name=when, header=when, type="date"),)),
    ).frame[when]
    spans = days.groupby(table.file_of_row).agg(lambda moments: _span(moments.dropna()))
    return _cadence(spans.median())


def _cadence(days: float) -> Cadence:
    return next((cadence for cadence, longest in _LONGEST_SPAN_DAYS.items() if days <= longest), "yearly")


def _span(moments: "pd.Series[pd.Timestamp]") -> float:
    if moments.empty:
        return 0.0
    ordinals = moments.map(pd.Timestamp.toordinal)
    return float(ordinals.quantile(_MOST_OF_IT[1]) - ordinals.quantile(_MOST_OF_IT[0]) + 1)
