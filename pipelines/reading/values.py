"""Raw cells to typed values, over a feed's whole night at once: each distinct text is read once.

Every cell is first put as text, as it would show in a text file, so that one rule per type serves all media. Widths
(NFKC) do not matter except in free text; space around a value never does. Blank cells and the placeholders that stand
for them (``-``, ``—``, ``/``, ``N/A``, ``NULL`` and their like) are null in every type; so are ``无`` and ``暂无``,
except in free text, where they are an answer, and in yes-or-no columns, where 无 is a no.
"""

import dataclasses
import datetime
import math
import re
from collections.abc import Callable

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.contracts import Column, ColumnType, Contract
from pipelines.settings import SHANGHAI

DECIMAL_PLACES = 4
LARGEST_DECIMAL = 9e11
"""Up to here a float holds every value of four decimal places, so that it lands exactly as DECIMAL(18,4)."""

LARGEST_INT = 2**53

PRECISION_LOST_FROM = 1e15
"""Excel keeps fifteen digits; a longer number is not what was typed."""

_SPACE = (
    "".join(character for character in map(chr, range(0x3001)) if character.isspace()) + "\0\u200b\u200e\u200f\ufeff"
)
_PLACEHOLDERS = pa.array(
    [
        "",
        "-",
        "--",
        "---",
        "—",
        "——",
        "–",
        "/",
        "//",
        "N/A",
        "n/a",
        "#N/A",
        "NULL",
        "Null",
        "null",
        "None",
        "NaN",
        "nan",
    ],
    type=pa.large_string(),
)
_NOTHING = pa.array(["无", "暂无"], type=pa.large_string())

_SCIENTIFIC = r"^\d(\.\d+)?[Ee]\+\d\d+$"
_NUMBER = r"^[+-]?((\d+|\d{1,3}(,\d{3})+)(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?$"
_ISO_LOCAL = r"^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?)?$"
_ISO_ZONED = r"^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})$"
_WRITTEN = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?"
    r"(?:[T\s]*(\d{1,2})[:时](\d{1,2})(?:[:分](\d{1,2})(?:\.\d+)?秒?|分)?)?"
)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:[T ]?(\d{2}):?(\d{2}):?(\d{2})?)?")
_EXCEL_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_EXCEL_EPOCH = datetime.datetime(1899, 12, 30)  # noqa: DTZ001 - Excel's days are local, and 1900 is no leap year
_EARLIEST = np.datetime64("1900-01-01")  # before it, a date is an Excel zero or a slip

_YES = ("是", "有", "Y", "YES", "TRUE", "T", "1", "√", "✓", "✔", "☑", "对")
_NO = ("否", "无", "没有", "N", "NO", "FALSE", "F", "0", "×", "✗", "✘", "X")

_TEXT = pd.StringDtype(na_value=np.nan)
_MOMENT = np.dtype("datetime64[us]")


@dataclasses.dataclass(frozen=True)
class ParsedRows:
    """A feed's rows as typed values, and every cell that could not be read as its type.

    ``frame`` has the grain and order of the raw rows, index 0..n-1, a column for each contract column (null where a
    cell is empty, unreadable, or was never delivered) and the raw frame's columns that start with an underscore. Types:
    str; datetime64[us] for dates (midnight) and, naive UTC, for datetimes; Int64; float64 for decimals (four places,
    exact as DECIMAL(18,4)); boolean.

    ``defects`` has one row per unreadable cell: ``row`` (position in ``frame``), ``column``, ``rule``, ``reason_zh``,
    ``value`` (the raw text).
    """

    frame: pd.DataFrame
    defects: pd.DataFrame


def parse(rows: pd.DataFrame, contract: Contract) -> ParsedRows:
    """The typed values of raw rows, many deliveries' in one frame."""
    values: dict[str, object] = {}
    defects = []
    for column in contract.columns:
        raw = rows[column.name] if column.name in rows else pd.Series([None] * len(rows), dtype=object)
        values[column.name], column_defects = _read_column(raw, column)
        defects.append(column_defects)
    passing = {name: rows[name].array for name in rows.columns if name.startswith("_")}
    frame = pd.DataFrame(values | passing, index=pd.RangeIndex(len(rows)))
    all_defects = pd.concat(defects, ignore_index=True).sort_values("row", kind="stable", ignore_index=True)
    return ParsedRows(frame, all_defects)


def _read_column(raw: pd.Series, column: Column) -> tuple[pd.api.extensions.ExtensionArray, pd.DataFrame]:
    encoded = pc.dictionary_encode(_texts(raw))
    positions = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    distinct = encoded.dictionary
    cleaned = _cleaned(distinct, column.type)
    reader, rule, expected_zh = _READERS[column.type]
    values = reader(cleaned)
    is_broken = pd.isna(values) & pc.is_valid(cleaned).to_numpy(zero_copy_only=False)
    broken = np.flatnonzero(np.append(is_broken, False)[positions])  # position -1, a null, is the appended False
    defects = pd.DataFrame(
        {
            "row": broken.astype("int64"),
            "column": pd.Series(column.name, index=range(len(broken)), dtype="str"),
            "rule": pd.Series(rule, index=range(len(broken)), dtype="str"),
            "reason_zh": pd.Series(f"“{column.header}”{expected_zh}", index=range(len(broken)), dtype="str"),
            "value": pd.Series(distinct.take(pa.array(positions[broken])).to_pylist(), dtype="str"),
        }
    )
    return values.array.take(positions, allow_fill=True), defects


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
    return str(cell)


