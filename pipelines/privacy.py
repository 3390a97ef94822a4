"""Persons leave the reader as pseudonyms, and free text leaves it without their numbers.

What counts as a person's number: a resident identity number (GB 11643: 18 characters, or 15 digits before 1999), a
mobile number, and a landline number with its area code; with or without spaces, dashes, dots, brackets, +86 or
full-width characters between or around. In doubt a number is masked: every unbroken run of 15 or more digits goes,
so bank cards go too. One kind of long number is kept because figures are joined by it: a unified social credit code
(GB 32100-2015). An all-digit one looks like an identity number, so it is kept only if it stands alone as a word, its
check digit is right, and no date of birth stands where an identity number has one. (There a credit code has the end
of its region code, which would have to be 18, 19 or 20, and then the organisation's own digits.)
"""

import collections.abc
import hashlib
import hmac
import re
import string
import unicodedata
from typing import Any

import orjson
import pandas as pd
from stdnum.cn import uscc

from pipelines import settings
from pipelines.contracts import Contract
from pipelines.settings import Home

PSEUDONYM_LENGTH = 32
_HIDDEN = "*"

_BIRTH_DATE = r"(?:18|19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_RESIDENT_ID = rf"\d{{6}}{_BIRTH_DATE}\d{{3}}[\dX]"
_OLD_RESIDENT_ID = r"\d{8}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}"
_MOBILE = r"(?:(?:00)?86|0)?1[3-9]\d{9}"
_GAP = r"[\s.()_-]{1,3}"

# Whatever can match below has ten digits with little but punctuation between them. RE2 syntax: it runs in Arrow.
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

_PERSONAL_HEADER = re.compile(
    r"姓名|申请人|当事人|经办人|联络员|联系人|联系方式|负责人|法人|代表人|签名|户主|家长|监护|电话|手机|号码|身份证|证件|护照|住址|地址|出生|生日|邮箱|微信|账号|银行卡|"
    r"name|phone|mobile|tel|contact|id_?card|id_?n|passport|address|birth|mail|wechat|weixin|qq|account",
    re.IGNORECASE,
)


class OtherKey(RuntimeError):
    """The key is not the one that made the lake's pseudonyms: the same person would become another."""


class Pseudonymiser:
    """Turns identity numbers into pseudonyms that only the holder of the key can make again.

    Identity numbers can be counted through, so a plain hash would hide nothing: what hides them is the key.

    Raises:
        ValueError: the key is empty.
    """

    def __init__(self, key: bytes) -> None:
        if not key:
            raise ValueError("the key of the pseudonyms is empty")
        self._key = key

    @property
    def fingerprint(self) -> str:
        """The same for the same key; the key can't be found from it, nor is it any person's pseudonym."""
        return hmac.digest(self._key, b"fingerprint of the key", hashlib.sha256).hex()

    def pseudonyms(self, values: pd.Series) -> pd.Series:
        """The first 32 hexadecimal digits of HMAC-SHA-256 over each number; null stays null.

        Spaces, dashes, full-width characters and a lower-case x make no difference: the same person has the same
        pseudonym however a provider wrote the number.
        """
        codes, distinct = pd.factorize(values)
        made = pd.array([self._pseudonym(str(value)) for value in distinct], dtype="str")
        return pd.Series(made.take(codes, allow_fill=True), index=values.index, name=values.name)

    def _pseudonym(self, value: str) -> str:
        normalised = "".join(filter(str.isalnum, _folded(value)))
        return hmac.digest(self._key, normalised.encode(), hashlib.sha256).hex()[:PSEUDONYM_LENGTH]


def check_key(home: Home) -> None:
    """Holds the key against the one that the lake's pseudonyms were made with; the first one used is noted.

    Raises:
        OtherKey: they differ, or the key is gone.
    """
    noted = home.key_fingerprint_file
    if not noted.exists():
        unfinished = noted.with_suffix(".unfinished")
        unfinished.write_text(Pseudonymiser(settings.pii_key(home)).fingerprint, "utf-8")
        unfinished.replace(noted)
    elif not settings.has_pii_key(home):
        raise OtherKey(
            f"the key of the pseudonyms is gone: put {home.key_file.name} back, or set SWW_PII_KEY as it was. "
            "With a new key no person would be known again, and persons would be counted twice."
        )
    elif noted.read_text("utf-8") != Pseudonymiser(settings.pii_key(home)).fingerprint:
        raise OtherKey(
            "the key of the pseudonyms (SWW_PII_KEY, else the key file) is not the one that the lake was made with: "
            "put that one back. With another key no person would be known again, and persons would be counted twice."
        )


