"""Faults are injected for real; ``make faults`` does it at length and writes what came of it into docs/faults.md."""

import dataclasses
import os
import pathlib
from collections.abc import Iterator

import pytest

from tests.faults.commands import Commands

LONG = os.environ.get("FAULTS") == "long"
_DOCUMENT = pathlib.Path(__file__).parents[2] / "docs" / "faults.md"
_HEAD = """# Faults, and what comes of them

Made by `make faults` from the results of its own tests in `tests/faults/`, which inject each fault for real; a shorter
form of them runs with every `make test`.

| fault | how it is injected | result |
| --- | --- | --- |
"""


@dataclasses.dataclass
class Table:
    """What the tests saw, a line for each fault."""

    lines: list[str] = dataclasses.field(default_factory=list)

    def add(self, fault: str, injected: str, result: str) -> None:
        """Tells of a fault that was met as it should be; called at the end of a test that passed."""
        self.lines.append(f"| {fault} | {injected} | {result} |\n")


_TABLE = Table()


@pytest.fixture(scope="session")
def table() -> Table:
    return _TABLE


@pytest.fixture(scope="session")
def commands() -> Iterator[Commands]:
    """``sww``, its imports done once for all tests of this folder."""
    with Commands() as started:
        yield started


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    if LONG and exitstatus == pytest.ExitCode.OK and _TABLE.lines:
        _DOCUMENT.parent.mkdir(exist_ok=True)
        _DOCUMENT.write_text(_HEAD + "".join(_TABLE.lines), "utf-8")
