"""The project's own Great Expectations rules, on the pandas engine: vectorised conditions, and how the docs tell them.

Great Expectations registers an expectation and its metric when their classes are made: importing this module makes the
types known to every suite. None of the conditions lets Great Expectations filter nulls out first, for that copies the
whole frame for each rule: null satisfies them.
"""

from typing import Any, ClassVar, Literal

import pandas as pd
from great_expectations.execution_engine import PandasExecutionEngine
from great_expectations.expectations.core import ExpectColumnValuesToBeBetween
from great_expectations.expectations.expectation import ColumnMapExpectation, MulticolumnMapExpectation
from great_expectations.expectations.expectation_configuration import ExpectationConfiguration
from great_expectations.expectations.metrics.map_metric_provider import (
    ColumnMapMetricProvider,
    MulticolumnMapMetricProvider,
    column_condition_partial,
    multicolumn_condition_partial,
)
from great_expectations.render import LegacyRendererType, RenderedStringTemplateContent
from great_expectations.render.renderer.renderer import renderer

from pipelines.quality import identifiers


class _ToldInOneSentence:
    """How Data Docs show an expectation: the names of its columns, and what they must be."""

    requirement: ClassVar[str]

    @classmethod
    @renderer(renderer_type=LegacyRendererType.PRESCRIPTIVE)
    def _prescriptive_renderer(
        cls, configuration: ExpectationConfiguration, **_kwargs: Any
    ) -> list[RenderedStringTemplateContent]:
        columns = configuration.kwargs.get("column_list") or [configuration.kwargs["column"]]
        sentence = {"template": "$columns " + cls.requirement, "params": {"columns": ", ".join(columns)}}
        return [RenderedStringTemplateContent(content_block_type="string_template", string_template=sentence)]


class ColumnValuesUnifiedSocialCreditCode(ColumnMapMetricProvider):
    condition_metric_name = "column_values.unified_social_credit_code"
    filter_column_isnull = False

    @column_condition_partial(engine=PandasExecutionEngine)
    def _pandas(cls, column: pd.Series, **_kwargs: Any) -> pd.Series:
        return identifiers.are_unified_social_credit_codes(column)


class ExpectColumnValuesToBeUnifiedSocialCreditCodes(_ToldInOneSentence, ColumnMapExpectation):
    """GB 32100-2015: 18 characters, the last one a check digit."""

    map_metric = "column_values.unified_social_credit_code"
    requirement = "must be unified social credit codes with a right check digit (GB 32100-2015)"


class ColumnValuesResidentId(ColumnMapMetricProvider):
    condition_metric_name = "column_values.resident_id"
    filter_column_isnull = False

    @column_condition_partial(engine=PandasExecutionEngine)
    def _pandas(cls, column: pd.Series, **_kwargs: Any) -> pd.Series:
        return identifiers.are_resident_ids(column)


class ExpectColumnValuesToBeResidentIds(_ToldInOneSentence, ColumnMapExpectation):
    """GB 11643: 18 characters with the date of birth, the last one a check digit."""

    map_metric = "column_values.resident_id"
    requirement = "must be resident id numbers with a right check digit (GB 11643)"


class ColumnValuesPhoneNumber(ColumnMapMetricProvider):
    condition_metric_name = "column_values.phone_number"
    filter_column_isnull = False

    @column_condition_partial(engine=PandasExecutionEngine)
    def _pandas(cls, column: pd.Series, **_kwargs: Any) -> pd.Series:
        return identifiers.are_phone_numbers(column)


class ExpectColumnValuesToBePhoneNumbers(_ToldInOneSentence, ColumnMapExpectation):
    """Mobile numbers of 11 digits from 13 to 19, landlines, 400 and 800 numbers."""

    map_metric = "column_values.phone_number"
    requirement = "must be mobile, landline or service numbers"


class ColumnValuesWithin(ColumnMapMetricProvider):
    condition_metric_name = "column_values.within"
    condition_value_keys = ("min_value", "max_value", "strict_min", "strict_max")
    filter_column_isnull = False

    @column_condition_partial(engine=PandasExecutionEngine)
    def _pandas(
        cls,
        column: pd.Series,
        min_value: float | str | None = None,
        max_value: float | str | None = None,
        strict_min: bool = False,
        strict_max: bool = False,
        **_kwargs: Any,
    ) -> pd.Series:
        as_bound = pd.Timestamp if pd.api.types.is_datetime64_any_dtype(column) else float
        outside = pd.Series(False, index=column.index)
        if min_value is not None:
            lowest = as_bound(min_value)
            outside |= (column <= lowest if strict_min else column < lowest).fillna(False).astype(bool)
        if max_value is not None:
            highest = as_bound(max_value)
            outside |= (column >= highest if strict_max else column > highest).fillna(False).astype(bool)
        return ~outside


class ExpectColumnValuesToBeWithin(ExpectColumnValuesToBeBetween):
    """Great Expectations' own range rule, vectorised, on numbers and dates (whose bounds are ISO 8601 text).

    The original compares value by value unless the column is a numpy number or a datetime in nanoseconds, which
    nullable integers and the dates of pandas 3 are not; there it refuses bounds in text, too.
    """

    map_metric = "column_values.within"


class MulticolumnValuesInOrder(MulticolumnMapMetricProvider):
    condition_metric_name = "multicolumn_values.in_order"

    @multicolumn_condition_partial(engine=PandasExecutionEngine)
    def _pandas(cls, columns: pd.DataFrame, **_kwargs: Any) -> pd.Series:
        in_order = pd.Series(True, index=columns.index)
        latest = columns.iloc[:, 0]
        for _, column in list(columns.items())[1:]:
            in_order &= ~(column < latest).fillna(False).astype(bool)
            latest = column.where(column.notna(), latest)
        return in_order


class ExpectMulticolumnValuesToBeInOrder(_ToldInOneSentence, MulticolumnMapExpectation):
    """Dates (or numbers) of which each is at or after the last filled one before it; empty ones are passed over."""

    map_metric = "multicolumn_values.in_order"
    ignore_row_if: Literal["never"] = "never"
    requirement = "must follow each other in this order"


class MulticolumnValuesNotInTheFuture(MulticolumnMapMetricProvider):
    condition_metric_name = "multicolumn_values.not_in_the_future"

    @multicolumn_condition_partial(engine=PandasExecutionEngine)
    def _pandas(cls, columns: pd.DataFrame, **_kwargs: Any) -> pd.Series:
        *dates, delivered_on = (column for _, column in columns.items())
        day_after = pd.to_datetime(delivered_on) + pd.Timedelta(days=1)
        known = pd.Series(True, index=columns.index)
        for date in dates:
            known &= ~(date >= day_after)
        return known


class ExpectMulticolumnValuesToNotBeInTheFuture(_ToldInOneSentence, MulticolumnMapExpectation):
    """No date lies after the day of the delivery, which is the last column of the list: a night's outcome must not
    depend on when it is replayed, so the clock is not asked."""

    map_metric = "multicolumn_values.not_in_the_future"
    ignore_row_if: Literal["never"] = "never"
    requirement = "must not lie after the delivery's date"
