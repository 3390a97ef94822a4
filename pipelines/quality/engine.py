"""Great Expectations itself: one context without files holds every suite and runs them on frames in memory."""

from collections.abc import Mapping
from typing import Any, cast

import great_expectations
import pandas as pd
from great_expectations.core import ExpectationSuite, ExpectationSuiteValidationResult
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
from pipelines.quality.declarations import DeclaredExpectation, DeclaredSuite, SuiteError

# COMPLETE gives the position of each row that breaks a rule; a cell's value is never asked for.
RESULT_FORMAT: Any = {
    "result_format": "COMPLETE",
    "exclude_unexpected_values": True,
    "return_unexpected_index_query": False,
}


class Engine:
    """The suites in a context of their own, by feed."""

    def __init__(self, declared: Mapping[str, DeclaredSuite]) -> None:
        nothing_on_disk = InMemoryStoreBackendDefaults(init_temp_docs_sites=False)
        self._context = great_expectations.get_context(
            project_config=DataContextConfig(
                store_backend_defaults=nothing_on_disk,
                analytics_enabled=False,
                progress_bars=ProgressBarsConfig(globally=False),
            ),
            mode="ephemeral",
        )
        self._suites = {feed: self._context.suites.add(_built(suite)) for feed, suite in declared.items()}

    def run(self, feed: str, frame: pd.DataFrame) -> ExpectationSuiteValidationResult:
        """The result of the feed's suite on a frame whose index is the rows' positions, positions included."""
        engine = PandasExecutionEngine(batch_data_dict={feed: frame})
        validator = Validator(execution_engine=engine, data_context=self._context)
        return cast(
            "ExpectationSuiteValidationResult", validator.validate(self._suites[feed], result_format=RESULT_FORMAT)
        )


def _built(declared: DeclaredSuite) -> ExpectationSuite:
    """The suite as Great Expectations knows it.

    Great Expectations drops an expectation that it doesn't know, or finds equal to another one, with a log line at
    most: so each is built here, and counted.

    Raises:
        SuiteError: an expectation is unknown, has wrong arguments, or was dropped.
    """
    suite = ExpectationSuite(
        name=declared.feed,
        expectations=[_built_expectation(declared.feed, each) for each in declared.expectations],
    )
    if len(suite.expectations) != len(declared.expectations):
        raise SuiteError(
            f"suite {declared.feed}: {len(suite.expectations)} of {len(declared.expectations)} expectations were loaded"
        )
    return suite


def _built_expectation(feed: str, declared: DeclaredExpectation) -> Any:
    try:
        return get_expectation_impl(declared.type)(
            **declared.kwargs,
            severity=FailureSeverity(declared.severity),
            # Data Docs show the description in the place of a sentence of their own.
            description=f"{', '.join(declared.columns)}: {declared.reason_zh} ({declared.severity}; {declared.note})",
            meta={"name": declared.name},
        )
    except (ExpectationNotFoundError, ValueError) as fault:
        raise SuiteError(f"suite {feed}: {declared.name}: {fault}") from fault
