"""Which lines below a header are records: totals, examples, feet and other tables never are, and none is lost."""

import pytest
import xlsxwriter

from pipelines.contracts import contract_of
from tests.reading.books import HEADER, ROW, Read, sheets, workbook

COMPOUNDS = contract_of("compounds")
COMPOUND = ["小区编号", "小区名称", "街道", "社区", "户数"]
X1 = ["X-1", "翠竹苑", "翠竹街道", "翠竹社区", 300]
LOOKBACKS = contract_of("review_lookbacks")
LOOKBACK = ["被回访单位", "记录编号", "回访日期", "结论"]


def compounds(*lines: list[object]) -> Read:
    return Read(sheets(台账=[COMPOUND, *lines]), COMPOUNDS)


def lookbacks(*lines: list[object]) -> Read:
    return Read(sheets(台账=[LOOKBACK, *lines]), LOOKBACKS)


@pytest.mark.parametrize(
    "line",
    [
        ["合计", "3个", "1个", "3个", 900], ["总计", 3, 1, 3, 900], ["Total", "3", "1", "3", "900"],
        ["汇总", "3", "—", "3"], ["翠竹街道 计数", 3, 3, 3, 3], ["平均值", 3, 3, 3], ["共3个", "3", "1", "3"],
        ["本页小计", "3", "1", "3"], ["GRAND TOTAL", 3, 1, 3],
        ["计", 3, 1, 3], ["∑", 3, 1, 3], ["TOTAL:", 3, 1, 3], ["最大值", 3, 1, 3], ["累计完成", 3, 1, 3],
        ["翠竹 Total", 3, 1, 3],
    ],
)  # fmt: skip
def test_a_total_with_all_cells_filled_is_quarantined(line: list[object]) -> None:
    read = compounds(X1, line)
    assert (read.values("compound_id"), read.defects) == (["X-1"], [(3, "compound_id", "total_line")])


@pytest.mark.parametrize(
    "line",
    [
        ["合计", None, None, None, 900],
        ["翠竹街道小计", "", "", "", 300],
        [None, "合 计", None, None, 300],
        ["共3个"],
        ["总数", "3"],
    ],
)
def test_a_total_that_leaves_cells_out_is_set_aside(line: list[object]) -> None:
    read = compounds(X1, line)
    assert (read.values("compound_id"), read.defects, read.lines_set_aside) == (["X-1"], [], 1)


@pytest.mark.parametrize("word", ["合计", "总 计", "小　计：", "Total"])
def test_a_cell_that_says_nothing_but_total_is_doubted_beside_whatever_key(word: str) -> None:
    read = compounds(
        X1, ["X-9", word, "2", "2", 500], ["X-8", word, "翠竹街道"], ["X-7", "合计苑", "翠竹街道", "翠竹社区"]
    )
    assert read.values("compound_id") == ["X-1", "X-7"]
    assert read.defects == [(3, "name", "total_line"), (4, "name", "total_line")]


def test_a_total_with_a_number_of_its_own_is_no_record() -> None:
    rows = [["序号", *COMPOUND], [1, *X1], [2, "合计", "1个", "1个", "1个", 300]]
    assert Read(sheets(台账=rows), COMPOUNDS).defects == [(3, "compound_id", "total_line")]


def test_a_record_that_is_named_like_a_total_is_a_record() -> None:
    read = lookbacks(["照明改造小计", "L-1", "2025-03-01", "已落实"], ["楼道照明累计", "L-2", None, "已落实"])
    assert read.values("unit", "lookback_id")[0] == ["照明改造小计", "L-1"]
    assert (len(read.table), read.lines_set_aside) == (2, 0)  # the other one lacks its date, and is told so


@pytest.mark.parametrize(
    "line",
    [
        ["单位：南山区城管局", "L-1", "2025-03-01", "已落实"],
        ["联系人：张三", "L-1", "2025-03-01", "已落实"],
        ["注：某局", "L-1", "2025-03-01", "已落实"],
        ["单位：南山区城管局", "L-1", None, "已落实"],
    ],
)
def test_a_record_that_begins_like_a_signature_is_a_record(line: list[object]) -> None:
    read = lookbacks(line)
    assert (len(read.table), read.lines_set_aside) == (1, 0)


