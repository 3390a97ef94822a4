"""Units: a table in another than the contract's is converted where the contract says how, or refused, naming both."""

import pytest
import xlsxwriter

from pipelines import reading
from pipelines.contracts import Contract, all_contracts, contract_of
from pipelines.reading import units
from tests.reading.books import HEADER, ROW, Read, sheets, workbook

PROJECTS = contract_of("micro_projects")
COMPOUNDS = contract_of("compounds")
PROJECT = ["项目编号", "项目名称", "项目类别", "受益群体", "社区", "立项金额(元)"]
M1 = ["M-1", "凉亭", "工程类", "普惠", "桃源社区", 50]


@pytest.mark.parametrize(
    ("above", "unit"),
    [
        ([["单位：万元"]], "万元"), ([["民生微实事台账（金额单位：亿元）"]], "亿元"),
        ([["台账"], ["填报单位：南山区", None, "计量单位：个、万元"]], "万元"), ([["金额：千元"]], "千元"),
    ],
)  # fmt: skip
def test_another_unit_above_the_table(above: list[list[object]], unit: str) -> None:
    with pytest.raises(
        reading.UnreadableDelivery, match=rf"^表中写明单位是“{unit}”，而“立项金额\(元\)”应以“元”填报；请换算后重新报送"
    ):
        Read(sheets(台账=[*above, PROJECT, M1]), PROJECTS)


@pytest.mark.parametrize(
    "above",
    [
        ["单位：人民币万元"], ["金额单位为万元"], ["金额单位均为万元，保留两位小数"], ["本表以万元为单位"],
        ["（金额按人民币万元计）"], ["单位：", "万元"], ["计量单位", "万元"], ["民生微实事台账（万元）"],
    ],
)  # fmt: skip
def test_another_unit_in_other_words_above_the_table(above: list[object]) -> None:
    with pytest.raises(reading.UnreadableDelivery, match=r"^表中写明单位是“万元”"):
        Read(sheets(台账=[above, PROJECT, M1]), PROJECTS)


def test_another_unit_in_the_name_of_the_sheet() -> None:
    with pytest.raises(reading.UnreadableDelivery, match=r"^表中写明单位是“万元”"):
        Read(sheets(**{"台账（万元）": [PROJECT, M1]}), PROJECTS)


@pytest.mark.parametrize(
    "note", [["单位：万元"], ["注：金额单位为万元"], ["单位：", "万元"], ["说明：本表以亿元为单位"]]
)
def test_another_unit_below_the_records(note: list[object]) -> None:
    """They were read in the contract's: with it every amount would be another."""
    with pytest.raises(reading.UnreadableDelivery, match=r"^表格下方写明单位是“[万亿]元”，而“立项金额.元.”按“元”读取"):
        Read(sheets(台账=[PROJECT, M1, note]), PROJECTS)


@pytest.mark.parametrize("note", [["单位：元"], ["合计（万元）", None, None, None, None, 0.005], ["单位：南山区"]])
def test_the_same_unit_below_the_records_or_that_of_a_total(note: list[object]) -> None:
    assert Read(sheets(台账=[PROJECT, M1, note]), PROJECTS).values("budget_cny") == [50]


@pytest.mark.parametrize(
    "above",
    [
        ["单位：元"],
        ["服务记录日报（日）"],
        ["金额为万元以上的项目"],
        ["填报单位：万元镇"],
        ["单位：南山区委社会工作部"],
        ["金额单位：人民币元"],
        ["单位：个"],
        ["单位：平方米、元"],
    ],
)
def test_the_same_or_no_unit_above_the_table(above: list[object]) -> None:
    assert Read(sheets(台账=[above, PROJECT, M1]), PROJECTS).values("budget_cny") == [50]


@pytest.mark.parametrize("cell", ["（万元）", "万元", "单位：万元"])
def test_another_unit_below_the_header(cell: str) -> None:
    with pytest.raises(reading.UnreadableDelivery, match="“万元”，而"):
        Read(sheets(台账=[PROJECT, [None] * 5 + [cell], M1]), PROJECTS)


