"""Cells, lines and sheets as the readers of each medium hand them on: what stands there, and what is odd about it."""

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from pipelines.reading.number_formats import NumberFormat

COLUMNS_OF_A_SHEET = 16_384

Oddity = Literal["error", "formula", "struck", "raised", "format", "last_minute", "merged"]


class Mark(NamedTuple):
    """Why a cell may not mean what its value says.

    ``error``: it shows an error; ``formula``: its result was never stored; ``struck`` and ``raised``: some or all of it
    is struck out, or small and above or below the line; ``format``: its number is shown in a form of its own;
    ``last_minute``: a date, seen without its time, that is in the last minute of the day; ``merged``: it is part of a
    cell of several rows, and counted in the first.
    """

    oddity: Oddity
    format: NumberFormat | None = None


Marks = Mapping[int, Mark]
"""The odd cells of a line by position."""

NOTHING_ODD: Marks = {}

Line = tuple[int, Sequence[object], Marks]
"""The 1-based number of a line in its file or sheet, its cells (None or blank text where blank), and the odd ones."""


class Merge(NamedTuple):
    """Cells that show as one: rows 1-based, columns 0-based, both ends included."""

    top: int
    left: int
    bottom: int
    right: int


@dataclasses.dataclass(frozen=True)
class Sheet:
    """A named grid of cells; ``lines`` starts again from the first line at each call.

    ``delimiter``: what is between the cells of a text file, whose lines end where their last cell does; None of a
    workbook. ``has_lost_bytes``: some of its bytes stand for no character. ``counts_from_1904``: the numbers of its
    days do.
    """

    name: str
    lines: Callable[[], Iterator[Line]]
    merges: Sequence[Merge] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    is_hidden: bool = False
    delimiter: str | None = None
    has_lost_bytes: bool = False
    counts_from_1904: bool = False

    @property
    def is_text(self) -> bool:
        return self.delimiter is not None


_NO_INK = "\0\x1a\u200b\u200e\u200f\u2060\ufeff"


def is_blank(cell: object) -> bool:
    """Whether nothing is to be seen in a cell."""
    if not isinstance(cell, str):
        return cell is None
    return not cell or cell.isspace() or (cell[0] in _NO_INK and not cell.strip(_NO_INK + " \t\r\n"))
