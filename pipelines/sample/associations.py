"""What the trade associations deliver of themselves, and the department's reviews of their leaders.

All feeds but the reviews come from 864 providers, each with a workbook or csv file of its own every quarter.
"""

import numpy
import pandas

from pipelines.contracts import ProviderType
from pipelines.providers import MUNICIPAL_CODE
from pipelines.sample import codes
from pipelines.sample.city import ASSOCIATIONS, STORY_YEAR, City
from pipelines.sample.delivery import FeedPlan, planned_events, planned_states, states_of

EXHIBITIONS = 9_640
OTHER_EVENTS_AT_FULL_VOLUME = 6_360
SERVED_ENTERPRISES = 105_300
SERVICES_AT_FULL_VOLUME = 260_000
FEWEST_SERVICES = 108_000
REVIEWS = 908
REVIEWED_ASSOCIATIONS = 166

OTHER_EVENT_SHARES = {"大讲堂": 0.34, "标准": 0.14, "白皮书": 0.06, "对接会": 0.34, "出海服务": 0.12}
TITLES = {
    "展会": "深圳{trade}展览会第{number}场",
    "大讲堂": "{trade}大讲堂第{number}讲",
    "标准": "《{trade}服务规范》团体标准第{number}号",
    "白皮书": "{trade}发展白皮书第{number}号",
    "对接会": "{trade}产业链供需对接会第{number}场",
    "出海服务": "{trade}企业出海服务专场第{number}场",
}
VENUE_SHARES = {"440306": 0.46, "440304": 0.27, "440305": 0.13, "440307": 0.08, "440309": 0.04, "440303": 0.02}
SERVICE_SHARES = {
    "政策宣讲": 0.22,
    "融资对接": 0.16,
    "人才招聘": 0.15,
    "市场拓展": 0.14,
    "法律咨询": 0.12,
    "质量检测": 0.09,
    "知识产权": 0.07,
    "出海服务": 0.05,
}
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


def association_profiles(city: City) -> FeedPlan:
    """Each association's state every quarter.

    The last 38 party organisations come under the committee, and the last city associations get their one supervising
    department, before October 2025; until then such an association names none or two.
    """
    generator = city.random("association profiles")
    everyone = city.associations
    managed_since = _days(generator, "2021-03-01", "2024-11-30", ASSOCIATIONS)
    latecomers = generator.permutation(ASSOCIATIONS)[:38]
    managed_since.iloc[latecomers] = _days(generator, "2025-01-10", "2025-09-20", len(latecomers)).to_numpy()
    is_city_level = pandas.Series(generator.random(ASSOCIATIONS) < 0.82)
    matched_on = _days(generator, "2022-01-01", "2024-11-30", ASSOCIATIONS)
    unmatched = generator.permutation(ASSOCIATIONS)[:70]
    matched_on.iloc[unmatched] = _days(generator, "2025-01-10", "2025-09-20", len(unmatched)).to_numpy()
    department = everyone["industry"].map(DEPARTMENTS_BY_INDUSTRY).where(is_city_level | (generator.random() < 0.5))
    two_departments = (department + "、市民政局").where(pandas.Series(generator.random(ASSOCIATIONS) < 0.4))

    profiles = _of_associations(everyone).assign(
        uscc=everyone["uscc"],
        name=everyone["name"],
        industry=everyone["industry"],
        since=pandas.Timestamp("2020-01-01"),
        is_city_level=is_city_level,
        members=numpy.maximum(12, generator.lognormal(4.6, 0.8, ASSOCIATIONS)).astype(int),
    )
    states = states_of(city, "association_profiles", profiles, since="since")
    association = numpy.arange(len(states)) % ASSOCIATIONS
    is_managed = managed_since.iloc[association].reset_index(drop=True).le(states["state_on"])
    is_matched = matched_on.iloc[association].reset_index(drop=True).le(states["state_on"])
    states["party_org"] = ("中共" + states["name"] + "支部委员会").where(is_managed)
    states["party_org_managed_since"] = managed_since.iloc[association].reset_index(drop=True).where(is_managed)
    states["supervising_department"] = (
        department.iloc[association]
        .reset_index(drop=True)
        .where(is_matched, two_departments.iloc[association].reset_index(drop=True))
    )
    return planned_states(city, "association_profiles", states, _providers(everyone))


def association_events(city: City) -> FeedPlan:
    """Exhibitions, as many at every volume, and the associations' other events and publications."""
    events = pandas.concat([_events_of_year(city, year) for year in city.years], ignore_index=True)
    return planned_events(city, "association_events", events, events["held_on"], _providers(city.associations))


