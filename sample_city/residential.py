"""Residential compounds, their public-service posts, and the livelihood micro-projects that they ask for."""

import functools

import numpy
import pandas

from sample_city import places, trouble
from sample_city.city import City, days_from
from sample_city.delivery import (
    FeedPlan,
    district_providers,
    hide_future,
    planned_states,
    planned_steps,
    states_of,
)

COMPOUNDS_AT_FULL_VOLUME = 6_000
TEAMS = 1_232
COMPOUNDS_ON_THE_PLATFORM = 157
SERVICE_POSTS = 2_852
CLOSED_POSTS = 90

SERVICE_PROJECTS_FOR_THREE_GROUPS = 6_594
_OTHER_PROJECT_SHARES = {
    ("服务类", "一新"): 0.16,
    ("服务类", "普惠"): 0.2,
    ("工程类", "一老"): 0.08,
    ("工程类", "普惠"): 0.31,
    ("货物类", "一小"): 0.07,
    ("货物类", "一困"): 0.03,
    ("货物类", "普惠"): 0.15,
}
_OTHER_PROJECTS = 4_046
_NEVER_APPROVED = 700
_THREE_GROUP_SHARES = {"一老": 0.46, "一小": 0.36, "一困": 0.18}
_PROJECT_WORDS = {
    "一老": ("长者助餐", "银龄学堂", "适老化服务", "独居长者探访"),
    "一小": ("四点半课堂", "暑期夏令营", "亲子阅读", "儿童安全教育"),
    "一困": ("困境家庭帮扶", "残障康复支援", "临时救助服务"),
    "一新": ("骑手关爱", "新就业群体技能培训"),
    "普惠": ("邻里节", "健身设施更新", "口袋公园", "楼道照明改造", "便民维修"),
}
_COMPOUND_WORDS = ("锦绣", "翠湖", "观海", "阳光", "和府", "雅居", "金域", "春华", "御景", "龙光", "碧水", "紫荆")
_COMPOUND_KINDS = ("花园", "苑", "家园", "名庭", "公寓", "新村")


def plan(city: City) -> dict[str, FeedPlan]:
    """The plans of the three feeds."""
    return {
        "compounds": _planned_compounds(city),
        "service_posts": _planned_posts(city),
        "micro_projects": _planned_projects(city),
    }


@functools.cache
def compounds(city: City) -> pandas.DataFrame:
    """The city's compounds with their final dates; ``listed_on`` is when the district took one onto its books."""
    count = city.scaled(COMPOUNDS_AT_FULL_VOLUME, at_least=2_000)
    generator = city.random("compounds")
    districts = city.districts("compounds", count)
    communities = places.communities()
    chosen = communities.iloc[city.within("compounds", districts, communities["district_code"])].reset_index(drop=True)
    words = generator.integers(0, len(_COMPOUND_WORDS), count)
    kinds = generator.integers(0, len(_COMPOUND_KINDS), count)
    serials = (districts.groupby(districts).cumcount() + 1).astype("str")
    listed_on = days_from("2023-01-01", generator.integers(0, 600, count))
    listed_on[generator.random(count) < 0.03] = pandas.Timestamp("2025-05-20")
    has_branch = generator.random(count) < 0.87
    return pandas.DataFrame(
        {
            "provider_type": "district",
            "provider_code": districts,
            "compound_id": districts + "-XQ" + serials.str.zfill(5),
            "name": [
                f"{community.removesuffix('社区')}{_COMPOUND_WORDS[word]}{_COMPOUND_KINDS[kind]}"
                for community, word, kind in zip(chosen["community"], words, kinds, strict=True)
            ],
            "street": chosen["street"],
            "community": chosen["community"],
            "households": generator.lognormal(6.6, 0.7, count).round().astype("int64") + 20,
            "branch_founded": days_from("2019-06-01", generator.integers(0, 2_350, count)).where(has_branch),
            "team_founded": _for_some(
                generator, count, TEAMS, days_from("2023-09-01", generator.integers(0, 840, count))
            ),
            "platform_since": _for_some(
                generator, count, COMPOUNDS_ON_THE_PLATFORM, days_from("2024-08-01", generator.integers(0, 500, count))
            ),
            "listed_on": listed_on,
        }
    )


def _for_some(
    generator: numpy.random.Generator, count: int, some: int, dates: "pandas.Series[pandas.Timestamp]"
) -> "pandas.Series[pandas.Timestamp]":
    """The dates of exactly ``some`` of the things, nothing for the others."""
    return dates.where(pandas.Series(generator.permutation(count) < some))


def _planned_compounds(city: City) -> FeedPlan:
    states = states_of(city, "compounds", compounds(city), "listed_on")
    states = hide_future(states, "branch_founded", "team_founded", "platform_since")
    plan = planned_states(city, "compounds", states, district_providers())
    trouble.plant(plan, "440305", "2025-04-01", trouble.drop_column, column="community")
    trouble.plant(plan, "440310", "2025-07-01", trouble.delay, days=12)
    trouble.plant(plan, "440306", "2025-10-01", trouble.correct, column="street", wrong="待核实", rows=9)
    return plan


