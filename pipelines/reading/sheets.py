"""Which sheets of a workbook are read: all that hold the contract's table, or the file is refused, naming them."""

import dataclasses
import itertools
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pipelines.contracts import Contract
from pipelines.reading import guide
from pipelines.reading.cells import Sheet, is_blank
from pipelines.reading.diagnosis import why_no_table
from pipelines.reading.headers import HEADER_SEARCH_LINES, Layout, find_layout, first_filled_lines, squeezed
from pipelines.reading.lines import Lines, key_shape
from pipelines.reading.refusals import UnreadableDelivery
from pipelines.reading.rows import rows_of
from pipelines.reading.values import parse

_RECORDS_COMPARED = 200
_YEAR = re.compile(r"(20\d{2})(?:年|\D|$)")
_QUARTER = re.compile(r"第?([一二三四1-4])季度?|q([1-4])(?!\d)", re.IGNORECASE)
_MONTH = re.compile(r"(?<!\d)(1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])月")
_PAST = re.compile(r"去年|上年|往年|上期|上季|上月|历史")
_OF_EXAMPLES = re.compile(r"(?:填写|填报|表格)?(?:示例|样例|范例|样表|样张|例表)(?:表|页|数据)?\d{0,2}")
_VOID = re.compile(r".*(?:作废|废弃|已删|旧版|旧表|草稿).*")
_CHINESE_DIGITS = {
    "一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10, "十一": 11, "十二": 12,
}  # fmt: skip


class Table(NamedTuple):
    """A sheet and where the contract's columns stand in it."""

    sheet: Sheet
    layout: Layout


def tables(sheets: Sequence[Sheet], contract: Contract) -> tuple[list[Table], tuple[str, ...]]:
    """The sheets to read, in their order, and what their provider should know of others.

    Sheets of examples are left out where others have records.

    Raises:
        UnreadableDelivery: no sheet has the header, it is on a hidden sheet alone, or a sheet looks like part of the
            table and can't be read with it: it lacks columns or a header, is void, or is of another period.
    """
    shown = [sheet for sheet in sheets if not sheet.is_hidden]
    found = list(_with_header(shown, contract))
    whole = _whole(found, contract)
    filled = [table for table in whole if _has_rows(table, contract)] if len(sheets) > 1 else whole
    hidden = _with_header([sheet for sheet in sheets if sheet.is_hidden], contract)
    hidden_names = _names(table.sheet for table in hidden if _has_rows(table, contract))
    if hidden_names and not filled:
        raise UnreadableDelivery(
            f"数据在隐藏的工作表{hidden_names}里，能看到的工作表没有数据；"
            f"请取消隐藏，或删去不报送的表{guide.HIDDEN.see_zh}"
        )
    if not whole:
        return [_most_of(found, shown, contract)], ()
    if not filled:
        return [max(whole, key=lambda table: len(table.layout.columns))], ()
    _refuse_left_out(found, filled, shown, contract)
    read = [table for table in filled if not _is_named(_OF_EXAMPLES, table)] or filled
    _refuse_void(read)
    _refuse_other_periods(read)
    examples = _names(table.sheet for table in filled if table not in read)
    told = (
        (f"工作表{examples}是填写示例，没有读取", examples),
        (f"隐藏的工作表{hidden_names}也有数据，没有读取", hidden_names),
    )
    return read, tuple(remark for remark, names in told if names)


def _whole(found: list[Table], contract: Contract) -> list[Table]:
    """The sheets that have all columns which must be filled; where none must, those that have the most."""
    if any(column.must_be_filled for column in contract.columns):
        return [table for table in found if table.layout.is_readable]
    most = max((len(table.layout.columns) for table in found), default=0)
    return [table for table in found if len(table.layout.columns) == most]


def _with_header(sheets: Sequence[Sheet], contract: Contract) -> Iterator[Table]:
    for sheet in sheets:
        layout = find_layout(sheet, contract)
        if layout:
            yield Table(sheet, layout)


def _has_rows(table: Table, contract: Contract) -> bool:
    return table.layout.is_readable and any(Lines(*table, contract).records(frozenset()))


def _most_of(found: list[Table], shown: Sequence[Sheet], contract: Contract) -> Table:
    """The sheet that comes nearest, to be told which columns it lacks."""
    for sheet in shown:
        for _ in itertools.islice(sheet.lines(), HEADER_SEARCH_LINES):
            pass  # a fault in these lines is the reason
        reason = why_no_table(first_filled_lines(sheet), contract)
        if reason:
            raise UnreadableDelivery(reason)
    if not found:
        expected = "、".join(column.header for column in contract.columns if column.must_be_filled)
        raise UnreadableDelivery(f"没有一张工作表有应有的表头：{expected}")
    return max(found, key=lambda table: len(table.layout.columns))


