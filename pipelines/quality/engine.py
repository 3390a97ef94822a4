"""Great Expectations itself: one context without files holds every suite and runs them on frames in memory."""

from collections.abc import Mapping
from typing import Any

import great_expectations
import pandas as pd
from great_expectations.core import ExpectationSuite, ExpectationSuiteValidationResult
from great_expectations.data_context.types.base import ProgressBarsConfig
from great_expectations.exceptions import ExpectationNotFoundError
from great_expectations.expectations.registry import get_expectation_impl
from great_expectations.render import LegacyDiagnosticRendererType

from pipelines.quality import expectations as _own_expectations  # noqa: F401 - registers the project's own types
from pipelines.quality.declarations import DeclaredExpectation, DeclaredSuite, SuiteError

# COMPLETE gives the position of each row that breaks a rule; a cell's value is never asked for.
RESULT_FORMAT: dict[str, Any] = {
    "result_format": "COMPLETE",
    "exclude_unexpected_values": True,
    "return_unexpected_index_query": False,
}

# What Data Docs show of an expectation beside its outcome, by the heading of the column.
DOCUMENTED = {"severity": "severity", "note": "note", "说明": "reason_zh"}


class Engine:
    """The suites in a context of their own, by feed."""

    def __init__(self, declared: Mapping[str, DeclaredSuite]) -> None:
        self.context = great_expectations.get_context(mode="ephemeral")
        self.context.enable_analytics(False)
        self.context.variables.progress_bars = ProgressBarsConfig(globally=False)
        self._suites = {feed: self.context.suites.add(_built(suite)) for feed, suite in declared.items()}
        landing = self.context.data_sources.add_pandas("landing")
        self._batches = {
            feed: landing.add_dataframe_asset(feed).add_batch_definition_whole_dataframe("night") for feed in declared
        }

    def run(self, feed: str, frame: pd.DataFrame) -> ExpectationSuiteValidationResult:
        """The result of the feed's suite on a frame whose index is the rows' positions, positions included."""
        batch = self._batches[feed].get_batch(batch_parameters={"dataframe": frame})
        return batch.validate(self._suites[feed], result_format=RESULT_FORMAT)


def _built(declared: DeclaredSuite) -> ExpectationSuite:
    """The suite as Great Expectations knows it.

    Great Expectations drops an expectation that it doesn't know, or finds equal to another one, with a log line at most:
    so each is built here, and counted.

    Raises:
        SuiteError: an expectation is unknown, has wrong arguments, or was dropped.
    """
    suite = ExpectationSuite(
        name=declared.feed,
        expectations=[_built_expectation(declared.feed, each) for each in declared.expectations],
        meta={"notes": {"format": LegacyDiagnosticRendererType.META_PROPERTIES, "content": DOCUMENTED}},
    )
    if len(suite.expectations) != len(declared.expectations):
        raise SuiteError(
            f"suite {declared.feed}: {len(declared.expectations)} expectations declared, {len(suite.expectations)} loaded"
        )
    return suite


def _built_expectation(feed: str, declared: DeclaredExpectation) -> Any:
    try:
        return get_expectation_impl(declared.type)(
            **declared.kwargs,
            severity=declared.severity,
            notes=declared.note,
            meta={
                "name": declared.name,
                "attributes": {
                    "severity": declared.severity,
                    "note": declared.note,
                    "reason_zh": declared.reason_zh,
                },
            },
        )
    except (ExpectationNotFoundError, ValueError) as fault:
        raise SuiteError(f"suite {feed}: {declared.name}: {fault}") from fault
