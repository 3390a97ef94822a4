"""Excel workbooks (xlsx) to the one sheet that holds the contract's table."""

import contextlib
import functools
import io
import xml.parsers.expat
import zipfile
from collections import defaultdict
from collections.abc import Iterator, Sequence

import python_calamine

from pipelines.contracts import Contract
from pipelines.reading.refusals import SHEET_CELLS_LIMIT, UnreadableDelivery
from pipelines.reading.table import Layout, Line, Sheet, find_layout, is_blank, rows_of

_NEVER_PARSED = ("docProps/", "xl/theme/")
"""Parts that every workbook has and no table needs: half of a small one's XML."""

_BROKEN_ZH = "工作簿已损坏，无法读取；请用 Excel 打开后另存为 xlsx"


def find_table(members: dict[str, bytes], contract: Contract) -> tuple[Sheet, Layout]:
    """The visible sheet that shows most of the contract's columns.

    Raises:
        UnreadableDelivery: the workbook is broken or hostile, no sheet has the header, or several sheets have it and
            rows below it.
    """
    with_header = []
    for sheet in sheets(members):
        layout = find_layout(sheet, contract)
        if layout:
            with_header.append((sheet, layout))
    if not with_header:
        expected = "、".join(column.header for column in contract.columns if column.must_be_filled)
        raise UnreadableDelivery(f"没有一张工作表有应有的表头：{expected}")
    most = max(len(layout.columns) for _, layout in with_header)
    best = [(sheet, layout) for sheet, layout in with_header if len(layout.columns) == most]
    if len(best) > 1:
        best = [candidate for candidate in best if _has_rows(*candidate, contract)] or best[:1]
    if len(best) > 1:
        names = "、".join(f"“{sheet.name}”" for sheet, _ in best)
        raise UnreadableDelivery(f"工作表{names}都有表头和数据，请合并为一张工作表后重新报送")
    return best[0]


def _has_rows(sheet: Sheet, layout: Layout, contract: Contract) -> bool:
    return not layout.missing_required and len(next(rows_of(sheet, layout, contract, 1))) > 0


def sheets(members: dict[str, bytes]) -> list[Sheet]:
    """The visible worksheets, in their order.

    Raises:
        UnreadableDelivery: the workbook is broken or hostile.
    """
    parts = {
        name: content
        for name, content in members.items()
        if name.endswith((".xml", ".rels")) and not name.startswith(_NEVER_PARSED)
    }
    _refuse_hostile(parts)
    with _parser_faults_told():
        workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(_repacked(parts)))
        return [
            Sheet(each.name, functools.partial(_lines, workbook.get_sheet_by_name(each.name)))
            for each in workbook.sheets_metadata
            if each.typ == python_calamine.SheetTypeEnum.WorkSheet
            and each.visible == python_calamine.SheetVisibleEnum.Visible
        ]


@contextlib.contextmanager
def _parser_faults_told() -> Iterator[None]:
    try:
        yield
    except (python_calamine.CalamineError, OSError, ValueError, OverflowError) as fault:
        raise UnreadableDelivery(_BROKEN_ZH) from fault
    except BaseException as fault:
        # The parser's panics on broken input reach Python as a BaseException of a type that cannot be imported.
        if type(fault).__name__ != "PanicException":
            raise
        raise UnreadableDelivery(_BROKEN_ZH) from None


def _repacked(parts: dict[str, bytes]) -> bytes:
    """The measured parts as a plain archive, so that the parser sees nothing but what the limits were applied to."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def _refuse_hostile(parts: dict[str, bytes]) -> None:
    for content in parts.values():
        try:
            spanned_cells = _Extent().of(content)
        except (xml.parsers.expat.ExpatError, ValueError, LookupError) as fault:  # LookupError: an unknown encoding
            raise UnreadableDelivery(_BROKEN_ZH) from fault
        if spanned_cells > SHEET_CELLS_LIMIT:
            raise UnreadableDelivery(f"工作表范围超过 {SHEET_CELLS_LIMIT} 个单元格；请删除表格以外的内容后重新报送")


class _Extent:
    """The cells between A1 and the last filled cell of a sheet's XML: the area that calamine lays out in memory.

    Measured by a strict parser, as one stray cell in the last corner would span seventeen thousand million.
    """

    def __init__(self) -> None:
        self._row = self._column = 0
        self._last_row = self._last_column = 0
        self._bytes = 0

    def of(self, content: bytes) -> int:
        """Spanned cells; 0 for XML that is no sheet.

        Raises:
            xml.parsers.expat.ExpatError, LookupError: not well-formed, or in an unknown encoding.
            ValueError: a position or a count that cannot be; the parser would reserve memory for the count.
            UnreadableDelivery: it declares a document type, which no workbook does and entity bombs need.
        """
        self._bytes = len(content)
        parser = xml.parsers.expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler = self._start
        parser.StartDoctypeDeclHandler = self._refuse_document_type
        parser.Parse(content, True)
        return self._last_row * self._last_column

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(" ")[2]
        if tag == "c":
            place = attributes.get("r", "").upper()
            letters = place.rstrip("0123456789")
            self._column = _column_number(letters) if place else self._column + 1
            self._row = int(place[len(letters) :] or self._row)
        elif tag in {"v", "is"}:
            self._last_row = max(self._last_row, self._row)
            self._last_column = max(self._last_column, self._column)
        elif tag == "row":
            self._row = int(attributes.get("r", self._row + 1))
            self._column = 0
        elif attributes and any(int(attributes.get(name, 0)) > self._bytes for name in ("count", "uniqueCount")):
            raise ValueError(f"{tag} announces more than fits into the file")

    def _refuse_document_type(self, *_: object) -> None:
        raise UnreadableDelivery("工作簿含有文档类型声明（DTD），不予读取")


@functools.lru_cache(maxsize=1024)
def _column_number(letters: str) -> int:
    return functools.reduce(lambda number, letter: number * 26 + ord(letter) - 64, letters, 0)


def _lines(sheet: python_calamine.CalamineSheet) -> Iterator[Line]:
    """The sheet's rows with their own numbers; a value merged over several rows stands in each of them.

    A merged *number* stands in its first row alone: repeated, it would be counted several times.
    """
    first_column = (sheet.start or (0, 0))[1]
    starting: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    filled_cells = 0
    for (top, left), (bottom, _) in sheet.merged_cell_ranges or []:
        height = min(bottom, sheet.total_height) - top
        filled_cells += max(height, 0)
        if height > 0 and left >= first_column:
            starting[top].append((bottom, left))
    if filled_cells > SHEET_CELLS_LIMIT:
        raise UnreadableDelivery("合并单元格过多，无法读取")
    open_merges: dict[int, tuple[int, object]] = {}
    for index, cells in enumerate(_rows(sheet)):
        row: list[object] = [None] * first_column + list(cells)
        for left, (bottom, value) in list(open_merges.items()):
            if index > bottom:
                del open_merges[left]
            else:
                row[left] = value
        for bottom, left in starting.get(index, ()):
            if left < len(row) and not is_blank(row[left]) and not isinstance(row[left], (int, float)):
                open_merges[left] = (bottom, row[left])
        yield index + 1, row


def _rows(sheet: python_calamine.CalamineSheet) -> Iterator[Sequence[object]]:
    with _parser_faults_told():
        yield from sheet.iter_rows()
