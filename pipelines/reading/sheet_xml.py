"""One worksheet's XML to lines, in one pass: what stands in a cell, and what is odd about how it is shown.

A regular expression reads the plain spelling that nearly every program writes, a piece of the sheet at a time. Where it
meets what it does not know, a strict parser writes the part anew, every cell at its place, and it goes on from there.
"""

import contextlib
import dataclasses
import datetime
import functools
import re
from collections.abc import Iterator
from xml.etree import ElementTree

from pipelines.reading.cells import COLUMNS_OF_A_SHEET, NOTHING_ODD, Line, Mark, Merge
from pipelines.reading.number_formats import NumberFormat
from pipelines.reading.plain_xml import BROKEN_ZH, plain_text, rewritten, text_value, tree_of, unescaped
from pipelines.reading.refusals import SHEET_CELLS_LIMIT, UnreadableDelivery
from pipelines.reading.shared_strings import SharedText, rich_text
from pipelines.reading.styles import PLAIN, Style

ROWS_OF_A_SHEET = 1_048_576

_PIECE_CHARACTERS = 1_000_000

# A cell with its column, row, other attributes, and its value, its own text, or whatever else is in it; a row's begin
# with its attributes; a row's end; anything else.
_TOKEN = re.compile(
    r'<c r="([A-Z]{1,3})([0-9]{1,7})"([^<>/]*)'
    r"(?:/>|></c>|><v>([^<]*)</v></c>|><is><t(?: [^<>]*)?>([^<]*)</t></is></c>|>((?:<(?!/?c[ >]|/?row)[^<]*)+)</c>)"
    r"|<row([^<>]*[^<>/])>|<row[^<>]*/>|</row>|(\S)"
)
_BODY = re.compile(
    r"(?:<f([^<>]*)(?:/>|>([^<]*)</f>))?(?:<v(?: [^<>]*)?>([^<]*)</v>|<v ?/>)?"
    r"(?:<is>((?:<(?!/?is>)[^<]*)*)</is>|<is ?/>)?(?:<extLst>.*</extLst>)?",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r' (\w+)="([^"]*)"')
_SHEET_DATA = re.compile(r"<sheetData(?: [^<>]*)?>")
_ROW_NUMBER = re.compile(r'<row(?: r="([0-9]{1,7})")?')
_HIDDEN_ROW = re.compile(r'<row r="([0-9]+)"[^<>]* hidden="(?:1|true)"')
_COLUMNS = re.compile(r"<col [^<>]*>")
_MERGED = re.compile(r'<mergeCell ref="([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})"')
_TRUE = frozenset({"1", "true"})

_EPOCH_1900 = datetime.datetime(1899, 12, 30)  # noqa: DTZ001 - Excel's days are local, and 1900 is no leap year
_EPOCH_1904 = datetime.datetime(1904, 1, 1)  # noqa: DTZ001
_DAY_SECONDS = 86_400
_DAY_THAT_NEVER_WAS = 60  # Excel counts a 29 February 1900
_LAST_MINUTE = datetime.time(23, 59)
_LARGEST_NUMBER = 1.8e308


@dataclasses.dataclass(frozen=True)
class Shared:
    """What the sheets of a workbook share.

    ``results_are_due``: the program that wrote it left the results of formulas to the one that opens it next.
    """

    texts: list[SharedText]
    styles: list[Style]
    counts_from_1904: bool = False
    results_are_due: bool = False


