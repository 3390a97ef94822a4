"""One page of a platform: its bytes, and what must be known of them before they are stored.

The rows are not read here. Where a page is written plainly, as nearly all are, its numbers stand around the one list,
and its rows are counted by what is between them; only where it is not is the whole page parsed.
"""

import dataclasses
import hashlib
import re
from typing import Any, Self, TypeGuard

import orjson

from pipelines.reading import encodings
from pipelines.reading.json_lines import decoded, rows_of_page

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_LINE_BREAKS_TO_SPACES = bytes.maketrans(b"\r\n", b"  ")
_FIRST_FIELD = re.compile(rb'\{\s*"[^"\\]+"\s*:')
_BETWEEN_ROWS = re.compile(rb"\}\s*,\s*")
_NUMBERS = ("page", "pages", "total")
_GBK = frozenset({"gb2312", "gbk", "gb18030", "cp936"})
_WHAT_TO_DO = "请核对地址和令牌，或请平台改正"


class NoPage(ValueError):
    """The bytes are no page. ``reason_zh`` says what they are; ``may_pass``: another answer may be better."""

    def __init__(self, reason_zh: str, *, may_pass: bool = True) -> None:
        super().__init__(reason_zh)
        self.reason_zh = reason_zh
        self.may_pass = may_pass


@dataclasses.dataclass(frozen=True)
class Page:
    """A page as it came, on one line, in UTF-8.

    ``number``, ``pages``, ``total`` are what the platform says; ``rows`` is how many there are. ``content`` is the same
    for pages with the same rows, and for no others.
    """

    line: bytes
    number: int
    pages: int
    total: int
    rows: int
    content: bytes

    @classmethod
    def of(cls, body: bytes, charset: str | None = None) -> Self:
        """The page that a body holds; ``charset``: the encoding that the platform names, if any.

        Raises:
            NoPage: it holds none.
        """
        line = _in_utf8(body, charset).removeprefix(_BYTE_ORDER_MARK).translate(_LINE_BREAKS_TO_SPACES)
        envelope, rows, content = _at_a_glance(line) or _parsed(line)
        return cls(line, envelope["page"], envelope["pages"], envelope["total"], rows, content)

    def holds_in_place(self, earlier: "Page") -> bool:
        """Whether the unchanged rows of an earlier answer stand where they stood, or further down."""
        if not earlier.rows or self.content == earlier.content:
            return True
        places = {row: place for place, row in enumerate(_rows(self.line))}
        moves = [places[row] - place for place, row in enumerate(_rows(earlier.line)) if row in places]
        return min(moves, default=-1) >= 0


def _at_a_glance(line: bytes) -> tuple[dict[str, Any], int, bytes] | None:
    """What is around the rows, how many there are, and their digest; None where it takes a parser to tell.

    A name of a field with its quotes and colon stands in no text, as quotes in texts are escaped. So where as many
    objects begin as rows follow one another with the same field first, no row holds another object.
    """
    start, end = line.find(b"["), line.rfind(b"]")
    if start < 0 or end < start or line.find(b"[", start + 1) >= 0:
        return None
    try:
        envelope = orjson.loads(line[: start + 1] + line[end:])
    except orjson.JSONDecodeError:
        return None
    if not _is_page(envelope) or envelope["data"] != []:
        return None
    written = line[start + 1 : end].strip()
    rows = _count(written)
    if rows is None or line.count(b"{") != rows + 1 or line.count(b"}") != rows + 1:
        return None
    return envelope, rows, hashlib.sha256(written).digest()


def _count(written: bytes) -> int | None:
    if not written:
        return 0
    first = _FIRST_FIELD.match(written)
    if not first or not written.endswith(b"}"):
        return None
    between = _BETWEEN_ROWS.search(written)
    return 1 + written.count(between[0] + first[0]) if between else 1


def _parsed(line: bytes) -> tuple[dict[str, Any], int, bytes]:
    try:
        content = decoded(line)
    except ValueError as error:
        if line.lstrip().startswith(b"<"):
            raise NoPage(f"平台给出的是网页，不是数据，可能要求登录；{_WHAT_TO_DO}") from error
        raise NoPage(f"回答不是有效的 JSON；{_WHAT_TO_DO}") from error
    if isinstance(content, dict) and "data" in content:
        content["data"] = rows_of_page(content)
    if not _is_page(content):
        raise NoPage(f"回答不是约定的格式（data、page、pages、total）{_instead(content)}；{_WHAT_TO_DO}")
    try:
        written = orjson.dumps(content["data"])
    except orjson.JSONEncodeError as error:
        raise NoPage("回答的内容嵌套过深，请平台改正", may_pass=False) from error
    return content, len(content["data"]), hashlib.sha256(written).digest()


def _is_page(content: object) -> TypeGuard[dict[str, Any]]:
    return (
        isinstance(content, dict)
        and isinstance(content.get("data"), list)
        and all(isinstance(row, dict) for row in content["data"])
        and all(type(content.get(name)) is int and content[name] >= 0 for name in _NUMBERS)
    )


def _instead(content: object) -> str:
    """What an answer has in the place of what it lacks."""
    if not isinstance(content, dict):
        return ""
    lacking = [name for name in ("data", *_NUMBERS) if name not in content]
    others = [name[:30] for name in content if name not in ("data", *_NUMBERS)][:5]
    if not lacking:
        return "，其中 data 不是由对象组成的列表，或 page、pages、total 不是数字"
    return f"，缺少 {'、'.join(lacking)}" + (f"，而有 {'、'.join(others)}" if others else "")


def _rows(line: bytes) -> list[bytes]:
    content = decoded(line)
    return [orjson.dumps(row) for row in (isinstance(content, dict) and content.get("data")) or ()]


def _in_utf8(body: bytes, charset: str | None) -> bytes:
    """The body in UTF-8, which JSON is in (RFC 8259), or in the GBK that the platform names.

    Raises:
        NoPage: it is in neither, or may be in both.
    """
    if body.isascii():
        return body
    is_named_gbk = (charset or "").lower() in _GBK
    try:
        body.decode("utf-8")
    except UnicodeDecodeError as error:
        if is_named_gbk and encodings.makes_sense_as_gbk(body):
            return body.decode("gb18030").encode()
        raise NoPage("回答不是有效的 UTF-8；请平台以 UTF-8 给出，或在 Content-Type 中写明 charset=GBK") from error
    if is_named_gbk and not encodings.makes_sense_as_utf8(body):
        raise NoPage("平台写明是 GBK，内容却也可能是 UTF-8，无法判断；请平台以 UTF-8 给出")
    return body
