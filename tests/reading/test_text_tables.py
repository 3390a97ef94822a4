"""Delimited text as offices really save it: encodings, delimiters, and where the table stands in it."""

import codecs

import pytest

from pipelines import reading
from pipelines.contracts import contract_of

CONTRACT = contract_of("service_posts")
"""阵地编号, 小区编号, 阵地类型 and 启用日期 are required; 面积(平方米) and 停用日期 are not."""

PLAIN = "阵地编号,小区编号,阵地类型,面积(平方米),启用日期,停用日期\n001,C-1,养老,12.5,2025-03-01,\n"


def read(text: str | bytes) -> reading.RawTable:
    payload = text if isinstance(text, bytes) else text.encode()
    return reading.read_table(payload, "2025-03-31.csv", CONTRACT)


def records(text: str | bytes, *columns: str) -> list[tuple[object, ...]]:
    return list(read(text).rows[list(columns)].itertuples(index=False, name=None))


@pytest.mark.parametrize(
    "payload",
    [
        pytest.param(PLAIN.encode(), id="utf-8"),
        pytest.param(codecs.BOM_UTF8 + PLAIN.encode(), id="utf-8 with byte order mark"),
        pytest.param(PLAIN.encode("gb18030"), id="gb18030"),
        pytest.param(PLAIN.encode("utf-16"), id="utf-16, Excel's Unicode text"),
        pytest.param(PLAIN.replace("\n", "\r\n").encode(), id="windows line ends"),
        pytest.param(PLAIN.replace(",", "\t").encode("gb18030"), id="tabs"),
        pytest.param(PLAIN.replace(",", ";").encode(), id="semicolons"),
    ],
)
def test_encoding_and_delimiter_do_not_matter(payload: bytes) -> None:
    table = read(payload)
    assert table.rows.loc[0, ["post_id", "compound_id", "category", "area_m2"]].tolist() == [
        "001",
        "C-1",
        "养老",
        "12.5",
    ]
    assert table.rows.loc[0, ["_sheet", "_source_row", "_extra"]].tolist() == ["", 2, None]
    assert table.drift == reading.Drift()


def test_other_encodings_are_guessed() -> None:
    lines = "".join(f"{number},圖書館與長者飯堂管理處\n" for number in range(40))
    header = "lookback_id,unit,visited_on,conclusion\n"
    text = header + lines.replace("\n", ",2025-03-01,已落實\n")
    table = reading.read_table(text.encode("big5"), "a.csv", contract_of("review_lookbacks"))
    assert len(table.rows) == 40


def test_title_unit_line_totals_and_signature_are_no_rows() -> None:
    text = (
        "南山区小区公共服务阵地台账,,,,,\n"
        "填报单位：南山区委社会工作部,,,填报日期：2025年3月31日,,\n"
        "\n"
        "阵地编号,小区编号,阵地类型,面积（平方米）,启用日期,停用日期\n"
        "001,C-1,养老,12.5,2025-03-01,\n"
        ",,,,,\n"
        "街道小计,,,12.5,,\n"
        "002,C-2,托幼,30,2025-03-02,\n"
        "合 计,,,42.5,,\n"
        "填表人：张三,,审核人：李四,,,\n"
        "备注：本表每季度报送一次,,,,,\n"
    )
    assert records(text, "post_id", "_source_row") == [("001", 5), ("002", 8)]


def test_two_signatures_beside_each_other_are_no_row() -> None:
    assert records(f"{PLAIN}填表人：,张三,审核人：,李四,2025-03-31,\n", "post_id") == [("001",)]


def test_a_record_whose_name_begins_like_a_total_is_kept() -> None:
    contract = contract_of("review_lookbacks")
    text = "被回访单位,记录编号,回访日期,结论\n合计科技有限公司,L-1,2025-03-01,已落实\n"
    assert reading.read_table(text.encode(), "a.csv", contract).rows["unit"].tolist() == ["合计科技有限公司"]


def test_a_total_word_in_a_complete_record_is_data() -> None:
    contract = contract_of("review_lookbacks")
    text = "被回访单位,记录编号,回访日期,结论\n合计,L-1,2025-03-01,已落实\n"
    assert len(reading.read_table(text.encode(), "a.csv", contract).rows) == 1


def test_repeated_page_heads_are_no_rows() -> None:
    header, row = PLAIN.splitlines()
    text = f"阵地台账,,,,,\n{header}\n{row}\n阵地台账,,,,,\n{header}\n{row.replace('001', '002')}\n"
    assert records(text, "post_id", "_source_row") == [("001", 3), ("002", 6)]


def test_two_row_header_without_merged_cells() -> None:
    text = (
        "序号,阵地编号,小区编号,基本情况,,起止日期,\n"
        ",,,阵地类型,面积(平方米),启用日期,停用日期\n"
        "1,001,C-1,养老,12.5,2025-03-01,2025-03-09\n"
    )
    table = read(text)
    assert table.rows.loc[0, ["post_id", "category", "area_m2", "closed_on"]].tolist() == [
        "001", "养老", "12.5", "2025-03-09",
    ]  # fmt: skip
    assert table.drift == reading.Drift()


