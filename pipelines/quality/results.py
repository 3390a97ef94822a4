"""Great Expectations' results, told apart."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from great_expectations.core import ExpectationValidationResult


def name_of(result: "ExpectationValidationResult") -> str:
    """The expectation's name, by which results are told apart: their order is not the suite's."""
    return str((result.expectation.meta or {})["name"])


def column_of(result: "ExpectationValidationResult") -> str:
    """The column at which what breaks the expectation is shown."""
    kwargs = result.expectation_config.kwargs if result.expectation_config else {}
    return str(kwargs["column_list"][0] if "column_list" in kwargs else kwargs["column"])