def _number_text(number: float) -> str | None:
    if math.isnan(number):
        return None
    if abs(number) >= PRECISION_LOST_FROM:
        return f"{number:.5E}"
    return str(int(number)) if number.is_integer() else repr(number)


def _cleaned(texts: pa.Array, column_type: ColumnType) -> pa.Array:
    texts = pc.replace_substring(texts, "\0", "")  # JSON may carry it, and PostgreSQL takes no text with it
    if column_type != "text" and not pc.all(pc.string_is_ascii(texts)).as_py():
        texts = pc.utf8_normalize(texts, form="NFKC")
    texts = pc.utf8_trim(texts, characters=_SPACE)
    is_null = pc.is_in(texts, value_set=_PLACEHOLDERS)
    if column_type not in {"text", "bool"}:
        is_null = pc.or_(is_null, pc.is_in(texts, value_set=_NOTHING))
    return pc.if_else(is_null, pa.scalar(None, pa.large_string()), texts)


def _read_text(texts: pa.Array) -> pd.Series:
    return pd.Series(pd.array(texts, dtype=_TEXT))


def _read_code(texts: pa.Array) -> pd.Series:
    is_lost = pc.match_substring_regex(texts, _SCIENTIFIC)
    return _read_text(pc.if_else(is_lost, pa.scalar(None, pa.large_string()), texts))


def _read_identifier(texts: pa.Array) -> pd.Series:
    return _read_code(pc.utf8_upper(texts))


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
    return numbers.where((numbers.abs() <= LARGEST_INT) & (numbers % 1 == 0)).astype("Int64")


def _read_bool(texts: pa.Array) -> pd.Series:
    upper = pc.utf8_upper(texts)
    answers = pa.array([True] * len(_YES) + [False] * len(_NO))
    places = pc.index_in(upper, value_set=pa.array(_YES + _NO, type=pa.large_string()))
    return pd.Series(answers.take(places).to_pandas(), dtype="boolean")


def _local_moments(texts: pa.Array) -> pd.DatetimeIndex:
    """Moments in Shanghai, naive; NaT where the text is null or no date."""
    written = np.asarray(texts.to_pylist(), dtype=object)
    is_local, is_zoned = (
        pc.fill_null(pc.match_substring_regex(texts, pattern), False).to_numpy(zero_copy_only=False)
        for pattern in (_ISO_LOCAL, _ISO_ZONED)
    )
    is_other = pc.is_valid(texts).to_numpy(zero_copy_only=False) & ~is_local & ~is_zoned
    moments = np.full(len(texts), np.datetime64("NaT"), dtype=_MOMENT)
    moments[is_local] = pd.to_datetime(written[is_local], format="ISO8601", errors="coerce")
    zoned = pd.to_datetime(written[is_zoned], format="ISO8601", errors="coerce", utc=True)
    moments[is_zoned] = zoned.tz_convert(SHANGHAI).tz_localize(None)
    moments[is_other] = [_written_moment(text) for text in written[is_other]]
    moments[moments < _EARLIEST] = np.datetime64("NaT")
    return pd.DatetimeIndex(moments)


def _written_moment(text: str) -> datetime.datetime | None:
    """The moment that a date stands for in any of the written forms, or as the number of an Excel day."""
    if _EXCEL_SERIAL.fullmatch(text):
        return _EXCEL_EPOCH + datetime.timedelta(seconds=round(float(text) * 86_400))
    parts = _WRITTEN.fullmatch(text) or _COMPACT.fullmatch(text)
    if parts is None:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in parts.groups())
    try:
        return datetime.datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - local by contract
    except ValueError:
        return None


def _read_date(texts: pa.Array) -> pd.Series:
    return pd.Series(_local_moments(texts).normalize())


def _read_datetime(texts: pa.Array) -> pd.Series:
    # China kept summer time from 1986 to 1991: an hour that was skipped or came twice must not stop a night.
    local = _local_moments(texts).tz_localize(
        SHANGHAI, ambiguous=np.zeros(len(texts), dtype=bool), nonexistent="shift_forward"
    )
    return pd.Series(local.tz_convert("UTC").tz_localize(None))


_LOST = "lost_precision", "被 Excel 改成了科学计数，末尾的数字已丢失；请把该列设为文本格式后重新填写"
_READERS: dict[ColumnType, tuple[Callable[[pa.Array], pd.Series], str, str]] = {
    "text": (_read_text, "", ""),
    "code": (_read_code, *_LOST),
    "phone": (_read_code, *_LOST),
    "uscc": (_read_identifier, *_LOST),
    "idcard": (_read_identifier, *_LOST),
    "date": (_read_date, "type_date", "应为日期，例如 2025-03-01 或 2025年3月1日"),
    "datetime": (_read_datetime, "type_datetime", "应为日期和时间，例如 2025-03-01 09:30"),
    "int": (_read_int, "type_int", "应为整数，例如 12 或 1,234，不带单位"),
    "decimal": (_read_decimal, "type_decimal", "应为数字，例如 1234.5，不带“元”“万”等单位，且不超过 9000 亿"),
    "bool": (_read_bool, "type_bool", "应为“是”或“否”"),
}
"""For each type: its reader, and the rule and the reason when a filled cell comes out null."""


def local_times(times: pd.Series) -> pd.Series:
    """Times as the lake has them, naive and UTC, as the clocks of Shenzhen showed them."""
    return pd.Series(pd.DatetimeIndex(times).tz_localize("UTC").tz_convert(SHANGHAI).tz_localize(None), times.index)


def expected_zh(column_type: ColumnType) -> str | None:
    """What is told of a cell of this type that can't be read, behind its header; None where every text can be."""
    return _READERS[column_type][2] or None
