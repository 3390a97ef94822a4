"""The table of faults: what was injected, and what came of it. ``make faults`` writes it into docs/faults.md."""

import collections
import os
import pathlib
from collections.abc import Callable

import pytest

LONG = os.environ.get("FAULTS") == "long"
PROPERTY = "fault"
_DOCUMENT = pathlib.Path(__file__).parents[2] / "docs" / "faults.md"
_HEAD = """# Faults, and what comes of them

Made by `make faults` from the results of its own tests, which inject each fault for real; a shorter form of them runs
with every `make test`. "Equal" means: every table of the published warehouse has the same rows as that of a home which
nothing disturbed, but for the columns that say when a night ran (`deliveries.received_at`,
`restatements.published_at`).

| fault | how it is injected | result |
| --- | --- | --- |
"""

#: Tells of a fault that was met as it should be: its name, how it was injected, what came of it.
Tell = Callable[[str, str, str], None]


class Table:
    """What the tests saw, a line for each fault, in the order of the tests; it comes with their reports.

    Tests that tell of the same fault with the same words are counted in one line.
    """

    def __init__(self) -> None:
        self._tests: collections.Counter[tuple[str, ...]] = collections.Counter()
        self._first_test: dict[tuple[str, ...], str] = {}

    def take(self, report: pytest.TestReport) -> None:
        """Takes what a test told that passed: what failed is not in the table."""
        for name, told in report.user_properties:
            if name == PROPERTY:
                row = tuple(" ".join(cell.split()) for cell in told)  # type: ignore[attr-defined]
                self._tests[row] += 1
                self._first_test[row] = min(report.nodeid, self._first_test.get(row, report.nodeid))

    def write(self) -> None:
        """Writes the document, as far as the tests have come."""
        rows = sorted(self._tests, key=lambda row: (self._first_test[row], row))
        lines = ("".join(f"| {cell} " for cell in (*row[:2], f"{row[2]}{self._counted(row)}")) + "|\n" for row in rows)
        _DOCUMENT.write_text(_HEAD + "".join(lines), "utf-8")

    def _counted(self, row: tuple[str, ...]) -> str:
        return f" ({self._tests[row]} tests)" if self._tests[row] > 1 else ""
