"""Sheets of known records: their columns, titles and headers, what is merged and hidden, and sheets beside them."""

import dataclasses
import decimal

from tests.reading.disguises.chance import Chance
from tests.reading.disguises.plain_books import Cell
from tests.reading.disguises.records import VISITS, Line
from tests.reading.disguises.spellings import Fate

_HEADERS = {column.name: column.header for column in VISITS.columns}
_COUNTED = frozenset(column.name for column in VISITS.columns if column.type in {"int", "decimal"})
_TITLES: tuple[tuple[str, ...], ...] = (
    ("2025年一季度走访台账",), ("填报单位：罗湖区", "", "填报日期：2025年3月31日"), ("单位：元",), ("（内部资料）",),
    (),
)  # fmt: skip
_OPTIONAL = ("project_id", "closed_at", "rate", "is_new", "topic", "uscc")
_MERGED = ("host", "project_id", "group", "visited_on", "closed_at", "visit_id", "amount_cny", "people")
_REMARKS = ("已核", "同上", "①", "合计已核", "#REF!", "见说明")


@dataclasses.dataclass
class Sheet:
    """A sheet as it is made: ``order`` has the columns' names from left to right; ``merges`` are of lines.

    ``is_read``: what stands on it is to be read.
    """

    name: str
    order: list[str]
    lines: list[Line]
    above: list[list[Cell]] = dataclasses.field(default_factory=list)
    headers: dict[str, str] = dataclasses.field(default_factory=dict)
    groups: list[Cell] = dataclasses.field(default_factory=list)
    merges: list[tuple[int, str, int]] = dataclasses.field(default_factory=list)
    hidden_columns: set[str] = dataclasses.field(default_factory=set)
    is_hidden: bool = False
    is_read: bool = True
    has_header: bool = True

    @property
    def first(self) -> int:
        """The index of the first line below the header in the sheet."""
        return len(self.above) + len(self._head)

    @property
    def grid(self) -> list[list[Cell]]:
        return [*self.above, *self._head, *(self.row(line) for line in self.lines)]

    @property
    def _head(self) -> list[list[Cell]]:
        if not self.has_header:
            return []
        labels = [Cell(self.label(name)) if name else Cell() for name in self.order]
        return [self.groups, labels] if self.groups else [labels]

    def row(self, line: Line) -> list[Cell]:
        return [line.cells.get(name, Cell()) for name in self.order]

    def label(self, name: str) -> str:
        """The header as it is written."""
        return self.headers.get(name, _HEADERS.get(name, name))


def sheets_of(lines: list[Line], is_book: bool, chance: Chance) -> list[Sheet]:
    """The sheets of a file with the records, the ones that are to be read with titles and headers."""
    left_out = chance.one_of(_OPTIONAL) if chance.is_so(1, 10) else None
    if left_out:
        chance.tell(f"{left_out} left out")
        for line in lines:
            line.means = {**(line.means or {}), left_out: None}
    sheet = Sheet("台账", _order(left_out, chance), lines)
    sheets = [sheet]
    if is_book:
        _merge(sheet, chance)
        _divide(sheets, left_out, chance)
        _put_others_beside(sheets, chance)
    for each in sheets:
        if each.is_read:
            _head(each, chance)
            _hide(each, is_book, chance)
            _count(each, chance)
    return sheets


def _order(left_out: str | None, chance: Chance) -> list[str]:
    """The columns from left to right, with some that are not the contract's."""
    order = [name for name in _HEADERS if name != left_out]
    if chance.is_so(1, 4):
        order = chance.some(order, len(order))
        chance.tell("columns in another order")
    if chance.is_so(1, 4):
        order = ["序号", *order]
    for other in ("备注", "", "经办人"):
        if chance.is_so(1, 8):
            order.insert(chance.number(0, len(order)), other)
            chance.tell(f"a column {other!r}")
    return order


def _merge(sheet: Sheet, chance: Chance) -> None:
    """Some lines, one below the other, share a cell: said of each, counted once, and no key of several records."""
    lines = sheet.lines
    while len(lines) > 1 and chance.is_so(1, 6):
        top = chance.number(0, len(lines) - 2)
        bottom = chance.number(top + 1, len(lines) - 1)
        name = chance.one_of(_MERGED)
        if name not in sheet.order or any(merged == name for _, merged, _ in sheet.merges):
            return
        sheet.merges.append((top, name, bottom))
        value = None if name in _COUNTED else (lines[top].means or {})[name]
        for line in lines[top + 1 : bottom + 1]:
            line.cells[name] = Cell() if chance.is_so(3, 4) else line.cells[name]
            line.means = {**(line.means or {}), name: value}
            line.may(Fate.DOUBTED if name in {"visit_id", "people"} else lines[top].fate)
        if name == "visit_id":
            lines[top].may(Fate.DOUBTED)
        chance.tell(f"{name} merged over lines {top} to {bottom}")


