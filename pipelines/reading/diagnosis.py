"""Why no table is found where a person sees one: it stands upright, or was never split into columns."""

import re
from collections.abc import Iterable, Sequence

from pipelines.contracts import Contract
from pipelines.reading import guide
from pipelines.reading.cells import Line, is_blank
from pipelines.reading.headers import Labels, labels_of, normalised

_SEPARATORS = re.compile(r"[,\t;|，、；\s]+")


def why_no_table(head: Iterable[Line], contract: Contract) -> str | None:
    """What the provider should do so that the first lines of a sheet can be read; None where nothing can be told."""
    labels = labels_of(contract)
    lines = [cells for _, cells, _ in head]
    required = {column.name for column in contract.columns if column.must_be_filled}
    if any(_is_unsplit(cells, labels, required) for cells in lines):
        return (
            "数据没有分列，整行内容都在一个单元格里；"
            f"请用“数据→分列”按逗号分列后，另存为 xlsx 或 csv{guide.NOT_SPLIT.see_zh}"
        )
    named = [{name for cell in cells if (name := labels.column_of(normalised(cell)))} for cells in lines]
    everywhere = set().union(*named)
    if len(everywhere & required) > len(required) / 2 and all(len(names) < len(required) for names in named):
        by_column = [set(names) for names in _named_by_column(lines, labels)]
        if max((len(names) for names in by_column), default=0) > 1 or required <= everywhere:
            where = "列名写在一列里，或分散在多行"
            return f"表格是竖排的（{where}）；请把列名放在同一行，每条记录占一行{guide.UPRIGHT.see_zh}"
    return None


def _is_unsplit(cells: Sequence[object], known: Labels, required: set[str]) -> bool:
    filled = [cell for cell in cells if not is_blank(cell)]
    if len(filled) != 1 or not isinstance(filled[0], str):
        return False
    labels = _SEPARATORS.split(filled[0])
    named = {name for label in labels if (name := known.column_of(normalised(label)))}
    return len(named & required) > 1 and 2 * len(named & required) >= len(required)


def _named_by_column(lines: list[Sequence[object]], known: Labels) -> list[list[str]]:
    width = max(map(len, lines), default=0)
    return [
        [name for cells in lines if position < len(cells) and (name := known.column_of(normalised(cells[position])))]
        for position in range(width)
    ]
