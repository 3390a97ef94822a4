"""What tests of several parts share."""

import os
import pathlib

import hypothesis
import pytest

from pipelines import providers, settings
from pipelines.home import Home
from tests.faults.table import LONG, PROPERTY, Table

# The same examples every time, few of them; `make faults` gets many, and new ones.
hypothesis.settings.register_profile("ci", max_examples=10, deadline=None, derandomize=True, database=None)
hypothesis.settings.register_profile("faults", max_examples=400, deadline=None, print_blob=True)
hypothesis.settings.load_profile("faults" if LONG else "ci")

# What puts a home's path into SQL, commands or addresses must take it as it is.
HOME_NAME = "社工 数仓 (b)'s"

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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What a mark says of a fault goes with the test's report: ``fault(name, how it is injected, result)``."""
    for item in items:
        item.user_properties += [(PROPERTY, mark.args) for mark in item.iter_markers("fault") if mark.args]


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if LONG and report.when == "call" and report.passed and "PYTEST_XDIST_WORKER" not in os.environ:
        _FAULTS.take(report)
        _FAULTS.write()
