"""What a cell's number format shows of its number (ECMA-376 part 1, 18.8.31).

A sheet shows 1 as ``001``, 0.95 as ``95%`` and 50 as ``50万元``: what is shown is what the provider meant. A format is
followed as far as ledgers need it; what any other shows is not known, and said to be so.
"""

import dataclasses
import decimal
import functools
import re
from typing import NamedTuple

_BUILT_IN = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??",
    14: "yyyy/m/d", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm",
    21: "h:mm:ss", 22: "yyyy/m/d h:mm", 37: "#,##0", 38: "#,##0", 39: "#,##0.00", 40: "#,##0.00", 41: "#,##0",
    42: "#,##0", 43: "#,##0.00", 44: "#,##0.00", 45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0", 48: "##0.0E+0",
    27: "yyyy年m月", 28: "m月d日", 29: "m月d日", 30: "m/d/yy", 31: "yyyy年m月d日", 32: "h时mm分", 33: "h时mm分ss秒",
    34: "h时mm分", 35: "h时mm分ss秒", 36: "yyyy年m月", 50: "yyyy年m月", 51: "m月d日", 52: "yyyy年m月", 53: "m月d日",
    54: "m月d日", 55: "yyyy年m月", 56: "m月d日", 57: "yyyy年m月", 58: "m月d日", 81: "d/m/bb",
}  # fmt: skip
"""The formats that a file names by number alone; from 27 on as Chinese Excel shows them."""

_AS_TYPED = frozenset({"", "general", "@", "g/通用格式"})
_GENERAL = re.compile(r"general|g/通用格式", re.IGNORECASE)
_PLACES = frozenset("0#?")
_MULTIPLES = frozenset("十百千万亿兆折成倍%‰KkM")

# A quoted text, an escaped character, a space as wide as one, a character that fills, a bracket, or one character.
_TOKEN = re.compile(r'"([^"]*)"|[\\!](.)|_(.)|\*(.)|\[([^\]]*)\]|(.)', re.DOTALL)
_SECTION = re.compile(r'((?:"[^"]*"|[\\!].|\[[^\]]*\]|[^;"\[])*)(?:;|$)', re.DOTALL)
_ELAPSED = re.compile(r"h+|m+|s+", re.IGNORECASE)
_EXACTLY = decimal.Context(prec=700, rounding=decimal.ROUND_HALF_UP)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?\d+(?:\.\d+)?)")


class _Token(NamedTuple):
    """A piece of a section: a ``place`` for a digit, ``code`` that is no text, ``text``, or a ``bracket``."""

    kind: str
    text: str


@dataclasses.dataclass(frozen=True)
class NumberFormat:
    """A format's code, and what kind of thing it shows.

    ``is_as_typed``: it shows a number as General and text do. ``is_date``: it shows a date or a time, of which
    ``shows_time`` says whether the time of day is seen, and ``is_elapsed`` that it is a length of time.
    ``keeps_value``: any number that is shown, whatever its decimals and grouping, is the number that is stored.
    """

    code: str
    is_as_typed: bool = False
    is_date: bool = False
    shows_time: bool = False
    is_elapsed: bool = False
    keeps_value: bool = True

    def shown(self, number: float) -> str | None:
        """The number as the sheet shows it; None where this is not known."""
        if self.is_as_typed or self.is_date:
            return None
        section, is_absolute = _section(_sections(self.code), number)
        return None if section is None else _shown(section, abs(number) if is_absolute else number)

    def keeps(self, number: float) -> bool:
        """Whether the number that is shown, whatever its decimals and grouping, is this number."""
        if self.keeps_value or self.is_date:
            return self.keeps_value
        section, _ = _section(_sections(self.code), number)
        return section is not None and _keeps_value(section)


GENERAL = NumberFormat("General", is_as_typed=True)


@functools.lru_cache(maxsize=1024)  # thousands of files have the same few formats
def number_format(number: int, code: str | None) -> NumberFormat:
    """The format of a style, by its number and, where the file defines it, its code."""
    code = _BUILT_IN.get(number, "") if code is None else code
    if code.strip().casefold() in _AS_TYPED:
        return GENERAL
    sections = _sections(code)
    letters = "".join(token.text for token in sections[0] if token.kind == "code").casefold()
    is_elapsed = any(token.kind == "bracket" and _ELAPSED.fullmatch(token.text) for token in sections[0])
    is_date = is_elapsed or re.search(r"[ymdhs]|aaa", letters) is not None
    return NumberFormat(
        code,
        is_date=is_date,
        shows_time=is_date and not {"h", "s"}.isdisjoint(letters),
        is_elapsed=is_elapsed,
        keeps_value=not is_date and all(map(_keeps_value, sections[:2])),
    )


def _sections(code: str) -> list[list[_Token]]:
    """The parts of a code between its semicolons: for numbers above, below and at zero, and for text."""
    parts = _SECTION.findall(_GENERAL.sub("#", code))
    return [_tokens(part) for part in (parts if code.endswith(";") else parts[:-1]) or [""]]


