"""What tests of several parts share."""

import os
import pathlib
from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest
from xdist.scheduler import LoadScopeScheduling

from pipelines import providers, settings
from pipelines.home import Home
from tests.faults.table import LONG, PROPERTY, Table
from tests.homes.commands import Commands
from tests.homes.kept import KeptHomes

# The same examples every time, few of them; `make faults` gets many, and new ones.
hypothesis.settings.register_profile("ci", max_examples=10, deadline=None, derandomize=True, database=None)
hypothesis.settings.register_profile("faults", max_examples=400, deadline=None, print_blob=True)
hypothesis.settings.load_profile("faults" if LONG else "ci")

# What puts a home's path into SQL, commands or addresses must take it as it is.
HOME_NAME = "社工 数仓 (b)'s"

_TOGETHER = ("tests/city/", "tests/ui/", "tests/dbt_project/")
_FIRST = ("tests/city/", "tests/ui/", "tests/faults/", "tests/dbt_project/", "tests/operations/")
_LONG_FOLDERS = ("tests/city/", "tests/ui/", "tests/faults/")
_LONG_FIXTURES = {"built", "commands", "listed"}  # a build of all models, the whole stack imported, dg

_FAULTS = Table()


@pytest.fixture
def home(tmp_path: pathlib.Path) -> Home:
    """An empty home of its own, with nothing registered."""
    chosen = settings.home(tmp_path / HOME_NAME)
    chosen.make_folders()
    return chosen


@pytest.fixture
def initialised(home: Home) -> Home:
    """A home that knows the eleven districts and the department."""
    providers.initialise(home)
    return home


@pytest.fixture(scope="session")
def commands() -> Iterator[Commands]:
    """``sww``, its imports done once for all tests of this process."""
    with Commands() as started:
        yield started


@pytest.fixture(scope="session")
def kept_homes(request: pytest.FixtureRequest) -> KeptHomes:
    return KeptHomes(request.config.cache.mkdir("homes"))


class _ByFileOrFolder(LoadScopeScheduling):
    """One process runs the tests of a file, or of a folder that shares what takes long to make."""

    def _split_scope(self, nodeid: str) -> str:
        return next((folder for folder in _TOGETHER if nodeid.startswith(folder)), nodeid.partition("::")[0])


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling | None:
    return _ByFileOrFolder(config, log) if config.getvalue("dist") == "loadfile" else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks what `make quick` leaves out; what takes longest comes first.

    What a mark says of a fault goes with the test's report: ``fault(name, how it is injected, result)``.
    """
    for item in items:
        item.user_properties += [(PROPERTY, mark.args) for mark in item.iter_markers("fault") if mark.args]
        place = item.path.relative_to(item.config.rootpath).as_posix()
        if place.startswith(_LONG_FOLDERS) or _LONG_FIXTURES & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.long)
    items.sort(key=lambda item: _turn(item.path.relative_to(item.config.rootpath).as_posix()))


def _turn(place: str) -> int:
    """Two processes end together if what takes longest comes first."""
    return next((turn for turn, start in enumerate(_FIRST) if place.startswith(start)), len(_FIRST))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if LONG and report.when == "call" and report.passed and "PYTEST_XDIST_WORKER" not in os.environ:
        _FAULTS.take(report)
        _FAULTS.write()
