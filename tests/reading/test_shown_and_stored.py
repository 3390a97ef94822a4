"""What a sheet shows and what its file stores can differ: the shown is meant, or the cell is doubted."""

import datetime

import pandas as pd
import pytest
import xlsxwriter

from pipelines import reading
from pipelines.contracts import contract_of
from tests.reading.books import HEADER, ROW, SHEET, WORKBOOK, Read, posts, with_part, workbook

ORDERS = contract_of("review_orders")
PROJECTS = contract_of("micro_projects")


@pytest.mark.parametrize(
    ("code", "number", "shown"),
    [
        ("000", 7, "007"), ('"NS-"0000', 2, "NS-0002"), ("00\\-00", 1203, "12-03"), ("#,##0", 1203, "1203"),
        ("@", 7, "7"), ("0_ ", 7, "7"), ('0"号"', 7, "7号"),
    ],
)  # fmt: skip
def test_a_code_is_what_its_number_format_shows(code: str, number: int, shown: str) -> None:
    assert Read(posts(ROW, A2=(number, {"num_format": code}))).values("post_id") == [shown]


@pytest.mark.parametrize("code", [";;;", "[DBNum1]0", "0.00E+00"])
def test_a_code_whose_number_format_shows_who_knows_what_is_doubted(code: str) -> None:
    read = Read(posts(ROW, A2=(7, {"num_format": code})))
    assert read.defects == [(2, "post_id", "shown_otherwise")]


@pytest.mark.parametrize("code", ["yyyy-mm-dd", 'm"月"d"日"', "d-mmm", "mm:ss", "[h]:mm", "[$-804]aaaa"])
def test_a_code_that_excel_took_for_a_date_is_doubted(code: str) -> None:
    read = Read(posts(ROW, A2=(45717.01, {"num_format": code})))
    assert read.defects == [(2, "post_id", "code_became_date")]


@pytest.mark.parametrize(
    "text", ["3月1日", "2025/3/1", "1-Mar", "Mar-25", "72:00:00", "23:44:51.894", "2025-03-01 00:00:00", "2025年3月"]
)
def test_a_code_that_was_saved_as_a_date_is_doubted(text: str) -> None:
    assert Read(posts([text, *ROW[1:]])).defects == [(2, "post_id", "code_became_date")]


@pytest.mark.parametrize("text", ["3-1", "2025-03", "A-3-1", "3/1"])
def test_a_code_with_a_dash_is_no_date(text: str) -> None:
    assert Read(posts([text, *ROW[1:]])).values("post_id") == [text]


def scores(*cells: tuple[object, str]) -> Read:
    def write(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["工单编号", "期次编号", "诉求类别", "责任单位", "评议日期", "评议得分"])
        for line, (score, code) in enumerate(cells, start=1):
            sheet.write_row(line, 0, [f"O-{line}", "S-1", "噪音", "区城管局", "2025-03-03"])
            sheet.write(line, 5, score, book.add_format({"num_format": code}))

    return Read(workbook(write), ORDERS)


@pytest.mark.parametrize("number", [0.45, 0.0])
def test_a_number_with_a_digit_of_the_format_is_doubted_however_small(number: float) -> None:
    assert scores((number, '0"0"')).defects == [(2, "score", "shown_otherwise")]


@pytest.mark.parametrize("code", ["0%", "0.0%", '0.0"折"', "0,", '"1"0', ";;;", '0"成"', "yyyy-mm-dd"])
def test_a_number_that_is_shown_as_another_is_doubted(code: str) -> None:
    (defect,) = scores((9.5, code)).defects
    assert defect[:2] == (2, "score")
    assert defect[2] in {"shown_otherwise", "type_decimal"}


@pytest.mark.parametrize(
    "code", ["0", "0.00", "#,##0.00", '0.0"分"', "_ * #,##0.00_ ;_ * -#,##0.00_ ", "0;-0;;@", "# ?/?"]
)
def test_a_number_in_another_form_is_that_number(code: str) -> None:
    assert scores((9.5, code)).values("score") == [9.5]


