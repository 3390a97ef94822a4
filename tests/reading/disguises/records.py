"""Records whose values are known, each written in ways of its own."""

import dataclasses
import datetime
import decimal
import re
from collections.abc import Mapping
from typing import TypeVar

from pipelines.contracts import Column, Contract
from tests.reading.disguises.chance import Chance
from tests.reading.disguises.plain_books import Cell
from tests.reading.disguises.spellings import BLANKS, Fate, Value, plain, ways_of

VISITS = Contract(
    feed="visits", title_zh="走访台账", description="Visits, made up.", owner="tests", domain="tests",
    providers=("district",), medium="xlsx", mode="append", cadence="quarterly",
    columns=(
        Column(name="visit_id", header="记录编号", type="code", key=True),
        Column(name="host", header="走访对象", type="text", required=True),
        Column(name="project_id", header="项目编号", type="code"),
        Column(name="group", header="服务对象", type="code", required=True, enumeration=("一老", "一小", "普惠")),
        Column(name="visited_on", header="走访日期", type="date", required=True),
        Column(name="closed_at", header="办结时间", type="datetime"),
        Column(name="people", header="服务人次", type="int", required=True),
        Column.model_validate(
            {"name": "amount_cny", "header": "慰问金额(元)", "type": "decimal", "converts": {"万元": 10_000}}
        ),
        Column(name="rate", header="满意率", type="decimal"),
        Column(name="is_new", header="是否首次", type="bool"),
        Column(name="topic", header="走访事项", type="text"),
        Column(name="district_code", header="所在区", type="code", references="districts"),
        Column(name="uscc", header="统一社会信用代码", type="uscc"),
    ),
)  # fmt: skip
"""A contract with a column of each type."""

_KEYS = (
    "R-{:04d}", "{:05d}", "{:d}", "20250301{:010d}", "3-{:d}", "GD/2025/{:03d}", "走访{:d}号", "A{:d}", "2025{:08d}",
    "e{:d}",
)  # fmt: skip
_HOSTS = (
    "罗湖区翠竹苑", "南山社区服务站", "A&B科技（深圳）有限公司", "“深i小区”平台", "照明改造小计项目组", "总计数公司",
    "样例路12号", "第1期，电梯", '3"屏商店', "某某(筹)", "填表人协会", "注册会计师协会", "党群中心#2", "120", "2025年",
    "张三", "1,234", "<翠竹&苑>", "一、二期", "A_x0041_B",
)  # fmt: skip
_TOPICS = ("慰问", "噪音、停车", "面积3m²", "无", "是", "详见附件1", "第２次", "2025.3", "电梯\n停运", "1")
_PROJECTS = ("P-001", "0012", "12", "J3", "2-14", "440303199901010011")
_USCCS = ("91440300MA5FAKE01X", "514403000000012345", "52440300ABCDEFGH12")
_DISTRICTS = ("440303", "4403SS", "440311")
_FIRST_DAY = datetime.date(2024, 1, 1)
_DAYS = 720
_OF_DAYS = frozenset({"date", "datetime"})

_T = TypeVar("_T")


@dataclasses.dataclass
class Line:
    """A line below the header by its columns' names; what the record on it means, if it is one."""

    cells: dict[str, Cell]
    means: Mapping[str, Value] | None = None
    fate: Fate = Fate.READ
    is_hidden: bool = False

    def may(self, fate: Fate) -> None:
        self.fate = max(self.fate, fate)


