"""What the rows of a feed must satisfy, before Great Expectations sees it."""

from typing import Any, Literal

import pydantic

from pipelines.contracts import Contract

DELIVERY_DATE = "_delivered_on"
"""The one column that a rule may name beside those of the contract: the date of the row's delivery."""

Severity = Literal["critical", "warning"]


class SuiteError(ValueError):
    """A suite can't be used as it is; the message names the feed or file and what is wrong with it."""


class Expectation(pydantic.BaseModel, extra="forbid", frozen=True):
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
    def _names_its_columns(self) -> "Expectation":
        if not {"column", "column_list"} & self.kwargs.keys():
            raise ValueError(
                f"{self.type} names neither a column nor a column_list: only rules on rows are suites' work"
            )
        return self


class Suite(pydantic.BaseModel, extra="forbid", frozen=True):
    """All rules of one feed on the rows as they arrive: those that its contract implies, and those of its own.

    Raises:
        pydantic.ValidationError: a rule is there twice, or names a column that is not delivered.
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
