"""Lines among the records that are none: totals, signatures, examples, page heads, other tables."""

from collections.abc import Callable

from tests.reading.disguises.chance import Chance
from tests.reading.disguises.plain_books import Cell
from tests.reading.disguises.records import VISITS, Line
from tests.reading.disguises.sheets import Sheet
from tests.reading.disguises.spellings import Fate, is_seen

_TYPES = {"date": "日期", "datetime": "日期", "int": "整数", "decimal": "数字", "bool": "是/否"}
_NUMBERS = frozenset(column.name for column in VISITS.columns if column.type in {"int", "decimal"})
_OURS = frozenset(column.name for column in VISITS.columns)
_SIGNATURES = (
    ("填表人：张三", "审核人：李四"), ("填表人：张三", "填报日期：2025年3月31日"), ("审核：",), ("单位（盖章）：",),
    ("负责人（签字）：", "联系电话：138"), ("制表人", "张三", "审核人", "李四"),
)  # fmt: skip
_FEET = (
    "第1页，共2页", "以下空白", "备注：数据截至3月31日", "注：金额以元为单位", "共3条记录", "（续表）", "※带*为必填",
    "打印时间：2025-03-31 10:00", "一、翠竹街道", "说明：本表按季度填报", "2025年3月31日", "1.本表由各区填报",
    "罗湖区委社会工作部（盖章）",
)  # fmt: skip
_TITLE = "2025年一季度走访台账"


def furnish(sheet: Sheet, chance: Chance) -> None:
    """Puts lines among the records, where no merged cell is cut by them."""
    after = max((bottom + 1 for _, _, bottom in sheet.merges), default=0)
    if not sheet.merges and chance.is_so(1, 6):
        sheet.lines.insert(0, chance.one_of((_example, _numbering, _types))(sheet, chance))
        after = 1
    for add in _LINES:
        if chance.is_so(1, 8):
            at = chance.number(after, len(sheet.lines))
            line = add(sheet, chance)
            sheet.lines.insert(at, line)
            chance.tell(f"{add.__name__.strip('_')} at {at}: {[cell.stored for cell in line.cells.values()]}")
    if chance.is_so(1, 10):
        _begin_page(sheet, after, chance)
    if chance.is_so(1, 10):
        _add_table(sheet, chance)
    _doubt_other_tables(sheet)


def _total(sheet: Sheet, chance: Chance) -> Line:
    is_full = chance.is_so(1, 3)
    cells = {name: Cell("12") for name in sheet.order if name in _NUMBERS}
    if is_full:
        cells |= {name: Cell("3个") for name in sheet.order if name and name not in _NUMBERS}
    place = chance.one_of([name for name in sheet.order if name in {"visit_id", "host", "序号"}])
    word = chance.one_of(("合计", "总计", "合 计", "小计", "罗湖区合计", "Total", "TOTAL", "汇总", "合计："))
    return Line({**cells, place: Cell(word)})


def _signature(sheet: Sheet, chance: Chance) -> Line:
    texts = chance.one_of(_SIGNATURES)
    places = [0, *sorted(chance.some(range(1, min(len(sheet.order), 8)), len(texts) - 1))]
    return Line({sheet.order[at]: Cell(text) for at, text in zip(places, texts, strict=True)})


def _foot(sheet: Sheet, chance: Chance) -> Line:
    return Line({sheet.order[0]: Cell(chance.one_of(_FEET))})


def _heading(sheet: Sheet, chance: Chance) -> Line:
    texts = ("罗湖区", "翠竹街道", "（一）新增", "一、翠竹街道", "第一批", "2025年1月")
    return Line({sheet.order[0]: Cell(chance.one_of(texts))})


def _blank(sheet: Sheet, chance: Chance) -> Line:
    return Line({name: Cell(chance.one_of((None, "", " ", "\u3000", "\u200b"))) for name in sheet.order if name})


def _header(sheet: Sheet, _: Chance) -> Line:
    return Line({name: Cell(sheet.label(name)) for name in sheet.order})


