"""Party building in the districts: enterprises and social organisations, members, instructors, stations."""

import functools

import numpy
import pandas

from sample_city import codes, places, trouble
from sample_city.city import City, Dates, days_from
from sample_city.delivery import (
    FeedPlan,
    district_providers,
    hide_future,
    planned_events,
    planned_states,
    planned_steps,
    states_of,
)

SOCIAL_ORGANISATIONS_AT_FULL_VOLUME = 10_800
GUIDANCE_STATIONS = 2_146
SECRETARY_STUDIOS = 128
_CLOSED_STATIONS = 55

_CAMPAIGN_START = "2024-12-01"
_MEMBERS_AT_FULL_VOLUME = 20_000
_INSTRUCTORS_AT_FULL_VOLUME = 3_300
_VISITS_AT_FULL_VOLUME = 150_000
_ASSIGNMENTS_AT_FULL_VOLUME = 10_000
_ORGANISATION_SERIALS = 1_000_000

_PARTY_ORGANISATION_SHARES = {"党支部": 0.72, "联合党支部": 0.19, "党总支": 0.06, "党委": 0.03}
_LEVEL_SHARES = {"市级": 0.04, "区级": 0.16, "街道级": 0.34, "社区级": 0.46}
_POSTS = {
    "市级": ("市领导", "市直部门主要负责人"),
    "区级": ("区领导", "区直部门主要负责人"),
    "街道级": ("街道党工委书记", "街道办事处主任"),
    "社区级": ("社区党委书记", "社区党委副书记"),
}
_TOPICS = ("党组织组建指导", "“三会一课”指导", "诉求建议收集", "发展党员工作", "政策宣讲", "换届选举指导")


def plan(city: City) -> dict[str, FeedPlan]:
    """The plans of the seven feeds."""
    return {
        "enterprises": _planned_enterprises(city),
        "social_organisations": _planned_social_organisations(city),
        "member_transfers": _planned_transfers(city),
        "instructors": _planned_instructors(city),
        "instructor_visits": _planned_visits(city),
        "contact_assignments": _planned_assignments(city),
        "guidance_stations": _planned_stations(city),
    }


@functools.cache
def enterprises(city: City) -> pandas.DataFrame:
    """The enterprises on the districts' books, with the dates on which they came onto them and left."""
    registered = city.enterprises(city.enterprise_count)
    count = len(registered)
    generator = city.random("enterprises")
    has_members = generator.random(count) < 0.34
    has_organisation = has_members & (generator.random(count) < 0.93)
    founded = pandas.Series(_founding_dates(generator, count)).where(pandas.Series(has_organisation))
    since, until = _lifetimes(generator, count)
    return pandas.DataFrame(
        {
            "provider_type": "district",
            "provider_code": registered["district_code"],
            "uscc": registered["uscc"],
            "name": registered["name"],
            "industry": registered["industry"],
            "street": registered["street"],
            "employees": generator.lognormal(2.8, 1.1, count).round().astype("int64") + 1,
            "has_licence": generator.random(count) < 0.99,
            "has_premises": generator.random(count) < 0.93,
            "has_members": has_members,
            "party_org_founded": founded,
            "party_org_kind": city.labels("party organisations", count, _PARTY_ORGANISATION_SHARES).where(
                founded.notna()
            ),
            "since": since,
            "until": until,
        }
    )


@functools.cache
def social_organisations(city: City) -> pandas.DataFrame:
    """The social organisations on the districts' books, with the dates on which they came onto them and left."""
    count = city.scaled(SOCIAL_ORGANISATIONS_AT_FULL_VOLUME, at_least=440)
    generator = city.random("social organisations")
    districts = city.districts("social organisations", count)
    communities = places.communities()
    chosen = communities.iloc[city.within("social organisations", districts, communities["district_code"])]
    kinds = city.labels(
        "kinds of social organisations", count, {"民办非企业单位": 0.62, "社会团体": 0.35, "基金会": 0.03}
    )
    words = kinds.map({"民办非企业单位": "社区服务中心", "社会团体": "邻里互助协会", "基金会": "社区发展基金会"})
    founded = pandas.Series(_founding_dates(generator, count)).where(pandas.Series(generator.random(count) < 0.9))
    since, until = _lifetimes(generator, count)
    return pandas.DataFrame(
        {
            "provider_type": "district",
            "provider_code": districts,
            "uscc": codes.usccs("52", _ORGANISATION_SERIALS + numpy.arange(count)),
            "name": [
                f"{community.removesuffix('社区')}{word}（样例{number}）"
                for number, (community, word) in enumerate(zip(chosen["community"], words, strict=True), start=1)
            ],
            "kind": kinds,
            "street": chosen["street"].to_numpy(),
            "party_org_founded": founded,
            "since": since,
            "until": until,
        }
    )


