"""What a cell means, by type: every written form that feeds.yaml lists, and what cannot be known."""

import datetime

import pandas as pd
import pytest

from pipelines import reading
from pipelines.contracts import Column, ColumnType, Contract, contract_of

# ruff: noqa: DTZ001 - what a file says is local time, and what the lake says is UTC: both without an offset.

MARCH_FIRST = datetime.datetime(2025, 3, 1)


def contract(column_type: ColumnType) -> Contract:
    return Contract(
        feed="one_column", title_zh="单列", description="One column.", owner="tests", domain="tests",
        providers=("district",), medium="csv", mode="append", cadence="daily",
        columns=(Column(name="value", header="填报值", type=column_type, key=True),),
    )  # fmt: skip


def parse(column_type: ColumnType, *cells: object) -> reading.ParsedRows:
    return reading.parse(pd.DataFrame({"value": pd.Series(list(cells), dtype=object)}), contract(column_type))


def value_of(column_type: ColumnType, cell: object) -> object:
    parsed = parse(column_type, cell)
    assert parsed.defects.empty
    return parsed.frame.loc[0, "value"]


def rule_for(column_type: ColumnType, cell: object) -> str:
    parsed = parse(column_type, cell)
    assert parsed.frame["value"].isna().all()
    assert parsed.defects["row"].tolist() == [0]
    return str(parsed.defects.loc[0, "rule"])


@pytest.mark.parametrize(
    "cell",
    [
        "2025-03-01", "2025/3/1", "2025/03/01", "2025.3.1", "2025年3月1日", "2025 年 3 月 1 日", "20250301",
        20250301.0, 20250301,
        "45717", 45717, 45717.0, 45717.75, " 2025-03-01\n", "２０２５－０３－０１",
        "2025-03-01 00:00:00", "2025/3/1 0:00",
        datetime.date(2025, 3, 1), datetime.datetime(2025, 3, 1, 18, 30),
        "2025-03-01T15:59:00Z", "2025-02-28T16:00:00Z",
    ],
)  # fmt: skip
def test_dates(cell: object) -> None:
    assert value_of("date", cell) == MARCH_FIRST


@pytest.mark.parametrize(
    "cell",
    [
        "2025-02-30",
        "2025-13-01",
        "3/1/2025",
        "25-3-1",
        "2025",
        "2025-03",
        "三月一日",
        "1899-12-31",
        True,
        "4571",
        "待定",
    ],
)
def test_what_is_no_date(cell: object) -> None:
    assert rule_for("date", cell) == "type_date"


@pytest.mark.parametrize(
    "cell",
    [
        "2025-03-01 09:30", "2025-03-01T09:30:00", "2025-03-01 09:30:00.000", "2025/3/1 9:30", "2025.3.1 9:30:00",
        "2025年3月1日 9时30分", "2025年3月1日9:30", "20250301093000", "202503010930",
        "2025-03-01T01:30:00Z", "2025-03-01T01:30:00+00:00",
        "2025-03-01T09:30:00+08:00", "2025-02-28T20:30:00-0500",
        45717 + 9.5 / 24, "45717.395833333", datetime.datetime(2025, 3, 1, 9, 30),
    ],
)  # fmt: skip
def test_times_are_local_unless_they_say_otherwise_and_become_utc(cell: object) -> None:
    assert value_of("datetime", cell) == datetime.datetime(2025, 3, 1, 1, 30)


def test_a_bare_date_is_its_first_moment_in_shanghai() -> None:
    assert value_of("datetime", "2025年3月1日") == datetime.datetime(2025, 2, 28, 16)


def test_summer_time_of_the_eighties_is_known() -> None:
    assert value_of("datetime", "1988-07-01 12:00") == datetime.datetime(1988, 7, 1, 3)


@pytest.mark.parametrize("cell", ["2025-03-01 25:00", "9:30", datetime.time(9, 30), datetime.timedelta(hours=9)])
def test_what_is_no_time(cell: object) -> None:
    assert rule_for("datetime", cell) == "type_datetime"


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("12", 12),
        (12.0, 12),
        ("12.0", 12),
        (12, 12),
        ("1,234", 1234),
        ("１２３", 123),
        (" -3 ", -3),
        ("+5", 5),
        ("０", 0),
        ("1E3", 1000),
    ],
)
def test_integers(cell: object, expected: int) -> None:
    assert value_of("int", cell) == expected


@pytest.mark.parametrize(
    "cell", ["12.5", 12.5, "12人", "1.2万", "1,23", "十二", "1e30", "9" * 400, True, "1 234", "0x10"]
)
def test_what_is_no_integer(cell: object) -> None:
    assert rule_for("int", cell) == "type_int"


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("1,234.56", 1234.56), ("１２．５", 12.5), (0.1 + 0.2, 0.3), ("113.94567", 113.9457), (".5", 0.5),
        ("5.", 5.0),
        ("-1,000,000", -1e6), ("1.5E-2", 0.015), (900000000000.0, 9e11),
    ],
)  # fmt: skip
def test_decimals_are_rounded_to_four_places(cell: object, expected: float) -> None:
    assert value_of("decimal", cell) == expected