def _planned_posts(city: City) -> FeedPlan:
    count = SERVICE_POSTS + CLOSED_POSTS
    generator = city.random("service posts")
    districts = city.districts("service posts", count)
    homes = compounds(city)
    compound = homes["compound_id"].iloc[city.within("service posts", districts, homes["provider_code"])]
    is_closed = pandas.Series(generator.permutation(count) < CLOSED_POSTS)
    offsets = generator.integers(0, 1_290, count)
    posts = pandas.DataFrame(
        {
            "provider_type": "district",
            "provider_code": districts,
            "post_id": districts + "-ZD" + pandas.Series(range(1, count + 1)).astype("str").str.zfill(5),
            "compound_id": compound.to_numpy(),
            "category": city.labels(
                "post categories",
                count,
                {"议事": 0.3, "养老": 0.16, "托幼": 0.1, "文体": 0.24, "助餐": 0.08, "其他": 0.12},
            ),
            "area_m2": generator.lognormal(4.3, 0.6, count).round(1),
            "opened_on": days_from("2022-06-01", offsets).mask(is_closed, days_from("2022-06-01", offsets % 700)),
            "closed_on": days_from("2025-01-15", generator.integers(0, 320, count)).where(is_closed),
        }
    )
    states = hide_future(states_of(city, "service_posts", posts, "opened_on"), "closed_on")
    plan = planned_states(city, "service_posts", states, district_providers())
    trouble.plant(plan, "440303", "2025-04-01", trouble.repeat_rows, rows=6)
    trouble.plant(plan, "440307", "2025-07-01", trouble.spoil, column="opened_on", wrong="2025-06-31", rows=3)
    return plan


def _planned_projects(city: City) -> FeedPlan:
    """A project arrives with every step it takes: asked for, approved, started, finished, evaluated."""
    projects = pandas.concat([_projects_of_year(city, year) for year in city.years], ignore_index=True)
    steps: dict[str, tuple[str, ...]] = {
        "demanded_on": (),
        "approved_on": ("budget_cny",),
        "started_on": (),
        "finished_on": (),
        "evaluated_on": ("score",),
    }
    plan = planned_steps(city, "micro_projects", projects, steps, district_providers())
    trouble.plant(plan, "440304", "2025-01-06", trouble.delay, days=3)
    trouble.plant(plan, "440306", "2025-03-10", trouble.spoil, column="approved_on", wrong="2020-01-01", rows=4)
    trouble.plant(plan, "440307", "2025-05-12", trouble.correct, column="name", wrong="（名称待定）", rows=5)
    trouble.plant(plan, "440305", "2025-06-09", trouble.garble)
    trouble.plant(plan, "440309", "2025-08-11", trouble.spoil, column="project_class", wrong="其它", rows=3)
    trouble.plant(plan, "440306", "2025-11-03", trouble.repeat_rows, rows=4)
    return plan


def _projects_of_year(city: City, year: int) -> pandas.DataFrame:
    """The projects approved in a year, and those asked for in it that nobody approved."""
    name = f"micro projects {year}"
    three_groups = city.of_year(SERVICE_PROJECTS_FOR_THREE_GROUPS, year)
    others, refused = city.of_year(_OTHER_PROJECTS, year), city.of_year(_NEVER_APPROVED, year)
    shares = {f"{kind} {group}": share for (kind, group), share in _OTHER_PROJECT_SHARES.items()}
    kinds = pandas.concat(
        [
            "服务类 " + city.labels(f"{name} groups", three_groups, _THREE_GROUP_SHARES),
            city.labels(f"{name} others", others, shares),
            city.labels(f"{name} refused", refused, shares),
        ],
        ignore_index=True,
    ).str.split(" ", expand=True)
    count = len(kinds)
    generator = city.random(name)
    districts = city.districts(name, count)
    homes = compounds(city)
    compound = homes.iloc[city.within(name, districts, homes["provider_code"])].reset_index(drop=True)
    approved_on = city.days_of_year(name, year, count, weekend=0.02)
    is_refused = pandas.Series(numpy.arange(count) >= three_groups + others)

    def after(dates: "pandas.Series[pandas.Timestamp]", least: int, most: int) -> "pandas.Series[pandas.Timestamp]":
        return dates + pandas.to_timedelta(generator.integers(least, most, count), unit="D").to_numpy()

    started_on = after(approved_on, 0, 40)
    finished_on = after(started_on, 5, 150).where(pandas.Series(generator.random(count) < 0.95))
    evaluated_on = after(finished_on, 0, 30).where(pandas.Series(generator.random(count) < 0.93))
    words = [
        _PROJECT_WORDS[group][int(chance * len(_PROJECT_WORDS[group]))]
        for group, chance in zip(kinds[1], generator.random(count), strict=True)
    ]
    return pandas.DataFrame(
        {
            "provider_type": "district",
            "provider_code": districts,
            "project_id": districts + f"-MS{year}" + pandas.Series(range(1, count + 1)).astype("str").str.zfill(5),
            "name": compound["community"] + pandas.Series(words) + "项目",
            "project_class": kinds[0],
            "beneficiary": kinds[1],
            "compound_id": compound["compound_id"].where(pandas.Series(generator.random(count) < 0.81)),
            "community": compound["community"],
            "demanded_on": approved_on - pandas.to_timedelta(generator.integers(5, 75, count), unit="D").to_numpy(),
            "approved_on": approved_on.mask(is_refused),
            "started_on": started_on.mask(is_refused),
            "finished_on": finished_on.mask(is_refused),
            "evaluated_on": evaluated_on.mask(is_refused),
            "budget_cny": (generator.lognormal(10.6, 0.6, count) / 100).round() * 100.0,
            "score": generator.normal(4.5, 0.3, count).clip(2.5, 5).round(1),
        }
    )
