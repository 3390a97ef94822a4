"""Reads a provider's file without knowing what it should contain."""

import dataclasses
import datetime
import gzip
import itertools
import pathlib
import re
from collections.abc import Iterable, Iterator, Sequence

import orjson
import pandas as pd

from pipelines import reading
from pipelines.contracts import Column, Contract, Medium
from pipelines.reading import RawTable, UnreadableDelivery
from pipelines.reading.cells import Line, Sheet, is_blank
from pipelines.reading.headers import HEADER_SEARCH_LINES, normalised, plainly_spelled
from pipelines.reading.merges import spread
from pipelines.scaffolding import headers
from pipelines.scaffolding.doubts import Doubt

_MOSTLY = 0.5
"""If a column is filled this often, lines without it are totals or notes, not records."""

_IS_IT_NEEDED = "give the column a header of its own if it is needed"
_LONGEST_TITLE = 40
_CHINESE = re.compile(r"[\u4e00-\u9fff]{2}")
_PERIOD = r"\d{4}年(?:度|\d{1,2}月(?:\d{1,2}日)?(?:份)?|第[一二三四]季度|[上下]半年)?"
_NO_PART_OF_A_TITLE = re.compile(rf"^(?:附件\d*:?)?(?:{_PERIOD})?|(?:\([^()]*\))+$|[-_]?\d{{6,8}}$")

_PAGE_SET_OF_NOBODY = "page_set"

_Found = tuple[Sheet, headers.Header, list[Line]]
"""A sheet, its header, and its first filled lines."""


class NoTable(ValueError):
    """There is no table in the file. The message says why."""


@dataclasses.dataclass(frozen=True)
class Table:
    """The rows of a provider's files.

    ``labels`` are the headers in the spelling of a contract (of a page set: its keys), ``cells`` the rows below them
    as delivered, one column of objects a label, by the label. ``title`` stands above the header (``has_title``), else
    it is the Chinese in the file's name, None without. ``file_of_row`` tells the files apart, from 0; ``days`` are the
    dates in their names, in order. ``doubts`` say what was left out and why.
    """

    labels: tuple[str, ...]
    cells: pd.DataFrame
    medium: Medium
    title: str | None
    has_title: bool
    file_of_row: "pd.Series[int]"
    days: tuple[datetime.date, ...]
    doubts: tuple[Doubt, ...]


def read(paths: Sequence[pathlib.Path]) -> Table:
    """The rows of one or more deliveries of one feed, in the order of the paths.

    Raises:
        NoTable: a file has no header, its header is not the first file's, or none of them has a row.
        UnreadableDelivery: a file can't be read at all; the reason is written for its provider.
    """
    tables = [_read(path) for path in paths]
    first = tables[0]
    for path, table in zip(paths, tables, strict=True):
        if set(table.labels) != set(first.labels):
            differing = "、".join(sorted(set(table.labels) ^ set(first.labels)))
            raise NoTable(f"{path.name}: its columns are not those of {paths[0].name}: {differing}")
    cells = pd.concat([table.cells for table in tables], ignore_index=True)
    if cells.empty:
        raise NoTable(f"{paths[0].name}: there are no rows below the header {'、'.join(first.labels)}")
    return dataclasses.replace(
        first,
        cells=cells,
        days=tuple(sorted(itertools.chain.from_iterable(table.days for table in tables))),
        file_of_row=pd.concat([table.file_of_row + number for number, table in enumerate(tables)], ignore_index=True),
        doubts=tuple(dict.fromkeys(itertools.chain.from_iterable(table.doubts for table in tables))),
    )


def _read(path: pathlib.Path) -> Table:
    payload = reading.payload_of(path)
    if path.name.lower().endswith((".json", ".json.gz")):
        return _platform_table(path, payload)
    (sheet, header, head), others = _widest(path, payload)
    labels, doubts = _usable(header.labels)
    if not labels:
        raise NoTable(f"{path.name}: no column has a header of its own; is it a form?")
    doubts += [Doubt("file", f"sheet “{other}” has other columns", "is it another feed's?") for other in others]
    raw = _rows(payload, path.name, _contract(labels))
    doubts += [
        Doubt("file", f"{name} has cells but no header: it is left out", _IS_IT_NEEDED) for name in _unnamed(raw)
    ]
    above = _title(
        plainly_spelled(cell) for _, cells, _ in head[: header.first] for cell in cells if isinstance(cell, str)
    )
    return Table(
        labels=labels,
        cells=raw.rows[list(labels)],
        medium="xlsx" if sheet.name else "csv",
        title=above or _title([plainly_spelled(path.stem)]),
        has_title=above is not None,
        file_of_row=_first_file(len(raw)),
        days=_days(path),
        doubts=tuple(doubts),
    )


