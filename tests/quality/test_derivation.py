"""What follows from a contract is judged without being declared: every rule of every feed, on good data and on bad."""

import dataclasses
from typing import Any

import pandas as pd
import pytest
import yaml

from pipelines.contracts import Column, Contract, all_contracts, contract_of
from pipelines.quality import Expectation, all_suites
from pipelines.quality.declarations import EXPECTATIONS_FOLDER
from pipelines.quality.derivation import derived
from tests.quality.suite_rows import CREDIT_CODE, DELIVERED_ON, RESIDENT_ID, UNREADABLE, verdicts

FEEDS = list(all_contracts())


@dataclasses.dataclass
class Trial:
    """Cells that a row has beside good ones, and the rule that they break: its name and severity, or neither."""

    cells: dict[str, Any]
    breaks: tuple[str, str] | None = None


IDENTIFIERS = {
    "uscc": (f"{CREDIT_CODE[:-1]}0", "be_unified_social_credit_codes", "critical"),
    "idcard": (f"{RESIDENT_ID[:-1]}0", "be_resident_ids", "critical"),
    "phone": ("无", "be_phone_numbers", "warning"),
}
"""A bad value of each type with a form of its own, and what it breaks."""


def trials(contract: Contract) -> list[Trial]:
    """For each rule that a contract implies rows that keep it barely, and rows that do not."""
    found = [Trial({})]
    for column in contract.columns:
        found += [*of_empty_and_unreadable(column), *of_listed(column), *of_ends(column)]
        if column.type in IDENTIFIERS:
            found.append(bad(column, *IDENTIFIERS[column.type]))
    for column in contract.columns:
        if column.happened:
            # Days are Shenzhen's; moments are stored in UTC, eight hours earlier.
            hours = pd.Timedelta(hours=8 if column.type == "datetime" else 0)
            next_day = pd.Timestamp(DELIVERED_ON) + pd.Timedelta(days=1) - hours
            late = bad(column, next_day, "not_be_in_the_future")
            found += [good(column, next_day - pd.Timedelta(seconds=1) if hours else DELIVERED_ON), late]
    return found


def good(column: Column, value: Any) -> Trial:
    return Trial({column.name: value})


def bad(column: Column, value: Any, rule: str, severity: str = "critical") -> Trial:
    return Trial({column.name: value}, (f"{column.name}_{rule}", severity))


def of_empty_and_unreadable(column: Column) -> list[Trial]:
    empty = bad(column, None, "not_be_null") if column.key or column.required else good(column, None)
    return [empty] if column.type == "text" else [empty, bad(column, UNREADABLE, "be_readable")]


def of_listed(column: Column) -> list[Trial]:
    members = list(column.members or ())
    others = ["别的", f"{members[0]} "] if members else []
    return [*(good(column, member) for member in members), *(bad(column, other, "be_in_set") for other in others)]


def of_ends(column: Column) -> list[Trial]:
    step = 1 if column.type == "int" else 0.01
    found = []
    for end, beyond in ((column.minimum, -step), (column.maximum, step)):
        if end is not None:
            found += [good(column, end), bad(column, end + beyond, "be_within")]
    for end, within in ((column.exclusive_minimum, step), (column.exclusive_maximum, -step)):
        if end is not None:
            found += [bad(column, end, "be_within"), good(column, end + within)]
    if column.warn_below is not None:
        found += [good(column, column.warn_below), bad(column, column.warn_below - step, "be_within", "warning")]
    return found


def declared_names(feed: str) -> set[str]:
    path = EXPECTATIONS_FOLDER / f"{feed}.yaml"
    rules = yaml.safe_load(path.read_text("utf-8")) if path.exists() else []
    return {
        f"{(rule['kwargs'].get('column_list') or [rule['kwargs']['column']])[0]}_{rule['type'].partition('_to_')[2]}"
        for rule in rules
    }


@pytest.mark.parametrize("feed", FEEDS)
def test_each_rule_refuses_or_reports_exactly_what_breaks_it(feed: str) -> None:
    tried = trials(contract_of(feed))
    expected: dict[tuple[str, str], list[int]] = {}
    for row, trial in enumerate(tried):
        if trial.breaks:
            expected.setdefault(trial.breaks, []).append(row)
    said = verdicts(feed, *(trial.cells for trial in tried))
    of_contract = {
        (outcome.name, outcome.severity): outcome.rows.tolist()
        for outcome in said.expectations
        if outcome.name not in declared_names(feed)
    }
    assert of_contract == expected
    assert len(expected) > 1
    critical = {row for (_, severity), rows in expected.items() if severity == "critical" for row in rows}
    beside = {row for each in said.expectations if each.name in declared_names(feed) for row in each.rows}
    assert set(said.defects["row"]) - beside == critical - beside
    assert critical <= set(said.defects["row"])


def test_every_kind_of_rule_is_tried() -> None:
    tried = {trial.breaks[0] for feed in FEEDS for trial in trials(contract_of(feed)) if trial.breaks}
    rules = {each.rule for suite in all_suites().values() for each in suite.expectations if each.name in tried}
    assert rules == {
        "be_in_set", "be_phone_numbers", "be_readable", "be_resident_ids", "be_unified_social_credit_codes",
        "be_within", "not_be_in_the_future", "not_be_null",
    }  # fmt: skip


