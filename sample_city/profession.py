"""The social-work profession: the yearly examination, the register of certified social workers, the publicity week."""

import dataclasses
import datetime

import numpy
import pandas

from pipelines.providers import MUNICIPAL_CODE
from sample_city import trouble
from sample_city.city import AGENCIES, City, days_from
from sample_city.delivery import FeedPlan, department, hide_future, planned_events, planned_states, states_of

CANDIDATES = 58_274
SECOND_LEVELS = 226
PASSED = 12_114
PUBLICITY_EVENTS = 388
PUBLICITY_AGENCIES = 217

PAPERS_BY_LEVEL = {"助理社会工作师": 2, "社会工作师": 3, "高级社会工作师": 1}
NEXT_LEVEL = {"助理社会工作师": "社会工作师", "社会工作师": "高级社会工作师", "高级社会工作师": "社会工作师"}
LEVEL_SHARES = {"助理社会工作师": 0.61, "社会工作师": 0.37, "高级社会工作师": 0.02}
EVENT_TITLES = ("优秀项目展示", "服务案例宣讲", "社区便民服务日", "社工开放日", "主题沙龙", "校园宣讲")


def plan(city: City) -> dict[str, FeedPlan]:
    """The plans of the three feeds."""
    return {
        "exam_results": _exam_results(city),
        "social_workers": _social_workers(city),
        "publicity_events": _publicity_events(city),
    }


def _exam_results(city: City) -> FeedPlan:
    """The results of each June's examination.

    Most are out in August and delivered then; the year's own delivery, in January, brings those that were checked
    again. Where the window begins after August, or ends before, all results come with the year's delivery.
    """
    results = pandas.concat([_results_of_year(city, year) for year in city.years], ignore_index=True)
    year_ends = pandas.to_datetime(results["exam_year"].astype(str) + "-12-31")
    plan = planned_events(city, "exam_results", results, year_ends, department())
    for delivery in plan.of(MUNICIPAL_CODE):
        published_on = datetime.date(delivery.delivered_on.year - 1, 8, 20)
        if published_on >= city.start:
            is_late = delivery.rows["candidate_no"].str.endswith("77")
            early = dataclasses.replace(delivery, delivered_on=published_on, rows=delivery.rows[~is_late])
            plan.replace(delivery, early, dataclasses.replace(delivery, rows=delivery.rows[is_late]))
    wrong = trouble.LOST_PRECISION
    trouble.plant(plan, MUNICIPAL_CODE, "2025-01-01", trouble.repeat_rows, rows=20)
    trouble.plant(plan, MUNICIPAL_CODE, "2025-08-01", trouble.spoil, column="id_card", wrong=wrong, rows=5)
    return plan


def _results_of_year(city: City, year: int) -> pandas.DataFrame:
    """A row for each person and level; who passed passed one level only."""
    candidates, second = city.of_year(CANDIDATES, year), city.of_year(SECOND_LEVELS, year)
    passed = city.of_year(PASSED, year)
    generator = city.random(f"examination {year}")
    everyone = city.persons("candidate", 2 * CANDIDATES)["id_card"].to_numpy()
    persons = generator.choice(everyone, candidates, replace=False)
    levels = city.labels(f"examination {year} levels", candidates, LEVEL_SHARES)
    rows = pandas.DataFrame(
        {
            "id_card": numpy.concatenate([persons, persons[:second]]),
            "level": pandas.concat([levels, levels[:second].map(NEXT_LEVEL)], ignore_index=True),
        }
    )
    papers = rows["level"].map(PAPERS_BY_LEVEL).to_numpy()
    rows["passed_all"] = False
    rows.loc[generator.permutation(candidates)[:passed], "passed_all"] = True
    taken = generator.integers(1, papers + 1)
    shuffled = rows.assign(
        provider_type="municipal",
        provider_code=MUNICIPAL_CODE,
        exam_year=year,
        papers_taken=taken,
        papers_passed=numpy.where(rows["passed_all"], taken, generator.integers(0, taken)),
    ).iloc[generator.permutation(len(rows))]
    return shuffled.assign(candidate_no=[f"{year}4403{number:06d}" for number in range(1, len(rows) + 1)])


def _social_workers(city: City) -> FeedPlan:
    """The register every quarter: who holds a certificate by then, also those who have left their agency."""
    states = states_of(city, "social_workers", city.social_workers, since="certified_on")
    states = states.assign(provider_type="municipal", provider_code=MUNICIPAL_CODE)
    plan = planned_states(city, "social_workers", hide_future(states, "left_on"), department())
    trouble.plant(plan, MUNICIPAL_CODE, "2025-04-01", trouble.spoil, column="level", wrong="社工师", rows=4)
    trouble.plant(plan, MUNICIPAL_CODE, "2025-07-01", trouble.delay, days=20)
    return plan


def _publicity_events(city: City) -> FeedPlan:
    """The events of each March's publicity week, reported with the year."""
    events = pandas.concat([_publicity_of_year(city, year) for year in city.years], ignore_index=True)
    year_ends = pandas.to_datetime(events["held_on"].dt.year.astype(str) + "-12-31")
    plan = planned_events(city, "publicity_events", events, year_ends, department())
    trouble.plant(plan, MUNICIPAL_CODE, "2025-01-01", trouble.repeat_rows, rows=3)
    return plan


def _publicity_of_year(city: City, year: int) -> pandas.DataFrame:
    total, agencies = city.of_year(PUBLICITY_EVENTS, year), min(city.of_year(PUBLICITY_AGENCIES, year), AGENCIES)
    generator = city.random(f"publicity week {year}")
    taking_part = generator.permutation(AGENCIES)[:agencies]
    hosts = numpy.concatenate([taking_part, generator.choice(taking_part, total - agencies)])
    titles = [f"{year}年社工宣传周{EVENT_TITLES[number % len(EVENT_TITLES)]}" for number in range(total)]
    return pandas.DataFrame(
        {
            "provider_type": "municipal",
            "provider_code": MUNICIPAL_CODE,
            "event_id": [f"XCZ{year}-{number:03d}" for number in range(1, total + 1)],
            "agency_uscc": city.agencies["uscc"].to_numpy()[hosts],
            "title": titles,
            "held_on": days_from(f"{year}-03-15", generator.integers(0, 9, total)),
            "district_code": city.districts(f"publicity week {year}", total),
        }
    )