def test_the_reason_names_the_column_and_what_is_shown() -> None:
    assert scores((0.95, "0%")).reasons == [
        "“评议得分”显示为“95%”，与存储的数值不同；请改为常规格式后重新填写（见读取说明“显示与存储不一致”）"
    ]


def budgets(code: str, number: float) -> Read:
    def write(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["项目编号", "项目名称", "项目类别", "受益群体", "社区", "立项金额(元)"])
        sheet.write_row(1, 0, ["M-1", "凉亭", "工程类", "普惠", "桃源社区"])
        sheet.write(1, 5, number, book.add_format({"num_format": code}))

    return Read(workbook(write), PROJECTS)


@pytest.mark.parametrize(
    ("code", "number"), [('0!.0,"万"', 500_000), ('[>=10000]0!.0,"万";0', 500_000), ('0"元"', 50), ("¥#,##0.00", 50.5)]
)
def test_an_amount_that_is_shown_in_ten_thousands_is_that_amount(code: str, number: float) -> None:
    assert budgets(code, number).values("budget_cny") == [number]


@pytest.mark.parametrize(
    ("code", "number"), [('0!.0,"万元"', 0.4), ('0!.0,"万元"', 0), ('0"万元"', 0), ('0!.0,"万"', 499)]
)
def test_an_amount_too_small_for_the_unit_it_is_shown_in_is_that_amount(code: str, number: float) -> None:
    assert budgets(code, number).values("budget_cny") == [number]


@pytest.mark.parametrize(("code", "number"), [('0.0"万元"', 0.04), ('0.000"万"', 0.0004)])
def test_an_amount_that_may_be_in_either_unit_is_doubted(code: str, number: float) -> None:
    assert budgets(code, number).defects == [(2, "budget_cny", "shown_otherwise")]


def test_an_amount_with_another_unit_in_its_format_refuses_the_file() -> None:
    with pytest.raises(
        reading.UnreadableDelivery, match="第 2 行：“立项金额\\(元\\)”的数字格式显示单位为“万元”，应以“元”填报"
    ):
        budgets('0"万元"', 50)


@pytest.mark.parametrize("code", ["yyyy-mm-dd", "General", "0", "@", "[$-804]aaaa", 'yyyy"年"m"月"'])
def test_days_of_a_workbook_that_counts_from_1904(code: str) -> None:
    def write(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, ROW)
        sheet.write_number("E2", 44255, book.add_format({"num_format": code}))  # 45717 - 1462

    assert Read(workbook(write, date_1904=True)).values("opened_on") == [pd.Timestamp("2025-03-01")]


def test_a_day_of_1904_that_is_typed_as_text_is_doubted() -> None:
    def write(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, [*ROW[:4], "44255"])
        sheet.write_row(2, 0, ["P-2", *ROW[1:4], "2025-03-02"])

    read = Read(workbook(write, date_1904=True))
    assert read.defects == [(2, "opened_on", "day_of_1904")]
    assert read.values("opened_on") == [pd.Timestamp("2025-03-02")]


@pytest.mark.parametrize("number", [45716.999502, 45716.9993056])  # 23:59:17 and 23:59:00 on the day before
def test_a_date_in_the_last_minute_of_a_day_is_doubted(number: float) -> None:
    assert Read(posts(ROW, E2=(number, {"num_format": "yyyy-mm-dd"}))).defects == [(2, "opened_on", "last_minute")]


def test_a_date_a_hair_before_midnight_is_the_next_day() -> None:
    read = Read(posts(ROW, E2=(45716.9999999999, {"num_format": "yyyy-mm-dd"})))
    assert read.values("opened_on") == [pd.Timestamp("2025-03-01")]


@pytest.mark.parametrize("text", ["2025-02-28 23:59:17", "2025/2/28 23:59:43", "2025-02-28T15:59:17Z"])
def test_a_written_date_with_such_a_time_is_doubted(text: str) -> None:
    assert Read(posts([*ROW[:4], text])).defects == [(2, "opened_on", "last_minute")]


