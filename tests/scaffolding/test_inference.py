"""A column's cells say its type, its members, and whether it is of persons."""

import datetime
from collections.abc import Sequence

import pandas as pd
import pytest

from pipelines.contracts import Column, ColumnType
from pipelines.scaffolding import inference
from pipelines.scaffolding.inference import Facts

_CREDIT_CODES = ["91440300MANY0LKR0D", "91440300MA5FG8N85H"]
_RESIDENT_IDS = ["440300185006166506", "440300185608031131", "440300184601267155"]
_FAMILY_NAMES = ["张示例", "李虚构", "王杜撰", "赵假名", "陈某某", "周无人"]


def facts(label: str, cells: Sequence[object]) -> Facts:
    return inference.facts_of(pd.DataFrame({label: pd.Series(list(cells), dtype=object)}))[label]


@pytest.mark.parametrize(
    ("label", "cells", "column_type"),
    [
        ("代码", _CREDIT_CODES, "uscc"),
        ("号", _RESIDENT_IDS, "idcard"),
        ("联络", ["14000000001", "14000000002"], "phone"),
        ("联系电话", ["0755-24000002", "14000000001"], "phone"),
        ("举办日期", ["2025-03-01", "2025年3月2日"], "date"),
        ("受理时间", ["2025-03-01 09:15", "2025-03-02 10:00"], "datetime"),
        ("举办", [datetime.date(2025, 3, 1), datetime.date(2025, 3, 2)], "date"),
        ("起始日期", [45717, 45718], "date"),
        ("参与人数", [45717, 45718], "int"),
        ("面积", [80.5, 100], "decimal"),
        ("金额(元)", [80, 100], "decimal"),
        ("人数", ["１２", "1,234"], "int"),
        ("工号", ["1001", "1002"], "code"),
        ("编码", ["0012", "0345"], "code"),
        ("流水", ["0012", "0345"], "code"),
        ("票据", ["202503010001", "202503010002"], "code"),
        ("是否公开", ["是", "否"], "bool"),
        ("公开", ["有", "无"], "bool"),
        ("标志", [1, 0], "int"),
        ("是否公开", [1, 0], "bool"),
        ("状态", [1, 2], "code"),
        ("事项", ["咨询用工补贴", "希望简化备案"], "text"),
        ("举办区", ["440303", "440304"], "code"),
        ("结束日期", [None, ""], "date"),
        ("备注", [None, None], "text"),
    ],
)
def test_a_column_has_the_type_of_its_cells(label: str, cells: list[object], column_type: ColumnType):
    assert inference.type_of(facts(label, cells), known=[]) == column_type


def test_nine_of_ten_cells_make_a_type_and_the_tenth_is_shown():
    dates = facts("举办日期", [*["2025-03-01"] * 9, "上半年"])
    assert inference.type_of(dates, known=[]) == "date"
    assert dates.misfits["date"] == [9]
    assert inference.type_of(facts("举办日期", [*["2025-03-01"] * 8, "上半年", "待定"]), known=[]) == "text"


def test_a_contract_with_the_header_decides_what_cells_leave_open():
    known = [Column(name="passed", header="合格", type="bool")]
    assert inference.type_of(facts("合格", [1, 0]), known=[]) == "int"
    assert inference.type_of(facts("合格", [1, 0]), known) == "bool"
    assert inference.type_of(facts("合格", [1, 7]), known) == "int"


def test_few_short_words_under_a_header_of_kinds_are_an_enumeration():
    cells = ["热线"] * 4 + ["走访"] * 3 + ["党员"] * 2
    assert inference.members_of(facts("诉求来源", cells)) == ("热线", "走访", "党员")
    assert inference.members_of(facts("诉求内容", cells)) is None


@pytest.mark.parametrize(
    ("label", "cells"),
    [
        ("街道", ["南湖", "桂园"] * 30),
        ("来源", _FAMILY_NAMES * 30),
        ("类型", ["甲", "乙", "丙"]),
        ("编号类", ["1", "2"] * 30),
    ],
)
def test_names_numbers_and_single_words_are_no_enumeration(label: str, cells: list[str]):
    assert inference.members_of(facts(label, cells)) is None


def test_a_word_that_stands_once_in_a_hundred_rows_is_a_slip():
    assert inference.members_of(facts("来源", ["热线", "走访"] * 50 + ["热綫"])) == ("热线", "走访")


@pytest.mark.parametrize(
    ("label", "cells", "is_personal"),
    [
        ("姓名", ["张示例"], True),
        ("家庭住址", ["某路1号"], True),
        ("督导", _FAMILY_NAMES, True),
        ("成员", [f"{name}/001,李虚构/002" for name in _FAMILY_NAMES], True),
        ("督导", ["张示例"] * 6, False),
        ("街道", ["南湖街道", "桂园街道"], False),
    ],
)
def test_persons_are_known_by_header_or_cells(label: str, cells: list[str], is_personal: bool):
    assert inference.is_personal(facts(label, cells), "text") is is_personal


@pytest.mark.parametrize(("label", "happened"), [("举办日期", True), ("办理时限", False), ("合同结束日期", False)])
def test_limits_and_terms_have_not_happened(label: str, happened: bool):
    assert inference.has_happened(label) is happened
