"""The shared registers: right check digits, nobody real, the same in any order and size."""

import datetime

import numpy
import pandas
import pytest
import stdnum.cn.ric
import stdnum.cn.uscc

from pipelines.districts import DISTRICTS
from sample_city import codes, places
from sample_city.city import City

ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)  # GB 11714


def test_credit_codes_have_a_right_check_digit_and_an_impossible_organisation_code() -> None:
    made = codes.usccs("91", numpy.arange(3_000))

    assert len(set(made)) == 3_000
    for code in made[:300]:
        assert stdnum.cn.uscc.is_valid(code)
        remainder = (
            11 - sum(int(c, 36) * weight for c, weight in zip(code[8:16], ORGANISATION_WEIGHTS, strict=True)) % 11
        )
        assert code[16] != "0123456789X0"[remainder]


def test_persons_have_a_valid_identity_number_that_nobody_alive_has() -> None:
    persons = City().persons("volunteer", 3_000)

    assert persons["id_card"].is_unique
    assert persons["id_card"].str[6:8].eq("18").all()
    assert persons["id_card"].head(300).map(stdnum.cn.ric.is_valid).all()
    assert persons["phone"].str.fullmatch(r"1400\d{7}").all()


def test_nobody_is_two_kinds_of_person() -> None:
    city = City()
    kinds = ("member", "instructor", "courier", "leader", "candidate", "social_worker", "volunteer", "contact")
    everybody = pandas.concat([city.persons(kind, 500)["id_card"] for kind in kinds])

    assert everybody.is_unique


@pytest.mark.parametrize("register", ["enterprises", "persons"])
def test_a_larger_register_begins_with_the_smaller_one(register: str) -> None:
    city = City()
    make = city.enterprises if register == "enterprises" else lambda count: city.persons("member", count)

    pandas.testing.assert_frame_equal(make(2_000).head(700), make(700))


def test_senior_social_workers_are_56_at_the_end_of_2024_and_70_a_year_later() -> None:
    workers = City(volume=0.001).social_workers
    seniors = workers[workers["level"] == "高级社会工作师"]

    assert (seniors["certified_on"] < "2024-12-01").sum() == 56
    assert (seniors["certified_on"] < "2026-01-01").sum() == len(seniors) == 70
    assert seniors["left_on"].isna().all()


def test_associations_are_864_of_different_name_and_code() -> None:
    associations = City().associations

    assert len(associations) == associations["uscc"].nunique() == associations["name"].nunique() == 864


def test_a_figure_is_spread_to_the_unit() -> None:
    shares = {"a": 0.5, "b": 0.3, "c": 0.2}

    assert City().spread(7, shares) == {"a": 4, "b": 2, "c": 1}
    assert sum(City().spread(10_001, City().district_shares("anything")).values()) == 10_001


def test_every_district_has_streets_and_communities() -> None:
    communities = places.communities()

    assert set(communities["district_code"]) == set(DISTRICTS) == set(places.RESIDENT_SHARES) == set(places.CENTRES)
    assert communities.groupby("district_code")["community"].size().min() >= 9


def test_periods_end_in_the_window_and_weeks_may_end_after_it() -> None:
    city = City(datetime.date(2025, 2, 1), datetime.date(2025, 4, 30))

    assert [period.last for period in city.periods("monthly")] == [
        datetime.date(2025, 2, 28),
        datetime.date(2025, 3, 31),
        datetime.date(2025, 4, 30),
    ]
    assert [period.last for period in city.periods("quarterly")] == [datetime.date(2025, 3, 31)]
    assert city.periods("weekly")[-1].last == datetime.date(2025, 5, 4)
    assert city.periods("yearly") == ()


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2025-01-02", "2025-01-31"),
        ("2025-01-01", "2025-01-30"),
        ("2025-02-01", "2025-01-31"),
        ("2023-12-01", "2024-01-31"),
    ],
)
def test_a_window_that_the_story_does_not_cover_is_refused(start: str, end: str) -> None:
    with pytest.raises(ValueError, match="whole months of 2024 to 2026"):
        City(datetime.date.fromisoformat(start), datetime.date.fromisoformat(end))
