"""The weekly review by the city and the districts: sessions, and the work orders that they follow to the end."""

import functools

import numpy
import pandas

from pipelines.providers import MUNICIPAL_CODE
from sample_city import trouble
from sample_city.appeals import CATEGORY_SHARES, appeals
from sample_city.city import City
from sample_city.delivery import FeedPlan, Providers, district_providers, planned_events, planned_steps

SESSIONS = 336
ORDERS = 1_291
_CITY_SESSION_SHARE = 0.14
_UNITS = (
    "住房建设局",
    "城管局",
    "生态环境局",
    "市场监管局",
    "交通运输局",
    "公安分局",
    "人力资源局",
    "教育局",
    "卫生健康局",
    "街道办事处",
)


def plan(city: City) -> dict[str, FeedPlan]:
    """The plans of the two feeds; the department (sz) sends the city's own sessions."""
    providers: Providers = [*district_providers(), ("municipal", MUNICIPAL_CODE)]
    return {"review_sessions": _planned_sessions(city, providers), "review_orders": _planned_orders(city, providers)}


@functools.cache
def sessions(city: City) -> pandas.DataFrame:
    """Every session of the window's years."""
    return pandas.concat([_sessions_of_year(city, year) for year in city.years], ignore_index=True)


def _sessions_of_year(city: City, year: int) -> pandas.DataFrame:
    """Each holder meets a number of times over the year, on working Wednesdays and Thursdays."""
    shares = {code: share**0.35 for code, share in city.district_shares("review sessions").items()}
    total = sum(shares.values())
    holders = {code: (1 - _CITY_SESSION_SHARE) * share / total for code, share in shares.items()}
    counts = city.spread(city.of_year(SESSIONS, year), {**holders, MUNICIPAL_CODE: _CITY_SESSION_SHARE})
    days, activity = city.calendar(year, weekend=0.0)
    meeting_days = days[pandas.DatetimeIndex(days).day_of_week.isin([2, 3]) & (activity >= 0.5)]
    frames = []
    for code, count in counts.items():
        generator = city.random(f"review sessions {code} {year}")
        held_on = numpy.sort(generator.choice(meeting_days, count, replace=False))
        is_city = code == MUNICIPAL_CODE
        frames.append(
            pandas.DataFrame(
                {
                    "provider_type": "municipal" if is_city else "district",
                    "provider_code": code,
                    "session_id": [f"{code}-PY{year}{number:03d}" for number in range(1, count + 1)],
                    "level": "市级" if is_city else "区级",
                    "held_on": held_on,
                    "theme": generator.choice(list(CATEGORY_SHARES), count),
                }
            )
        )
    return pandas.concat(frames, ignore_index=True)


def _planned_sessions(city: City, providers: Providers) -> FeedPlan:
    held = sessions(city).assign(theme=lambda frame: frame["theme"] + "类案治理评议")
    plan = planned_events(city, "review_sessions", held, held["held_on"], providers)
    trouble.plant(plan, "440306", "2025-03-01", trouble.repeat_rows, rows=1)
    return plan


def _planned_orders(city: City, providers: Providers) -> FeedPlan:
    """An order arrives with its review, and again with every further step of the loop."""
    orders = pandas.concat([_orders_of_year(city, year) for year in city.years], ignore_index=True)
    steps: dict[str, tuple[str, ...]] = {
        "reviewed_on": (),
        "supervised_on": (),
        "improved_on": (),
        "lifted_on": (),
    }
    plan = planned_steps(city, "review_orders", orders, steps, providers)
    trouble.plant(plan, "440306", "2025-02-20", trouble.spoil, column="supervised_on", wrong="2025-02-30", rows=1)
    trouble.plant(plan, "440307", "2025-06-01", trouble.spoil, column="score", wrong="105", rows=1)
    trouble.plant(plan, "440305", "2025-09-01", trouble.repeat_rows, rows=1)
    return plan


def _orders_of_year(city: City, year: int) -> pandas.DataFrame:
    """The orders of a year, dealt out to its sessions; four in five go back to an appeal received before."""
    name, count = f"review orders {year}", city.of_year(ORDERS, year)
    generator = city.random(name)
    held = _sessions_of_year(city, year)
    dealt = numpy.concatenate([numpy.arange(len(held)), generator.integers(0, len(held), count - len(held))])
    session = held.iloc[numpy.sort(dealt)].reset_index(drop=True)
    cited = _cited_appeals(city, name, session)
    reviewed_on = session["held_on"]

    def after(dates: "pandas.Series[pandas.Timestamp]", most: int) -> "pandas.Series[pandas.Timestamp]":
        later = dates + pandas.to_timedelta(generator.integers(0, most, count), unit="D").to_numpy()
        return later.where(pandas.Series(generator.random(count) < 0.97))

    supervised_on = after(reviewed_on, 12)
    improved_on = after(supervised_on, 30)
    serials = pandas.Series(range(1, count + 1)).astype("str").str.zfill(5)
    unit = pandas.Series(generator.choice(_UNITS, count))
    return pandas.DataFrame(
        {
            "provider_type": session["provider_type"],
            "provider_code": session["provider_code"],
            "order_id": session["provider_code"] + f"-GD{year}" + serials,
            "session_id": session["session_id"],
            "appeal_id": cited["appeal_id"],
            "category": cited["category"].fillna(session["theme"]),
            "responsible_unit": unit.mask(session["level"].eq("市级"), "市" + unit),
            "score": generator.normal(86, 6, count).clip(55, 100).round(1),
            "reviewed_on": reviewed_on,
            "supervised_on": supervised_on,
            "improved_on": improved_on,
            "lifted_on": after(improved_on, 35),
        }
    )


def _cited_appeals(city: City, name: str, session: pandas.DataFrame) -> pandas.DataFrame:
    """For each order one of the hundred appeals that its district received last before the session, else nothing.

    The city's own orders cite none: an appeal's number is its district's. Every fifth order follows from a visit.
    """
    received = appeals(city)
    received = received[city.contains(received["received_at"])]
    generator = city.random(f"{name} appeals")
    chances = generator.random(len(session))
    follows_visit = generator.random(len(session)) < 0.2
    cited = pandas.DataFrame({"appeal_id": None, "category": None}, index=session.index, dtype="str")
    for code, orders in session[~follows_visit].groupby("provider_code"):
        own = received[received["provider_code"].eq(code)]
        before = own["received_at"].searchsorted(orders["held_on"])
        position = before - 1 - (chances[orders.index] * numpy.minimum(before, 100)).astype(numpy.int64)
        has_one = before > 0
        cited.loc[orders.index[has_one]] = own.iloc[position[has_one]][["appeal_id", "category"]].to_numpy()
    return cited
