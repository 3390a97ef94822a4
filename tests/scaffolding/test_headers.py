"""A header is found by its shape, before anybody has said what the columns are."""

import pytest

from pipelines.scaffolding import headers


def guessed(*lines: list[object]) -> tuple[int, int, tuple[str, ...]]:
    header = headers.guess([(number, cells, {}) for number, cells in enumerate(lines, start=1)])
    assert header is not None
    return header


def test_a_title_and_a_unit_line_stand_above_the_header():
    found = guessed(
        ["2025年3月培训台账", "", ""],
        ["填报单位：罗湖区", "", "填报日期：2025-03-05"],
        ["培训编号*", "培训\n名称", "举办日期（必填）"],
        ["PX-1", "急救", "2025-03-01"],
    )
    assert found == (2, 2, ("培训编号", "培训名称", "举办日期"))


def test_of_lines_of_text_the_first_is_the_header():
    assert guessed(["姓名", "街道"], ["张示例", "南湖"], ["李虚构", "桂园"]) == (0, 0, ("姓名", "街道"))


def test_a_group_and_its_columns_are_one_header():
    found = guessed(
        ["编号", "办理情况", "", "参与人数", ""],
        ["编号", "受理日期", "结果", "男", "女"],
        ["A-1", "2025-03-01", "已办", 3, 4],
    )
    assert found == (0, 1, ("编号", "受理日期", "结果", "参与人数男", "参与人数女"))


def test_a_first_row_that_fills_a_gap_of_the_header_is_no_second_header():
    assert guessed(["姓名", "街道", ""], ["张示例", "南湖", "备用"]) == (0, 0, ("姓名", "街道", ""))


def test_numbers_dates_and_sentences_are_no_labels():
    assert headers.guess([(1, ["2025-03-01", 3, "1,234"], {}), (2, ["请各单位于每月五日前报送" * 4, None], {})]) is None


@pytest.mark.parametrize(("label", "counts"), [("序号", True), ("No.", True), ("工号", False)])
def test_a_column_that_counts_the_lines_is_known(label: str, counts: bool):
    assert headers.counts_lines(label) is counts
