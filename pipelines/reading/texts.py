"""What is written in a cell, cleaned of what is no part of it, and doubted where something else may be meant.

Widths do not matter except in free text; space around a value and characters that nobody sees never do, nor does what
programs put around digits to guard them (``="0012"``, ``'0012``). Signs that would fold into digits (①, ², ½) are no
digits, and make a value doubtful. Texts that are nothing but plain characters are settled all at once; each other is
looked at once.
"""

import functools
import re
import unicodedata
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.contracts import DISTRICTS, Column, ColumnType
from pipelines.districts import district_code
from pipelines.reading.kinds import (
    ANNOTATED,
    CODE_BECAME_DATE,
    DAMAGED,
    DITTO,
    ERROR_VALUE,
    EXAMPLE,
    GUARDED,
    LOST_PRECISION,
    TOO_NARROW,
    Kind,
)

_SPACE = (
    "".join(character for character in map(chr, range(0x3001)) if character.isspace())
    + "\0\x1a\u200b\u200e\u200f\ufeff"
)
_FULL_WIDTH = str.maketrans({chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)})
_NARROW_PLACEHOLDERS = frozenset({
    "", "-", "--", "---", "—", "——", "–", "―", "─", "──", "/", "//", "N/A", "n/a", "NULL", "Null", "null", "None",
    "NaN", "nan",
})  # fmt: skip
_PLACEHOLDERS = _NARROW_PLACEHOLDERS.union(text.translate(_FULL_WIDTH) for text in _NARROW_PLACEHOLDERS)
_NOTHING = frozenset({"无", "暂无"})
_DITTOS = frozenset({
    "同上", "同上行", "同前", "同左", "仝上", "(同上)", "〃", "〃〃", "″", "々", "-〃-", "—〃—", "－〃－", "ditto",
    "do.", '"', "''", "“", "”", "＂",
})  # fmt: skip

_HAN = r"\x{3400}-\x{9fff}\x{20000}-\x{3ffff}"
_ORDINARY_CODE = rf"^[0-9A-Za-z{_HAN}\-_/().:+&、（）０-９Ａ-Ｚａ-ｚ－]*$"
_UNUSUAL_CODE = (
    r"^\d+\.\d+$|[0-9][eE]\+?\d|^\d{4}[-/.年]\d{1,2}[-/.月]|^Err:|\d月\d|[A-Za-z]{3}-\d|\d-[A-Z][a-z]{2}"
    r"|\d{2}:\d{2}|同|仝|锟斤|烫烫"
)
_ORDINARY = {
    "int": r"^[+-]?(\d+|\d{1,3}(,\d{3})+)(\.\d*)?$",
    "decimal": r"^[+-]?(\d+|\d{1,3}(,\d{3})+)(\.\d*)?$",
    "date": r"^\d{4}[-/.]\d{1,2}[-/.]\d{1,2}$",
    "datetime": r"^\d{4}[-/.]\d{1,2}[-/.]\d{1,2}[T ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$",
    "bool": r"^[是否有无YNyn10√×]$",
    "uscc": r"^[0-9A-Z]{18}$",
    "idcard": r"^\d{17}[0-9X]$",
    "phone": r"^\d{7,12}$",
}
_UNUSUAL_TEXT = (
    r"[\x{fffd}\x{ad}\x{61c}\x{180e}\x{200b}-\x{200f}\x{202a}-\x{202e}\x{2060}-\x{2064}\x{2066}-\x{2069}\x{feff}\0]"
    r"|锟斤拷|烫烫|^\s*#|^\s*Err:\d|^\s*\?+\s*$|^\s*[\"'“”＂〃″々]|^\s*.?[同仝][上前左]|ditto|do\.|^\s*[(（]?(?:示例|样例|范例)"
)

_INVISIBLE = re.compile(
    r"[\0\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ufe00-\ufe0f]+"
)
_JOINERS = "\u200c\u200d\ufe0e\ufe0f"  # parts of a shown character: free text keeps them
_ANNOTATING = re.compile(
    "[ªº¹²³¼-¾ʰ-˿\u0300-\u036f\u0660-\u0669\u06f0-\u06f9\u0966-\u096f\u1d2c-\u1d6a⁰-₟\u20d0-\u20ff⁄\u2100-\u214f\u2150-\u218b①-⓿❶-➓㈀-㏿]"
    "|[\U0001d400-\U0001d7ff\U0001f100-\U0001f1ff]"
)
_ERROR = re.compile(r"#(?:[A-Z][A-Z0-9_/]*[!?]|N/A|GETTING_DATA|[\u4e00-\u9fff]{1,4}[!?！？])|Err:\d{3}")
_DAMAGED = re.compile(r"\ufffd|锟斤拷|烫烫烫|^\?{2,}$")
_GUARDS = (
    (re.compile(r'^="([^"]*)"$'), r"\1"), (re.compile(r'^[“"](.*)[”"]$', re.DOTALL), r"\1"),
    (re.compile(r"^['‘’`]+|[`’']+$"), ""),
)  # fmt: skip
_LINE_BREAK = re.compile(r"\s*[\r\n\t\v\f]+\s*")
_PADDING = re.compile(r"(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])")
_WHOLE_AS_DECIMAL = re.compile(r"(\d+)\.0+")
_SCIENTIFIC = re.compile(r"\d\.\d+[Ee]\+?\d+|\d[Ee]\+\d\d+")
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_DATE_AS_CODE = re.compile(
    r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"
    r"|\d{1,2}月\d{1,2}日|\d{4}年\d{1,2}月"
    r"|\d{1,2}-[A-Z][a-z]{2}(?:-\d{2,4})?|[A-Z][a-z]{2}-\d{2}|-?\d+:\d{2}:\d{2}(?:\.\d+)?"
)
_STRAY = re.compile(r"[\"'`“”‘’=^~?*※†‡%\\]|&#?\w+;")
_DASH = re.compile(r"(?<=\w)[‐‑‒–—―−](?=\w)")
_EXAMPLE = re.compile(r"[(（]?(?:示例|样例|范例)(?:数据)?\d{0,2}[)）]?")


