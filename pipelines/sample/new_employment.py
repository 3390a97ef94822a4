"""New-employment groups in the districts: friendly places, sites of platforms and couriers, care benefits."""

import numpy
import pandas

from pipelines.sample import places
from pipelines.sample.city import City, days_from
from pipelines.sample.delivery import (
    FeedPlan,
    district_providers,
    hide_future,
    planned_states,
    states_of,
)

FRIENDLY_SCENES = 2_946
WARM_MERCHANTS = 4_537
RIDER_STUDIOS = 97


def plan(city: City) -> dict[str, FeedPlan]:
    """The plans of the three feeds."""
    return {"friendly_places": _friendly_places(city)}


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
    return planned_states(city, "friendly_places", states, district_providers())


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
            "longitude": (numpy.array(longitude) + generator.uniform(-0.04, 0.04, count)).round(6),
            "latitude": (numpy.array(latitude) + generator.uniform(-0.03, 0.03, count)).round(6),
            "opened_on": opened_on,
            "closed_on": closed_on.where(is_closed),
        }
    )
