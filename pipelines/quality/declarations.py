"""The suites as declared in ``expectations/<feed>.yaml``, before Great Expectations sees them."""

import functools
import pathlib
from typing import Any, Literal

import pydantic
import yaml

from pipelines.contracts import Contract

EXPECTATIONS_FOLDER = pathlib.Path(__file__).parents[2] / "expectations"

DELIVERY_DATE = "_delivered_on"
"""The one column that a suite may name beside those of the contract: the date of the row's delivery."""

Severity = Literal["critical", "warning"]


class SuiteError(ValueError):
    """A suite can't be used as declared; the message names the file and what is wrong with it."""


class DeclaredExpectation(pydantic.BaseModel, extra="forbid", frozen=True):
    """One rule of a suite.

    ``severity``: a row that breaks a critical expectation is quarantined, a warning is only reported. ``note`` says
    where the bound comes from. ``reason_zh`` is what the provider reads: which header, and how to mend it.
    """

    type: str
    kwargs: dict[str, Any]
    severity: Severity
    note: str = pydantic.Field(min_length=1)
    reason_zh: str = pydantic.Field(min_length=1)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the rule reads; the first one is where its defects are shown."""
        return tuple(self.kwargs["column_list"] if "column_list" in self.kwargs else [self.kwargs["column"]])

    @property
    def rule(self) -> str:
        """The rule in short, as the quarantine and the asset checks call it: ``be_in_set``, ``not_be_null``."""
        return self.type.partition("_to_")[2] or self.type

    @property
    def name(self) -> str:
        """The rule and its (first) column; unique within a suite."""
        return f"{self.columns[0]}_{self.rule}"

    @pydantic.model_validator(mode="after")
    def _names_its_columns(self) -> "DeclaredExpectation":
        if not {"column", "column_list"} & self.kwargs.keys():
            raise ValueError(
                f"{self.type} names neither a column nor a column_list: only rules on rows are suites' work"
            )
        return self


class DeclaredSuite(pydantic.BaseModel, extra="forbid", frozen=True):
    """All rules of one feed on the rows as they arrive."""

    feed: str
    expectations: tuple[DeclaredExpectation, ...] = pydantic.Field(min_length=1)

    @pydantic.model_validator(mode="after")
    def _names_are_unique(self) -> "DeclaredSuite":
        names = [expectation.name for expectation in self.expectations]
        if repeated := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"declared more than once: {', '.join(repeated)}")
        return self

    def check_against(self, contract: Contract) -> None:
        """Returns if every column that the suite names is delivered.

        Raises:
            SuiteError: the contract has no such column.
        """
        known = {column.name for column in contract.columns} | {DELIVERY_DATE}
        named = {column for expectation in self.expectations for column in expectation.columns}
        if unknown := sorted(named - known):
            raise SuiteError(f"suite {self.feed}: the contract has no column {', '.join(unknown)}")


def read_suite(path: pathlib.Path) -> DeclaredSuite:
    """The suite declared in one file.

    Raises:
        SuiteError: the file doesn't follow the model, or names another feed than its own name does.
    """
    try:
        suite = DeclaredSuite.model_validate(yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader))
    except (pydantic.ValidationError, yaml.YAMLError) as fault:
        raise SuiteError(f"{path}: {fault}") from fault
    if suite.feed != path.stem:
        raise SuiteError(f"{path}: declares the suite of {suite.feed!r}")
    return suite


@functools.cache
def all_declared_suites(folder: pathlib.Path = EXPECTATIONS_FOLDER) -> dict[str, DeclaredSuite]:
    """Every suite of the folder by feed, in alphabetical order."""
    return {path.stem: read_suite(path) for path in sorted(folder.glob("*.yaml"))}


def declared_suite(feed: str) -> DeclaredSuite:
    """The project's suite of one feed.

    Raises:
        SuiteError: nobody declared one.
    """
    suites = all_declared_suites()
    if feed not in suites:
        raise SuiteError(f"feed {feed!r} has no suite in {EXPECTATIONS_FOLDER}")
    return suites[feed]
