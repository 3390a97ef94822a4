"""Merged cells: what stands in the first of them is said of all their rows, once where it is counted."""

from collections.abc import Iterator, Sequence, Set
from typing import NamedTuple

from pipelines.reading.cells import Line, Mark, Marks, Merge, Sheet, is_blank


def spread(sheet: Sheet, counted: Set[int] = frozenset()) -> Iterator[Line]:
    """The lines of a sheet, where a value merged over several rows stands in each of them.

    In ``counted`` positions it stands in the first row alone, or it would be counted several times. What is hidden
    under a merge is dropped, and with it a line that has nothing else.

    Raises:
        UnreadableDelivery: the lines break off.
    """
    return _spread(sheet, counted) if sheet.merges else sheet.lines()


def _spread(sheet: Sheet, counted: Set[int]) -> Iterator[Line]:
    waiting = sorted(sheet.merges, reverse=True)
    open_merges: list[_Open] = []
    for number, delivered, odd in sheet.lines():
        open_merges = [each for each in open_merges if each.merge.bottom >= number]
        while waiting and waiting[-1].top <= number:
            open_merges.append(_opened(waiting.pop(), number, delivered, odd))
        if not open_merges:
            yield number, delivered, odd
            continue
        cells, marks = list(delivered), dict(odd)
        _drop_hidden(open_merges, number, cells, marks)
        if not all(map(is_blank, cells)):
            for each in open_merges:
                if number > each.merge.top and not is_blank(each.value):
                    _say(each, each.merge.left in counted, cells, marks)
            yield number, cells, marks


class _Open(NamedTuple):
    """A merge that reaches the line at hand, and what stands in its first cell."""

    merge: Merge
    value: object
    mark: Mark | None


def _opened(merge: Merge, number: int, cells: Sequence[object], marks: Marks) -> _Open:
    if merge.top != number or merge.left >= len(cells):
        return _Open(merge, None, None)
    return _Open(merge, cells[merge.left], marks.get(merge.left))


def _drop_hidden(open_merges: list[_Open], number: int, cells: list[object], marks: dict[int, Mark]) -> None:
    for merge, _, _ in open_merges:
        for position in range(merge.left + (number == merge.top), min(merge.right + 1, len(cells))):
            cells[position] = None
            marks.pop(position, None)


def _say(each: _Open, is_counted: bool, cells: list[object], marks: dict[int, Mark]) -> None:
    position = each.merge.left
    if is_counted:
        marks[position] = Mark("merged")
        return
    cells.extend([None] * (position + 1 - len(cells)))
    cells[position] = each.value
    if each.mark:
        marks[position] = each.mark


def rows_sharing(sheet: Sheet, positions: Sequence[int], after: int) -> frozenset[int]:
    """The filled rows below row ``after`` that have the cells in all of ``positions`` in common with another such row.

    Raises:
        UnreadableDelivery: the lines break off.
    """
    spans = [(after + 1, 2**31)]
    for position in positions:
        of_column = [
            (merge.top, merge.bottom)
            for merge in sheet.merges
            if merge.left <= position <= merge.right and merge.bottom > merge.top
        ]
        spans = [
            (max(top, other_top), min(bottom, other_bottom))
            for top, bottom in spans
            for other_top, other_bottom in of_column
            if max(top, other_top) < min(bottom, other_bottom)
        ]
    if not spans:
        return frozenset()
    filled = [number for number, _, _ in spread(sheet)]
    in_spans = [[number for number in filled if top <= number <= bottom] for top, bottom in spans]
    return frozenset(number for numbers in in_spans if len(numbers) > 1 for number in numbers)
