"""Lines of a text that have more fields than its header: somewhere in them a comma may lack its quotes.

What stands beyond the header's last label says so itself. Where the last columns are blank, nothing stands there though
everything behind the comma has moved; then a careful reader looks at the lines around. Programs write more delimiters
than needed, too, but not in one line alone.
"""

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence

from pipelines.reading.cells import Line, Sheet, is_blank
from pipelines.reading.headers import Layout

_GROUP = re.compile(r"[-+]?\d{1,3}")
_NEXT_GROUP = re.compile(r"\d{3}(?:\.\d+)?")


class Overhangs:
    """Tells of a table's lines what is beyond the header, and notes which may have moved though nothing is there."""

    def __init__(self, sheet: Sheet, layout: Layout) -> None:
        self._sheet, self._layout = sheet, layout
        self._numbers = [layout.columns[name] for name in layout.labels.counted if name in layout.columns]
        self._moved: set[int] = set()

    def beyond(self, number: int, cells: Sequence[object]) -> str | None:
        """What a line has beyond the header, where something in it may have moved; None where nothing speaks for it."""
        if not self._sheet.is_text:
            return None
        filled = [str(cell) for cell in cells[self._layout.width :] if not is_blank(cell)]
        if filled:
            return "，".join(filled)
        return "（空白）" if number in self._moved else None

    def watched(self, lines: Iterable[Line]) -> Iterator[Line]:
        """The lines, of which those that are longer than the header have been compared with the ones around them."""
        before: Line | None = None
        here: Line | None = None
        for after in itertools.chain(lines, (None,)):
            if here is not None:
                if len(here[1]) > self._layout.fields:
                    self._compare(before, here, after)
                yield here
            before, here = here, after

    def _compare(self, before: Line | None, here: Line, after: Line | None) -> None:
        number, cells, _ = here
        around = [len(line[1]) for line in (before, after) if line is not None and self._is_comparable(line)]
        if (around and len(cells) > max(around)) or (self._sheet.delimiter == "," and self._has_split_number(cells)):
            self._moved.add(number)

    def _is_comparable(self, line: Line) -> bool:
        number, cells, _ = line
        return (
            number > self._layout.last_header_line
            and len(cells) > 1
            and all(map(is_blank, cells[self._layout.width :]))
        )

    def _has_split_number(self, cells: Sequence[object]) -> bool:
        """Whether a number and the field behind it read as one number with its thousands apart."""
        return any(
            _GROUP.fullmatch(str(cells[at]).strip()) and _NEXT_GROUP.fullmatch(str(cells[at + 1]).strip())
            for at in self._numbers
            if at + 1 < len(cells)
        )
