"""What a provider's file holds, read without a contract."""

import datetime
import gzip
import io
import pathlib

import orjson
import pytest
import xlsxwriter

from pipelines.scaffolding import tables

_TRAININGS = (
    "2025年3月培训台账（样例）\n序号,培训编号,举办日期,备注,备注\n1,PX-1,2025-03-01,,\n2,PX-2,2025/3/2,,\n合计,2,,,\n"
)


def written(folder: pathlib.Path, name: str, content: str | bytes) -> pathlib.Path:
    path = folder / name
    path.write_bytes(content.encode("gb18030") if isinstance(content, str) else content)
    return path


def test_rows_are_read_as_deliveries_are_and_totals_are_none(tmp_path: pathlib.Path):
    table = tables.read([written(tmp_path, "培训.csv", _TRAININGS)])
    assert table.labels == ("培训编号", "举办日期")
    assert table.cells["培训编号"].tolist() == ["PX-1", "PX-2"]
    assert (table.medium, table.title, table.has_title) == ("csv", "培训台账", True)


def test_what_is_left_out_is_told(tmp_path: pathlib.Path):
    table = tables.read([written(tmp_path, "培训.csv", _TRAININGS)])
    told = [doubt.taken for doubt in table.doubts]
    assert told == [
        "“备注” is the header of several columns, which nothing tells apart: it is left out",
        "“序号” only counts the lines: it is left out",
    ]


def test_several_deliveries_are_told_apart_by_their_place_and_day(tmp_path: pathlib.Path):
    first = written(tmp_path, "2025-03-05.csv", "编号,名称\nA,甲\nB,乙\n")
    second = written(tmp_path, "2025-04-03.csv", "名称,编号\n丙,C\n")
    table = tables.read([first, second])
    assert table.cells["编号"].tolist() == ["A", "B", "C"]
    assert table.file_of_row.tolist() == [0, 0, 1]
    assert table.days == (datetime.date(2025, 3, 5), datetime.date(2025, 4, 3))


def test_a_workbook_gives_the_sheet_with_most_columns_and_names_the_others(tmp_path: pathlib.Path):
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        for name, grid in (
            ("代码表", [["代码", "名称"], ["1", "甲"]]),
            ("明细", [["编号", "名称", "人数"], ["A", "甲", 3]]),
        ):
            sheet = book.add_worksheet(name)
            for number, cells in enumerate(grid):
                sheet.write_row(number, 0, cells)
    table = tables.read([written(tmp_path, "a.xlsx", buffer.getvalue())])
    assert (table.labels, table.medium, table.title) == (("编号", "名称", "人数"), "xlsx", None)
    assert [doubt.taken for doubt in table.doubts] == ["sheet “代码表” has other columns"]


_ROWS = [{"record_id": "R1", "hours": 2.5, "note": None}, {"record_id": "R2", "hours": 1, "done": True}]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("rows.json", orjson.dumps(_ROWS)),
        ("page.json", orjson.dumps({"data": _ROWS, "page": 1, "pages": 1, "total": 2})),
        (
            "2025-03-05.json.gz",
            gzip.compress(orjson.dumps({"request": {"feed": "hours"}}) + b"\n" + orjson.dumps({"data": _ROWS}) + b"\n"),
        ),
    ],
)
def test_rows_of_a_platform_are_read_from_an_answer_or_a_page_set(tmp_path: pathlib.Path, name: str, content: bytes):
    table = tables.read([written(tmp_path, name, content)])
    assert (table.labels, table.medium) == (("record_id", "hours", "done"), "api")
    assert table.cells["hours"].tolist() == [2.5, 1]
    assert table.cells["done"].tolist() == [None, True]


@pytest.mark.parametrize(
    ("contents", "told"),
    [
        (["编号,名称\n"], "there are no rows below the header 编号、名称"),
        (["编号,名称\nA,甲\n", "编号,人数\nA,3\n"], "its columns are not those of 0.csv: 人数、名称"),
        (["姓名,电话,姓名,电话\n张示例,,李虚构,\n"], "no column has a header of its own"),
        (["请于每月五日前报送\n"], "no line of it looks like the header of a table"),
    ],
)
def test_a_file_without_a_table_is_refused_in_words(tmp_path: pathlib.Path, contents: list[str], told: str):
    paths = [written(tmp_path, f"{number}.csv", content) for number, content in enumerate(contents)]
    with pytest.raises(tables.NoTable, match=told):
        tables.read(paths)
