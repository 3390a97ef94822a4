"""Merged cells: said of every row they cover, counted once, and no key of several records."""

import pytest
import xlsxwriter

from pipelines.contracts import Contract, contract_of
from tests.reading.books import HEADER, POSTS, ROW, Read, workbook

PROJECTS = contract_of("micro_projects")
PROJECT = ["项目编号", "项目名称", "项目类别", "受益群体", "社区", "立项金额(元)"]


def merged(
    rows: list[list[object]],
    *merges: tuple[str, object],
    contract: Contract = POSTS,
    remnant: tuple[str, object] | None = None,
) -> Read:
    def write(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        for index, row in enumerate(rows):
            sheet.write_row(index, 0, row)
        for place, value in merges:
            sheet.merge_range(place, value)
        if remnant:
            sheet.write(*remnant)

    return Read(workbook(write), contract)


def projects(amount: object, remnant: tuple[str, object] | None = None) -> Read:
    rows = [PROJECT, *(["M-" + str(n), "凉亭", "工程类", "普惠", "桃源社区"] for n in (1, 2))]
    return merged(rows, ("F2:F3", amount), contract=PROJECTS, remnant=remnant)


@pytest.mark.parametrize("amount", [500_000, "500000", "５００，０００"])
def test_an_amount_is_counted_once_however_it_is_typed(amount: object) -> None:
    assert projects(amount).parsed.frame["budget_cny"].sum() == 500_000


def test_a_number_left_under_a_merge_does_not_count() -> None:
    assert projects(500_000, ("F3", 500_000)).parsed.frame["budget_cny"].sum() == 500_000
    assert projects("500000", ("F3", 99)).parsed.frame["budget_cny"].sum() == 500_000


def test_words_codes_and_dates_are_said_of_every_row() -> None:
    rows = [HEADER, ["P-1", None, None, 1, 45717], ["P-2", None, None, 2, None]]
    read = merged(rows, ("B2:B3", 101), ("C2:C3", "养老"), ("E2:E3", 45717))
    assert read.values("post_id", "compound_id", "category") == [["P-1", "101", "养老"], ["P-2", "101", "养老"]]
    assert read.good["opened_on"].nunique() == 1


@pytest.mark.parametrize("key", ["P-1", 101])
def test_records_cannot_share_a_key(key: object) -> None:
    rows = [HEADER, [None, *ROW[1:]], [None, *ROW[1:]], ["P-9", *ROW[1:]]]
    read = merged(rows, ("A2:A3", key))
    assert read.values("post_id") == ["P-9"]
    assert read.defects == [(2, "post_id", "merged_key"), (3, "post_id", "merged_key")]


def test_records_may_share_a_part_of_their_key() -> None:
    contract = contract_of("task_list")
    header = ["任务编号", "责任单位", "清单", "年度", "任务内容", "进度"]
    task = ["党建引领基层治理", 2025, "电梯安全", "推进中"]
    read = merged([header, [None, "住建局", *task], [None, "市监局", *task]], ("A2:A3", "T-1"), contract=contract)
    assert read.values("task_id", "responsible_unit") == [["T-1", "住建局"], ["T-1", "市监局"]]


def test_a_record_two_rows_high_is_one_record() -> None:
    places = [f"{letter}2:{letter}3" for letter in "ABCDE"]
    read = merged([HEADER], *zip(places, ROW, strict=True))
    assert (read.values("post_id"), read.lines_set_aside) == (["P-1"], 0)


def test_a_required_number_that_is_merged_is_doubted_where_it_is_not_counted() -> None:
    contract = contract_of("service_records")
    header = ["服务记录编号", "项目编号", "服务类型", "服务领域", "服务日期", "服务人次"]
    rows = [header, *([f"R-{n}", "J-1", "探访", "社会救助", "2025-03-01"] for n in (1, 2))]
    read = merged(rows, ("F2:F3", 12), contract=contract)
    assert (read.values("person_times"), read.defects) == ([12], [(3, "person_times", "merged_number")])


def test_a_banner_between_records_is_set_aside() -> None:
    read = merged([HEADER, ROW, [], ["P-2", *ROW[1:]]], ("A3:F3", "翠竹街道"))
    assert (read.values("post_id"), read.lines_set_aside) == (["P-1", "P-2"], 1)
