"""Workbooks in other formats than xlsx (xls, xlsb, ods), as calamine reads them."""

import contextlib
import functools
import io
import itertools
from collections.abc import Iterator, Mapping

import python_calamine

from pipelines.reading.cells import NOTHING_ODD, Line, Merge, Sheet
from pipelines.reading.kinds import see_zh
from pipelines.reading.refusals import SHEET_CELLS_LIMIT, UnreadableDelivery

XLS_ZH = "旧版 Excel 工作簿（xls）"
_PACKAGES = {"xl/workbook.bin": "二进制 Excel 工作簿（xlsb）", "content.xml": "OpenDocument 表格（ods）"}


def kind_of_package(members: Mapping[str, bytes]) -> str | None:
    """What kind of workbook a zip archive is; None where it is none of these."""
    names = {name.replace("\\", "/").casefold() for name in members}
    return next((kind for part, kind in _PACKAGES.items() if part in names), None)


@contextlib.contextmanager
def kind_told(kind: str) -> Iterator[None]:
    """Says of a refusal in the block what kind of workbook it is about."""
    try:
        yield
    except UnreadableDelivery as refusal:
        raise UnreadableDelivery(f"这是{kind}：{refusal.reason_zh}；也可另存为 xlsx 后重新报送") from refusal


def sheets(payload: bytes) -> list[Sheet]:
    """The worksheets of a workbook, hidden ones too.

    Raises:
        UnreadableDelivery: it can't be read.
    """
    with _faults_told():
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(payload))
        return [
            _sheet(book.get_sheet_by_name(each.name), each)
            for each in book.sheets_metadata
            if each.typ == python_calamine.SheetTypeEnum.WorkSheet
        ]


def _sheet(sheet: python_calamine.CalamineSheet, metadata: python_calamine.SheetMetadata) -> Sheet:
    if sheet.total_height * sheet.total_width > SHEET_CELLS_LIMIT:
        raise UnreadableDelivery(f"工作表范围超过 {SHEET_CELLS_LIMIT} 个单元格；请删除表格以外的内容后重新报送")
    return Sheet(
        metadata.name,
        functools.partial(_lines, sheet),
        merges=[
            Merge(top + 1, left, bottom + 1, right) for (top, left), (bottom, right) in sheet.merged_cell_ranges or []
        ],
        is_hidden=metadata.visible != python_calamine.SheetVisibleEnum.Visible,
    )


def _lines(sheet: python_calamine.CalamineSheet) -> Iterator[Line]:
    first_row, first_column = sheet.start or (0, 0)
    with _faults_told():
        for number, cells in enumerate(sheet.to_python(), start=first_row + 1):
            yield number, [*itertools.repeat(None, first_column), *cells], NOTHING_ODD


@contextlib.contextmanager
def _faults_told() -> Iterator[None]:
    reason = f"无法读取，可能已加密或损坏；请去掉密码{see_zh('其他格式的文件')}"
    try:
        yield
    except (python_calamine.CalamineError, OSError, ValueError, OverflowError) as fault:
        raise UnreadableDelivery(reason) from fault
    except BaseException as fault:
        # The parser's panics on broken input reach Python as a BaseException of a type that cannot be imported.
        if type(fault).__name__ != "PanicException":
            raise
        raise UnreadableDelivery(reason) from None
