"""Deliveries as the files that real offices send: many encodings, titles above the header, totals below the data.

How a provider writes a feed (its ``Habits``) follows from the feed and the provider alone and never changes, as with
a real office and its template. The bytes are the same in any process: no clock enters a workbook or a zip.
"""

import csv
import dataclasses
import datetime
import functools
import hashlib
import io
import pathlib
import zipfile
from collections.abc import Callable
from typing import Any

import pandas
import xlsxwriter

from pipelines.contracts import Column, Contract, contract_of
from sample_city.delivery import Delivery

Cell = str | int | float | bool | datetime.datetime | None

_EXCEL_EPOCH = datetime.datetime(1899, 12, 30)  # noqa: DTZ001  Excel's days have no zone
_FULL_WIDTH = str.maketrans("0123456789.", "０１２３４５６７８９．")


@dataclasses.dataclass(frozen=True)
class Habits:
    """How a provider writes a feed.

    ``medium`` csv, xlsx, or a zip that holds one of them. ``dates``: iso, slash, dot, chinese, compact, or in workbooks
    cell (a real date) or serial (its bare number). ``numbers``: plain, grouped, full_width, text. ``booleans``: the
    words for true and false. ``headers``: plain, starred, spaced, broken, full_width. ``has_title`` puts a title and a
    unit line above the header, ``has_groups`` a second row of headers, ``has_total`` and ``has_signature`` lines below.
    """

    medium: str
    encoding: str
    delimiter: str
    dates: str
    numbers: str
    booleans: tuple[str, str]
    headers: str
    has_title: bool
    has_groups: bool
    has_total: bool
    has_signature: bool
    has_blank_row: bool
    has_blank_column: bool
    has_other_sheet: bool


AWKWARD_FORMS: dict[str, Callable[[Habits], bool]] = {
    "GB18030 text": lambda habits: habits.medium == "csv" and habits.encoding == "gb18030",
    "title and total lines": lambda habits: habits.medium == "xlsx" and habits.has_title and habits.has_total,
    "two-row header": lambda habits: habits.medium == "xlsx" and habits.has_groups,
    "zip": lambda habits: habits.medium.startswith("zip"),
}

_BOOLEANS = (("是", "否"), ("有", "无"), ("Y", "N"), ("1", "0"), ("√", "×"))
_TEXT_DATES = ("iso", "slash", "dot", "chinese", "compact")


@functools.cache
def habits_of(feed: str, provider_code: str) -> Habits:
    """The habits of a provider in a feed.

    A snapshot as text always has its title: two states that are alike would else be the same bytes.
    """
    digest = hashlib.sha256(f"{feed}/{provider_code}".encode()).digest()
    contract = contract_of(feed)
    others = 192 if contract.providers == ("association",) else 24  # small associations have no template of their own
    is_workbook = (contract.medium == "xlsx") == (digest[0] >= others)
    kind = "xlsx" if is_workbook else "csv"
    return Habits(
        medium=f"zip of {kind}" if digest[1] < 20 else kind,
        encoding=("utf-8", "utf-8", "utf-8-sig", "gb18030", "gb18030")[digest[2] % 5],
        delimiter=(",", ",", ",", "\t", ";")[digest[3] % 5],
        dates=((*_TEXT_DATES, "cell", "cell", "cell", "serial") if is_workbook else _TEXT_DATES)[
            digest[4] % (9 if is_workbook else 5)
        ],
        numbers=("plain", "plain", "grouped", "full_width", "text")[digest[5] % 5],
        booleans=_BOOLEANS[digest[6] % len(_BOOLEANS)],
        headers=("plain", "plain", "starred", "spaced", "broken", "full_width")[digest[7] % 6],
        has_title=digest[8] < 140 if is_workbook else contract_of(feed).mode == "snapshot",
        has_groups=is_workbook and digest[9] < 50,
        has_total=is_workbook and digest[10] < 100,
        has_signature=is_workbook and digest[11] < 120,
        has_blank_row=is_workbook and digest[12] < 60,
        has_blank_column=is_workbook and digest[13] < 40,
        has_other_sheet=is_workbook and digest[14] < 50,
    )


def file_name(delivery: Delivery) -> str:
    """The name under which a delivery lands."""
    source = delivery.bytes_of or delivery
    if source.payload is not None:
        return f"{delivery.stem}.{contract_of(delivery.feed).medium}"
    return f"{delivery.stem}.{habits_of(source.feed, source.provider_code).medium.split()[0]}"


def path_in_landing(delivery: Delivery) -> pathlib.PurePosixPath:
    """Where a delivery lands, below the landing folder."""
    folder = pathlib.PurePosixPath(delivery.provider_type, delivery.provider_code, delivery.feed)
    return folder / file_name(delivery)


