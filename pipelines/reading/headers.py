"""Headers: which contract column each stands for, and where a sheet has them.

Providers put titles and unit lines above a header and spread it over two or three rows.
"""

import contextlib
import dataclasses
import functools
import itertools
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from pipelines.contracts import WITHDRAWN, Column, Contract
from pipelines.reading import guide, units
from pipelines.reading.cells import Line, Sheet, is_blank
from pipelines.reading.merges import spread
from pipelines.reading.refusals import COLUMNS_LIMIT, UnreadableDelivery
from pipelines.reading.table import Drift

HEADER_SEARCH_LINES = 60
"""Filled lines from the top among which the header must stand."""

HEADER_ROWS = 3
ADORNED_REMEMBERED = 4096

LINE_NUMBER_HEADERS = frozenset({"序号", "行号", "编号序号", "no.", "no"})
"""Headers of columns that only count the lines: layout, neither data nor drift."""

_BRACKETS = str.maketrans("【〔〖「『】〕〗」』", "((((()))))")
_INVISIBLE = re.compile(r"[\s\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\u00ad\ufeff]+")
_MARKS_AROUND = re.compile(r"^[*※]+|(?:[*※:]|\(必填\)|\(选填\)|\(必填项\))+$")
_NUMBERING = re.compile(r"^(?:\d{1,2}[.、)]|\(\d{1,2}\))(?=\D)")
_HINT = re.compile(
    r"\([^()]*(?:格式|下拉|选择|填写|填报|必填|选填|统一编号|例如|示例|如:|例:|文本|数字|yyyy|不超过|请)[^()]*\)$"
)
_SQUARE_METRES = re.compile(r"\((?:m2|平米)\)$")
_UNIT_WORD = re.compile(r"\(单位:([^()]+)\)$")


@functools.lru_cache(maxsize=4096, typed=True)  # thousands of files have the same few headers and titles
def normalised(cell: object) -> str:
    """A header's spelling without what does not matter: widths, spaces and line breaks, bracket shapes, marks, case."""
    label = plainly_spelled(cell).casefold()
    return _SQUARE_METRES.sub("(平方米)", _UNIT_WORD.sub(r"(\1)", label)) if label.endswith(")") else label


def plainly_spelled(cell: object) -> str:
    """A header as a contract spells it: half-width brackets, no spaces or line breaks, no marks around it."""
    label = squeezed(cell)
    return _MARKS_AROUND.sub("", label) if label and (label[0] in "*※" or label[-1] in "*※:)") else label


@functools.lru_cache(maxsize=4096, typed=True)
def squeezed(cell: object) -> str:
    """A cell's text without spaces, in half-width characters and plain brackets."""
    if is_blank(cell):
        return ""
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", str(cell)).translate(_BRACKETS))


class Labels:
    """A contract's headers: which column a label stands for, and the units that its columns are counted in."""

    def __init__(self, contract: Contract) -> None:
        self.known = {normalised(header): column.name for column in contract.columns_read for header in column.headers}
        for column in contract.columns:
            for header in map(normalised, column.headers):
                self.known |= dict.fromkeys(units.headers_in_units(column, header), column.name)
        self.columns = len(contract.columns)
        self.headers = frozenset(header for column in contract.columns_read for header in column.headers)
        self.required = frozenset(column.name for column in contract.columns if column.must_be_filled)
        self.keys = tuple(column.name for column in contract.keys)
        self.counted = tuple(column.name for column in contract.columns if column.type in {"int", "decimal"})
        self.measured = [(column, unit) for column in contract.columns if (unit := units.unit_of(column))]
        self._adorned: dict[str, str | None] = {}

    def column_of(self, label: str) -> str | None:
        """The column that a normalised label stands for, even if it is numbered or tells how to fill it in."""
        if label in self.known or not label:
            return self.known.get(label)
        if label not in self._adorned:
            if len(self._adorned) > ADORNED_REMEMBERED:
                self._adorned.clear()
            plain = _NUMBERING.sub("", label)
            self._adorned[label] = self.known.get(plain) or self.known.get(_HINT.sub("", plain))
        return self._adorned[label]


