"""The volunteer platforms: who is registered, what volunteers did, and who asked for help.

Their rows are not delivered as files but stored for the sample server. What a platform serves of a feed stands in the
plan as one delivery of the window's last day.
"""

import functools
from collections.abc import Iterator

import numpy
import pandas

from pipelines.contracts import contract_of
from sample_city.city import PLATFORMS, City, days_from
from sample_city.delivery import PROVIDER_COLUMNS, FeedPlan, Served
from sample_city.trouble import FEW_ROWS, spoiled
from sample_city.volunteer_hours import VolunteerHours

PERSONS_AT_FULL_VOLUME = 545_000
ON_TWO_PLATFORMS = 0.1
REQUESTS_AT_FULL_VOLUME = 60_000

MEMBER_SHARES = dict(zip(PLATFORMS, (0.62, 0.27, 0.11), strict=True))
BENEFICIARY_SHARES = {"一老": 0.52, "一小": 0.2, "一困": 0.13, "一新": 0.09, "普惠": 0.06}


def plan(city: City) -> dict[str, FeedPlan]:
    """The plans of the three feeds."""
    truths = {
        "volunteers": registrations(city),
        "volunteer_hours": VolunteerHours(city, registrations(city)).truth(),
        "help_requests": _requests(city),
    }
    deliveries = [each.delivery(city.end) for each in served(city)]
    return {
        feed: FeedPlan(
            feed,
            truth[[*PROVIDER_COLUMNS, *(column.name for column in contract_of(feed).columns)]],
            [delivery for delivery in deliveries if delivery.feed == feed],
        )
        for feed, truth in truths.items()
    }


def served(city: City) -> Iterator[Served]:
    """What each platform serves of each feed; at full volume some hundred megabytes hold what is drawn of it."""
    yield from _served("volunteers", registrations(city), "izhiyuan", "id_card", "440300185003070000")
    yield from VolunteerHours(city, registrations(city)).served()
    yield from _served("help_requests", _requests(city), "yiyuanda", "kind", "电话")


@functools.cache
def registrations(city: City) -> pandas.DataFrame:
    """Every registration, as it stands in the end: a row for each person and platform.

    Some persons are on two platforms, most of these with different districts.
    """
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


def _requests(city: City) -> pandas.DataFrame:
    """Requests as they stand at the window's end: most matched within days, some still open."""
    return pandas.concat([_requests_of_year(city, year) for year in city.years], ignore_index=True)


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


def _served(feed: str, rows: pandas.DataFrame, spoiling: str, column: str, wrong: str) -> Iterator[Served]:
    """Each platform serves its own rows; one also some with a value that can't be accepted, under keys of their own."""
    contract = contract_of(feed)
    for platform in PLATFORMS:
        own = rows.loc[rows["provider_code"] == platform, [each.name for each in contract.columns]]
        bad = spoiled(own.head(FEW_ROWS if platform == spoiling else 0), contract, column, wrong)
        everything = pandas.concat([own, bad])
        planted = f"bad {column}" if len(bad) else ""
        blocks = functools.partial(iter, [everything])
        yield Served(feed, platform, len(everything), blocks, planted=planted, quarantined=len(bad))
