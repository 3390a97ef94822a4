"""The sample city: one window of time, one size, and what all feeds share, so that they fit together.

Everything is drawn from generators that are seeded by a name, so the same arguments give the same city in any process
and in any order. The year 2025 of the story has the figures of the city's report; other years are a little smaller or
larger. Whatever is a person, an enterprise or an organisation is made.
"""

import dataclasses
import datetime
import functools
import hashlib
from collections.abc import Callable

import chinese_calendar
import numpy
import numpy.typing
import pandas

from pipelines.contracts import Cadence
from pipelines.districts import DISTRICTS
from sample_city import codes, names, places

DEFAULT_START = datetime.date(2024, 12, 1)
DEFAULT_END = datetime.date(2025, 12, 31)
DEFAULT_VOLUME = 0.02
SEED = 2025
STORY_YEAR = 2025

ASSOCIATIONS = 864
AGENCIES = 240
SENIOR_SOCIAL_WORKERS_2024 = 56
SENIOR_SOCIAL_WORKERS_2025 = 70
PLATFORMS = {"izhiyuan": "i志愿（样例）", "zhiyuanshenzhen": "志愿深圳（样例）", "yiyuanda": "意愿达（样例）"}

_YEARLY_GROWTH = 1.06
_ENTERPRISES_AT_FULL_VOLUME = 100_000
_SOCIAL_WORKERS_AT_FULL_VOLUME = 30_000

# Each kind of person has numbers of its own, so that nobody is two people by accident.
_FIRST_PERSON = {
    "member": 0,
    "instructor": 500_000,
    "courier": 1_000_000,
    "leader": 2_000_000,
    "candidate": 3_000_000,
    "social_worker": 4_000_000,
    "volunteer": 5_000_000,
    "contact": 10_000_000,
}

Floats = numpy.typing.NDArray[numpy.float64]
Dates = numpy.typing.NDArray[numpy.datetime64]
Integers = numpy.typing.NDArray[numpy.int64]
Codes = numpy.typing.NDArray[numpy.int8]


@dataclasses.dataclass(frozen=True, order=True)
class Period:
    """A day, ISO week, month, quarter or year, by its first and last day."""

    first: datetime.date
    last: datetime.date


