"""Appeals to the districts, from received to closed, and the people's suggestions."""

import functools

import numpy
import pandas

from sample_city import trouble
from sample_city.city import City
from sample_city.delivery import FeedPlan, district_providers, planned_steps

APPEALS = 33_600
SUGGESTIONS_AT_FULL_VOLUME = 8_000

CATEGORY_SHARES = {
    "物业": 0.14,
    "停车": 0.12,
    "噪音": 0.12,
    "用工": 0.09,
    "政策咨询": 0.09,
    "市容环境": 0.07,
    "场地": 0.06,
    "融资": 0.06,
    "电梯安全": 0.05,
    "人才": 0.04,
    "审批": 0.04,
    "教育": 0.04,
    "医疗": 0.03,
    "市场拓展": 0.02,
    "知识产权": 0.02,
    "其他": 0.01,
}
_CHANNEL_SHARES = {"党员": 0.28, "党组织": 0.26, "网上平台": 0.2, "热线": 0.16, "走访": 0.1}
_RESULT_SHARES = {"已解决": 0.68, "部分解决": 0.15, "解释说明": 0.12, "转办": 0.05}
_CAMPAIGNS = ("圳好需要您", "小区停车怎么办", "夜间噪音治理", "老旧电梯更新", "助企服务")


def plan(city: City) -> dict[str, FeedPlan]:
    """The plans of the two feeds."""
    return {"appeals": _planned_appeals(city), "suggestions": _planned_suggestions(city)}


@functools.cache
def appeals(city: City) -> pandas.DataFrame:
    """Every appeal of the window's years as it stands once it is closed, in the order of receipt."""
    years = pandas.concat([_appeals_of_year(city, year) for year in city.years], ignore_index=True)
    return years.sort_values("received_at", kind="stable", ignore_index=True)


def _appeals_of_year(city: City, year: int) -> pandas.DataFrame:
    name, count = f"appeals {year}", city.of_year(APPEALS, year)
    generator = city.random(name)
    districts = city.districts(name, count)
    received_at = city.moments(name, city.days_of_year(name, year, count, weekend=0.45))
    allowed_days = generator.choice([5, 7, 10, 15], count, p=[0.2, 0.4, 0.3, 0.1])
    is_late = generator.random(count) < 0.07
    taken = numpy.where(
        is_late, allowed_days + generator.uniform(1, 15, count), allowed_days * generator.beta(2, 2, count)
    )
    received_on = received_at.dt.normalize()
    closed_at = (received_at + pandas.to_timedelta(taken * 0.97, unit="D")).dt.floor("min")
    contacts = city.persons("contact", count).sample(frac=1, random_state=generator, ignore_index=True)
    books = city.enterprises(city.enterprise_count)
    concerned = books["uscc"].iloc[city.within(name, districts, books["district_code"])].reset_index(drop=True)
    categories = city.labels(f"{name} categories", count, CATEGORY_SHARES)
    return pandas.DataFrame(
        {
            "provider_type": "district",
            "provider_code": districts,
            "appeal_id": _numbered(districts, "SQ", year),
            "received_at": received_at,
            "source_channel": city.labels(f"{name} channels", count, _CHANNEL_SHARES),
            "category": categories,
            "uscc": concerned.mask(pandas.Series(generator.random(count) > 0.45)),
            "contact_name": contacts["name"],
            "contact_phone": contacts["phone"],
            "summary": _summaries(generator, categories, contacts),
            "due_date": received_on + pandas.to_timedelta(allowed_days, unit="D"),
            "closed_at": closed_at,
            "result": city.labels(f"{name} results", count, _RESULT_SHARES),
            "satisfaction": pandas.array(
                generator.choice([1, 2, 3, 4, 5], count, p=[0.02, 0.04, 0.14, 0.4, 0.4]), dtype="Int64"
            ),
        }
    )