def _refuse_left_out(found: list[Table], filled: list[Table], shown: Sequence[Sheet], contract: Contract) -> None:
    """Returns if no sheet that is not read looks like part of the table.

    Raises:
        UnreadableDelivery: one does: it has most of the header, or lines like the table's without one.
    """
    first = filled[0].sheet.name
    for sheet, layout in found:
        has = layout.labels.required.intersection(layout.columns)
        is_alike = has.issuperset(layout.labels.keys) and 2 * len(has) >= len(layout.labels.required)
        if not layout.is_readable and is_alike and _has_more_lines(sheet, layout):
            lacks = "、".join(contract.column(name).header for name in layout.missing_required)
            raise UnreadableDelivery(
                f"工作表“{sheet.name}”与“{first}”是同一种表，但缺少必填列：{lacks}；"
                f"请补齐，或删去这张工作表{guide.SHEETS.see_zh}"
            )
    with_header = {sheet.name for sheet, layout in found if len(layout.columns) > 1 or layout.is_readable}
    for sheet in shown:
        if sheet.name not in with_header and _continues(sheet, filled[0], contract):
            raise UnreadableDelivery(
                f"工作表“{sheet.name}”没有表头，像是“{first}”的续表；"
                f"请给它加上同样的表头，或合并为一张工作表{guide.SHEETS.see_zh}"
            )


def _has_more_lines(sheet: Sheet, layout: Layout) -> bool:
    return any(number > layout.last_header_line and not all(map(is_blank, cells)) for number, cells, _ in sheet.lines())


def _continues(sheet: Sheet, table: Table, contract: Contract) -> bool:
    """Whether a sheet without header has lines that look like the table's records."""
    required = [place for name, place in table.layout.columns.items() if name in table.layout.labels.required]
    keys = [table.layout.columns[column.name] for column in contract.keys]
    if not keys:
        return False
    lines = [line for line in first_filled_lines(sheet) if sum(not is_blank(cell) for cell in line[1]) > 1]
    alike = [line for line in lines if all(place < len(line[1]) and not is_blank(line[1][place]) for place in required)]
    if not alike or 2 * len(alike) < len(lines):
        return False
    records = itertools.islice(Lines(*table, contract).records(frozenset()), _RECORDS_COMPARED)
    shapes = {key_shape(cells, keys) for _, cells, _, _ in records}
    likest = [line for line in alike if key_shape(line[1], keys) in shapes]
    if 2 * len(likest) < len(alike):
        return False
    layout = table.layout
    bare = Sheet(sheet.name, lambda: iter(likest))
    raw = next(rows_of(bare, _without_header(layout), contract, len(likest)))
    readable = len(raw) - parse(raw.rows, contract).defects["row"].nunique()
    return 2 * readable >= len(likest)


def _without_header(layout: Layout) -> Layout:
    return dataclasses.replace(layout, last_header_line=0, header_rows=frozenset(), title_rows=frozenset())


def _is_named(names: re.Pattern[str], table: Table) -> bool:
    return names.fullmatch(squeezed(table.sheet.name)) is not None


def _refuse_void(filled: list[Table]) -> None:
    """Returns if no sheet beside another says that its records count no more.

    Raises:
        UnreadableDelivery: one does.
    """
    void = _names(table.sheet for table in filled if _is_named(_VOID, table))
    if void and len(filled) > 1:
        raise UnreadableDelivery(
            f"工作表{void}有表头和数据，从名称看已经作废；请删去，或改正名称后重新报送{guide.SHEETS.see_zh}"
        )


def _refuse_other_periods(filled: list[Table]) -> None:
    """Returns if the sheets may well be of one period.

    Raises:
        UnreadableDelivery: two are not, or the name of one says a year and that of the other says nothing.
    """
    for one, other in itertools.combinations(filled, 2):
        first, second = _period(one), _period(other)
        named = [_period_told(squeezed(table.sheet.name)) for table in (one, other)]
        is_one_alone = any("year" in told for told in named) and not all(named)
        if is_one_alone or any(first[part] != second[part] for part in first.keys() & second.keys()):
            raise UnreadableDelivery(
                f"工作表“{one.sheet.name}”、“{other.sheet.name}”都有表头和数据，但不是同一时期；"
                f"请只保留本期的一张{guide.SHEETS.see_zh}"
            )


def _period(table: Table) -> dict[str, int]:
    """The year, quarter or month that a sheet's name says, or else its titles, and whether it says that it is past."""
    texts = [squeezed(table.sheet.name), *(title for title in table.layout.titles if ":" not in title)]
    told = next(filter(None, map(_period_told, texts)), {})
    return told | {"past": int(any(_PAST.search(text) for text in texts))}


def _period_told(text: str) -> dict[str, int]:
    told = {}
    if year := _YEAR.search(text):
        told["year"] = int(year[1])
    if quarter := _QUARTER.search(text):
        told["quarter"] = _number(quarter[1] or quarter[2])
    elif month := _MONTH.search(text):
        told["month"] = _number(month[1])
    return told


def _number(digits: str) -> int:
    return _CHINESE_DIGITS.get(digits) or int(digits)


def _names(sheets: Iterator[Sheet]) -> str:
    return "、".join(f"“{sheet.name}”" for sheet in sheets)