def content(delivery: Delivery) -> bytes:
    """The bytes of a delivery's file."""
    source = delivery.bytes_of or delivery
    if source.payload is not None:
        return source.payload
    habits = habits_of(source.feed, source.provider_code)
    kind = habits.medium.split()[-1]
    payload = _workbook(source, habits) if kind == "xlsx" else _text(source, habits)
    if habits.medium == kind:
        return payload
    return _zipped(f"{contract_of(source.feed).title_zh}.{kind}", payload, source.delivered_on)


# ── cells ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
def _columns(delivery: Delivery) -> list[Column]:
    columns = contract_of(delivery.feed).columns
    return [column for column in columns if column.name not in delivery.without_columns]


def _cells(delivery: Delivery, columns: list[Column], habits: Habits) -> list[list[Cell]]:
    """The data as cells, row by row."""
    writers = [_writer(column, habits) for column in columns]
    values = [_objects(delivery.rows[column.name]) for column in columns]
    written = [
        [value if value is None or isinstance(value, str) else write(value) for value in one]
        for one, write in zip(values, writers, strict=True)
    ]
    return [list(row) for row in zip(*written, strict=True)]


def _objects(values: "pandas.Series[Any]") -> list[Any]:
    """Plain objects, None where nothing is known."""
    is_missing = values.isna().tolist()
    return [None if nothing else value for value, nothing in zip(values.tolist(), is_missing, strict=True)]


def _writer(column: Column, habits: Habits) -> Callable[..., Cell]:
    """Turns a value of the column's type into what the provider puts into a cell."""
    if column.type == "date":
        return _DATE_WRITERS[habits.dates]
    if column.type == "datetime":
        return _MOMENT_WRITERS[habits.dates]
    if column.type == "bool":
        true, false = habits.booleans
        return lambda value: true if value else false
    if column.type in ("int", "decimal"):
        return _NUMBER_WRITERS[habits.numbers]
    return str


def _same(value: Cell) -> Cell:
    return value


def _serial(value: datetime.datetime) -> float:
    days = (value - _EXCEL_EPOCH) / datetime.timedelta(days=1)
    return int(days) if days.is_integer() else days


def _number(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else str(value)


def _grouped(value: float) -> str:
    return f"{int(value):,}" if float(value).is_integer() else f"{value:,}"


_DATE_WRITERS: dict[str, Callable[..., Cell]] = {
    "iso": lambda day: f"{day.year}-{day.month:02}-{day.day:02}",
    "slash": lambda day: f"{day.year}/{day.month}/{day.day}",
    "dot": lambda day: f"{day.year}.{day.month}.{day.day}",
    "chinese": lambda day: f"{day.year}年{day.month}月{day.day}日",
    "compact": lambda day: f"{day.year}{day.month:02}{day.day:02}",
    "cell": _same,
    "serial": _serial,
}

_MOMENT_WRITERS: dict[str, Callable[..., Cell]] = {
    "iso": lambda moment: f"{moment:%Y-%m-%d %H:%M:%S}",
    "slash": lambda moment: f"{moment.year}/{moment.month}/{moment.day} {moment.hour}:{moment.minute:02}",
    "dot": lambda moment: f"{moment:%Y-%m-%dT%H:%M:%S}+08:00",
    "chinese": lambda moment: f"{moment:%Y-%m-%d %H:%M}",
    "compact": lambda moment: f"{moment:%Y-%m-%d %H:%M:%S}",
    "cell": _same,
    "serial": lambda moment: f"{moment:%Y-%m-%d %H:%M:%S}",
}

_NUMBER_WRITERS: dict[str, Callable[..., Cell]] = {
    "plain": _same,
    "grouped": _grouped,
    "full_width": lambda value: _number(value).translate(_FULL_WIDTH),
    "text": _number,
}


def _header(column: Column, style: str) -> str:
    """The column's header as the provider spells it."""
    header = column.header
    if style == "starred" and column.must_be_filled:
        return f"{header}*"
    if style == "spaced":
        return f" {header[:2]} {header[2:]} "
    if style == "broken":
        return f"{header[:3]}\n{header[3:]}" if len(header) > 4 else header
    if style == "full_width":
        return header.replace("(", "（").replace(")", "）")
    return header


# ── CSV ───────────────────────────────────────────────────────────────────────────────────────────────────────────────
def _text(delivery: Delivery, habits: Habits) -> bytes:
    """The table as text; one without rows has its title too, as an office says for which day there is nothing."""
    columns = _columns(delivery)
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=habits.delimiter, lineterminator="\r\n")
    if habits.has_title or delivery.rows.empty:
        writer.writerows([[line] for line in _title(delivery)])
    writer.writerow([_header(column, habits.headers) for column in columns])
    writer.writerows(_cells(delivery, columns, habits))
    return stream.getvalue().encode(habits.encoding)


