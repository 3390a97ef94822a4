"""What a cell means, by type: every written form that feeds.yaml lists, and what cannot be known."""

import datetime

import pandas as pd
import pytest

from pipelines import reading
from pipelines.contracts import Column, ColumnType, Contract

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
        ("1,234.56", 1234.56), ("１２．５", 12.5), (0.1 + 0.2, 0.3), ("113.94567", 113.9457), (".5", 0.5), ("5.", 5.0),
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
        ("ＳＺ－００１", "SZ-001"), ("\t001 ", "001"), ("A 1", "A 1"), ("1e5", "1e5"), ("党员", "党员"), (12.5, "12.5"),
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
