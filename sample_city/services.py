"""Social-work services that the districts buy: projects, and what was done in them day by day."""

import functools

import numpy
import pandas

from sample_city import trouble
from sample_city.city import City, Integers, days_from
from sample_city.delivery import FeedPlan, district_providers, planned_events, planned_states, states_of

PROJECTS = 1_161
_CONTINUING = 474
_ENDED_BEFORE = 620

CASES = 28_460
GROUPS = 5_638
ACTIVITIES = 107_412
VISITED_PERSON_TIMES = 354_618
SERVED_PERSON_TIMES = 9_153_700

_SESSIONS_AFTER_THE_FIRST = {"个案": 11.5, "小组": 5.5}
_VISITS_AT_FULL_VOLUME = 95_000
_FEWEST_VISITS = 22_000

FIELD_SHARES = {
    "社会福利": 0.15,
    "社区建设": 0.16,
    "教育辅导": 0.09,
    "社会救助": 0.07,
    "残障康复": 0.07,
    "婚姻家庭": 0.06,
    "卫生健康": 0.06,
    "职工帮扶": 0.05,
    "精神卫生": 0.05,
    "就业援助": 0.04,
    "慈善事业": 0.04,
    "纠纷调解": 0.04,
    "禁毒戒毒": 0.04,
    "矫治帮教": 0.03,
    "犯罪预防": 0.02,
    "人口计生": 0.02,
    "应急处置": 0.01,
}
_BENEFICIARY_SHARES = {"一老": 0.38, "一小": 0.26, "一困": 0.16, "一新": 0.06, "普惠": 0.14}


def plan(city: City) -> dict[str, FeedPlan]:
    """The plans of the two feeds."""
    return {"service_records": _planned_records(city), "service_projects": _planned_projects(city)}


@functools.cache
def projects(city: City) -> pandas.DataFrame:
    """The service projects of 2024 to 2025: exactly the report's number has a day in 2025."""
    generator = city.random("service projects")
    count = PROJECTS + _ENDED_BEFORE
    districts = city.districts("service projects", count)
    starts_2024 = days_from("2024-01-01", generator.integers(0, 300, count))
    is_new = pandas.Series(numpy.arange(count) >= _ENDED_BEFORE + _CONTINUING)
    starts_on = starts_2024.mask(is_new, days_from("2025-01-01", generator.integers(0, 300, count)))
    ended = starts_2024 + pandas.to_timedelta(generator.integers(30, 65, count), unit="D").to_numpy()
    ends_on = days_from("2025-02-01", generator.integers(0, 330, count))
    ends_on = ends_on.mask(
        is_new, starts_on + pandas.to_timedelta(generator.integers(60, 420, count), unit="D").to_numpy()
    )
    is_past = pandas.Series(numpy.arange(count) < _ENDED_BEFORE)
    ends_on = ends_on.mask(is_past, ended)
    agencies = city.agencies
    fields = city.labels("service project fields", count, FIELD_SHARES)
    return pandas.DataFrame(
        {
            "provider_type": "district",
            "provider_code": districts,
            "project_id": districts + "-SG" + pandas.Series(range(1, count + 1)).astype("str").str.zfill(5),
            "name": fields + "社会工作服务项目",
            "agency_uscc": agencies["uscc"].to_numpy()[generator.integers(0, len(agencies), count)],
            "field": fields,
            "starts_on": starts_on,
            "ends_on": ends_on,
            "contract_cny": (generator.lognormal(13.2, 0.4, count) / 1_000).round() * 1_000.0,
        }
    )


def _planned_projects(city: City) -> FeedPlan:
    """A project is on the books from its start until the year in which it ended is over."""
    listed = projects(city)
    year_after = pandas.to_datetime((listed["ends_on"].dt.year + 1).astype("str") + "-01-01")
    states = states_of(city, "service_projects", listed.assign(listed_until=year_after), "starts_on", "listed_until")
    plan = planned_states(city, "service_projects", states, district_providers())
    trouble.plant(plan, "440304", "2025-04-01", trouble.spoil, column="agency_uscc", wrong="52440300MJ0EXAMPL9", rows=2)
    trouble.plant(plan, "440307", "2025-04-01", trouble.garble)
    trouble.plant(plan, "440311", "2025-07-01", trouble.delay, days=14)
    trouble.plant(plan, "440306", "2025-10-01", trouble.repeat_bytes)
    return plan


def _planned_records(city: City) -> FeedPlan:
    records = pandas.concat([_records_of_year(city, year) for year in city.years], ignore_index=True)
    records = records.sort_values(["served_on", "provider_code"], kind="stable", ignore_index=True)
    districts = records["provider_code"]
    serials = (districts.groupby(districts).cumcount() + 1).astype("str").str.zfill(7)
    records["record_id"] = districts + "-FW" + serials
    workers = city.social_workers
    workers = workers[workers["left_on"].isna()]
    chosen = city.within("records' social workers", districts, workers["district_code"])
    records["social_worker_id"] = workers["social_worker_id"].to_numpy()[chosen]
    records["beneficiary"] = city.labels("records' beneficiaries", len(records), _BENEFICIARY_SHARES)
    plan = planned_events(city, "service_records", records, records["served_on"], district_providers())
    trouble.plant(plan, "440306", "2025-01-08", trouble.send_again, rows=12)
    trouble.plant(plan, "440307", "2025-02-19", trouble.spoil, column="served_on", wrong="2025-13-01", rows=3)
    trouble.plant(plan, "440303", "2025-03-12", trouble.spoil, column="person_times", wrong="0", rows=2)
    trouble.plant(plan, "440305", "2025-04-09", trouble.drop_column, column="field")
    trouble.plant(plan, "440304", "2025-06-18", trouble.repeat_bytes)
    trouble.plant(plan, "440309", "2025-07-23", trouble.spoil, column="service_type", wrong="个 案 ？", rows=4)
    trouble.plant(plan, "440310", "2025-09-17", trouble.impersonate)
    trouble.plant(plan, "440306", "2025-10-22", trouble.repeat_rows, rows=8)
    trouble.plant(plan, "4403SS", "2025-12-10", trouble.withhold)
    return plan


