"""English names for Chinese headers, learned from existing contracts or put together from words.

What the contracts teach: a whole header (受理时间 is received_at), and the word in front of an ending that many headers
share (受理 is received, so 受理日期 is received_on).
"""

import collections
import functools
import pathlib
import re
from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple

import yaml

from pipelines.contracts import Column, Contract
from pipelines.reading.headers import normalised, plainly_spelled

_ENDINGS = {
    "编号": "id",
    "日期": "on",
    "日": "on",
    "时间": "at",
    "人数": "people",
    "数": "count",
    "名称": "name",
    "统一社会信用代码": "uscc",
}
"""Endings of headers, and the endings of names that mean the same."""

_UNITS = {
    "元": "cny", "万元": "10k_cny", "亿元": "100m_cny", "平方米": "m2", "㎡": "m2", "m2": "m2", "亩": "mu",
    "公顷": "hectares", "公里": "km", "米": "m", "小时": "hours", "天": "days", "岁": "years", "%": "percent",
    "人": "", "个": "", "家": "",
}  # fmt: skip
_UNIT = re.compile(r"(?P<header>.+)\((?:单位:)?(?P<unit>[^()]+)\)")
_QUESTIONS = {"是否有": "has", "是否": "is", "有无": "has"}
_NAME = re.compile(r"[a-z][a-z0-9_]*")

Origin = Literal["learned", "composed", "unknown"]


class Named(NamedTuple):
    """A proposed name of a column, and where it comes from. ``unknown``: it is only a placeholder."""

    name: str
    origin: Origin


class Vocabulary:
    """What can be learned from the headers of existing contracts."""

    def __init__(self, contracts: Iterable[Contract]) -> None:
        self._columns: dict[str, list[Column]] = collections.defaultdict(list)
        for contract in contracts:
            for column in contract.columns:
                for header in (column.header, *column.aliases):
                    self._columns[normalised(header)].append(column)
        self._words = {**_more_words(), **_learned_words(self._columns)}

    def columns(self, label: str) -> list[Column]:
        """The columns of contracts that have this header, by any of its spellings."""
        return self._columns.get(normalised(label), [])

    def named(self, label: str, position: int) -> list[Named]:
        """Names for a header at a 1-based position, the best first; the last is ``column_<position>``."""
        if _NAME.fullmatch(key := normalised(label)):
            return [Named(key, "learned")]
        names = []
        if columns := self.columns(label):
            ((name, times),) = collections.Counter(column.name for column in columns).most_common(1)
            if 2 * times > len(columns):
                names.append(Named(name, "learned"))
        for words in (self._words, _more_words()):
            if composed := _composed(plainly_spelled(label), words):
                names.append(Named(composed, "composed"))
        return [*names, Named(f"column_{position}", "unknown")]

    def knows(self, label: str) -> bool:
        """Whether a header, or its first or last word, is known."""
        text = plainly_spelled(label)
        return bool(self.columns(label)) or any(text.startswith(word) or text.endswith(word) for word in self._words)

    def header_of(self, name: str) -> str | None:
        """The Chinese header that most contracts have for a column's name; None where none has the name."""
        headers = collections.Counter(
            column.header for columns in self._columns.values() for column in columns if column.name == name
        )
        return headers.most_common(1)[0][0] if headers else None


def _composed(label: str, words: Mapping[str, str]) -> str | None:
    """The name made from the words of a label; None if a part of it is not known."""
    text, unit = label, ""
    if match := _UNIT.fullmatch(label):
        text, unit = match["header"], _UNITS.get(match["unit"], "")
    question = next((asked for asked in _QUESTIONS if asked in text), "")
    text = text.replace(question, "", 1)
    ending = next((end for end in _ENDINGS if text.endswith(end) and text != end), "")
    stem = _translated(text.removesuffix(ending), words)
    if stem is None:
        return None
    parts = (_QUESTIONS.get(question, ""), *stem, _ENDINGS.get(ending, ""), unit)
    name = "_".join(dict.fromkeys("_".join(parts).split("_"))).strip("_")
    return name if _NAME.fullmatch(name) else None


def _translated(text: str, words: Mapping[str, str]) -> list[str] | None:
    """The English for a text made of words, the longest word first; None if a part is not known."""
    if not text:
        return []
    for end in range(len(text), 0, -1):
        word = words.get(text[:end])
        if word is not None and (rest := _translated(text[end:], words)) is not None:
            return [word, *rest]
    return None


def _learned_words(columns: Mapping[str, list[Column]]) -> dict[str, str]:
    """Words with their English: headers without an ending, where the name has the ending's English at its end."""
    found: dict[str, collections.Counter[str]] = collections.defaultdict(collections.Counter)
    for header, of_header in columns.items():
        for column in of_header:
            for ending, english in _ENDINGS.items():
                stem = column.name.removesuffix(f"_{english}") if english else ""
                if header.endswith(ending) and header != ending and stem not in ("", column.name):
                    found[header.removesuffix(ending)][stem] += 1
            if column.type == "text" and len(header) > 1:
                found[header][column.name] += 1
    return {word: english.most_common(1)[0][0] for word, english in found.items()}


@functools.cache
def _more_words() -> dict[str, str]:
    words: dict[str, str] = yaml.safe_load(pathlib.Path(__file__).with_name("words.yaml").read_text("utf-8"))
    return words
