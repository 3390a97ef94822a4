"""The department's ledgers of the industry chains: their party committees and the enterprises that joined them."""

import functools

import numpy
import numpy.typing
import pandas

from pipelines.districts import DISTRICTS
from pipelines.providers import MUNICIPAL_CODE
from sample_city import trouble
from sample_city.city import STORY_YEAR, City
from sample_city.delivery import FeedPlan, department, hide_future, planned_states, states_of

COMMITTEES_FOUNDED = {2020: 9, 2021: 14, 2022: 17, 2023: 20, 2024: 10, STORY_YEAR: 5}
DISSOLVED = {3: "2022-11-18", 17: "2023-06-30"}
ENTERPRISES = 9_586
ENTERPRISES_BEFORE_STORY_YEAR = 8_730
SECOND_MEMBERSHIPS = 1_414
LITTLE_GIANTS = 97
LITTLE_GIANTS_BEFORE_STORY_YEAR = 84
OUTPUT_CNY = 1.0734e12

CHAINS = [
    "网络与通信",
    "半导体与集成电路",
    "超高清视频显示",
    "智能终端",
    "智能传感器",
    "软件与信息服务",
    "数字创意",
    "现代时尚",
    "工业母机",
    "智能机器人",
    "激光与增材制造",
    "精密仪器设备",
    "新能源",
    "安全节能环保",
    "智能网联汽车",
    "新材料",
    "高端医疗器械",
    "生物医药",
    "大健康",
    "海洋产业",
]
DISTRICT_CHAINS = ["人工智能", "低空经济", "现代物流", "跨境电商", "文化创意"]
LEAD_DEPARTMENTS = ("市工业和信息化局", "市发展改革委", "市科技创新局", "市商务局", "市国资委")


def plan(city: City) -> dict[str, FeedPlan]:
    """The plans of the two feeds."""
    return {"chain_committees": _chain_committees(city), "chain_members": _chain_members(city)}


def _chain_committees(city: City) -> FeedPlan:
    """The committees; two were dissolved before 2024 and stay on the books with that date."""
    committees = _committees(city)
    states = hide_future(states_of(city, "chain_committees", committees, since="founded_on"), "dissolved_on")
    plan = planned_states(city, "chain_committees", states, department())
    trouble.plant(plan, MUNICIPAL_CODE, "2025-04-01", trouble.correct, column="name", wrong="（名称待定）", rows=2)
    return plan


def _chain_members(city: City) -> FeedPlan:
    """The members at each year's end with the year's output.

    Some enterprises stand in two chains, and some of these with a smaller figure in the second: their largest figures
    add up to the output of all.
    """
    states = states_of(city, "chain_members", _memberships(city), since="joined_on")
    keys = ["uscc", "state_on"]
    change = states[keys].drop_duplicates()
    change["change"] = city.random("chain output").uniform(0.9, 1.1, len(change))
    states = states.merge(change, on=keys)
    largest = states["weight"] * states["change"]
    of_all = largest.mask(states.duplicated(keys), 0).groupby(states["state_on"]).transform("sum")
    target = states["state_on"].dt.year.map({year: city.of_year(OUTPUT_CNY, year) for year in city.years})
    states["output_cny"] = (largest / of_all * target * states["share_shown"]).round(2)
    plan = planned_states(city, "chain_members", hide_future(states, "little_giant_since"), department())
    wrong = trouble.LOST_PRECISION
    trouble.plant(plan, MUNICIPAL_CODE, "2025-01-01", trouble.spoil, column="uscc", wrong=wrong, rows=3)
    return plan


@functools.cache
def _committees(city: City) -> pandas.DataFrame:
    names = [f"深圳市{chain}产业链党委" for chain in CHAINS]
    names += [f"{district}{chain}产业链党委" for chain in DISTRICT_CHAINS for district in DISTRICTS.values()]
    years = numpy.repeat(list(COMMITTEES_FOUNDED), list(COMMITTEES_FOUNDED.values()))
    generator = city.random("chain committees")
    committees = pandas.DataFrame(
        {
            "provider_type": "municipal",
            "provider_code": MUNICIPAL_CODE,
            "chain_id": [f"CL{number:03d}" for number in range(1, len(years) + 1)],
            "name": names[: len(years)],
            "founded_on": _days_of(generator, years),
            "lead_department": generator.choice(LEAD_DEPARTMENTS, len(years)),
        }
    )
    return committees.assign(dissolved_on=pandas.to_datetime(committees.index.map(DISSOLVED)))


def _memberships(city: City) -> pandas.DataFrame:
    """A row for each enterprise and chain, with ``weight``, its share of the output, and ``share_shown`` of that."""
    generator = city.random("chain members")
    enterprises = city.enterprises(ENTERPRISES)
    shuffled = generator.permutation(ENTERPRISES)
    giants, others = shuffled[:LITTLE_GIANTS], shuffled[LITTLE_GIANTS:]
    recent = others[: ENTERPRISES - ENTERPRISES_BEFORE_STORY_YEAR]
    joined_in = generator.integers(2021, STORY_YEAR, ENTERPRISES)
    joined_in[recent] = STORY_YEAR
    certified_in = generator.integers(2020, STORY_YEAR, LITTLE_GIANTS)
    certified_in[LITTLE_GIANTS_BEFORE_STORY_YEAR:] = STORY_YEAR
    memberships = enterprises[["uscc", "name", "district_code"]].assign(
        provider_type="municipal",
        provider_code=MUNICIPAL_CODE,
        weight=generator.lognormal(0, 1.3, ENTERPRISES),
        share_shown=1.0,
        joined_on=_days_of(generator, joined_in),
        little_giant_since=_days_of(generator, certified_in).set_axis(giants),
        chain_number=generator.random(ENTERPRISES),
    )
    twice = numpy.concatenate([giants[:12], others[-(SECOND_MEMBERSHIPS - 12) :]])
    second = memberships.iloc[twice].assign(
        chain_number=(memberships["chain_number"].iloc[twice] + generator.uniform(0.2, 0.8, len(twice))) % 1,
        share_shown=generator.choice([1.0, 0.92, 0.85], len(twice), p=[0.6, 0.25, 0.15]),
    )
    return _in_chains(city, pandas.concat([memberships, second], ignore_index=True))


def _in_chains(city: City, memberships: pandas.DataFrame) -> pandas.DataFrame:
    """The memberships with ``chain_id``: one of the chains in being that had a committee by the year of joining."""
    committees = _committees(city)
    chains = committees.loc[committees["dissolved_on"].isna(), ["chain_id", "founded_on"]].sort_values("founded_on")
    year_ends = pandas.to_datetime(memberships["joined_on"].dt.year.astype(str) + "-12-31")
    founded_by_then = chains["founded_on"].searchsorted(year_ends, side="right")
    position = (memberships["chain_number"] * founded_by_then).astype(int)
    chosen = chains.iloc[position].reset_index(drop=True)
    joined_on = memberships["joined_on"].clip(lower=chosen["founded_on"])
    return memberships.assign(chain_id=chosen["chain_id"], joined_on=joined_on)


def _days_of(
    generator: numpy.random.Generator, years: numpy.typing.NDArray[numpy.int64]
) -> "pandas.Series[pandas.Timestamp]":
    """A day of each of the years, not in its last weeks."""
    first = years.astype("int64").astype(str).astype("datetime64[s]")
    return pandas.Series(first + generator.integers(9, 340, len(years)).astype("timedelta64[D]"))
