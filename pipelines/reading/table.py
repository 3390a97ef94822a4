"""From the lines of a sheet to the contract's columns: where the table stands, and which lines are its rows.

Providers put titles and unit lines above the header, spread a header over two rows, leave blank rows and columns
between, repeat the header on each printed page, and close with totals and signatures. All of that is page furniture.
"""

import contextlib
import dataclasses
import functools
import itertools
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

import orjson
import pandas as pd

from pipelines.contracts import Contract
from pipelines.reading.refusals import COLUMNS_LIMIT, ROWS_LIMIT, UnreadableDelivery

Line = tuple[int, Sequence[object]]
"""The 1-based number of a line in its file or sheet, and its cells; blank cells are None or blank text."""

HEADER_SEARCH_LINES = 60
"""Filled lines from the top among which the header must stand."""

LINE_NUMBER_HEADERS = frozenset({"序号", "行号", "no.", "no"})
"""Headers of columns that only count the lines: layout, neither data nor drift."""

_BRACKETS = str.maketrans("【〔〖「『】〕〗」』", "((((()))))")
_INVISIBLE = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]+")
_MARKS_AROUND = re.compile(r"^[*※]+|(?:[*※:]|\(必填\)|\(选填\)|\(必填项\))+$")

_TOTAL = r".{0,12}?(?:合计|总计|小计|共计|累计)(?:[:(\d].*)?"
_NOTE = r"(?:备注|附注|注|说明|填表说明|填报说明)\d*[:.、].*"
_SIGNATURE = (
    r"(?:填表人?|填报人?|制表人?|审核人?|复核人?|审批人?|经办人?|报送人|(?:单位|部门|分管)?(?:负责人|领导)|联系人|联系电话"
    r"|(?:填报|填表|报送|制表)(?:单位|日期|时间)|单位|盖章|签字)(?:\([^)]*\))?"
)
_SIGNATURE_LINE = re.compile(rf"{_SIGNATURE}:.*", re.DOTALL)
_FURNITURE_IF_INCOMPLETE = re.compile(rf"{_TOTAL}|{_NOTE}|{_SIGNATURE}", re.DOTALL)


@dataclasses.dataclass(frozen=True)
class Drift:
    """How a delivery's columns differ from the contract's: headers it adds, optional columns (by name) it lacks."""

    added: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


class MissingColumns(UnreadableDelivery):
    """Columns that must be filled are not there; ``drift`` has them, too."""

    def __init__(self, contract: Contract, required: Sequence[str], drift: Drift) -> None:
        super().__init__(f"缺少必填列：{'、'.join(contract.column(name).header for name in required)}")
        self.drift = Drift(drift.added, (*required, *drift.missing))


@dataclasses.dataclass(frozen=True)
class RawTable:
    """The data rows of a delivery, cells as delivered.

    ``cells`` has one list per contract column found, by the contract's name, all of one length, and three more:
    ``_sheet`` is the worksheet, the page of a page set, or blank; ``_source_row`` the 1-based row of the sheet,
    line of the text file, or index in the page; ``_extra`` JSON of what stood in unknown columns, or None.
    """

    cells: Mapping[str, Sequence[object]]
    drift: Drift

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
    """The rows of all tables, in order, None where a table lacks a column; the drift is the last table's."""
    if len(tables) == 1:
        return tables[0]
    names = dict.fromkeys(itertools.chain.from_iterable(table.cells for table in tables))
    cells = {
        name: list(
            itertools.chain.from_iterable(table.cells.get(name, itertools.repeat(None, len(table))) for table in tables)
        )
        for name in names
    }
    return RawTable(cells, tables[-1].drift)


@dataclasses.dataclass(frozen=True)
class Sheet:
    """A named grid of cells; ``lines`` starts again from the first line at each call."""

    name: str
    lines: Callable[[], Iterator[Line]]


