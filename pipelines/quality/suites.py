"""Validation of a feed's rows by its suite: one Great Expectations run for all providers' rows together."""

import dataclasses
import functools
import pathlib
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pipelines import privacy
from pipelines.contracts import Column, Contract, all_contracts
from pipelines.quality import declarations
from pipelines.quality.declarations import DeclaredSuite, Severity, SuiteError
from pipelines.reading import ParsedRows
from pipelines.settings import SHANGHAI

DEFECT_TYPES = {"row": "int64", "column": "str", "rule": "str", "reason_zh": "str", "value": "str"}

if TYPE_CHECKING:
    from great_expectations.core import ExpectationSuiteValidationResult, ExpectationValidationResult

    from pipelines.quality.engine import Engine


class BrokenExpectation(RuntimeError):
    """An expectation could not be computed: nobody knows whether the rows keep it.

    The message names feed, expectation and the kind of fault, and no more: what a fault says of itself may quote a
    cell.
    """


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What became of one expectation. ``rows``: the positions of the rows that broke it, ascending."""

    name: str
    severity: Severity
    column: str
    success: bool
    failed_count: int
    rows: np.ndarray


@dataclasses.dataclass(frozen=True)
class Verdicts:
    """What a suite says about a frame.

    ``defects``: one row for each cell that broke a critical expectation: ``row`` (position in the frame), ``column``
    (the first one, where a rule spans several), ``rule``, ``reason_zh`` and ``value`` (as text, persons' numbers
    masked). A required cell that could not be read counts as empty here.
    ``results``: the Great Expectations result with counts alone, no position and no cell's value.
    """

    defects: pd.DataFrame
    results: "ExpectationSuiteValidationResult"
    expectations: list[Outcome]


class Suites:
    """The suites of a folder, each checked against its contract, in one Great Expectations context.

    A process loads a folder once, at the cost of seconds, however many of these it makes.

    Raises:
        SuiteError: a suite can't be used as declared, or belongs to no contract.
    """

    def __init__(self, folder: pathlib.Path = declarations.EXPECTATIONS_FOLDER) -> None:
        self._declared = declarations.all_declared_suites(folder)
        self._engine = _engine(folder)

    def validate(self, feed: str, parsed: ParsedRows, contract: Contract) -> Verdicts:
        """The verdicts on a feed's rows, of however many deliveries, in one run.

        The frame holds the contract's columns as read and ``_delivered_on``.

        Raises:
            SuiteError: the feed has no suite.
            BrokenExpectation: an expectation raised, or Great Expectations lost one.
        """
        if feed not in self._declared:
            raise SuiteError(f"feed {feed!r} has no suite")
        suite = self._declared[feed]
        delivered = [column.name for column in contract.columns] + [declarations.DELIVERY_DATE]
        results = self._engine.run(feed, parsed.frame[delivered].reset_index(drop=True))
        rows_by_name = _broken_rows(suite, results)
        outcomes = [
            Outcome(
                name=expectation.name,
                severity=expectation.severity,
                column=expectation.columns[0],
                success=not len(rows_by_name[expectation.name]),
                failed_count=len(rows_by_name[expectation.name]),
                rows=rows_by_name[expectation.name],
            )
            for expectation in suite.expectations
        ]
        return Verdicts(_defects(suite, rows_by_name, parsed, contract), results, outcomes)


@functools.cache
def _engine(folder: pathlib.Path) -> "Engine":
    from pipelines.quality.engine import Engine  # takes seconds to import

    suites = declarations.all_declared_suites(folder)
    contracts = all_contracts()
    for feed, suite in suites.items():
        if feed not in contracts:
            raise SuiteError(f"suite {feed}: there is no such feed")
        suite.check_against(contracts[feed])
    return Engine(suites)


def _broken_rows(suite: DeclaredSuite, results: "ExpectationSuiteValidationResult") -> dict[str, np.ndarray]:
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


def name_of(result: "ExpectationValidationResult") -> str:
    """The declared expectation's name, by which results are told apart: their order is not the suite's."""
    return str((result.expectation.meta or {})["name"])


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


def _defects(
    suite: DeclaredSuite, rows_by_name: Mapping[str, np.ndarray], parsed: ParsedRows, contract: Contract
) -> pd.DataFrame:
    parts = []
    for expectation in suite.expectations:
        column = contract.column(expectation.columns[0])
        rows = rows_by_name[expectation.name]
        if expectation.severity == "critical" and len(rows):
            told = {"column": column.name, "rule": expectation.rule, "reason_zh": expectation.reason_zh}
            value = _shown(parsed.frame[column.name].iloc[rows], column)
            parts.append(pd.DataFrame({"row": rows, **told, "value": value}))
    defects = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(DEFECT_TYPES))
    return defects.astype(DEFECT_TYPES).sort_values("row", kind="stable", ignore_index=True)


def _shown(values: pd.Series, column: Column) -> pd.Series:
    """The cells as a quarantine may show them: identifiers masked, times as the provider's clock showed them."""
    if column.pii:
        return values.astype("str").map(privacy.mask, na_action="ignore")
    if column.type == "datetime":
        values = values.dt.tz_localize("UTC").dt.tz_convert(SHANGHAI).dt.tz_localize(None)
    return privacy.scrub(values)
