"""What volunteers did: nine million records a year at full volume, drawn in a few bytes each and written out in blocks.

A record is kept as numbers: the volunteer's place among the registrations, the activity's of that day, codes, minutes.
What a platform serves is made of them a block at a time, so that no frame holds all of it.
"""

import functools
from collections.abc import Iterator
from typing import Any

import numpy
import numpy.typing
import pandas

from pipelines.contracts import contract_of
from pipelines.districts import DISTRICTS
from sample_city.city import PLATFORMS, STORY_YEAR, City, Dates, Integers, days_from
from sample_city.delivery import PROVIDER_COLUMNS, Served
from sample_city.trouble import FEW_ROWS, spoiled

RECORDS_AT_FULL_VOLUME = 9_000_000
SHARE_OF_ACTIVE = 0.45

CATEGORY_SHARES = {
    "邻里守望": 0.24,
    "助老": 0.17,
    "环保": 0.15,
    "扶幼": 0.13,
    "平安建设": 0.12,
    "赛会服务": 0.06,
    "纠纷调解": 0.05,
    "其他": 0.08,
}
GAMES_SHARE = 0.05
GAMES_FIRST_DAY, GAMES_DAYS = f"{STORY_YEAR}-11-05", 20
HALF_HOURS = (1, 2, 3, 4, 5, 6, 8, 12, 16)

_FEED = "volunteer_hours"
_AT_ONCE = 100_000
_CATEGORIES = numpy.array(list(CATEGORY_SHARES), dtype=object)
_DISTRICTS = numpy.array([*DISTRICTS, None], dtype=object)  # the place -1 is the last

Numbers = numpy.typing.NDArray[Any]


# A day is counted from 1970, a minute too.
_RECORD = numpy.dtype(
    [
        ("volunteer", numpy.int32),
        ("activity", numpy.int16),
        ("category", numpy.int8),
        ("district", numpy.int8),
        ("served_on", numpy.int16),
        ("half_hours", numpy.int8),
        ("updated_at", numpy.int32),
    ]
)


class VolunteerHours:
    """The records of all years of a city whose volunteers are ``registrations``, each numbered from 0 in its order."""

    def __init__(self, city: City, registrations: pandas.DataFrame) -> None:
        self._registrations = registrations
        self._years = numpy.array(city.years)
        drawn = [_drawn(city, registrations, year) for year in city.years]
        self._starts = numpy.cumsum([0, *map(len, drawn)])
        self._records = numpy.concatenate(drawn)
        self._platforms = registrations["provider_code"].to_numpy(dtype=object)

    def truth(self) -> pandas.DataFrame:
        """Every record, by its number."""
        return self._frame(numpy.arange(self._starts[-1]))

    def served(self) -> Iterator[Served]:
        """What each platform serves; one has some values that can't be accepted, one serves some records twice."""
        for platform in PLATFORMS:
            numbers = self._in_order(platform)
            few = self._frame(numpy.sort(numbers)[:FEW_ROWS])
            if platform == "izhiyuan":
                few = spoiled(few, contract_of(_FEED), "hours", 30.0)
                yield self._served(platform, numbers, few, planted="bad hours", quarantined=len(few))
            elif platform == "zhiyuanshenzhen":
                few = few.assign(updated_at=few["updated_at"] + pandas.Timedelta(hours=1))
                yield self._served(platform, numbers, few, planted="repeated keys", duplicate=len(few))
            else:
                yield self._served(platform, numbers, few.iloc[:0])

    def _served(self, platform: str, numbers: Integers, others: pandas.DataFrame, **trouble: Any) -> Served:
        blocks = functools.partial(self._blocks, numbers, others)
        return Served(_FEED, platform, len(numbers) + len(others), blocks, **trouble)

    def _blocks(self, numbers: Integers, others: pandas.DataFrame) -> Iterator[pandas.DataFrame]:
        """The records of ``numbers``, which are in order of ``updated_at``, with ``others`` among them."""
        updated_at = self._records["updated_at"][numbers]
        columns = [column.name for column in contract_of(_FEED).columns]
        start = 0
        while start < len(numbers):
            last = updated_at[min(start + _AT_ONCE, len(numbers)) - 1]
            stop = int(updated_at.searchsorted(last, side="right"))
            is_due = others["updated_at"].le(_moment(last)) | (stop == len(numbers))
            yield pandas.concat([self._frame(numbers[start:stop]), others[is_due]], ignore_index=True)[columns]
            start, others = stop, others[~is_due]

    def _in_order(self, platform: str) -> Integers:
        """The numbers of a platform's records in order of ``updated_at``."""
        is_own = (self._platforms == platform)[self._records["volunteer"]]
        numbers = numpy.flatnonzero(is_own)
        return numbers[numpy.argsort(self._records["updated_at"][numbers], kind="stable")]

    def _frame(self, numbers: Integers) -> pandas.DataFrame:
        """The records of these numbers, with the provider columns and the contract's."""
        which = self._starts.searchsorted(numbers, side="right") - 1
        serial = self._years[which] * 100_000_000 + numbers - self._starts[which]
        records = self._records[numbers]
        volunteer = self._registrations.iloc[records["volunteer"]].reset_index(drop=True)
        served_on = days_from("1970-01-01", records["served_on"])
        day_number = served_on.dt.year * 10_000 + served_on.dt.month * 100 + served_on.dt.day
        activity = day_number.astype("int64") * 1_000 + records["activity"]
        return pandas.DataFrame(
            {
                "provider_type": "platform",
                "provider_code": volunteer["provider_code"],
                "record_id": "JL" + pandas.Series(serial).astype("str"),
                "volunteer_id": volunteer["volunteer_id"],
                "activity_id": "HD" + activity.astype("str"),
                "category": pandas.Series(_CATEGORIES[records["category"]], dtype="str"),
                "district_code": pandas.Series(_DISTRICTS[records["district"]], dtype="str"),
                "served_on": served_on,
                "hours": records["half_hours"] / 2,
                "updated_at": pandas.Series(_moment(records["updated_at"])),
            }
        )[[*PROVIDER_COLUMNS, *(column.name for column in contract_of(_FEED).columns)]]