@pytest.mark.parametrize(
    "line",
    [
        ["（续表）"], ["续表2"], ["以下空白"], ["（以下无正文）"], ["第1页，共3页"], ["1/3页"],
        ["打印时间：2025-03-31 10:00"],
        ["导出时间：2025-03-31", "导出人：张三"], ["数据来源：区民政局"], ["统计时间：2025年3月31日"],
        ["抄送：市委社会工作部"],
        ["1.本表由各区填报"], ["2、面积为建筑面积"], ["共2条记录"], ["说明", "本表按季度填报"], ["制表：张三"],
        ["填表人", "张三", "联系电话", "138", None], ["单位负责人（签字）：", " ", None, "填表人："],
        ["2025年3月31日"],
        ["南山区委社会工作部（盖章）"], ["--- 表尾 ---"], ["※带*为必填"], ["一、翠竹街道"], ["（二）东门街道"],
        ["备注：略"],
    ],
)  # fmt: skip
def test_feet_and_headings_of_pages_are_set_aside(line: list[object]) -> None:
    read = compounds(X1, line)
    assert (read.values("compound_id"), read.defects, read.lines_set_aside) == (["X-1"], [], 1)


def test_a_key_alone_may_be_a_record() -> None:
    read = compounds(X1, ["X-2"], ["东门街道"])
    assert (len(read.table), read.lines_set_aside) == (3, 0)


@pytest.mark.parametrize("mark", ["示例", "例", "样例", "（示例）", "示例1"])
def test_a_line_that_is_numbered_as_an_example_is_set_aside(mark: str) -> None:
    read = Read(sheets(台账=[["序号", *COMPOUND], [mark, *X1], [1, "X-2", *X1[1:]]]), COMPOUNDS)
    assert (read.values("compound_id"), read.lines_set_aside) == (["X-2"], 1)


@pytest.mark.parametrize("place", [0, 5])
def test_what_says_elsewhere_that_it_is_an_example_is_quarantined(place: int) -> None:
    line: list[object] = [*X1, ""]
    line[place] = "示例：X-0001，请勿删除"
    read = Read(sheets(台账=[[*COMPOUND, "备注"], line, ["X-2", *X1[1:]]]), COMPOUNDS)
    assert read.values("compound_id") == ["X-2"]
    assert [rule for _, _, rule in read.defects] == ["example_line"]


@pytest.mark.parametrize(
    "key", ["（示例）X-0", "【例】X-0", "例如X-1", "如：X-1", "XXX", "ｘｘ", "某某", "样本", "测试", "demo"]
)
def test_a_key_that_stands_for_another_is_an_example(key: str) -> None:
    read = compounds([key, *X1[1:]], X1)
    assert (read.values("compound_id"), read.defects) == (["X-1"], [(2, "compound_id", "example_line")])


@pytest.mark.parametrize("name", ["某某(筹)", "测试", "样本", "XX"])
def test_a_name_that_would_be_no_key_is_a_name(name: str) -> None:
    assert compounds(["X-1", name, *X1[2:]]).values("name") == [name]


def test_a_name_that_speaks_of_samples_is_a_name() -> None:
    assert compounds(["X-1", "翠竹苑（样例）", "翠竹街道", "翠竹社区", 3]).values("name") == ["翠竹苑（样例）"]


@pytest.mark.parametrize(
    "line",
    [
        ["甲", "乙", "丙", "丁", 1], [1, 2, 3, 4, 5], ["1", "2", "3", "4", "5"], ["(1)", "(2)", "(3)", "(4)", "(5)"],
        ["A", "B", "C", "D", "E"], ["必填", "必填", "必填", "必填", "选填"],
        ["文本", "文本，全称", "下拉选择", "下拉", "整数"], ["填写编号", "填写名称", "下拉选择", "下拉选择", "数字"],
        ["第1列", "第2列", "第3列", "第4列", "第5列"], ["c1", "c2", "c3", "c4", "c5"],
        ["compound_id", "name", "street", "community", "households"],
    ],
)  # fmt: skip
def test_a_line_that_explains_the_columns_is_set_aside(line: list[object]) -> None:
    read = compounds(line, X1)
    assert (read.values("compound_id"), read.lines_set_aside) == (["X-1"], 1)


