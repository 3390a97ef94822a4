"""What tests of several parts share."""

import pathlib
from collections.abc import Generator

import hypothesis
import pytest

from pipelines import settings
from tests.faults.table import LONG, TABLE

# The same examples every time, few of them; `make faults` gets many, and new ones.
hypothesis.settings.register_profile("ci", max_examples=10, deadline=None, derandomize=True, database=None)
hypothesis.settings.register_profile("faults", max_examples=400, deadline=None, print_blob=True)
hypothesis.settings.load_profile("faults" if LONG else "ci")


@pytest.fixture
def home(tmp_path: pathlib.Path) -> settings.Home:
    """An empty home of its own, with nothing registered."""
    chosen = settings.home(tmp_path / "home")
    chosen.make_folders()
    return chosen


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.when == "call" and report.passed:
        TABLE.count(item)
        if LONG:
            TABLE.write()
    return report