@dataclasses.dataclass(frozen=True)
class Layout:
    """Where the contract's columns stand in a sheet.

    ``columns`` and ``strangers`` give the 0-based position of each contract column and each unknown header;
    ``page_heads`` are the normalised lines down to ``last_header_line``, which a printed page may repeat, and
    ``page_labels`` their first words.
    """

    last_header_line: int
    columns: dict[str, int]
    strangers: dict[str, int]
    ignored: frozenset[int]
    page_heads: frozenset[tuple[str, ...]]
    page_labels: frozenset[str]
    missing_required: tuple[str, ...]
    drift: Drift

    @property
    def is_complete(self) -> bool:
        """Whether the contract's columns are all there, optional ones too."""
        return not self.missing_required and not self.drift.missing


def is_blank(cell: object) -> bool:
    return cell is None or cell == "" or (isinstance(cell, str) and cell.isspace())


@functools.lru_cache(maxsize=4096, typed=True)  # thousands of files have the same few headers
def normalised(cell: object) -> str:
    """A header's spelling without what does not matter: widths, spaces and line breaks, bracket shapes, marks, case."""
    return plainly_spelled(cell).casefold()


def plainly_spelled(cell: object) -> str:
    """A header as a contract spells it: half-width brackets, no spaces or line breaks, no marks around it."""
    return _MARKS_AROUND.sub("", _squeezed(cell))


def _squeezed(cell: object) -> str:
    if is_blank(cell):
        return ""
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", str(cell)).translate(_BRACKETS))


@functools.cache
def columns_by_header(contract: Contract) -> dict[str, str]:
    """The name of a contract column by each normalised spelling of its header."""
    return {normalised(header): column.name for column in contract.columns for header in column.headers}


def find_layout(sheet: Sheet, contract: Contract) -> Layout | None:
    """Where the contract's table stands in the sheet; None if no header of the contract is there.

    The header is the line, or the pair of lines, that names the most columns; the first of equals.

    Raises:
        UnreadableDelivery: two columns claim the same contract column, or there are too many columns.
    """
    head = _first_filled_lines(sheet)
    header: _Header | None = None
    columns_named = 0
    for candidate in _header_candidates(head, contract):
        candidate_names = len(set(candidate.names) - {None})
        if candidate_names > columns_named:
            header, columns_named = candidate, candidate_names
        if columns_named == len(contract.columns):
            break
    return _layout(header, head, contract) if header else None


def rows_of(sheet: Sheet, layout: Layout, contract: Contract, rows_per_table: int) -> Iterator[RawTable]:
    """The data rows of the sheet in tables of at most ``rows_per_table`` rows, at least one table.

    Raises:
        UnreadableDelivery: a required column is missing, there are too many rows, or the sheet's lines break off.
    """
    if layout.missing_required:
        raise MissingColumns(contract, layout.missing_required, layout.drift)
    lines = _data_lines(sheet, layout, contract)
    count = 0
    while (batch := list(itertools.islice(lines, rows_per_table))) or count == 0:
        count += max(len(batch), 1)
        if count > ROWS_LIMIT:
            raise UnreadableDelivery(f"数据超过 {ROWS_LIMIT} 行")
        yield RawTable(_cells(sheet.name, batch, layout), layout.drift)


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


class _Header(NamedTuple):
    """One possible header: its first and last filled line, and the contract column it names at each position."""

    first: int
    last: int
    names: list[str | None]


def _first_filled_lines(sheet: Sheet) -> list[Line]:
    filled = (line for line in sheet.lines() if not all(map(is_blank, line[1])))
    head: list[Line] = []
    # A fault below the header is told when the rows are read; here it would hide what the header says.
    with contextlib.suppress(UnreadableDelivery):
        head.extend(itertools.islice(filled, HEADER_SEARCH_LINES))
    return head


def _header_candidates(head: list[Line], contract: Contract) -> Iterator[_Header]:
    """Every line, then every pair of lines: so a pair is taken only where it names more columns than each alone."""
    known = columns_by_header(contract)
    labels: list[list[str]] = []
    for index, (_, cells) in enumerate(head):
        labels.append([normalised(cell) for cell in cells])
        yield _Header(index, index, [known.get(label) for label in labels[index]])
    for index, (upper, lower) in enumerate(itertools.pairwise(labels)):
        yield _Header(index, index + 1, _names_of_pair(upper, lower, known))


