"""Delimited text to the sheet that holds the contract's table: which encoding, which delimiter.

Both are decided by the header: the right encoding and delimiter are those under which the contract's columns appear.
"""

import codecs
import csv
import functools
import io
from collections.abc import Iterator

import charset_normalizer

from pipelines.contracts import Contract
from pipelines.reading.refusals import MEGABYTE, RECORD_CHARACTERS_LIMIT, UnreadableDelivery
from pipelines.reading.table import Layout, Line, Sheet, find_layout

DELIMITERS = (",", "\t", ";")
GUESSED_BYTES = 64 * 1024

_BYTE_ORDER_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


def find_table(payload: bytes, contract: Contract) -> tuple[Sheet, Layout]:
    """The text as a sheet, under the encoding and delimiter that show most of the contract's columns.

    Raises:
        UnreadableDelivery: it is no text, a web page, or nothing in it looks like the contract's header.
    """
    best: tuple[Sheet, Layout] | None = None
    for of_encoding in sheets(payload):
        for sheet in of_encoding:
            layout = find_layout(sheet, contract)
            if layout and layout.is_complete:
                return sheet, layout
            if layout and (best is None or len(layout.columns) > len(best[1].columns)):
                best = sheet, layout
        if best and not best[1].missing_required:
            break
    if best is None:
        expected = "、".join(column.header for column in contract.columns if column.must_be_filled)
        raise UnreadableDelivery(f"找不到表头（编码无法识别，或没有应有的列：{expected}）")
    return best


def sheets(payload: bytes) -> Iterator[list[Sheet]]:
    """The text as a sheet under each delimiter, for each encoding that it is valid in, the likeliest first.

    Raises:
        UnreadableDelivery: it is no text, or a web page.
    """
    _refuse_what_is_no_table(payload)
    for encoding in _encodings(payload):
        yield [Sheet("", functools.partial(_lines, payload, encoding, delimiter)) for delimiter in DELIMITERS]


def _refuse_what_is_no_table(payload: bytes) -> None:
    start = payload[:1024].removeprefix(codecs.BOM_UTF8).lstrip()
    if not start and not payload.strip():
        raise UnreadableDelivery("文件是空的")
    if start.startswith(b"<"):
        raise UnreadableDelivery("内容是网页（HTML）或 XML，不是表格；请发送 csv、xlsx 或 zip 文件")
    if b"\0" in payload and not payload.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise UnreadableDelivery("文件含有空字节，不是文本表格，可能已损坏")


def _encodings(payload: bytes) -> Iterator[str]:
    """The encodings that the whole text is valid in, the likeliest first.

    Text that is valid UTF-8 is UTF-8. GB18030 accepts most bytes, so a guess stands behind it.
    """
    marked = next((name for mark, name in _BYTE_ORDER_MARKS.items() if payload.startswith(mark)), None)
    if marked or _is_valid(payload, "utf-8"):
        yield marked or "utf-8"
        return
    if _is_valid(payload, "gb18030"):
        yield "gb18030"
    # Whole lines only: half a character at the end would make the guess reject the right encoding.
    sample = payload[:GUESSED_BYTES]
    guess = charset_normalizer.from_bytes(sample[: sample.rfind(b"\n") + 1] or sample).best()
    if guess and _is_valid(payload, guess.encoding):
        yield guess.encoding


def _is_valid(payload: bytes, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for start in range(0, len(payload), MEGABYTE):
            decoder.decode(payload[start : start + MEGABYTE])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _lines(payload: bytes, encoding: str, delimiter: str) -> Iterator[Line]:
    stream = io.TextIOWrapper(io.BytesIO(payload), encoding=encoding, newline="")
    record_characters = 0

    def bounded_lines() -> Iterator[str]:
        nonlocal record_characters
        for line in iter(functools.partial(stream.readline, RECORD_CHARACTERS_LIMIT + 1), ""):
            record_characters += len(line)
            if record_characters > RECORD_CHARACTERS_LIMIT:
                raise UnreadableDelivery(f"第 {number} 行过长，可能引号不成对")
            yield line

    number = 1
    reader = csv.reader(bounded_lines(), delimiter=delimiter, strict=True)
    try:
        for cells in reader:
            yield number, cells
            number = reader.line_num + 1
            record_characters = 0
    except csv.Error as fault:
        raise UnreadableDelivery(f"第 {number} 行无法读取，可能引号不成对") from fault
    except UnicodeError as fault:
        raise UnreadableDelivery(f"第 {number} 行之后编码混杂，无法识别") from fault