def test_the_same_unit_below_the_header_is_set_aside() -> None:
    read = Read(sheets(台账=[PROJECT, [None] * 5 + ["（元）"], M1]), PROJECTS)
    assert (read.values("budget_cny"), read.lines_set_aside) == ([50], 1)


@pytest.mark.parametrize(
    "label",
    [
        "立项金额（万元）",
        "立项金额(单位：万元)",
        "立项金额\n(亿元)",
        "立项金额/万元",
        "立项金额 万元",
        "立项金额（人民币：万元）",
    ],
)
def test_another_unit_in_the_header(label: str) -> None:
    with pytest.raises(reading.UnreadableDelivery, match=r"而“立项金额\(元\)”应以“元”填报"):
        Read(sheets(台账=[[*PROJECT[:5], label], M1]), PROJECTS)


@pytest.mark.parametrize("label", ["面积（㎡）", "面积(m²)", "面积(平米)", "面积（单位：平方米）", "面积\n(m2)"])
def test_the_same_unit_in_other_words(label: str) -> None:
    assert Read(sheets(台账=[[*HEADER[:3], label, HEADER[4]], ROW])).values("area_m2") == [12.5]


@pytest.mark.parametrize("label", ["面积(亩)", "面积(平方公里)", "面积（公顷）"])
def test_another_unit_of_area(label: str) -> None:
    with pytest.raises(reading.UnreadableDelivery, match=r"而“面积\(平方米\)”应以“平方米”填报"):
        Read(sheets(台账=[[*HEADER[:3], label, HEADER[4]], ROW]))


def test_a_group_above_and_its_unit_below_make_one_header() -> None:
    rows = [[*PROJECT[:5], "立项金额"], [None] * 5 + ["(元)"], M1]
    assert Read(sheets(台账=rows), PROJECTS).values("budget_cny") == [50]


def test_counts_in_ten_thousands() -> None:
    contract = contract_of("compounds")
    rows = [
        ["单位：万户"],
        ["小区编号", "小区名称", "街道", "社区", "户数"],
        ["X-1", "翠竹苑", "翠竹街道", "翠竹社区", 3],
    ]
    with pytest.raises(reading.UnreadableDelivery, match="“万户”，而“户数”应以“户”填报"):
        Read(sheets(台账=rows), contract)


@pytest.mark.parametrize("cell", ["50万", "50万元", "￥500,000.00", "500000元", "伍拾万元整"])
def test_amounts_with_words_are_doubted(cell: str) -> None:
    assert Read(sheets(台账=[PROJECT, [*M1[:5], cell]]), PROJECTS).defects == [(2, "budget_cny", "type_decimal")]


def converting(contract: Contract, name: str, **said: object) -> Contract:
    """The contract, whose column also says something else."""
    columns = [each.model_dump() | (said if each.name == name else {}) for each in contract.columns]
    return Contract.model_validate(contract.model_dump() | {"columns": columns})


CONVERTING = converting(PROJECTS, "budget_cny", converts={"万元": 10_000, "千元": 1000}, aliases=["立项金额"])
HOUSEHOLDS = converting(COMPOUNDS, "households", converts={"万户": 10_000})


def amounts(label: str, *cells: object, above: list[list[object]] | None = None) -> Read:
    rows = [[f"M-{number}", *M1[1:5], cell] for number, cell in enumerate(cells)]
    return Read(sheets(台账=[*(above or []), [*PROJECT[:5], label], *rows]), CONVERTING)


@pytest.mark.parametrize(
    ("cell", "amount"),
    [
        (50, 500_000), ("50", 500_000), ("５０", 500_000), ("1,234.5", 12_345_000), (0.1, 1000), ("'7", 70_000),
        (12.34, 123_400), (1.10, 11_000), ("0.00012345", 1.2345), (-3, -30_000), (36.00000000000001, 360_000),
    ],
)  # fmt: skip
def test_a_unit_that_the_contract_converts(cell: object, amount: float) -> None:
    read = amounts("立项金额（万元）", cell)
    assert read.values("budget_cny") == [amount]
    assert read.table.notes.remarks_zh == ("工作表“台账”“立项金额(元)”以“万元”填报，已换算（见读取说明“单位”）",)


