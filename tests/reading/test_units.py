"""Units: a table in another unit than the contract's is refused, and both are named."""

import pytest

from pipelines import reading
from pipelines.contracts import contract_of
from tests.reading.books import HEADER, ROW, Read, sheets

PROJECTS = contract_of("micro_projects")
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
        ["单位：元"],
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


@pytest.mark.parametrize("label", ["立项金额（万元）", "立项金额(单位：万元)", "立项金额\n(亿元)"])
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