def _numbered(districts: "pandas.Series[str]", word: str, year: int) -> "pandas.Series[str]":
    """Numbers that districts give: unique over the city by the district in them."""
    serials = districts.groupby(districts).cumcount() + 1
    return districts + f"-{word}{year}" + serials.astype("str").str.zfill(6)


def _summaries(
    generator: numpy.random.Generator, categories: "pandas.Series[str]", contacts: pandas.DataFrame
) -> "pandas.Series[str]":
    """What was asked for; some people write their phone or identity number into it, as people do."""
    chances = generator.random(len(categories))
    texts = "反映" + categories + "问题，希望尽快协调处理。"
    with_phone = texts + "请致电" + contacts["phone"] + "。"
    with_id = texts + "本人身份证" + contacts["id_card"] + "。"
    return texts.mask(chances < 0.04, with_phone).mask(chances > 0.99, with_id)


def _planned_appeals(city: City) -> FeedPlan:
    """An appeal arrives open on the day it is received, and again on the day it is closed."""
    steps = {"received_at": (), "closed_at": ("result", "satisfaction")}
    plan = planned_steps(city, "appeals", appeals(city), steps, district_providers())
    trouble.plant(plan, "440308", "2024-12-18", trouble.withhold)
    trouble.plant(plan, "440306", "2024-12-20", trouble.spoil, column="category", wrong="其它类", rows=4)
    trouble.plant(plan, "440303", "2025-01-14", trouble.repeat_bytes)
    trouble.plant(plan, "440304", "2025-02-20", trouble.spoil, column="received_at", wrong="2025-02-30 10:00", rows=2)
    trouble.plant(plan, "440305", "2025-03-18", trouble.drop_column, column="due_date")
    trouble.plant(plan, "440307", "2025-04-16", trouble.spoil, column="uscc", wrong="91440300MA5EXAMPL0", rows=3)
    trouble.plant(plan, "440309", "2025-05-21", trouble.repeat_rows, rows=5)
    trouble.plant(plan, "440310", "2025-06-12", trouble.impersonate)
    trouble.plant(plan, "440306", "2025-07-09", trouble.correct, column="summary", wrong="（内容录入有误）", rows=6)
    trouble.plant(plan, "440311", "2025-08-20", trouble.garble)
    trouble.plant(plan, "440306", "2025-09-24", trouble.spoil, column="uscc", wrong=trouble.LOST_PRECISION, rows=7)
    return plan


def _planned_suggestions(city: City) -> FeedPlan:
    """A suggestion arrives when it is received, and again when it is decided whether it is adopted."""
    suggestions = pandas.concat([_suggestions_of_year(city, year) for year in city.years], ignore_index=True)
    steps = {"received_on": (), "decided_on": ("adopted",)}
    plan = planned_steps(city, "suggestions", suggestions, steps, district_providers())
    trouble.plant(plan, "440306", "2025-05-01", trouble.spoil, column="category", wrong="其他建议", rows=1)
    trouble.plant(plan, "440307", "2025-10-01", trouble.delay, days=3)
    return plan


def _suggestions_of_year(city: City, year: int) -> pandas.DataFrame:
    name = f"suggestions {year}"
    count = city.of_year(city.scaled(SUGGESTIONS_AT_FULL_VOLUME, at_least=900), year)
    generator = city.random(name)
    districts = city.districts(name, count)
    received_on = city.days_of_year(name, year, count, weekend=0.6)
    return pandas.DataFrame(
        {
            "provider_type": "district",
            "provider_code": districts,
            "suggestion_id": _numbered(districts, "JY", year),
            "received_on": received_on,
            "category": city.labels(f"{name} categories", count, CATEGORY_SHARES),
            "campaign": generator.choice(_CAMPAIGNS, count),
            "adopted": pandas.array(generator.random(count) < 0.35, dtype="boolean"),
            "decided_on": received_on + pandas.to_timedelta(generator.integers(8, 60, count), unit="D"),
        }
    )
