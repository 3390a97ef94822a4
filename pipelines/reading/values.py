"""Raw cells to typed values, over a feed's whole night at once: each distinct text is read once.

Every cell is first put as text, as it would show in a text file, so that one rule per type serves all media. Blank
cells and the placeholders that stand for them (``-``, ``—``, ``/``, ``N/A``, ``NULL`` and their like) are null in every
type; so are ``无`` and ``暂无``, except in free text, where they are an answer, and in yes-or-no columns, where 无 is a
no.
"""

import dataclasses
import datetime
import decimal
import math
import operator
import re
from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.contracts import WITHDRAWN, Column, ColumnType, Contract
from pipelines.reading.kinds import HIDDEN, LAST_MINUTE, LOST_PRECISION, Doubt, Kind
from pipelines.reading.moments import in_last_minute, local_moments
from pipelines.reading.texts import settled, settled_text
from pipelines.settings import SHANGHAI

DECIMAL_PLACES = 4
LARGEST_DECIMAL = 9e11
"""Up to here a float holds every value of four decimal places, so that it lands exactly as DECIMAL(18,4)."""

LARGEST_INT = 2**53

PRECISION_LOST_FROM = 1e15
"""Excel keeps fifteen digits; a longer number is not what was typed."""

_NUMBER = r"^[+-]?((\d+|\d{1,3}(,\d{3})+)(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?$"

_PLAIN_NUMBER = re.compile(_NUMBER)

_YES = ("是", "有", "Y", "YES", "TRUE", "T", "1", "1.0", "√", "✓", "✔", "☑", "✅", "对")
_NO = ("否", "无", "没有", "N", "NO", "FALSE", "F", "0", "0.0", "×", "✗", "✘", "✕", "✖", "╳", "❌", "X", "错")

_TEXT = pd.StringDtype(na_value=np.nan)
_DEFECT_TYPES = {"row": "int64", "column": "str", "rule": "str", "reason_zh": "str", "value": "str"}
_Defect = tuple[int, str, str, str, str]


@dataclasses.dataclass(frozen=True)
class ParsedRows:
    """A feed's rows as typed values, and every cell that could not be read as its type.

    ``frame`` has the grain and order of the raw rows, index 0..n-1, a column for each contract column (null where a
    cell is empty, unreadable, or was never delivered) and the raw frame's columns that start with an underscore. Types:
    str; datetime64[us] for dates (midnight) and, naive UTC, for datetimes; Int64; float64 for decimals (four places,
    exact as DECIMAL(18,4)); boolean.

    ``defects`` has one row per cell that could not be read or is doubted: ``row`` (position in ``frame``), ``column``,
    ``rule``, ``reason_zh``, ``value`` (the raw text). ``lines_doubted`` are the rows of which the whole line is
    doubted, so that nothing else need be said of its cells; ``withdrawals`` those that take a record back, of which the
    key alone counts.
    """

    frame: pd.DataFrame
    defects: pd.DataFrame
    lines_doubted: frozenset[int] = frozenset()
    withdrawals: frozenset[int] = frozenset()


def parse(rows: pd.DataFrame, contract: Contract) -> ParsedRows:
    """The typed values of raw rows, many deliveries' in one frame."""
    doubts = list(_doubts(rows["_doubts"])) if "_doubts" in rows else []
    lines_doubted = frozenset(row for row, doubt in doubts if doubt.is_of_line)
    doubted = {(row, doubt.column) for row, doubt in doubts}
    defects: list[_Defect] = [(row, each.column, each.kind.rule, each.reason_zh, each.shown) for row, each in doubts]
    values: dict[str, object] = {}
    for column in contract.columns_read:
        raw = rows[column.name] if column.name in rows else pd.Series([None] * len(rows), dtype=object)
        values[column.name], of_column = _read_column(raw, column)
        defects += [each for each in of_column if each[:2] not in doubted and each[0] not in lines_doubted]
    passing = {name: rows[name].array for name in rows.columns if name.startswith("_") and name != "_doubts"}
    frame = pd.DataFrame(values | passing, index=pd.RangeIndex(len(rows)))
    withdrawals = _withdrawals(frame) - lines_doubted
    counting = {column.name for column in contract.keys}
    defects = [each for each in defects if each[0] not in withdrawals or each[1] in counting]
    defects.sort(key=operator.itemgetter(0))
    table = pd.DataFrame(defects, columns=list(_DEFECT_TYPES)).astype(_DEFECT_TYPES)
    return ParsedRows(frame, table, lines_doubted, withdrawals)