@functools.cache
def labels_of(contract: Contract) -> Labels:
    """The headers of a contract. Ask once for a file: to look a contract up costs as much as to read some rows."""
    return Labels(contract)


@dataclasses.dataclass(frozen=True)
class Layout:
    """Where the contract's columns stand in a sheet.

    ``columns`` and ``strangers`` give the 0-based position of each contract column and each unknown header, ``ignored``
    the columns that count the lines, ``width`` the positions up to the last label, ``fields`` those that a line of the
    header has, blank ones too. ``header_rows`` and ``title_rows`` are the normalised lines of the header and above it,
    which a printed page may repeat; ``header_cells`` are the header's cells as delivered, ``titles`` the texts above
    it, squeezed. ``converted`` has the units of the columns that are written in one which the contract converts.
    """

    labels: Labels
    last_header_line: int
    columns: dict[str, int]
    strangers: dict[str, int]
    ignored: frozenset[int]
    width: int
    fields: int
    header_rows: frozenset[tuple[str, ...]]
    title_rows: frozenset[tuple[str, ...]]
    header_cells: frozenset[object]
    titles: tuple[str, ...]
    missing_required: tuple[str, ...]
    drift: Drift
    converted: Mapping[str, str] = dataclasses.field(default_factory=dict)

    @property
    def is_readable(self) -> bool:
        """Whether rows can be read: all columns that they need are there, or those that take records back need."""
        return not self.missing_required or {WITHDRAWN.name, *self.labels.keys} <= self.columns.keys()

    @property
    def is_complete(self) -> bool:
        """Whether the contract's columns are all there, optional ones too."""
        return not self.missing_required and not self.drift.missing


def find_layout(sheet: Sheet, contract: Contract) -> Layout | None:
    """Where the contract's table stands in the sheet; None if no header of the contract is there.

    The header is the first line, or the lines one below the other, that name all columns that must be filled; where no
    line does, those that name the most columns, the first of equals.

    Raises:
        UnreadableDelivery: two columns claim the same contract column, there are too many columns, or the table is
            written in another unit than the contract's.
    """
    labels = labels_of(contract)
    head: list[Line] = []
    found: list[list[str | None]] = []
    filled = _filled_lines(sheet)
    for line in itertools.islice(filled, HEADER_SEARCH_LINES):
        head.append(line)
        found.append([labels.column_of(normalised(cell)) for cell in line[1]])
        if labels.required and labels.required.issubset(found[-1]):
            head.extend(itertools.islice(filled, HEADER_ROWS))
            break
    header = _best(found, head, labels)
    return _layout(sheet.name, header, head, contract, labels) if header else None


def first_filled_lines(sheet: Sheet) -> list[Line]:
    """The filled lines at the top of a sheet, as far as a header may stand in them."""
    return list(itertools.islice(_filled_lines(sheet), HEADER_SEARCH_LINES))


def _filled_lines(sheet: Sheet) -> Iterator[Line]:
    # A fault below the header is told when the rows are read; here it would hide what the header says.
    with contextlib.suppress(UnreadableDelivery):
        yield from (line for line in spread(sheet) if not all(map(is_blank, line[1])))


class _Header(NamedTuple):
    """One possible header: its first and last filled line, and the contract column it names at each position."""

    first: int
    last: int
    names: list[str | None]

    @property
    def named(self) -> int:
        return len(set(self.names) - {None})


