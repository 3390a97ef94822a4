"""What a cell says where it is no value: totals, examples, signatures, notes, page feet.

These are the words of the ledgers of Chinese offices. A word alone decides nothing: see ``lines.py``.
"""

import functools
import itertools
import re
from typing import Literal

from pipelines.reading.headers import squeezed
from pipelines.reading.units import unit_alone

Saying = Literal["total", "example", "stand_in", "label", "note", "foot", "heading", "zero", "type", "title", ""]

_TOTAL = re.compile(
    r".{0,12}?(?:合计|总计|小计|共计|累计|汇总|总数|总和|求和项?|计数|平均值?|均值|平均数|本页计|最大值|最小值)(?:[:(\d].*)?"
    r"|(?:合计|总计|小计|共计|累计)(?:完成|数)?|[计∑σ]"
    r"|.{0,12}?(?:grand|sub)?[-]?(?:total|sum|average|count):?|(?:总|合)?共计?[\d,.]+[^\d]{0,4}"
)
_TOTAL_ALONE = frozenset({"合计", "总计", "小计", "共计", "total", "grandtotal", "subtotal"})
_EXAMPLE = re.compile(
    r"\(?(?:填写|填报)?(?:示例|样例|范例|例子|举例|例|样表)(?:数据|行)?\d{0,2}\)?(?:[:,].*)?"
    r"|[(\[](?:示例|样例|范例|例)[)\]].*"
)
_STAND_IN = re.compile(r"(?:例如|比如|如:).*|x{2,}|某某.*|样本|测试(?:数据|行)?|demo|sample|example")
_LABEL = (
    r"(?:填表人?|填报人?|制表人?|审核人?|复核人?|审批人?|经办人?|报送人|打印人|导出人|统计人|(?:单位|部门|分管|主管)?(?:负责人|领导)"
    r"|(?:单位|部门)?主管|联系人|联系电话|联系方式|电话|手机|签字|签名|签章|盖章|公章"
    r"|(?:填报|填表|报送|制表|审核|统计|打印|导出|上报|截止|更新)?(?:单位|部门|日期|时间))(?:\([^)]*\))?"
)
_LABELLED = re.compile(rf"{_LABEL}:.*|{_LABEL}", re.DOTALL)
_NOTE = re.compile(
    r"(?:备注|附注|注|说明|填表说明|填报说明|※)\d*[:.、,].*|※.+|\*+[^\d\w].*|备注|附注|说明|填表说明|填报说明",
    re.DOTALL,
)
_NUMBERED_NOTE = re.compile(r"\(?\d{1,2}(?:[.、)]|\.)(?=[^\d.])[^\n]{4,}", re.DOTALL)
_FOOT = re.compile(
    r"\(?(?:接|转)?(?:续)(?:上|下)?(?:表|页)\d*\)?|\(?(?:以下|下)(?:空白|无正文|无内容)\)?|第\d+页.*|共\d+页.*|\d+/\d+页?|page\d+.*"
    r"|共\d+(?:条|行|项|个|家|户|人|笔)?(?:记录|数据)?|(?:数据)?来源:.*|数据来源.*|抄送.*|报送:.*|主送.*|[-—=*~]*(?:表尾|完|结束|end)[-—=*~]*"
    r"|[^:]{0,20}\((?:盖章|公章|签章)\)|\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?|[-—=_*~.]{3,}|\d{4}年\d{1,2}月",
    re.IGNORECASE,
)
_HEADING = re.compile(
    r"[一二三四五六七八九十]{1,3}[、.].+|\([一二三四五六七八九十]{1,3}\).+|第[一二三四五六七八九十\d]+(?:部分|类|组|批).*"
)
_ZERO_REPORT = re.compile(r".*零报告.*")
_TYPE = re.compile(
    r"(?:文本|文字|字符串?|数字|数值|整数|小数|金额|日期|时间|年月日|下拉|单选|多选|选择|勾选|必填|选填|非必填|可选|可空|不可空|唯一|自动"
    r"|手填|填写|格式|长度|是/否|是或否|text|string|(?:var)?char|number|int(?:eger)?|float|decimal|date(?:time)?|bool(?:ean)?)"
    r"(?:型|类型|格式|选择|列表|框|项|生成|编号|名称|全称|内容)?(?:[,;(:/、].*)?"
)
_TITLE = re.compile(
    r"(?:附表|附件|表)\d*[:.、]?.*|.*(?:表|名单|台账|清单|明细|目录|一览|情况|统计|对照|汇总|附录)(?:\(.*\))?|.*\d{2,4}年.*|.*(?:季度|月份|上年|去年)(?:\(.*\))?"
)

