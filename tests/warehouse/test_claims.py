"""The intervals that the report's wording promises, worked out by hand."""

import csv
import pathlib
from decimal import Decimal

import pytest

from pipelines.warehouse.claims import Interval, UnreadableClaim, interval

SEED = pathlib.Path(__file__).parents[2] / "dbt_project" / "seeds" / "printed_claims.csv"


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


def test_rising_means_more_than_the_year_before() -> None:
    rising = interval(None, "rising", year_before=Decimal("81.5"))
    assert 81.6 in rising
    assert 81.5 not in rising


def test_bounds_belong_to_the_interval_only_where_the_wording_says_so() -> None:
    over, above, nearly = interval("3万", "over"), interval("1万", "above"), interval("百", "nearly")
    assert 30_000 in over
    assert 40_000 not in over
    assert 10_000 not in above
    assert 10_001 in above
    assert 90 in nearly
    assert 100 not in nearly


@pytest.mark.parametrize(("figure", "qualifier"), [("许多", "over"), ("", "exact"), (None, "nearly"), ("3万", "about")])
def test_a_figure_or_qualifier_without_a_rule_is_an_error(figure: str | None, qualifier: str) -> None:
    with pytest.raises(UnreadableClaim):
        interval(figure, qualifier)


def test_the_seed_carries_the_bounds_that_the_function_gives() -> None:
    def bound(cell: str) -> Decimal | None:
        return Decimal(cell) if cell else None

    with SEED.open(encoding="utf-8") as stream:
        claims = list(csv.DictReader(stream))
    assert len(claims) == 55
    for claim in claims:
        stated = Interval(
            bound(claim["lower_bound"]),
            claim["includes_lower_bound"] == "true",
            bound(claim["upper_bound"]),
            claim["includes_upper_bound"] == "true",
        )
        assert stated == interval(claim["figure"] or None, claim["qualifier"]), claim["indicator_code"]
