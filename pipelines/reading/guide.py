"""The entries of the guide that reasons point to: each kind of trouble, what is done with it, what to do about it.

They are written for who sends the files. ``make docs`` writes docs/reading.md from them, and tests prove of each entry
what it says is done.
"""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Entry:
    """A line of the guide: what is met, in which cases, what is done with it, and what its provider should do."""

    title_zh: str
    cases_zh: str
    done_zh: str
    advice_zh: str

    @property
    def see_zh(self) -> str:
        """Where the provider reads on; the end of a reason."""
        return f"（见读取说明“{self.title_zh}”）"


ERROR_VALUE = Entry("错误值", "`#REF!`、`#N/A`、`#DIV/0!` 等", "退回该行", "改正公式，或直接填写内容")
NO_RESULT = Entry("没有结果的公式", "公式由程序写入，从未计算", "退回整份文件", "用 Excel 打开并保存")
SHOWN_OTHERWISE = Entry(
    "显示与存储不一致", "百分比、折、按千缩放、隐藏数值的数字格式", "退回该行", "改为常规格式后重新填写"
)
CODE_BECAME_DATE = Entry("编号变成日期", "3-1 被改成 3月1日", "退回该行", "把该列设为文本格式后重新填写")
LOST_PRECISION = Entry("长编号变成科学计数", "4.40301E+17", "退回该行", "把该列设为文本格式后重新填写")
DAYS_OF_1904 = Entry(
    "1904 日期系统", "1904 年起算的工作簿里，日期写成文本数字", "退回该行；数字和日期照常读取", "填写完整日期"
)
LAST_MINUTE = Entry("日期带 23:59", "2025-02-28 23:59:17", "退回该行", "只填写日期")
STRUCK_OR_RAISED = Entry("删除线和上下标", "部分文字带删除线、上标或下标", "退回该行", "删去作废内容和脚注号")
SPECIAL_CHARACTERS = Entry("脚注号和特殊字符", "120①、12²、多余的引号、1,001 作编号", "退回该行", "只填写内容本身")
DAMAGED = Entry(
    "乱码", "`�`、锟斤拷、???，或个别字节损坏", "退回该行；整份都是乱码则退回整份文件", "用原来的文件重新保存"
)
TOO_NARROW = Entry("只有####", "保存时列宽不够", "退回该行", "加宽该列后重新保存")
DITTO = Entry("同上", "同上、〃", "退回该行", "填写实际内容")
REPEATED_KEY = Entry(
    "编号重复",
    "一份文件里同一编号有几行，内容不同（有更新时间的数据流以最新的为准）",
    "这几行都退回",
    "只保留正确的一行",
)
MERGED = Entry(
    "合并单元格",
    "几条记录共用一个编号；数字跨行合并",
    "编号：这几行都退回；数字：照常读取，只算第一行",
    "取消合并，逐行填写",
)
TOTAL = Entry("合计行", "合计、小计、总计、Total", "有空缺的不计入记录；填满的退回该行", "删去，或放在表格以外")
EXAMPLE = Entry("示例行", "示例、样例、例", "序号处写明的不计入记录；其他退回该行", "删去示例行")
SECOND_TABLE = Entry("一张表下面的另一张表", "下方另有标题和表头", "其中的行都退回", "每个文件只放一张表")
LONG_LINE = Entry("内容比表头多", "文字里有未加引号的逗号", "退回该行", "给含逗号的内容加引号")
SHEETS = Entry(
    "多张工作表",
    "各街道一张表；续表；不同时期的表；作废、旧版的表；示例",
    "表头齐全的照常读取；缺列、没有表头、时期不同、作废的退回整份文件；另有数据时，名为“示例”的不读取并提示",
    "补齐表头，只保留本期",
)
HIDDEN = Entry(
    "隐藏的内容",
    "隐藏的行、列、工作表",
    "隐藏的行照常读取并提示；数据只在隐藏的工作表里则退回整份文件",
    "取消隐藏，或删去",
)
UNIT = Entry(
    "单位",
    "单位：万元，而该列应以元填报",
    "约定可以换算的单位照常读取，换算并提示；其他的退回整份文件",
    "换算后重新报送",
)
NOT_SPLIT = Entry("没有分列", "整行内容在一个单元格里", "退回整份文件", "用“数据→分列”分列")
UPRIGHT = Entry("竖排的表", "列名写在一列里", "退回整份文件", "列名放在同一行")
ENCODING = Entry("文件编码", "一个文件里两种编码", "退回整份文件", "另存为 UTF-8")
OTHER_FORMAT = Entry(
    "其他格式的文件",
    "xls、xlsb、ods、pdf、docx、rar、7z、网页、图片等",
    "退回整份文件",
    "另存为 xlsx，或发送 csv、zip",
)
FEW_ROWS = Entry(
    "空表",
    "台账没有数据行，或比上一份少了大半",
    "没有数据行的退回整份文件（上一份继续有效）；少了大半的照常读取并提示",
    "确已全部结束的，在表中写明“零报告”",
)
MISFILED = Entry(
    "报错单位",
    "填报单位是别的单位，或内容与别的单位报送的完全相同",
    "照常读取并提示；两者都是的退回整份文件",
    "报送本单位的文件",
)
OF_PLATFORMS = Entry(
    "平台数据",
    "字段是对象或列表，或给了两个不同的值；文字、编号给成 true、false 或末尾已丢失的长数字；1970 年的零时",
    "退回该行",
    "每个字段给一个值，编号用带引号的字符串，没有内容时给 null",
)

ENTRIES = (
    ERROR_VALUE, NO_RESULT, SHOWN_OTHERWISE, CODE_BECAME_DATE, LOST_PRECISION, DAYS_OF_1904, LAST_MINUTE,
    STRUCK_OR_RAISED, SPECIAL_CHARACTERS, DAMAGED, TOO_NARROW, DITTO, REPEATED_KEY, MERGED, TOTAL, EXAMPLE,
    SECOND_TABLE, LONG_LINE, SHEETS, HIDDEN, UNIT, NOT_SPLIT, UPRIGHT, ENCODING, OTHER_FORMAT, FEW_ROWS, MISFILED,
    OF_PLATFORMS,
)  # fmt: skip
"""All of them, in the order of the guide: cells, lines, sheets, files, lists."""