@dataclasses.dataclass(frozen=True)
class SheetXml:
    """A worksheet's part, and in the plain spelling where its rows stand."""

    part: bytes
    text: str
    start: int
    end: int
    shared: Shared

    @property
    def merges(self) -> list[Merge]:
        """The merged cells.

        Raises:
            UnreadableDelivery: there are more cells in them than a sheet may have.
        """
        merges = [
            Merge(int(top), column_position(left), int(bottom), column_position(right))
            for left, top, right, bottom in _MERGED.findall(self.text, self.end)
        ]
        if sum(merge.bottom - merge.top for merge in merges) > SHEET_CELLS_LIMIT:
            raise UnreadableDelivery("合并单元格过多，无法读取")
        return merges

    @property
    def hidden_columns(self) -> frozenset[int]:
        """The positions of the columns that are not shown."""
        hidden: set[int] = set()
        for column in _COLUMNS.findall(self.text, 0, self.start):
            attributes = dict(_ATTRIBUTE.findall(column))
            if attributes.get("hidden") in _TRUE:
                with _faults_told():
                    hidden.update(range(int(attributes["min"]) - 1, min(int(attributes["max"]), COLUMNS_OF_A_SHEET)))
        return frozenset(hidden)

    @property
    def hidden_rows(self) -> frozenset[int]:
        """The numbers of the rows that are not shown, filtered ones too."""
        if ' hidden="' not in self.text:
            return frozenset()
        return frozenset(map(int, _HIDDEN_ROW.findall(self.text, self.start, self.end)))

    def lines(self) -> Iterator[Line]:
        """The filled rows, in their order.

        Raises:
            UnreadableDelivery: the sheet is broken, or spans more cells than the limit.
        """
        numbers = _ROW_NUMBER.findall(self.text, self.start, self.end)
        last = 0
        if all(numbers) and _rises(list(map(int, numbers))):
            try:
                for line in _Rows(self).lines():
                    yield line
                    last = line[0]
                return
            except _NotPlain:
                pass
        text = _at_its_places(self.part)
        rows = _Rows(dataclasses.replace(self, text=text, start=_rows_start(text), end=text.rindex("</sheetData>")))
        try:
            yield from (line for line in rows.lines() if line[0] > last)
        except _NotPlain as fault:
            raise UnreadableDelivery(BROKEN_ZH) from fault


def sheet_xml(part: bytes, shared: Shared) -> SheetXml:
    """The worksheet of a part.

    Raises:
        UnreadableDelivery: the part is broken, or not that of a worksheet.
    """
    text = plain_text(part)
    start = _rows_start(text)
    end = text.find("</sheetData>", start) if start >= 0 else -1
    if end < 0:
        text = _at_its_places(part)
        start, end = _rows_start(text), text.rindex("</sheetData>")
    return SheetXml(part, text, start, end, shared)


@functools.lru_cache(maxsize=1024)
def column_position(letters: str) -> int:
    """The 0-based position of a column."""
    return functools.reduce(lambda number, letter: number * 26 + ord(letter) - 64, letters, 0) - 1


class _NotPlain(Exception):
    """Something stands in the sheet that the plain spelling does not have."""


