"""Delimited text to the sheet that holds the contract's table: which encoding, which delimiter.

Both are decided by the header: the right encoding and delimiter are those under which the contract's columns appear.
"""

import csv
import functools
import io
import itertools
from collections.abc import Iterator

from pipelines.contracts import Contract
from pipelines.reading import guide
from pipelines.reading.cells import NOTHING_ODD, Line, Sheet
from pipelines.reading.diagnosis import why_no_table
from pipelines.reading.encodings import Encoding, damage, encodings
from pipelines.reading.headers import HEADER_SEARCH_LINES, find_layout, first_filled_lines, labels_of, normalised
from pipelines.reading.refusals import RECORD_CHARACTERS_LIMIT, UnreadableDelivery
from pipelines.reading.sheets import Table

DELIMITERS = (",", "\t", ";", "|")
_DELIMITED_BYTES = 64 * 1024
_BYTE_ORDER_MARK = "\ufeff"
_END_OF_FILE = "\x1a"
"""What programs for DOS write at the end."""


def find_table(payload: bytes, contract: Contract) -> Table:
    """The text as a sheet, under the encoding and delimiter that show most of the contract's columns.

    Raises:
        UnreadableDelivery: it is no text, in two encodings, or nothing in it looks like the contract's header.
    """
    best: tuple[Table, Encoding] | None = None
    tried = []
    for encoding in encodings(payload):
        for sheet in _split(payload, encoding):
            tried.append(sheet)
            layout = find_layout(sheet, contract)
            if layout and layout.is_complete:
                return _undamaged(payload, Table(sheet, layout), encoding)
            if layout and (best is None or len(layout.columns) > len(best[0].layout.columns)):
                best = Table(sheet, layout), encoding
        if best and best[0].layout.is_readable:
            break
    if best is None or not best[0].layout.is_readable:
        is_split = best is not None and len(best[0].layout.columns) > 1  # what other splits show says nothing then
        _refuse_with_reason(payload, [best[0].sheet] if best and is_split else tried, contract)
    if best is None:
        expected = "、".join(column.header for column in contract.columns if column.must_be_filled)
        raise UnreadableDelivery(f"找不到表头（编码无法识别，或没有应有的列：{expected}）")
    return _undamaged(payload, *best)


def sheets(payload: bytes) -> Iterator[list[Sheet]]:
    """The text as a sheet under each delimiter, for each encoding that it may be in, the likeliest first.

    Raises:
        UnreadableDelivery: it is in two encodings, or no text.
    """
    return (_split(payload, encoding) for encoding in encodings(payload))


def _split(payload: bytes, encoding: Encoding) -> list[Sheet]:
    head = payload[:_DELIMITED_BYTES]
    return [
        Sheet(
            "",
            functools.partial(_lines, payload, encoding, delimiter),
            delimiter=delimiter,
            has_lost_bytes=encoding.errors != "strict",
        )
        for delimiter in DELIMITERS
        if delimiter == DELIMITERS[0] or delimiter.encode() in head
    ]


def _undamaged(payload: bytes, table: Table, encoding: Encoding) -> Table:
    told = damage(payload, encoding)
    if told:
        raise UnreadableDelivery(told)
    return table


def _refuse_with_reason(payload: bytes, tried: list[Sheet], contract: Contract) -> None:
    for _ in itertools.islice(tried[0].lines(), HEADER_SEARCH_LINES):
        pass  # a fault in these lines is the reason
    for sheet in tried:
        reason = why_no_table(first_filled_lines(sheet), contract)
        if reason:
            raise UnreadableDelivery(reason)
    if _is_garbled(payload, contract):
        raise UnreadableDelivery(
            f"文件是乱码：UTF-8 的内容被当作 GBK 打开后又另存了一次；请用原来的文件重新报送{guide.DAMAGED.see_zh}"
        )


def _is_garbled(payload: bytes, contract: Contract) -> bool:
    """Whether UTF-8 was once read as GBK or as Latin letters, and saved like that."""
    labels = labels_of(contract)
    head = payload[:4096].decode("utf-8", "ignore").lstrip(_BYTE_ORDER_MARK)
    for mistaken in ("gb18030", "cp1252", "latin-1"):
        mended = head.encode(mistaken, "ignore").decode("utf-8", "ignore")
        if sum(labels.column_of(normalised(label)) is not None for label in mended.replace("\n", ",").split(",")) > 1:
            return True
    return False


def _lines(payload: bytes, encoding: Encoding, delimiter: str) -> Iterator[Line]:
    stream = io.TextIOWrapper(io.BytesIO(payload), encoding=encoding.name, errors=encoding.errors, newline="")
    mark = _BYTE_ORDER_MARK.encode(encoding.name.removesuffix("-sig"), "ignore")
    is_first_taken = encoding.name.startswith("utf-16") or encoding.name.endswith("-sig")
    has_marks = (bool(mark) and payload.find(mark, int(is_first_taken)) >= 0) or _END_OF_FILE.encode() in payload[-2:]
    record_characters = 0

    def bounded_lines() -> Iterator[str]:
        nonlocal record_characters
        for line in iter(functools.partial(stream.readline, RECORD_CHARACTERS_LIMIT + 1), ""):
            record_characters += len(line)
            if record_characters > RECORD_CHARACTERS_LIMIT:
                raise UnreadableDelivery(f"第 {number} 行过长，可能引号不成对")
            yield line.lstrip(_BYTE_ORDER_MARK).rstrip(_END_OF_FILE) if has_marks else line

    number = 1
    reader = csv.reader(bounded_lines(), delimiter=delimiter, strict=True)
    try:
        for cells in reader:
            yield number, cells, NOTHING_ODD
            number = reader.line_num + 1
            record_characters = 0
    except csv.Error as fault:
        raise UnreadableDelivery(f"第 {number} 行无法读取，可能引号不成对") from fault
    except UnicodeError as fault:
        raise UnreadableDelivery(f"第 {number} 行之后编码混杂，无法识别") from fault
