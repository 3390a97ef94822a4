"""Looks for persons in every byte that a night has written, however it is packed and whatever it is written in.

The persons are made so that all of them can be searched for at once: every identity number, phone number and name
begins in the same way, which nothing else does.
"""

import contextlib
import gzip
import html
import io
import pathlib
import re
import sqlite3
import zipfile
from collections.abc import Callable, Iterable, Iterator

import duckdb
from stdnum.cn import ric

# 144 days from 1901-01-01 on, a hundred persons each; a range of mobile numbers; a rare family name.
_ID_START, _PHONE_START, _NAME_START = "4403011901", "1719031", "禤慎微"
_FIRST_LAST_NAME = 0x4E00

_UNICODE_ESCAPES = "unicode escapes of JSON"
_ENTITIES = "entities of HTML"
FORMS = ("utf-8", "gb18030", "utf-16-le", "utf-16-be", _UNICODE_ESCAPES, _ENTITIES)


class Persons:
    """Makes persons who are nobody, and remembers of each number and name where it was planted."""

    def __init__(self) -> None:
        self.planted: dict[str, str] = {}

    def id_card(self, where: str) -> str:
        """A right identity number."""
        serial = len(self.planted)
        digits = f"{_ID_START}{serial // 1000 % 12 + 1:02d}01{serial % 1000:03d}"
        return self._remember(digits + ric.calc_check_digit(digits + "0"), where)

    def mistyped_id_card(self, where: str) -> str:
        """An identity number whose check digit is wrong."""
        right = self.id_card(where)
        del self.planted[right]
        return self._remember(right[:-1] + ("0" if right[-1] != "0" else "1"), where)

    def phone(self, where: str) -> str:
        return self._remember(f"{_PHONE_START}{len(self.planted):04d}", where)

    def name(self, where: str) -> str:
        return self._remember(_NAME_START + chr(_FIRST_LAST_NAME + len(self.planted)), where)

    def _remember(self, secret: str, where: str) -> str:
        self.planted[secret] = where
        return secret


def persons_in(paths: Iterable[pathlib.Path]) -> dict[str, set[str]]:
    """The numbers and names found, each with the places (file, and what is inside it) where it stands."""
    places: dict[str, set[str]] = {}
    for path in paths:
        for place, payload in _contents(path):
            for secret in persons_in_bytes(payload):
                places.setdefault(secret, set()).add(place)
    return places


def persons_in_bytes(payload: bytes) -> set[str]:
    """The numbers and names in the bytes, in any of the forms."""
    return {read(match.group()).upper() for pattern, read in _PATTERNS for match in pattern.finditer(payload)}


def _patterns() -> Iterator[tuple[re.Pattern[bytes], Callable[[bytes], str]]]:
    for form in FORMS:
        digits = b"[0-9]".join(re.escape("_".encode(form)).split(b"_")) if form.startswith("utf-16") else b"[0-9]"
        last = digits.replace(b"[0-9]", b"[0-9Xx]")
        read = _READ.get(form, lambda found, form=form: found.decode(form))
        yield re.compile(_written(_ID_START, form) + digits * 7 + last), read
        yield re.compile(_written(_PHONE_START, form) + digits * 4), read
        yield re.compile(_written(_NAME_START, form) + _ANY_LETTER[form], re.DOTALL), read


def _written(text: str, form: str) -> bytes:
    if form == _UNICODE_ESCAPES:
        return re.escape("".join(_escape(letter, "\\u{:04x}") for letter in text).encode())
    if form == _ENTITIES:
        return re.escape("".join(_escape(letter, "&#{};") for letter in text).encode())
    return re.escape(text.encode(form))


def _escape(letter: str, form: str) -> str:
    return letter if letter.isascii() else form.format(ord(letter))


_READ: dict[str, Callable[[bytes], str]] = {
    _UNICODE_ESCAPES: lambda found: found.decode("unicode_escape"),
    _ENTITIES: lambda found: html.unescape(found.decode()),
}
_ANY_LETTER = {  # a Chinese one: a page of a database may hold the end of a torn name, too
    "utf-8": rb"[\xe4-\xe9][\x80-\xbf]{2}",
    "gb18030": rb"[\x81-\xfe][\x40-\x7e\x80-\xfe]",
    "utf-16-le": rb".[\x4e-\x9f]",
    "utf-16-be": rb"[\x4e-\x9f].",
    _UNICODE_ESCAPES: rb"\\u[0-9a-f]{4}",
    _ENTITIES: rb"&#\d{5};",
}
_PATTERNS = list(_patterns())


# ── what is in a file ─────────────────────────────────────────────────────────────────────────────────────────────────
def _contents(path: pathlib.Path) -> Iterator[tuple[str, bytes]]:
    """The file's name and raw bytes, and whatever is packed in them; a file is known by its first bytes."""
    payload = path.read_bytes()
    yield f"name of {path}", str(path).encode()
    yield from _unpacked(str(path), payload)
    if payload.startswith(b"PAR1"):
        with duckdb.connect() as connection:
            yield from _rows(f"{path} decoded", connection.execute("from read_parquet(?)", [str(path)]).fetchall())
    elif payload[8:12] == b"DUCK":
        with duckdb.connect(path, read_only=True) as connection:
            for schema, table in connection.execute("select schema_name, table_name from duckdb_tables()").fetchall():
                rows = connection.execute(f'from "{schema}"."{table}"').fetchall()
                yield from _rows(f"{path} {schema}.{table}", rows)
    elif payload.startswith(b"SQLite format 3"):
        with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            for (table,) in connection.execute("select name from sqlite_master where type = 'table'").fetchall():
                yield from _rows(f"{path} {table}", connection.execute(f'select * from "{table}"').fetchall())


def _unpacked(place: str, payload: bytes) -> Iterator[tuple[str, bytes]]:
    """The bytes, and those of every member of a zip (a workbook is one) or a gzip in them, at any depth."""
    yield place, payload
    if payload.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(payload)) as archive:
            for member in archive.namelist():
                yield f"name in {place}", member.encode()
                yield from _unpacked(f"{place} > {member}", archive.read(member))
    elif payload.startswith(b"\x1f\x8b"):
        yield from _unpacked(f"{place} > unzipped", gzip.decompress(payload))


def _rows(place: str, rows: list[tuple[object, ...]]) -> Iterator[tuple[str, bytes]]:
    cells = [cell for row in rows for cell in row if cell is not None]
    yield place, b"\n".join(cell if isinstance(cell, bytes) else str(cell).encode() for cell in cells)