def _best(found: list[list[str | None]], head: list[Line], labels: Labels) -> _Header | None:
    """The lines that name the most columns: of all, or of those around the last where that ends the search.

    Lines are joined only where that names more columns than each alone.
    """
    is_settled = bool(found) and bool(labels.required) and labels.required.issubset(found[-1])
    lines = [len(found) - 1] if is_settled else [index for index, names in enumerate(found) if any(names)]
    best: _Header | None = None
    for candidate in itertools.chain(
        (_Header(index, index, found[index]) for index in lines), _joined(lines, head, labels)
    ):
        if candidate.named > (best.named if best else 0):
            best = candidate
        if candidate.named == labels.columns:
            break
    return best


def _joined(lines: list[int], head: list[Line], labels: Labels) -> Iterator[_Header]:
    """Two and three lines together, each with one of ``lines`` among them."""
    for rows in range(2, HEADER_ROWS + 1):
        firsts = {first for index in lines for first in range(index - rows + 1, index + 1)}
        for first in sorted(firsts):
            if first >= 0 and first + rows <= len(head):
                stacked = [[normalised(cell) for cell in cells] for _, cells, _ in head[first : first + rows]]
                yield _Header(first, first + rows - 1, _names_of_rows(stacked, labels))


def _names_of_rows(rows: list[list[str]], known: Labels) -> list[str | None]:
    """The columns that labels one below the other name: by the lowest, or by a group's and its own together."""
    names = []
    groups = [""] * (len(rows) - 1)
    for *above, lowest in itertools.zip_longest(*rows, fillvalue=""):
        groups = _groups(groups, above)
        names.append(_name_of_stack(groups, above, lowest, known))
    return names


def _groups(groups: list[str], above: Sequence[str]) -> list[str]:
    """The group labels over a column: a merged one stands over its first column alone, up to where another begins."""
    current = []
    ended = False
    for group, label in zip(groups, above, strict=True):
        current.append(label or ("" if ended else group))
        ended = ended or bool(label)
    return current


def _name_of_stack(groups: list[str], above: Sequence[str], lowest: str, known: Labels) -> str | None:
    if not lowest:
        return next((name for label in reversed(above) if (name := known.column_of(label))), None)
    joined = (known.column_of("".join(groups[start:]) + lowest) for start in range(len(groups)))
    return next(filter(None, joined), None) or known.column_of(lowest)


def _layout(name_of_sheet: str, header: _Header, head: list[Line], contract: Contract, labels: Labels) -> Layout:
    rows = [cells for _, cells, _ in head[header.first : header.last + 1]]
    columns: dict[str, int] = {}
    strangers: dict[str, int] = {}
    ignored = set()
    for position, name in enumerate(header.names):
        label = _shown_label(rows, position)
        if name in columns:
            twice = f"第 {columns[name] + 1} 列和第 {position + 1} 列都是“{contract.column(name).header}”"
            raise UnreadableDelivery(f"{twice}，无法判断以哪一列为准")
        if name:
            columns[name] = position
        elif normalised(label) in LINE_NUMBER_HEADERS:
            ignored.add(position)
        elif label:
            strangers[label if label not in strangers else f"{label}(第{position + 1}列)"] = position
    if len(columns) + len(strangers) > COLUMNS_LIMIT:
        raise UnreadableDelivery(f"表头超过 {COLUMNS_LIMIT} 列")
    absent = [column for column in contract.columns if column.name not in columns]
    above = [cells for _, cells, _ in head[: header.first]]
    layout = Layout(
        labels=labels,
        last_header_line=head[header.last][0],
        columns=columns,
        strangers=strangers,
        ignored=frozenset(ignored),
        width=1 + max((*columns.values(), *strangers.values(), *ignored)),
        fields=max(map(len, rows)),
        header_rows=frozenset(tuple(map(normalised, cells)) for cells in rows),
        title_rows=frozenset(tuple(map(normalised, cells)) for cells in above),
        header_cells=frozenset(cell for cells in rows for cell in cells if not is_blank(cell)),
        titles=tuple(filter(None, (squeezed(cell) for cells in above for cell in cells))),
        missing_required=tuple(column.name for column in absent if column.must_be_filled),
        drift=Drift(tuple(strangers), tuple(column.name for column in absent if not column.must_be_filled)),
    )
    below = head[header.last + 1] if header.last + 1 < len(head) else None
    told = _converted_units(layout, squeezed(name_of_sheet), rows if below is None else [*rows, below[1]])
    return dataclasses.replace(layout, converted=told) if told else layout


