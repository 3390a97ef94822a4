"""The rules that follow from a contract, so that nobody has to declare them in ``expectations/``."""

from collections.abc import Iterator
from typing import NamedTuple

from pipelines import reading
from pipelines.contracts import Column, ColumnType, Contract
from pipelines.quality.rules import DELIVERY_DATE, Expectation, Severity

READABLE = "expect_column_values_to_be_readable"
"""The one rule that is checked while reading: typed values do not show what could not be read."""

NOT_EMPTY = "not_be_null"

NOT_IN_THE_FUTURE = "not_be_in_the_future"
"""The rule that what is reported has happened: a delivery most of whose rows break it contradicts itself."""

_IDENTIFIERS: dict[ColumnType, tuple[str, Severity, str, str]] = {
    "uscc": (
        "be_unified_social_credit_codes",
        "critical",
        "GB 32100-2015: 18 characters, check digit",
        "不是有效的统一社会信用代码（18位大写字母和数字，末位为校验码），请对照登记证照核对，并将该列设为文本格式。",
    ),
    "idcard": (
        "be_resident_ids",
        "critical",
        "GB 11643: date of birth, check digit",
        "不是有效的公民身份号码（18位，末位为校验码），请对照证件核对，并将该列设为文本格式。",
    ),
    "phone": (
        "be_phone_numbers",
        "warning",
        "numbering plan of the ministry of industry (2017); the number itself is not kept, so a bad one costs no row",
        "不是有效的电话号码，请填写11位手机号、带区号的固定电话或400电话。",
    ),
}
"""For each type with a fixed form: rule, severity, note, and the reason, which follows the header."""


class _End(NamedTuple):
    """An end of a range: the contract's name for it, the arguments of Great Expectations, and the words in messages."""

    name: str
    argument: str
    strict: str
    words: str
    words_zh: str


_ENDS = (
    _End("minimum", "min_value", "", "at least", "不小于"),
    _End("exclusive_minimum", "min_value", "strict_min", "more than", "大于"),
    _End("maximum", "max_value", "", "at most", "不超过"),
    _End("exclusive_maximum", "max_value", "strict_max", "less than", "小于"),
)


def derived(contract: Contract) -> tuple[Expectation, ...]:
    """The expectations that follow from a contract, column by column."""
    return tuple(each for column in contract.columns for each in _of_column(column))


def _of_column(column: Column) -> Iterator[Expectation]:
    header = f"“{column.header}”"
    if expected_zh := reading.expected_zh(column.type):
        yield _on(column, "be_readable", f"contract: type {column.type}", f"{header}{expected_zh}")
    if column.key:
        yield _on(column, NOT_EMPTY, "contract: key", f"{header}是主键，不能为空，请补填。")
    elif column.required:
        yield _on(column, NOT_EMPTY, "contract: required", f"{header}为必填项，请补填。")
    if column.type in _IDENTIFIERS:
        rule, severity, note, reason_zh = _IDENTIFIERS[column.type]
        yield _on(column, rule, note, header + reason_zh, severity)
    if column.members:
        note = "contract: enumeration" + (f" {column.enumeration}" if isinstance(column.enumeration, str) else "")
        reason_zh = f"{header}只能填写{'、'.join(column.members)}之一{_end_zh(column)}"
        yield _on(column, "be_in_set", note, reason_zh, value_set=list(column.members))
    if column.has_range:
        yield _on_range(column)
    if column.warn_below is not None:
        note = "project: an amount is not negative" if column.warn_below == 0 else "contract: warn_below"
        reason_zh = f"{header}{'为负数' if column.warn_below == 0 else f'小于{column.warn_below}'}，请核对。"
        yield _on(column, "be_within", note, reason_zh, "warning", min_value=column.warn_below)
    if column.happened:
        yield Expectation(
            type=f"expect_multicolumn_values_to_{NOT_IN_THE_FUTURE}",
            kwargs={"column_list": [column.name, DELIVERY_DATE], "is_moment": column.type == "datetime"},
            severity="critical",
            note="contract: what is reported has happened by the day of the delivery",
            reason_zh=f"{header}晚于报送日期，请核对表中的日期和文件名中的日期。",
        )


def _on(
    column: Column, rule: str, note: str, reason_zh: str, severity: Severity = "critical", **kwargs: object
) -> Expectation:
    return Expectation(
        type=f"expect_column_values_to_{rule}",
        kwargs={"column": column.name, **kwargs},
        severity=severity,
        note=note,
        reason_zh=reason_zh,
    )


def _on_range(column: Column) -> Expectation:
    ends = [(end, getattr(column, end.name)) for end in _ENDS if getattr(column, end.name) is not None]
    kwargs = {end.argument: value for end, value in ends} | {end.strict: True for end, _ in ends if end.strict}
    between = f"{column.minimum}至{column.maximum}"
    if column.minimum is None or column.maximum is None:
        range_zh = "应" + "且".join(f"{end.words_zh}{value}" for end, value in ends)
    else:
        range_zh = f"应为{between}的整数" if column.type == "int" else f"应在{between}之间"
    note = ", ".join(f"{end.words} {value}" for end, value in ends)
    return _on(column, "be_within", f"contract: {note}", f"“{column.header}”{range_zh}{_end_zh(column)}", **kwargs)


def _end_zh(column: Column) -> str:
    return f"{column.hint_zh or '，请更正'}。"