def first_needing_all(rows: pd.DataFrame, contract: Contract) -> int | None:
    """The position of the first raw row that needs more than its key, as those that take a record back do not."""
    parsed = parse(rows, contract)
    needing = sorted({*range(len(rows))} - parsed.withdrawals - parsed.lines_doubted)
    return needing[0] if needing else None


def _withdrawals(frame: pd.DataFrame) -> frozenset[int]:
    if WITHDRAWN.name not in frame:
        return frozenset()
    return frozenset(np.flatnonzero(frame[WITHDRAWN.name].fillna(False)).tolist())


def _doubts(of_rows: pd.Series) -> Iterator[tuple[int, Doubt]]:
    for row in np.flatnonzero(of_rows.notna()):
        yield from ((int(row), doubt) for doubt in of_rows.iloc[row])


def _read_column(raw: pd.Series, column: Column) -> tuple[pd.api.extensions.ExtensionArray, list[_Defect]]:
    encoded = pc.dictionary_encode(_texts(raw))
    positions = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    distinct = encoded.dictionary
    texts, doubts = settled(distinct, column)
    reader, rule, expected_zh = _READERS[column.type]
    values, in_last_minute = reader(texts)
    is_unread = pd.isna(values).to_numpy() & pc.is_valid(texts).to_numpy(zero_copy_only=False)
    kinds: dict[int, Kind | None] = dict.fromkeys(np.flatnonzero(is_unread).tolist())
    kinds |= dict.fromkeys(np.flatnonzero(in_last_minute).tolist(), LAST_MINUTE) | dict(doubts)
    if in_last_minute.any():
        values = values.where(~in_last_minute)
    read = values.array.take(positions, allow_fill=True)
    if not kinds:
        return read, []
    what = f"“{column.header}”"
    told: dict[int, tuple[str, str, str]] = {}
    for at, kind in kinds.items():
        text = distinct[at].as_py()
        shown = HIDDEN if column.pii else _short(text)
        told[at] = (kind.rule, kind.reason(what, shown), text) if kind else (rule, f"{what}{expected_zh}", text)
    is_broken = np.zeros(len(distinct) + 1, dtype=bool)
    is_broken[list(kinds)] = True  # position -1, a null, is the last, and broken never
    broken = np.flatnonzero(is_broken[positions])
    places = zip(broken.tolist(), positions[broken].tolist(), strict=True)
    return read, [(row, column.name, *told[at]) for row, at in places]


def in_own_unit(cell: object, size: decimal.Decimal, column: Column) -> object:
    """A number in another unit, ``size`` of the column's own, as what it is in its own; any other cell as it is."""
    text = _text(cell)
    number, doubt = (None, None) if text is None else settled_text(text, column)
    if number is None or doubt or not _PLAIN_NUMBER.fullmatch(number):
        return cell
    return f"{decimal.Decimal(re.sub('[,+]', '', number)) * size:f}"


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:40]}…"


def _texts(raw: pd.Series) -> pa.Array:
    if pd.api.types.infer_dtype(raw, skipna=True) not in {"string", "empty"}:
        raw = pd.Series([_text(cell) for cell in raw], dtype=object)
    texts = pa.array(raw, type=pa.large_string(), from_pandas=True)
    return texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts


def _text(cell: object) -> str | None:
    """A cell as it would show in a text file; a number that Excel cut to fifteen digits shows as Excel shows it."""
    if isinstance(cell, str):
        return cell
    if cell is None or cell is pd.NA or cell is pd.NaT:
        return None
    if isinstance(cell, (bool, np.bool_)):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, (float, np.floating)):
        return _number_text(float(cell))
    return _length_text(cell) if isinstance(cell, datetime.timedelta) else str(cell)


def _length_text(length: datetime.timedelta) -> str:
    """A length of time as sheets show it: 72:00:00."""
    seconds = round(length.total_seconds())
    return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def _number_text(number: float) -> str | None:
    if math.isnan(number):
        return None
    if abs(number) >= PRECISION_LOST_FROM:
        return f"{number:.5E}"
    return str(int(number)) if number.is_integer() else f"{number:.15g}"