class Records:
    """Makes the records of one file: a workbook, which may count its days from 1904, or a text."""

    def __init__(self, chance: Chance, is_book: bool, counts_from_1904: bool) -> None:
        self._chance, self._is_book, self._counts_from_1904 = chance, is_book, counts_from_1904
        self._key = chance.one_of(_KEYS)
        self._odd_of_twelve = chance.one_of((0, 1, 1, 2, 4))

    def record(self, number: int) -> Line:
        line = Line({}, self._meaning(number))
        assert line.means
        for name, value in line.means.items():
            line.cells[name] = self._cell(value, VISITS.column(name), line)
        return line

    def _meaning(self, number: int) -> dict[str, Value]:
        chance = self._chance
        return {
            "visit_id": self._key.format(number),
            "host": chance.one_of(_HOSTS),
            "project_id": self._maybe(chance.one_of(_PROJECTS)),
            "group": chance.one_of(VISITS.column("group").members or ()),
            "visited_on": self._day(),
            "closed_at": self._maybe(
                datetime.datetime.combine(self._day(), datetime.time(chance.one_of((0, 9, 12, 17, 23)), 30))
            ),
            "people": self._number(7),
            "amount_cny": self._maybe(
                decimal.Decimal(self._number(11) * chance.one_of((1, 1, -1))).scaleb(-chance.number(0, 2))
            ),
            "rate": self._maybe(decimal.Decimal(self._number(3)).scaleb(-1)),
            "is_new": self._maybe(chance.is_so(1, 2)),
            "topic": self._maybe(chance.one_of(_TOPICS)),
            "district_code": self._maybe(chance.one_of(_DISTRICTS)),
            "uscc": self._maybe(chance.one_of(_USCCS)),
        }

    def _maybe(self, value: _T) -> _T | None:
        return None if self._chance.is_so(1, 4) else value

    def _day(self) -> datetime.date:
        return _FIRST_DAY + datetime.timedelta(days=self._chance.number(0, _DAYS))

    def _number(self, digits: int) -> int:
        return self._chance.number(0, 10 ** self._chance.number(1, digits) - 1)

    def _cell(self, value: Value, column: Column, line: Line) -> Cell:
        chance = self._chance
        if not chance.is_so(self._odd_of_twelve, 12):
            return plain(value, column)
        if value is None:
            return Cell(chance.one_of(BLANKS))
        way = chance.one_of([way for way in ways_of(column) if self._is_book or not way.of_books])
        written = way.write(decimal.Decimal(value) if column.type == "int" else value, column)
        if written is None:
            return plain(value, column)
        cell = self._of_epoch(Cell(written) if isinstance(written, str) else written, value)
        if isinstance(cell.stored, str) and not cell.is_error and cell.formula is None and chance.is_so(1, 4):
            cell = dataclasses.replace(cell, stored=self._wrapped(cell.stored))
        line.may(way.fate)
        is_number = isinstance(cell.stored, str) and re.fullmatch(r"[ \d.]+", cell.stored)
        if self._counts_from_1904 and column.type in _OF_DAYS and is_number:
            line.may(Fate.DOUBTED)
        shown = cell.runs or (cell.stored, cell.form, cell.formula)
        chance.tell(f"{column.name} of {line.means and line.means['visit_id']}: {shown!r}", way.fate)
        return cell

    def _of_epoch(self, cell: Cell, value: Value) -> Cell:
        """A day's number as the workbook counts it; one that is the date's own digits stays."""
        is_day = isinstance(value, datetime.date) or (isinstance(value, str) and re.search("[ymd]", cell.form or ""))
        if self._counts_from_1904 and is_day and isinstance(cell.stored, float) and 20_000 < cell.stored < 100_000:
            return dataclasses.replace(cell, stored=cell.stored - 1462)
        return cell

    def _wrapped(self, text: str) -> str:
        """The text with something around or in it that nobody sees."""
        at = self._chance.number(0, len(text))
        unseen = self._chance.one_of(("\u200b", "\u2060", "\u00ad", "\u200e", "\ufeff", "\u202c"))
        return self._chance.one_of((
            f" {text}", f"{text}  ", f"\u3000{text}", f"\u00a0{text}\u00a0", f"{text}\n", f"\r\n{text}",
            f"\ufeff{text}", f"{text}\u200b", text[:at] + unseen + text[at:],
        ))  # fmt: skip