def association_services(city: City) -> FeedPlan:
    """Services to enterprises: at every volume as many distinct enterprises a year, many served by several."""
    services = pandas.concat([_services_of_year(city, year) for year in city.years], ignore_index=True)
    return planned_events(city, "association_services", services, services["served_on"], _providers(city.associations))


def leader_reviews(city: City) -> FeedPlan:
    """Reviews of proposed leaders, several for each association that renews its board."""
    reviews = pandas.concat([_reviews_of_year(city, year) for year in city.years], ignore_index=True)
    return planned_events(city, "leader_reviews", reviews, reviews["reviewed_on"], [("municipal", MUNICIPAL_CODE)])


def _events_of_year(city: City, year: int) -> pandas.DataFrame:
    others = city.scaled(city.of_year(OTHER_EVENTS_AT_FULL_VOLUME, year), at_least=100)
    shares = {"展会": float(city.of_year(EXHIBITIONS, year))}
    shares |= {kind: others * share for kind, share in OTHER_EVENT_SHARES.items()}
    total = city.of_year(EXHIBITIONS, year) + others
    generator = city.random(f"association events {year}")
    association = _leaning_choice(generator, ASSOCIATIONS, total)
    chosen = city.associations.iloc[association].reset_index(drop=True)
    kinds = city.labels(f"association events {year} kinds", total, shares)
    numbers = range(1, total + 1)
    return _of_associations(chosen).assign(
        event_id=[f"HD{year}{number:05d}" for number in numbers],
        kind=kinds,
        title=[
            TITLES[kind].format(trade=trade, number=number)
            for kind, trade, number in zip(kinds, chosen["trade"], numbers, strict=True)
        ],
        held_on=city.days_of_year("association events", year, total, weekend=0.8),
        district_code=city.labels(f"association events {year} venues", total, VENUE_SHARES).where(
            pandas.Series(generator.random(total) < 0.97)
        ),
        participants=pandas.Series(generator.lognormal(5.5, 0.9, total).astype(int)).astype("Int64"),
    )


def _services_of_year(city: City, year: int) -> pandas.DataFrame:
    enterprises = city.of_year(SERVED_ENTERPRISES, year)
    total = city.scaled(city.of_year(SERVICES_AT_FULL_VOLUME, year), at_least=city.of_year(FEWEST_SERVICES, year))
    generator = city.random(f"association services {year}")
    served = generator.permutation(
        numpy.concatenate([numpy.arange(enterprises), generator.integers(0, enterprises, total - enterprises)])
    )
    chosen = city.associations.iloc[_leaning_choice(generator, ASSOCIATIONS, total)].reset_index(drop=True)
    return _of_associations(chosen).assign(
        service_id=[f"FW{year}{number:06d}" for number in range(1, total + 1)],
        enterprise_uscc=pandas.Series(codes.usccs("91", served), dtype="str"),
        kind=city.labels(f"association services {year} kinds", total, SERVICE_SHARES),
        served_on=city.days_of_year("association services", year, total),
    )


def _reviews_of_year(city: City, year: int) -> pandas.DataFrame:
    total, reviewed = city.of_year(REVIEWS, year), city.of_year(REVIEWED_ASSOCIATIONS, year)
    generator = city.random(f"leader reviews {year}")
    chosen = generator.permutation(ASSOCIATIONS)[:reviewed]
    association = numpy.concatenate([chosen, chosen[_leaning_choice(generator, reviewed, total - reviewed)]])
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


def _providers(associations: pandas.DataFrame) -> list[tuple[ProviderType, str]]:
    return [("association", uscc) for uscc in associations["uscc"]]


def _of_associations(associations: pandas.DataFrame) -> pandas.DataFrame:
    """A row for each of the associations, with nothing but the provider columns."""
    return pandas.DataFrame({"provider_type": "association", "provider_code": associations["uscc"]})


def _leaning_choice(generator: numpy.random.Generator, members: int, total: int) -> numpy.typing.NDArray[numpy.int64]:
    """``total`` members by position; some are busier than others."""
    busyness = generator.lognormal(0, 0.5, members)
    return generator.choice(members, total, p=busyness / busyness.sum())


def _days(generator: numpy.random.Generator, first: str, last: str, count: int) -> "pandas.Series[pandas.Timestamp]":
    """``count`` dates from ``first`` to ``last``."""
    days = pandas.date_range(first, last)
    return pandas.Series(days[generator.integers(0, len(days), count)])