class Settled(NamedTuple):
    """Texts as they are meant, null where nothing is said or it is doubted, and the doubts by position."""

    texts: pa.Array
    doubts: Mapping[int, Kind]


def settled(texts: pa.Array, column: Column) -> Settled:
    """The distinct texts of a column, cleaned and judged one by one where they are not ordinary."""
    trimmed = pc.utf8_trim(texts, characters=_SPACE)
    is_null = pc.is_in(trimmed, value_set=_nothing_in(column.type))
    unusual = np.flatnonzero(pc.and_not(_unusual(trimmed, column), is_null).to_numpy(zero_copy_only=False))
    values = pc.if_else(is_null, pa.scalar(None, pa.large_string()), trimmed)
    if column.type != "text" and not pc.all(pc.string_is_ascii(trimmed)).as_py():
        values = pc.utf8_normalize(values, form="NFKC")
    if not len(unusual):
        return Settled(values, {})
    judged = [settled_text(text, column) for text in trimmed.take(pa.array(unusual)).to_pylist()]
    mask = np.zeros(len(texts), dtype=bool)
    mask[unusual] = True
    replaced = pa.array([text for text, _ in judged], type=pa.large_string())
    values = pc.replace_with_mask(values, pa.array(mask), replaced)
    return Settled(values, {int(at): kind for at, (_, kind) in zip(unusual, judged, strict=True) if kind})


def settled_text(text: str, column: Column) -> tuple[str | None, Kind | None]:
    """One text as it is meant, None where nothing is said or it is doubted, and the doubt."""
    if column.type == "text":
        return _settled_free_text(text)
    text = _INVISIBLE.sub("", text).strip()
    kind = DITTO if text.casefold() in _DITTOS else ANNOTATED if _ANNOTATING.search(text) else None
    text = unicodedata.normalize("NFKC", text).strip()
    for guard, inside in _GUARDS:
        text = guard.sub(inside, text).strip()
    if kind is None and (text in _PLACEHOLDERS or (text in _NOTHING and column.type != "bool")):
        return None, None
    kind = kind or _damage(text)
    if kind:
        return None, kind
    if column.type in {"code", "uscc", "idcard", "phone"}:
        return _settled_code(_PADDING.sub("", _LINE_BREAK.sub("", text)), column)
    return _PADDING.sub("", text), None


def _settled_free_text(text: str) -> tuple[str | None, Kind | None]:
    text = _INVISIBLE.sub(lambda found: "".join(c for c in found[0] if c in _JOINERS), text).strip(_SPACE)
    if text in _PLACEHOLDERS:
        return None, None
    kind = DITTO if text.casefold() in _DITTOS else EXAMPLE if _EXAMPLE.fullmatch(text) else _damage(text)
    return (None, kind) if kind else (text, None)


def _damage(text: str) -> Kind | None:
    if _ERROR.fullmatch(text):
        return ERROR_VALUE
    if text and not text.strip("#"):
        return TOO_NARROW
    return DAMAGED if _DAMAGED.search(text) else None


def _settled_code(text: str, column: Column) -> tuple[str | None, Kind | None]:
    text = _DASH.sub("-", text) if column.type == "code" else re.sub(r"\s+", "", text)
    if whole := _WHOLE_AS_DECIMAL.fullmatch(text):
        text = whole[1]
    if column.members:
        text = _member(text, column.members)
        if text in column.members:
            return text, None
    elif column.references == DISTRICTS:
        text = district_code(text) or text
    if _SCIENTIFIC.fullmatch(text):
        return None, LOST_PRECISION
    if _DATE_AS_CODE.fullmatch(text):
        return None, CODE_BECAME_DATE
    if _STRAY.search(text) or _GROUPED.fullmatch(text):
        return None, GUARDED
    return text, None


def _member(text: str, members: tuple[str, ...]) -> str:
    """The member of an enumeration that a text spells in other widths or with spaces; the text where it is none."""
    return _members_by_spelling(members).get(_spelling(text), text)


@functools.lru_cache(maxsize=1024)
def _members_by_spelling(members: tuple[str, ...]) -> dict[str, str]:
    return {_spelling(member): member for member in members}


def _spelling(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).casefold()


def _unusual(texts: pa.Array, column: Column) -> pa.Array:
    """Whether each text is to be looked at by itself; null where it is null."""
    if column.type == "text":
        return pc.match_substring_regex(texts, _UNUSUAL_TEXT)
    if column.references == DISTRICTS:
        return pc.invert(pc.match_substring_regex(texts, r"^[0-9A-Z]{6}$"))
    if column.members:
        return pc.invert(pc.is_in(texts, value_set=pa.array(column.members, type=pa.large_string())))
    if column.type == "code":
        odd = pc.match_substring_regex(texts, _UNUSUAL_CODE)
        return pc.or_(pc.invert(pc.match_substring_regex(texts, _ORDINARY_CODE)), odd)
    return pc.invert(pc.match_substring_regex(texts, _ORDINARY[column.type]))


@functools.cache
def _nothing_in(column_type: ColumnType) -> pa.Array:
    nothing = _PLACEHOLDERS if column_type in {"text", "bool"} else _PLACEHOLDERS | _NOTHING
    return pa.array(sorted(nothing), type=pa.large_string())
