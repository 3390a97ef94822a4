"""Which encoding a text file is in, and whether some of its bytes are in none.

UTF-8 is recognised by itself. GB18030 accepts most bytes, so what is read as such is looked at again: a line of UTF-8
in a file of GBK would come out as other Chinese characters.
"""

import codecs
import re
from collections.abc import Iterator
from typing import NamedTuple

import charset_normalizer

from pipelines.reading import guide
from pipelines.reading.refusals import MEGABYTE, UnreadableDelivery

GUESSED_BYTES = 64 * 1024
TOLERATED_DAMAGE = 0.01
"""The share of a file's lines that may have a byte of no meaning: with more, the encoding is not what it seems."""

_BYTE_ORDER_MARKS = {
    codecs.BOM_UTF32_LE: "utf-32", codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}  # fmt: skip

# Of each byte, whether it is ASCII, or may begin or go on a Chinese character of UTF-8.
_CLASSES = bytes(
    ord("a" if byte < 0x80 else "c" if byte < 0xC0 else "b" if 0xE4 <= byte <= 0xE9 else "x") for byte in range(256)
)
_UTF8_STRETCH = re.compile(rb"a(?:bcc)+(?=a|$)")
_COMMON_LEADS = range(0xB0, 0xD8)
"""First bytes of the characters of GB 2312's first level: those in daily use."""
_MOST = 0.7


class Encoding(NamedTuple):
    """A codec, and whether bytes that have no meaning in it are shown as such rather than refused."""

    name: str
    errors: str = "strict"


def encodings(payload: bytes) -> Iterator[Encoding]:
    """The encodings that the text may be in, the likeliest first; those with damage come last.

    Raises:
        UnreadableDelivery: the text is in two encodings, or no text.
    """
    marked = next((name for mark, name in _BYTE_ORDER_MARKS.items() if payload.startswith(mark)), None)
    if marked:
        yield Encoding(marked, "strict" if _is_valid(payload, marked) else "replace")
        return
    if b"\0" in payload:
        yield Encoding(_utf16_without_mark(payload))
        return
    if _is_valid(payload, "utf-8"):
        yield Encoding("utf-8")
        return
    if _is_valid(payload, "gb18030"):
        _refuse_two_encodings(payload)
        yield Encoding("gb18030")
    # Whole lines only: half a character at the end would make the guess reject the right encoding.
    sample = payload[:GUESSED_BYTES]
    guess = charset_normalizer.from_bytes(sample[: sample.rfind(b"\n") + 1] or sample).best()
    if guess and _is_valid(payload, guess.encoding):
        yield Encoding(guess.encoding)
    yield Encoding("utf-8", "replace")
    _refuse_two_encodings(payload)
    yield Encoding("gb18030", "replace")


def damage(payload: bytes, encoding: Encoding) -> str | None:
    """Where bytes have no meaning in the encoding, if they are too many to go on; for the provider."""
    if encoding.errors == "strict":
        return None
    text = payload.decode(encoding.name, "replace")
    lines = text.splitlines()
    damaged = [number for number, line in enumerate(lines, start=1) if "\ufffd" in line]
    if len(damaged) <= max(1, TOLERATED_DAMAGE * len(lines)):
        return None
    shown = "、".join(map(str, damaged[:5])) + ("等" if len(damaged) > 5 else "")
    return (
        f"第 {shown} 行有 {encoding.name.upper()} 编码中没有的字节，可能混有两种编码或文件已损坏；"
        f"请用记事本打开原文件，核对后另存为 UTF-8{guide.ENCODING.see_zh}"
    )


def _is_valid(payload: bytes, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for start in range(0, len(payload), MEGABYTE):
            decoder.decode(payload[start : start + MEGABYTE])
        decoder.decode(b"", final=True)
    except (UnicodeDecodeError, UnicodeError):
        return False
    return True


def _utf16_without_mark(payload: bytes) -> str:
    """The byte order of UTF-16 that lost its mark: every second byte of its ASCII characters is a zero.

    Of some Chinese characters (一, the wide space) it is the other byte.

    Raises:
        UnreadableDelivery: the zeros are no part of a text.
    """
    sample = payload[: GUESSED_BYTES // 2 * 2]
    zeros = sample.count(0)
    high_zeros = sample[1::2].count(0)
    for name, share in (("utf-16-le", high_zeros / max(zeros, 1)), ("utf-16-be", 1 - high_zeros / max(zeros, 1))):
        if share > _MOST and 10 * zeros > len(sample) and _is_valid(payload, name):
            return name
    raise UnreadableDelivery("文件含有空字节，不是文本表格，可能已损坏")


def _refuse_two_encodings(payload: bytes) -> None:
    classes = payload.translate(_CLASSES)
    at = classes.find(b"abcc")
    while at >= 0:
        if found := _UTF8_STRETCH.match(classes, at):  # in GBK, such bytes come by chance only
            start = payload.rfind(b"\n", 0, found.end()) + 1
            end = payload.find(b"\n", found.end())
            if makes_sense_as_utf8(payload[start : end if end >= 0 else len(payload)]):
                number = payload.count(b"\n", 0, start) + 1
                raise UnreadableDelivery(
                    f"第 {number} 行是 UTF-8 编码，而文件的其他部分是 GBK；"
                    f"请用同一种编码保存后重新报送{guide.ENCODING.see_zh}"
                )
        at = classes.find(b"abcc", at + 1)


def makes_sense_as_utf8(line: bytes) -> bool:
    """Whether a text makes sense as UTF-8, and less as GBK: by how many of its characters are in daily use."""
    try:
        read = line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    in_utf8, in_gbk = (_common_share(text) for text in (read, line.decode("gb18030", "replace")))
    return in_utf8 > _MOST and in_utf8 > in_gbk


def makes_sense_as_gbk(text: bytes) -> bool:
    """Whether a text that is no UTF-8 makes sense as GBK, by how many of its characters are in daily use."""
    try:
        read = text.decode("gb18030")
    except UnicodeDecodeError:
        return False
    return _common_share(read) > _MOST


def _common_share(text: str) -> float:
    """The share of the characters above ASCII that are in the first level of GB 2312."""
    encoded = [character.encode("gb2312", "ignore") for character in text if character > "\x7f"]
    return sum(len(each) == 2 and each[0] in _COMMON_LEADS for each in encoded) / max(len(encoded), 1)
