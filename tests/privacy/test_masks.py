"""No number of a person gets through, whatever it is written like; what figures are joined by does."""

import time

import pandas as pd
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from stdnum.cn import ric, uscc

from pipelines.privacy import mask, numbers, scrub

FULL_WIDTH = str.maketrans("0123456789Xx+-() ", "０１２３４５６７８９Ｘｘ＋－（）　")


def scrubbed(text: str) -> str:
    return scrub(pd.Series([text])).iloc[0]


def plain(text: str) -> str:
    """The digits and capital letters of a text, nothing else."""
    return "".join(filter(str.isalnum, numbers.folded(text)))


# ── free text ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("电话13800138000请回", "电话***********请回"),
        ("+86 138-0013-8000", "+****************"),
        ("0086-138 0013 8000", "******************"),
        ("8613800138000", "*************"),
        ("１３８００１３８０００", "***********"),
        ("1 3 8 0 0 1 3 8 0 0 0", "*********************"),
        ("138－0013－8000", "*************"),
        ("①138-0013-8000", "①*************"),
        ("138-0013-80002025年来电", "*************2025年来电"),
        ("tel13800138000ok", "tel***********ok"),
        ("138\n0013\n8000", "*************"),
        ("2025-03-01 13800138000", "2025-03-01 ***********"),
        ("1380013800013900139000", "**********************"),
        ("0755-82101234", "*************"),
        ("（0755）8210 1234", "（**************"),
        ("075582101234转8", "************转8"),
        ("010-82101234", "************"),
        ("身份证440301199003070070。", "身份证******************。"),
        ("44030119900307123x", "******************"),
        ("44030119900307123Ｘ", "******************"),
        ("440301 19900307 123X", "********************"),
        ("4403 0119 9003 0712 34", "**********************"),
        ("440301900307123", "***************"),
        ("卡号6222021234567890123", "卡号*******************"),
        ("13800138000.0", "***********.0"),
    ],
)
def test_numbers_of_persons_are_masked_and_the_text_around_them_is_not(text: str, expected: str) -> None:
    assert scrubbed(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "2025-03-01 10:00至2025-12-31 18:00",
        "2025.03.01-2025.04.01",
        "项目编号202503010012，预算1,234,567.89元",
        "产值13,800,138,000元",
        "热线12345，400-830-1234",
        "914403001922038216",  # a credit code of digits only
        "企业（9144030071526726XG）反映",
        "91440300708461136t",
        "",
    ],
)
def test_text_without_a_persons_number_is_left_alone(text: str) -> None:
    assert scrubbed(text) == text


def test_an_identity_number_that_is_also_a_right_credit_code_is_masked() -> None:
    both = next(
        number
        for number in (f"44030119900307{sequence:03}" for sequence in range(1000))
        if uscc.calc_check_digit(number) == ric.calc_check_digit(number + "0")
    )
    number = both + ric.calc_check_digit(both + "0")
    assert uscc.is_valid(number)
    assert scrubbed(number) == "*" * 18


def test_a_credit_code_with_a_wrong_check_digit_is_masked_because_it_may_be_a_persons_number() -> None:
    assert scrubbed("914403001922038217") == "*" * 18


def test_scrub_keeps_nulls_index_and_name() -> None:
    values = pd.Series(["13800138000", None, "无"], index=[7, 3, 3], name="summary")
    expected = pd.Series(["***********", None, "无"], index=[7, 3, 3], name="summary", dtype="str")
    pd.testing.assert_series_equal(scrub(values), expected)


def test_scrub_reads_object_columns_without_any_text() -> None:
    assert scrub(pd.Series([None, None], dtype=object)).isna().all()


@pytest.mark.parametrize("hostile", ["1 " * 100_000, "1" * 200_000, "1-" * 100_000 + "1" * 100_000])
def test_a_hostile_cell_takes_no_more_than_a_moment(hostile: str) -> None:
    started = time.process_time()
    scrubbed(hostile)
    assert time.process_time() - started < 5


mobiles = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
landlines = st.from_regex(r"0(10|2[0-9]|[3-9][0-9]{2})-[2-9][0-9]{6,7}", fullmatch=True)
birth_dates = st.dates(min_value=pd.Timestamp("1900-01-01").date(), max_value=pd.Timestamp("2025-12-31").date())
resident_ids = st.builds(
    lambda region, born, sequence, check: f"{region}{born:%Y%m%d}{sequence:03}{check}",
    st.integers(110000, 829999),
    birth_dates,
    st.integers(0, 999),
    st.sampled_from("0123456789Xx"),
)
old_resident_ids = st.builds(
    lambda region, born, sequence: f"{region}{born:%y%m%d}{sequence:03}",
    st.integers(110000, 829999),
    birth_dates,
    st.integers(0, 999),
)
gaps = st.text(" -.()\u3000－—–‑·\u200b\t\n", min_size=1, max_size=3)
surroundings = st.text("的联系电话是：，。（）aX/、 \n一二", max_size=6)


@st.composite
def written_in_groups(draw: st.DrawFn, numbers: st.SearchStrategy[str]) -> str:
    """A number with gaps at any places, the gaps not all alike."""
    number = draw(numbers)
    cuts = sorted(draw(st.sets(st.integers(1, len(number) - 2), max_size=6)))
    parts = [number[start:end] for start, end in zip([0, *cuts], [*cuts, len(number)], strict=True)]
    return "".join(part + draw(gaps) for part in parts[:-1]) + parts[-1]


@given(
    written=st.one_of(
        landlines,
        written_in_groups(mobiles),
        written_in_groups(resident_ids),
        written_in_groups(old_resident_ids),
    ),
    prefix=st.sampled_from(["", "+86", "+86 ", "0086-", "(86)"]),
    before=surroundings,
    after=surroundings,
    is_full_width=st.booleans(),
)
@example(written="138\u200b00138000", prefix="", before="", after="", is_full_width=True)
def test_no_planted_number_survives_in_any_form(
    written: str, prefix: str, before: str, after: str, is_full_width: bool
) -> None:
    planted = prefix + written if plain(written).startswith("1") and len(plain(written)) == 11 else written
    delivered = before + (planted.translate(FULL_WIDTH) if is_full_width else planted) + after
    left = scrubbed(delivered)
    assert plain(written) not in plain(left)
    assert not set("3456789") & set(plain(left))
    assert len(left) == len(delivered)


@given(
    number=st.one_of(mobiles, resident_ids, old_resident_ids),
    before=st.text("0123456789", max_size=12),
    after=st.text("0123456789", max_size=12),
)
def test_no_planted_number_survives_between_other_digits(number: str, before: str, after: str) -> None:
    run = before + number.upper() + after
    assume(not uscc.is_valid(run))  # there is no telling it from a credit code, and figures are joined by those
    assert number.upper() not in plain(scrubbed(f"编号{run}号"))


# ── what may be shown ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("440301199003071212", "4403************12"),
        ("13800138000", "13********0"),
        ("１３８００１３８０００", "13********0"),
        ("张三", "**"),
        ("张三 13800138000", "*************0"),
        ("John", "****"),
        ("123", "***"),
        ("", ""),
    ],
)
def test_a_shown_identifier_does_not_find_the_person(value: str, shown: str) -> None:
    assert mask(value) == shown
