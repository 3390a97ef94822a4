"""Rows by hand for the suites' tests."""

import datetime
from typing import Any

import pandas as pd

from pipelines import quality
from pipelines.contracts import Column, contract_of
from pipelines.quality import Verdicts
from pipelines.reading import ParsedRows
from tests.feeds.test_feeds import described

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


def parsed(feed: str, *changes: dict[str, Any]) -> ParsedRows:
    """One good row of the feed for each of the changes, with the cells that it changes."""
    contract = contract_of(feed)
    good = {column.name: good_value(feed, column) for column in contract.columns}
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


def members(feed: str) -> dict[str, list[str]]:
    """The members of each enumeration of the feed by column, as its providers were told, apart from its suite."""
    told: dict[str, str] = described(feed, "specification").get("members", {})
    return {column: listed.split("|") for column, listed in told.items()}


def special_value(feed: str, column: Column) -> Any | None:
    """A good value of a column that takes not any value of its type; None for one that does."""
    if listed := members(feed).get(column.name):
        return listed[0]
    return described(feed, "specification").get("examples", {}).get(column.name)


def good_value(feed: str, column: Column) -> Any:
    return special_value(feed, column) or GOOD_VALUES[column.type]
