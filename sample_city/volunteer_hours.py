"""What volunteers did: nine million records a year at full volume, drawn in a few bytes each and written out in blocks.

A record is kept as numbers: the volunteer's place among the registrations, the activity's of that day, codes, minutes.
What a platform serves is made of them a block at a time, so that no frame holds all of it.
"""

import dataclasses
import functools
from collections.abc import Callable, Iterator
from typing import Any

import numpy
import numpy.typing
import pandas

from pipelines.contracts import contract_of
from pipelines.districts import DISTRICTS
from sample_city.city import PLATFORMS, STORY_YEAR, City, Dates, Integers, days_from
from sample_city.delivery import PROVIDER_COLUMNS, Served

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
HOURS = (0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 6.0, 8.0)

BAD_ROWS = 12

_FEED = "volunteer_hours"
_AT_ONCE = 100_000
_CATEGORIES = numpy.array(list(CATEGORY_SHARES), dtype=object)
_DISTRICTS = numpy.array([*DISTRICTS, None], dtype=object)
_NO_DISTRICT = -1

Numbers = numpy.typing.NDArray[Any]


@dataclasses.dataclass(frozen=True)
class _Year:
    """A year's records inside the window, an entry each; a day is counted from 1970, a minute too."""

    year: int
    volunteer: Numbers
    activity: Numbers
    category: Numbers
    district: Numbers
    served_on: Numbers
    half_hours: Numbers
    updated_at: Numbers


class VolunteerHours:
    """The records of all years of a city whose volunteers are ``registrations``, each numbered from 0 in its order."""

    def __init__(self, city: City, registrations: pandas.DataFrame) -> None:
        self._registrations = registrations
        self._years = [_drawn(city, registrations, year) for year in city.years]
        self._starts = numpy.cumsum([0, *(len(year.volunteer) for year in self._years)])
        self._platform = pandas.Categorical(registrations["provider_code"], categories=list(PLATFORMS))

    def truth(self) -> pandas.DataFrame:
        """Every record, by its number."""
        return self._frame(numpy.arange(self._starts[-1]))

    def served(self) -> Iterator[Served]:
        """What each platform serves; one has some values that can't be accepted, one serves some records twice."""
        for platform in PLATFORMS:
            numbers = self._in_order(platform)
            few = self._frame(numpy.sort(numbers)[:BAD_ROWS])
            if platform == "izhiyuan":
                few = few.assign(hours=30.0, record_id=[f"CW{number:02d}" for number in range(len(few))])
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
        updated_at = self._of_all(lambda year: year.updated_at)[numbers]
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
        code = self._platform.categories.get_loc(platform)
        numbers = numpy.flatnonzero(self._platform.codes[self._of_all(lambda year: year.volunteer)] == code)
        updated_at = self._of_all(lambda year: year.updated_at)[numbers]
        return numbers[numpy.argsort(updated_at, kind="stable")]

    def _of_all(self, column: Callable[[_Year], Numbers]) -> Numbers:
        return numpy.concatenate([column(year) for year in self._years])

    def _frame(self, numbers: Integers) -> pandas.DataFrame:
        """The records of these numbers, with the provider columns and the contract's."""
        which = self._starts.searchsorted(numbers, side="right") - 1

        def taken(column: Callable[[_Year], Numbers]) -> Numbers:
            values = numpy.empty(len(numbers), dtype=column(self._years[0]).dtype)
            for position, year in enumerate(self._years):
                is_there = which == position
                values[is_there] = column(year)[numbers[is_there] - self._starts[position]]
            return values

        volunteer = self._registrations.iloc[taken(lambda year: year.volunteer)].reset_index(drop=True)
        served_on = days_from("1970-01-01", taken(lambda year: year.served_on))
        serial = numpy.array([year.year for year in self._years])[which] * 100_000_000 + numbers - self._starts[which]
        day_number = served_on.dt.year * 10_000 + served_on.dt.month * 100 + served_on.dt.day
        activity = day_number.astype("int64") * 1_000 + taken(lambda year: year.activity)
        return pandas.DataFrame(
            {
                "provider_type": "platform",
                "provider_code": volunteer["provider_code"],
                "record_id": "JL" + pandas.Series(serial).astype("str"),
                "volunteer_id": volunteer["volunteer_id"],
                "activity_id": "HD" + activity.astype("str"),
                "category": pandas.Series(_CATEGORIES[taken(lambda year: year.category)], dtype="str"),
                "district_code": pandas.Series(_DISTRICTS[taken(lambda year: year.district)], dtype="str"),
                "served_on": served_on,
                "hours": taken(lambda year: year.half_hours) / 2,
                "updated_at": pandas.Series(_moment(taken(lambda year: year.updated_at))),
            }
        )[[*PROVIDER_COLUMNS, *(column.name for column in contract_of(_FEED).columns)]]


