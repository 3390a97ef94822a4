"""Third step: the archived bytes become typed rows, of many deliveries together, in slices that memory can hold."""

import collections
import dataclasses
import datetime
from collections.abc import Iterable, Iterator, Mapping

import numpy as np
import pandas as pd

from pipelines import privacy, reading, settings
from pipelines.contracts import UPDATED_AT, Contract
from pipelines.home import Home
from pipelines.intake.arrival import Arrival
from pipelines.landing import archive
from pipelines.landing.cursor import LONG_AGO, Cursor

# Raw cells are Python objects; with what parsing and validation make of it, a row has been seen to take 6 kB.
_BYTES_A_ROW = 8 * 1024


@dataclasses.dataclass(frozen=True)
class Slice:
    """Rows as read, each with the columns that say where it came from.

    ``arrivals``: the deliveries that have a row here, each once; ``places``: for each row, the position of its delivery
    in them.
    """

    arrivals: list[Arrival]
    places: np.ndarray
    parsed: reading.ParsedRows

    def rows_of_each(self, rows: np.ndarray | pd.Series | slice = slice(None)) -> list[int]:
        """For each delivery the number of those of its rows that are chosen by position or by a mask; else of all."""
        return [int(count) for count in np.bincount(self.places[rows], minlength=len(self.arrivals))]

    def note_defects(self, has_defect: pd.Series) -> None:
        """Adds up for each delivery how many of its rows have a defect."""
        for arrival, count in zip(self.arrivals, self.rows_of_each(has_defect), strict=True):
            arrival.rows_with_defects += count

    def note_later_days(self, contract: Contract, later: Mapping[str, np.ndarray]) -> None:
        """Notes for each delivery in how many of its rows something happened after it, and when at the latest.

        ``later``: the rows in which it did, for each column.
        """
        frame = self.parsed.frame
        latest = pd.Series(pd.NaT, index=frame.index, dtype="datetime64[us]")
        for name, rows in later.items():
            days = frame[name].iloc[rows]
            days = reading.local_times(days).dt.floor("D") if contract.column(name).type == "datetime" else days
            latest.iloc[rows] = latest.iloc[rows].where(latest.iloc[rows] > days, days)
        for place in np.unique(self.places[latest.notna()]):
            arrival, days = self.arrivals[place], latest[self.places == place].dropna()
            arrival.rows_of_later_days += len(days)
            latest_day = min(days.max(), pd.Timestamp(datetime.date.max)).date()  # a row may name the year 10000
            arrival.latest_day = max(filter(None, [arrival.latest_day, latest_day]))

    def is_of_rejected(self) -> np.ndarray:
        """For each row whether its delivery is rejected by now."""
        is_rejected = np.array([arrival.reason is not None for arrival in self.arrivals])
        return np.take(is_rejected, self.places)


def read(home: Home, contract: Contract, arrivals: Iterable[Arrival]) -> Iterator[Slice]:
    """The rows of all deliveries, in their order; a slice is let go of before the next one is read.

    What can't be read is its delivery's reason to be rejected. It shows, possibly, after rows of it were in a slice:
    then nothing of them counts.
    """
    rows_a_slice = settings.memory_budget_bytes() // _BYTES_A_ROW
    gathered = _Gathered(contract)
    for arrival in arrivals:
        delivery = arrival.delivery
        if reading.is_page_set(delivery.file_name):
            arrival.cursor = Cursor(LONG_AGO)
        try:
            payload = reading.payload_of(archive.path_of(home, delivery.sha256))
            for table in reading.read_slices(payload, delivery.file_name, contract, rows_a_slice):
                arrival.see_rows(table)
                if gathered.rows + len(table) > rows_a_slice:
                    yield from gathered.taken_out()
                gathered.add(arrival, table)
        except reading.UnreadableDelivery as error:
            gathered.forget(arrival)
            headers = error.drift if isinstance(error, reading.MissingColumns) else None
            arrival.see_unreadable(privacy.scrubbed(error.reason_zh), headers)  # it may quote a file's or sheet's name
        else:
            arrival.is_whole = True
    yield from gathered.taken_out()


class _Gathered:
    """Raw tables that wait to become a slice."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self._tables: list[tuple[Arrival, reading.RawTable]] = []
        self.rows = 0

    def add(self, arrival: Arrival, table: reading.RawTable) -> None:
        if len(table):
            self._tables.append((arrival, table))
            self.rows += len(table)

    def forget(self, arrival: Arrival) -> None:
        self._tables = [(each, table) for each, table in self._tables if each is not arrival]
        self.rows = sum(len(table) for _, table in self._tables)

    def taken_out(self) -> Iterator[Slice]:
        """What waits as one slice; no slice where nothing does."""
        if self._tables:
            yield self._slice()

    def _slice(self) -> Slice:
        place_of = {arrival: place for place, arrival in enumerate(dict.fromkeys(each for each, _ in self._tables))}
        places = np.repeat([place_of[each] for each, _ in self._tables], [len(table) for _, table in self._tables])
        arrivals = list(place_of)
        raw = reading.joined([table for _, table in self._tables]).rows
        self._tables, self.rows = [], 0
        for name, values in _source_columns(arrivals).items():
            raw[name] = pd.Series(values).take(places).to_numpy()
        parsed = reading.parse(raw, self._contract)
        _note_cells(arrivals, places, parsed, self._contract)
        _note_updates(arrivals, places, parsed)
        return Slice(arrivals, places, parsed)


def _source_columns(arrivals: list[Arrival]) -> dict[str, list[object]]:
    deliveries = [each.delivery for each in arrivals]
    return {
        "_delivery_id": [each.delivery_id for each in deliveries],
        "_provider_type": [each.provider.type for each in deliveries],
        "_provider_code": [each.provider.code for each in deliveries],
        "_delivered_on": [each.delivered_on for each in deliveries],
        "_delivery_sequence": [each.sequence for each in deliveries],
        "_file_name": [each.file_name for each in deliveries],
    }


def _note_cells(arrivals: list[Arrival], places: np.ndarray, parsed: reading.ParsedRows, contract: Contract) -> None:
    names = [column.name for column in contract.columns]
    readable = parsed.frame[names].notna().groupby(places).sum().to_numpy()
    unreadable: dict[int, collections.Counter[str]] = collections.defaultdict(collections.Counter)
    for place, name in zip(places[parsed.defects["row"]], parsed.defects["column"], strict=True):
        unreadable[place][name] += 1
    for place, arrival in enumerate(arrivals):
        arrival.see_cells(dict(zip(names, readable[place].tolist(), strict=True)), unreadable[place])


def _note_updates(arrivals: list[Arrival], places: np.ndarray, parsed: reading.ParsedRows) -> None:
    for place, arrival in enumerate(arrivals):
        if arrival.cursor is not None:
            greatest = parsed.frame.loc[places == place, UPDATED_AT].max()
            if not pd.isna(greatest):  # and no later than Python can tell: a row may name the year 10000
                latest = min(greatest, pd.Timestamp(arrival.stored_at).tz_localize(None))
                arrival.see_update(latest.tz_localize("UTC").to_pydatetime())