def _founding_dates(generator: numpy.random.Generator, count: int) -> Dates:
    """When party organisations were founded: three in four before December 2024, the others during the campaign."""
    is_old = generator.random(count) < 0.76
    days = numpy.where(is_old, generator.integers(-3_600, 0, count), generator.integers(0, 390, count))
    return days_from(_CAMPAIGN_START, days).to_numpy()


def _lifetimes(
    generator: numpy.random.Generator, count: int
) -> tuple["pandas.Series[pandas.Timestamp]", "pandas.Series[pandas.Timestamp]"]:
    """When things came onto the books and when they left them: some every month, most neither."""
    is_new, is_gone = generator.random(count) < 0.05, generator.random(count) < 0.03
    since = days_from("2024-12-05", generator.integers(0, 385, count)).where(is_new, pandas.Timestamp("2023-01-01"))
    until = days_from("2025-01-20", generator.integers(0, 300, count)).where(is_gone & ~is_new)
    return since, until


def _planned_enterprises(city: City) -> FeedPlan:
    states = hide_future(states_of(city, "enterprises", enterprises(city), "since", "until"), "party_org_founded")
    states["party_org_kind"] = states["party_org_kind"].where(states["party_org_founded"].notna())
    plan = planned_states(city, "enterprises", states, district_providers())
    trouble.plant(plan, "440306", "2025-03-01", trouble.spoil, column="uscc", wrong=trouble.LOST_PRECISION, rows=5)
    trouble.plant(plan, "440303", "2025-04-01", trouble.drop_column, column="has_members")
    trouble.plant(plan, "440309", "2025-06-01", trouble.withhold)
    trouble.plant(plan, "440307", "2025-07-01", trouble.repeat_rows, rows=6)
    trouble.plant(plan, "440304", "2025-08-01", trouble.delay, days=12)
    trouble.plant(plan, "440305", "2025-09-01", trouble.repeat_bytes)
    trouble.plant(plan, "440306", "2025-10-01", trouble.correct, column="street", wrong="街道待核", rows=10)
    return plan


def _planned_social_organisations(city: City) -> FeedPlan:
    states = states_of(city, "social_organisations", social_organisations(city), "since", "until")
    states = hide_future(states, "party_org_founded")
    plan = planned_states(city, "social_organisations", states, district_providers())
    trouble.plant(plan, "440305", "2025-02-01", trouble.spoil, column="uscc", wrong="52440300MJ0EXAMPL9", rows=3)
    trouble.plant(plan, "440304", "2025-05-01", trouble.withhold)
    trouble.plant(plan, "440306", "2025-08-01", trouble.garble)
    trouble.plant(plan, "440308", "2025-12-01", trouble.withhold)
    return plan


def _planned_transfers(city: City) -> FeedPlan:
    """A member's transfer arrives when it is applied for, and again when it is completed."""
    transfers = pandas.concat([_transfers_of_year(city, year) for year in city.years], ignore_index=True)
    persons = city.persons("member", len(transfers))
    transfers = transfers.assign(id_card=persons["id_card"], name=persons["name"])
    plan = planned_steps(
        city, "member_transfers", transfers, {"applied_on": (), "completed_on": ()}, district_providers()
    )
    trouble.plant(plan, "440307", "2025-03-01", trouble.spoil, column="id_card", wrong="440300188001010000", rows=2)
    trouble.plant(plan, "440306", "2025-06-01", trouble.spoil, column="completed_on", wrong="2010-01-01", rows=2)
    trouble.plant(plan, "440303", "2025-10-01", trouble.withhold)
    return plan