def _drawn(city: City, registrations: pandas.DataFrame, year: int) -> Numbers:
    """A year's records inside the window: most on days off, few around the Chinese New Year, many in November.

    A record is a day of service of somebody who was registered by then; some volunteers serve often.
    """
    served_on, category = _days_and_categories(city, year)
    records = numpy.empty(len(served_on), dtype=_RECORD)
    records["served_on"], records["category"] = served_on, category
    generator = city.random(f"volunteer records {year}")
    registered_on = _day(registrations["registered_on"])
    active = numpy.flatnonzero(generator.random(len(registrations)) < SHARE_OF_ACTIVE)
    active = active[numpy.argsort(registered_on[active], kind="stable")]
    often = numpy.repeat(active, generator.geometric(0.35, len(active))).astype(numpy.int32)
    often_since = registered_on[often]

    def volunteers(days: Numbers) -> Numbers:
        registered_by_then = often_since.searchsorted(days, side="right")
        return often[(generator.random(len(days)) * registered_by_then).astype(numpy.int32)]

    # Each is drawn for all records before the next, in parts: the same as when they are drawn at once.
    parts = [slice(start, start + _AT_ONCE) for start in range(0, len(records), _AT_ONCE)]
    for part in parts:
        records["volunteer"][part] = volunteers(served_on[part])
    for part in parts:
        records["activity"][part] = generator.integers(1, 400, len(served_on[part]))
    minutes = city.minutes(f"volunteer hours {year}")
    for part in parts:
        days = served_on[part].astype(numpy.int32) + generator.choice([0, 0, 0, 1, 2], len(served_on[part]))
        records["updated_at"][part] = days * 1_440 + minutes(len(days))
    shares = city.district_shares(f"volunteer hours {year}")
    elsewhere = city.label_codes(f"volunteer hours {year} districts", len(records), shares)
    at_home = pandas.Categorical(registrations["district_code"], categories=list(DISTRICTS)).codes
    for part in parts:
        is_at_home = generator.random(len(served_on[part])) < 0.7
        records["district"][part] = numpy.where(is_at_home, at_home[records["volunteer"][part]], elsewhere[part])
    for part in parts:
        records["half_hours"][part] = generator.choice(HALF_HOURS, len(served_on[part]))
    return records


def _days_and_categories(city: City, year: int) -> tuple[Numbers, Numbers]:
    """The days of service inside the window and what was done; those of the games are more than its usual share."""
    total = city.scaled(city.of_year(RECORDS_AT_FULL_VOLUME, year), at_least=2_000)
    games = round(total * GAMES_SHARE) if year == STORY_YEAR else 0
    generator = city.random(f"volunteer hours {year}")
    days = city.draws_of_days("volunteer hours", year, weekend=2.2)
    usual = [_day(days(min(_AT_ONCE, total - games - start))) for start in range(0, total - games, _AT_ONCE)]
    at_games = _day(days_from(GAMES_FIRST_DAY, generator.integers(0, GAMES_DAYS, games)))
    served_on = numpy.concatenate([*usual, at_games])
    category = city.label_codes(f"volunteer hours {year} categories", total, CATEGORY_SHARES)
    category[total - games :] = [*CATEGORY_SHARES].index("赛会服务")
    first, last = (numpy.datetime64(day, "D").astype(numpy.int16) for day in (city.start, city.end))
    inside = (served_on >= first) & (served_on <= last)
    return served_on[inside], category[inside]


def _day(dates: "Dates | pandas.Series[pandas.Timestamp]") -> Numbers:
    return numpy.asarray(dates).astype("datetime64[D]").astype(numpy.int16)


def _moment(minutes: Numbers) -> Numbers:
    return numpy.asarray(minutes).astype("datetime64[m]").astype("datetime64[s]")
