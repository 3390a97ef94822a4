"""A delivery that is not there takes its own rows out of the figures, and nothing else.

The sample city is built twice: whole, and without one delivery of an append, an upsert and a snapshot feed, each of
another district.
"""

import dataclasses
import pathlib
import shutil

import duckdb
import pandas
import pytest

from pipelines import settings
from pipelines.home import Home
from tests.city.conftest import NIGHT
from tests.city.recomputation import CITY
from tests.conftest import HOME_NAME
from tests.homes.commands import Commands

KEY = ["indicator_code", "period_kind", "period", "district_code"]


@dataclasses.dataclass(frozen=True)
class Deleted:
    """A delivery by feed, district and the month in which it came, and all that it fed."""

    feed: str
    district: str
    delivered_in: str
    indicators: frozenset[str]
    periods: frozenset[str]


# January's benefits and August's transfers count in their month, quarter and year; a list of the end of August is in
# force at no other period's end. Without the benefits it is not known either that nobody had a medical (NE08).
DELETED = (
    Deleted(
        "care_benefits", "440307", "2025-02", frozenset({"NE07", "NE08"}), frozenset({"2025-01", "2025-Q1", "2025"})
    ),
    Deleted(
        "member_transfers",
        "440304",
        "2025-09",
        frozenset({"PC06"}),
        frozenset({"2025-08", "2025-Q3", "2025"}),
    ),
    Deleted("platform_sites", "440306", "2025-09", frozenset({"NE05", "NE06"}), frozenset({"2025-08"})),
)


@dataclasses.dataclass(frozen=True)
class Warehouses:
    """What is published of all deliveries, and without some."""

    whole: Home
    reduced: Home

    def marts(self, query: str) -> tuple[pandas.DataFrame, pandas.DataFrame]:
        return mart(self.whole, query), mart(self.reduced, query)


def mart(home: Home, query: str) -> pandas.DataFrame:
    with duckdb.connect(home.published_database, read_only=True) as connection:
        return connection.sql(query).df()


def file_of(home: Home, deleted: Deleted) -> pathlib.Path:
    (only,) = (home.landing / "district" / deleted.district / deleted.feed).glob(f"{deleted.delivered_in}-*")
    return only


@pytest.fixture(scope="module")
def warehouses(city_home: Home, commands: Commands, tmp_path_factory: pytest.TempPathFactory) -> Warehouses:
    """The city as it is, and a copy that takes the deliveries of three feeds once more, but for one of each."""
    reduced = settings.home(tmp_path_factory.mktemp("reduced") / HOME_NAME)
    commands.succeed(reduced, "init")
    for kept_by_hand in (city_home.providers_file, city_home.key_file):
        shutil.copyfile(kept_by_hand, reduced.root / kept_by_hand.name)
    feeds = [deleted.feed for deleted in DELETED]
    shutil.copytree(city_home.lake, reduced.lake, ignore=shutil.ignore_patterns(*feeds), dirs_exist_ok=True)
    for feed in feeds:
        for source in (city_home.landing / "district").glob(f"*/{feed}"):
            shutil.copytree(source, reduced.landing / source.relative_to(city_home.landing))
    for deleted in DELETED:
        file_of(reduced, deleted).unlink()
    commands.succeed(reduced, "nightly", "--date", str(NIGHT))
    return Warehouses(city_home, reduced)


def changed(warehouses: Warehouses, columns: list[str]) -> pandas.DataFrame:
    """The keys of the indicator values of which one of the columns differs."""
    whole, reduced = (
        values.set_index(KEY).sort_index()[columns] for values in warehouses.marts("from marts.indicator_values")
    )
    assert whole.index.equals(reduced.index)
    return whole[~(whole.eq(reduced) | (whole.isna() & reduced.isna())).all(axis=1)].reset_index()[KEY]


def test_the_values_that_it_fed_change_and_no_others(warehouses: Warehouses) -> None:
    values = changed(warehouses, ["value", "numerator", "denominator", "record_count"])
    for deleted in DELETED:
        own = values[values["indicator_code"].isin(deleted.indicators)]
        assert set(own["indicator_code"]) == deleted.indicators
        assert set(own["period"]) == deleted.periods
        assert set(own["district_code"]) == {deleted.district, CITY}

    assert set(values["indicator_code"]) == set().union(*(deleted.indicators for deleted in DELETED))


def test_the_coverage_changes_for_its_feed_and_district_alone(warehouses: Warehouses) -> None:
    coverage = changed(warehouses, ["providers_reported", "providers_carried_forward", "reports_received"])
    fed_by = mart(warehouses.whole, "select indicator_code, feeds from marts.indicator_catalog")
    feeds = dict(fed_by.itertuples(index=False, name=None))
    for deleted in DELETED:
        own = coverage[coverage["indicator_code"].map(feeds).str.contains(deleted.feed)]
        assert set(own["district_code"]) == {deleted.district, CITY}
        assert set(own["period"]) == deleted.periods

    others = ~coverage["indicator_code"].map(feeds).str.contains("|".join(deleted.feed for deleted in DELETED))
    assert coverage[others].empty


def test_the_breakdowns_change_for_the_same_indicators_alone(warehouses: Warehouses) -> None:
    whole, reduced = (
        {tuple(row) for row in rows.itertuples(index=False, name=None)}
        for rows in warehouses.marts(
            f"select {', '.join(KEY)}, dimension, member, value from marts.indicator_breakdowns"
        )
    )

    assert {code for code, *_ in whole ^ reduced} == {"NE05", "NE06"}  # the only ones of them that have breakdowns


def test_every_other_delivery_has_the_same_outcome(warehouses: Warehouses) -> None:
    whole, reduced = (
        {tuple(row) for row in rows.itertuples(index=False, name=None)}
        for rows in warehouses.marts(
            "select feed, provider_code, file_name, status, rows_read, accepted, quarantined, duplicate"
            " from marts.deliveries"
        )
    )
    missing = {(deleted.feed, deleted.district, file_of(warehouses.whole, deleted).name) for deleted in DELETED}

    assert reduced < whole
    assert {row[:3] for row in whole - reduced} == missing
