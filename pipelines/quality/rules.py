"""The rules on a feed's rows, before they become expectations of Great Expectations."""

from typing import Any, Literal

import pydantic

from pipelines.contracts import Contract

DELIVERY_DATE = "_delivered_on"
"""The date of the row's delivery: a rule may name this column, and those of the contract."""

Severity = Literal["critical", "warning"]


class SuiteError(ValueError):
    """A suite can't be used. The message names the feed or file, and what is wrong with it."""


class Expectation(pydantic.BaseModel, extra="forbid", frozen=True):
    """One rule of a suite.

    ``severity``: a row that breaks a critical expectation is quarantined; a warning is only reported. ``note``: where
    the rule comes from. ``reason_zh``: what the provider reads: which column, and how to mend it.
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
        """The short name of the rule in the quarantine and in asset checks: ``be_in_set``, ``not_be_null``."""
        return self.type.partition("_to_")[2] or self.type

    @property
    def name(self) -> str:
        """The rule and its (first) column; unique within a suite."""
        return f"{self.columns[0]}_{self.rule}"

    @pydantic.model_validator(mode="after")
    def _names_its_columns(self) -> "Expectation":
        if not {"column", "column_list"} & self.kwargs.keys():
            raise ValueError(
                f"{self.type} names neither a column nor a column_list: only rules on rows are suites' work"
            )
        return self


class Suite(pydantic.BaseModel, extra="forbid", frozen=True):
    """All rules on the rows of one feed: those that follow from its contract, and those declared for it.

    Raises:
        pydantic.ValidationError: a rule is declared twice, or names a column that is not delivered.
    """

    contract: Contract
    expectations: tuple[Expectation, ...]

    @property
    def feed(self) -> str:
        return self.contract.feed

    @property
    def delivered(self) -> list[str]:
        """The columns that a rule may name."""
        return [*(column.name for column in self.contract.columns), DELIVERY_DATE]

    @pydantic.model_validator(mode="after")
    def _can_be_used(self) -> "Suite":
        named = {column for expectation in self.expectations for column in expectation.columns}
        if unknown := sorted(named - {*self.delivered}):
            raise ValueError(f"the contract has no column {', '.join(unknown)}")
        names = [expectation.name for expectation in self.expectations]
        if repeated := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"declared twice, or implied by the contract already: {', '.join(repeated)}")
        return self