class _Rows:
    """The rows of a sheet in the plain spelling."""

    def __init__(self, sheet: SheetXml) -> None:
        self._text, self._start, self._end = sheet.text, sheet.start, sheet.end
        self._shared = sheet.shared
        self._epoch = _EPOCH_1904 if sheet.shared.counts_from_1904 else _EPOCH_1900
        self._kinds: dict[str, tuple[str, Style]] = {}

    def lines(self) -> Iterator[Line]:
        number, place, widest = 0, "", 0
        cells: list[object] = []
        marks: dict[int, Mark] = {}
        for letters, at, attributes, value, own_text, body, row, other in self._tokens():
            if letters:
                if at != place:
                    raise _NotPlain
                cell, mark = self._content(self._kinds.get(attributes) or self._kind(attributes), value, own_text, body)
                if cell is not None:
                    position = column_position(letters)
                    if position < len(cells):
                        raise _NotPlain
                    cells.extend([None] * (position - len(cells)))
                    cells.append(cell)
                    if mark:
                        marks[position] = mark
            elif other:
                raise _NotPlain
            elif row:
                place = row[4 : row.index('"', 4)]
                number = int(place)
            elif cells:
                widest = self._widest(number, len(cells), widest)
                yield number, cells, marks or NOTHING_ODD
                cells, marks = [], {}

    def _content(
        self, kind_and_style: tuple[str, Style], value: str, own_text: str, body: str
    ) -> tuple[object, Mark | None]:
        kind, style = kind_and_style
        if value:
            return (_number(value), None) if kind == "plain number" else self._cell(kind, style, value)
        if own_text:
            return text_value(own_text), Mark("struck") if style.is_struck else None
        return self._odd_cell(kind, style, body) if body else (None, None)

    def _tokens(self) -> Iterator[tuple[str, ...]]:
        start = self._start
        while start < self._end:
            stop = self._text.find("</row>", start + _PIECE_CHARACTERS, self._end)
            stop = self._end if stop < 0 else stop + len("</row>")
            yield from _TOKEN.findall(self._text, start, stop)
            start = stop

    def _widest(self, number: int, width: int, widest: int) -> int:
        widest = max(width, widest)
        if number * widest > SHEET_CELLS_LIMIT:
            raise _too_wide()
        return widest

    def _kind(self, attributes: str) -> tuple[str, Style]:
        """What the attributes of a cell say of it: they are few, for thousands of cells."""
        named = dict(_ATTRIBUTE.findall(attributes))
        with _faults_told():
            styles, index = self._shared.styles, int(named.get("s") or 0)
            style = styles[index] if index < len(styles) else PLAIN
        kind = named.get("t", "n")
        if kind == "n" and style == PLAIN:
            kind = "plain number"
        elif kind == "s" and not style.is_struck:
            kind = "shared text"
        self._kinds[attributes] = (kind, style)
        return kind, style

    def _shared_text(self, value: str) -> tuple[str | None, Mark | None]:
        try:
            text, mark = self._shared.texts[int(value)]
        except (ValueError, IndexError) as fault:
            raise UnreadableDelivery(BROKEN_ZH) from fault
        return text or None, mark

    def _odd_cell(self, kind: str, style: Style, body: str) -> tuple[object, Mark | None]:
        found = _BODY.fullmatch(body)
        if found is None:
            raise _NotPlain
        formula_attributes, formula, value, rich = found.groups()
        if rich is not None:
            text, mark = rich_text(rich)
            return text or None, mark or (Mark("struck") if style.is_struck else None)
        has_formula = formula_attributes is not None
        if value:
            cell, mark = self._cell(kind, style, value)
            if not (has_formula and self._shared.results_are_due and cell == 0):
                return cell, mark
        elif not has_formula or kind == "str":  # the result of a formula may be an empty text
            return None, None
        return f"={unescaped(formula or '')}", Mark("formula")

    def _cell(self, kind: str, style: Style, value: str) -> tuple[object, Mark | None]:
        if kind in {"n", "plain number"}:
            cell, mark = self._styled_number(_number(value), style.format)
        elif kind in {"s", "shared text"}:
            cell, mark = self._shared_text(value)
        elif kind == "b":
            cell, mark = value.strip() in _TRUE, None
        elif kind == "e":
            cell, mark = unescaped(value), Mark("error")
        elif kind == "d":
            cell, mark = _iso_moment(value), None
        else:
            cell, mark = text_value(value), None
        return cell, Mark("struck") if style.is_struck and mark is None else mark

    def _styled_number(self, number: object, form: NumberFormat) -> tuple[object, Mark | None]:
        if form.is_as_typed or not isinstance(number, float):
            return number, None
        moment = self._moment(number, form) if form.is_date else None
        if moment is None:
            return number, Mark("format", form)
        is_late = isinstance(moment, datetime.datetime) and moment.time() >= _LAST_MINUTE and not form.shows_time
        return moment, Mark("last_minute") if is_late else None

    def _moment(self, number: float, form: NumberFormat) -> object:
        """What a date's format shows of a number: a date, a time, both, or a length of time; None where none can be."""
        try:
            length = datetime.timedelta(seconds=round(number * _DAY_SECONDS))
            if form.is_elapsed:
                return length
            moment = self._epoch + length
            if self._epoch == _EPOCH_1900 and number < _DAY_THAT_NEVER_WAS:
                moment += datetime.timedelta(days=1)
        except OverflowError:
            return None
        if 0 < number < 1:
            return moment.time()
        return moment.date() if moment.time() == datetime.time.min else moment


