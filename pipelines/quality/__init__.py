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
from pipelines.quality.documentation import build_data_docs, merged
from pipelines.quality.suites import BrokenExpectation, Outcome, Suites, Verdicts

__all__ = [
    "BrokenExpectation",
    "DeclaredExpectation",
    "DeclaredSuite",
    "Outcome",
    "SuiteError",
    "Suites",
    "Verdicts",
    "all_declared_suites",
    "build_data_docs",
    "declared_suite",
    "merged",
]