@dataclasses.dataclass(frozen=True)
class City:
    """The city from the first day ``start`` to the last day ``end``, in ``volume`` of its real size.

    Frozen and hashable, so functions of a city can be cached.

    Raises:
        ValueError: the window is not whole months of 2024 to 2026, of which the story tells, or there is no volume.
    """

    start: datetime.date = DEFAULT_START
    end: datetime.date = DEFAULT_END
    volume: float = DEFAULT_VOLUME
    seed: int = SEED

    def __post_init__(self) -> None:
        day_after = self.end + datetime.timedelta(days=1)
        is_whole = self.start.day == 1 and day_after.day == 1 and self.start < day_after
        if not is_whole or self.start.year < STORY_YEAR - 1 or self.end.year > STORY_YEAR + 1:
            raise ValueError(
                f"the sample city tells of whole months of 2024 to 2026, not of {self.start} to {self.end}"
            )
        if self.volume <= 0:
            raise ValueError(f"the sample city needs a volume above 0, not {self.volume}")

    def random(self, name: str) -> numpy.random.Generator:
        """The generator of that name: always the same stream, whatever else was drawn before."""
        digest = hashlib.sha256(f"{self.seed}/{name}".encode()).digest()
        return numpy.random.default_rng(int.from_bytes(digest))

    def scaled(self, at_full_volume: int, at_least: int = 1) -> int:
        """A count at this volume."""
        return max(at_least, round(at_full_volume * self.volume))

    def of_year(self, figure: float, year: int) -> int:
        """What the figure of 2025 was or will be in ``year``; the figure itself in 2025."""
        return round(figure * _YEARLY_GROWTH ** (year - STORY_YEAR))

    @property
    def years(self) -> range:
        """The years that the window touches."""
        return range(self.start.year, self.end.year + 1)

    def periods(self, cadence: Cadence) -> tuple[Period, ...]:
        """The periods that are reported on: those that end inside the window, and the weeks that only begin in it."""
        return _periods(self.start, self.end, cadence)

    def contains(self, dates: "pandas.Series[pandas.Timestamp]") -> "pandas.Series[bool]":
        """Which dates (or moments) lie in the window."""
        return dates.ge(pandas.Timestamp(self.start)) & dates.lt(pandas.Timestamp(self.end) + pandas.Timedelta(days=1))

    # ── spreading a figure ─────────────────────────────────────────────────────────────────────────────────────────
    def spread(self, total: int, shares: dict[str, float]) -> dict[str, int]:
        """``total`` split by ``shares`` into whole numbers that add up to it (largest remainders)."""
        exact = {member: total * share / sum(shares.values()) for member, share in shares.items()}
        counts = {member: int(value) for member, value in exact.items()}
        by_remainder = sorted(exact, key=lambda member: (counts[member] - exact[member], member))
        for member in by_remainder[: total - sum(counts.values())]:
            counts[member] += 1
        return counts

    def labels(self, name: str, total: int, shares: dict[str, float]) -> "pandas.Series[str]":
        """``total`` labels in random order, each exactly as often as its share says."""
        members = numpy.array(list(shares), dtype=object)
        return pandas.Series(members[self.label_codes(name, total, shares)], dtype="str")

    def label_codes(self, name: str, total: int, shares: dict[str, float]) -> Codes:
        """The labels of that name as their places in ``shares``: a byte each."""
        counts = self.spread(total, shares)
        ordered = numpy.repeat(numpy.arange(len(counts), dtype=numpy.int8), list(counts.values()))
        return self.random(name).permutation(ordered)

    def districts(self, name: str, total: int) -> "pandas.Series[str]":
        """A district for each of ``total`` things, by residents, in random order."""
        return self.labels(f"{name} districts", total, self.district_shares(name))

    def district_shares(self, name: str) -> dict[str, float]:
        """The residents' shares, with a leaning of their own for every ``name``."""
        leaning = self.random(f"{name} leaning").uniform(0.75, 1.3, len(DISTRICTS))
        return {code: places.RESIDENT_SHARES[code] * lean for code, lean in zip(DISTRICTS, leaning, strict=True)}

    def days_of_year(
        self, name: str, year: int, total: int, weekend: float = 0.25
    ) -> "pandas.Series[pandas.Timestamp]":
        """``total`` dates of a whole year: few on holidays, fewer around the Chinese New Year.

        ``weekend`` is the activity of a day off in proportion to a working day's: above 1 for what people do in their
        spare time.
        """
        return pandas.Series(self.draws_of_days(name, year, weekend)(total))

    def draws_of_days(self, name: str, year: int, weekend: float) -> Callable[[int], Dates]:
        """What gives the next so many of the dates of that name: many can be taken in parts."""
        days, weights = self.calendar(year, weekend)
        generator = self.random(f"{name} days {year}")
        months = generator.uniform(0.88, 1.12, 12)[pandas.DatetimeIndex(days).month - 1]
        chances = weights * months
        shares = chances / chances.sum()
        return lambda count: days[generator.choice(len(days), count, p=shares)]

    def calendar(self, year: int, weekend: float) -> tuple[Dates, Floats]:
        """The days of a year, and how active each is: 1 on a working day (a shifted one too), less on days off."""
        return _calendar(year, weekend)

    def moments(self, name: str, dates: "pandas.Series[pandas.Timestamp]") -> "pandas.Series[pandas.Timestamp]":
        """Local moments on the given dates, to the minute, mostly in office hours."""
        return dates + pandas.to_timedelta(self.minutes(name)(len(dates)), unit="min").to_numpy()

    def minutes(self, name: str) -> Callable[[int], Integers]:
        """What gives the next so many minutes of the day of that name: many can be taken in parts."""
        generator = self.random(f"{name} minutes")
        return lambda count: generator.triangular(8 * 60, 10.5 * 60, 21 * 60, count).astype(numpy.int64)

    def within(self, name: str, districts: "pandas.Series[str]", pool: "pandas.Series[str]") -> Integers:
        """For each district a random position in ``pool`` that has the same district."""
        pool_codes = pool.to_numpy(dtype=object)
        order = numpy.argsort(pool_codes, kind="stable")
        present, firsts, counts = numpy.unique(pool_codes[order], return_index=True, return_counts=True)
        wanted = numpy.searchsorted(present, districts.to_numpy(dtype=object))
        chances = self.random(f"{name} within").random(len(districts))
        positions: Integers = order[firsts[wanted] + (chances * counts[wanted]).astype(numpy.int64)]
        return positions

    # ── who there is ──────────────────────────────────────────────────────────────────────────────────────────────
    def persons(self, kind: str, count: int) -> pandas.DataFrame:
        """The first ``count`` persons of a kind: id_card, name, phone. More of them never change the first ones."""
        serials = _FIRST_PERSON[kind] + numpy.arange(count)
        return pandas.DataFrame(
            {
                "id_card": codes.resident_ids(serials),
                "name": names.persons(self.random(f"{kind} family names"), self.random(f"{kind} given names"), count),
                "phone": codes.mobile_numbers(serials),
            },
            dtype="str",
        )

    @property
    def enterprise_count(self) -> int:
        """How many enterprises stand on the districts' books."""
        return self.scaled(_ENTERPRISES_AT_FULL_VOLUME, at_least=1_100)

    def enterprises(self, count: int) -> pandas.DataFrame:
        """The first ``count`` enterprises: uscc, name, district_code, industry (GB/T 4754 section), street.

        More of them never change the first ones; the districts' books hold the first ``enterprise_count``.
        """
        return _enterprises(self, count)

    @property
    def agencies(self) -> pandas.DataFrame:
        """The social-work agencies: uscc, name, district_code."""
        return _agencies(self)

    @property
    def associations(self) -> pandas.DataFrame:
        """The city's 864 trade associations: uscc, name, industry (GB/T 4754 section), trade (in words)."""
        return _associations(self)

    @property
    def social_workers(self) -> pandas.DataFrame:
        """Certified social workers: social_worker_id, id_card, level, certified_on, district_code, agency_uscc,
        left_on.

        The first 56 are senior since before December 2024, the next 14 since the autumn of 2025; no senior one leaves.
        """
        return _social_workers(self)