def test_the_unit_may_stand_above_the_table_or_below_the_header() -> None:
    assert amounts("立项金额", 50, above=[["单位：万元"]]).values("budget_cny") == [500_000]
    assert amounts("立项金额(千元)", 50).values("budget_cny") == [50_000]
    stacked = [[*PROJECT[:5], "立项金额"], [None] * 5 + ["（万元）"], [*M1[:5], 50]]
    assert Read(sheets(台账=stacked), CONVERTING).values("budget_cny") == [500_000]
    assert amounts("立项金额(元)", 50).values("budget_cny") == [50]


def test_counts_are_converted_too() -> None:
    rows = [
        ["单位：万户"],
        ["小区编号", "小区名称", "街道", "社区", "户数"],
        ["X-1", "翠竹苑", "翠竹街道", "翠竹社区", 0.3],
    ]
    assert Read(sheets(台账=rows), HOUSEHOLDS).values("households") == [3000]


def test_each_sheet_has_its_unit() -> None:
    one, other = [[*PROJECT[:5], "立项金额(万元)"], [*M1[:5], 50]], [PROJECT, ["M-2", *M1[1:5], 50]]
    assert Read(sheets(甲=one, 乙=other), CONVERTING).values("budget_cny") == [500_000, 50]


def test_texts_in_a_unit_that_the_contract_converts() -> None:
    text = f"{','.join(PROJECT[:5])},立项金额(万元)\nM-1,凉亭,工程类,普惠,桃源社区,50\n"
    assert Read(text, CONVERTING).values("budget_cny") == [500_000]


@pytest.mark.parametrize("label", ["立项金额(亿元)", "立项金额(百万元)"])
def test_units_that_the_contract_does_not_convert_are_refused(label: str) -> None:
    with pytest.raises(reading.UnreadableDelivery, match="应以“元”填报"):
        amounts(label, 50)


@pytest.mark.parametrize(
    ("label", "above"),
    [
        ("立项金额(元)", "单位：万元"),
        ("立项金额(万元)", "单位：元"),
        ("立项金额(万元)", "单位：千元"),
        ("立项金额(万元)", "单位：亿元"),
    ],
)
def test_two_units_of_one_column_are_refused(label: str, above: str) -> None:
    with pytest.raises(reading.UnreadableDelivery, match="见读取说明“单位”"):
        amounts(label, 50, above=[[above]])


@pytest.mark.parametrize("cell", ["50万", "50元", "五十", "#REF!", "5①"])
def test_what_is_no_number_is_doubted_in_any_unit(cell: str) -> None:
    assert [column for _, column, _ in amounts("立项金额(万元)", cell).defects] == ["budget_cny"]


def converted_as(code: str, number: float) -> Read:
    def write(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("台账")
        sheet.write_row(0, 0, [*PROJECT[:5], "立项金额(万元)"])
        sheet.write_row(1, 0, M1[:5])
        sheet.write(1, 5, number, book.add_format({"num_format": code}))

    return Read(workbook(write), CONVERTING)


@pytest.mark.parametrize("code", ['0"万元"', "#,##0.00", "0.0"])
def test_a_number_format_in_the_unit_of_the_table(code: str) -> None:
    assert converted_as(code, 50).values("budget_cny") == [500_000]


@pytest.mark.parametrize("code", ['0"元"', '0"万"', '0!.0,"万元"', '0"亿元"', "0%"])
def test_a_number_format_in_another_unit_than_the_table_is_doubted(code: str) -> None:
    assert converted_as(code, 50).defects == [(2, "budget_cny", "shown_otherwise")]


def test_units_that_contracts_convert_are_known_and_of_the_size_that_they_say() -> None:
    for contract in (*all_contracts().values(), CONVERTING, HOUSEHOLDS):
        for column in contract.columns:
            for each in column.converts:
                own, other = units.unit_of(column), units.unit_named(each.unit)
                assert own is not None
                assert other is not None
                assert own[1].measured == other.measured
                assert float(each.size) == pytest.approx(other.size / own[1].size)
