"""The volunteer platforms: who is registered, what volunteers did, and who asked for help.

Their rows are not delivered as files but stored for the sample server. What a platform serves of a feed stands in the
plan as one delivery of the window's last day.
"""

import dataclasses
import functools

import numpy
import pandas

from pipelines.contracts import contract_of
from sample_city.city import PLATFORMS, STORY_YEAR, City, days_from
from sample_city.delivery import PROVIDER_COLUMNS, Delivery, FeedPlan

PERSONS_AT_FULL_VOLUME = 545_000
ON_TWO_PLATFORMS = 0.1
RECORDS_AT_FULL_VOLUME = 9_000_000
REQUESTS_AT_FULL_VOLUME = 60_000
SHARE_OF_ACTIVE = 0.45

MEMBER_SHARES = dict(zip(PLATFORMS, (0.62, 0.27, 0.11), strict=True))
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
BENEFICIARY_SHARES = {"一老": 0.52, "一小": 0.2, "一困": 0.13, "一新": 0.09, "普惠": 0.06}

BAD_ROWS = 12


def plan(city: City) -> dict[str, FeedPlan]:
    """The plans of the three feeds."""
    return {
        "volunteers": _volunteers(city),
        "volunteer_hours": _volunteer_hours(city),
        "help_requests": _help_requests(city),
    }


def _volunteers(city: City) -> FeedPlan:
    """Every registration, as it stands in the end."""
    plan = _served(city, "volunteers", _registrations(city))
    _spoil(plan, "izhiyuan", "id_card", "440300185003070000")
    return plan


@functools.cache
def _registrations(city: City) -> pandas.DataFrame:
    """A row for each person and platform; some persons are on two, most of these with different districts."""
    generator = city.random("volunteers")
    persons = city.persons("volunteer", city.scaled(PERSONS_AT_FULL_VOLUME, at_least=1_500))
    count = len(persons)
    twice = numpy.flatnonzero(generator.random(count) < ON_TWO_PLATFORMS)
    first_platform = city.labels("volunteers platforms", count, MEMBER_SHARES)
    other_platform = dict(zip(PLATFORMS, [*PLATFORMS][1:] + [*PLATFORMS][:1], strict=True))
    first_district = city.districts("volunteers", count)
    second_district = city.districts("volunteers on a second platform", len(twice))
    rows = persons.iloc[numpy.concatenate([numpy.arange(count), twice])].reset_index(drop=True)
    total = len(rows)
    days_ago = (4_300 * generator.random(total) ** 1.4).astype(int)
    registered_on = days_from(str(city.end), -days_ago)
    days_to_update = numpy.where(generator.random(total) < 0.45, (days_ago * generator.random(total)).astype(int), 0)
    updated_on = registered_on + pandas.to_timedelta(days_to_update, unit="D")
    # A second registration has another second, so that the latest update of a person is never a draw.
    seconds = pandas.to_timedelta((numpy.arange(total) >= count).astype(int), unit="s")
    district = pandas.concat([first_district, second_district], ignore_index=True)
    platform = pandas.concat([first_platform, first_platform.iloc[twice].map(other_platform)], ignore_index=True)
    return rows.assign(
        provider_type="platform",
        provider_code=platform,
        volunteer_id="ZY" + (generator.permutation(total) + 10_000_000).astype(str).astype(object),
        district_code=district.where(pandas.Series(generator.random(total) < 0.985)),
        registered_on=registered_on,
        updated_at=city.moments("volunteers", updated_on) + seconds,
    )


def _volunteer_hours(city: City) -> FeedPlan:
    """What volunteers did on the window's days: most on days off, little around the Chinese New Year, much in November.

    At full volume there are nine million records a year.
    """
    hours = pandas.concat([_hours_of_year(city, year) for year in city.years], ignore_index=True)
    plan = _served(city, "volunteer_hours", hours)
    _spoil(plan, "izhiyuan", "hours", 30.0)
    _repeat(plan, "zhiyuanshenzhen")
    return plan


def _hours_of_year(city: City, year: int) -> pandas.DataFrame:
    """The year's records inside the window; those of the games in November are more than its usual share."""
    total = city.scaled(city.of_year(RECORDS_AT_FULL_VOLUME, year), at_least=2_000)
    games = round(total * GAMES_SHARE) if year == STORY_YEAR else 0
    generator = city.random(f"volunteer hours {year}")
    served_on = pandas.concat(
        [
            city.days_of_year("volunteer hours", year, total - games, weekend=2.2),
            days_from(GAMES_FIRST_DAY, generator.integers(0, GAMES_DAYS, games)),
        ],
        ignore_index=True,
    )
    is_at_games = pandas.Series(numpy.arange(total) >= total - games)
    category = city.labels(f"volunteer hours {year} categories", total, CATEGORY_SHARES).mask(is_at_games, "赛会服务")
    inside = city.contains(served_on)
    return _records(city, year, served_on[inside].reset_index(drop=True), category[inside].reset_index(drop=True))