def _names_of_pair(upper: list[str], lower: list[str], known: dict[str, str]) -> list[str | None]:
    names = []
    group = ""
    for above, below in itertools.zip_longest(upper, lower, fillvalue=""):
        group = above or group  # a merged group's label stands over its first column alone
        names.append((known.get(group + below) or known.get(below)) if below else known.get(above))
    return names


def _layout(header: _Header, head: list[Line], contract: Contract) -> Layout:
    columns: dict[str, int] = {}
    strangers: dict[str, int] = {}
    ignored = set()
    for position, name in enumerate(header.names):
        label = _shown_label([cells for _, cells in head[header.first : header.last + 1]], position)
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
    page_heads = frozenset(tuple(map(normalised, cells)) for _, cells in head[: header.last + 1])
    return Layout(
        last_header_line=head[header.last][0],
        columns=columns,
        strangers=strangers,
        ignored=frozenset(ignored),
        page_heads=page_heads,
        page_labels=frozenset(next(filter(None, line), "") for line in page_heads),
        missing_required=tuple(column.name for column in absent if column.must_be_filled),
        drift=Drift(tuple(strangers), tuple(column.name for column in absent if not column.must_be_filled)),
    )


def _shown_label(lines: list[Sequence[object]], position: int) -> str:
    """The header's own spelling at a position, on one line: of two header lines the lower one that is filled."""
    labels = [_INVISIBLE.sub("", str(cells[position])) for cells in lines if position < len(cells) and cells[position]]
    return next(filter(None, reversed(labels)), "")


def _data_lines(sheet: Sheet, layout: Layout, contract: Contract) -> Iterator[Line]:
    """The lines below the header that say something in a column of the contract and are no page furniture."""
    positions = frozenset(layout.columns.values())
    always_filled = [layout.columns[column.name] for column in contract.columns if column.must_be_filled]
    for number, cells in sheet.lines():
        if number <= layout.last_header_line:
            continue
        start = next((position for position, cell in enumerate(cells) if not is_blank(cell)), None)
        if start is None:
            continue
        if start not in positions and all(is_blank(cells[position]) for position in positions if position < len(cells)):
            continue
        if not _is_furniture(cells[start], cells, layout, always_filled):
            yield number, cells


def _is_furniture(label: object, cells: Sequence[object], layout: Layout, always_filled: list[int]) -> bool:
    """Whether a line that begins with this label is a signature, a repeated head of the page, a total or a note.

    Totals and notes are told from records by what they leave out: some cell that every record fills.
    """
    if not isinstance(label, str) or (label.isascii() and label.casefold() not in layout.page_labels):
        return False
    squeezed = _squeezed(label)
    if _SIGNATURE_LINE.fullmatch(squeezed):
        return True
    if normalised(label) in layout.page_labels and tuple(map(normalised, cells)) in layout.page_heads:
        return True
    return _FURNITURE_IF_INCOMPLETE.fullmatch(squeezed) is not None and any(
        position >= len(cells) or is_blank(cells[position]) for position in always_filled
    )


def _cells(sheet_name: str, lines: list[Line], layout: Layout) -> dict[str, Sequence[object]]:
    numbers = [number for number, _ in lines]
    by_position = list(itertools.zip_longest(*(cells for _, cells in lines)))
    nothing = [None] * len(lines)

    def at(position: int) -> Sequence[object]:
        return by_position[position] if position < len(by_position) else nothing

    columns = {name: at(position) for name, position in layout.columns.items()}
    headers = {position: header for header, position in layout.strangers.items()}
    used = layout.ignored.union(layout.columns.values())
    strangers = {
        headers.get(position, f"第{position + 1}列"): at(position)
        for position in range(len(by_position))
        if position not in used and not all(map(is_blank, by_position[position]))
    }
    extras = (
        [extra_json(dict(zip(strangers, cells, strict=True))) for cells in zip(*strangers.values(), strict=True)]
        if strangers
        else nothing
    )
    return {**columns, "_sheet": [sheet_name] * len(lines), "_source_row": numbers, "_extra": extras}
