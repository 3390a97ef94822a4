"""A delivered file's bytes to raw tables, whatever its extension says: what it is shows in its first bytes."""

import dataclasses
import itertools
import pathlib
import time
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from pipelines.contracts import Contract
from pipelines.reading import bundle, pages, text, workbook
from pipelines.reading.cells import Sheet
from pipelines.reading.file_kinds import ZIP, refuse_other_kinds, refuse_other_packages
from pipelines.reading.refusals import FILE_BYTES_LIMIT, MEGABYTE, UnreadableDelivery
from pipelines.reading.rows import rows_of
from pipelines.reading.sheets import Table, tables
from pipelines.reading.table import Drift, Notes, RawTable, joined

PAGE_SET_SUFFIX = ".json.gz"

SUFFIXES = (".csv", ".xlsx", ".zip", PAGE_SET_SUFFIX)
"""How the name of a delivery may end; of files, their first bytes say what they are."""

ROWS_READ_AT_ONCE = 5_000
"""Rows held as lists before they become columns: more of them keep the garbage collector busy for nothing."""

SECONDS_LIMIT = 900
"""For reading one delivery: ten times what the sample city takes as a whole, so that no busy machine refuses one."""


def is_page_set(file_name: str) -> bool:
    """Whether a file of this name is a platform's page set."""
    return file_name.lower().endswith(PAGE_SET_SUFFIX)


def payload_of(path: pathlib.Path) -> bytes:
    """The bytes of a delivered file.

    Raises:
        UnreadableDelivery: there are too many; none of them is loaded then.
        OSError: the disk does not give them.
    """
    _refuse_too_large(path.stat().st_size)
    return path.read_bytes()


def read_table(payload: bytes, file_name: str, contract: Contract) -> RawTable:
    """All data rows of a delivery, cells as delivered; a header without rows gives an empty table.

    Raises:
        UnreadableDelivery: nothing of the file can be trusted; the reason is written for its provider. No other
            exception comes from the content of a file.
    """
    return joined(list(_tables(payload, file_name, contract, ROWS_READ_AT_ONCE)))


def read_slices(payload: bytes, file_name: str, contract: Contract, rows_per_slice: int) -> Iterator[RawTable]:
    """The data rows of a delivery in tables of at most ``rows_per_slice`` rows, in order; at least one table.

    Memory is bounded by the slice, not by the delivery. The last slice's drift and notes are the whole delivery's.

    Raises:
        UnreadableDelivery: as :func:`read_table`, and possibly after some slices: then none of them counts.
    """
    rows_at_once = min(rows_per_slice, ROWS_READ_AT_ONCE)
    slices = _tables(payload, file_name, contract, rows_at_once)
    while group := list(itertools.islice(slices, rows_per_slice // rows_at_once)):
        yield joined(group)


def _tables(payload: bytes, file_name: str, contract: Contract, rows_per_table: int) -> Iterator[RawTable]:
    began, seconds = time.monotonic(), 0.0
    _refuse_too_large(len(payload))
    if is_page_set(file_name):
        found = pages.tables(payload, contract, rows_per_table)
    else:
        found = _tables_of_file(*_found_tables(payload, contract), contract, rows_per_table)
    for table in found:
        seconds += time.monotonic() - began
        if seconds > SECONDS_LIMIT:
            raise UnreadableDelivery(f"读取用时超过 {SECONDS_LIMIT // 60} 分钟；请分成几个文件报送")
        yield table
        began = time.monotonic()  # what is done with the rows is not the delivery's time


def _refuse_too_large(size_bytes: int) -> None:
    if size_bytes > FILE_BYTES_LIMIT:
        raise UnreadableDelivery(f"文件超过 {FILE_BYTES_LIMIT // MEGABYTE} MB")


def sheets(payload: bytes) -> Iterator[Sheet]:
    """The grids that a file may hold, for who has no contract yet: worksheets, or a text under each way to split it.

    Raises:
        UnreadableDelivery: as :func:`read_table`; none of it is about headers.
    """
    _refuse_too_large(len(payload))
    yield from (each for each in _content(payload).sheets() if not each.is_hidden)


def _found_tables(payload: bytes, contract: Contract) -> tuple[Sequence[Table], tuple[str, ...]]:
    content = _content(payload)
    if isinstance(content, _Text):
        return [text.find_table(content.payload, contract)], ()
    return tables(list(content.sheets()), contract)


class _Text(NamedTuple):
    """A text file."""

    payload: bytes

    def sheets(self) -> Iterable[Sheet]:
        return next(text.sheets(self.payload), [])


class _Workbook(NamedTuple):
    """An xlsx workbook, by its parts."""

    members: dict[str, bytes]

    def sheets(self) -> Iterable[Sheet]:
        return workbook.sheets(self.members)


def _content(payload: bytes) -> _Text | _Workbook:
    """The text or the workbook that a file is, or a zip holds."""
    if not payload.startswith(ZIP):
        return _single_file(payload)
    members = bundle.unpack(payload)
    if bundle.is_package(members):
        return _package(members)
    content = bundle.only_table(members)
    if not content.startswith(ZIP):
        return _single_file(content)
    members = bundle.unpack(content)
    if bundle.is_package(members):
        return _package(members)
    raise UnreadableDelivery("压缩包里还是压缩包，请只压缩一次")


def _package(members: dict[str, bytes]) -> _Workbook:
    refuse_other_packages(members)
    return _Workbook(members)


def _single_file(payload: bytes) -> _Text:
    refuse_other_kinds(payload)
    return _Text(payload)


def _tables_of_file(
    found: Sequence[Table], remarks: tuple[str, ...], contract: Contract, rows_per_table: int
) -> Iterator[RawTable]:
    """The rows of all sheets, one sheet after the other; drift and notes are those of the sheets so far."""
    drift, notes = None, Notes(remarks_zh=remarks)
    for sheet, layout in found:
        of_sheet, of_sheets = notes, drift
        for table in rows_of(sheet, layout, contract, rows_per_table):
            notes, drift = _added(of_sheet, table.notes), _united(of_sheets, table.drift)
            yield dataclasses.replace(table, drift=drift, notes=notes)


def _added(notes: Notes, more: Notes) -> Notes:
    return Notes(
        notes.lines_set_aside + more.lines_set_aside,
        (*notes.remarks_zh, *more.remarks_zh),
        notes.says_zero or more.says_zero,
        tuple(dict.fromkeys((*notes.titles, *more.titles))),
    )


def _united(drift: Drift | None, more: Drift) -> Drift:
    """A column is missing that no sheet has, and added that any has."""
    if drift is None:
        return more
    added = tuple(dict.fromkeys((*drift.added, *more.added)))
    return Drift(added, tuple(name for name in drift.missing if name in more.missing))
