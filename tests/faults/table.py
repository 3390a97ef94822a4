"""The table of faults: what was injected, and what came of it. ``make faults`` writes it into docs/faults.md."""

import collections
import dataclasses
import os
import pathlib

import pytest

LONG = os.environ.get("FAULTS") == "long"
_DOCUMENT = pathlib.Path(__file__).parents[2] / "docs" / "faults.md"
_HEAD = """# Faults, and what comes of them

Made by `make faults` from the results of its own tests, which inject each fault for real; a shorter form of them runs
with every `make test`. "Equal" means: every table of the published warehouse has the same rows as that of a home which
nothing disturbed, but for the columns that say when a night ran (`deliveries.received_at`,
`restatements.published_at`).

| fault | how it is injected | result |
| --- | --- | --- |
"""


@dataclasses.dataclass
class Table:
    """What the tests saw, a line for each fault."""

    lines: list[str] = dataclasses.field(default_factory=list)
    cases: collections.Counter[tuple[str, str, str]] = dataclasses.field(default_factory=collections.Counter)

    def add(self, fault: str, injected: str, result: str) -> None:
        """Tells of a fault that was met as it should be; called at the end of a test that passed."""
        self.lines.append(f"| {fault} | {' '.join(injected.split())} | {' '.join(result.split())} |\n")

    def count(self, item: pytest.Item) -> None:
        """Counts a test that passed for the fault with which it is marked: ``fault(name, injected, result)``."""
        for mark in item.iter_markers("fault"):
            if mark.args:
                fault, injected, result = mark.args
                self.cases[fault, injected, result] += 1

    def write(self) -> None:
        """Writes the document, as far as the tests have come: what failed is not in it."""
        counted = [
            f"| {fault} | {injected} | {result} ({count} test{'s' * (count > 1)}) |\n"
            for (fault, injected, result), count in self.cases.items()
        ]
        _DOCUMENT.parent.mkdir(exist_ok=True)
        _DOCUMENT.write_text(_HEAD + "".join(self.lines + counted), "utf-8")


TABLE = Table()