def _divide(sheets: list[Sheet], left_out: str | None, chance: Chance) -> None:
    """Some of the lines are on another sheet, which may lack the header."""
    (sheet,) = sheets
    if len(sheet.lines) < 2 or sheet.merges or not chance.is_so(1, 6):
        return
    at = chance.number(1, len(sheet.lines) - 1)
    rest = Sheet("台账2", sheet.order, sheet.lines[at:])
    sheet.lines = sheet.lines[:at]
    sheets.append(rest)
    if chance.is_so(1, 3):
        rest.has_header = rest.is_read = False
        chance.tell("a sheet that goes on without a header", Fate.REFUSED)
    else:
        rest.order = _order(left_out, chance) if chance.is_so(1, 2) else sheet.order
        chance.tell("two sheets")


def _put_others_beside(sheets: list[Sheet], chance: Chance) -> None:
    """Sheets that are not to be read, or make the file refused."""
    order, lines = sheets[0].order, sheets[0].lines
    copy = [Line(dict(line.cells)) for line in lines]
    notes = [Line({order[0]: Cell(text)}) for text in ("填报说明", "1.请按季度报送", "2.金额以元为单位")]
    for other, fate in (
        (Sheet("旧表", order, copy, is_hidden=True, is_read=False), Fate.READ),
        (Sheet("2023年", order, copy, is_read=False), Fate.REFUSED),
        (Sheet("填报说明", order, notes, is_read=False, has_header=False), Fate.READ),
    ):
        if chance.is_so(1, 8):
            sheets.insert(chance.number(0, len(sheets)), other)
            chance.tell(f"a sheet {other.name}, hidden: {other.is_hidden}", fate)


def _head(sheet: Sheet, chance: Chance) -> None:
    """Titles and header."""
    if chance.is_so(1, 3):
        chosen = [title for title in _TITLES if chance.is_so(1, 2)]
        sheet.above = [[Cell(text) if text else Cell() for text in title] for title in chosen]
        chance.tell(f"above: {chosen}")
    for name, header in _HEADERS.items():
        if chance.is_so(1, 20):
            sheet.headers[name] = _spelt(header, chance)
            chance.tell(f"header {sheet.headers[name]!r}")
    if chance.is_so(1, 20):
        _write_in_another_unit(sheet, chance)
    if chance.is_so(1, 12):
        sheet.groups = [Cell("走访基本情况"), *(Cell() for _ in sheet.order[1:])]
        chance.tell("a group above the header")


def _spelt(header: str, chance: Chance) -> str:
    return chance.one_of((
        f"{header}*", f"*{header}", f" {header} ", f"{header[:2]}\n{header[2:]}", f"{header[:2]} {header[2:]}",
        header.replace("(", "（").replace(")", "）"), f"{header}（必填）", f"{header}：", f"1.{header}",
        f"{header}\u200b",
    ))  # fmt: skip


def _write_in_another_unit(sheet: Sheet, chance: Chance) -> None:
    """The contract converts 万元 alone; what header and title say in two ways, or in 千元, nobody can be sure of."""
    unit, size = chance.one_of((("万元", 10_000), ("千元", 1000)))
    header = chance.one_of(("慰问金额({})", "慰问金额（{}）", "慰问金额\n（{}）", None))
    names_own = any(cell.stored == "单位：元" for line in sheet.above for cell in line)
    is_certain = unit == "万元" and header and not names_own
    chance.tell(f"amounts in {unit}, header {header}", Fate.READ if is_certain else Fate.REFUSED)
    if header:
        sheet.headers["amount_cny"] = header.format(unit)
    else:
        sheet.above.append([Cell(f"单位：{unit}")])
    for line in sheet.lines:
        amount = (line.means or {})["amount_cny"]
        if isinstance(amount, decimal.Decimal):
            line.cells["amount_cny"] = chance.one_of((Cell(f"{amount / size:f}"), Cell(f"{amount / size:,f}")))


def _hide(sheet: Sheet, is_book: bool, chance: Chance) -> None:
    if is_book and chance.is_so(1, 10):
        for line in sheet.lines:
            line.is_hidden = chance.is_so(1, 3)
        sheet.hidden_columns = {name for name in sheet.order if name and chance.is_so(1, 5)}
        chance.tell("hidden lines and columns")


def _count(sheet: Sheet, chance: Chance) -> None:
    """Fills the columns that are not the contract's."""
    for number, line in enumerate(sheet.lines, start=1):
        if "序号" in sheet.order:
            line.cells["序号"] = Cell(str(number))
        if "备注" in sheet.order and chance.is_so(1, 4):
            line.cells["备注"] = Cell(chance.one_of(_REMARKS))
