"""Finds the header of a table whose columns are not known yet.

The reader finds a header by the contract's columns. Here there is no contract yet, so a header is known by its shape:
the first line, or pair of lines, that fills about as many columns with short texts as any other does.
"""

import itertools
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pipelines.reading.cells import Line, is_blank
from pipelines.reading.headers import LINE_NUMBER_HEADERS, normalised, plainly_spelled

_FEWEST = 2
_MOST_CHARACTERS = 40
_SHARE_OF_WIDEST = 0.6
"""Of the labels of the line with most: a title or unit line above the header has fewer."""

_VALUE = re.compile(r"[-+(]?[\d,.:/\s-]+[%)]?|\d.*年.*月.*|[^:]{1,12}:.+", re.DOTALL)
"""Numbers, dates and pairs like 填报单位:罗湖区 are no labels."""

_SAYS_LITTLE = frozenset(
    {"数量", "金额", "人数", "个数", "次数", "合计", "小计", "总计", "比例", "占比", "其他", "其中"}
)
"""Labels of a lower line that mean nothing without the label of their group. So do labels of one character: 男, 女."""


class Header(NamedTuple):
    """A header: its first and last line, counted from 0 among the filled lines, and each column's label, or ''."""

    first: int
    last: int
    labels: tuple[str, ...]


def guess(head: Sequence[Line]) -> Header | None:
    """The header among the first filled lines of a sheet; None if no line has two labels."""
    singles = [_labels(cells) for _, cells, _ in head]
    candidates = [
        *(Header(index, index, tuple(labels)) for index, labels in enumerate(singles)),
        *_pairs(singles),
    ]
    most = max((_count(candidate) for candidate in candidates), default=0)
    if most < _FEWEST:
        return None
    wide = [candidate for candidate in candidates if _count(candidate) >= max(_FEWEST, _SHARE_OF_WIDEST * most)]
    first = min(candidate.first for candidate in wide)
    # Of those that begin there, the pair only where it names more than its upper line.
    return max((each for each in wide if each.first == first), key=lambda each: (_count(each), each.first - each.last))


def _labels(cells: Sequence[object]) -> list[str]:
    return [_label(cell) for cell in cells]


def _label(cell: object) -> str:
    if not isinstance(cell, str) or is_blank(cell):
        return ""
    label = plainly_spelled(cell)
    return "" if len(label) > _MOST_CHARACTERS or _VALUE.fullmatch(label) else label


def _count(header: Header) -> int:
    return len({normalised(label) for label in header.labels} - {""})


def _pairs(singles: list[list[str]]) -> Iterator[Header]:
    """All pairs of lines in which the lower line fills the gaps between the groups of the upper line."""
    for index, (upper, lower) in enumerate(itertools.pairwise(singles)):
        if len(set(upper) - {""}) < _FEWEST:
            continue
        columns = list(itertools.zip_longest(upper, lower, fillvalue=""))
        if any(not above and below for above, below in columns) and not any(
            above and below and above != below and not _opens_group(columns, position)
            for position, (above, below) in enumerate(columns)
        ):
            yield Header(index, index + 1, _joined(columns))


def _opens_group(columns: list[tuple[str, str]], position: int) -> bool:
    """Whether the upper label at a position stands over the next column, too."""
    above, below = columns[position + 1] if position + 1 < len(columns) else ("", "")
    return not above and bool(below)


def _joined(columns: list[tuple[str, str]]) -> tuple[str, ...]:
    """One label for each column: the lower label alone if it is clear, otherwise the group's label before it."""
    lower = [normalised(below) for _, below in columns if below]
    labels = []
    group = ""
    for above, below in columns:
        group = above or group
        says_enough = len(below) > 1 and below not in _SAYS_LITTLE and lower.count(normalised(below)) == 1
        labels.append(above if not below or above == below else below if says_enough else group + below)
    return tuple(labels)


def counts_lines(label: str) -> bool:
    """Whether a column with this label only counts lines."""
    return normalised(label) in LINE_NUMBER_HEADERS