def test_records_of_small_numbers_are_records() -> None:
    assert compounds(X1, ["1", "2", "3", "4", 5]).values("compound_id") == ["X-1", "1"]
    assert compounds(["1", "二号苑", "翠竹街道", "翠竹社区", 2]).values("compound_id") == ["1"]


@pytest.mark.parametrize("mark", ["同上", "〃", '"', "″", "同前", " 同上 ", "ditto"])
def test_marks_for_the_line_above_are_doubted(mark: str) -> None:
    read = lookbacks(["城管局", "L-1", "2025-03-01", "已落实"], [mark, "L-2", mark, "已落实"])
    assert read.values("lookback_id") == ["L-1"]
    assert sorted(read.defects) == [(3, "unit", "ditto"), (3, "visited_on", "ditto")]


def test_another_table_below_is_quarantined() -> None:
    read = compounds(
        X1,
        [],
        ["撤销小区名单"],
        ["序号", "小区名称", "街道", "社区", "原户数"],
        ["1", "老围", "翠竹街道", "水贝社区", 8],
    )
    assert read.values("compound_id") == ["X-1"]
    assert (read.defects, read.lines_set_aside) == ([(6, "compound_id", "second_table")], 2)
    assert "在另一张表“撤销小区名单”里" in read.reasons[0]


def test_another_table_without_a_label_of_ours_is_quarantined() -> None:
    read = compounds(X1, [], ["各街道联络员"], ["姓名", "职务", "电话", "备注"], ["张三", "科长", "138", "无"])
    assert read.values("compound_id") == ["X-1"]
    assert {rule for _, _, rule in read.defects} == {"second_table"}


@pytest.mark.parametrize("key", ["\u202dX-2\u202c", "'X-2", "Ｘ-2", ' ="X-2"'])
def test_a_heading_above_a_record_whose_key_is_guarded_begins_no_table(key: str) -> None:
    read = compounds(X1, [], ["东门街道"], [key, *X1[1:]])
    assert read.values("compound_id")[-1] == "X-2"
    assert "second_table" not in {rule for _, _, rule in read.defects}


def test_a_record_of_several_lines_of_text_is_no_gap() -> None:
    text = ",".join(COMPOUND) + '\nX-1,"翠竹\n苑",翠竹街道,翠竹社区,300\n东门街道\nY/2,水贝,东门街道,水贝社区,5\n'
    assert Read(text, COMPOUNDS).values("compound_id")[-1] == "Y/2"


def test_the_same_header_under_another_title_is_another_table() -> None:
    rows = [["2025年一季度"], COMPOUND, X1, [], ["2024年四季度（对照）"], COMPOUND, ["X-2", *X1[1:]]]
    read = Read(sheets(台账=rows), COMPOUNDS)
    assert (read.values("compound_id"), read.defects) == (["X-1"], [(7, "compound_id", "second_table")])


@pytest.mark.parametrize("title", ["小区台账", "小区台账（续表）", "小区台账（第2页）", "续表"])
def test_the_same_header_on_another_page_goes_on(title: str) -> None:
    rows = [["小区台账"], COMPOUND, X1, [title], COMPOUND, ["X-2", *X1[1:]]]
    read = Read(sheets(台账=rows), COMPOUNDS)
    assert (read.values("compound_id"), read.lines_set_aside) == (["X-1", "X-2"], 2)


def test_a_header_in_another_order_is_another_table() -> None:
    other = ["小区名称", "小区编号", "街道", "社区", "户数"]
    assert compounds(X1, other, ["水贝", "X-2", "翠竹街道", "水贝社区", 3]).defects == [
        (4, "compound_id", "second_table")
    ]


def test_a_table_at_the_side_is_no_record() -> None:
    rows = [[*COMPOUND, None, "所在街道", "数量"], [*X1, None, "翠竹街道", 5], [None] * 6 + ["合计", 14]]
    read = Read(sheets(台账=rows), COMPOUNDS)
    assert (read.values("compound_id"), read.lines_set_aside) == (["X-1"], 1)


