"""Deliveries as files: what a provider's habits and a planted trouble do to the bytes."""

import csv
import datetime
import hashlib
import io
import json
import os
import pathlib
import subprocess
import sys
import zipfile

import openpyxl
import pandas
import pytest

from pipelines.districts import DISTRICTS
from sample_city import files
from sample_city.delivery import Delivery

SITES = pandas.DataFrame(
    {
        "site_id": ["440303-WD0001", "440303-WD0002"],
        "platform": ["顺达快递（样例）", "乘风出行（样例）"],
        "street": ["桂园街道", None],
        "community": ["老围社区", None],
        "paired_on": [pandas.Timestamp("2025-03-01"), None],
        "unpaired_on": [None, None],
    },
    dtype=object,
)
PLAIN = {
    "medium": "csv",
    "encoding": "utf-8",
    "delimiter": ",",
    "dates": "iso",
    "numbers": "plain",
    "booleans": ("是", "否"),
    "headers": "plain",
    "has_title": False,
    "has_groups": False,
    "has_total": False,
    "has_signature": False,
    "has_blank_row": False,
    "has_blank_column": False,
    "has_other_sheet": False,
}


def delivery(rows: pandas.DataFrame = SITES) -> Delivery:
    return Delivery("platform_sites", "district", "440303", datetime.date(2025, 4, 2), rows)


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch):
    """Writes the two sites with the given habits."""

    def write(rows: pandas.DataFrame = SITES, **habits: object) -> bytes:
        monkeypatch.setattr(files, "habits_of", lambda *_: files.Habits(**(PLAIN | habits)))
        return files.content(delivery(rows))

    return write


def lines(payload: bytes, encoding: str = "utf-8", delimiter: str = ",") -> list[list[str]]:
    return list(csv.reader(io.StringIO(payload.decode(encoding)), delimiter=delimiter))


def sheet(payload: bytes, name: str = "平台(快递)企业网点站点台账") -> list[list[object]]:
    return [list(row) for row in openpyxl.load_workbook(io.BytesIO(payload))[name].iter_rows(values_only=True)]


def test_text_in_an_office_encoding_and_with_other_delimiters(written) -> None:
    assert lines(written(encoding="gb18030", delimiter=";"), "gb18030", ";")[1] == [
        "440303-WD0001",
        "顺达快递（样例）",
        "桂园街道",
        "老围社区",
        "2025-03-01",
        "",
    ]


@pytest.mark.parametrize(
    ("form", "cell"),
    [("slash", "2025/3/1"), ("dot", "2025.3.1"), ("chinese", "2025年3月1日"), ("compact", "20250301")],
)
def test_dates_in_the_forms_that_offices_use(written, form: str, cell: str) -> None:
    assert lines(written(dates=form))[1][4] == cell


def test_dates_in_workbooks_are_cells_or_bare_serial_numbers(written) -> None:
    assert sheet(written(medium="xlsx", dates="cell"))[1][4] == datetime.datetime(2025, 3, 1)  # noqa: DTZ001
    assert sheet(written(medium="xlsx", dates="serial"))[1][4] == 45717


def test_a_workbook_with_everything_around_the_table(written) -> None:
    rows = sheet(
        written(
            medium="xlsx",
            headers="starred",
            has_title=True,
            has_groups=True,
            has_total=True,
            has_signature=True,
            has_blank_row=True,
            has_blank_column=True,
            has_other_sheet=True,
        )
    )

    assert rows[0][0] == "平台(快递)企业网点站点台账（样例数据）"
    assert rows[1][0] == "填报单位：440303    填报日期：2025年4月2日"
    assert rows[2] == ["站点编号*", "所属平台*", "街道", None, "办理情况", None, None]
    assert rows[3] == [None, None, None, None, "结对社区", "结对日期", "解除结对日期"]
    assert rows[4][:3] == ["440303-WD0001", "顺达快递（样例）", "桂园街道"]
    assert rows[5] == [None] * 7
    assert rows[6][0] == "440303-WD0002"
    assert rows[7][0] == "合计"
    assert rows[9][0] == "填表人：样例    审核人：样例"


def test_a_zip_holds_the_one_file_under_its_chinese_name(written) -> None:
    archive = zipfile.ZipFile(io.BytesIO(written(medium="zip of csv")))

    assert archive.namelist() == ["平台(快递)企业网点站点台账.csv"]
    assert len(lines(archive.read(archive.namelist()[0]))) == 3


def test_a_delivery_without_rows_says_so_for_its_day(written) -> None:
    rows = lines(written(rows=SITES.iloc[:0]))

    assert rows[1] == ["填报单位：440303    填报日期：2025年4月2日"]
    assert rows[2][0] == "站点编号"
    assert len(rows) == 3


def test_a_missing_column_is_missing_and_a_repeat_has_the_same_bytes() -> None:
    original = delivery()
    broken = Delivery(
        "platform_sites", "district", "440303", datetime.date(2025, 4, 2), SITES, without_columns=("platform",)
    )
    repeat = Delivery(
        "platform_sites", "district", "440303", datetime.date(2025, 4, 9), SITES, sequence=3, bytes_of=original
    )

    assert "所属平台".encode() not in files.content(broken)
    assert files.content(repeat) == files.content(original)
    assert files.file_name(repeat).startswith("2025-04-09-3.")


def test_the_districts_have_every_habit_between_them() -> None:
    feeds = ("appeals", "service_records", "enterprises", "compounds", "friendly_places", "care_benefits", "pilots")
    habits = [files.habits_of(feed, code) for feed in feeds for code in DISTRICTS]

    assert {each.medium for each in habits} >= {"csv", "xlsx", "zip of csv", "zip of xlsx"}
    assert {each.encoding for each in habits} == {"utf-8", "utf-8-sig", "gb18030"}
    assert {each.delimiter for each in habits} == {",", "\t", ";"}
    assert {each.dates for each in habits} == {"iso", "slash", "dot", "chinese", "compact", "cell", "serial"}
    assert {each.numbers for each in habits} == {"plain", "grouped", "full_width", "text"}
    assert {each.headers for each in habits} == {"plain", "starred", "spaced", "broken", "full_width"}
    assert {each.booleans for each in habits} == {("是", "否"), ("有", "无"), ("Y", "N"), ("1", "0"), ("√", "×")}
    assert any(each.has_title and each.has_total for each in habits)
    assert all(
        any(getattr(each, name) for each in habits)
        for name in ("has_groups", "has_signature", "has_blank_row", "has_blank_column", "has_other_sheet")
    )


def test_the_same_city_is_the_same_bytes_in_any_process() -> None:
    script = """
import datetime, hashlib, json
from sample_city import files, governance, review
from sample_city.city import City
city = City(datetime.date(2025, 3, 1), datetime.date(2025, 3, 31), 0.001)
plans = [*governance.plan(city).values(), *review.plan(city).values()]
print(json.dumps({
    str(files.path_in_landing(delivery)): hashlib.sha256(files.content(delivery)).hexdigest()
    for plan in plans
    for delivery in plan.deliveries
}))
"""
    runs = [
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=pathlib.Path(__file__).parents[2],
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    ]
    digests = json.loads(runs[0])

    assert runs[0] == runs[1]
    assert len(digests) > 100
    assert hashlib.sha256(b"").hexdigest() not in digests.values()
