"""What counts as a person's number, and where one stands in a text.

A person's number is a resident identity number (GB 11643: 18 characters, or 15 digits before 1999), a mobile number, or
a landline number with its area code. Spaces, dashes, dots, brackets, +86 or full-width characters may stand between or
around the digits. In doubt a number is taken for a person's: every unbroken run of 15 or more digits is one, so bank
cards are, too.

One kind of long number is not: a unified social credit code (GB 32100-2015), because figures are joined by it. A credit
code of digits only looks like an identity number. So it counts as a credit code only if it stands alone as a word, its
check digit is right, and there is no date of birth where an identity number has one. (In that place a credit code has
the end of its region code, which would have to be 18, 19 or 20, and then digits of the organisation.)
"""

import re
import string
import unicodedata
from collections.abc import Iterator

import pandas as pd
from stdnum.cn import uscc

_BIRTH_DATE = r"(?:18|19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_RESIDENT_ID = rf"\d{{6}}{_BIRTH_DATE}\d{{3}}[\dX]"
_OLD_RESIDENT_ID = r"\d{8}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}"
_MOBILE = r"(?:(?:00)?86|0)?1[3-9]\d{9}"
_GAP = r"[\s.()_-]{1,3}"

# All numbers below have ten digits with only punctuation between them. RE2 syntax, because it runs in Arrow.
_WORTH_A_LOOK = r"(?:\p{Nd}[^\p{L}\p{N}]*){10}"
# They are searched in folded text: ASCII digits, capital letters.
_CREDIT_CODE = re.compile(r"(?<![0-9A-Z])[1-9A-Y][0-9]{7}[0-9A-Z]{10}(?![0-9A-Z])")
_RUN = re.compile(rf"(?<!\d)(?:\d{{15,}}X?|(?=\d{{0,3}}{_MOBILE})\d{{11,14}})")
_IN_USUAL_GROUPS = rf"1[3-9]\d{_GAP}\d{{4}}{_GAP}\d{{4}}|\d{{6}}{_GAP}(?:18|19|20)\d{{6}}{_GAP}\d{{3}}[\dX]"
_SHAPE = re.compile(
    rf"{_IN_USUAL_GROUPS}"
    rf"|(?<!\d)(?:0|(?:\+|00)86(?:{_GAP})?0?)(?:10|2\d|[3-9]\d\d)(?:{_GAP})?[2-9]\d{{2,3}}(?:{_GAP})?\d{{4}}(?!\d)"
)
_NUMBER_IN_CODE = re.compile(rf"(?<!\d)(?:{_RESIDENT_ID}|{_MOBILE})(?!\d)|{_IN_USUAL_GROUPS}")
_GROUPS = re.compile(rf"(?<!\d)\d++(?:{_GAP}\d++)+X?")
_GROUP = re.compile(r"\d+X?")
_NUMBER_IN_GROUPS = re.compile(rf"(?:{_RESIDENT_ID}|{_OLD_RESIDENT_ID}|{_MOBILE})X?")
_LONGEST_NUMBER = len("440301199003071234X")


def suspects(texts: pd.Series) -> pd.Series:
    """The texts that may hold a person's number. A text that is not among them holds none."""
    return texts[texts.str.contains(_WORTH_A_LOOK, na=False)]


def is_or_has_number(code: str) -> bool:
    """Whether a code is an identity or mobile number of a person, or has one in it."""
    plain = folded(code)
    if _CREDIT_CODE.fullmatch(plain) and _is_credit_code(plain):
        return False
    return _NUMBER_IN_CODE.search(plain) is not None


def places(text: str) -> Iterator[tuple[int, int]]:
    """Where a person's numbers stand in the text, as (start, end); they may overlap."""
    plain = folded(text)
    searched = _CREDIT_CODE.sub(lambda code: " , " * 6 if _is_credit_code(code[0]) else code[0], plain)
    for pattern in (_RUN, _SHAPE):
        for match in pattern.finditer(searched):
            yield match.span()
    for match in _GROUPS.finditer(searched):
        groups = [group.span() for group in _GROUP.finditer(searched, *match.span())]
        for first, (start, _) in enumerate(groups):
            joined = ""
            for group_start, end in groups[first : first + _LONGEST_NUMBER]:
                joined += searched[group_start:end]
                if len(joined) > _LONGEST_NUMBER:
                    break
                if _NUMBER_IN_GROUPS.fullmatch(joined):
                    yield start, end


def _is_credit_code(code: str) -> bool:
    return uscc.is_valid(code) and not re.match(_BIRTH_DATE, code[6:14])


class _Folding(dict[int, int]):
    """Each code point and the plain one that means the same in a number: one for one, so positions stay the same."""

    def __missing__(self, code: int) -> int:
        self[code] = ord(_plain(chr(code)))
        return self[code]


def _plain(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if category in ("Pd", "Zs", "Cf"):
        return "-" if category == "Pd" else " "
    compatible = unicodedata.normalize("NFKC", character)
    return compatible.upper() if re.fullmatch(r"[!-/:-~]", compatible) else character


_FOLDING = _Folding(str.maketrans("−×·•・" + string.ascii_lowercase, "-X..." + string.ascii_uppercase))


def folded(text: str) -> str:
    """The text, character by character, with ASCII digits and capital letters: ``１`` is 1, ``x`` is X."""
    return text.translate(_FOLDING)
