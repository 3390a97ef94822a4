"""The kinds of cells and lines that are doubted, each with the reason that its provider reads."""

import dataclasses

from pipelines.contracts import Column
from pipelines.reading import guide

HIDDEN = "…"
"""In the place of what stands in a cell that tells of a person."""


@dataclasses.dataclass(frozen=True)
class Kind:
    """What is doubtful, and what its provider should do.

    ``entry`` is where the guide tells more. ``reason_zh`` follows the name of the column or the line; ``{}`` in it is
    what the sheet shows.
    """

    rule: str
    entry: guide.Entry
    reason_zh: str

    def reason(self, what_zh: str, shown: object = HIDDEN) -> str:
        """The whole reason for the provider, of the cell or line that ``what_zh`` names.

        Not to be shown is what a cell says of a person.
        """
        return f"{what_zh}{self.reason_zh.format(shown)}{self.entry.see_zh}"


@dataclasses.dataclass(frozen=True)
class Doubt:
    """A cell that may not mean what it says, or a line that may be no record; ``column`` is the contract's name."""

    kind: Kind
    column: str
    reason_zh: str
    shown: str

    @property
    def is_of_line(self) -> bool:
        return self.kind in LINE_KINDS


ERROR_VALUE = Kind("error_value", guide.ERROR_VALUE, "是错误值“{}”；请改正公式，或直接填写内容")
SHOWN_OTHERWISE = Kind(
    "shown_otherwise", guide.SHOWN_OTHERWISE, "显示为“{}”，与存储的数值不同；请改为常规格式后重新填写"
)
NOT_SHOWN = Kind("shown_otherwise", guide.SHOWN_OTHERWISE, "的数字格式使内容看不出来；请改为常规格式后重新填写")
CODE_BECAME_DATE = Kind(
    "code_became_date",
    guide.CODE_BECAME_DATE,
    "被 Excel 改成了日期“{}”，原来的编号无法还原；请把该列设为文本格式后重新填写",
)
LOST_PRECISION = Kind(
    "lost_precision", guide.LOST_PRECISION, "被 Excel 改成了科学计数，末尾的数字已丢失；请把该列设为文本格式后重新填写"
)
STRUCK_OUT = Kind("struck_out", guide.STRUCK_OR_RAISED, "带有删除线，无法判断是否有效；请删去作废的内容，或取消删除线")
RAISED = Kind("raised_characters", guide.STRUCK_OR_RAISED, "中有上标或下标，可能是脚注号；请把它删去，或写成普通文字")
ANNOTATED = Kind("annotated", guide.SPECIAL_CHARACTERS, "“{}”中有脚注号或特殊字符；请只填写内容本身")
GUARDED = Kind("stray_characters", guide.SPECIAL_CHARACTERS, "“{}”中有多余的引号或符号；请只填写内容本身")
DAMAGED = Kind("damaged_text", guide.DAMAGED, "“{}”是乱码，原来的文字已丢失；请重新填写，并以 UTF-8 或 GBK 编码保存")
TOO_NARROW = Kind("too_narrow", guide.TOO_NARROW, "只有“####”：保存时列宽不够，内容已丢失；请加宽该列后重新保存")
LAST_MINUTE = Kind("last_minute", guide.LAST_MINUTE, "的时间是“{}”，日期可能被程序提前了一天；请只填写日期")
DAY_OF_1904 = Kind("day_of_1904", guide.DAYS_OF_1904, "的“{}”是文本，而该工作簿从 1904 年起计算日期；请填写完整日期")
DITTO = Kind("ditto", guide.DITTO, "写的是“{}”；请填写实际内容")
MERGED_NUMBER = Kind("merged_number", guide.MERGED, "与上面的行合并，数字只算在第一行；请取消合并，逐行填写")
NOT_ONE_VALUE = Kind("not_one_value", guide.OF_PLATFORMS, "应当是一个值，而不是对象或列表")
CONTESTED = Kind("contested_field", guide.OF_PLATFORMS, "在同一条记录里给了不同的值“{}”；请只给一次")
TRUTH_FOR_TEXT = Kind("truth_for_text", guide.OF_PLATFORMS, "是“{}”，不是应有的文字或编号；没有内容时请给 null")
LONG_NUMBER = Kind(
    "lost_precision", guide.OF_PLATFORMS, "是带小数或超过 19 位的长数字，末尾可能已丢失；请以带引号的字符串给出"
)
START_OF_COUNTING = Kind(
    "start_of_counting", guide.OF_PLATFORMS, "是“{}”，即计时的起点，不是真实的时间；没有时间时请给 null"
)

TOTAL = Kind("total_line", guide.TOTAL, "像是合计行，不是一条记录；请删去，或把合计放在表格以外")
EXAMPLE = Kind("example_line", guide.EXAMPLE, "像是填写示例，不是一条记录；请删去示例行")
SECOND_TABLE = Kind("second_table", guide.SECOND_TABLE, "在另一张表“{}”里；请每个文件只放一张表")
LONG_LINE = Kind(
    "long_line", guide.LONG_LINE, "比表头多出内容“{}”，可能有未加引号的逗号使后面的内容移位；请改正后重新报送"
)
MERGED_KEY = Kind(
    "merged_key", guide.MERGED, "与其他行合并在一个单元格里，几条记录不能共用一个编号；请取消合并，逐行填写"
)
DAMAGED_LINE = Kind("damaged_line", guide.DAMAGED, "中有无法识别的字节，内容可能残缺；请核对这一行后重新保存")

LINE_KINDS = frozenset({TOTAL, EXAMPLE, SECOND_TABLE, LONG_LINE, MERGED_KEY, DAMAGED_LINE})


def cell_doubt(kind: Kind, column: Column, shown: object) -> Doubt:
    """The doubt about a cell."""
    return Doubt(kind, column.name, kind.reason(f"“{column.header}”", HIDDEN if column.pii else shown), str(shown))


def line_doubt(kind: Kind, column: str, shown: str) -> Doubt:
    """The doubt about a whole line, told of one of its columns."""
    return Doubt(kind, column, kind.reason("这一行", shown), shown)
