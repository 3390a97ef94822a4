"""Every indicator, computed again from the plan of the sample city, is what the warehouse publishes."""

import math
from collections.abc import Iterator

import pandas
import pytest

from tests.city.conftest import NIGHT, SampleCity
from tests.city.recomputation import CITY, INDICATORS, NOT_STATED, Figure, Period, Worth, periods_until

PERIODS = periods_until("2024-01-01", str(NIGHT))
SLICED = [code for code, indicator in INDICATORS.items() if indicator.dimensions]
KEY = ["period", "district_code"]

# A slice of an indicator: its period, its district (or the city), and in a breakdown the dimension and the member.
Slice = tuple[str, ...]


@pytest.fixture(scope="session")
def districts(city: SampleCity) -> list[str]:
    return city.mart("select district_code from marts.dim_district where not is_city")["district_code"].tolist()


@pytest.fixture(scope="session")
def feeds(city: SampleCity) -> dict[str, list[str]]:
    """The feeds that each indicator is computed from."""
    catalogue = city.mart("select indicator_code, feeds from marts.indicator_catalog")
    return {code: names.split("|") for code, names in catalogue.itertuples(index=False, name=None)}


def figures(city: SampleCity, code: str) -> Iterator[tuple[Period, Figure]]:
    """What is counted in each period that the indicator has."""
    for period in PERIODS:
        if period.kind in INDICATORS[code].kinds:
            yield period, INDICATORS[code].figure(city.told, period)


def expected_values(city: SampleCity, code: str, feeds: list[str], districts: list[str]) -> dict[Slice, Worth]:
    """Every period has a value for the city, and for every district where the indicator has districts. Where no report
    says anything of the period, and no row was found, it is not known."""
    expected: dict[Slice, Worth] = {}
    for period, figure in figures(city, code):
        found = {(CITY,): figure.worths([]).get(())}
        if "district" in INDICATORS[code].by:
            worths = figure.worths(["district"])
            found |= {(district,): worths.get((district,)) for district in districts}
        for (area,), worth in found.items():
            is_reported = any(city.told.is_reported(feed, period, area, code != "IC05") for feed in feeds)
            nothing = figure.nothing if is_reported else Worth(None)
            has_rows = worth is not None and bool(is_reported or worth.value or worth.denominator)
            expected[period.name, area] = worth if worth is not None and has_rows else nothing
    return expected


def expected_breakdowns(city: SampleCity, code: str) -> dict[Slice, Worth]:
    """A member is there where it has rows, and where nothing says which it is, as 未知; rows of no district are the
    city's alone."""
    expected: dict[Slice, Worth] = {}
    for period, figure in figures(city, code):
        for dimension in INDICATORS[code].dimensions:
            for (member,), worth in figure.worths([dimension]).items():
                expected[period.name, CITY, dimension, member] = worth
            if "district" in INDICATORS[code].by:
                for (district, member), worth in figure.worths(["district", dimension]).items():
                    expected[period.name, district, dimension, member] = worth
    return {place: worth for place, worth in expected.items() if place[1] != NOT_STATED}


def found_in(mart: pandas.DataFrame, key: list[str]) -> dict[Slice, Worth]:
    worths = mart[["value", "numerator", "denominator"]].astype(object).where(lambda cells: cells.notna(), None)
    return {
        place: Worth(*parts)
        for place, parts in zip(
            mart[key].itertuples(index=False, name=None), worths.itertuples(index=False, name=None), strict=True
        )
    }


def is_same(expected: Worth | None, found: Worth | None) -> bool:
    """Equal to the unit; percentages and sums to nine digits, which is what adding in another order may change."""
    if expected is None or found is None:
        return False
    pairs = [(expected.value, found.value)]
    if expected.denominator is not None:
        pairs += [(expected.numerator, found.numerator), (expected.denominator, found.denominator)]
    return all(
        (one is None and other is None)
        or (one is not None and other is not None and math.isclose(one, other, rel_tol=1e-9))
        for one, other in pairs
    )


def disagreements(code: str, expected: dict[Slice, Worth], found: dict[Slice, Worth]) -> str:
    """A line for each slice that differs, empty if none does."""
    differing = [place for place in sorted({*expected, *found}) if not is_same(expected.get(place), found.get(place))]
    lines = [
        f"{code} {' '.join(place)}: expected {expected.get(place)}, found {found.get(place)}" for place in differing
    ]
    return "\n".join([f"{len(lines)} of {len(expected)} differ", *lines[:20]]) if lines else ""


def test_every_indicator_of_the_catalogue_is_recomputed(city: SampleCity) -> None:
    catalogue = city.mart("select indicator_code, coalesce(dimensions, '') as dimensions from marts.indicator_catalog")

    assert INDICATORS
    assert {code: "|".join(indicator.by) for code, indicator in INDICATORS.items()} == dict(
        catalogue.itertuples(index=False, name=None)
    )


@pytest.mark.parametrize("code", INDICATORS)
def test_the_values_are_those_of_the_plan(
    city: SampleCity, feeds: dict[str, list[str]], districts: list[str], code: str
) -> None:
    mart = city.mart(f"select * from marts.indicator_values where indicator_code = '{code}'")

    assert not disagreements(code, expected_values(city, code, feeds[code], districts), found_in(mart, KEY))


@pytest.mark.parametrize("code", SLICED)
def test_the_breakdowns_are_those_of_the_plan(city: SampleCity, code: str) -> None:
    mart = city.mart(f"select * from marts.indicator_breakdowns where indicator_code = '{code}'")
    expected = expected_breakdowns(city, code)

    assert expected
    assert not disagreements(code, expected, found_in(mart, [*KEY, "dimension", "member"]))


def test_a_wrong_value_would_be_seen() -> None:
    place: Slice = ("2025", CITY)
    expected = {place: Worth(50.0, 1, 2)}

    assert not disagreements("PC01", expected, {place: Worth(50.0, 1.0, 2.0)})
    for wrong in (Worth(50.0, 2, 4), Worth(50.0000001, 1, 2), Worth(None, 1, 2)):
        assert disagreements("PC01", expected, {place: wrong}).startswith("1 of 1 differ\nPC01 2025 440300: expected")
    assert disagreements("PC01", expected, {})
    assert disagreements("PC01", {}, {place: Worth(1.0)})