def _drawn(city: City, registrations: pandas.DataFrame, year: int) -> _Year:
    """Most on days off, little around the Chinese New Year, much in November, when there are games.

    A record is a day of service of somebody who was registered by then; some volunteers serve often.
    """
    served_on, category = _days_and_categories(city, year)
    count = len(served_on)
    generator = city.random(f"volunteer records {year}")
    registered_on = _day(registrations["registered_on"])
    active = numpy.flatnonzero(generator.random(len(registrations)) < SHARE_OF_ACTIVE)
    active = active[numpy.argsort(registered_on[active], kind="stable")]
    often = numpy.repeat(active, generator.geometric(0.35, len(active))).astype(numpy.int32)
    often_since = registered_on[often]
    volunteer = numpy.empty(count, dtype=numpy.int32)
    for start in range(0, count, _AT_ONCE):
        registered_by_then = often_since.searchsorted(served_on[start : start + _AT_ONCE], side="right")
        chances = generator.random(len(registered_by_then))
        volunteer[start : start + _AT_ONCE] = often[(chances * registered_by_then).astype(numpy.int32)]
    elsewhere = city.label_codes(f"volunteer hours {year} districts", count, _district_shares(city, year))
    activity = _many(count, numpy.int16, lambda size: generator.integers(1, 400, size))
    reported_after = _many(count, numpy.int8, lambda size: generator.choice([0, 0, 0, 1, 2], size))
    is_at_home = _many(count, numpy.bool_, lambda size: generator.random(size) < 0.7)
    at_home = pandas.Categorical(registrations["district_code"], categories=list(DISTRICTS)).codes[volunteer]
    halves = numpy.array(HOURS) * 2
    half_hours = _many(count, numpy.int8, lambda size: generator.choice(halves, size))
    minutes = city.minutes(f"volunteer hours {year}")
    updated_at = (served_on.astype(numpy.int32) + reported_after) * 1_440 + _many(count, numpy.int16, minutes)
    district = numpy.where(is_at_home, at_home, elsewhere).astype(numpy.int8)
    return _Year(year, volunteer, activity, category, district, served_on, half_hours, updated_at)


def _days_and_categories(city: City, year: int) -> tuple[Numbers, Numbers]:
    """The days of service inside the window and what was done; those of the games are more than its usual share."""
    total = city.scaled(city.of_year(RECORDS_AT_FULL_VOLUME, year), at_least=2_000)
    games = round(total * GAMES_SHARE) if year == STORY_YEAR else 0
    generator = city.random(f"volunteer hours {year}")
    days = city.draws_of_days("volunteer hours", year, weekend=2.2)
    usual = _many(total - games, numpy.int16, lambda size: _day(days(size)))
    at_games = _day(days_from(GAMES_FIRST_DAY, generator.integers(0, GAMES_DAYS, games)))
    served_on = numpy.concatenate([usual, at_games])
    category = city.label_codes(f"volunteer hours {year} categories", total, CATEGORY_SHARES)
    category[total - games :] = [*CATEGORY_SHARES].index("赛会服务")
    first, last = (numpy.datetime64(day, "D").astype(numpy.int16) for day in (city.start, city.end))
    inside = (served_on >= first) & (served_on <= last)
    return served_on[inside], category[inside]


def _district_shares(city: City, year: int) -> dict[str, float]:
    return city.district_shares(f"volunteer hours {year}")


def _day(dates: "Dates | pandas.Series[pandas.Timestamp]") -> Numbers:
    return numpy.asarray(dates).astype("datetime64[D]").astype(numpy.int16)


def _moment(minutes: Numbers) -> Numbers:
    return numpy.asarray(minutes).astype("datetime64[m]").astype("datetime64[s]")


def _many(count: int, kind: type[numpy.generic], draw: Callable[[int], Any]) -> Numbers:
    """``count`` draws in few bytes each, taken in parts: the same as when they are drawn at once."""
    drawn = numpy.empty(count, dtype=kind)
    for start in range(0, count, _AT_ONCE):
        part = drawn[start : start + _AT_ONCE]
        part[:] = draw(len(part))
    return drawn
