"""Workbooks of several sheets: all of the table is read, or the file is refused and the sheet is named."""

import pytest
import xlsxwriter

from pipelines import reading
from pipelines.contracts import contract_of
from tests.reading.books import HEADER, ROW, Read, sheets, workbook

VISITS = contract_of("instructor_visits")
P2, P3 = ["P-2", *ROW[1:]], ["P-3", *ROW[1:]]


def refused(payload: bytes) -> str:
    with pytest.raises(reading.UnreadableDelivery) as refusal:
        Read(payload)
    return refusal.value.reason_zh


def test_sheets_with_the_header_are_all_read() -> None:
    read = Read(sheets(桃源街道=[HEADER, ROW, P2], 粤海街道=[["粤海街道台账"], HEADER[:5], P3]))
    assert read.table.rows[["post_id", "_sheet", "_source_row"]].values.tolist() == [
        ["P-1", "桃源街道", 2], ["P-2", "桃源街道", 3], ["P-3", "粤海街道", 3],
    ]  # fmt: skip
    assert read.table.drift == reading.Drift()  # what one sheet lacks, the other has


def test_columns_stand_where_each_sheet_has_them() -> None:
    turned = [["启用日期", "阵地类型", "小区编号", "阵地编号", "备注"], ["2025-03-02", "托幼", "C-2", "P-2", "新"]]
    read = Read(sheets(甲=[HEADER, ROW], 乙=turned))
    assert read.values("post_id", "compound_id", "category") == [["P-1", "C-1", "养老"], ["P-2", "C-2", "托幼"]]
    assert read.table.drift == reading.Drift(added=("备注",))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("一季度", "二季度"),
        ("2024年", "2025年"),
        ("1月", "2月份"),
        ("十一月", "十二月"),
        ("台账", "去年台账"),
        ("台账", "2024年"),
        ("Q1", "Q2"),
    ],
)
def test_sheets_of_different_periods_are_refused(first: str, second: str) -> None:
    wide = [[*HEADER, "备注"], [*ROW, None, "旧"]]
    assert f"工作表“{first}”、“{second}”都有表头和数据，但不是同一时期" in refused(
        sheets(**{first: [HEADER, P2], second: wide})
    )


def test_titles_tell_periods_too() -> None:
    one, other = ([[f"{year}年一季度台账"], ["填报日期：2025年3月31日"], HEADER, ROW] for year in (2024, 2025))
    assert "不是同一时期" in refused(sheets(甲=one, 乙=other))


def test_streets_of_one_quarter_are_of_one_period() -> None:
    one, other = ([["2025年一季度台账"], HEADER, row] for row in (ROW, P2))
    assert Read(sheets(桃源街道=one, 粤海街道=other)).values("post_id") == ["P-1", "P-2"]


def test_an_empty_month_beside_the_filled_one_does_not_matter() -> None:
    assert Read(sheets(**{"1月": [HEADER], "2月": [HEADER, ROW], "3月": [HEADER]})).values("post_id") == ["P-1"]


def test_a_sheet_that_lacks_a_required_column_is_named() -> None:
    lacking = [["阵地编号", "小区编号", "阵地类型", "备注"], ["P-2", "C-1", "养老", "新"]]
    assert "工作表“乙”与“甲”是同一种表，但缺少必填列：启用日期" in refused(sheets(甲=[HEADER, ROW], 乙=lacking))


@pytest.mark.parametrize(
    "other",
    [
        [["小区编号", "小区名称"], ["C-1", "翠竹苑"]],
        [["填报说明"], ["1.请按季度报送"], ["2.面积为建筑面积"]],
        [
            ["字段", "类型", "必填", "说明", "示例"],
            ["阵地编号", "文本", "是", "由区统一编号", "P-1"],
            ["小区编号", "文本", "是", "见小区表", "C-1"],
        ],
        [["街道", "阵地数", "面积"], ["翠竹街道", 3, 120.5], ["东门街道", 5, 80]],
        [["养老"], ["托幼"], ["文体"]],
        [],
    ],
)
def test_other_sheets_do_not_matter(other: list[list[object]]) -> None:
    assert Read(sheets(台账=[HEADER, ROW], 其他=other)).values("post_id") == ["P-1"]


@pytest.mark.parametrize("title", [[], [["阵地台账（续表）"]]])
def test_a_sheet_that_goes_on_without_a_header_is_named(title: list[list[object]]) -> None:
    payload = sheets(台账=[HEADER, ROW], 续=[*title, P2, P3])
    assert "工作表“续”没有表头，像是“台账”的续表" in refused(payload)


def test_of_codes_and_texts_alone_the_code_tells_what_goes_on() -> None:
    contract = contract_of("compounds")
    header = ["小区编号", "小区名称", "街道", "社区"]
    table = [header, ["X-1", "翠竹苑", "翠竹街道", "翠竹社区"]]
    staff = [["姓名", "职务", "电话", "备注"], ["张三", "科长", "138", "无"]]
    assert len(Read(sheets(台账=table, 联络员=staff), contract).table) == 1
    with pytest.raises(reading.UnreadableDelivery, match="“Sheet2”没有表头"):
        Read(sheets(台账=table, Sheet2=[["X-2", "水贝", "翠竹街道", "水贝社区"]]), contract)


def with_hidden(shown: list[list[object]], hidden: list[list[object]], how: str = "hide") -> bytes:
    def write(book: xlsxwriter.Workbook) -> None:
        for name, rows in (("台账", shown), ("旧表", hidden)):
            sheet = book.add_worksheet(name)
            for index, row in enumerate(rows):
                sheet.write_row(index, 0, row)
        getattr(sheet, how)()

    return workbook(write)


