"""What the trade associations do: events and publications, and services to enterprises.

Both feeds come from 864 providers, each with a small file of its own every quarter.
"""

import numpy
import pandas

from sample_city import trouble
from sample_city.associations import association_providers, leaning_choice, of_associations
from sample_city.city import ASSOCIATIONS, City
from sample_city.delivery import FeedPlan, planned_events

EXHIBITIONS = 9_640
OTHER_EVENTS_AT_FULL_VOLUME = 6_360
SERVED_ENTERPRISES = 105_300
SERVICES_AT_FULL_VOLUME = 260_000
FEWEST_SERVICES = 108_000

OTHER_EVENT_SHARES = {"大讲堂": 0.34, "标准": 0.14, "白皮书": 0.06, "对接会": 0.34, "出海服务": 0.12}
TITLES = {
    "展会": "深圳{trade}展览会第{number}届",
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


def plan(city: City) -> dict[str, FeedPlan]:
    """The plans of the two feeds."""
    return {"association_events": _association_events(city), "association_services": _association_services(city)}


def _association_events(city: City) -> FeedPlan:
    """Exhibitions, as many at every volume, and the associations' other events and publications."""
    events = pandas.concat([_events_of_year(city, year) for year in city.years], ignore_index=True)
    plan = planned_events(city, "association_events", events, events["held_on"], association_providers(city))
    codes = city.associations["uscc"]
    trouble.plant(plan, codes[30], "2025-04-01", trouble.send_again, rows=2)
    trouble.plant(plan, codes[150], "2025-04-01", trouble.withhold)
    trouble.plant(plan, codes[77], "2025-07-01", trouble.spoil, column="kind", wrong="年会", rows=1)
    trouble.plant(plan, codes[600], "2025-07-01", trouble.garble)
    trouble.plant(plan, codes[260], "2025-10-01", trouble.delay, days=20)
    trouble.plant(plan, codes[333], "2025-10-01", trouble.spoil, column="held_on", wrong="2025-02-30", rows=1)
    return plan


def _association_services(city: City) -> FeedPlan:
    """Services to enterprises: at every volume as many distinct enterprises a year, many served by several."""
    services = pandas.concat([_services_of_year(city, year) for year in city.years], ignore_index=True)
    plan = planned_events(city, "association_services", services, services["served_on"], association_providers(city))
    codes, wrong = city.associations["uscc"], trouble.LOST_PRECISION
    trouble.plant(plan, codes[45], "2025-04-01", trouble.spoil, column="enterprise_uscc", wrong=wrong, rows=3)
    trouble.plant(plan, codes[222], "2025-04-01", trouble.withhold)
    trouble.plant(plan, codes[99], "2025-07-01", trouble.repeat_rows, rows=4)
    trouble.plant(plan, codes[640], "2025-07-01", trouble.delay, days=20)
    trouble.plant(plan, codes[410], "2025-10-01", trouble.drop_column, column="served_on")
    return plan


def _events_of_year(city: City, year: int) -> pandas.DataFrame:
    others = city.scaled(city.of_year(OTHER_EVENTS_AT_FULL_VOLUME, year), at_least=100)
    shares = {"展会": float(city.of_year(EXHIBITIONS, year))}
    shares |= {kind: others * share for kind, share in OTHER_EVENT_SHARES.items()}
    total = city.of_year(EXHIBITIONS, year) + others
    generator = city.random(f"association events {year}")
    association = leaning_choice(generator, ASSOCIATIONS, total)
    chosen = city.associations.iloc[association].reset_index(drop=True)
    kinds = city.labels(f"association events {year} kinds", total, shares)
    numbers = range(1, total + 1)
    return of_associations(chosen).assign(
        event_id=[f"HD{year}{number:05d}" for number in numbers],
        kind=kinds,
        title=[
            TITLES[kind].format(trade=trade, number=number % 20 + 1)
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
    chosen = city.associations.iloc[leaning_choice(generator, ASSOCIATIONS, total)].reset_index(drop=True)
    return of_associations(chosen).assign(
        service_id=[f"FW{year}{number:06d}" for number in range(1, total + 1)],
        enterprise_uscc=city.enterprises(enterprises)["uscc"].to_numpy()[served],
        kind=city.labels(f"association services {year} kinds", total, SERVICE_SHARES),
        served_on=city.days_of_year("association services", year, total),
    )