def _title(delivery: Delivery) -> tuple[str, str]:
    """The lines above a table: what it is, and who filled it in when."""
    day = delivery.delivered_on
    date = f"{day.year}年{day.month}月{day.day}日"
    title = f"{contract_of(delivery.feed).title_zh}（样例数据）"
    return title, f"填报单位：{delivery.provider_code}    填报日期：{date}"


def _zipped(name: str, payload: bytes, packed_on: datetime.date) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        entry = zipfile.ZipInfo(name, (packed_on.year, packed_on.month, packed_on.day, 0, 0, 0))
        archive.writestr(entry, payload, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


# ── workbooks ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def _workbook(delivery: Delivery, habits: Habits) -> bytes:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_numbers": False, "strings_to_formulas": False})
    created = datetime.datetime.combine(delivery.delivered_on, datetime.time(9))
    book.set_properties({"created": created, "comments": "样例数据"})
    if habits.has_other_sheet:
        notes = book.add_worksheet("填表说明")
        notes.write_string(0, 0, "样例数据：本表由样例城市生成，不涉及任何真实的人和单位。")
    _Sheet(book, delivery, habits).write()
    book.close()
    return stream.getvalue()


class _Sheet:
    """The sheet with the data, written from the top row down."""

    def __init__(self, book: xlsxwriter.Workbook, delivery: Delivery, habits: Habits) -> None:
        self._delivery, self._habits = delivery, habits
        self._contract: Contract = contract_of(delivery.feed)
        self._columns = _columns(delivery)
        self._sheet = book.add_worksheet(self._contract.title_zh[:28])
        self._bold = book.add_format({"bold": True, "text_wrap": True})
        self._date = book.add_format({"num_format": "yyyy-mm-dd"})
        self._moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        self._row = 0
        blank = len(self._columns) // 2 if habits.has_blank_column else len(self._columns)
        self._positions = [number + (number >= blank) for number in range(len(self._columns))]

    def write(self) -> None:
        if self._habits.has_title:
            self._write_title()
        self._write_header()
        self._write_rows(_cells(self._delivery, self._columns, self._habits))
        if self._habits.has_total:
            self._write_total()
        if self._habits.has_signature:
            self._row += 1
            self._sheet.write_string(self._row, 0, "填表人：样例    审核人：样例")

    def _write_title(self) -> None:
        title, unit = _title(self._delivery)
        self._sheet.merge_range(0, 0, 0, self._positions[-1], title, self._bold)
        self._sheet.write_string(1, 0, unit)
        self._row = 2

    def _write_header(self) -> None:
        headers = [_header(column, self._habits.headers) for column in self._columns]
        if not self._habits.has_groups:
            for position, header in zip(self._positions, headers, strict=True):
                self._sheet.write_string(self._row, position, header, self._bold)
            self._row += 1
            return
        grouped = max(2, len(headers) // 2)
        for position, header in zip(self._positions[:-grouped], headers[:-grouped], strict=True):
            self._sheet.merge_range(self._row, position, self._row + 1, position, header, self._bold)
        self._sheet.merge_range(
            self._row, self._positions[-grouped], self._row, self._positions[-1], "办理情况", self._bold
        )
        for position, header in zip(self._positions[-grouped:], headers[-grouped:], strict=True):
            self._sheet.write_string(self._row + 1, position, header, self._bold)
        self._row += 2

    def _write_rows(self, rows: list[list[Cell]]) -> None:
        formats = [self._moment if column.type == "datetime" else self._date for column in self._columns]
        blank_at = len(rows) // 2 if self._habits.has_blank_row else -1
        sheet, positions = self._sheet, self._positions
        for number, row in enumerate(rows):
            if number == blank_at:
                self._row += 1
            for position, value, date_format in zip(positions, row, formats, strict=True):
                if isinstance(value, str):
                    sheet.write_string(self._row, position, value)
                elif isinstance(value, datetime.datetime):
                    sheet.write_datetime(self._row, position, value, date_format)
                elif value is not None:
                    sheet.write_number(self._row, position, value)
            self._row += 1

    def _write_total(self) -> None:
        self._sheet.write_string(self._row, 0, "合计", self._bold)
        for position, column in zip(self._positions[1:], self._columns[1:], strict=True):
            if column.type in ("int", "decimal"):
                total = pandas.to_numeric(self._delivery.rows[column.name], errors="coerce").sum()
                self._sheet.write_number(self._row, position, float(total))
        self._row += 1
