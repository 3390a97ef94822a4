"""Validation of a feed's rows by its suite: one Great Expectations run for all providers' rows together."""

import dataclasses
import datetime
import functools
import pathlib
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pipelines import privacy, reading
from pipelines.contracts import Column
from pipelines.quality import declarations
from pipelines.quality.derivation import NOT_EMPTY, READABLE
from pipelines.quality.results import name_of
from pipelines.quality.rules import Severity, Suite
from pipelines.reading import ParsedRows

if TYPE_CHECKING:
    from great_expectations.core import ExpectationSuiteValidationResult

    from pipelines.quality.engine import Engine

DEFECT_TYPES = {"row": "int64", "column": "str", "rule": "str", "reason_zh": "str", "value": "str"}


class BrokenExpectation(RuntimeError):
    """An expectation could not be computed: nobody knows whether the rows keep it.

    The message names feed, expectation and the kind of fault, and no more: what a fault says of itself may quote a
    cell.
    """


@dataclasses.dataclass(frozen=True)
class ExpectationVerdict:
    """Whether the rows of a frame keep one expectation. ``rows``: the positions of those that broke it, ascending."""

    name: str
    rule: str
    severity: Severity
    column: str
    success: bool
    failed_count: int
    rows: np.ndarray


@dataclasses.dataclass(frozen=True)
class Verdicts:
    """What is wrong with the rows of a frame: what could not be read, and what breaks the suite.

    ``defects``: one row for each cell that could not be read or broke a critical expectation: ``row`` (position in the
    frame), ``column`` (the first one, where a rule spans several), ``rule``, ``reason_zh`` and ``value`` (as text,
    persons' numbers masked); by row and column. Of a cell that could not be read nothing else is told, in no part of
    this: it is not empty, though the frame has nothing in its place. A line that may be no record is not put to the
    suite at all, and of one that takes a record back only the key must be filled.
    ``expectations``: what became of each of the suite's rules.
    """

    defects: pd.DataFrame
    expectations: list[ExpectationVerdict]


class Suites:
    """The suites of all feeds, in one Great Expectations context.

    A process loads Great Expectations once, at the cost of seconds, however many of these it makes, and not before
    there are rows to be judged.

    Raises:
        SuiteError: a suite can't be used as it is; also raised when Great Expectations first sees it.
    """

    def __init__(self, folder: pathlib.Path = declarations.EXPECTATIONS_FOLDER) -> None:
        self._folder = folder
        self._suites = declarations.all_suites(folder)

    @property
    def _engine(self) -> "Engine":
        return _engine(self._folder)

    def validate(self, feed: str, parsed: ParsedRows) -> Verdicts:
        """The verdicts on a feed's rows, of however many deliveries, in one run.

        The frame holds the contract's columns as read and ``_delivered_on``.

        Raises:
            BrokenExpectation: an expectation raised, or Great Expectations lost one.
        """
        suite = self._suites[feed]
        not_asked = parsed.lines_doubted | parsed.withdrawals
        records = np.setdiff1d(np.arange(len(parsed.frame)), list(not_asked))
        defects = parsed.defects[~parsed.defects["row"].isin(not_asked)]
        unreadable = {
            str(name): np.searchsorted(records, rows.unique()) for name, rows in defects.groupby("column")["row"]
        }
        frame = parsed.frame[suite.delivered].iloc[records].reset_index(drop=True)
        results = self._engine.run(feed, frame, unreadable)
        rows_by_name = {name: records[broken] for name, broken in _broken_rows(suite, results).items()}
        if parsed.withdrawals:
            rows_by_name |= _and_withdrawals_without_key(rows_by_name, suite, parsed)
        verdicts = [
            ExpectationVerdict(
                name=expectation.name,
                rule=expectation.rule,
                severity=expectation.severity,
                column=expectation.columns[0],
                success=not len(rows_by_name[expectation.name]),
                failed_count=len(rows_by_name[expectation.name]),
                rows=rows_by_name[expectation.name],
            )
            for expectation in suite.expectations
        ]
        return Verdicts(_defects(suite, rows_by_name, parsed), verdicts)

    def told_again(
        self, feed: str, rows: int, broken: Mapping[str, int], validated_on: datetime.date
    ) -> "ExpectationSuiteValidationResult":
        """What was found that day, as Great Expectations tells it: of so many rows, how many broke each expectation."""
        return self._engine.told_again(feed, rows, broken, validated_on)


