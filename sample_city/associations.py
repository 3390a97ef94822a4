"""The trade associations: what each of the 864 says of itself every quarter, and the reviews of their leaders."""

import numpy
import pandas

from pipelines.contracts import ProviderType
from pipelines.providers import MUNICIPAL_CODE
from sample_city import trouble
from sample_city.city import ASSOCIATIONS, City
from sample_city.delivery import FeedPlan, department, planned_events, planned_states, states_of

LATE_PARTY_ORGANISATIONS = 38
LATE_DEPARTMENTS = 70
REVIEWS = 908
REVIEWED_ASSOCIATIONS = 166

POST_SHARES = {"副会长": 0.42, "理事": 0.24, "会长": 0.13, "秘书长": 0.12, "监事长": 0.09}
RESULT_SHARES = {"同意": 0.93, "暂缓": 0.05, "不同意": 0.02}
DEPARTMENTS_BY_INDUSTRY = {
    "C": "市工业和信息化局",
    "E": "市住房建设局",
    "F": "市商务局",
    "G": "市交通运输局",
    "H": "市商务局",
    "I": "市工业和信息化局",
    "J": "市委金融办",
    "K": "市住房建设局",
    "L": "市人力资源保障局",
    "M": "市科技创新局",
    "O": "市商务局",
    "R": "市文化广电旅游体育局",
}


def plan(city: City) -> dict[str, FeedPlan]:
    """The plans of the two feeds."""
    return {"association_profiles": _association_profiles(city), "leader_reviews": _leader_reviews(city)}


def association_providers(city: City) -> list[tuple[ProviderType, str]]:
    """The associations as providers."""
    return [("association", uscc) for uscc in city.associations["uscc"]]


def of_associations(associations: pandas.DataFrame) -> pandas.DataFrame:
    """A row for each of the associations, with nothing but the provider columns."""
    return pandas.DataFrame({"provider_type": "association", "provider_code": associations["uscc"]})


def leaning_choice(generator: numpy.random.Generator, members: int, total: int) -> numpy.typing.NDArray[numpy.int64]:
    """``total`` members by position; some are busier than others."""
    busyness = generator.lognormal(0, 0.5, members)
    return generator.choice(members, total, p=busyness / busyness.sum())


def _association_profiles(city: City) -> FeedPlan:
    """Each association's state every quarter.

    The last party organisations come under the committee in 2025, and the last city associations get their one
    supervising department; until then such an association names none or two. Both end before the last quarter, so that
    a state that is carried forward into it is right.
    """
    generator = city.random("association profiles")
    everyone = city.associations
    is_city_level = pandas.Series(generator.random(ASSOCIATIONS) < 0.82)
    profiles = of_associations(everyone).assign(
        uscc=everyone["uscc"],
        name=everyone["name"],
        industry=everyone["industry"],
        since=pandas.Timestamp("2020-01-01"),
        managed_since=_days_with_latecomers(generator, "2021-03-01", LATE_PARTY_ORGANISATIONS),
        matched_on=_days_with_latecomers(generator, "2022-01-01", LATE_DEPARTMENTS),
        department=everyone["industry"].map(DEPARTMENTS_BY_INDUSTRY).where(is_city_level),
        has_two=generator.random(ASSOCIATIONS) < 0.4,
        is_city_level=is_city_level,
        members=numpy.maximum(12, generator.lognormal(4.6, 0.8, ASSOCIATIONS)).astype(int),
    )
    states = states_of(city, "association_profiles", profiles, since="since")
    is_managed = states["managed_since"].le(states["state_on"])
    before = (states["department"] + "、市民政局").where(states["has_two"])
    states = states.assign(
        party_org=("中共" + states["name"] + "支部委员会").where(is_managed),
        party_org_managed_since=states["managed_since"].where(is_managed),
        supervising_department=states["department"].where(states["matched_on"].le(states["state_on"]), before),
    )
    plan = planned_states(city, "association_profiles", states, association_providers(city))
    codes = everyone["uscc"]
    trouble.plant(plan, codes[430], "2025-01-01", trouble.repeat_bytes)
    trouble.plant(plan, codes[11], "2025-04-01", trouble.withhold)
    trouble.plant(plan, codes[301], "2025-04-01", trouble.repeat_rows, rows=1)
    trouble.plant(plan, codes[57], "2025-07-01", trouble.delay, days=20)
    trouble.plant(plan, codes[120], "2025-07-01", trouble.drop_column, column="is_city_level")
    trouble.plant(plan, codes[512], "2025-07-01", trouble.correct, column="industry", wrong="S", rows=1)
    trouble.plant(plan, codes[200], "2025-10-01", trouble.garble)
    return plan


def _leader_reviews(city: City) -> FeedPlan:
    """Reviews of proposed leaders, several for each association that renews its board."""
    reviews = pandas.concat([_reviews_of_year(city, year) for year in city.years], ignore_index=True)
    plan = planned_events(city, "leader_reviews", reviews, reviews["reviewed_on"], department())
    trouble.plant(plan, MUNICIPAL_CODE, "2025-04-01", trouble.delay, days=8)
    trouble.plant(plan, MUNICIPAL_CODE, "2025-06-01", trouble.spoil, column="result", wrong="通过", rows=3)
    trouble.plant(plan, MUNICIPAL_CODE, "2025-09-01", trouble.repeat_rows, rows=5)
    return plan


def _reviews_of_year(city: City, year: int) -> pandas.DataFrame:
    total, reviewed = city.of_year(REVIEWS, year), city.of_year(REVIEWED_ASSOCIATIONS, year)
    generator = city.random(f"leader reviews {year}")
    chosen = generator.permutation(ASSOCIATIONS)[:reviewed]
    association = numpy.concatenate([chosen, chosen[leaning_choice(generator, reviewed, total - reviewed)]])
    leaders = city.persons("leader", 20_000)["id_card"].to_numpy()
    return pandas.DataFrame(
        {
            "provider_type": "municipal",
            "provider_code": MUNICIPAL_CODE,
            "review_id": [f"SH{year}{number:04d}" for number in range(1, total + 1)],
            "association_uscc": city.associations["uscc"].to_numpy()[generator.permutation(association)],
            "person_id_card": generator.choice(leaders, total, replace=False),
            "post": city.labels(f"leader reviews {year} posts", total, POST_SHARES),
            "reviewed_on": city.days_of_year("leader reviews", year, total, weekend=0.0),
            "result": city.labels(f"leader reviews {year} results", total, RESULT_SHARES),
        }
    )


def _days_with_latecomers(
    generator: numpy.random.Generator, first: str, latecomers: int
) -> "pandas.Series[pandas.Timestamp]":
    """A date for each association: from ``first`` to November 2024, for so many from January to September 2025."""
    days = pandas.date_range(first, "2024-11-30")
    late_days = pandas.date_range("2025-01-10", "2025-09-20")
    dates = pandas.Series(days[generator.integers(0, len(days), ASSOCIATIONS)])
    late = generator.permutation(ASSOCIATIONS)[:latecomers]
    dates.iloc[late] = late_days[generator.integers(0, len(late_days), latecomers)]
    return dates
