"""An invented delivery in the form of a real one, for the test of a new feed.

No cell of a provider's file is in it but the words of enumerations and of yes and no.
"""

import csv
import dataclasses
import datetime
import io
import re
from collections.abc import Callable, Mapping, Sequence

import orjson

from pipelines.contracts import Column, ColumnType, Contract, ProviderType
from pipelines.districts import DISTRICTS
from pipelines.providers import MUNICIPAL_CODE
from pipelines.scaffolding import hints
from pipelines.scaffolding.inference import Facts
from pipelines.scaffolding.tables import Table

_GOOD_ROWS = 3
_DELIVERED_ON = datetime.date(2025, 3, 5)
_FIRST_DAY = datetime.date(2025, 3, 1)
_FIRST_HOUR = 9
_UTC_OFFSET = datetime.timedelta(hours=8)

# Their check digits are right, and nobody has them: the organisation code in a credit code has a wrong one, and the
# residents would have been born before 1857.
_CREDIT_CODES = ("91440300MANY0LKR0D", "91440300MA5FG8N85H", "52440300MAYNJ30571")
_RESIDENT_IDS = ("440300185006166506", "440300185608031131", "440300184601267155")
_PERSONS = ("张示例", "李虚构", "王杜撰")
_SENDERS: dict[ProviderType, str] = {
    "district": "440303",
    "municipal": MUNICIPAL_CODE,
    "association": "51440300MA008J875R",
    "platform": "example",
}
_NO_VALUE = "不详"
_READ: tuple[ColumnType, ...] = ("date", "datetime", "int", "decimal", "bool")
"""Types that no word can be a value of."""

Value = str | int | float | bool | datetime.date | datetime.datetime | None


@dataclasses.dataclass(frozen=True)
class Example:
    """A delivery for a feed's test, and what must become of it.

    ``file_name`` is that of the test's folder, ``delivery`` its text; ``expected`` is what stands in ``expected.yaml``.
    """

    file_name: str
    delivery: str
    expected: Mapping[str, object]


def example_of(contract: Contract, table: Table, facts: Mapping[str, Facts]) -> Example:
    """Three good rows, one without its key, and (if there is a column for it) one with a word in place of a value.

    ``facts`` are those of the table's columns, by their label.
    """
    columns = dict(zip(table.labels, contract.columns, strict=True))
    values = [
        [_value(column, facts[label], number) for label, column in columns.items()] for number in range(_GOOD_ROWS)
    ]
    rows = [[_cell(value, facts[label]) for value, label in zip(row, columns, strict=True)] for row in values]
    bad, refused = _bad_rows(contract, rows)
    is_page = contract.medium == "api"
    above = [[contract.title_zh]] if table.has_title else []
    first_row = 1 if is_page else len(above) + 2
    ending = {"api": "json.gz", "csv": "csv", "xlsx": "xlsx"}[contract.medium]
    expected: dict[str, object] = {
        "landed": f"{contract.providers[0]}/{_SENDERS[contract.providers[0]]}/{_DELIVERED_ON}.{ending}",
        "rows_read": len(rows) + len(bad),
        "kept": len(rows),
        "refused": [[first_row + len(rows) + number, *cell] for number, cell in enumerate(refused)],
        "lake": {first_row + number: _in_lake(contract, row) for number, row in enumerate(values)},
    }
    if is_page:
        records = [_record(contract, row) for row in values] + [_record(contract, row) for row in bad]
        return Example("delivery.json", f"{orjson.dumps(records, option=orjson.OPT_INDENT_2).decode()}\n", expected)
    return Example("delivery.csv", _text([*above, list(table.labels), *rows, *bad]), expected)


def _value(column: Column, facts: Facts, number: int) -> Value:
    """A value that the contract accepts: a different one for each number, if the type has enough values."""
    if column.members:
        return column.members[number % len(column.members)]
    if column.references == "districts":
        return list(DISTRICTS)[number]
    return _VALUES[column.type](column, facts, number)


def _code(column: Column, facts: Facts, number: int) -> str:
    """A code in the form of the first one: letters become A, digits a count. Without digits, the count is added."""
    sample = str(facts.filled.iloc[0]) if len(facts.filled) else "A000"
    letters = "".join("A" if part.isalpha() else part for part in sample if part.isascii())
    digits = re.findall(r"\d", letters)
    if not digits:
        return f"{letters}{number + 1}"
    count = iter(str(number + 1).zfill(len(digits)))
    return "".join(next(count) if part.isdigit() else part for part in letters)