@pytest.mark.parametrize(
    "cell", ["3万", "3万元", "100元", "¥100", "1,23.5", "约30", "12.5.1", "inf", "1e400", "9" * 400, "900000000001"]
)
def test_what_is_no_decimal(cell: object) -> None:
    assert rule_for("decimal", cell) == "type_decimal"


@pytest.mark.parametrize("cell", ["是", "有", "Y", "y", "yes", "1", 1, 1.0, True, "√", "Ｙ", " 是 ", "TRUE"])
def test_yes(cell: object) -> None:
    assert value_of("bool", cell)


@pytest.mark.parametrize("cell", ["否", "无", "N", "no", "0", 0, 0.0, False, "×", "false"])
def test_no(cell: object) -> None:
    assert not value_of("bool", cell)


@pytest.mark.parametrize("cell", ["不详", "2", "是否", 0.5])
def test_what_is_neither_yes_nor_no(cell: object) -> None:
    assert rule_for("bool", cell) == "type_bool"


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("007", "007"), (123.0, "123"), (13800138000.0, "13800138000"), (440301199001011234, "440301199001011234"),
        ("ＳＺ－００１", "SZ-001"), ("\t001 ", "001"), ("A 1", "A 1"), ("1e5", "1e5"), ("党员", "党员"),
        (12.5, "12.5"),
    ],
)  # fmt: skip
def test_codes(cell: object, expected: str) -> None:
    assert value_of("code", cell) == expected


@pytest.mark.parametrize("column_type", ["uscc", "idcard"])
def test_identifiers_are_upper_case(column_type: ColumnType) -> None:
    assert value_of(column_type, " 44030119900101123x ") == "44030119900101123X"


@pytest.mark.parametrize("column_type", ["code", "uscc", "idcard", "phone"])
@pytest.mark.parametrize("cell", ["4.40301E+17", "4.40301e+17", "1.38E+10", 4.40301199001011e17, 1e15])
def test_digits_that_excel_lost_are_told(column_type: ColumnType, cell: object) -> None:
    assert rule_for(column_type, cell) == "lost_precision"


def test_text_keeps_what_is_inside() -> None:
    assert value_of("text", " 第１期（南山）：\n办结 \u3000") == "第１期（南山）：\n办结"
    assert value_of("text", "无") == "无"
    assert value_of("text", "南\0山") == "南山"
    assert value_of("text", 2025.0) == "2025"


@pytest.mark.parametrize("column_type", ["text", "code", "uscc", "phone", "date", "datetime", "int", "decimal", "bool"])
def test_blank_cells_and_their_placeholders_are_null(column_type: ColumnType) -> None:
    blank = ["", " ", "\u3000", "\u200b", "-", "—", "——", "/", "N/A", "NULL", None, float("nan"), pd.NA, pd.NaT]
    blank += ["－", "－－", "／", "Ｎ／Ａ", "―", "─"]
    parsed = parse(column_type, *blank)
    assert parsed.frame["value"].isna().all()
    assert parsed.defects.empty


@pytest.mark.parametrize("column_type", ["code", "idcard", "date", "int", "decimal"])
def test_nothing_in_words_is_null_where_it_is_no_answer(column_type: ColumnType) -> None:
    assert pd.isna(value_of(column_type, "无"))


def test_equal_hashes_are_not_equal_cells() -> None:
    parsed = parse("int", True, 1, 1.0, "1")
    assert parsed.frame["value"].tolist() == [pd.NA, 1, 1, 1]


def test_every_bad_cell_is_a_defect_of_its_row() -> None:
    parsed = parse("date", "2025-03-01", "待定", None, "待定", "2025-02-30")
    assert parsed.defects.values.tolist() == [
        [1, "value", "type_date", "“填报值”应为日期，例如 2025-03-01 或 2025年3月1日", "待定"],
        [3, "value", "type_date", "“填报值”应为日期，例如 2025-03-01 或 2025年3月1日", "待定"],
        [4, "value", "type_date", "“填报值”应为日期，例如 2025-03-01 或 2025年3月1日", "2025-02-30"],
    ]


def test_a_lost_number_is_shown_as_excel_shows_it() -> None:
    assert parse("idcard", 4.40301199001011e17).defects.loc[0, "value"] == "4.40301E+17"


