"""Row verdicts: what each feed's Great Expectations suite says about the rows that were delivered.

A suite is declared in ``expectations/<feed>.yaml``. Great Expectations itself takes seconds to import, so nothing here
imports it before a suite is first needed.
"""

from pipelines.quality.declarations import (
    DeclaredExpectation,
    DeclaredSuite,
    SuiteError,
    all_declared_suites,
    declared_suite,
)
from pipelines.quality.documentation import build_data_docs
from pipelines.quality.suites import BrokenExpectation, Outcome, Parsed, Suites, Verdicts, shared_suites

__all__ = [
    "BrokenExpectation",
    "DeclaredExpectation",
    "DeclaredSuite",
    "Outcome",
    "Parsed",
    "SuiteError",
    "Suites",
    "Verdicts",
    "all_declared_suites",
    "build_data_docs",
    "declared_suite",
    "shared_suites",
]
