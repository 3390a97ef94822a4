"""The department's ledgers of its own work: task lists, return visits after weekly reviews, awards and model cases."""

import numpy
import pandas

from pipelines.providers import MUNICIPAL_CODE
from sample_city import trouble
from sample_city.city import STORY_YEAR, City, days_from
from sample_city.delivery import FeedPlan, department, hide_future, planned_events, planned_states

FRIENDLY_TASKS = 60
FRIENDLY_TASKS_BEFORE_STORY_YEAR = 52
GOVERNANCE_TASKS = 21
GOVERNANCE_UNITS = 37
UNITS_OF_A_TASK = 5
REVISITED_UNITS = 29
LOOKBACKS = 56
AWARDS = {
    "党建强发展强典型案例": 17,
    "每周一评优秀案例": 13,
    "全国志愿服务四个100": 4,
    "省级志愿服务四个最": 17,
    "广东省国际志愿服务优秀典型案例": 14,
}

UNITS = [
    "市委办公厅",
    "市委组织部",
    "市委宣传部",
    "市委统战部",
    "市委政法委",
    "市委社会工作部",
    "市发展改革委",
    "市教育局",
    "市科技创新局",
    "市工业和信息化局",
    "市公安局",
    "市民政局",
    "市司法局",
    "市财政局",
    "市人力资源保障局",
    "市规划和自然资源局",
    "市生态环境局",
    "市住房建设局",
    "市交通运输局",
    "市水务局",
    "市商务局",
    "市文化广电旅游体育局",
    "市卫生健康委",
    "市退役军人局",
    "市应急管理局",
    "市审计局",
    "市国资委",
    "市市场监管局",
    "市统计局",
    "市医保局",
    "市城市管理局",
    "市信访局",
    "市政务和数据局",
    "市机关事务管理局",
    "市总工会",
    "市团市委",
    "市妇联",
    "市残联",
    "市工商联",
    "市消防救援支队",
]
FRIENDLY_SUBJECTS = [
    "友好社区",
    "友好商圈",
    "友好楼宇",
    "友好园区",
    "友好医院",
    "暖新驿站",
    "换电站点",
    "停车点位",
    "临时休息点",
    "法律服务点",
    "子女托管",
    "健康体检",
]
FRIENDLY_ACTIONS = ("建设一批{}", "编制{}工作指引", "开放{}地图", "开展{}满意度调查", "完善{}运行经费保障")
GOVERNANCE_SUBJECTS = ("社区减负", "小区治理", "物业监督", "诉求办理", "网格服务", "社会组织参与", "议事协商")
GOVERNANCE_ACTIONS = ("建立{}协同机制", "开展{}专项行动", "推进{}数据共享")
CONCLUSION_SHARES = {"已落实": 0.74, "部分落实": 0.2, "未落实": 0.06}
VOLUNTEER_AWARDS = ("最美志愿者", "最佳志愿服务项目", "最佳志愿服务组织", "最美志愿服务社区")
CATEGORIES_BY_AWARD: dict[str, tuple[str | None, ...]] = {
    "党建强发展强典型案例": ("非公企业", "社会组织"),
    "每周一评优秀案例": ("噪音", "停车", "物业", "电梯安全", "市容环境"),
    "全国志愿服务四个100": VOLUNTEER_AWARDS,
    "省级志愿服务四个最": VOLUNTEER_AWARDS,
    "广东省国际志愿服务优秀典型案例": (None,),
}
LEVELS_BY_AWARD = {
    "党建强发展强典型案例": ("省级", "省级", "国家级"),
    "每周一评优秀案例": ("市级",),
    "全国志愿服务四个100": ("国家级",),
    "省级志愿服务四个最": ("省级",),
    "广东省国际志愿服务优秀典型案例": ("省级",),
}


def plan(city: City) -> dict[str, FeedPlan]:
    """The plans of the three feeds."""
    return {
        "task_list": _task_list(city),
        "review_lookbacks": _review_lookbacks(city),
        "recognitions": _recognitions(city),
    }


def _task_list(city: City) -> FeedPlan:
    """Both programmes every month: friendly-city tasks stay on the list, governance tasks are the year's own."""
    states = []
    for period in city.periods("monthly"):
        year = period.last.year
        friendly = _friendly_tasks(city)
        tasks = pandas.concat([friendly[friendly["year"] <= year], _governance_tasks(city, year)])
        states.append(tasks.assign(state_on=pandas.Timestamp(period.last)))
    rows = hide_future(pandas.concat(states, ignore_index=True), "done_on")
    has_begun = rows["begun_on"].le(rows["state_on"])
    rows["status"] = numpy.select([rows["done_on"].notna(), has_begun], ["已完成", "推进中"], "未启动")
    plan = planned_states(city, "task_list", rows, department())
    trouble.plant(plan, MUNICIPAL_CODE, "2025-04-01", trouble.correct, column="status", wrong="未启动", rows=6)
    trouble.plant(plan, MUNICIPAL_CODE, "2025-08-01", trouble.delay, days=8)
    trouble.plant(plan, MUNICIPAL_CODE, "2025-10-01", trouble.spoil, column="programme", wrong="其他清单", rows=2)
    return plan