@pytest.mark.parametrize("rows", [0, 2])
def test_columns_that_nobody_delivered_are_null_and_typed(rows: int) -> None:
    dtypes: dict[ColumnType, str] = {
        "text": "str", "code": "str", "date": "datetime64[us]", "datetime": "datetime64[us]", "int": "Int64",
        "decimal": "float64", "bool": "boolean",
    }  # fmt: skip
    for column_type, dtype in dtypes.items():
        frame = reading.parse(pd.DataFrame(index=range(rows)), contract(column_type)).frame
        assert (len(frame), str(frame["value"].dtype)) == (rows, dtype)
        assert frame["value"].isna().all()


def test_rows_of_several_deliveries_keep_their_own_columns() -> None:
    rows = pd.DataFrame({"value": ["1", "x"], "_delivery_id": ["a", "b"], "_source_row": [2, 2]}, index=[0, 0])
    parsed = reading.parse(rows, contract("int"))
    assert parsed.frame.index.tolist() == [0, 1]
    assert parsed.frame["_delivery_id"].tolist() == ["a", "b"]
    assert parsed.defects["row"].tolist() == [1]


def test_every_value_lands_exactly_as_a_decimal_of_four_places() -> None:
    parsed = parse("decimal", "899999999999.9999", "0.0001", "1,234,567.8901")
    assert [f"{value:.4f}" for value in parsed.frame["value"]] == ["899999999999.9999", "0.0001", "1234567.8901"]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ('="0012"', "0012"), ("'0012", "0012"), ("\t0012", "0012"), ("`0012", "0012"), ("0012`", "0012"),
        ("’0012", "0012"),
        ("1001.0", "1001"), (1001.0, "1001"), ("1001.00", "1001"), ("“P-1”", "P-1"), ('"P-1"', "P-1"),
        ("\u202d0012\u202c", "0012"), ("P-\u200b2", "P-2"), ("P\u00ad-4", "P-4"), ("C\u2060-1", "C-1"),
        ("C-\ufeff1", "C-1"),
        ("P-\n9", "P-9"), ("P-9\r\n", "P-9"), ("P\u00a07", "P 7"), ("个　案", "个案"), ("社会 救 助", "社会救助"),
        ("P—1", "P-1"), ("P–1", "P-1"), ("P‑1", "P-1"), ("A−B―2", "A-B-2"), ("翠竹—3", "翠竹-3"), ("A——B", "A——B"),
    ],
)  # fmt: skip
def test_what_programs_put_around_a_code_is_no_part_of_it(cell: object, expected: str) -> None:
    assert value_of("code", cell) == expected


@pytest.mark.parametrize("cell", ["91 4403 00", "\u202d91440300\u202c", "'91440300", '="91440300"', " 91440300 "])
@pytest.mark.parametrize("column_type", ["uscc", "idcard", "phone"])
def test_identifiers_have_no_spaces(column_type: ColumnType, cell: str) -> None:
    assert value_of(column_type, cell) == "91440300"


@pytest.mark.parametrize("column_type", ["code", "int", "decimal", "date", "bool", "uscc"])
@pytest.mark.parametrize(
    "cell",
    [
        "1️⃣",
        "P-1️⃣",
        "7\u0332",
        "120①",
        "120¹",
        "12²",
        "120⑴",
        "120⒈",
        "120₁",
        "120㊀",
        "①",
        "½",
        "3½",
        "Ⅻ",
        "12⁄4",
        "٣",
        "𝟏𝟐",
    ],
)
def test_signs_that_would_fold_into_digits_are_doubted(column_type: ColumnType, cell: str) -> None:
    assert rule_for(column_type, cell) == "annotated"


@pytest.mark.parametrize(
    ("cell", "rule"),
    [
        ("2.0250301002E10", "lost_precision"), ("2.0250301e+10", "lost_precision"), ("4.40301E17", "lost_precision"),
        ("1,001", "stray_characters"), ("P-1*", "stray_characters"), ("P”1", "stray_characters"),
        ("=A1", "stray_characters"), ("12%", "stray_characters"), ("A&amp;B", "stray_characters"),
        ("&#49;", "stray_characters"), ("\\u0041", "stray_characters"), ("#", "too_narrow"), ("##", "too_narrow"),
        ("####", "too_narrow"), ("#REF!", "error_value"), ("P-\ufffd", "damaged_text"), ("同上", "ditto"),
    ],
)  # fmt: skip
def test_codes_that_are_doubted(cell: str, rule: str) -> None:
    assert rule_for("code", cell) == rule


@pytest.mark.parametrize("cell", ["A#1", "P-1(2)", "GD/2025/003", "一号", "3:1", "A&B", "1.2.3", "E12", "12E"])
def test_codes_with_signs_of_their_own(cell: str) -> None:
    assert value_of("code", cell) == cell