def scrub(values: pd.Series) -> pd.Series:
    """The texts with every character of a person's number replaced by ``*``; null stays null."""
    texts = values.astype("str")
    suspects = texts[texts.str.contains(_WORTH_A_LOOK, na=False)]
    if suspects.empty:
        return texts
    clean = {text: scrubbed(text) for text in suspects.unique()}
    texts = texts.copy()
    texts.loc[suspects.index] = suspects.map(clean)
    return texts


def mask(value: str) -> str:
    """What may be shown of an identifier: ``4403************12``, the name of a person not at all.

    At most a quarter of it (no more than four digits) at the head and an eighth (no more than two) at the end, and of
    these only digits.
    """
    folded = _folded(value)
    head, tail = min(4, len(folded) // 4), len(folded) - min(2, len(folded) // 8)
    return "".join(
        character if character.isdecimal() and not head <= position < tail else _HIDDEN
        for position, character in enumerate(folded)
    )


def protect(frame: pd.DataFrame, contract: Contract, pseudonymiser: Pseudonymiser) -> pd.DataFrame:
    """The rows as the lake may hold them: the same rows in the same order, columns by ``Column.lake_name``.

    Identity numbers become pseudonyms, other columns of persons are gone, free text is scrubbed. A code that is or
    has in it an identity number (a self-employed person's, where an enterprise's was asked for) or a mobile number
    becomes a pseudonym too, so that it still joins. Columns that start with ``_`` stay; the unknown columns in
    ``_extra`` lose their values where the header speaks of a person.
    """
    protected: dict[str, pd.Series] = {}
    for column in contract.columns:
        values = frame[column.name]
        if column.lake_name is None:
            continue
        if column.pii:
            values = pseudonymiser.pseudonyms(values)
        elif column.type == "text":
            values = scrub(values)
        elif column.type in ("code", "uscc"):
            values = _without_numbers_of_persons(values, pseudonymiser)
        protected[column.lake_name] = values
    for name in frame.columns[frame.columns.str.startswith("_")]:
        protected[name] = frame[name]
    if "_sheet" in protected:
        protected["_sheet"] = scrub(frame["_sheet"])
    if "_extra" in protected:
        protected["_extra"] = _without_persons(frame["_extra"])
    return pd.DataFrame(protected, index=frame.index)


def _without_numbers_of_persons(values: pd.Series, pseudonymiser: Pseudonymiser) -> pd.Series:
    codes = values.astype("str")
    suspects = codes[codes.str.contains(_WORTH_A_LOOK, na=False)]
    verdicts = {code: _names_a_person(_folded(code)) for code in suspects.unique()}
    is_personal = suspects.map(verdicts).astype(bool).reindex(codes.index, fill_value=False)
    return codes.mask(is_personal, pseudonymiser.pseudonyms(codes.where(is_personal)))


def _names_a_person(folded_code: str) -> bool:
    if _CREDIT_CODE.fullmatch(folded_code) and _is_credit_code(folded_code):
        return False
    return _NUMBER_IN_CODE.search(folded_code) is not None


def _without_persons(extra: pd.Series) -> pd.Series:
    kept = {
        text: orjson.dumps(_impersonal(orjson.loads(text)), option=orjson.OPT_SORT_KEYS).decode()
        for text in extra.dropna().unique()
    }
    return extra.map(kept).astype("str")


def _impersonal(value: Any) -> Any:
    """A JSON value without what belongs to a person; a number that was one becomes a text of stars."""
    if isinstance(value, dict):
        return {
            scrubbed(key): None if _PERSONAL_HEADER.search("".join(key.split())) else _impersonal(member)
            for key, member in value.items()
        }
    if isinstance(value, list):
        return [_impersonal(member) for member in value]
    if isinstance(value, bool) or value is None:
        return value
    text = str(value)
    clean = scrubbed(text)
    return value if clean == text else clean


def scrubbed(text: str) -> str:
    """The text with stars for every digit of a person's number."""
    characters = list(text)
    for start, end in _numbers_of_persons(_folded(text)):
        characters[start:end] = _HIDDEN * (end - start)
    return "".join(characters)


def _numbers_of_persons(folded: str) -> collections.abc.Iterator[tuple[int, int]]:
    """Where a person's numbers stand in the text, as (start, end); they may overlap."""
    searched = _CREDIT_CODE.sub(lambda code: " , " * 6 if _is_credit_code(code[0]) else code[0], folded)
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
    """Code points to the plain ones that mean the same in a number, one for one, so that positions stay true."""

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


def _folded(text: str) -> str:
    return text.translate(_FOLDING)