def _transfers_of_year(city: City, year: int) -> pandas.DataFrame:
    name = f"member transfers {year}"
    count = city.of_year(city.scaled(_MEMBERS_AT_FULL_VOLUME, at_least=1_200), year)
    generator = city.random(name)
    districts = city.districts(name, count)
    books = enterprises(city)
    to_org = books["uscc"].to_numpy()[city.within(name, districts, books["provider_code"])]
    applied_on = city.days_of_year(name, year, count, weekend=0.05)
    completed_on = applied_on + pandas.to_timedelta(generator.integers(3, 75, count), unit="D").to_numpy()
    communities = places.communities()["community"].to_numpy()
    return pandas.DataFrame(
        {
            "provider_type": "district",
            "provider_code": districts,
            "from_org": pandas.Series(communities[generator.integers(0, len(communities), count)]) + "党委",
            "to_org_uscc": to_org,
            "applied_on": applied_on,
            "completed_on": completed_on.where(pandas.Series(generator.random(count) < 0.96)),
        }
    )


@functools.cache
def instructors(city: City) -> pandas.DataFrame:
    """The party-building instructors, with the day on which each left the post, if any."""
    count = city.scaled(_INSTRUCTORS_AT_FULL_VOLUME, at_least=330)
    generator = city.random("instructors")
    persons = city.persons("instructor", count)
    districts = city.districts("instructors", count)
    serials = pandas.Series(range(1, count + 1)).astype("str").str.zfill(5)
    is_gone = pandas.Series(generator.random(count) < 0.08)
    appointed_on = days_from("2022-03-01", generator.integers(0, 1_250, count))
    return pandas.DataFrame(
        {
            "provider_type": "district",
            "provider_code": districts,
            "instructor_id": districts + "-ZDY" + serials,
            "name": persons["name"],
            "phone": persons["phone"],
            "appointed_on": appointed_on.mask(is_gone, days_from("2022-03-01", generator.integers(0, 700, count))),
            "left_on": days_from("2025-01-10", generator.integers(0, 330, count)).where(is_gone),
        }
    )


def _planned_instructors(city: City) -> FeedPlan:
    states = states_of(city, "instructors", instructors(city), "appointed_on", "left_on")
    plan = planned_states(city, "instructors", states, district_providers())
    trouble.plant(plan, "440305", "2025-02-01", trouble.withhold)
    trouble.plant(plan, "440310", "2025-03-01", trouble.delay, days=9)
    trouble.plant(plan, "440306", "2025-09-01", trouble.withhold)
    trouble.plant(plan, "440307", "2025-11-01", trouble.spoil, column="appointed_on", wrong="2025-02-29", rows=2)
    return plan


def _planned_visits(city: City) -> FeedPlan:
    """Two visits in five go to an organisation that was founded lately, none to one before its day."""
    visits = pandas.concat([_visits_of_year(city, year) for year in city.years], ignore_index=True)
    visits = visits.sort_values(["visited_on", "provider_code"], kind="stable", ignore_index=True)
    serials = pandas.Series(range(1, len(visits) + 1)).astype("str").str.zfill(7)
    visits["visit_id"] = visits["provider_code"] + "-LX" + serials
    plan = planned_events(city, "instructor_visits", visits, visits["visited_on"], district_providers())
    trouble.plant(plan, "440306", "2025-02-17", trouble.send_again, rows=4)
    trouble.plant(plan, "440307", "2025-04-14", trouble.spoil, column="org_uscc", wrong=trouble.LOST_PRECISION, rows=2)
    trouble.plant(plan, "440305", "2025-06-09", trouble.spoil, column="visited_on", wrong="2025-04-31", rows=2)
    trouble.plant(plan, "440304", "2025-09-08", trouble.delay, days=3)
    return plan


