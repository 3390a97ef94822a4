"""Small workbooks and what is read of them."""

import io
import zipfile
from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd
import xlsxwriter

from pipelines import reading
from pipelines.contracts import Contract, contract_of

POSTS = contract_of("service_posts")
HEADER = ["阵地编号", "小区编号", "阵地类型", "面积(平方米)", "启用日期", "停用日期"]
"""Of service posts: 阵地编号 is the key; 面积(平方米) and 停用日期 may be left out."""
ROW = ["P-1", "C-1", "养老", 12.5, "2025-03-01"]


def workbook(write: Callable[[xlsxwriter.Workbook], None], **options: Any) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, options) as book:
        write(book)
    return buffer.getvalue()


def sheets(**rows_by_name: Sequence[Sequence[object]]) -> bytes:
    def write(book: xlsxwriter.Workbook) -> None:
        for name, rows in rows_by_name.items():
            sheet = book.add_worksheet(name)
            for index, row in enumerate(rows):
                sheet.write_row(index, 0, row)

    return workbook(write)


def posts(*rows: Sequence[object], **cells: Any) -> bytes:
    """A workbook of service posts; ``cells`` are written over it: a place to its value, or value and format."""

    def write(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("台账")
        for index, row in enumerate([HEADER, *rows]):
            sheet.write_row(index, 0, row)
        for place, cell in cells.items():
            value, form = cell if isinstance(cell, tuple) else (cell, None)
            sheet.write(place, value, book.add_format(form) if form else None)

    return workbook(write)


def zipped(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def parts_of(payload: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(payload)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def with_part(payload: bytes, name: str, old: str, new: str) -> bytes:
    """The workbook with something else in one of its parts."""
    parts = parts_of(payload)
    text = parts[name].decode()
    assert old in text
    return zipped(parts | {name: text.replace(old, new).encode()})


SHEET = "xl/worksheets/sheet1.xml"
WORKBOOK = "xl/workbook.xml"


class Read:
    """A delivery as it was read and typed."""

    def __init__(self, payload: bytes | str, contract: Contract = POSTS) -> None:
        data = payload.encode() if isinstance(payload, str) else payload
        self.table = reading.read_table(data, "2025-03-31.xlsx", contract)
        self.parsed = reading.parse(self.table.rows, contract)
        self._lines = self.table.rows["_source_row"]

    @property
    def defects(self) -> list[tuple[int, str, str]]:
        """Line, column and rule of each cell that is refused."""
        told = self.parsed.defects
        return [
            (int(self._lines.iloc[row]), column, rule)
            for row, column, rule in zip(told["row"], told["column"], told["rule"], strict=True)
        ]

    @property
    def reasons(self) -> list[str]:
        return self.parsed.defects["reason_zh"].tolist()

    @property
    def good(self) -> pd.DataFrame:
        """The rows of which nothing is refused."""
        return self.parsed.frame.drop(index=self.parsed.defects["row"])

    def values(self, *columns: str) -> list[object]:
        """What is read of the good rows: in one column its values, in several a list for each row."""
        if len(columns) == 1:
            return self.good[columns[0]].tolist()
        return self.good[list(columns)].values.tolist()

    @property
    def lines_set_aside(self) -> int:
        return self.table.notes.lines_set_aside
