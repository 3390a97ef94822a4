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


UNREADABLE = object()
"""In the place of a value: a cell that could not be read as its column's type."""


def parsed(feed: str, *changes: dict[str, Any]) -> ParsedRows:
    """One good row of the feed for each of the changes, with the cells that it changes."""
    contract = contract_of(feed)
    good = {column.name: good_value(column) for column in contract.columns}
    unreadable = [
        {"row": row, "column": name, "rule": "type_x", "reason_zh": f"{name}读不出", "value": "?"}
        for row, change in enumerate(changes)
        for name, value in change.items()
        if value is UNREADABLE
    ]
    rows = [{**good, **{name: _or_none(value) for name, value in change.items()}} for change in changes]
    frame = pd.DataFrame(
        {
            column.name: pd.Series([row[column.name] for row in rows], dtype=TYPES.get(column.type, "str"))
            for column in contract.columns
        }
    )
    frame["_delivered_on"] = pd.Series([DELIVERED_ON] * len(rows), dtype=object)
    return ParsedRows(frame, pd.DataFrame(unreadable, columns=["row", "column", "rule", "reason_zh", "value"]))


def _or_none(value: Any) -> Any:
    return None if value is UNREADABLE else value


def verdicts(feed: str, *changes: dict[str, Any]) -> Verdicts:
    """What the feed's suite says about such rows."""
    return quality.Suites().validate(feed, parsed(feed, *changes))


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


def special_value(column: Column) -> Any | None:
    """A good value of a column that takes not any value of its type; None for one that does."""
    if column.members:
        return column.members[0]
    lower = column.minimum if column.exclusive_minimum is None else column.exclusive_minimum
    upper = column.maximum if column.exclusive_maximum is None else column.exclusive_maximum
    if lower is None and upper is None:
        return None
    middle = (
        (lower + upper) / 2 if lower is not None and upper is not None else upper - 1 if lower is None else lower + 1
    )
    return int(middle) if column.type == "int" else middle


def good_value(column: Column) -> Any:
    return special_value(column) or GOOD_VALUES[column.type]