def _widest(path: pathlib.Path, payload: bytes) -> tuple[_Found, list[str]]:
    """The sheet whose header has the most columns (the first of equals), and the names of sheets with other headers."""
    found: list[_Found] = []
    for sheet in reading.sheets(payload):
        filled = (line for line in spread(sheet) if not all(map(is_blank, line[1])))
        head = list(itertools.islice(filled, HEADER_SEARCH_LINES))
        if header := headers.guess(head):
            found.append((sheet, header, head))
    if not found:
        raise NoTable(f"{path.name}: no line of it looks like the header of a table")
    best = max(found, key=lambda each: len(set(each[1].labels)))
    return best, [sheet.name for sheet, header, _ in found if sheet.name and header.labels != best[1].labels]


def _usable(labels: Sequence[str]) -> tuple[tuple[str, ...], list[Doubt]]:
    """The labels that name one column each, and doubts about the others."""
    named = [label for label in labels if label and not headers.counts_lines(label)]
    spellings = [normalised(label) for label in named]
    twice = sorted({label for label in named if spellings.count(normalised(label)) > 1})
    left_out = [f"“{label}” is the header of several columns, which nothing tells apart" for label in twice]
    left_out += [f"“{label}” only counts the lines" for label in labels if headers.counts_lines(label)]
    return (
        tuple(label for label in named if label not in twice),
        [Doubt("file", f"{reason}: it is left out", _IS_IT_NEEDED) for reason in left_out],
    )


def _rows(payload: bytes, file_name: str, contract: Contract) -> RawTable:
    """The rows as the project's reader reads them. It knows totals and notes by the cells that they leave empty."""
    raw = reading.read_table(payload, file_name, contract)
    full = [
        column.model_copy(update={"required": _filled_share(raw.cells[column.name]) >= _MOSTLY})
        for column in contract.columns
    ]
    return reading.read_table(payload, file_name, contract.model_copy(update={"columns": tuple(full)}))


def _filled_share(cells: Sequence[object]) -> float:
    return sum(not is_blank(cell) for cell in cells) / max(len(cells), 1)


def _contract(labels: Sequence[str], feed: str = "unnamed") -> Contract:
    """A contract with only these columns, all of them text."""
    columns = tuple(Column(name=label, header=label, type="text") for label in labels)
    return Contract.model_construct(feed=feed, mode="snapshot", columns=columns)


def _unnamed(raw: RawTable) -> list[str]:
    """The reader's names for filled columns without a header."""
    extra = {key for text in raw.rows["_extra"].dropna() for key in orjson.loads(text)}
    return sorted(key for key in extra if re.fullmatch(r"第\d+列", key))


def _title(texts: Iterable[str]) -> str | None:
    """The longest Chinese text that is no pair like 填报单位:罗湖区 and no sentence.

    Without the period in front, as 2025年3月, and remarks in brackets behind.
    """
    titles = [_NO_PART_OF_A_TITLE.sub("", text) for text in texts if ":" not in text]
    named = [title for title in titles if _CHINESE.search(title) and len(title) <= _LONGEST_TITLE]
    return max(named, key=len, default=None)


def _platform_table(path: pathlib.Path, payload: bytes) -> Table:
    feed, page_set = _page_set(path, payload)
    rows = reading.read_table(page_set, f"{_PAGE_SET_OF_NOBODY}.json.gz", _contract((), feed)).rows
    records = [orjson.loads(text) for text in rows["_extra"].dropna()]
    labels = tuple(dict.fromkeys(itertools.chain.from_iterable(records)))
    cells = {label: pd.Series([record.get(label) for record in records], dtype=object) for label in labels}
    return Table(labels, pd.DataFrame(cells), "api", None, False, _first_file(len(records)), _days(path), ())


def _days(path: pathlib.Path) -> tuple[datetime.date, ...]:
    match = re.match(r"\d{4}-\d{2}-\d{2}", path.name)
    return (datetime.date.fromisoformat(match[0]),) if match else ()


def _first_file(rows: int) -> "pd.Series[int]":
    return pd.Series(0, index=range(rows), dtype="int64")


def _page_set(path: pathlib.Path, payload: bytes) -> tuple[str, bytes]:
    """The feed that a page set names, and its bytes. A single answer of a platform becomes a page set of one page."""
    if path.name.lower().endswith(".gz"):
        first = next(_json_lines(payload), {})
        request = first.get("request")
        return str(request.get("feed")) if isinstance(request, dict) else _PAGE_SET_OF_NOBODY, payload
    try:
        answer = orjson.loads(payload)
    except orjson.JSONDecodeError as fault:
        raise NoTable(f"{path.name}: it is no valid JSON: {fault}") from fault
    body = {"data": answer} if isinstance(answer, list) else answer
    lines = ({"request": {"feed": _PAGE_SET_OF_NOBODY}}, body)
    return _PAGE_SET_OF_NOBODY, gzip.compress(b"\n".join(map(orjson.dumps, lines)))


def _json_lines(payload: bytes) -> Iterator[dict[str, object]]:
    try:
        for line in gzip.decompress(payload).splitlines():
            yield orjson.loads(line)
    except (OSError, EOFError, orjson.JSONDecodeError) as fault:
        raise UnreadableDelivery("页集已损坏，无法解开") from fault
