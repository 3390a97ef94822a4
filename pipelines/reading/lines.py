"""Which lines below a header are records, which surely are none, and which are doubted.

Every filled line is one of the three. Repeated page heads, titles, incomplete totals, signatures, notes and page feet
surely are no records: they are set aside and counted. What might be a record stays one, with its doubts.
"""

import operator
import re
from collections.abc import Callable, Iterator, Sequence

from pipelines.contracts import Contract
from pipelines.reading import words
from pipelines.reading.cells import COLUMNS_OF_A_SHEET, Line, Marks, Sheet, is_blank
from pipelines.reading.headers import LINE_NUMBER_HEADERS, Layout, normalised, refuse_units_below, squeezed
from pipelines.reading.kinds import SECOND_TABLE, Doubt, line_doubt
from pipelines.reading.line_content import NO_RECORD, Content, Read
from pipelines.reading.merges import spread
from pipelines.reading.overhangs import Overhangs

_PAGE_OF_TITLE = re.compile(r"\(?(?:续表?\d*|接上[表页]|第\d+页.*|共\d+页|\d+/\d+)\)?$")
_SHAPE_PARTS = (
    (re.compile(r"\d+"), "9"), (re.compile(r"[a-z]+", re.IGNORECASE), "A"), (re.compile(r"[\u3400-\u9fff]+"), "字"),
)  # fmt: skip
_GUARDS = "'\"`=“”‘’"
_RECORDS_REMEMBERED = 200


Record = tuple[int, Sequence[object], Marks, tuple[Doubt, ...]]
"""A line that is a record, or might be one: its number, its cells, the odd ones, and what is doubted."""


