"""Which identifiers are well formed, for whole columns.

Null counts as well formed: whether a cell may be empty is another rule. A check digit is computed once for each
distinct value.
"""

import pandas as pd
from stdnum.cn import ric, uscc

# GB 32100-2015: registering department, kind of organisation, GB/T 2260 division (six digits), organisation code
# (GB 11714), check digit; the letters I, O, S, V and Z are left out. The first two may be letters (N2: rural
# collectives, Y1: others), which python-stdnum's own validation refuses.
UNIFIED_CODE_PATTERN = "[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}"

RESIDENT_ID_PATTERN = "[1-9][0-9]{5}(?:18|19|20)[0-9]{9}[0-9X]"

# Mobile numbers (MIIT numbering plan of 2017: 11 digits from 13 to 19), landlines with or without area code and
# extension, 400 and 800 service numbers: all of them are legal ways to reach a contact.
PHONE_PATTERN = (
    r"(?:(?:\+?86)?[ -]?1[3-9][0-9]{9}"
    r"|(?:\(?0[1-9][0-9]{1,2}\)?[ -]?)?[2-8][0-9]{6,7}(?:[-转][0-9]{1,6})?"
    r"|[48]00[ -]?[0-9]{3}[ -]?[0-9]{4})"
)


def are_unified_social_credit_codes(values: "pd.Series[str]") -> "pd.Series[bool]":
    """True where the value is null or a unified social credit code with a right check digit (GB 32100-2015)."""
    distinct = _distinct(values)
    shaped = distinct[distinct.str.fullmatch(UNIFIED_CODE_PATTERN)]
    return values.isna() | values.isin([code for code in shaped if uscc.calc_check_digit(code[:17]) == code[17]])


def are_resident_ids(values: "pd.Series[str]") -> "pd.Series[bool]":
    """True where the value is null or a resident id number (GB 11643): a real date of birth and a right check digit.

    The division in the first six digits is not checked: people keep the number of a county that no longer exists.
    """
    distinct = _distinct(values)
    shaped = distinct[distinct.str.fullmatch(RESIDENT_ID_PATTERN)]
    dated = shaped[pd.to_datetime(shaped.str[6:14], format="%Y%m%d", errors="coerce").notna()]
    return values.isna() | values.isin([number for number in dated if ric.calc_check_digit(number) == number[17]])


def are_phone_numbers(values: "pd.Series[str]") -> "pd.Series[bool]":
    """True where the value is null or a phone number: mobile, landline, 400 or 800."""
    distinct = _distinct(values)
    return values.isna() | values.isin(distinct[distinct.str.fullmatch(PHONE_PATTERN)])


def _distinct(values: "pd.Series[str]") -> "pd.Series[str]":
    return values.dropna().drop_duplicates().astype("str")
