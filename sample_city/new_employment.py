"""New-employment groups in the districts: friendly places, sites of platforms and couriers, care benefits."""

import numpy
import pandas

from sample_city import places, trouble
from sample_city.city import City, days_from
from sample_city.delivery import (
    FeedPlan,
    district_providers,
    hide_future,
    planned_events,
    planned_states,
    states_of,
)

FRIENDLY_SCENES = 2_946
WARM_MERCHANTS = 4_537
RIDER_STUDIOS = 97
SITES = 841
FREE_HOMES = 1_286
DRIVERS = 2_340

_PAIRED_AT_THE_START = 0.78
_PAID_BENEFITS_AT_FULL_VOLUME = 2_200
_PLATFORMS = (
    "顺达快递（样例）",
    "迅驰外卖（样例）",
    "美味到家（样例）",
    "货运通（样例）",
    "邮路速递（样例）",
    "乘风出行（样例）",
)


def plan(city: City) -> dict[str, FeedPlan]:
    """The plans of the three feeds."""
    return {
        "friendly_places": _friendly_places(city),
        "platform_sites": _platform_sites(city),
        "care_benefits": _care_benefits(city),
    }


def _friendly_places(city: City) -> FeedPlan:
    """In operation at the end of 2025 are exactly the report's numbers; a tenth of them opened during the year."""
    frame = pandas.concat(
        [
            _places(city, "友好场景", FRIENDLY_SCENES, 60, "暖蜂驿站"),
            _places(city, "暖新商户", WARM_MERCHANTS, 110, "暖新商户"),
            _places(city, "小哥工作室", RIDER_STUDIOS, 2, "小哥工作室"),
        ],
        ignore_index=True,
    )
    frame["place_id"] = [f"{code}-CS{number:05d}" for number, code in enumerate(frame["provider_code"], start=1)]
    frame["forgotten_on"] = frame["closed_on"] + pandas.Timedelta(days=75)
    states = hide_future(states_of(city, "friendly_places", frame, "opened_on", "forgotten_on"), "closed_on")
    plan = planned_states(city, "friendly_places", states, district_providers())
    trouble.plant(plan, "440306", "2025-02-01", trouble.correct, column="street", wrong="街道不详", rows=8)
    trouble.plant(plan, "4403DP", "2025-03-01", trouble.withhold)
    trouble.plant(plan, "440303", "2025-04-01", trouble.spoil, column="longitude", wrong="11.405", rows=4)
    trouble.plant(plan, "440310", "2025-05-01", trouble.delay, days=10)
    trouble.plant(plan, "440311", "2025-06-01", trouble.repeat_rows, rows=3)
    trouble.plant(plan, "440307", "2025-08-01", trouble.withhold)
    trouble.plant(plan, "440305", "2025-09-01", trouble.garble)
    trouble.plant(plan, "440304", "2025-10-01", trouble.impersonate)
    return plan


def _places(city: City, category: str, open_at_the_end: int, closed: int, word: str) -> pandas.DataFrame:
    count = open_at_the_end + closed
    generator = city.random(f"places {category}")
    districts = city.districts(f"places {category}", count)
    communities = places.communities()
    chosen = communities.iloc[city.within(f"places {category}", districts, communities["district_code"])]
    is_old = generator.random(count) < 0.62
    days = numpy.where(is_old, generator.integers(-900, 0, count), generator.integers(0, 360, count))
    is_closed = pandas.Series(numpy.arange(count) >= open_at_the_end)
    opened_on = days_from("2025-01-01", days).mask(is_closed, days_from("2023-05-01", days % 400))
    closed_on = days_from("2025-01-10", generator.integers(0, 340, count))
    longitude, latitude = zip(*(places.CENTRES[code] for code in districts), strict=True)
    return pandas.DataFrame(
        {
            "provider_type": "district",
            "provider_code": districts,
            "name": [
                f"{community.removesuffix('社区')}{word}{number % 9 + 1}号"
                for number, community in enumerate(chosen["community"])
            ],
            "category": category,
            "street": chosen["street"].to_numpy(),
            "longitude": (numpy.array(longitude) + generator.uniform(-0.04, 0.04, count)).round(4),
            "latitude": (numpy.array(latitude) + generator.uniform(-0.03, 0.03, count)).round(4),
            "opened_on": opened_on,
            "closed_on": closed_on.where(is_closed),
        }
    )


