"""JSON as platforms really write it, over a real server: read as a careful person would, or sent back with a reason."""

import pathlib

import pandas as pd
import pytest

from pipelines import reading
from pipelines.contracts import contract_of
from pipelines.landing import platform
from pipelines.landing.cursor import Cursor
from tests.landing.misbehaving_platform import Answer, MisbehavingPlatform
from tests.landing.test_platform import NIGHT, QUICK, TOKEN

HOURS = contract_of("volunteer_hours")
ROW = {
    "record_id": '"F1"', "volunteer_id": '"V1"', "activity_id": '"A1"', "category": '"助老"',
    "district_code": '"440303"', "served_on": '"2025-02-28"', "hours": "2.5",
    "updated_at": '"2025-02-28T09:00:00+08:00"',
}  # fmt: skip


def written(*rows: dict[str, str]) -> bytes:
    """A page of rows whose values are given as JSON."""
    objects = ("{" + ", ".join(f'"{key}": {value}' for key, value in row.items()) + "}" for row in rows)
    return f'{{"data": [{", ".join(objects)}], "page": 1, "pages": 1, "total": {len(rows)}}}'.encode()


def served(body: bytes, folder: pathlib.Path, **headers: str) -> reading.ParsedRows:
    """The rows of a platform that answers with these bytes, as they are read."""
    answer = Answer(body, headers=tuple((name.replace("_", "-"), value) for name, value in headers.items()))
    with MisbehavingPlatform(lambda _: answer) as each:
        stored = platform.fetch(
            each.url, HOURS.feed, TOKEN, Cursor(), folder / "2025-03-02.json.gz", NIGHT, limits=QUICK
        ).path
    return reading.parse(reading.read_table(stored.read_bytes(), stored.name, HOURS).rows, HOURS)


def only_value(parsed: reading.ParsedRows, column: str) -> object:
    value = parsed.frame[column].iloc[0]
    return None if pd.isna(value) else str(value) if isinstance(value, pd.Timestamp) else value


@pytest.mark.parametrize(
    ("column", "given", "expected"),
    [
        ("record_id", "12", "12"),
        ("record_id", "1e5", "100000"),
        ("record_id", "36.0", "36"),
        ("record_id", "9007199254740993", "9007199254740993"),  # 2^53 + 1
        ("record_id", "18446744073709551615", "18446744073709551615"),  # 2^64 - 1
        ("record_id", '"00012"', "00012"),
        ("district_code", "440303", "440303"),
        ("district_code", "440303.0", "440303"),
        ("district_code", "null", None),
        ("district_code", '""', None),
        ("district_code", '"undefined"', None),
        ("district_code", '"(null)"', None),
        ("hours", '"2.5"', 2.5),
        ("hours", '" 2.5 "', 2.5),
        ("hours", '"２.５"', 2.5),
        ("hours", "1e1", 10.0),
        ("hours", "3.0", 3.0),
        ("hours", "3", 3.0),
        ("hours", "NaN", None),  # it is required, so the suite sends the row back
        ("served_on", "20250228", "2025-02-28 00:00:00"),
        ("served_on", "1740672000", "2025-02-28 00:00:00"),  # midnight in Shenzhen
        ("served_on", "1740672000000", "2025-02-28 00:00:00"),
        ("served_on", '"2025-02-27T16:00:00Z"', "2025-02-28 00:00:00"),
        ("updated_at", "1740704400", "2025-02-28 01:00:00"),
        ("updated_at", "1740704400.5", "2025-02-28 01:00:00.500000"),
        ("updated_at", "1.7407044e9", "2025-02-28 01:00:00"),
        ("updated_at", '"1740704400000"', "2025-02-28 01:00:00"),
        ("updated_at", '" 1740704400 "', "2025-02-28 01:00:00"),
        ("updated_at", '"2025-02-28 09:00"', "2025-02-28 01:00:00"),  # without a zone it is Shenzhen's
        ("updated_at", '"2025-02-28T01:00:00.000Z"', "2025-02-28 01:00:00"),
        ("updated_at", '"2025-02-28T01:00:00+0000"', "2025-02-28 01:00:00"),
    ],
)  # fmt: skip
def test_a_value_means_what_a_careful_person_reads(
    tmp_path: pathlib.Path, column: str, given: str, expected: object
) -> None:
    parsed = served(written(ROW | {column: given}), tmp_path)
    assert only_value(parsed, column) == expected
    assert parsed.defects.empty


