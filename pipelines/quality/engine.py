"""Great Expectations itself: one context without files holds every suite and runs them on frames in memory."""

import datetime
from collections.abc import Mapping
from typing import Any, cast

import great_expectations
import numpy as np
import pandas as pd
from great_expectations.core import (
    ExpectationSuite,
    ExpectationSuiteValidationResult,
    ExpectationValidationResult,
)
from great_expectations.data_context.types.base import (
    DataContextConfig,
    InMemoryStoreBackendDefaults,
    ProgressBarsConfig,
)
from great_expectations.exceptions import ExpectationNotFoundError
from great_expectations.execution_engine import PandasExecutionEngine
from great_expectations.expectations.metadata_types import FailureSeverity
from great_expectations.expectations.registry import get_expectation_impl
from great_expectations.validator.validator import Validator

from pipelines.quality import expectations as _own_expectations  # noqa: F401 - registers the project's own types
from pipelines.quality.derivation import READABLE
from pipelines.quality.results import column_of
from pipelines.quality.rules import Expectation, Suite, SuiteError

# COMPLETE gives the position of each row that breaks a rule; a cell's value is never asked for.
RESULT_FORMAT: Any = {
    "result_format": "COMPLETE",
    "exclude_unexpected_values": True,
    "return_unexpected_index_query": False,
}


class Engine:
    """The suites in a context of their own, by feed."""

    def __init__(self, suites: Mapping[str, Suite]) -> None:
        nothing_on_disk = InMemoryStoreBackendDefaults(init_temp_docs_sites=False)
        self._context = great_expectations.get_context(
            project_config=DataContextConfig(
                store_backend_defaults=nothing_on_disk,
                analytics_enabled=False,
                progress_bars=ProgressBarsConfig(globally=False),
            ),
            mode="ephemeral",
        )
        self._suites = {feed: self._context.suites.add(_built(suite)) for feed, suite in suites.items()}
        self._on_reading = {
            feed: [_built_expectation(feed, each) for each in suite.expectations if each.type == READABLE]
            for feed, suite in suites.items()
        }

    def run(
        self, feed: str, frame: pd.DataFrame, unreadable: Mapping[str, np.ndarray]
    ) -> ExpectationSuiteValidationResult:
        """The result of the feed's suite on a frame whose index is the rows' positions, positions included.

        ``unreadable``: for each column with any, the rows in which a null stands for a cell that could not be read.
        Great Expectations takes it for an empty one. So what it says of such a cell is left out, and told is that the
        cell could not be read.
        """
        engine = PandasExecutionEngine(batch_data_dict={feed: frame})
        validator = Validator(execution_engine=engine, data_context=self._context)
        results = cast(
            "ExpectationSuiteValidationResult", validator.validate(self._suites[feed], result_format=RESULT_FORMAT)
        )
        for result in results.results:
            _leave_out(unreadable.get(column_of(result)), result)
        nothing = np.empty(0, dtype=np.int64)
        results.results += [
            _on_reading(expectation, frame, unreadable.get(expectation.column, nothing))
            for expectation in self._on_reading[feed]
        ]
        return results

    def told_again(
        self, feed: str, rows: int, broken: Mapping[str, int], validated_on: datetime.date
    ) -> ExpectationSuiteValidationResult:
        """The result of a suite that was run before, from what was kept of it: how many rows broke which expectation.

        ``broken`` has every expectation that was run, by name; those declared since are not in the result.
        """
        told = [
            ExpectationValidationResult(
                success=not broken[name],
                expectation_config=expectation.configuration,
                result={
                    "element_count": rows,
                    "unexpected_count": broken[name],
                    "unexpected_percent": 100 * broken[name] / rows,
                },
            )
            for expectation in [*self._suites[feed].expectations, *self._on_reading[feed]]
            if (name := expectation.meta["name"]) in broken
        ]
        kept = sum(bool(each.success) for each in told)
        return ExpectationSuiteValidationResult(
            success=kept == len(told),
            results=told,
            suite_name=feed,
            statistics={
                "evaluated_expectations": len(told),
                "successful_expectations": kept,
                "unsuccessful_expectations": len(told) - kept,
                "success_percent": 100 * kept / len(told) if told else None,
            },
            meta={"run_id": {"run_name": validated_on.isoformat(), "run_time": validated_on.isoformat()}},
        )


def _leave_out(unreadable: np.ndarray | None, result: ExpectationValidationResult) -> None:
    broken = result.result.get("unexpected_index_list")  # none where the expectation could not be computed
    if unreadable is not None and broken:
        told = [row for row in broken if row not in set(unreadable.tolist())]
        result.result.update(unexpected_index_list=told, unexpected_count=len(told))
        result.success = not told


def _on_reading(expectation: Any, frame: pd.DataFrame, unreadable: np.ndarray) -> ExpectationValidationResult:
    """The result of the one expectation that Great Expectations does not run."""
    is_missing = frame[expectation.column].isna().to_numpy(copy=True)
    is_missing[unreadable] = False  # a cell that is doubted may have a value, or none
    return ExpectationValidationResult(
        success=not len(unreadable),
        expectation_config=expectation.configuration,
        result={
            "element_count": len(frame),
            "unexpected_count": len(unreadable),
            "missing_count": int(is_missing.sum()),
            "unexpected_index_list": unreadable.tolist(),
        },
    )


def _built(suite: Suite) -> ExpectationSuite:
    """The suite as Great Expectations runs it.

    Great Expectations drops an expectation that it doesn't know, or finds equal to another one, with a log line at
    most: so each is built here, and counted.

    Raises:
        SuiteError: an expectation is unknown, has wrong arguments, or was dropped.
    """
    expectations = [each for each in suite.expectations if each.type != READABLE]
    built = ExpectationSuite(
        name=suite.feed, expectations=[_built_expectation(suite.feed, each) for each in expectations]
    )
    if len(built.expectations) != len(expectations):
        raise SuiteError(
            f"suite {suite.feed}: {len(built.expectations)} of {len(expectations)} expectations were loaded"
        )
    return built


def _built_expectation(feed: str, expectation: Expectation) -> Any:
    try:
        return get_expectation_impl(expectation.type)(
            **expectation.kwargs,
            severity=FailureSeverity(expectation.severity),
            # Data Docs show the description in the place of a sentence of their own.
            description=f"{', '.join(expectation.columns)}: {expectation.reason_zh} "
            f"({expectation.severity}; {expectation.note})",
            meta={"name": expectation.name},
        )
    except (ExpectationNotFoundError, ValueError) as fault:
        raise SuiteError(f"suite {feed}: {expectation.name}: {fault}") from fault