@pytest.mark.parametrize("how", ["hide", "very_hidden"])
@pytest.mark.parametrize("shown", [[HEADER], [["南山区台账"]], []])
def test_data_on_a_hidden_sheet_alone_are_refused(shown: list[list[object]], how: str) -> None:
    assert "数据在隐藏的工作表“旧表”里" in refused(with_hidden(shown, [HEADER, ROW], how))


def test_a_hidden_copy_is_told_and_not_read() -> None:
    read = Read(with_hidden([HEADER, ROW], [HEADER, P2]))
    assert read.values("post_id") == ["P-1"]
    assert read.table.notes.remarks_zh == ("隐藏的工作表“旧表”也有数据，没有读取",)


def test_a_hidden_list_of_choices_is_not_told() -> None:
    assert Read(with_hidden([HEADER, ROW], [["养老"], ["托幼"]])).table.notes.remarks_zh == ()


@pytest.mark.parametrize(
    "rows",
    [
        [[header, value] for header, value in zip(HEADER, [*ROW, None], strict=True)],
        [
            ["阵地编号", "P-1", "小区编号", "C-1"],
            ["阵地类型", "养老", "面积(平方米)", 12.5],
            ["启用日期", "2025-03-01"],
        ],
        [
            ["编号", "指标", "数值"],
            *([n, header, value] for n, (header, value) in enumerate(zip(HEADER, ROW, strict=False))),
        ],
    ],
)
def test_a_table_that_stands_upright_is_told(rows: list[list[object]]) -> None:
    assert refused(sheets(台账=rows)).startswith("表格是竖排的")


def test_a_table_that_was_never_split_is_told() -> None:
    assert refused(sheets(台账=[[",".join(HEADER)], ["P-1,C-1,养老,12.5,2025-03-01,"]])).startswith("数据没有分列")


def test_three_rows_of_header() -> None:
    rows = [
        ["序号", "阵地编号", "阵地信息"],
        [None, None, "所属", "基本情况", None, "起止日期"],
        [None, None, "小区编号", "阵地类型", "面积(平方米)", "启用日期", "停用日期"],
        [1, "P-1", "C-1", "养老", 12.5, "2025-03-01"],
    ]
    assert Read(sheets(台账=rows)).values("post_id", "area_m2") == [["P-1", 12.5]]


@pytest.mark.parametrize(
    "label",
    [
        "1.阵地编号",
        "（1）阵地编号",
        "阵地编号（由区统一编号）",
        "阵地编号（请填写12位）",
        "阵地编号\n（必填，文本格式）",
        "3、阵地编号*",
    ],
)
def test_headers_that_are_numbered_or_explained(label: str) -> None:
    assert Read(sheets(台账=[[label, *HEADER[1:]], ROW])).values("post_id") == ["P-1"]


@pytest.mark.parametrize("label", ["阵地编号（旧）", "原阵地编号", "阵地编号2"])
def test_headers_that_say_something_else_are_other_columns(label: str) -> None:
    assert refused(sheets(台账=[[label, *HEADER[1:]], ROW])) == "缺少必填列：阵地编号"


def visits(*lines: list[object]) -> list[list[object]]:
    header: list[object] = ["记录编号", "指导员编号", "联系单位统一社会信用代码", "联系日期"]
    return [header, *lines]


def test_a_sheet_of_records_taken_back_is_read_beside_the_others() -> None:
    records = visits(["V-1", "I-1", "91440300MA5DC6TM2R", "2025-03-03"])
    read = Read(sheets(记录=records, 撤销=[["记录编号", "撤销"], ["V-8", "是"], ["V-9", "√"]]), VISITS)
    assert read.table.rows["visit_id"].tolist() == ["V-1", "V-8", "V-9"]
    assert read.parsed.withdrawals == {1, 2}
    assert read.defects == []


def test_a_sheet_of_records_taken_back_is_told_the_row_that_is_none() -> None:
    book = sheets(
        记录=visits(["V-1", "I-1", "91440300MA5DC6TM2R", "2025-03-03"]), 补充=[["记录编号", "撤销"], ["V-8", "否"]]
    )
    with pytest.raises(reading.MissingColumns) as refusal:
        Read(book, VISITS)
    assert refusal.value.reason_zh == (
        "缺少必填列：指导员编号、联系单位统一社会信用代码、联系日期（补充第 2 行没有写明撤销，不能缺少）"
    )


@pytest.mark.parametrize("name", ["示例", "填写样例", "样表", "范例1"])
def test_a_sheet_of_examples_beside_the_table_is_left_out_and_told(name: str) -> None:
    read = Read(sheets(**{name: [HEADER, ["P-0001", *ROW[1:]]], "台账": [HEADER, ROW, P2]}))
    assert read.values("post_id") == ["P-1", "P-2"]
    assert read.table.notes.remarks_zh == (f"工作表“{name}”是填写示例，没有读取",)


def test_a_table_that_was_written_over_the_examples_is_read() -> None:
    assert Read(sheets(示例=[HEADER, ROW], 说明=[["请逐行填写"]])).values("post_id") == ["P-1"]


@pytest.mark.parametrize("name", ["作废", "作废阵地", "台账（旧版）", "草稿"])
def test_a_sheet_of_records_that_count_no_more_is_named(name: str) -> None:
    assert f"工作表“{name}”有表头和数据，从名称看已经作废" in refused(
        sheets(**{"台账": [HEADER, ROW], name: [HEADER, P2]})
    )
    assert Read(sheets(**{name: [HEADER, ROW]})).values("post_id") == ["P-1"]