def days_from(day: str, offsets: Integers) -> "pandas.Series[pandas.Timestamp]":
    """The dates that lie so many days after ``day`` (before it, where negative)."""
    return pandas.Series(numpy.datetime64(day, "s") + offsets.astype("timedelta64[D]"))


@functools.cache
def _periods(start: datetime.date, end: datetime.date, cadence: Cadence) -> tuple[Period, ...]:
    frequency = {"daily": "D", "weekly": "W-SUN", "monthly": "M", "quarterly": "Q", "yearly": "Y"}[cadence]
    periods = [
        Period(period.start_time.date(), period.end_time.date())
        for period in pandas.period_range(pandas.Timestamp(start), pandas.Timestamp(end), freq=frequency)
    ]
    return tuple(period for period in periods if cadence == "weekly" or period.last <= end)


@functools.cache
def _calendar(year: int, weekend: float) -> tuple[Dates, Floats]:
    dates = [day.date() for day in pandas.date_range(f"{year}-01-01", f"{year}-12-31")]
    holidays = [chinese_calendar.get_holiday_detail(day) for day in dates]
    weights = numpy.array([weekend if is_off else 1.0 for is_off, _ in holidays])
    festival = [day for day, (_, name) in zip(dates, holidays, strict=True) if name == "Spring Festival"]
    first, last = min(festival), max(festival)
    for position, day in enumerate(dates):
        if first <= day <= last:
            weights[position] *= 0.25
        elif first - datetime.timedelta(days=8) <= day <= last + datetime.timedelta(days=8):
            weights[position] *= 0.5
    return numpy.array(dates, dtype="datetime64[s]"), weights


