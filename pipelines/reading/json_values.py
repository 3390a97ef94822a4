"""What the values of a platform's rows mean in a column of the contract, and what is doubtful about them."""

import datetime
import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from pipelines.contracts import Column, ColumnType
from pipelines.reading.kinds import (
    LONG_NUMBER,
    NOT_ONE_VALUE,
    START_OF_COUNTING,
    TRUTH_FOR_TEXT,
    Doubt,
    Kind,
    cell_doubt,
)
from pipelines.reading.table import json_text
from pipelines.reading.values import PRECISION_LOST_FROM

_MOMENTS = (946_684_800, 4_102_444_800)  # 2000 to 2100, in seconds since 1970: no other number of a date is as great
_COUNTED = re.compile(r"(?:[0-9]{10}|[0-9]{13})(?:\.[0-9]+)?")
_DAY_AND_HOUR = re.compile(r"20\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])")
_START_OF_COUNTING = re.compile(
    r"1970-01-01(?:T| )(?:00:00(?::00(?:\.0+)?)?(?:Z|\+00:?00)|08:00(?::00(?:\.0+)?)?(?:\+08:?00)?)"
)

_NO_VALUE = frozenset({"undefined", "(null)", "<null>"})
"""What programs write that mean to leave a field out."""

_OBJECTS = frozenset({"[object Object]", "[object Array]", "System.Object"})
"""What programs write that take an object for a text; what was in it is lost."""

_OF_DAYS: frozenset[ColumnType] = frozenset({"date", "datetime"})
_OF_TEXTS: frozenset[ColumnType] = frozenset({"text", "code", "uscc", "idcard", "phone"})


class Judged(NamedTuple):
    """Values as they go on to be read, and the doubts by position."""

    values: Sequence[object]
    doubts: Mapping[int, Doubt]


def judged(values: Sequence[object], column: Column) -> Judged:
    """The values of a column, with moments that are counted from 1970 written out."""
    if _are_plain(values, column):
        return Judged(values, {})
    settled: list[object] = []
    doubts: dict[int, Doubt] = {}
    for place, value in enumerate(values):
        kind = _doubt(value, column)
        if isinstance(value, (dict, list)):
            shown: object = json_text(value)
        elif isinstance(value, str) and value.strip() in _NO_VALUE:
            shown = None
        else:
            shown = _moment(value) if column.type in _OF_DAYS else value
        settled.append(shown)
        if kind:
            doubts[place] = cell_doubt(kind, column, json_text(value) if isinstance(value, bool) else shown)
    return Judged(settled, doubts)


def _are_plain(values: Sequence[object], column: Column) -> bool:
    types = set(map(type, values))
    if column.type in _OF_DAYS:
        is_written = types <= {str, type(None)}
        return is_written and {value[:2] + value[4:5] for value in values if isinstance(value, str)} <= {"20-"}
    if not types <= {str, int, float, bool, type(None)} or (column.type in _OF_TEXTS and types & {bool, float}):
        return False
    return str not in types or {*_NO_VALUE, *_OBJECTS}.isdisjoint(values)


def _doubt(value: object, column: Column) -> Kind | None:
    if isinstance(value, (dict, list)) or (isinstance(value, str) and value.strip() in _OBJECTS):
        return NOT_ONE_VALUE
    if column.type in _OF_TEXTS:
        if isinstance(value, bool):
            return TRUTH_FOR_TEXT
        if isinstance(value, float) and abs(value) >= PRECISION_LOST_FROM:
            return LONG_NUMBER
    if column.type in _OF_DAYS and isinstance(value, str) and _START_OF_COUNTING.fullmatch(value.strip()):
        return START_OF_COUNTING
    return None


def _moment(value: object) -> object:
    """The value, with seconds or milliseconds since 1970 as the moment in UTC that they count to.

    2025022809 is the ninth hour of a day, or a second of the year 2034: it stays as it is, and is no time.
    """
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return value
    text = value.strip() if isinstance(value, str) else str(value)
    if isinstance(value, str) and not _COUNTED.fullmatch(text):
        return value
    if _DAY_AND_HOUR.fullmatch(text.partition(".")[0]):
        return value
    number = float(text)
    for unit in (1, 1000):
        if _MOMENTS[0] <= number / unit < _MOMENTS[1]:
            return datetime.datetime.fromtimestamp(number / unit, datetime.UTC).isoformat()
    return value
