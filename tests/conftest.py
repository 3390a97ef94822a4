"""What tests of several parts share."""

import pathlib

import hypothesis
import pytest

from pipelines import settings

# The same examples every time, few of them; `make faults` asks for the other profile, and gets new ones.
hypothesis.settings.register_profile("ci", max_examples=10, deadline=None, derandomize=True, database=None)
hypothesis.settings.register_profile("faults", max_examples=400, deadline=None, print_blob=True)
hypothesis.settings.load_profile("ci")


@pytest.fixture
def home(tmp_path: pathlib.Path) -> settings.Home:
    """An empty home of its own, with nothing registered."""
    chosen = settings.home(tmp_path / "home")
    chosen.make_folders()
    return chosen
