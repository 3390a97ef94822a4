"""The project's own Great Expectations rules, as vectorised conditions of the pandas engine.

Great Expectations registers an expectation and its metric when their classes are defined, so importing this module
makes them known. Null satisfies all of them: if Great Expectations removed nulls first, it would copy the whole frame
for each rule.
"""

from typing import Any, ClassVar, Literal

import pandas as pd
from great_expectations.execution_engine import PandasExecutionEngine
from great_expectations.expectations.core import ExpectColumnValuesToBeBetween
from great_expectations.expectations.expectation import ColumnMapExpectation, MulticolumnMapExpectation
from great_expectations.expectations.metrics.map_metric_provider import (
    ColumnMapMetricProvider,
    MulticolumnMapMetricProvider,
    column_condition_partial,
    multicolumn_condition_partial,
)

from pipelines import reading
from pipelines.quality import identifiers


class ColumnValuesUnifiedSocialCreditCode(ColumnMapMetricProvider):
    condition_metric_name = "column_values.unified_social_credit_code"
    filter_column_isnull = False

    @column_condition_partial(engine=PandasExecutionEngine)
    def _pandas(cls, column: pd.Series, **_kwargs: Any) -> pd.Series:
        return identifiers.are_unified_social_credit_codes(column)


class ExpectColumnValuesToBeUnifiedSocialCreditCodes(ColumnMapExpectation):
    """GB 32100-2015: 18 characters, the last one a check digit."""

    map_metric = "column_values.unified_social_credit_code"


class ColumnValuesResidentId(ColumnMapMetricProvider):
    condition_metric_name = "column_values.resident_id"
    filter_column_isnull = False

    @column_condition_partial(engine=PandasExecutionEngine)
    def _pandas(cls, column: pd.Series, **_kwargs: Any) -> pd.Series:
        return identifiers.are_resident_ids(column)


class ExpectColumnValuesToBeResidentIds(ColumnMapExpectation):
    """GB 11643: 18 characters with the date of birth, the last one a check digit."""

    map_metric = "column_values.resident_id"


class ColumnValuesPhoneNumber(ColumnMapMetricProvider):
    condition_metric_name = "column_values.phone_number"
    filter_column_isnull = False

    @column_condition_partial(engine=PandasExecutionEngine)
    def _pandas(cls, column: pd.Series, **_kwargs: Any) -> pd.Series:
        return identifiers.are_phone_numbers(column)


class ExpectColumnValuesToBePhoneNumbers(ColumnMapExpectation):
    """Mobile numbers of 11 digits from 13 to 19, landlines, 400 and 800 numbers."""

    map_metric = "column_values.phone_number"


class ColumnValuesWithin(ColumnMapMetricProvider):
    condition_metric_name = "column_values.within"
    condition_value_keys = ("min_value", "max_value", "strict_min", "strict_max")
    filter_column_isnull = False

    @column_condition_partial(engine=PandasExecutionEngine)
    def _pandas(
        cls,
        column: pd.Series,
        min_value: float | None = None,
        max_value: float | None = None,
        strict_min: bool = False,
        strict_max: bool = False,
        **_kwargs: Any,
    ) -> pd.Series:
        outside = pd.Series(False, index=column.index)
        if min_value is not None:
            outside |= (column <= min_value if strict_min else column < min_value).fillna(False).astype(bool)
        if max_value is not None:
            outside |= (column >= max_value if strict_max else column > max_value).fillna(False).astype(bool)
        return ~outside


class ExpectColumnValuesToBeWithin(ExpectColumnValuesToBeBetween):
    """Great Expectations' own range rule, vectorised: the original compares value by value in nullable integers."""

    map_metric = "column_values.within"


class ExpectColumnValuesToBeReadable(ColumnMapExpectation):
    """Every filled cell could be read as the column's type.

    It has no metric and is never run: what could not be read shows where cells become values, and not in these. The
    class is there for the results of what reading says.
    """

    map_metric = "column_values.readable"


def _is_that_day_without_time(times: pd.Series, others: pd.Series) -> pd.Series:
    """Which times (UTC) are the midnight that a bare date in Shenzhen is read as, of the day of the other time."""
    if times.dtype.kind != "M" or others.dtype.kind != "M":
        return pd.Series(False, index=times.index)
    return reading.local_times(times).eq(reading.local_times(others).dt.floor("D"))


class MulticolumnValuesInOrder(MulticolumnMapMetricProvider):
    condition_metric_name = "multicolumn_values.in_order"

    @multicolumn_condition_partial(engine=PandasExecutionEngine)  # type: ignore[untyped-decorator]
    def _pandas(cls, columns: pd.DataFrame, **_kwargs: Any) -> pd.Series:
        in_order = pd.Series(True, index=columns.index)
        latest = columns.iloc[:, 0]
        for _, column in list(columns.items())[1:]:
            too_early = (column < latest).fillna(False).astype(bool)
            too_early[too_early] = ~_is_that_day_without_time(column[too_early], latest[too_early])
            in_order &= ~too_early
            latest = column.where(column.notna(), latest)
        return in_order


class ExpectMulticolumnValuesToBeInOrder(MulticolumnMapExpectation):
    """Dates (or numbers) of which each is at or after the last filled one before it; empty ones are passed over.

    A time that was given as a date alone may be any of that day.
    """

    map_metric = "multicolumn_values.in_order"
    ignore_row_if: Literal["never"] = "never"


class MulticolumnValuesNotInTheFuture(MulticolumnMapMetricProvider):
    condition_metric_name = "multicolumn_values.not_in_the_future"
    condition_value_keys = ("is_moment",)

    @multicolumn_condition_partial(engine=PandasExecutionEngine)  # type: ignore[untyped-decorator]
    def _pandas(cls, columns: pd.DataFrame, is_moment: bool = False, **_kwargs: Any) -> pd.Series:
        happened, delivered_on = (column for _, column in columns.items())
        times = reading.local_times(happened) if is_moment else happened
        return ~(times >= pd.to_datetime(delivered_on) + pd.Timedelta(days=1))


class ExpectMulticolumnValuesToNotBeInTheFuture(MulticolumnMapExpectation):
    """The first column's date, or moment in Shenzhen, is not after the day of the delivery, which is the second.

    A night's outcome must not depend on when it is replayed, so the clock is not asked. ``is_moment``: the column has
    moments in UTC, not days.
    """

    map_metric = "multicolumn_values.not_in_the_future"
    success_keys: ClassVar[tuple[str, ...]] = (*MulticolumnMapExpectation.success_keys, "is_moment")
    ignore_row_if: Literal["never"] = "never"
    is_moment: bool = False
