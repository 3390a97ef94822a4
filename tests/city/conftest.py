"""The sample city as a whole: made by ``sww sample``, taken in and published by ``sww nightly``, once for all tests."""

import dataclasses
import datetime
import pathlib

import duckdb
import pandas
import pytest

from pipelines import settings
from pipelines.home import Home
from sample_city import planning
from sample_city.city import DEFAULT_END, DEFAULT_START
from tests.city.recomputation import Told
from tests.conftest import HOME_NAME
from tests.homes.commands import Commands
from tests.homes.kept import KeptHomes

# Far below a laptop's volume: what the report prints to the unit is there at any, and so is every file.
VOLUME = 0.002
NIGHT = datetime.date(2026, 1, 31)


@dataclasses.dataclass(frozen=True)
class SampleCity:
    """A home after its first night, the plan of its city, and what the commands printed."""

    home: Home
    plan: planning.Plan
    told: Told
    printed: str

    def mart(self, query: str) -> pandas.DataFrame:
        """The rows that a reader of the published warehouse gets."""
        with duckdb.connect(self.home.published_database, read_only=True) as connection:
            return connection.sql(query).df()


@pytest.fixture(scope="session")
def city_folder(kept_homes: KeptHomes, commands: Commands) -> pathlib.Path:
    """Where the sample city is after its first night, and what the commands printed; left as it is."""

    def make(folder: pathlib.Path) -> None:
        home = settings.home(folder / HOME_NAME)
        printed = commands.succeed(home, "sample", "--volume", str(VOLUME))
        printed += commands.succeed(home, "nightly", "--date", str(NIGHT))
        (folder / "printed.txt").write_text(printed, "utf-8")

    return kept_homes.get("city", make, "tests/city/conftest.py")


@pytest.fixture(scope="session")
def city_home(city_folder: pathlib.Path) -> Home:
    return settings.home(city_folder / HOME_NAME)


@pytest.fixture(scope="session")
def city(city_folder: pathlib.Path, city_home: Home) -> SampleCity:
    plan = planning.plan(DEFAULT_START, DEFAULT_END, VOLUME)
    return SampleCity(city_home, plan, Told(plan), (city_folder / "printed.txt").read_text("utf-8"))