def test_a_line_longer_than_the_header_is_quarantined() -> None:
    text = ",".join(COMPOUND) + "\nX-1,翠竹苑,翠竹街道,翠竹社区,1,234\nX-2,翠竹苑,翠竹街道,翠竹社区,234,,\n"
    read = Read(text, COMPOUNDS)
    assert (read.values("compound_id"), read.defects) == (["X-2"], [(2, "households", "long_line")])
    assert "多出内容“234”" in read.reasons[0]


REVIEW = "工单编号,期次编号,诉求类别,责任单位,评议日期,评议得分,诉求编号"


def reviews(*lines: str) -> Read:
    return Read("\n".join([REVIEW, *lines]), contract_of("review_orders"))


def test_a_comma_without_quotes_is_seen_where_the_last_columns_are_blank() -> None:
    read = reviews(
        "O-1,S-1,噪音,城管局,2025-03-03,9,A-1",
        "O-2,S-1,噪音,城管局,2025-03-03,1,234,",
        "O-3,S-1,噪音,城管局,2025-03-03,8,",
    )
    assert (read.values("order_id"), read.defects) == (["O-1", "O-3"], [(3, "appeal_id", "long_line")])
    assert "多出内容“（空白）”" in read.reasons[0]


def test_a_number_in_two_fields_is_seen_in_a_line_alone() -> None:
    assert reviews("O-2,S-1,噪音,城管局,2025-03-03,1,234,").defects == [(2, "appeal_id", "long_line")]


@pytest.mark.parametrize("tail", ["", ",", ",,"])
def test_a_line_that_is_longer_than_the_ones_around_it_is_doubted(tail: str) -> None:
    short, long = f"O-1,S-1,噪音,城管局,2025-03-03,9,{tail}", f"O-2,S-1,噪音,城管局,2025-03-03,9,A-2,{tail}"
    assert reviews(short, long, short.replace("O-1", "O-3")).defects == [(3, "appeal_id", "long_line")]
    assert reviews(short, long).defects == [(3, "appeal_id", "long_line")]


@pytest.mark.parametrize("lines", [1, 2, 3])
def test_delimiters_behind_every_line_do_not_matter(lines: int) -> None:
    assert len(reviews(*(f"O-{n},S-1,噪音,城管局,2025-03-03,9,A-2,," for n in range(lines))).good) == lines


def test_every_filled_line_is_a_row_or_set_aside() -> None:
    lines = [X1, ["合计", None, None, None, 1], ["X-2"], ["示例：X", *X1[1:]], ["第1页，共1页"], [None], ["备注：无"]]
    read = compounds(*lines)
    assert len(read.table) + read.lines_set_aside == 6


@pytest.mark.parametrize("blank", [" ", "\u3000", "\u200b", "\ufeff"])
def test_a_line_of_which_nothing_is_seen_is_no_line(blank: str) -> None:
    read = compounds(X1, [blank] * 5, ["X-2", *X1[1:]])
    assert (read.values("compound_id"), read.defects, read.lines_set_aside) == (["X-1", "X-2"], [], 0)


def test_a_report_of_nothing_says_so() -> None:
    said = Read(sheets(台账=[HEADER, ["零报告"]])).table.notes
    above = Read(sheets(台账=[["一季度台账（零报告）"], HEADER])).table.notes
    not_said = Read(sheets(台账=[HEADER, ["本季度无"]])).table.notes
    assert (said.says_zero, above.says_zero, not_said.says_zero) == (True, True, False)


def test_hidden_rows_are_read_and_told() -> None:
    def write(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("台账")
        for index, row in enumerate([HEADER, ROW, ["P-2", *ROW[1:]]]):
            sheet.write_row(index, 0, row)
        sheet.set_row(2, None, None, {"hidden": True})

    read = Read(workbook(write))
    assert read.values("post_id") == ["P-1", "P-2"]
    assert read.table.notes.remarks_zh == ("工作表“台账”有 1 行被隐藏或筛选，已照常读取",)


def test_doubted_lines_show_nothing_of_persons() -> None:
    contract = contract_of("instructors")
    text = "指导员编号,姓名,联系电话,选派日期\n示例：I-1,张三丰,13800138000,2025-03-01,李四光\n"
    read = Read(text, contract)
    told = " ".join([*read.reasons, *read.parsed.defects["value"]])
    assert read.defects
    assert not any(said in told for said in ("张三丰", "李四光", "13800138000"))
