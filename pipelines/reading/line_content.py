"""What a line below a header is by what stands in it alone: a record, surely none, or one that is doubted."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pipelines.contracts import Contract
from pipelines.reading import words
from pipelines.reading.cells import Sheet, is_blank
from pipelines.reading.headers import Layout
from pipelines.reading.kinds import DAMAGED_LINE, EXAMPLE, HIDDEN, LONG_LINE, TOTAL, Doubt, Kind, line_doubt

_FEET = frozenset({"total", "label", "note", "foot", "heading", "zero"})


class Read(NamedTuple):
    """Whether a line is, or might be, a record, and what is doubted about it."""

    is_record: bool
    doubts: tuple[Doubt, ...] = ()


NO_RECORD = Read(False)


class _Line(NamedTuple):
    """A line's filled cells by position, and what each text among them says."""

    filled: dict[int, object]
    sayings: dict[int, words.Saying]

    def saying(self, what: words.Saying) -> list[int]:
        return [position for position, said in self.sayings.items() if said == what]


class Content:
    """Reads the lines of one table, each by itself."""

    def __init__(self, sheet: Sheet, layout: Layout, contract: Contract) -> None:
        self._sheet, self._layout = sheet, layout
        self._names = {position: name for name, position in layout.columns.items()}
        self._required = [position for name, position in layout.columns.items() if name in layout.labels.required]
        self._is_of_persons = any(column.pii for column in contract.columns)
        self._keys = {layout.columns[name] for name in layout.labels.keys if name in layout.columns}

    def is_complete(self, cells: Sequence[object]) -> bool:
        """Whether all cells are filled that every record fills."""
        return all(position < len(cells) and not is_blank(cells[position]) for position in self._required)

    def read(self, cells: Sequence[object], is_below_head: bool, beyond: str | None) -> Read:
        """What a filled line is; directly below the header it may say what belongs into the columns.

        ``beyond`` is what it has beyond the header's last column, where that is doubtful.
        """
        filled = {position: cell for position, cell in enumerate(cells) if not is_blank(cell)}
        line = _Line(filled, {at: words.saying(cell) for at, cell in filled.items() if isinstance(cell, str)})
        if is_below_head and self._explains_columns(line):
            return NO_RECORD
        return (
            self._total(line)
            or self._page_foot(line)
            or self._example(line)
            or Read(True, (*self._lost_bytes(line), *self._overhang(beyond)))
        )

    def _explains_columns(self, line: _Line) -> bool:
        """Whether a line numbers the columns, or says of each what belongs into it."""
        cells = list(line.filled.values())
        if len(cells) > 1 and len(line.sayings) == len(cells) and set(line.sayings.values()) == {"type"}:
            return True
        labelled = len(self._layout.columns) + len(self._layout.strangers) + len(self._layout.ignored)
        return len(cells) >= labelled - 1 and words.is_numbering(cells)

    def _total(self, line: _Line) -> Read | None:
        """A total: beside its word stand numbers alone, it is what the key says, or a cell says nothing but it."""
        totals = line.saying("total")
        others = [cell for position, cell in line.filled.items() if position not in totals]
        is_sure = bool(totals) and (all(map(words.is_quantity, others)) or self._keys.intersection(totals))
        alone = [position for position in totals if words.is_total_alone(str(line.filled[position]))]
        if not is_sure and not alone:
            return None
        is_complete = all(position in line.filled for position in self._required)
        is_record = is_complete or not is_sure
        return self._doubtful(TOTAL, (alone or totals)[0], line) if is_record else NO_RECORD

    def _page_foot(self, line: _Line) -> Read | None:
        """A signature, a note or a page's foot: two labels, or one at the start of a line that lacks half a record."""
        count = sum(position in line.filled for position in self._required)
        first = line.sayings.get(min(line.filled), "")
        is_foot = first in _FEET and count < len(self._required) and 2 * count <= len(self._required)
        return NO_RECORD if is_foot or len(line.saying("label")) > 1 else None

    def _example(self, line: _Line) -> Read | None:
        stand_ins = [position for position in line.saying("stand_in") if position in self._keys]  # elsewhere, names
        examples = line.saying("example") or stand_ins
        if not examples:
            return None
        is_said_of_line = not self._layout.ignored.isdisjoint(examples)  # where other lines have their number
        return NO_RECORD if is_said_of_line else self._doubtful(EXAMPLE, examples[0], line)

    def _lost_bytes(self, line: _Line) -> Iterator[Doubt]:
        if self._sheet.has_lost_bytes:
            damaged = [position for position, cell in line.filled.items() if "\ufffd" in str(cell)]
            if damaged:
                yield from self._doubtful(DAMAGED_LINE, damaged[0], line).doubts

    def _overhang(self, beyond: str | None) -> Iterator[Doubt]:
        if beyond is not None:
            yield self._doubt(LONG_LINE, max(self._names), beyond)

    def _doubtful(self, kind: Kind, position: int, line: _Line) -> Read:
        return Read(True, (self._doubt(kind, position, str(line.filled[position])),))

    def _doubt(self, kind: Kind, position: int, shown: str) -> Doubt:
        name = self._names.get(position, self._names[min(self._names)])
        return line_doubt(kind, name, HIDDEN if self._is_of_persons else shown)