def _visits_of_year(city: City, year: int) -> pandas.DataFrame:
    name = f"instructor visits {year}"
    count = city.of_year(city.scaled(_VISITS_AT_FULL_VOLUME, at_least=3_000), year)
    generator = city.random(name)
    posts = instructors(city)
    posts = posts[posts["left_on"].isna() & posts["appointed_on"].lt(pandas.Timestamp(f"{year}-01-01"))]
    chosen = posts.iloc[generator.integers(0, len(posts), count)].reset_index(drop=True)
    districts = chosen["provider_code"]
    visited_on = city.days_of_year(name, year, count, weekend=0.04)
    organisations = pandas.concat(
        [
            frame[["provider_code", "uscc", "party_org_founded"]]
            for frame in (enterprises(city), social_organisations(city))
        ],
        ignore_index=True,
    )
    organisations = organisations[organisations["party_org_founded"].notna()]
    is_young = organisations["party_org_founded"].ge(pandas.Timestamp(_CAMPAIGN_START))
    anyone = organisations.iloc[city.within(name, districts, organisations["provider_code"])].reset_index(drop=True)
    young = organisations[is_young]
    has_young = districts.isin(young["provider_code"])
    new = young.iloc[
        city.within(
            f"{name} to new ones", districts.where(has_young, young["provider_code"].iloc[0]), young["provider_code"]
        )
    ].reset_index(drop=True)
    to_new = has_young & (generator.random(count) < 0.4) & new["party_org_founded"].le(visited_on)
    org = anyone["uscc"].mask(to_new, new["uscc"])
    return pandas.DataFrame(
        {
            "provider_type": "district",
            "provider_code": districts,
            "instructor_id": chosen["instructor_id"],
            "org_uscc": org,
            "visited_on": visited_on,
            "topic": generator.choice(_TOPICS, count),
        }
    )


def _planned_assignments(city: City) -> FeedPlan:
    count = city.scaled(_ASSIGNMENTS_AT_FULL_VOLUME, at_least=900)
    generator = city.random("contact assignments")
    districts = city.districts("contact assignments", count)
    books = enterprises(city)
    levels = city.labels("levels of contact", count, _LEVEL_SHARES)
    since, until = _lifetimes(generator, count)
    assignments = pandas.DataFrame(
        {
            "provider_type": "district",
            "provider_code": districts,
            "org_uscc": books["uscc"].to_numpy()[city.within("assignments", districts, books["provider_code"])],
            "level": levels,
            "cadre_post": [
                _POSTS[level][int(chance * 2)] for level, chance in zip(levels, generator.random(count), strict=True)
            ],
            "since": since,
            "until": until,
        }
    ).drop_duplicates(["org_uscc", "level"])
    states = states_of(city, "contact_assignments", assignments, "since", "until")
    plan = planned_states(city, "contact_assignments", states, district_providers())
    trouble.plant(plan, "440307", "2025-07-01", trouble.repeat_rows, rows=3)
    return plan


def _planned_stations(city: City) -> FeedPlan:
    frame = pandas.concat(
        [
            _stations(city, "党建工作指导站", GUIDANCE_STATIONS, _CLOSED_STATIONS),
            _stations(city, "专精特新书记工作室", SECRETARY_STUDIOS, 0),
        ],
        ignore_index=True,
    )
    serials = pandas.Series(range(1, len(frame) + 1)).astype("str").str.zfill(5)
    frame["station_id"] = frame["provider_code"] + "-ZDZ" + serials
    states = hide_future(states_of(city, "guidance_stations", frame, "opened_on"), "closed_on")
    plan = planned_states(city, "guidance_stations", states, district_providers())
    trouble.plant(plan, "440303", "2025-04-01", trouble.spoil, column="kind", wrong="指导点", rows=2)
    trouble.plant(plan, "440309", "2025-10-01", trouble.delay, days=15)
    return plan


def _stations(city: City, kind: str, open_at_the_end: int, closed: int) -> pandas.DataFrame:
    count = open_at_the_end + closed
    generator = city.random(f"stations {kind}")
    districts = city.districts(f"stations {kind}", count)
    communities = places.communities()
    chosen = communities["community"].iloc[city.within(f"stations {kind}", districts, communities["district_code"])]
    parks = [
        f"{community.removesuffix('社区')}{word}"
        for community, word in zip(
            chosen, generator.choice(["科技园", "产业园", "创意园", "工业区"], count), strict=True
        )
    ]
    is_closed = pandas.Series(numpy.arange(count) >= open_at_the_end)
    offsets = generator.integers(0, 1_600, count)
    return pandas.DataFrame(
        {
            "provider_type": "district",
            "provider_code": districts,
            "name": [f"{park}{kind}" for park in parks],
            "kind": kind,
            "park": parks,
            "opened_on": days_from("2021-07-01", offsets).mask(is_closed, days_from("2021-07-01", offsets % 900)),
            "closed_on": days_from("2025-01-15", generator.integers(0, 330, count)).where(is_closed),
        }
    )