def _friendly_tasks(city: City) -> pandas.DataFrame:
    """A row for each task and unit; the last tasks joined the list with the story's year."""
    titles = [action.format(subject) for action in FRIENDLY_ACTIONS for subject in FRIENDLY_SUBJECTS]
    years = [STORY_YEAR - (number <= FRIENDLY_TASKS_BEFORE_STORY_YEAR) for number in range(1, FRIENDLY_TASKS + 1)]
    tasks = _tasks(city, "新就业群体友好城市建设", titles=titles, years=years, prefix="YH")
    return _with_units(tasks, 2, len(UNITS))


def _governance_tasks(city: City, year: int) -> pandas.DataFrame:
    """A row for each of the year's tasks and unit; together the units of the mechanism, no more and no fewer."""
    count, units = city.of_year(GOVERNANCE_TASKS, year), min(city.of_year(GOVERNANCE_UNITS, year), len(UNITS))
    titles = [action.format(subject) for action in GOVERNANCE_ACTIONS for subject in GOVERNANCE_SUBJECTS]
    titles = [titles[number % len(titles)] for number in range(count)]
    tasks = _tasks(city, "党建引领基层治理", titles=titles, years=[year] * count, prefix=f"ZL{year}")
    return _with_units(tasks, UNITS_OF_A_TASK, units)


def _tasks(city: City, programme: str, *, titles: list[str], years: list[int], prefix: str) -> pandas.DataFrame:
    """The tasks, with the days on which each is begun and done."""
    generator = city.random(f"tasks {prefix}")
    new_years = pandas.to_datetime([f"{year}-01-01" for year in years])
    begun_after = generator.integers(14, 165, len(years))
    lasting = generator.gamma(4, 45, len(years)).astype(int) + 20
    return pandas.DataFrame(
        {
            "provider_type": "municipal",
            "provider_code": MUNICIPAL_CODE,
            "task_id": [f"{prefix}-{number:02d}" for number in range(1, len(years) + 1)],
            "programme": programme,
            "year": years,
            "title": titles,
            "begun_on": new_years + pandas.to_timedelta(begun_after, unit="D"),
            "done_on": new_years + pandas.to_timedelta(begun_after + lasting, unit="D"),
        }
    )


def _with_units(tasks: pandas.DataFrame, units_of_a_task: int, units: int) -> pandas.DataFrame:
    """Each task once for each of its units, which are dealt out in turn until every unit has one."""
    rows = tasks.loc[tasks.index.repeat(units_of_a_task)].reset_index(drop=True)
    return rows.assign(responsible_unit=[UNITS[number % units] for number in range(len(rows))])


def _review_lookbacks(city: City) -> FeedPlan:
    """Return visits; some units are visited twice or more."""
    visits = pandas.concat([_lookbacks_of_year(city, year) for year in city.years], ignore_index=True)
    plan = planned_events(city, "review_lookbacks", visits, visits["visited_on"], department())
    trouble.plant(plan, MUNICIPAL_CODE, "2025-04-01", trouble.send_again, rows=2)
    return plan


def _lookbacks_of_year(city: City, year: int) -> pandas.DataFrame:
    total, units = city.of_year(LOOKBACKS, year), min(city.of_year(REVISITED_UNITS, year), len(UNITS))
    generator = city.random(f"lookbacks {year}")
    visited = generator.permutation(UNITS)[:units]
    return pandas.DataFrame(
        {
            "provider_type": "municipal",
            "provider_code": MUNICIPAL_CODE,
            "lookback_id": [f"HTK{year}-{number:03d}" for number in range(1, total + 1)],
            "unit": numpy.concatenate([visited, generator.choice(visited, total - units)]),
            "visited_on": city.days_of_year("lookbacks", year, total, weekend=0.0),
            "conclusion": city.labels(f"lookbacks {year} conclusions", total, CONCLUSION_SHARES),
        }
    )


def _recognitions(city: City) -> FeedPlan:
    """Each year's awards, which the ledger reports when the year is over."""
    awards = pandas.concat([_awards_of_year(city, year) for year in city.years], ignore_index=True)
    year_ends = pandas.to_datetime(awards["awarded_on"].dt.year.astype(str) + "-12-31")
    plan = planned_events(city, "recognitions", awards, year_ends, department())
    trouble.plant(plan, MUNICIPAL_CODE, "2025-01-01", trouble.repeat_rows, rows=2)
    return plan


def _awards_of_year(city: City, year: int) -> pandas.DataFrame:
    awards = [award for award, count in AWARDS.items() for _ in range(city.of_year(count, year))]
    generator = city.random(f"awards {year}")
    recipients = [*city.enterprises(200)["name"], *city.associations["name"].head(20), *city.agencies["name"].head(40)]
    return pandas.DataFrame(
        {
            "provider_type": "municipal",
            "provider_code": MUNICIPAL_CODE,
            "recognition_id": [f"RY{year}-{number:03d}" for number in range(1, len(awards) + 1)],
            "award": awards,
            "level": [
                LEVELS_BY_AWARD[award][number % len(LEVELS_BY_AWARD[award])] for number, award in enumerate(awards)
            ],
            "recipient": generator.choice(recipients, len(awards), replace=False),
            "category": [
                CATEGORIES_BY_AWARD[award][generator.integers(0, len(CATEGORIES_BY_AWARD[award]))] for award in awards
            ],
            "awarded_on": days_from(f"{year}-03-01", generator.integers(0, 290, len(awards))),
        }
    )
