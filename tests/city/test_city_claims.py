"""The figures that the city printed for 2025, held against values and intervals that nothing else worked out."""

import math

import pandas
import pytest

from tests.city.conftest import SampleCity
from tests.city.recomputation import CITY, INDICATORS, Period, periods_until

(Y2024,) = [period for period in periods_until("2024-12-01", "2024-12-31") if period.kind == "year"]
(Y2025,) = [period for period in periods_until("2025-01-01", "2025-12-31") if period.kind == "year"]

# Each printed figure by its qualifier: the least value that makes it true, and the first one that is too much.
# 多, 余 and 逾 promise less than one more of the last digit; 近 nine tenths at least; 万 with decimals is rounded.
EXACT = {
    "PC04": 17, "IC02": 73, "IC03": 5, "NE01": 60, "NE02": 2946, "NE04": 97, "NE05": 841, "GC01": 37, "GC02": 21,
    "GC03": 6, "GC04": 13, "RG01": 1232, "RG02": 2852, "WR01": 336, "WR02": 1291, "WR03": 29, "WR04": 13, "MP02": 6594,
    "AS01": 864, "AS02": 166, "AS03": 908, "VO01": 4, "VO02": 17, "VO03": 14, "VO04": 30, "SW02": 12114, "SW03": 70,
    "SW04": 14, "SW07": 1161, "SW12": 17,
}  # fmt: skip
OVER = {
    "PC03": (30_000, 40_000), "IC04": (9_500, 9_600), "IC07": (100_000, 200_000), "IC08": (2_000, 3_000),
    "NE03": (4_500, 4_600), "NE07": (1_000, 2_000), "NE08": (2_000, 3_000), "RG03": (150, 160),
    "SW01": (58_000, 59_000), "SW05": (200, 300), "SW08": (28_000, 29_000), "SW09": (5_600, 5_700),
    "SW13": (9_150_000, 9_160_000),
}  # fmt: skip
NEARLY = {"IC01": (90, 100), "IC06": (9_000, 10_000), "SW06": (360, 400)}
ROUNDED = {"SW10": (107_350, 107_450), "SW11": (354_550, 354_650)}
ABOVE = {"IC05": 1e12, "MP01": 10_000}
ALL = ["NE06", "AS04", "VO05"]
# Beside these: the heading's second figure of an indicator, and one about the year before.
BESIDE = {("SW13", 2025, "900万", "above"): (9_000_000, False, None), ("SW03", 2024, "56", "exact"): (56, True, 56)}
RISING = ["PC01", "PC02"]
OF_THE_REPORT = "year = 2025 and (indicator_code, qualifier) <> ('SW13', 'above')"
FROM_TO = OVER | NEARLY | ROUNDED


def value(city: SampleCity, code: str, period: Period) -> float:
    """The value of the city, recomputed from the plan."""
    worth = INDICATORS[code].figure(city.told, period).worths([])[()]
    assert worth.value is not None
    return worth.value


def is_true(code: str, found: float, year_before: float) -> bool:
    """Whether what was printed is true of a value."""
    if code in EXACT:
        return found == EXACT[code]
    if code in FROM_TO:
        least, too_much = FROM_TO[code]
        return least <= found < too_much
    if code in ABOVE:
        return found > ABOVE[code]
    return found == 100 if code in ALL else found > year_before


def test_all_claims_hold_in_the_warehouse(city: SampleCity) -> None:
    claims = city.mart(f"select * from marts.claims where {OF_THE_REPORT}")

    assert len(claims) == len(EXACT) + len(FROM_TO) + len(ABOVE) + len(ALL) + len(RISING)
    assert set(claims["indicator_code"]) == {*EXACT, *FROM_TO, *ABOVE, *ALL, *RISING}
    assert claims["holds"].all()


def test_a_second_figure_and_one_of_the_year_before_are_claims_too(city: SampleCity) -> None:
    claims = city.mart(f"select * from marts.claims where not ({OF_THE_REPORT})").astype(object)
    found = {
        (code, year, figure, qualifier): (lower, includes_lower, None if pandas.isna(upper) else upper)
        for code, year, figure, qualifier, lower, includes_lower, upper in claims[
            ["indicator_code", "year", "figure", "qualifier", "lower_bound", "includes_lower_bound", "upper_bound"]
        ].itertuples(index=False)
    }

    assert found == BESIDE
    assert claims["holds"].all()


def test_a_claim_says_what_its_value_stands_on(city: SampleCity) -> None:
    """Of care benefits of twelve months in eleven districts one never came; 2024's register came, all others' too."""
    claims = city.mart("select * from marts.claims").set_index(["indicator_code", "year", "qualifier"])
    said = claims[["obs_status", "reports_expected", "reports_received"]]

    assert said.loc["NE07", 2025, "over"].tolist() == ["L", 132, 131]
    assert said.loc["AS02", 2025, "exact"].tolist() == ["A", 12, 12]
    assert said.loc["SW03", 2024, "exact"].tolist() == ["A", 1, 1]


def test_the_claims_are_true_of_the_recomputed_values(city: SampleCity) -> None:
    claims = city.mart(f"select indicator_code, value from marts.claims where {OF_THE_REPORT}")

    for code, claimed in claims.itertuples(index=False):
        expected = value(city, code, Y2025)
        year_before = value(city, code, Y2024) if code in RISING else math.nan
        assert math.isclose(claimed, expected, rel_tol=1e-9), (code, claimed, expected)
        assert is_true(code, expected, year_before), (code, expected, year_before)


@pytest.mark.parametrize("code", [*FROM_TO, *EXACT])
def test_the_bounds_are_those_of_the_printed_words(city: SampleCity, code: str) -> None:
    claim = city.mart(f"select * from marts.claims where indicator_code = '{code}' and {OF_THE_REPORT}").iloc[0]
    least, too_much = FROM_TO.get(code, (EXACT.get(code), EXACT.get(code)))

    assert (claim["lower_bound"], claim["upper_bound"]) == (least, too_much)
    assert (claim["includes_lower_bound"], claim["includes_upper_bound"]) == (True, code in EXACT)


def test_2024_differs_as_the_report_says(city: SampleCity) -> None:
    """56 senior social workers at its end, and fewer party organisations among enterprises and social organisations."""
    values = city.mart(f"""
        select indicator_code, period, value from marts.indicator_values
        where district_code = '{CITY}' and period_kind = 'year'
    """).set_index(["indicator_code", "period"])["value"]

    assert (values["SW03", "2024"], values["SW03", "2025"], values["SW04", "2025"]) == (56, 70, 14)
    for code in RISING:
        assert values[code, "2024"] < values[code, "2025"]


def test_a_value_beside_the_printed_figure_would_be_seen() -> None:
    assert not is_true("PC04", 16, math.nan)
    assert not is_true("PC03", 40_000, math.nan)
    assert not is_true("IC06", 10_000, math.nan)
    assert not is_true("SW10", 107_450, math.nan)
    assert not is_true("IC05", 1e12, math.nan)
    assert not is_true("NE06", 99.9, math.nan)
    assert not is_true("PC01", 70.0, 70.0)
