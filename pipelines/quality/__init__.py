"""Row verdicts: what each feed's Great Expectations suite says about the rows that were delivered.

A suite is what follows from the feed's contract, and what ``expectations/<feed>.yaml`` adds. Great Expectations itself
takes seconds to import, so nothing here imports it before a suite is first needed.
"""

from pipelines.quality.declarations import all_suites
from pipelines.quality.derivation import NOT_IN_THE_FUTURE
from pipelines.quality.rules import Expectation, Suite, SuiteError
from pipelines.quality.suites import BrokenExpectation, ExpectationVerdict, Suites, Verdicts

__all__ = [
    "NOT_IN_THE_FUTURE",
    "BrokenExpectation",
    "Expectation",
    "ExpectationVerdict",
    "Suite",
    "SuiteError",
    "Suites",
    "Verdicts",
    "all_suites",
]