def _text_values(texts: pa.Array) -> pd.Series:
    return pd.Series(pd.array(texts, dtype=_TEXT))


def _numbers(texts: pa.Array) -> pd.Series:
    """Floats; NaN where the text is null or no plain number, infinite where no float is as large."""
    is_number = pc.match_substring_regex(texts, _NUMBER)
    plain = pc.if_else(is_number, pc.replace_substring_regex(texts, r"[,+]", ""), pa.scalar(None, pa.large_string()))
    return pd.Series([math.nan if text is None else float(text) for text in plain.to_pylist()], dtype="float64")


def _read_decimal(texts: pa.Array) -> pd.Series:
    numbers = _numbers(texts)
    return numbers.where(numbers.abs() <= LARGEST_DECIMAL).round(DECIMAL_PLACES)


def _read_int(texts: pa.Array) -> pd.Series:
    numbers = _numbers(texts)
    numbers = numbers.where(numbers.abs() <= LARGEST_INT)
    # Sheets show fifteen digits: 36.00000000000001 is the 36 that somebody typed, after some program's arithmetic.
    whole = numbers.round()
    return numbers.where(numbers == whole, whole.where((numbers - whole).abs() <= whole.abs() * 1e-15 * 4)).astype(
        "Int64"
    )


def _read_bool(texts: pa.Array) -> pd.Series:
    upper = pc.utf8_upper(texts)
    answers = pa.array([True] * len(_YES) + [False] * len(_NO))
    places = pc.index_in(upper, value_set=pa.array(_YES + _NO, type=pa.large_string()))
    return pd.Series(answers.take(places).to_pandas(), dtype="boolean")


def _read_date(texts: pa.Array) -> tuple[pd.Series, np.ndarray]:
    moments = local_moments(texts)
    return pd.Series(moments.normalize()), in_last_minute(moments)


def _read_datetime(texts: pa.Array) -> pd.Series:
    # China kept summer time from 1986 to 1991: an hour that was skipped or came twice must not stop a night.
    local = local_moments(texts).tz_localize(
        SHANGHAI, ambiguous=np.zeros(len(texts), dtype=bool), nonexistent="shift_forward"
    )
    return pd.Series(local.tz_convert("UTC").tz_localize(None))


def _certain(read: Callable[[pa.Array], pd.Series]) -> Callable[[pa.Array], tuple[pd.Series, np.ndarray]]:
    """The reader of a type whose values don't depend on a time of day."""
    return lambda texts: (read(texts), np.zeros(len(texts), dtype=bool))


_read_code = _certain(_text_values)
_read_identifier = _certain(lambda texts: _text_values(pc.utf8_upper(texts)))

_LOST = LOST_PRECISION.rule, LOST_PRECISION.reason_zh
_READERS: dict[ColumnType, tuple[Callable[[pa.Array], tuple[pd.Series, np.ndarray]], str, str]] = {
    "text": (_read_code, "", ""),
    "code": (_read_code, *_LOST),
    "phone": (_read_code, *_LOST),
    "uscc": (_read_identifier, *_LOST),
    "idcard": (_read_identifier, *_LOST),
    "date": (_read_date, "type_date", "应为日期，例如 2025-03-01 或 2025年3月1日"),
    "datetime": (_certain(_read_datetime), "type_datetime", "应为日期和时间，例如 2025-03-01 09:30"),
    "int": (_certain(_read_int), "type_int", "应为整数，例如 12 或 1,234，不带单位"),
    "decimal": (_certain(_read_decimal), "type_decimal", "应为数字，例如 1234.5，不带“元”“万”等单位，且不超过 9000 亿"),
    "bool": (_certain(_read_bool), "type_bool", "应为“是”或“否”"),
}
"""For each type: its reader, and the rule and the reason when a filled cell comes out null."""


def local_times(times: pd.Series) -> pd.Series:
    """Times as the lake has them, naive and UTC, as the clocks of Shenzhen showed them."""
    return pd.Series(pd.DatetimeIndex(times).tz_localize("UTC").tz_convert(SHANGHAI).tz_localize(None), times.index)


def expected_zh(column_type: ColumnType) -> str | None:
    """What is told of a cell of this type that can't be read, behind its header; None where every text can be."""
    return _READERS[column_type][2] or None