class Lines:
    """The lines of a table below its header, told apart as they come.

    ``set_aside`` counts those so far that are no records; ``says_zero`` tells that one of them, or a line above the
    header, says 零报告.
    """

    def __init__(self, sheet: Sheet, layout: Layout, contract: Contract) -> None:
        self._sheet, self._layout, self._contract, self._labels = sheet, layout, contract, layout.labels
        self._names = {position: name for name, position in layout.columns.items()}
        self._required = [position for name, position in layout.columns.items() if name in layout.labels.required]
        self._keys = [layout.columns[name] for name in layout.labels.keys if name in layout.columns]
        self._header_rows = frozenset(map(_trimmed, layout.header_rows))
        self._title_rows = frozenset(map(_trimmed, layout.title_rows))
        self._banners = {
            merge.top for merge in sheet.merges if merge.right - merge.left + 1 >= max(3, layout.width / 2)
        }
        self._overhangs = Overhangs(sheet, layout)
        self._content = Content(sheet, layout, contract)
        self._first_records: list[Sequence[object]] = []
        self._other_table: str | None = None
        self._title: str | None = None
        self._is_below_head = True
        self.set_aside = 0
        self.says_zero = any("零报告" in text for text in layout.titles)

    def records(self, counted: frozenset[int]) -> Iterator[Record]:
        """The records; a value merged over several rows in ``counted`` positions stands in the first of them alone.

        Raises:
            UnreadableDelivery: the sheet's lines break off.
        """
        held: Line | None = None
        is_apart = is_held_apart = False
        is_text = self._sheet.is_text
        last_number = header = self._layout.last_header_line
        is_ordinary = self._test_of_ordinary_lines()
        first_records = self._first_records
        lines = spread(self._sheet, counted)
        for line in self._overhangs.watched(lines) if is_text else lines:
            number, cells, marks = line
            if number <= header:
                continue
            if held is None and is_ordinary(cells) and not self._is_odd_here(cells):
                if len(first_records) < _RECORDS_REMEMBERED:
                    first_records.append(cells)
                is_apart = False
                yield number, cells, marks, ()
            elif not all(map(is_blank, cells)):
                if held is not None:
                    yield from self._settled(held, cells, is_held_apart)
                    last_number, held = held[0], None
                # A workbook leaves blank rows out; a line of a text may go over several.
                is_here_apart, is_apart = is_apart or (not is_text and number > last_number + 1), False
                if self._is_lone(cells):
                    held, is_held_apart = line, is_here_apart
                    continue
                yield from self._told(line)
            else:
                is_apart = True
                continue
            last_number = number
        if held is not None:
            yield from self._told(held)

    def _test_of_ordinary_lines(self) -> Callable[[Sequence[object]], bool]:
        """Tells of a line whether nothing in it speaks against a record; most lines are looked at no further."""
        last_required = max(self._required, default=0)
        required_of = _getter(self._required)
        has_no_words = (self._labels.headers | words.ALONE | self._layout.header_cells).isdisjoint
        telling = sorted({0, *self._keys, *self._layout.ignored, *self._layout.strangers.values()})
        last_telling, telling_of = telling[-1], _getter(telling)
        widest = self._layout.width if self._sheet.is_text else COLUMNS_OF_A_SHEET
        if self._sheet.has_lost_bytes:
            widest = 0

        def is_ordinary(cells: Sequence[object]) -> bool:
            width = len(cells)
            if not (last_required < width <= widest and all(required_of(cells)) and has_no_words(cells)):
                return False
            told = telling_of(cells) if width > last_telling else [cells[place] for place in telling if place < width]
            for cell in told:
                if isinstance(cell, str) and (
                    cell.isspace() or (not cell.isascii() and (is_blank(cell) or words.may_be_no_value(cell)))
                ):
                    return False
            return True

        return is_ordinary

    def _is_odd_here(self, cells: Sequence[object]) -> bool:
        """Whether an ordinary line stands where it may be none: in another table, or where columns are explained."""
        if self._other_table is not None or (self._is_below_head and words.may_explain_columns(cells[0])):
            return True
        self._is_below_head, self._title = False, None
        return False

    def _told(self, line: Line) -> Iterator[Record]:
        number, cells, marks = line
        is_record, doubts = self._read(number, cells)
        if is_record:
            self._is_below_head, self._title = False, None
            yield number, cells, marks, doubts
        else:
            self._set_aside(cells)

    def _set_aside(self, cells: Sequence[object]) -> None:
        texts = [cell for cell in cells if isinstance(cell, str) and words.saying(cell) != "total"]
        refuse_units_below(self._layout, texts)  # a total may be in a unit of its own
        self.set_aside += 1
        self.says_zero = self.says_zero or any(isinstance(cell, str) and "零报告" in squeezed(cell) for cell in cells)

    def _settled(self, held: Line, following: Sequence[object], is_apart: bool) -> Iterator[Record]:
        """What a line of one cell is, now that the next one is known: a title where a table begins below it."""
        text = squeezed(next(cell for cell in held[1] if not is_blank(cell)))
        below = _labelled(following)
        begins_table = below in self._header_rows or self._is_header(below)
        if begins_table or held[0] in self._banners:
            self._title = text
            self._set_aside(held[1])
        elif is_apart and self._content.is_complete(following) and self._is_unlike(following):
            self._other_table = text
            self._set_aside(held[1])
        else:
            yield from self._told(held)

    def _is_lone(self, cells: Sequence[object]) -> bool:
        """Whether a line says one thing that is no known word: a title, or a record with nothing but its number."""
        filled = [cell for cell in cells if not is_blank(cell)]
        return (
            len(filled) == 1
            and isinstance(filled[0], str)
            and not filled[0].isascii()
            and words.saying(filled[0]) in {"title", ""}
            and not self._content.is_complete(cells)
            and _labelled(cells) not in self._title_rows
        )

    def _read(self, number: int, cells: Sequence[object]) -> Read:
        labels = _labelled(cells)
        if labels in self._title_rows:
            self._title = self._other_table = None
            return NO_RECORD
        if labels in self._header_rows or self._is_header_again(labels):
            self._begin_page()
            return NO_RECORD
        if self._is_header(labels):
            self._other_table = self._title or "、".join(squeezed(cell) for cell in cells if not is_blank(cell))
            return NO_RECORD
        in_table = [position for position in self._names if position < len(cells) and not is_blank(cells[position])]
        if not in_table or (number in self._banners and len(in_table) == 1):
            return NO_RECORD
        if self._other_table is not None:
            name = self._names[in_table[0]]
            return Read(True, (line_doubt(SECOND_TABLE, name, self._other_table),))
        return self._content.read(cells, self._is_below_head, self._overhangs.beyond(number, cells))

    def _begin_page(self) -> None:
        """The header once more: of a printed page, or of another table where another title stands above it."""
        self._is_below_head = True
        if self._title is None:
            return
        plain = _PAGE_OF_TITLE.sub("", self._title)
        is_page = not plain or plain in {_PAGE_OF_TITLE.sub("", title) for title in self._layout.titles}
        self._other_table = None if is_page else self._title
        self._title = None

    def _is_unlike(self, cells: Sequence[object]) -> bool:
        """Whether a line's key looks like that of no record so far."""
        shapes = {key_shape(each, self._keys) for each in self._first_records}
        return bool(shapes) and key_shape(cells, self._keys) not in shapes

    def _is_header_again(self, labels: Sequence[str]) -> bool:
        """Whether a line names the same columns in their places, in other words: those of a system, say."""
        names = {at: self._labels.column_of(label) for at, label in enumerate(labels) if label}
        required = {at: name for at, name in self._names.items() if name in self._labels.required}
        return len(required) > 1 and required.items() <= names.items() and names.items() <= {*self._names.items()}

    def _is_header(self, labels: Sequence[str]) -> bool:
        """Whether a line is the header of another table: at least half of its cells are labels."""
        filled = [label for label in labels if label]
        known = [label for label in filled if label in LINE_NUMBER_HEADERS or self._labels.column_of(label)]
        return len(known) > 1 and 2 * len(known) >= len(filled) and _trimmed(labels) not in self._header_rows


def _labelled(cells: Sequence[object]) -> tuple[str, ...]:
    """The cells as labels, without blank ones at the end."""
    return _trimmed(tuple(map(normalised, cells)))


def _getter(positions: Sequence[int]) -> Callable[[Sequence[object]], tuple[object, ...]]:
    """What gives the cells of some positions, always as a tuple."""
    return operator.itemgetter(positions[0], *positions) if positions else lambda _: ()


def key_shape(cells: Sequence[object], positions: Sequence[int]) -> tuple[str, ...]:
    """What the key of a line looks like: which kinds of characters, in which order."""
    shapes = []
    for position in positions:
        cell = cells[position] if position < len(cells) else ""
        shape = squeezed(int(cell) if isinstance(cell, float) and cell.is_integer() else cell).strip(_GUARDS)
        for part, sign in _SHAPE_PARTS:
            shape = part.sub(sign, shape)
        shapes.append(shape)
    return tuple(shapes)


def _trimmed(labels: Sequence[str]) -> tuple[str, ...]:
    end = len(labels)
    while end and not labels[end - 1]:
        end -= 1
    return tuple(labels[:end])
