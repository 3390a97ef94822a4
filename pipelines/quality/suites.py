"""Validation of a feed's rows by its suite: one Great Expectations run for all providers' rows together."""

import dataclasses
import functools
import pathlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import pandas as pd

from pipelines import privacy
from pipelines.contracts import Column, Contract, all_contracts
from pipelines.quality import declarations
from pipelines.quality.declarations import DeclaredExpectation, DeclaredSuite, Severity, SuiteError
from pipelines.settings import SHANGHAI

if TYPE_CHECKING:
    from great_expectations.core import ExpectationSuiteValidationResult


class BrokenExpectation(RuntimeError):
    """An expectation could not be computed: nobody knows whether the rows keep it.

    The message names feed, expectation and the kind of fault, and no more: what a fault says of itself may quote a cell.
    """


class Parsed(Protocol):
    """A feed's rows as read: the typed frame, and the cells that could not be read as their type."""

    @property
    def frame(self) -> pd.DataFrame: ...

    @property
    def defects(self) -> pd.DataFrame: ...


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

    ``defects``: one row for each cell that broke a critical expectation: ``row`` (position in the frame), ``column`` (the
    first one, where a rule spans several), ``rule``, ``reason_zh`` and ``value`` (as text, identifiers masked). A required cell that could not be read is not listed: reading has said why already.
    ``results``: the Great Expectations result with counts alone, no position and no cell's value.
    """

    defects: pd.DataFrame
    results: "ExpectationSuiteValidationResult"
    expectations: list[Outcome]


class Suites:
    """The suites of a folder, each checked against its contract and loaded into one Great Expectations context.

    Loading imports Great Expectations and costs seconds: a process does it once (``shared_suites``).

    Raises:
        SuiteError: a suite can't be used as declared, or belongs to no contract.
    """

    def __init__(
        self,
        folder: pathlib.Path = declarations.EXPECTATIONS_FOLDER,
        contracts: Mapping[str, Contract] | None = None,
    ) -> None:
        from pipelines.quality.engine import Engine  # noqa: PLC0415 - takes seconds to import

        self._declared = declarations.all_declared_suites(folder)
        known = all_contracts() if contracts is None else contracts
        for feed, suite in self._declared.items():
            if feed not in known:
                raise SuiteError(f"suite {feed}: there is no such feed")
            suite.check_against(known[feed])
        self._engine = Engine(self._declared)

    def validate(self, feed: str, parsed: Parsed, contract: Contract) -> Verdicts:
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
def shared_suites() -> Suites:
    """The project's suites, loaded once per process."""
    return Suites()


def _broken_rows(suite: DeclaredSuite, results: "ExpectationSuiteValidationResult") -> dict[str, np.ndarray]:
    """The positions of the rows that break each expectation, taken out of the results, which keep the counts."""
    rows_by_name = {}
    for result in results.results:
        name = result.expectation_config.meta["name"]
        if raised := _raised(result.exception_info):
            raise BrokenExpectation(f"feed {suite.feed}: {name} could not be computed: {raised}")
        rows_by_name[name] = np.asarray(result.result.pop("unexpected_index_list"), dtype=np.int64)
        result.result.pop("partial_unexpected_index_list", None)
    if missing := [expectation.name for expectation in suite.expectations if expectation.name not in rows_by_name]:
        raise BrokenExpectation(f"feed {suite.feed}: no result for {', '.join(missing)}")
    return rows_by_name


def _raised(exception_info: Mapping[str, Any]) -> str | None:
    """The kind of the exception behind a result, or None. Great Expectations tells of it in one of two shapes: flat, or
    by metric."""
    tellings = [exception_info, *(each for each in exception_info.values() if isinstance(each, dict))]
    for telling in tellings:
        if telling.get("raised_exception"):
            last_line = str(telling["exception_traceback"]).strip().rpartition("\n")[2]
            return last_line.partition(":")[0]
    return None


def _defects(
    suite: DeclaredSuite, rows_by_name: Mapping[str, np.ndarray], parsed: Parsed, contract: Contract
) -> pd.DataFrame:
    critical = [expectation for expectation in suite.expectations if expectation.severity == "critical"]
    parts = [_defects_of(each, rows_by_name[each.name], parsed, contract) for each in critical]
    return pd.concat(parts, ignore_index=True).sort_values("row", kind="stable", ignore_index=True)


def _defects_of(expectation: DeclaredExpectation, rows: np.ndarray, parsed: Parsed, contract: Contract) -> pd.DataFrame:
    column = contract.column(expectation.columns[0])
    if expectation.rule == "not_be_null":
        unreadable = parsed.defects.loc[parsed.defects["column"] == column.name, "row"]
        rows = rows[~np.isin(rows, unreadable)]
    constant = {"column": column.name, "rule": expectation.rule, "reason_zh": expectation.reason_zh}
    values = _shown(parsed.frame[column.name].iloc[rows], column).to_numpy()
    return pd.DataFrame({"row": rows, **constant, "value": values}).astype(dict.fromkeys([*constant, "value"], "str"))


def _shown(values: pd.Series, column: Column) -> pd.Series:
    """The cells as a quarantine may show them: identifiers masked, times as the provider's clock showed them."""
    if column.pii:
        return values.astype("str").map(privacy.mask, na_action="ignore")
    if column.type == "datetime":
        return values.dt.tz_localize("UTC").dt.tz_convert(SHANGHAI).dt.tz_localize(None).astype("str")
    return privacy.scrub(values)