@pytest.mark.parametrize(
    ("column", "given", "rule"),
    [
        ("record_id", "true", "truth_for_text"),
        ("activity_id", "false", "truth_for_text"),
        ("record_id", "123456789012345678901234", "lost_precision"),
        ("record_id", "9007199254740993.0", "lost_precision"),
        ("record_id", '"[object Object]"', "not_one_value"),
        ("record_id", '{"id": "F1"}', "not_one_value"),
        ("activity_id", '["A1"]', "not_one_value"),
        ("hours", "[]", "not_one_value"),
        ("hours", "true", "type_decimal"),
        ("hours", '"2.5小时"', "type_decimal"),
        ("hours", "Infinity", "type_decimal"),
        ("hours", "-Infinity", "type_decimal"),
        ("hours", "1e400", "type_decimal"),
        ("updated_at", "2025022809", "type_datetime"),  # a day and an hour, or a second of the year 2034
        ("updated_at", '"1970-01-01T00:00:00Z"', "start_of_counting"),
        ("updated_at", '"1970-01-01 08:00:00"', "start_of_counting"),
        ("updated_at", '"0000-00-00 00:00:00"', "type_datetime"),
        ("updated_at", '"0001-01-01T00:00:00Z"', "type_datetime"),
        ("updated_at", "1740704400000000", "type_datetime"),
        ("updated_at", "true", "type_datetime"),
        ("updated_at", "0", "type_datetime"),
        ("served_on", "[2025, 2, 28]", "not_one_value"),
    ],
)
def test_a_value_that_may_mean_something_else_is_sent_back(
    tmp_path: pathlib.Path, column: str, given: str, rule: str
) -> None:
    parsed = served(written(ROW, ROW | {column: given}), tmp_path)
    assert parsed.defects[["row", "column", "rule"]].values.tolist() == [[1, column, rule]]
    assert HOURS.column(column).header in parsed.defects["reason_zh"].iloc[0]


@pytest.mark.parametrize(
    "key",
    [
        "hours", "Hours", "HOURS", " hours ", "ｈｏｕｒｓ", "\\u200bhours", "服务时长(小时)", "服务时长（小时）",
    ],
)  # fmt: skip
def test_a_key_is_known_in_other_spellings(tmp_path: pathlib.Path, key: str) -> None:
    row = {name: value for name, value in ROW.items() if name != "hours"} | {key: "2.5"}
    assert only_value(served(written(row), tmp_path), "hours") == 2.5


@pytest.mark.parametrize("key", ["servedOn", "served-on", "served.on", "Served On", "ＳＥＲＶＥＤ＿ＯＮ"])
def test_a_key_of_two_words_is_known_however_they_are_joined(tmp_path: pathlib.Path, key: str) -> None:
    row = {name: value for name, value in ROW.items() if name != "served_on"} | {key: '"2025-02-28"'}
    assert only_value(served(written(row), tmp_path), "served_on") == "2025-02-28 00:00:00"


def test_rows_may_spell_a_key_each_in_its_own_way(tmp_path: pathlib.Path) -> None:
    camel = {name: value for name, value in ROW.items() if name != "record_id"} | {"recordId": '"F2"'}
    parsed = served(written(ROW, camel, ROW | {"recordId": "null"}, ROW | {"recordId": '"F1"'}), tmp_path)
    assert parsed.frame["record_id"].tolist() == ["F1", "F2", "F1", "F1"]
    assert parsed.defects.empty


@pytest.mark.parametrize("again", ["hours", "Hours", "服务时长(小时)"])
def test_a_value_that_is_given_twice_and_differs_is_sent_back(tmp_path: pathlib.Path, again: str) -> None:
    twice = written(ROW, ROW).replace(b'"hours": 2.5', f'"{again}": 4, "hours": 2.5'.encode(), 1)
    assert served(twice, tmp_path).defects[["row", "column", "rule"]].values.tolist() == [
        [0, "hours", "contested_field"]
    ]


@pytest.mark.parametrize("colon", [": ", ":", " :", "\n :"])
def test_a_field_that_is_named_twice_is_seen_however_it_is_spaced(tmp_path: pathlib.Path, colon: str) -> None:
    note = ROW | {"note": r'"a \":quoted\": word, : too"'}
    twice = written(ROW, note).replace(b'"hours": 2.5', b'"hours": 4, "hours": 2.5', 1).replace(b": ", colon.encode())
    assert served(twice, tmp_path).defects[["row", "rule"]].values.tolist() == [[0, "contested_field"]]


def test_a_field_that_is_named_twice_with_one_value_does_no_harm(tmp_path: pathlib.Path) -> None:
    twice = written(ROW).replace(b'"hours": 2.5', b'"hours": 2.5, "hours": 2.5')
    assert served(twice, tmp_path).defects.empty


def test_a_long_number_beside_a_field_that_is_named_twice_keeps_its_digits(tmp_path: pathlib.Path) -> None:
    row = ROW | {"record_id": "123456789012345678901234", "other": "1" * 5000}
    twice = written(row).replace(b'"hours": 2.5', b'"hours": 2.5, "hours": 2.5')
    assert only_value(served(twice, tmp_path), "record_id") == "123456789012345678901234"


def test_an_optional_key_that_some_rows_lack_is_null_there(tmp_path: pathlib.Path) -> None:
    without = {name: value for name, value in ROW.items() if name != "district_code"}
    parsed = served(written(ROW, without), tmp_path)
    assert parsed.frame["district_code"].isna().tolist() == [False, True]
    assert parsed.defects.empty


def test_a_required_key_that_no_row_has_refuses_the_page_set(tmp_path: pathlib.Path) -> None:
    row = {name: value for name, value in ROW.items() if name != "hours"}
    with pytest.raises(reading.UnreadableDelivery, match="缺少必填列：服务时长"):
        served(written(row | {"服务时长(分钟)": "150"}), tmp_path)