def _records(
    city: City, year: int, served_on: "pandas.Series[pandas.Timestamp]", category: "pandas.Series[str]"
) -> pandas.DataFrame:
    """A record for each day of service, of somebody who was registered by then; some volunteers serve often."""
    generator = city.random(f"volunteer records {year}")
    registrations = _registrations(city)
    active = numpy.flatnonzero(generator.random(len(registrations)) < SHARE_OF_ACTIVE)
    active = active[numpy.argsort(registrations["registered_on"].to_numpy()[active], kind="stable")]
    often = numpy.repeat(active, generator.geometric(0.35, len(active)))
    registered_by_then = numpy.searchsorted(registrations["registered_on"].to_numpy()[often], served_on, side="right")
    count = len(served_on)
    volunteer = often[(generator.random(count) * registered_by_then).astype(int)]
    elsewhere = city.districts(f"volunteer hours {year}", count)
    at_home = registrations["district_code"].take(volunteer).reset_index(drop=True)
    day_number = served_on.dt.year * 10_000 + served_on.dt.month * 100 + served_on.dt.day
    activity_number = day_number.astype("int64") * 1_000 + generator.integers(1, 400, count)
    reported_after = pandas.to_timedelta(generator.choice([0, 0, 0, 1, 2], count), unit="D")
    return pandas.DataFrame(
        {
            "provider_type": "platform",
            "provider_code": registrations["provider_code"].take(volunteer).reset_index(drop=True),
            "record_id": "JL" + pandas.Series(year * 100_000_000 + numpy.arange(count)).astype("str"),
            "volunteer_id": registrations["volunteer_id"].take(volunteer).reset_index(drop=True),
            "activity_id": "HD" + activity_number.astype("str"),
            "category": category,
            "district_code": at_home.where(pandas.Series(generator.random(count) < 0.7), elsewhere),
            "served_on": served_on,
            "hours": generator.choice([0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 6.0, 8.0], count),
            "updated_at": city.moments(f"volunteer hours {year}", served_on + reported_after),
        }
    )


def _help_requests(city: City) -> FeedPlan:
    """Requests as they stand at the window's end: most matched within days, some still open."""
    requests = pandas.concat([_requests_of_year(city, year) for year in city.years], ignore_index=True)
    plan = _served(city, "help_requests", requests)
    _spoil(plan, "yiyuanda", "kind", "电话")
    return plan


def _requests_of_year(city: City, year: int) -> pandas.DataFrame:
    total = city.scaled(city.of_year(REQUESTS_AT_FULL_VOLUME, year), at_least=600)
    generator = city.random(f"help requests {year}")
    requested_at = city.moments(f"help requests {year}", city.days_of_year("help requests", year, total, weekend=0.8))
    matched_at = requested_at + pandas.to_timedelta(generator.exponential(1_300, total).astype(int) + 5, unit="min")
    done_at = matched_at + pandas.to_timedelta(generator.exponential(3_000, total).astype(int) + 30, unit="min")
    matched_at = matched_at.where(pandas.Series(generator.random(total) < 0.94) & city.contains(matched_at))
    done_at = done_at.where(pandas.Series(generator.random(total) < 0.9) & matched_at.notna() & city.contains(done_at))
    platform = city.labels(f"help requests {year} platforms", total, MEMBER_SHARES)
    requests = pandas.DataFrame(
        {
            "provider_type": "platform",
            "provider_code": platform,
            "request_id": [f"QZ{year}{number:06d}" for number in range(1, total + 1)],
            "kind": platform.eq("yiyuanda").map({True: "意愿达", False: "邻里守望"}),
            "beneficiary": city.labels(f"help requests {year} beneficiaries", total, BENEFICIARY_SHARES),
            "district_code": city.districts(f"help requests {year}", total),
            "requested_at": requested_at,
            "matched_at": matched_at,
            "done_at": done_at,
            "updated_at": done_at.fillna(matched_at).fillna(requested_at),
        }
    )
    return requests[city.contains(requested_at)]


def _served(city: City, feed: str, rows: pandas.DataFrame) -> FeedPlan:
    """The plan of a feed of which each platform serves its own rows."""
    columns = [column.name for column in contract_of(feed).columns]
    deliveries = [
        Delivery(feed, "platform", platform, city.end, rows.loc[rows["provider_code"] == platform, columns])
        for platform in PLATFORMS
    ]
    return FeedPlan(feed, rows[[*PROVIDER_COLUMNS, *columns]].reset_index(drop=True), deliveries)


def _spoil(plan: FeedPlan, platform: str, column: str, wrong: str | float) -> None:
    """The platform also serves some rows, under keys of their own, with a value that can't be accepted."""
    served = plan.of(platform)[0]
    key = plan.contract.keys[0].name
    bad = served.rows.head(BAD_ROWS)
    bad = bad.assign(**{column: wrong, key: [f"CW{number:02d}" for number in range(len(bad))]})
    rows = pandas.concat([served.rows, bad])
    plan.replace(served, dataclasses.replace(served, rows=rows, planted=f"bad {column}", quarantined=len(bad)))


def _repeat(plan: FeedPlan, platform: str) -> None:
    """The platform serves some rows again, as updated an hour later."""
    served = plan.of(platform)[0]
    again = served.rows.head(BAD_ROWS)
    again = again.assign(updated_at=again["updated_at"] + pandas.Timedelta(hours=1))
    rows = pandas.concat([served.rows, again])
    plan.replace(served, dataclasses.replace(served, rows=rows, planted="repeated keys", duplicate=len(again)))