@pytest.mark.parametrize("text", ["2025-02-28 23:59:59", "2025-02-28 23:59", "2025-02-28 16:00:00"])
def test_a_written_end_of_a_day_is_that_day(text: str) -> None:
    assert Read(posts([*ROW[:4], text])).values("opened_on") == [pd.Timestamp("2025-02-28")]


@pytest.mark.parametrize(
    "name", ["#REF!", "#N/A", "#DIV/0!", "#SPILL!", "#GETTING_DATA", "#CALC!", "#BUSY!", "#NEW_ONE!"]
)
def test_a_cell_that_shows_an_error_is_doubted(name: str) -> None:
    payload = posts(["P-1", *ROW[1:]], ["P-2", *ROW[1:]], F2=1)
    read = Read(with_part(payload, SHEET, '<c r="F2"><v>1</v></c>', f'<c r="F2" t="e"><f>X1</f><v>{name}</v></c>'))
    assert read.defects == [(2, "closed_on", "error_value")]
    assert read.values("post_id") == ["P-2"]
    assert f"“停用日期”是错误值“{name}”" in read.reasons[0]


def test_an_error_outside_of_the_table_does_not_matter() -> None:
    payload = posts(ROW, H9=1)
    error = '<c r="H9" t="e"><f>X1</f><v>#SPILL!</v></c>'
    read = Read(with_part(payload, SHEET, '<c r="H9"><v>1</v></c>', error))
    assert read.values("post_id") == ["P-1"]
    assert read.lines_set_aside == 1


@pytest.mark.parametrize("text", ["#REF!", "#VALUE!", "#N/A", "Err:508", "########"])
@pytest.mark.parametrize("column", [0, 4, 5])
def test_an_error_that_was_saved_as_text_is_doubted(text: str, column: int) -> None:
    row = [*ROW, ""]
    row[column] = text
    ((_, _, rule),) = Read(posts(row)).defects
    assert rule == ("too_narrow" if text.startswith("##") else "error_value")


@pytest.mark.parametrize(
    "cell",
    ["<f>DATE(2025,3,20)</f>", "<f>DATE(2025,3,20)</f><v></v>", "<f>DATE(2025,3,20)</f><v/>", "<f>A1</f><v>0</v>"],
)  # the last one as a program wrote it that leaves the results to whoever opens the file
def test_a_formula_without_result_refuses_the_file(cell: str) -> None:
    payload = with_part(posts(ROW, F2=1), SHEET, '<c r="F2"><v>1</v></c>', f'<c r="F2">{cell}</c>')
    with pytest.raises(reading.UnreadableDelivery, match=r"工作表“台账”第 2 行：“停用日期”中的公式（=.*）没有计算结果"):
        Read(payload)


def test_a_result_of_nought_counts_once_excel_has_calculated() -> None:
    payload = with_part(posts(ROW, D2=1), SHEET, '<c r="D2"><v>1</v></c>', '<c r="D2"><f>SUM(H1)</f><v>0</v></c>')
    with pytest.raises(reading.UnreadableDelivery, match="没有计算结果"):
        Read(payload)
    assert Read(with_part(payload, WORKBOOK, ' fullCalcOnLoad="1"', "")).values("area_m2") == [0.0]


def test_results_of_formulas_are_values() -> None:
    payload = posts(ROW, A2=1, D2=1)
    payload = with_part(payload, SHEET, '<c r="A2"><v>1</v></c>', '<c r="A2" t="str"><f>"P-"&amp;9</f><v>P-9</v></c>')
    payload = with_part(payload, SHEET, '<c r="D2"><v>1</v></c>', '<c r="D2" t="str"><f>IF(1,"")</f><v></v></c>')
    assert Read(payload).parsed.frame[["post_id", "area_m2"]].fillna(-1).values.tolist() == [["P-9", -1]]