_MAY_BE_NO_VALUE = re.compile(
    r"[合总小共]\s*计|累计|汇总|总[数和]|求和|计数|平均|均值|最[大小]值|^\s*[计∑Σ]\s*$|total|count|average"
    r"|示例|样例|范例|样本|举例|例|样表|比如|如[:：]|^\s*[xXｘＸ]{2}|某某|测试"
    r"|[填制]\s*表|填报|审核|复核|审批|经办|报送|打印|导出|统计|负责|领导|主管|联系|电话|签|章|单位|部门|日期|时间|共[\d,]",
    re.IGNORECASE,
)
ALONE = frozenset({
    "序号", "示例", "样例", "例", "范例", "手机",
    *(f"{first}计{after}" for gap in ("", " ", "  ", "   ", "    ", "\u3000", "\u3000\u3000")
      for first in (f"合{gap}", f"总{gap}", f"小{gap}", f"共{gap}") for after in ("", ":", "：")),
    *(f"{spelling}{after}" for word in ("total", "grand total", "subtotal", "sub total", "sum", "average", "count",
                                        "demo", "sample", "example", "xx", "xxx", "xxxx", "xxxxx")
      for spelling in (word, word.upper(), word.title(), word.capitalize()) for after in ("", ":")),
})  # fmt: skip
"""Words that are looked for in every cell of a line."""

_MEANINGS: tuple[tuple[Saying, re.Pattern[str]], ...] = (
    ("zero", _ZERO_REPORT),
    ("example", _EXAMPLE),
    ("total", _TOTAL),
    ("label", _LABELLED),
    ("note", _NOTE),
    ("foot", _FOOT),
    ("heading", _HEADING),
    ("note", _NUMBERED_NOTE),
    ("type", _TYPE),
    ("stand_in", _STAND_IN),
    ("title", _TITLE),
)

_SEQUENCES = ("甲乙丙丁戊己庚辛壬癸", "abcdefghijklmnopqrstuvwxyz", "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳", "一二三四五六七八九十")
_COUNTER = re.compile(r"[(（\[]?(?:第|c|col|column)?(\d{1,3})[)）\].列栏]?(?:=.*)?")
_COLUMNS_COUNTED = 3  # of fewer, a record may look like it
_QUANTITY = re.compile(r"[-+¥￥$]?[\d,]+(?:\.\d+)?(?:%|[^\d,.]{1,3})?|[-—/]+|共[\d,.]+[^\d]{0,3}")


@functools.lru_cache(maxsize=65_536)
def saying(text: str) -> Saying:
    """What kind of word or line a text is; blank where it is none that is known."""
    plain = squeezed(text).casefold()
    if unit_alone(plain):
        return "note"
    return next((kind for kind, pattern in _MEANINGS if pattern.fullmatch(plain)), "")


def is_total_alone(text: str) -> bool:
    """Whether a text is the bare word of a total, which nothing else is named."""
    return squeezed(text).casefold().rstrip(":") in _TOTAL_ALONE


def may_be_no_value(text: str) -> bool:
    """Whether a text is to be looked at more closely; of most it can be told at a glance that it is a value."""
    return _MAY_BE_NO_VALUE.search(text) is not None


def may_explain_columns(first: object) -> bool:
    """Whether a line that begins like this may number the columns, or say what belongs into them."""
    if not isinstance(first, str):
        return first == 1 or first is None
    place = _place(first)
    return not first.strip() or _TYPE.match(first) is not None or (place is not None and place[1] == 1)


def is_quantity(cell: object) -> bool:
    """Whether a cell is a number or a count, as ``2个``: what stands beside the word of a total."""
    return not isinstance(cell, str) or _QUANTITY.fullmatch(squeezed(cell)) is not None


def is_numbering(cells: list[object]) -> bool:
    """Whether the cells count the columns: 1 2 3, or 甲 乙 丙 1 2."""
    places = [_place(str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)) for cell in cells]
    if len(places) < _COLUMNS_COUNTED or places[0] is None or places[0][1] != 1:
        return False
    return all(
        here is not None and before is not None and here[1] == (before[1] + 1 if here[0] == before[0] else 1)
        for before, here in itertools.pairwise(places)
    )


def _place(text: str) -> tuple[str, int] | None:
    """The series that a text counts in, and its place there."""
    text = text.strip().casefold()
    counted = _COUNTER.fullmatch(text)
    if counted:
        return "1", int(counted[1])
    series = next((each for each in _SEQUENCES if len(text) == 1 and text in each), None)
    return (series, series.index(text) + 1) if series else None