def _shown_label(lines: list[Sequence[object]], position: int) -> str:
    """The header's own spelling at a position, on one line: of several header lines the lowest that is filled."""
    labels = [_INVISIBLE.sub("", str(cells[position])) for cells in lines if position < len(cells) and cells[position]]
    return next(filter(None, reversed(labels)), "")


def _converted_units(layout: Layout, name_of_sheet: str, labelled: list[Sequence[object]]) -> dict[str, str]:
    """The columns that are written in another unit, with its name, which is one that the contract converts.

    A header, the lines above it, a unit below it and the sheet's name tell the unit.

    Raises:
        UnreadableDelivery: a column is in another unit than the contract's, or in two; the reason names both.
    """
    if not layout.labels.measured:
        return {}
    told = _units_of_texts((name_of_sheet, *layout.titles))
    strangers = [split for header in layout.strangers if (split := units.split_header(normalised(header)))]
    converted = {}
    for column, (own_name, own) in layout.labels.measured:
        stem = units.split_header(normalised(column.header))
        names = [name for label, name in strangers if stem and label == stem[0]]
        if column.name in layout.columns:
            position = layout.columns[column.name]
            cells = [squeezed(cells[position]) for cells in labelled if position < len(cells)]
            names += [*filter(None, map(units.unit_alone, cells)), *filter(None, map(units.unit_in_brackets, cells))]
            names += told
        other = units.contradiction(own, names)
        if other is None:
            continue
        _refuse_if_not_converted(column, own_name, other, list(units.of_measure(own, names).values()))
        converted[column.name] = other
    return converted


def _units_of_texts(texts: Sequence[str]) -> list[str]:
    """The names of the units that squeezed texts tell; what 单位： names may stand in the text behind it."""
    told = [name for text in texts for name in units.units_told(text)]
    pairs = [(text.rstrip(":"), following) for text, following in itertools.pairwise(texts)]
    split = [f"{text}:{following}" for text, following in pairs if text.endswith("单位")]
    return [*told, *(name for text in split for name in units.units_told(text))]


def refuse_units_below(layout: Layout, texts: Sequence[str]) -> None:
    """Returns if a line below the records tells no unit other than the one they were read in.

    Raises:
        UnreadableDelivery: it does; the records before it would mean something else.
    """
    told = _units_of_texts([squeezed(text) for text in texts]) if layout.labels.measured else []
    for column, (own_name, own) in layout.labels.measured if told else ():
        read_in = layout.converted.get(column.name, own_name)
        others = [name for unit, name in units.of_measure(own, told).items() if unit != units.unit_named(read_in)]
        if column.name in layout.columns and others:
            raise UnreadableDelivery(
                f"表格下方写明单位是“{others[0]}”，而“{column.header}”按“{read_in}”读取；"
                f"请改正后重新报送{guide.UNIT.see_zh}"
            )


def _refuse_if_not_converted(column: Column, own_name: str, other: str, told: list[str]) -> None:
    if units.converted(column, other) is None:
        raise UnreadableDelivery(
            f"表中写明单位是“{other}”，而“{column.header}”应以“{own_name}”填报；请换算后重新报送{guide.UNIT.see_zh}"
        )
    if len(told) > 1:
        raise UnreadableDelivery(
            f"“{column.header}”的单位在表中写作“{'”和“'.join(told)}”，无法判断以哪一个为准；"
            f"请改正后重新报送{guide.UNIT.see_zh}"
        )
