"""Rows by hand for the suites' tests."""

import datetime
from typing import Any

import pandas as pd

from pipelines import quality
from pipelines.contracts import Column, contract_of
from pipelines.quality import Verdicts
from pipelines.reading import ParsedRows

DELIVERED_ON = datetime.date(2025, 3, 3)

CREDIT_CODE = "91110000600037341L"  # the example in python-stdnum's documentation
RESIDENT_ID = "11010519491231002X"  # the example in GB 11643-1999

TYPES = {
    "date": "datetime64[us]",
    "datetime": "datetime64[us]",
    "int": "Int64",
    "decimal": "float64",
    "bool": "boolean",
}

GOOD_VALUES: dict[str, Any] = {
    "text": "某单位",
    "code": "A-1",
    "uscc": CREDIT_CODE,
    "idcard": RESIDENT_ID,
    "phone": "13800138000",
    "date": pd.Timestamp("2025-02-28"),
    "datetime": pd.Timestamp("2025-02-28T02:00"),
    "int": 2,
    "decimal": 3.5,
    "bool": True,
}

# Where a good value is more than one of the right type: one member of each enumeration, one point in each range.
GOOD_CELLS: dict[tuple[str, str], Any] = {
    ("appeals", "source_channel"): "热线",
    ("appeals", "category"): "噪音",
    ("appeals", "result"): "已解决",
    ("association_events", "kind"): "展会",
    ("care_benefits", "kind"): "司机健康月体检",
    ("contact_assignments", "level"): "区级",
    ("enterprises", "industry"): "C",
    ("exam_results", "level"): "社会工作师",
    ("exam_results", "exam_year"): 2024,
    ("friendly_places", "category"): "暖新商户",
    ("friendly_places", "longitude"): 114.05,
    ("friendly_places", "latitude"): 22.54,
    ("guidance_stations", "kind"): "党建工作指导站",
    ("help_requests", "kind"): "意愿达",
    ("help_requests", "beneficiary"): "一老",
    ("leader_reviews", "result"): "同意",
    ("micro_projects", "project_class"): "工程类",
    ("micro_projects", "beneficiary"): "普惠",
    ("pilots", "pilot"): "两社三中心试点区",
    ("recognitions", "award"): "党建强发展强典型案例",
    ("recognitions", "level"): "国家级",
    ("review_lookbacks", "conclusion"): "已落实",
    ("review_orders", "category"): "停车",
    ("review_sessions", "level"): "市级",
    ("service_posts", "category"): "助餐",
    ("service_projects", "field"): "社会救助",
    ("service_records", "service_type"): "个案",
    ("service_records", "field"): "卫生健康",
    ("service_records", "beneficiary"): "一小",
    ("social_organisations", "kind"): "基金会",
    ("social_workers", "level"): "助理社会工作师",
    ("suggestions", "category"): "物业",
    ("task_list", "programme"): "党建引领基层治理",
    ("task_list", "status"): "推进中",
    ("volunteer_hours", "category"): "邻里守望",
}


def parsed(feed: str, *changes: dict[str, Any]) -> ParsedRows:
    """One good row of the feed for each of the changes, with the cells that it changes."""
    contract = contract_of(feed)
    good = {column.name: _good_value(feed, column) for column in contract.columns}
    rows = [{**good, **change} for change in changes]
    frame = pd.DataFrame(
        {
            column.name: pd.Series([row[column.name] for row in rows], dtype=TYPES.get(column.type, "str"))
            for column in contract.columns
        }
    )
    frame["_delivered_on"] = pd.Series([DELIVERED_ON] * len(rows), dtype=object)
    return ParsedRows(frame, pd.DataFrame({"row": [], "column": [], "rule": [], "reason_zh": [], "value": []}))


def verdicts(feed: str, *changes: dict[str, Any]) -> Verdicts:
    """What the feed's suite says about such rows."""
    return quality.Suites().validate(feed, parsed(feed, *changes), contract_of(feed))


def refused(feed: str, *changes: dict[str, Any]) -> list[tuple[int, str, str]]:
    """Position, column and rule of each cell that puts its row into quarantine."""
    return list(verdicts(feed, *changes).defects[["row", "column", "rule"]].itertuples(index=False, name=None))


def warned(feed: str, *changes: dict[str, Any]) -> list[tuple[str, list[int]]]:
    """Name and positions of each expectation that rows have broken without being put into quarantine."""
    return [
        (outcome.name, outcome.rows.tolist())
        for outcome in verdicts(feed, *changes).expectations
        if outcome.severity == "warning" and not outcome.success
    ]


def _good_value(feed: str, column: Column) -> Any:
    return GOOD_CELLS.get((feed, column.name), GOOD_VALUES[column.type])