def _text_of(column: Column, facts: Facts, number: int) -> str:
    return _PERSONS[number] if column.pii else f"示例{number + 1}"


def _number(column: Column, number: int) -> float:
    """A small number within the contract's range."""
    lowest = column.minimum if column.minimum is not None else column.exclusive_minimum
    highest = column.maximum if column.maximum is not None else column.exclusive_maximum
    if lowest is None:
        return number + 1 if highest is None else highest - number - 1
    if highest is None:
        return lowest + number + 1
    return round(lowest + (highest - lowest) * (number + 1) / (_GOOD_ROWS + 1), 2)


_VALUES: dict[ColumnType, Callable[[Column, Facts, int], Value]] = {
    "text": _text_of,
    "code": _code,
    "uscc": lambda column, facts, number: _CREDIT_CODES[number],
    "idcard": lambda column, facts, number: _RESIDENT_IDS[number],
    "phone": lambda column, facts, number: f"1400000000{number + 1}",
    "date": lambda column, facts, number: _FIRST_DAY + datetime.timedelta(days=number),
    "datetime": lambda column, facts, number: datetime.datetime.combine(
        _FIRST_DAY + datetime.timedelta(days=number), datetime.time(_FIRST_HOUR + number, 30)
    ),
    "int": lambda column, facts, number: int(_number(column, number)),
    "decimal": lambda column, facts, number: float(_number(column, number)),
    "bool": lambda column, facts, number: number % 2 == 0,
}


def _cell(value: Value, facts: Facts) -> str:
    """A value in the form in which this provider writes it."""
    if isinstance(value, bool):
        return _answer(value, facts)
    if isinstance(value, datetime.datetime):
        return f"{_day(value, facts)} {value:%H:%M}"
    if isinstance(value, datetime.date):
        return _day(value, facts)
    return "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def _day(day: datetime.date, facts: Facts) -> str:
    for pattern, written in (
        (r"\d{4}年.*", f"{day.year}年{day.month}月{day.day}日"),
        (r"\d{4}/.*", f"{day.year}/{day.month}/{day.day}"),
        (r"\d{4}\..*", f"{day.year}.{day.month}.{day.day}"),
        (r"\d{8}.*", f"{day:%Y%m%d}"),
    ):
        if facts.share_of(pattern) > 0:
            return written
    return f"{day:%Y-%m-%d}"


def _answer(value: bool, facts: Facts) -> str:
    for yes, no in hints.ANSWERS:
        if facts.filled.isin([yes, no]).any():
            return yes if value else no
    return "是" if value else "否"


def _bad_rows(contract: Contract, rows: Sequence[list[str]]) -> tuple[list[list[str]], list[tuple[str, str]]]:
    """Rows that each break one rule, with the column and the rule."""
    key = contract.keys[0]
    bad = [_with(contract, rows[0], key, "")]
    refused = [(key.name, "not_be_null")]
    misread = next((column for column in contract.columns if column.type in _READ and not column.key), None)
    if misread:
        bad.append(_with(contract, rows[1], misread, _NO_VALUE))
        refused.append((misread.name, f"type_{misread.type}"))
    return bad, refused


def _with(contract: Contract, row: Sequence[str], changed: Column, cell: str) -> list[str]:
    return [cell if column is changed else mine for column, mine in zip(contract.columns, row, strict=True)]


def _in_lake(contract: Contract, row: Sequence[Value]) -> dict[str, Value]:
    """What the lake must have of a row, without pseudonyms; times are in UTC."""
    kept = zip(contract.columns, row, strict=True)
    return {
        column.name: value - _UTC_OFFSET if isinstance(value, datetime.datetime) else value
        for column, value in kept
        if not column.pii
    }


def _record(contract: Contract, row: Sequence[Value]) -> dict[str, object]:
    cells = zip(contract.columns, row, strict=True)
    return {
        column.name: value.isoformat() if isinstance(value, datetime.date) else None if value == "" else value
        for column, value in cells
    }


def _text(lines: Sequence[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(lines)
    return text.getvalue()