def test_a_total_without_result_is_no_reason_to_refuse() -> None:
    payload = posts(ROW, A3="合计", D3=1)
    read = Read(with_part(payload, SHEET, '<c r="D3"><v>1</v></c>', '<c r="D3"><f>SUM(D2)</f></c>'))
    assert (read.values("post_id"), read.lines_set_aside) == (["P-1"], 1)


def rich(column: int, *runs: object) -> Read:
    def write(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, ROW)
        formats = {
            "up": {"font_script": 1},
            "down": {"font_script": 2},
            "struck": {"font_strikeout": True},
            "bold": {"bold": 1},
        }
        sheet.write_rich_string(1, column, *(book.add_format(formats[run]) if run in formats else run for run in runs))

    return Read(workbook(write))


@pytest.mark.parametrize(
    ("runs", "rule"),
    [
        (("120", "up", "1"), "raised_characters"),
        (("12", "down", "0"), "raised_characters"),
        (("struck", "50", "60"), "struck_out"),
    ],
)
def test_raised_or_struck_parts_of_a_number_are_doubted(runs: tuple[str, ...], rule: str) -> None:
    assert rich(3, *runs).defects == [(2, "area_m2", rule)]


def test_other_rich_text_is_text() -> None:
    assert rich(0, "P", "bold", "-7").values("post_id") == ["P-7"]


def test_a_cell_that_is_struck_out_is_doubted() -> None:
    assert Read(posts(ROW, A2=("P-1", {"font_strikeout": True}))).defects == [(2, "post_id", "struck_out")]


@pytest.mark.parametrize("number", [36.00000000000001, 35.99999999999999])
def test_the_noise_of_a_program_is_no_part_of_a_count(number: float) -> None:
    contract = contract_of("compounds")
    header = ["小区编号", "小区名称", "街道", "社区", "户数"]
    payload = workbook(lambda book: _write(book, [header, ["X-1", "翠竹苑", "翠竹街道", "翠竹社区", number]]))
    assert Read(payload, contract).values("households") == [36]


def _write(book: xlsxwriter.Workbook, rows: list[list[object]]) -> None:
    sheet = book.add_worksheet()
    for index, row in enumerate(rows):
        sheet.write_row(index, 0, row)


@pytest.mark.parametrize(("cell", "day"), [(45717, "2025-03-01"), (29221, "1980-01-01"), (20250301, "2025-03-01")])
def test_numbers_that_are_days(cell: float, day: str) -> None:
    assert Read(posts([*ROW[:4], cell])).values("opened_on") == [pd.Timestamp(day)]


@pytest.mark.parametrize("cell", [20253, "20253", 12500, 99999, 60])
def test_numbers_that_are_hardly_days_are_doubted(cell: object) -> None:
    assert Read(posts([*ROW[:4], cell])).defects == [(2, "opened_on", "type_date")]


def test_a_date_keeps_its_time_in_a_column_of_times() -> None:
    contract = contract_of("appeals")

    def write(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["诉求编号", "受理时间", "诉求来源", "诉求类别", "办理时限"])
        sheet.write_row(1, 0, ["A-1", None, "热线", "噪音", "2025-03-05"])
        sheet.write_number("B2", 45717 + 9.5 / 24, book.add_format({"num_format": "yyyy-mm-dd hh:mm"}))

    assert Read(workbook(write), contract).values("received_at") == [pd.Timestamp(datetime.datetime(2025, 3, 1, 1, 30))]  # noqa: DTZ001


@pytest.mark.parametrize(("number", "answer"), [(1, True), (0, False)])
def test_yes_and_no_as_numbers_with_decimals(number: float, answer: bool) -> None:
    contract = contract_of("suggestions")

    def write(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["建议编号", "征集日期", "建议类别", "是否采纳"])
        sheet.write_row(1, 0, ["S-1", "2025-03-01", "噪音"])
        sheet.write_number("D2", number, book.add_format({"num_format": "0.00"}))

    assert Read(workbook(write), contract).values("adopted") == [answer]
