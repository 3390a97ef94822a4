"""Units that a table is written in, as its headers, the lines above it and its number formats name them."""

import decimal
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from pipelines.contracts import Column


class Unit(NamedTuple):
    """A unit: what is measured, and how many of the basic unit it is."""

    measured: str
    size: float


_UNITS = {
    **{name: Unit("元", size) for name, size in {
        "元": 1, "人民币元": 1, "角": 0.1, "千元": 1e3, "万": 1e4, "万元": 1e4, "十万元": 1e5, "百万元": 1e6,
        "千万元": 1e7,
        "亿": 1e8, "亿元": 1e8, "十亿元": 1e9,
    }.items()},
    **{name: Unit("平方米", size) for name, size in {
        "平方米": 1, "平米": 1, "m2": 1, "平方": 1, "亩": 2000 / 3, "公顷": 1e4, "万平方米": 1e4, "万平米": 1e4,
        "平方公里": 1e6, "平方千米": 1e6, "km2": 1e6,
    }.items()},
    **{name: Unit("小时", size) for name, size in {
        "小时": 1, "时": 1, "h": 1, "学时": 1, "分钟": 1 / 60, "分": 1 / 60, "min": 1 / 60, "天": 24, "日": 24,
        "千小时": 1e3, "万小时": 1e4,
    }.items()},
    **{f"{multiple}{counted}": Unit(counted, size)
       for counted in ("人", "人次", "户", "家", "个", "件", "套", "次", "名", "场")
       for multiple, size in {"": 1, "百": 100, "千": 1e3, "万": 1e4}.items()},
}  # fmt: skip

_LONGEST_FIRST = sorted(_UNITS, key=len, reverse=True)
_CERTAIN = "|".join(re.escape(name) for name in _LONGEST_FIRST if len(name) > 1)  # 分 and 日 end other words, too
_OF_MONEY = "(?:人民币:?)?"
_BRACKET = re.compile(rf"\((?:单位:)?{_OF_MONEY}([^()]*)\)$")
_AFTER_NAME = re.compile(rf"[/,:、\-]?({_CERTAIN})$")
_TOLD = re.compile(
    rf"(?:(?:金额|计量|货币|面积|数量|统计)?单位|金额|产值|面积|时长)(?::|均?[为是]){_OF_MONEY}([^\s()]+)"
    rf"|(?:以|按){_OF_MONEY}({_CERTAIN})(?:为单位|计|填)|\((?:单位:)?{_OF_MONEY}({_CERTAIN})\)$"
)
_ALONE = re.compile(r"\(?(?:单位:)?([^()]*)\)?")
_BETWEEN = re.compile(r"[、,/;。和及]")


def unit_named(name: str) -> Unit | None:
    """The unit of a name; None where it is none."""
    return _UNITS.get(name)


def unit_of(column: Column) -> tuple[str, Unit] | None:
    """The unit that the contract gives a column in its header, with its name; of a count, what is counted."""
    bracket = _BRACKET.search(column.header)
    if bracket and bracket[1] in _UNITS:
        return bracket[1], _UNITS[bracket[1]]
    if column.type == "int":
        stem = column.header.removesuffix("数")
        counted = next((name for name in ("人次", "人", "户", "家", "套", "件") if stem.endswith(name)), None)
        return (counted, _UNITS[counted]) if counted else None
    return None


def converted(column: Column, name: str) -> decimal.Decimal | None:
    """How many of the column's own units one of a unit is; None where the contract does not convert it."""
    return next((each.size for each in column.converts if each.unit == name), None)


def headers_in_units(column: Column, header: str) -> Iterator[str]:
    """A header of the column as it would name each unit that the contract converts; already normalised."""
    split = split_header(header)
    yield from (f"{split[0] if split else header}({each.unit.casefold()})" for each in column.converts)


def units_told(text: str) -> Iterator[str]:
    """The names of the units in a line such as ``金额单位：万元`` or ``以万元计``, already squeezed."""
    for names, *certain in _TOLD.findall(text):
        yield from (name for name in (*_BETWEEN.split(names), *certain) if name in _UNITS)


def unit_alone(text: str) -> str | None:
    """The unit's name where a cell, already squeezed, says nothing else, as ``(万元)``."""
    found = _ALONE.fullmatch(text)
    return found[1] if found and found[1] in _UNITS else None


def split_header(label: str) -> tuple[str, str] | None:
    """A header's name and unit, where it ends with a unit, in brackets or behind a stroke; already squeezed."""
    found = _BRACKET.search(label) or _AFTER_NAME.search(label)
    return (label[: found.start()], found[1]) if found and found[1] in _UNITS else None


def unit_in_brackets(label: str) -> str | None:
    """The name of the unit that a text, already squeezed, ends with in brackets."""
    found = _BRACKET.search(label)
    return found[1] if found and found[1] in _UNITS else None


def contradiction(own: Unit, names: Iterable[str]) -> str | None:
    """The first of the units that measures the same as a column's own, in another size."""
    return next((name for unit, name in of_measure(own, names).items() if unit != own), None)


def of_measure(own: Unit, names: Iterable[str]) -> dict[Unit, str]:
    """The units that measure the same as a column's own, each with the first of its names."""
    told: dict[Unit, str] = {}
    for name in names:
        if _UNITS[name].measured == own.measured:
            told.setdefault(_UNITS[name], name)
    return told
