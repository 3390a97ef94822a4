"""A line of JSON as what it says, also where a plain parser would pass over something in silence."""

import json
import re
from collections.abc import Mapping
from typing import Any

import orjson

_HALF_CHARACTER = re.compile(rb"\\u[dD][89a-fA-F]")
_SPACES = (b" ", b"\t", b"\n", b"\r")


class ContestedRow(dict[str, Any]):
    """An object that names one of its fields more than once, with different values."""

    contested: frozenset[str]


def decoded(line: bytes) -> object:
    """The content of a line. ``NaN`` and ``Infinity``, which some programs write, are floats.

    Parsers keep the last value of a field that is named twice, and say nothing; such an object is a ``ContestedRow``.

    Raises:
        ValueError: the line is no JSON, or nested too deeply.
    """
    try:
        content = orjson.loads(line)
    except orjson.JSONDecodeError:
        return _slowly(line)
    return content if _names_each_field_once(line, content) else _slowly(line)


def _slowly(line: bytes) -> object:
    try:
        content = json.loads(line.decode("utf-8"), object_pairs_hook=_object, parse_int=_whole_number)
        if _HALF_CHARACTER.search(line):
            json.dumps(content, ensure_ascii=False).encode("utf-8")  # half a character is an error
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    return content


def rows_of_page(page: Mapping[str, object]) -> object:
    """What a page has for its rows; some programs write an empty list as null."""
    rows = page.get("data")
    return [] if rows is None and page.get("total") == 0 else rows


def _whole_number(text: str) -> int | str:
    """Up to 18 digits a number, else the digits themselves."""
    return int(text) if len(text) <= 18 else text


def _object(pairs: list[tuple[str, object]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        contested = frozenset(name for name, value in pairs if repr(value) != repr(found[name]))
        if contested:
            found = ContestedRow(found)
            found.contested = contested
    return found


def _names_each_field_once(line: bytes, content: object) -> bool:
    """Whether a page surely has as many fields as were written; false where counting them takes more than a glance.

    A quote that a colon follows ends the name of a field; within a text it would be escaped.
    """
    if not isinstance(content, dict):
        return True
    rows = content.get("data")
    if not isinstance(rows, list) or not set(map(type, rows)) <= {dict}:
        return False
    if b"\\" in line and b'\\":' in line:
        return False
    if any(space in line and space + b":" in line for space in _SPACES):
        return False
    return line.count(b'":') == len(content) + sum(map(len, rows))
