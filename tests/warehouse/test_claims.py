"""The intervals that the report's wording promises, worked out by hand."""

import csv
from decimal import Decimal

import pytest

from pipelines.warehouse.claims import PRINTED_CLAIMS, Interval, UnreadableClaim, interval, printed_intervals


@pytest.mark.parametrize(
    ("printed", "figure", "qualifier", "expected"),
    [
        ("3万多", "3万", "over", Interval(Decimal(30_000), True, Decimal(40_000), False)),
        ("9500多", "9500", "over", Interval(Decimal(9_500), True, Decimal(9_600), False)),
        ("近百", "百", "nearly", Interval(Decimal(90), True, Decimal(100), False)),
        ("逾5.8万", "5.8万", "over", Interval(Decimal(58_000), True, Decimal(59_000), False)),
        ("10.74万", "10.74万", "rounded", Interval(Decimal(107_350), True, Decimal(107_450), False)),
        ("超万亿", "万亿", "above", Interval(Decimal(10) ** 12, False, None, False)),
        ("915万余", "915万", "over", Interval(Decimal(9_150_000), True, Decimal(9_160_000), False)),
        ("1291", "1291", "exact", Interval(Decimal(1_291), True, Decimal(1_291), True)),
        ("一一对应", None, "all", Interval(Decimal(100), True, Decimal(100), True)),
    ],
)
def test_a_printed_figure_stands_for_its_interval(
    printed: str, figure: str | None, qualifier: str, expected: Interval
) -> None:
    assert interval(figure, qualifier) == expected


def test_rising_means_more_than_the_year_before_which_only_the_warehouse_knows() -> None:
    assert interval(None, "rising") == Interval(None, False, None, False, above_year_before=True)


@pytest.mark.parametrize(("figure", "qualifier"), [("许多", "over"), ("", "exact"), (None, "nearly"), ("3万", "about")])
def test_a_figure_or_qualifier_without_a_rule_is_an_error(figure: str | None, qualifier: str) -> None:
    with pytest.raises(UnreadableClaim):
        interval(figure, qualifier)


def test_every_figure_that_was_printed_stands_for_an_interval() -> None:
    with PRINTED_CLAIMS.open(encoding="utf-8") as stream:
        printed = {(line["figure"] or None, line["qualifier"]) for line in csv.DictReader(stream)}
    intervals = printed_intervals()
    assert intervals.keys() == printed
    assert intervals["10.74万", "rounded"] == Interval(Decimal(107_350), True, Decimal(107_450), False)
    assert intervals[None, "all"] == Interval(Decimal(100), True, Decimal(100), True)