def _ditto(sheet: Sheet, chance: Chance) -> Line:
    mark = chance.one_of(("同上", "〃", "″", '"', " 同上 "))
    places = [name for name in sheet.order if name in _OURS and name != "visit_id" and chance.is_so(1, 2)]
    return Line({name: Cell(mark) for name in (places or ["host", "group"])} | {"visit_id": Cell("Z-9")})


def _key_alone(_: Sheet, __: Chance) -> Line:
    return Line({"visit_id": Cell("Z-1"), "people": Cell("12")})


def _beside(sheet: Sheet, chance: Chance) -> Line:
    return Line({sheet.order[-1]: Cell(chance.one_of(("已核对", "120", "张三")))})


def _example(sheet: Sheet, chance: Chance) -> Line:
    cells = {
        "visit_id": "R-9999", "host": "某小区", "group": "一老", "visited_on": "2025-03-01", "people": "12",
    }  # fmt: skip
    place = chance.one_of([name for name in sheet.order if name in {"序号", "visit_id", "host", "topic", "project_id"}])
    alone = place in {"host", "topic", "project_id"}
    cells[place] = "示例" if alone else chance.one_of(("示例", "例", "样例", "（示例）", "示例：请勿删除"))
    return Line({name: Cell(text) for name, text in cells.items()})


def _numbering(sheet: Sheet, chance: Chance) -> Line:
    labels = [*("甲乙丙丁戊己庚辛壬癸" if chance.is_so(1, 2) else ""), *map(str, range(1, 20))]
    return Line({name: Cell(label) for name, label in zip(filter(None, sheet.order), labels, strict=False)})


def _types(_: Sheet, chance: Chance) -> Line:
    word = chance.one_of(("必填", None))
    return Line({column.name: Cell(word or _TYPES.get(column.type, "文本")) for column in VISITS.columns})


_LINES: tuple[Callable[[Sheet, Chance], Line], ...] = (
    _total, _signature, _foot, _heading, _blank, _header, _ditto, _key_alone, _beside,
)  # fmt: skip


def _begin_page(sheet: Sheet, after: int, chance: Chance) -> None:
    """A title that says that the table goes on, and the header once more."""
    at = chance.number(after, len(sheet.lines))
    has_title = any(cell.stored == _TITLE for line in sheet.above for cell in line)
    title = chance.one_of(("（续表）", "续表", "续表2", f"{_TITLE}（续表）") if has_title else ("（续表）", "续表"))
    sheet.lines[at:at] = [Line({sheet.order[0]: Cell(title)}), _header(sheet, chance)]
    chance.tell(f"another page at {at}: {title}")


def _add_table(sheet: Sheet, chance: Chance) -> None:
    """Another table below, with the same header or its own."""
    title = chance.one_of(("撤销走访名单", "2024年四季度走访台账（对照）", "各街道联络员"))
    if chance.is_so(1, 2):
        header = _header(sheet, chance)
        rows = [Line(dict(line.cells)) for line in sheet.lines if line.means]
    else:
        labels = ("姓名", "职务", "电话", "街道", "备注", "时间", "数量")
        header = Line({name: Cell(label) for name, label in zip(filter(None, sheet.order), labels, strict=False)})
        rows = [Line({name: Cell("王五") for name in header.cells})]
    blank = [Line({})] if chance.is_so(2, 3) else []
    sheet.lines += [*blank, Line({sheet.order[0]: Cell(title)}), header, *rows]
    chance.tell(f"another table below: {title}, {[cell.stored for cell in header.cells.values()]}")


def _doubt_other_tables(sheet: Sheet) -> None:
    """A header once more, below a line that says one thing and is no title of the page, may begin another table."""
    header = {name: Cell(sheet.label(name)) for name in sheet.order}
    is_doubtful, above = False, None
    for line in sheet.lines:
        if not any(map(is_seen, line.cells.values())):
            continue
        if above is not None and line.cells == header and above.means is None and len(above.cells) == 1:
            is_doubtful = is_doubtful or not any("续表" in str(cell.stored) for cell in above.cells.values())
        if is_doubtful:
            line.may(Fate.DOUBTED)
        above = line