def test_a_group_and_its_column_name_one_contract_column_together() -> None:
    contract = contract_of("social_organisations")
    text = (
        "统一社会信用代码,社会组织,,党组织\n"
        ",名称,组织类型,成立日期\n"
        "51440300MJL1234567,深圳市阳光社工中心,基金会,2020-07-01\n"
    )
    row = reading.read_table(text.encode(), "a.csv", contract).rows.loc[0]
    assert (row["name"], row["party_org_founded"]) == ("深圳市阳光社工中心", "2020-07-01")


@pytest.mark.parametrize(
    "header",
    [
        "面积（平方米）",
        "面积 (平方米)",
        "面积(平方米)*",
        '"面积\n(平方米)"',
        "※面积〔平方米〕",
        "ａｒｅａ＿ｍ２",
        "AREA_M2",
    ],
)
def test_header_spellings(header: str) -> None:
    assert read(PLAIN.replace("面积(平方米)", header)).rows["area_m2"].tolist() == ["12.5"]


def test_a_header_without_the_unit_is_another_column() -> None:
    table = read(PLAIN.replace("面积(平方米)", "面积"))
    assert table.drift == reading.Drift(added=("面积",), missing=("area_m2",))
    assert table.rows["_extra"].tolist() == ['{"面积":"12.5"}']


def test_unknown_columns_are_kept_aside_and_line_numbers_ignored() -> None:
    text = (
        "序号,阵地编号,小区编号,备 注,阵地类型,启用日期,备注\n"
        "1,001,C-1,靠近东门,养老,2025-03-01,\n"
        "2,002,C-1,,托幼,2025-03-01,\n"
        "3,,,,,,\n"
    )
    table = read(text)
    assert table.drift == reading.Drift(added=("备注", "备注(第7列)"), missing=("area_m2", "closed_on"))
    assert table.rows["_extra"].tolist() == ['{"备注":"靠近东门"}', None]


def test_cells_without_a_header_are_kept_aside() -> None:
    assert records(PLAIN.replace("2025-03-01,", "2025-03-01,,,见附件"), "_extra") == [('{"第8列":"见附件"}',)]


def test_short_lines_are_filled_up() -> None:
    assert records("阵地编号,小区编号,阵地类型,启用日期,停用日期\n001,C-1,养老\n", "post_id", "closed_on") == [
        ("001", None)
    ]


def test_line_breaks_inside_quotes_keep_the_count_of_lines() -> None:
    text = PLAIN.replace("C-1", '"C\n-1"') + "002,C-2,托幼,3,2025-03-02,\n"
    assert records(text, "compound_id", "_source_row") == [("C\n-1", 2), ("C-2", 4)]


def test_a_header_without_rows_is_an_empty_delivery() -> None:
    table = read(PLAIN.splitlines()[0])
    assert len(table.rows) == 0
    assert list(table.rows) == [
        "post_id", "compound_id", "category", "area_m2", "opened_on", "closed_on", "_sheet", "_source_row", "_extra",
    ]  # fmt: skip


def test_missing_required_columns_are_named() -> None:
    with pytest.raises(reading.UnreadableDelivery, match=r"^缺少必填列：小区编号、启用日期$"):
        read("阵地编号,阵地类型\n001,养老\n")


def test_two_columns_with_one_meaning_are_refused() -> None:
    with pytest.raises(reading.UnreadableDelivery, match="第 1 列和第 7 列都是“阵地编号”"):
        read(PLAIN.replace("停用日期", "停用日期,阵地 编号"))


def test_slices_hold_at_most_so_many_rows() -> None:
    text = PLAIN + "".join(f"{number:03},C-1,养老,1,2025-03-01,\n" for number in range(2, 8))
    slices = list(reading.read_slices(text.encode(), "a.csv", CONTRACT, 3))
    assert [len(each.rows) for each in slices] == [3, 3, 1]
    assert [each.rows.index.tolist() for each in slices] == [[0, 1, 2], [0, 1, 2], [0]]
    assert slices[2].rows["post_id"].tolist() == ["007"]


def test_many_rows_come_as_one_table() -> None:
    text = PLAIN + "".join(f"{number},C-1,养老,1,2025-03-01,\n" for number in range(12_000))
    rows = read(text).rows
    assert rows.index.tolist() == list(range(12_001))
    assert rows["_source_row"].tolist() == list(range(2, 12_003))


def test_a_text_with_tabs_that_lacks_a_column_is_told_the_column_and_not_that_it_is_unsplit() -> None:
    lacking = PLAIN.replace(",启用日期", "").replace(",", "\t")
    with pytest.raises(reading.UnreadableDelivery) as refusal:
        read(lacking)
    assert refusal.value.reason_zh == "缺少必填列：启用日期"