def test_no_file_repeats_what_follows_from_a_contract() -> None:
    files = sorted(path.stem for path in EXPECTATIONS_FOLDER.iterdir())
    assert files
    assert [feed for feed in files if not declared_names(feed)] == []
    implied = {feed: {trial.breaks[0] for trial in trials(contract_of(feed)) if trial.breaks} for feed in files}
    assert [feed for feed in files if declared_names(feed) & implied[feed]] == []


def expectation(feed: str, name: str) -> Expectation:
    (found,) = [each for each in all_suites()[feed].expectations if each.name == name]
    return found


@pytest.mark.parametrize(
    ("feed", "name", "reason_zh"),
    [
        ("appeals", "appeal_id_not_be_null", "“诉求编号”是主键，不能为空，请补填。"),
        ("appeals", "received_at_not_be_null", "“受理时间”为必填项，请补填。"),
        ("appeals", "source_channel_be_in_set", "“诉求来源”只能填写党员、党组织、网上平台、热线、走访之一，请更正。"),
        (
            "appeals",
            "uscc_be_unified_social_credit_codes",
            "“涉及单位统一社会信用代码”不是有效的统一社会信用代码（18位大写字母和数字，末位为校验码），"
            "请对照登记证照核对，并将该列设为文本格式。",
        ),
        (
            "volunteers",
            "id_card_be_resident_ids",
            "“证件号码”不是有效的公民身份号码（18位，末位为校验码），请对照证件核对，并将该列设为文本格式。",
        ),
        (
            "instructors",
            "phone_be_phone_numbers",
            "“联系电话”不是有效的电话号码，请填写11位手机号、带区号的固定电话或400电话。",
        ),
        ("appeals", "satisfaction_be_within", "“满意度”应为1至5的整数，请更正。"),
        ("review_orders", "score_be_within", "“评议得分”应在0至100之间，请更正。"),
        ("service_records", "person_times_be_within", "“服务人次”应不小于1，请更正。"),
        ("volunteer_hours", "hours_be_within", "“服务时长(小时)”应大于0且不超过24小时，请更正。"),
        (
            "friendly_places",
            "longitude_be_within",
            "“经度”应在113.7至114.7之间（度，深圳市范围），请核对是否与其他列填反。",
        ),
        (
            "enterprises",
            "industry_be_in_set",
            "“行业门类”只能填写A、B、C、D、E、F、G、H、I、J、K、L、M、N、O、P、Q、R、S、T之一（《国民经济行业分类》门类代码），请更正。",
        ),
        ("task_list", "year_be_within", "“年度”应为1900至2100的整数（四位年份，如2025），请更正。"),
        ("service_records", "hours_be_within", "“服务时长(小时)”为负数，请核对。"),
        (
            "chain_committees",
            "dissolved_on_not_be_in_the_future",
            "“撤销日期”晚于报送日期，请核对表中的日期和文件名中的日期。",
        ),
        ("pilots", "started_on_be_readable", "“启动日期”应为日期，例如 2025-03-01 或 2025年3月1日"),
    ],
)
def test_the_reason_tells_a_provider_which_column_and_how_to_mend_it(feed: str, name: str, reason_zh: str) -> None:
    assert expectation(feed, name).reason_zh == reason_zh


@pytest.mark.parametrize(
    ("feed", "name", "note"),
    [
        ("appeals", "appeal_id_not_be_null", "contract: key"),
        ("appeals", "source_channel_be_in_set", "contract: enumeration"),
        ("appeals", "category_be_in_set", "contract: enumeration appeal_category"),
        ("volunteer_hours", "hours_be_within", "contract: more than 0, at most 24"),
        ("social_workers", "id_card_be_resident_ids", "GB 11643: date of birth, check digit"),
        ("compounds", "households_be_within", "project: an amount is not negative"),
    ],
)
def test_the_note_says_where_the_rule_comes_from(feed: str, name: str, note: str) -> None:
    assert expectation(feed, name).note == note


def test_bounds_of_every_kind_can_be_told() -> None:
    column = {"name": "value", "header": "值", "type": "decimal"}
    told = {
        ("minimum",): "“值”应不小于3，请更正。",
        ("maximum",): "“值”应不超过3，请更正。",
        ("exclusive_minimum",): "“值”应大于3，请更正。",
        ("exclusive_maximum",): "“值”应小于3，请更正。",
        ("exclusive_minimum", "exclusive_maximum"): "“值”应大于3且小于3，请更正。",
        ("warn_below",): "“值”小于3，请核对。",
    }
    for ends, reason_zh in told.items():
        contract = contract_of("appeals").model_copy(
            update={"columns": (Column.model_validate({**column, **dict.fromkeys(ends, 3)}),)}
        )
        (found,) = [each for each in derived(contract) if each.rule == "be_within"]
        assert found.reason_zh == reason_zh
