"""What tests of several parts share."""

import pathlib

import pytest

from pipelines import settings


@pytest.fixture
def home(tmp_path: pathlib.Path) -> settings.Home:
    """An empty home of its own, with nothing registered."""
    chosen = settings.home(tmp_path / "home")
    chosen.make_folders()
    return chosen