def _records_of_year(city: City, year: int) -> pandas.DataFrame:
    """A year's records: cases and groups of one or more sessions, activities, visits."""
    cases = _courses(city, year, "个案", city.of_year(CASES, year))
    groups = _courses(city, year, "小组", city.of_year(GROUPS, year))
    activities = _single(city, year, "社区活动", city.of_year(ACTIVITIES, year))
    visits = _single(city, year, "探访", city.of_year(city.scaled(_VISITS_AT_FULL_VOLUME, _FEWEST_VISITS), year))
    generator = city.random(f"person-times {year}")
    cases["person_times"] = generator.choice([1, 2, 3], len(cases), p=[0.7, 0.2, 0.1])
    groups["person_times"] = generator.integers(6, 16, len(groups))
    visits["person_times"] = _parts(generator, city.of_year(VISITED_PERSON_TIMES, year), len(visits), least=1)
    served = city.of_year(SERVED_PERSON_TIMES, year)
    rest = served - sum(int(frame["person_times"].sum()) for frame in (cases, groups, visits))
    activities["person_times"] = _parts(generator, rest, len(activities), least=5)
    return pandas.concat([cases, groups, activities, visits], ignore_index=True)


def _parts(generator: numpy.random.Generator, total: int, count: int, least: int) -> Integers:
    """``total`` in ``count`` uneven whole parts of at least ``least``."""
    chances = generator.gamma(2.0, 1.0, count)
    return generator.multinomial(total - least * count, chances / chances.sum()) + least


def _single(city: City, year: int, service_type: str, count: int) -> pandas.DataFrame:
    """Records that stand alone, each on a day on which its project runs."""
    name = f"{service_type} {year}"
    chosen, served_on = _project_days(city, year, name, count)
    generator = city.random(name)
    return pandas.DataFrame(
        {
            "provider_type": "district",
            "provider_code": chosen["provider_code"],
            "project_id": chosen["project_id"],
            "service_type": service_type,
            "field": chosen["field"],
            "case_id": pandas.Series([None] * count, dtype="str"),
            "served_on": served_on,
            "hours": generator.integers(1, 9, count) / 2,
        }
    )


def _courses(city: City, year: int, service_type: str, count: int) -> pandas.DataFrame:
    """Cases or groups with all their sessions, a week or more apart, none after the project or the year has ended."""
    name = f"{service_type} {year}"
    first = _single(city, year, service_type, count)
    letter = {"个案": "GA", "小组": "XZ"}[service_type]
    serials = pandas.Series(range(1, count + 1)).astype("str").str.zfill(6)
    first["case_id"] = first["provider_code"] + f"-{letter}{year}" + serials
    generator = city.random(f"{name} sessions")
    further = generator.poisson(_SESSIONS_AFTER_THE_FIRST[service_type] * min(city.volume, 1.0), count)
    sessions = first.loc[first.index.repeat(further)]
    order = sessions.groupby(level=0).cumcount() + 1
    days = order.to_numpy() * 7 + generator.integers(0, 7, len(sessions))
    served_on = sessions["served_on"] + pandas.to_timedelta(days, unit="D").to_numpy()
    ends_on = sessions["project_id"].map(projects(city).set_index("project_id")["ends_on"])
    in_time = (served_on.le(ends_on) & served_on.dt.year.eq(year)).to_numpy()
    courses: pandas.DataFrame = pandas.concat([first, sessions.assign(served_on=served_on)[in_time]], ignore_index=True)
    return courses


def _project_days(
    city: City, year: int, name: str, count: int
) -> tuple[pandas.DataFrame, "pandas.Series[pandas.Timestamp]"]:
    """For each record a project that runs in the year, and one of the days on which it runs; busy days more often."""
    days, activity = city.calendar(year, weekend=0.55)
    running = projects(city)
    first_day, last_day = pandas.Timestamp(days[0]), pandas.Timestamp(days[-1])
    running = running[running["starts_on"].le(last_day) & running["ends_on"].ge(first_day)]
    before = numpy.concatenate([[0.0], numpy.cumsum(activity)])
    begins = before[(running["starts_on"] - first_day).dt.days.clip(lower=0).to_numpy()]
    ends = before[(running["ends_on"] - first_day).dt.days.clip(upper=len(days) - 1).to_numpy() + 1]
    generator = city.random(f"{name} projects")
    sizes = generator.gamma(3.0, 1.0, len(running)) * (ends - begins)
    chosen = generator.choice(len(running), count, p=sizes / sizes.sum())
    points = begins[chosen] + generator.random(count) * (ends - begins)[chosen]
    positions = numpy.searchsorted(before, points, side="right") - 1
    return running.iloc[chosen].reset_index(drop=True), pandas.Series(days[positions.clip(0, len(days) - 1)])