def _tokens(section: str) -> list[_Token]:
    tokens = []
    for quoted, escaped, space, filling, bracket, character in _TOKEN.findall(section):
        if bracket.startswith("$"):
            tokens.append(_Token("text", bracket[1:].partition("-")[0]))  # [$¥-804]: a currency, and a locale
        elif bracket:
            tokens.append(_Token("bracket", bracket))
        elif character in _PLACES:
            tokens.append(_Token("place", character))
        elif character and (character in ".,%/" or (character.isascii() and character.isalpha())):
            tokens.append(_Token("code", character))
        else:
            tokens.append(_Token("text", " " if space else "" if filling else quoted or escaped or character))
    return tokens


def _keeps_value(tokens: list[_Token]) -> bool:
    """Whether a section shows digits, divides by nothing, and adds no digit, multiple or point of its own."""
    spelt = "".join(token.text if token.kind in {"place", "code"} else " " for token in tokens)
    texts = "".join(token.text for token in tokens if token.kind == "text")
    return (
        not _PLACES.isdisjoint(spelt)
        and re.search(r"[0#?.],+(?![0#?,])|%", spelt) is None
        and not any(character in _MULTIPLES or character.isdecimal() or character == "." for character in texts)
    )


def _section(sections: list[list[_Token]], number: float) -> tuple[list[_Token] | None, bool]:
    """The section that shows the number, and whether it shows it without its sign."""
    conditions = [
        next(
            (found for token in section if token.kind == "bracket" and (found := _CONDITION.fullmatch(token.text))),
            None,
        )
        for section in sections
    ]
    if any(conditions):
        pairs = zip(sections, conditions, strict=True)
        return next(
            (section for section, condition in pairs if condition is None or _holds(condition, number)), None
        ), False
    if len(sections) == 1 or number > 0 or (number == 0 and len(sections) == 2):
        return sections[0], False
    return (sections[1], True) if number < 0 else (sections[2], False)


def _holds(condition: re.Match[str], number: float) -> bool:
    limit = float(condition[2])
    return {
        "<": number < limit, "<=": number <= limit, ">": number > limit, ">=": number >= limit,
        "=": number == limit, "<>": number != limit,
    }[condition[1]]  # fmt: skip


def _shown(tokens: list[_Token], number: float) -> str | None:
    spelt = "".join(token.text for token in tokens if token.kind == "code")
    if spelt.strip(".,%") or any(token.kind == "bracket" and token.text.startswith("DBNum") for token in tokens):
        return None  # fractions, powers of ten, digits in Chinese, and what is not known here
    places = [index for index, token in enumerate(tokens) if token.kind == "place"]
    if not places:
        return "".join(token.text for token in tokens if token.kind == "text").strip()
    first, last = places[0], places[-1] + 1
    divisions = 0
    while last + divisions < len(tokens) and tokens[last + divisions] == ("code", ","):
        divisions += 1
    scaled = number * 100 ** spelt.count("%") / 1000**divisions
    head = "".join(token.text for token in tokens[:first] if token.kind == "text")
    tail = "".join(token.text for token in tokens[last:] if token.kind == "text" or token.text == "%")
    return f"{'-' if scaled < 0 else ''}{head}{_digits(tokens[first:last], abs(scaled))}{tail}".strip()


def _digits(body: list[_Token], number: float) -> str:
    """The number in the places of the body; texts between the places stay where they are."""
    point = body.index(_Token("code", ".")) if _Token("code", ".") in body else len(body)
    decimals = [token.text for token in body[point:] if token.kind == "place"]
    whole, _, fraction = f"{_rounded(number, len(decimals)):f}".partition(".")
    places = [token.text for token in body[:point] if token.kind == "place"]
    digits = whole.lstrip("0").rjust(places.count("0"), "0")
    if _Token("code", ",") in body[:point] and digits:
        return f"{int(digits):,}" + _decimals(decimals, fraction)
    shown = []
    left = len(places)
    for token in body[:point]:
        if token.kind == "place":
            taken = max(len(digits) - left + 1, 0)  # the first place takes all digits that have none of their own
            shown.append(digits[:taken])
            digits = digits[taken:]
            left -= 1
        elif token.kind == "text":
            shown.append(token.text)
    return "".join(shown) + _decimals(decimals, fraction)


def _rounded(number: float, places: int) -> decimal.Decimal:
    """The number with so many places, a half rounded up, as sheets do it."""
    return _EXACTLY.quantize(decimal.Decimal(repr(number)), decimal.Decimal(1).scaleb(-places))


def _decimals(places: list[str], fraction: str) -> str:
    """The digits behind the point; in the last places, where none is needed, only those that say something."""
    if not places:
        return ""
    needed = len("".join(places).rstrip("#?"))
    return "." + fraction[:needed] + fraction[needed:].rstrip("0")
