"""Great Expectations' results: told apart, counted again, and those of several slices made one."""

import copy
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from great_expectations.core import ExpectationSuiteValidationResult, ExpectationValidationResult

COUNTS = {"element_count", "unexpected_count", "missing_count"}


def name_of(result: "ExpectationValidationResult") -> str:
    """The expectation's name, by which results are told apart: their order is not the suite's."""
    return str((result.expectation.meta or {})["name"])


def column_of(result: "ExpectationValidationResult") -> str:
    """The column at which what breaks the expectation is shown."""
    kwargs = result.expectation_config.kwargs if result.expectation_config else {}
    return str(kwargs["column_list"][0] if "column_list" in kwargs else kwargs["column"])


def merged(results: Sequence["ExpectationSuiteValidationResult"]) -> "ExpectationSuiteValidationResult":
    """One result for the slices in which a feed's rows were validated: the counts are theirs together.

    The slices have been validated by the same suite; one slice is its own result.
    """
    whole = copy.deepcopy(results[0])
    by_name = {name_of(each): each for each in whole.results}
    for each in (each for slice_ in results[1:] for each in slice_.results):
        of_all = by_name[name_of(each)]
        of_all.success = bool(of_all.success and each.success)
        for count in COUNTS & of_all.result.keys():
            of_all.result[count] += each.result[count]
    recount(whole)
    return whole


def recount(results: "ExpectationSuiteValidationResult") -> None:
    """Brings percentages and statistics into line with what is said of each expectation."""
    for each in results.results:
        if "unexpected_count" in each.result:  # it could be computed
            filled = each.result["element_count"] - each.result.get("missing_count", 0)
            each.result["unexpected_percent"] = 100 * each.result["unexpected_count"] / filled if filled else None
    kept = sum(bool(each.success) for each in results.results)
    results.success = kept == len(results.results)
    results.statistics["evaluated_expectations"] = len(results.results)
    results.statistics["successful_expectations"] = kept
    results.statistics["unsuccessful_expectations"] = len(results.results) - kept
    results.statistics["success_percent"] = 100 * kept / len(results.results)
