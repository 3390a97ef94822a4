"""A delivery's rows as delivered, by the contract's columns, and what was seen on the way."""

import dataclasses
import functools
import itertools
from collections.abc import Mapping, Sequence

import orjson
import pandas as pd

from pipelines.contracts import Contract
from pipelines.reading.cells import is_blank
from pipelines.reading.refusals import UnreadableDelivery


@dataclasses.dataclass(frozen=True)
class Drift:
    """How a delivery's columns differ from the contract's: headers it adds, optional columns (by name) it lacks."""

    added: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


class MissingColumns(UnreadableDelivery):
    """Columns that must be filled are not there; ``drift`` has them, too.

    ``needed_at``: the row that needs them, where others take records back and do not.
    """

    def __init__(self, contract: Contract, required: Sequence[str], drift: Drift, needed_at: str | None = None) -> None:
        why = f"（{needed_at}没有写明撤销，不能缺少）" if needed_at else ""
        super().__init__(f"缺少必填列：{'、'.join(contract.column(name).header for name in required)}{why}")
        self.drift = Drift(drift.added, (*required, *drift.missing))


@dataclasses.dataclass(frozen=True)
class Notes:
    """What was seen of a delivery beside its rows.

    ``lines_set_aside``: filled lines below the header that surely are no records. ``remarks_zh``: what its provider
    should know though nothing is refused for it. ``says_zero``: a line says 零报告, a report of nothing.
    ``titles``: the texts above the header, without spaces.
    """

    lines_set_aside: int = 0
    remarks_zh: tuple[str, ...] = ()
    says_zero: bool = False
    titles: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True)
class RawTable:
    """The data rows of a delivery, cells as delivered.

    ``cells`` has one list per contract column found, by the contract's name, all of one length, and three more:
    ``_sheet`` is the worksheet, the page of a page set, or blank; ``_source_row`` the 1-based row of the sheet,
    line of the text file, or index in the page; ``_extra`` JSON of what stood in unknown columns, or None. Where any
    row is doubted there is ``_doubts``: the row's doubts, or None. ``notes`` are those of the delivery so far.
    """

    cells: Mapping[str, Sequence[object]]
    drift: Drift
    notes: Notes = Notes()

    def __len__(self) -> int:
        return len(self.cells["_source_row"])

    @functools.cached_property
    def rows(self) -> pd.DataFrame:
        """The cells as a frame with index 0..n-1. A frame is dear: join many small tables before asking for it.

        Cells stay objects: an inferred float would cost an identifier its digits.
        """
        frame = pd.DataFrame({name: pd.Series(list(cells), dtype=object) for name, cells in self.cells.items()})
        return frame.astype({"_sheet": "str", "_source_row": "int64"})


def joined(tables: Sequence[RawTable]) -> RawTable:
    """The rows of all tables, in order, None where a table lacks a column; drift and notes are the last table's."""
    if len(tables) == 1:
        return tables[0]
    names = dict.fromkeys(itertools.chain.from_iterable(table.cells for table in tables))
    cells = {
        name: list(
            itertools.chain.from_iterable(table.cells.get(name, itertools.repeat(None, len(table))) for table in tables)
        )
        for name in names
    }
    return RawTable(cells, tables[-1].drift, tables[-1].notes)


def extra_json(cells: dict[str, object]) -> str | None:
    """What stood in a row's unknown columns as JSON text; None if nothing did."""
    filled = {header: cell for header, cell in cells.items() if not is_blank(cell)}
    return json_text(filled) if filled else None


def json_text(value: object) -> str:
    """The value as JSON.

    Raises:
        UnreadableDelivery: it is nested deeper than any record is.
    """
    try:
        return orjson.dumps(value, default=str).decode()
    except orjson.JSONEncodeError as fault:
        raise UnreadableDelivery("数据嵌套过深，无法读取") from fault
