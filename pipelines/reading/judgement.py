"""What an odd cell of a record means in a column of its contract: its value, a doubt, or no trust in the whole file."""

import re
from collections.abc import Mapping
from typing import get_args

from pipelines.contracts import Column, ColumnType
from pipelines.reading import guide, units
from pipelines.reading.cells import Mark, Oddity
from pipelines.reading.kinds import (
    DAY_OF_1904,
    ERROR_VALUE,
    HIDDEN,
    LAST_MINUTE,
    MERGED_NUMBER,
    NOT_SHOWN,
    RAISED,
    SHOWN_OTHERWISE,
    STRUCK_OUT,
    Doubt,
    Kind,
    cell_doubt,
)
from pipelines.reading.number_formats import NumberFormat
from pipelines.reading.refusals import UnreadableDelivery

DAYS_FROM_1900_TO_1904 = 1_462
_DAY_NUMBERS_END = 100_000  # above, a number in a date column is a date written without its dashes

_TYPED_DAY = re.compile(r"\d{5}(?:\.\d+)?")
_GROUPED = re.compile(r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_AMOUNT = re.compile(r"(-?)[¥￥$]?\s*(-?[\d,]+(?:\.\d+)?)\s*(.*)")
_MULTIPLES = {"百": 100, "千": 1e3, "万": 1e4, "百万": 1e6, "千万": 1e7, "亿": 1e8}
_LARGEST_CERTAIN = 1e15

_ALL_TYPES: frozenset[ColumnType] = frozenset(get_args(ColumnType))
_DAYS: frozenset[ColumnType] = frozenset({"date", "datetime"})
_KINDS: Mapping[Oddity, tuple[Kind, frozenset[ColumnType]]] = {
    "error": (ERROR_VALUE, _ALL_TYPES),
    "struck": (STRUCK_OUT, _ALL_TYPES),
    "raised": (RAISED, _ALL_TYPES - {"text"}),
    "last_minute": (LAST_MINUTE, _DAYS),
    "merged": (MERGED_NUMBER, _ALL_TYPES),
}
"""The doubt about each oddity, and the types of the columns in which it is one."""


def judged(cell: object, mark: Mark, column: Column, unit: str | None = None) -> tuple[object, Doubt | None]:
    """The cell as it is shown, and what is doubtful about it, if anything; ``unit``: the column's, if not its own.

    Raises:
        UnreadableDelivery: nothing of the file can be trusted: it was never calculated, or is in another unit.
    """
    if mark.oddity == "formula":
        formula = HIDDEN if column.pii else str(cell)[:40]
        raise UnreadableDelivery(
            f"“{column.header}”中的公式（{formula}）没有计算结果；"
            f"请用 Excel 打开并保存后重新报送{guide.NO_RESULT.see_zh}"
        )
    if mark.format and isinstance(cell, float):
        return _formatted(cell, mark.format, column, unit)
    kind, types = _KINDS.get(mark.oddity, (None, frozenset()))
    if kind is None or column.type not in types or (kind is MERGED_NUMBER and not column.must_be_filled):
        return cell, None
    return cell, cell_doubt(kind, column, "" if cell is None else cell)


def day_of_1904(cell: object, column: Column) -> tuple[object, Doubt | None]:
    """The number of a day that counts from 1904 as one that counts from 1900.

    A number that is typed as text may have come from elsewhere.
    """
    if isinstance(cell, float) and abs(cell) < _DAY_NUMBERS_END:
        return cell + DAYS_FROM_1900_TO_1904, None
    if isinstance(cell, str) and _TYPED_DAY.fullmatch(cell.strip()):
        return cell, cell_doubt(DAY_OF_1904, column, cell)
    return cell, None


def _formatted(number: float, form: NumberFormat, column: Column, unit: str | None) -> tuple[object, Doubt | None]:
    """A number in a form of its own: in a column of numbers it is judged, in one of texts it is what is shown."""
    shown = form.shown(number)
    if column.type in {"int", "decimal"}:
        return number, _doubt_of_number(number, form, shown, column, unit)
    if column.type == "bool":
        return number if form.keeps(number) else shown or number, None
    if column.type not in {"code", "text"} or abs(number) >= _LARGEST_CERTAIN:  # lost digits are told, however shown
        return number, None
    if not shown:
        return number, cell_doubt(NOT_SHOWN, column, number)
    return (shown.replace(",", "") if _GROUPED.fullmatch(shown) else shown), None


def _doubt_of_number(
    number: float, form: NumberFormat, shown: str | None, column: Column, written_in: str | None
) -> Doubt | None:
    amount = _AMOUNT.fullmatch(shown or "")
    unit = amount[3] if amount else ""
    size = _size(unit)
    own = units.unit_of(column)
    is_right = _is_shown(number, amount, size)
    is_certain = is_right and (size == 1 or number == 0 or not _is_shown(number, amount, 1))
    if written_in:  # another unit, or a multiple, in the format would leave open which of the two is meant
        is_of_table = unit == written_in and _is_shown(number, amount, 1)
        if is_of_table or (form.keeps(number) and not units.unit_named(unit)):
            return None
    elif own and units.unit_named(unit) and units.contradiction(own[1], [unit]):
        if not is_right:
            raise UnreadableDelivery(
                f"“{column.header}”的数字格式显示单位为“{unit}”，应以“{own[0]}”填报；请换算后重新报送{guide.UNIT.see_zh}"
            )
        if is_certain:
            return None
    elif form.keeps(number) or (is_certain and unit in _MULTIPLES):
        return None
    return cell_doubt(SHOWN_OTHERWISE, column, shown) if shown else cell_doubt(NOT_SHOWN, column, number)


def _size(unit: str) -> float:
    named = units.unit_named(unit)
    return _MULTIPLES.get(unit) or (named.size if named else 1)


def _is_shown(stored: float, amount: re.Match[str] | None, size: float) -> bool:
    """Whether the stored number is the shown one in a unit of this size, as far as the shown digits go."""
    if amount is None:
        return False
    sign, digits, _ = amount.groups()
    shown = float(f"{sign}{digits.replace(',', '')}") * size
    step = size / 10.0 ** len(digits.partition(".")[2])
    return bool(abs(shown - stored) <= step / 2 * 1.0001)
