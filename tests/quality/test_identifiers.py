"""Check digits and telephone numbers: hand-made good and bad ones."""

import pandas as pd
import pytest

from pipelines.quality import identifiers


def holds(predicate, value: str | None) -> bool:
    return bool(predicate(pd.Series([value], dtype="str")).item())


@pytest.mark.parametrize(
    "code",
    [
        "91110000600037341L",  # an enterprise
        "52440300MJL1234565",  # a private non-enterprise unit, registered with civil affairs
        "N2440303MA5F12345W",  # a rural collective: the registering department is a letter
        None,
    ],
)
def test_unified_social_credit_codes_are_accepted(code):
    assert holds(identifiers.are_unified_social_credit_codes, code)


@pytest.mark.parametrize(
    "code",
    [
        "911100006000373410",  # another check digit
        "91110000600037314L",  # two digits exchanged
        "9111000060003734L",  # too short
        "91110000600037341l",  # not a capital
        "9111000O600037341L",  # the letter O is not in the alphabet
        " 91110000600037341L",
        "",
    ],
)
def test_other_codes_are_refused(code):
    assert not holds(identifiers.are_unified_social_credit_codes, code)


@pytest.mark.parametrize(
    "number",
    [
        "11010519491231002X",  # the examples of GB 11643-1999
        "440524188001010014",
        "810000199001011230",  # a resident of Hong Kong: a division that python-stdnum doesn't list
        None,
    ],
)
def test_resident_ids_are_accepted(number):
    assert holds(identifiers.are_resident_ids, number)


@pytest.mark.parametrize(
    "number",
    [
        "110105194912310021",  # another check digit
        "110105491231002",  # fifteen digits, as before 1999
        "440301190002291230",  # 1900 had no 29 February, though the check digit is right
        "11010519491231002x",
        "1.10105E+17",
        "",
    ],
)
def test_other_numbers_are_refused(number):
    assert not holds(identifiers.are_resident_ids, number)


@pytest.mark.parametrize(
    "number",
    ["13800138000", "+86 19912345678", "82345678", "0755-82345678", "(0755)25551234-801", "400-812-3123", None],
)
def test_numbers_that_reach_somebody_are_accepted(number):
    assert holds(identifiers.are_phone_numbers, number)


@pytest.mark.parametrize("number", ["12800138000", "1380013800", "138001380001", "无", "82345678、13800138000"])
def test_other_texts_are_no_telephone_numbers(number):
    assert not holds(identifiers.are_phone_numbers, number)
