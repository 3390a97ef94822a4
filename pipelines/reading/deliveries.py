"""A delivered file's bytes to raw tables, whatever its extension says: what it is shows in its first bytes."""

import itertools
import pathlib
import time
from collections.abc import Iterator

from pipelines.contracts import Contract
from pipelines.reading import bundle, pages, text, workbook
from pipelines.reading.refusals import FILE_BYTES_LIMIT, MEGABYTE, UnreadableDelivery
from pipelines.reading.table import Layout, RawTable, Sheet, joined, rows_of

PAGE_SET_SUFFIX = ".json.gz"

SUFFIXES = (".csv", ".xlsx", ".zip", PAGE_SET_SUFFIX)
"""How the name of a delivery may end; of files, their first bytes say what they are."""

ROWS_READ_AT_ONCE = 5_000
"""Rows held as lists before they become columns: more of them keep the garbage collector busy for nothing."""

SECONDS_LIMIT = 900
"""For reading one delivery: ten times what the sample city takes as a whole, so that no busy machine refuses one."""

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_GZIP = b"\x1f\x8b"
_COMPOUND_FILE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


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

    Memory is bounded by the slice, not by the delivery. The last slice's drift is the whole delivery's.

    Raises:
        UnreadableDelivery: as :func:`read_table`, and possibly after some slices: then none of them counts.
    """
    rows_at_once = min(rows_per_slice, ROWS_READ_AT_ONCE)
    tables = _tables(payload, file_name, contract, rows_at_once)
    while group := list(itertools.islice(tables, rows_per_slice // rows_at_once)):
        yield joined(group)


def _tables(payload: bytes, file_name: str, contract: Contract, rows_per_table: int) -> Iterator[RawTable]:
    began, seconds = time.monotonic(), 0.0
    _refuse_too_large(len(payload))
    if is_page_set(file_name):
        tables = pages.tables(payload, contract, rows_per_table)
    else:
        sheet, layout = _find_table(payload, contract)
        tables = rows_of(sheet, layout, contract, rows_per_table)
    for table in tables:
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
    content = _content(payload)
    yield from workbook.sheets(content) if isinstance(content, dict) else next(text.sheets(content), [])


def _find_table(payload: bytes, contract: Contract) -> tuple[Sheet, Layout]:
    content = _content(payload)
    if isinstance(content, dict):
        return workbook.find_table(content, contract)
    return text.find_table(content, contract)


def _content(payload: bytes) -> bytes | dict[str, bytes]:
    """The text, or the members of the workbook, that a file is or a zip holds."""
    if not payload.startswith(_ZIP):
        return _text(payload)
    members = bundle.unpack(payload)
    if bundle.is_workbook(members):
        return members
    content = bundle.only_table(members)
    if not content.startswith(_ZIP):
        return _text(content)
    members = bundle.unpack(content)
    if bundle.is_workbook(members):
        return members
    raise UnreadableDelivery("压缩包里还是压缩包，请只压缩一次")


def _text(payload: bytes) -> bytes:
    if payload.startswith(_COMPOUND_FILE):
        raise UnreadableDelivery("工作簿已加密，或是旧版 xls 格式；请去掉密码并另存为 xlsx")
    if payload.startswith(_GZIP):
        raise UnreadableDelivery("文件是 gzip 压缩的；请发送 csv、xlsx 或 zip 文件")
    return payload
