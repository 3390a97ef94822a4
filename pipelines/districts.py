"""The city's districts: their codes, and the names that stand for them."""

import functools
import re

# GB/T 2260; the last two are functional areas without a code of their own, coded by the project.
DISTRICTS = {
    "440303": "罗湖区",
    "440304": "福田区",
    "440305": "南山区",
    "440306": "宝安区",
    "440307": "龙岗区",
    "440308": "盐田区",
    "440309": "龙华区",
    "440310": "坪山区",
    "440311": "光明区",
    "4403DP": "大鹏新区",
    "4403SS": "深汕特别合作区",
}

_CITY_NAMES = ("", "深圳", "深圳市", "广东省深圳市", "广东深圳")
_KINDS = ("特别合作区", "新区", "区")
_ZEROS = ("", "000", "000000")
"""What statistical codes of nine and twelve digits (street, community) have behind those of a district."""
_BETWEEN = re.compile(r"[\s()\[\]【】/\-—:|、]+")
"""What may be between a code and its name, as in ``罗湖区(440303)``."""


def stem(name: str) -> str:
    """A district's name without what kind of one it is: 南山 of 南山区."""
    return next((name.removesuffix(kind) for kind in _KINDS if name.endswith(kind)), name)


def district_code(text: str) -> str | None:
    """The code of the district that a text names or codes, or both, without doubt; None where it is none."""
    known = _codes_by_spelling()
    parts = filter(None, _BETWEEN.split(text.upper()))
    told = {known.get(part) for part in parts}
    return told.pop() if len(told) == 1 else None


@functools.cache
def _codes_by_spelling() -> dict[str, str]:
    spellings: dict[str, str] = {}
    for code, name in DISTRICTS.items():
        for spelling in {name, stem(name), f"{stem(name)}区"}:
            spellings |= {f"{city}{spelling}": code for city in _CITY_NAMES}
        spellings |= {f"{code}{zeros}": code for zeros in _ZEROS}
    return spellings
