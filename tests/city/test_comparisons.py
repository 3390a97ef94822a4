"""What each value is compared with, computed again: the year to date from the plan, the rest from the values."""

import math

import pandas
import pytest

from tests.city.conftest import SampleCity
from tests.city.recomputation import CITY, INDICATORS, Period
from tests.city.test_indicator_values import PERIODS

OF_A_DAY = "stock", "growth"
MONTHS = [period for period in PERIODS if period.kind == "month"]


@pytest.fixture(scope="session")
def comparisons(city: SampleCity) -> pandas.DataFrame:
    return city.mart(
        "select comparisons.*, kind, periods, obs_status from marts.indicator_comparisons as comparisons "
        "inner join marts.indicator_catalog using (indicator_code) "
        "inner join marts.indicator_values using (indicator_code, period_kind, period, district_code)"
    )


def to_date(month: Period) -> Period:
    return Period(month.name, "year_to_date", month.last.replace(month=1, day=1), month.last)


def close(expected: float | None, found: float) -> bool:
    return math.isnan(found) if expected is None else math.isclose(expected, found, rel_tol=1e-9)


@pytest.mark.parametrize("code", [code for code, indicator in INDICATORS.items() if "month" in indicator.kinds])
def test_the_year_to_date_counts_afresh_what_counts_once(
    city: SampleCity, comparisons: pandas.DataFrame, code: str
) -> None:
    months = comparisons[comparisons["indicator_code"].eq(code) & comparisons["period_kind"].eq("month")]
    found = months.set_index(["period", "district_code"])
    assert len(found)
    if found["kind"].iloc[0] in OF_A_DAY:
        assert found["year_to_date"].isna().all()
        return
    differing = []
    for month in MONTHS:
        figure = INDICATORS[code].figure(city.told, to_date(month))
        worths = {(CITY,): figure.worths([]).get(())}
        if "district" in INDICATORS[code].by:
            worths |= {(area,): worth for (area,), worth in figure.worths(["district"]).items()}
        for area in found.loc[month.name].index:
            worth, row = worths.get((area,)), found.loc[(month.name, area)]
            nothing = 0.0 if row["kind"] == "flow" and not math.isnan(row["value"]) else None
            expected = nothing if worth is None else worth.value
            if not close(expected, row["year_to_date"]):
                differing.append((month.name, area, expected, row["year_to_date"]))
    assert differing == []


def test_a_quarter_s_and_a_year_s_value_to_date_is_that_of_their_last_month(comparisons: pandas.DataFrame) -> None:
    key = ["indicator_code", "district_code"]
    wide = comparisons.pivot_table(index=key, columns="period", values="year_to_date")
    assert len(wide) > 100
    for period, month in (("2024-Q3", "2024-09"), ("2025-Q1", "2025-03"), ("2025", "2025-12"), ("2026", "2026-01")):
        both = wide[wide[month].notna() & wide[period].notna()]
        assert len(both) > 100
        assert (both[period] == both[month]).all()
    flows = comparisons[comparisons["period"].eq("2025") & comparisons["kind"].eq("flow")]
    assert (flows["year_to_date"] == flows["value"]).all()


def test_each_value_stands_beside_that_of_the_period_before_and_of_the_year_before(
    comparisons: pandas.DataFrame,
) -> None:
    names = {"month": "M", "quarter": "Q", "year": "Y"}
    key = ["indicator_code", "district_code", "period_kind", "span"]
    spans = [
        pandas.Period(period.replace("-Q", "Q"), names[kind]).start_time
        for kind, period in comparisons[["period_kind", "period"]].itertuples(index=False)
    ]
    placed = comparisons.assign(span=spans)
    by_key = placed.set_index(key)[["value", "obs_status"]]
    months = {"month": 1, "quarter": 3, "year": 12}
    for name, step in (("previous", months), ("year_before", dict.fromkeys(months, 12))):
        before = placed.assign(
            span=[
                span - pandas.DateOffset(months=step[kind])
                for kind, span in placed[["period_kind", "span"]].itertuples(index=False)
            ]
        )
        beside = before[key].merge(by_key, how="left", left_on=key, right_index=True)
        expected = beside["value"].to_numpy(dtype=float)
        found = placed[f"{name}_value"].to_numpy(dtype=float)
        assert ((expected == found) | (pandas.isna(expected) & pandas.isna(found))).all()
        placed[f"{name}_status"] = beside["obs_status"].where(beside["value"].notna()).to_numpy()
        change = placed["value"] - placed[f"{name}_value"]
        assert ((change == placed[f"{name}_change"]) | (change.isna() & placed[f"{name}_change"].isna())).all()
    has_other = placed["previous_status"].notna() | placed["year_before_status"].notna()
    are_final = placed[["obs_status", "previous_status", "year_before_status"]].fillna("A").eq("A").all(axis=1)
    assert (placed["is_comparable"] == (has_other & are_final)).all()
    assert placed["is_comparable"].any()