@functools.cache
def _enterprises(city: City, count: int) -> pandas.DataFrame:
    shares = numpy.array(list(places.RESIDENT_SHARES.values()))
    district_codes = numpy.array(list(places.RESIDENT_SHARES), dtype=object)
    bounds = numpy.cumsum(shares / shares.sum())[:-1]
    districts = numpy.searchsorted(bounds, city.random("enterprise districts").random(count))
    position_in_district = city.random("enterprise streets").random(count)
    streets = [numpy.array(places.streets(code), dtype=object) for code in district_codes]
    letters = numpy.array(list(names.INDUSTRY_SHARES), dtype=object)
    industry_bounds = numpy.cumsum(list(names.INDUSTRY_SHARES.values()))[:-1] / sum(names.INDUSTRY_SHARES.values())
    industries = letters[numpy.searchsorted(industry_bounds, city.random("enterprise industries").random(count))]
    return pandas.DataFrame(
        {
            "uscc": codes.usccs("91", numpy.arange(count)),
            "name": names.enterprises(city.random("enterprise words"), city.random("enterprise trades"), industries),
            "district_code": district_codes[districts],
            "industry": industries,
            "street": [
                streets[district][int(position * len(streets[district]))]
                for district, position in zip(districts, position_in_district, strict=True)
            ],
        },
        dtype="str",
    )


@functools.cache
def _agencies(city: City) -> pandas.DataFrame:
    return pandas.DataFrame(
        {
            "uscc": codes.usccs("52", 900_000 + numpy.arange(AGENCIES)),
            "name": names.agencies(city.random("agency names"), AGENCIES),
            "district_code": city.districts("agencies", AGENCIES),
        },
        dtype="str",
    )


@functools.cache
def _associations(city: City) -> pandas.DataFrame:
    trades = names.association_trades(ASSOCIATIONS)
    return pandas.DataFrame(
        {
            "uscc": codes.usccs("51", 800_000 + numpy.arange(ASSOCIATIONS)),
            "name": [f"深圳市{trade.name}（样例）" for trade in trades],
            "industry": [trade.industry for trade in trades],
            "trade": [trade.words for trade in trades],
        },
        dtype="str",
    )


@functools.cache
def _social_workers(city: City) -> pandas.DataFrame:
    count = city.scaled(_SOCIAL_WORKERS_AT_FULL_VOLUME, at_least=900)
    generator = city.random("social workers")
    seniors = SENIOR_SOCIAL_WORKERS_2025
    others = numpy.where(generator.random(count - seniors) < 0.68, "助理社会工作师", "社会工作师")
    certified_on = days_from("2010-10-01", generator.integers(0, 5_400, count))
    certified_on[:seniors] = days_from("2019-10-20", generator.integers(0, 1_780, seniors))
    newly = slice(SENIOR_SOCIAL_WORKERS_2024, seniors)
    certified_on[newly] = days_from("2025-09-10", generator.integers(0, 75, seniors - SENIOR_SOCIAL_WORKERS_2024))
    left_on = certified_on + pandas.to_timedelta(generator.integers(400, 5_000, count), unit="D")
    stays = (generator.random(count) < 0.8) | (left_on > pandas.Timestamp(city.end)).to_numpy()
    stays[:seniors] = True
    agency = generator.integers(0, AGENCIES, count)
    workers = pandas.DataFrame(
        {
            "social_worker_id": [f"SG{number:06d}" for number in range(1, count + 1)],
            "id_card": city.persons("social_worker", count)["id_card"],
            "level": numpy.concatenate([numpy.repeat("高级社会工作师", seniors), others]),
            "district_code": city.agencies["district_code"].to_numpy()[agency],
            "agency_uscc": city.agencies["uscc"].to_numpy()[agency],
        },
        dtype="str",
    )
    workers.insert(3, "certified_on", certified_on)
    workers["left_on"] = left_on.mask(stays)
    return workers