def _number(value: str) -> object:
    """The number, as text where it is none."""
    try:
        number = float(value)
    except ValueError:
        return text_value(value)
    return number if -_LARGEST_NUMBER < number < _LARGEST_NUMBER else value


def _iso_moment(value: str) -> object:
    try:
        moment = datetime.datetime.fromisoformat(value.strip())
    except ValueError:
        return text_value(value)
    return moment.date() if moment.time() == datetime.time.min and moment.tzinfo is None else moment


def _rises(numbers: list[int]) -> bool:
    return all(map(int.__lt__, numbers, numbers[1:]))


def _rows_start(text: str) -> int:
    found = _SHEET_DATA.search(text)
    return found.end() if found and not found[0].endswith("/>") else -1


def _too_wide() -> UnreadableDelivery:
    return UnreadableDelivery(f"工作表范围超过 {SHEET_CELLS_LIMIT} 个单元格；请删除表格以外的内容后重新报送")


@contextlib.contextmanager
def _faults_told() -> Iterator[None]:
    try:
        yield
    except (ValueError, KeyError, OverflowError) as fault:
        raise UnreadableDelivery(BROKEN_ZH) from fault


def _at_its_places(part: bytes) -> str:
    """The worksheet as a strict parser reads it, in the plain spelling: rows in order, every cell with its place."""
    root = tree_of(rewritten(part))
    rows: dict[int, dict[int, ElementTree.Element]] = {}
    attributes_of: dict[int, dict[str, str]] = {}
    number = 0
    with _faults_told():
        for row in root.iterfind("sheetData/row"):
            number = int(row.get("r", number + 1))
            attributes_of.setdefault(number, dict(row.attrib))
            position = -1
            for cell in row.iterfind("c"):
                place = cell.get("r", "").upper().replace("$", "")
                letters = place.rstrip("0123456789")
                position = column_position(letters) if letters else position + 1
                at = int(place[len(letters) :] or number)
                if not (0 <= position < COLUMNS_OF_A_SHEET and 0 < at <= ROWS_OF_A_SHEET):
                    raise _too_wide()
                rows.setdefault(at, {})[position] = cell
    written = ["<worksheet><cols>", *_elements(root.iterfind("cols/col")), "</cols><sheetData>"]
    for at in sorted(rows):
        attributes = {"r": str(at)} | {
            name: value for name, value in attributes_of.get(at, {}).items() if name == "hidden"
        }
        written.append(_start_tag("row", attributes))
        for position in sorted(rows[at]):
            written.append(_plain_cell(rows[at][position], f"{_letters(position)}{at}"))
        written.append("</row>")
    written += ["</sheetData>", *_elements(root.iterfind("mergeCells/mergeCell")), "</worksheet>"]
    return "".join(written)


def _plain_cell(cell: ElementTree.Element, place: str) -> str:
    others = {name: value for name, value in cell.attrib.items() if name in {"s", "t"}}
    body = "".join(_elements(child for child in cell if child.tag in {"f", "v", "is"}))
    return f"{_start_tag('c', {'r': place} | others)}{body}</c>"


def _elements(elements: Iterator[ElementTree.Element]) -> Iterator[str]:
    for element in elements:
        element.tail = None
        yield ElementTree.tostring(element, "unicode", short_empty_elements=False)


def _start_tag(name: str, attributes: dict[str, str]) -> str:
    return ElementTree.tostring(ElementTree.Element(name, attributes), "unicode").removesuffix(" />") + ">"


def _letters(position: int) -> str:
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