def _platform_sites(city: City) -> FeedPlan:
    """Every site of the end of 2025 is paired by then; some of the sites that closed during the year never were."""
    closed = 40
    count = SITES + closed
    generator = city.random("platform sites")
    districts = city.districts("platform sites", count)
    communities = places.communities()
    chosen = communities.iloc[city.within("platform sites", districts, communities["district_code"])]
    is_old = generator.random(count) < _PAIRED_AT_THE_START
    days = numpy.where(is_old, generator.integers(-500, -10, count), generator.integers(0, 350, count))
    paired_on = days_from("2024-12-01", days)
    is_closed = pandas.Series(numpy.arange(count) >= SITES)
    unpaired_on = days_from("2025-02-01", generator.integers(0, 240, count)).where(is_closed)
    paired_on = paired_on.mask(is_closed & paired_on.ge(unpaired_on))
    sites = pandas.DataFrame(
        {
            "provider_type": "district",
            "provider_code": districts,
            "site_id": [f"{code}-WD{number:04d}" for number, code in enumerate(districts, start=1)],
            "platform": city.labels(
                "platforms of sites", count, dict(zip(_PLATFORMS, (0.3, 0.24, 0.2, 0.1, 0.1, 0.06), strict=True))
            ),
            "street": chosen["street"].to_numpy(),
            "community": chosen["community"].to_numpy(),
            "paired_on": paired_on,
            "unpaired_on": unpaired_on.where(paired_on.notna()),
            "since": pandas.Timestamp("2024-01-01"),
            "gone_on": unpaired_on + pandas.Timedelta(days=45),
        }
    )
    states = hide_future(states_of(city, "platform_sites", sites, "since", "gone_on"), "paired_on", "unpaired_on")
    states["community"] = states["community"].where(states["paired_on"].notna())
    plan = planned_states(city, "platform_sites", states, district_providers())
    trouble.plant(plan, "440307", "2025-02-01", trouble.repeat_bytes)
    trouble.plant(plan, "440310", "2025-04-01", trouble.withhold)
    trouble.plant(plan, "440306", "2025-07-01", trouble.drop_column, column="platform")
    trouble.plant(plan, "440305", "2025-11-01", trouble.withhold)
    return plan


def _care_benefits(city: City) -> FeedPlan:
    """Holiday homes around the Chinese New Year, medicals in the drivers' month, some of either for a small price."""
    benefits = pandas.concat(
        [frame for year in city.years for frame in (_homes(city, year), _medicals(city, year), _paid(city, year))],
        ignore_index=True,
    )
    districts = city.districts("care benefits", len(benefits))
    serials = pandas.Series(range(1, len(benefits) + 1)).astype("str").str.zfill(6)
    benefits = benefits.assign(
        provider_type="district", provider_code=districts, benefit_id=districts + "-GA" + serials
    )
    plan = planned_events(city, "care_benefits", benefits, benefits["granted_on"], district_providers())
    trouble.plant(plan, "440306", "2025-02-01", trouble.spoil, column="person_id_card", wrong="4.40300188E+17", rows=3)
    trouble.plant(plan, "440311", "2025-07-01", trouble.withhold)
    trouble.plant(plan, "440307", "2025-10-01", trouble.send_again, rows=5)
    trouble.plant(plan, "440304", "2025-10-01", trouble.spoil, column="kind", wrong="体检", rows=2)
    return plan


def _homes(city: City, year: int) -> pandas.DataFrame:
    """Free homes, one or two to a family, between mid-January and mid-February."""
    homes = city.of_year(FREE_HOMES, year)
    generator = city.random(f"free homes {year}")
    two = homes // 10
    sizes = numpy.repeat([2, 1], [two, homes - 2 * two])
    couriers = city.persons("courier", len(sizes))["id_card"]
    return pandas.DataFrame(
        {
            "kind": "深梦团聚住房",
            "person_id_card": couriers,
            "granted_on": days_from(f"{year}-01-12", generator.integers(0, 35, len(sizes))),
            "homes": pandas.array(sizes, dtype="Int64"),
            "free": True,
        }
    )


def _medicals(city: City, year: int) -> pandas.DataFrame:
    """Free medicals in September and October; one driver in twenty comes twice."""
    drivers = city.of_year(DRIVERS, year)
    generator = city.random(f"medicals {year}")
    persons = city.persons("courier", drivers + 10_000)["id_card"].iloc[10_000:].to_numpy()
    visits = numpy.concatenate([persons, persons[::20]])
    return pandas.DataFrame(
        {
            "kind": "司机健康月体检",
            "person_id_card": pandas.Series(visits, dtype="str"),
            "granted_on": days_from(f"{year}-09-08", generator.integers(0, 45, len(visits))),
            "homes": pandas.array([pandas.NA] * len(visits), dtype="Int64"),
            "free": True,
        }
    )


def _paid(city: City, year: int) -> pandas.DataFrame:
    """Homes and medicals that were not free, which the report does not count."""
    count = city.of_year(city.scaled(_PAID_BENEFITS_AT_FULL_VOLUME, at_least=60), year)
    generator = city.random(f"paid benefits {year}")
    is_home = pandas.Series(generator.random(count) < 0.5)
    return pandas.DataFrame(
        {
            "kind": pandas.Series("司机健康月体检", index=is_home.index, dtype="str").mask(is_home, "深梦团聚住房"),
            "person_id_card": city.persons("courier", count + 30_000)["id_card"].iloc[30_000:].to_numpy(),
            "granted_on": city.days_of_year(f"paid benefits {year}", year, count),
            "homes": pandas.Series(1, index=is_home.index, dtype="Int64").where(is_home),
            "free": False,
        }
    )
