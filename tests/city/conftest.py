"""The sample city as a whole: made by ``sww sample``, taken in and published by ``sww nightly``, once for all tests."""

import dataclasses
import datetime
import os
import pathlib
import subprocess
import sys

import duckdb
import pandas
import pytest

from pipelines import settings
from pipelines.home import Home
from sample_city import planning
from sample_city.city import DEFAULT_END, DEFAULT_START
from tests.city.recomputation import Told

# Far below a laptop's volume: what the report prints to the unit is there at any, and so is every file.
VOLUME = 0.002
NIGHT = datetime.date(2026, 1, 31)


def sww(*arguments: str | pathlib.Path, environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Runs the command as a user does; only what is given of our variables is set."""
    command = [pathlib.Path(sys.executable).with_name("sww"), *arguments]
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("SWW_", "DAGSTER_"))}
    return subprocess.run(
        command, env=inherited | (environment or {}), capture_output=True, text=True, check=False, timeout=1200
    )


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
def city(tmp_path_factory: pytest.TempPathFactory) -> SampleCity:
    home = settings.home(tmp_path_factory.mktemp("city") / "home")
    printed = make_city(home)
    plan = planning.plan(DEFAULT_START, DEFAULT_END, VOLUME)
    return SampleCity(home, plan, Told(plan), printed)


def make_city(home: Home) -> str:
    """What ``sww sample`` and the first ``sww nightly`` of the home print."""
    printed = ""
    for arguments in (("sample", "--volume", str(VOLUME)), ("nightly", "--date", str(NIGHT))):
        done = sww(*arguments, "--home", home.root)
        assert done.returncode == 0, done.stdout + done.stderr
        printed += done.stdout + done.stderr
    return printed