@functools.cache
def _engine(folder: pathlib.Path) -> "Engine":
    from pipelines.quality.engine import Engine  # takes seconds to import

    return Engine(declarations.all_suites(folder))


def _broken_rows(suite: Suite, results: "ExpectationSuiteValidationResult") -> dict[str, np.ndarray]:
    """The positions of the rows that break each expectation, taken out of the results, which keep the counts."""
    rows_by_name = {}
    for result in results.results:
        name = name_of(result)
        if raised := _raised(result.exception_info):
            raise BrokenExpectation(f"feed {suite.feed}: {name} could not be computed: {raised}")
        rows_by_name[name] = np.asarray(result.result.pop("unexpected_index_list"), dtype=np.int64)
        result.result.pop("partial_unexpected_index_list", None)
    if missing := [expectation.name for expectation in suite.expectations if expectation.name not in rows_by_name]:
        raise BrokenExpectation(f"feed {suite.feed}: no result for {', '.join(missing)}")
    return rows_by_name


def _and_withdrawals_without_key(
    rows_by_name: Mapping[str, np.ndarray], suite: Suite, parsed: ParsedRows
) -> dict[str, np.ndarray]:
    """Of the rules that ask for the key: the rows that break them, with those that take back a record without one."""
    keys = {column.name for column in suite.contract.keys}
    withdrawals = np.array(sorted(parsed.withdrawals))
    told = {}
    for expectation in suite.expectations:
        column = expectation.columns[0]
        if expectation.rule == NOT_EMPTY and column in keys:
            unread = parsed.defects.loc[parsed.defects["column"] == column, "row"]
            empty = withdrawals[parsed.frame[column].iloc[withdrawals].isna().to_numpy()]
            told[expectation.name] = np.union1d(rows_by_name[expectation.name], np.setdiff1d(empty, unread))
    return told


def _raised(exception_info: Mapping[str, Any]) -> str | None:
    """The kind of the first exception behind a result, or None.

    Great Expectations tells of exceptions in one of two shapes: flat, or by metric.
    """
    tellings = [exception_info, *(each for each in exception_info.values() if isinstance(each, dict))]
    for telling in tellings:
        if telling.get("raised_exception"):
            kinds = re.findall(r"^(\w+(?:Error|Exception))\b", str(telling["exception_traceback"]), re.MULTILINE)
            return kinds[0] if kinds else "unknown exception"
    return None


def _defects(suite: Suite, rows_by_name: Mapping[str, np.ndarray], parsed: ParsedRows) -> pd.DataFrame:
    contract = suite.contract
    parts = [pd.DataFrame(columns=list(DEFECT_TYPES)).astype(DEFECT_TYPES)]
    for name, unreadable in parsed.defects.groupby("column"):
        parts.append(unreadable.assign(value=_masked(unreadable["value"], contract.column(str(name)))))
    for expectation in suite.expectations:
        column = contract.column(expectation.columns[0])
        rows = rows_by_name[expectation.name]
        if expectation.severity == "critical" and expectation.type != READABLE and len(rows):
            told = {"column": column.name, "rule": expectation.rule, "reason_zh": expectation.reason_zh}
            values = parsed.frame[column.name].iloc[rows]
            shown = reading.local_times(values) if column.type == "datetime" else values
            parts.append(pd.DataFrame({"row": rows, **told, "value": _masked(shown, column)}))
    defects = pd.concat([part for part in parts if len(part)] or parts, ignore_index=True)
    return defects.astype(DEFECT_TYPES).sort_values(["row", "column"], kind="stable", ignore_index=True)


def _masked(values: pd.Series, column: Column) -> pd.Series:
    """The cells as text that a quarantine may show."""
    if column.pii:
        return values.astype("str").map(privacy.mask, na_action="ignore")
    return privacy.scrub(values)