def test_text_keeps_its_signs_but_not_what_nobody_sees() -> None:
    assert value_of("text", "面积3m²①，“详见”#2") == "面积3m²①，“详见”#2"
    assert value_of("text", "\u202d张三\u202c\u200b") == "张三"
    assert value_of("text", "👨\u200d👩\u200d👧") == "👨\u200d👩\u200d👧"


@pytest.mark.parametrize(
    ("cell", "rule"),
    [
        ("#REF!", "error_value"),
        ("????", "damaged_text"),
        ("锟斤拷", "damaged_text"),
        ("〃", "ditto"),
        ("示例", "example_line"),
    ],
)
def test_texts_that_are_doubted(cell: str, rule: str) -> None:
    assert rule_for("text", cell) == rule


@pytest.mark.parametrize(
    "cell",
    [
        "2025年3月1日 星期六", "2025年3月1日（星期六）", "2025-3-1 周六", "2025—03—01", "2025–03–01", "2025 03 01",
        "20250301.0",
        "'2025-3-1", "2025/3/1 上午 9:30", "2025-3-1 下午3:30:00", "2025-03-01 3:30 PM", "2025年03月01",
        "2025年3月1号", "2025年3月1日 9点30分", "2025-03-01 中午12:00",
    ],
)  # fmt: skip
def test_dates_that_anybody_reads(cell: str) -> None:
    assert value_of("date", cell) == MARCH_FIRST


@pytest.mark.parametrize(
    "cell",
    [
        "2025年3月1日 星期日", "2025-03-01 24:00", "2025-03-01至2025-03-05", "2025.3.1-3.5", "25/3/1", "01/03/2025",
        "114.3.1", "20253", "1740758400", "2025年3月", "2025-02-30", "2025/3/1、2025/3/2", "2025-3-1 下午13:30",
        "1900-01-01", "1900/1/1", "1900-01-01 00:00:00",
    ],
)  # fmt: skip
def test_dates_that_nobody_can_be_sure_of(cell: str) -> None:
    assert rule_for("date", cell) == "type_date"


@pytest.mark.parametrize(
    ("cell", "hour_utc"),
    [("2025-03-01 上午9:30", 1), ("2025-03-01 下午 9:30", 13), ("2025-03-01 12:30 pm", 4), ("2025-3-1中午12点30分", 4)],
)
def test_halves_of_the_day(cell: str, hour_utc: int) -> None:
    assert value_of("datetime", cell) == datetime.datetime(2025, 3, 1, hour_utc, 30)


@pytest.mark.parametrize("cell", ["✕", "✖", "╳", "❌", "错"])
def test_more_signs_for_no(cell: str) -> None:
    assert not value_of("bool", cell)


@pytest.mark.parametrize("cell", ["■", "□", "☐", "○", "v", "已", "未", "是（有）"])
def test_signs_that_may_be_yes_or_no_are_doubted(cell: str) -> None:
    assert rule_for("bool", cell) == "type_bool"


@pytest.mark.parametrize(
    "cell",
    [
        "440303",
        "罗湖区",
        "罗湖",
        "深圳市罗湖区",
        "广东省深圳市罗湖区",
        "440303000000",
        "440303000",
        "４４０３０３",
        " 罗 湖 区",
        "440303 罗湖区",
        "罗湖区（440303）",
        "440303-罗湖",
    ],
)
def test_districts_by_name_or_code(cell: str) -> None:
    contract_ = contract_of("chain_members")
    rows = pd.DataFrame({"district_code": pd.Series([cell], dtype=object)})
    assert reading.parse(rows, contract_).frame["district_code"].tolist() == ["440303"]


@pytest.mark.parametrize(
    "cell", ["440302", "东莞市", "罗湖区翠竹街道", "4403", "440303 福田区", "罗湖区、福田区", "罗湖区-翠竹街道"]
)
def test_places_that_are_no_district_stay_as_they_are(cell: str) -> None:
    contract_ = contract_of("chain_members")
    rows = pd.DataFrame({"district_code": pd.Series([cell], dtype=object)})
    assert reading.parse(rows, contract_).frame["district_code"].tolist() == [cell]


@pytest.mark.parametrize(
    ("cell", "expected"), [("养　老", "养老"), ("养\u200b老", "养老"), (" 养老 ", "养老"), ("养 老\n", "养老")]
)
def test_members_of_an_enumeration_with_spaces_in_them(cell: str, expected: str) -> None:
    rows = pd.DataFrame({"category": pd.Series([cell], dtype=object)})
    assert reading.parse(rows, contract_of("service_posts")).frame["category"].tolist() == [expected]


def test_reasons_show_nothing_of_persons() -> None:
    rows = pd.DataFrame({"phone": ["'138①"], "instructor_id": ["I①"]})
    told = reading.parse(rows, contract_of("instructors")).defects.set_index("column")["reason_zh"]
    assert "138" not in told["phone"]
    assert "I①" in told["instructor_id"]
