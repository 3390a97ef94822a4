"""The moment from which on a platform is asked next: a little before what is stored, so that no row is lost."""

import datetime

import pytest

from pipelines.landing.cursor import Cursor

MIDNIGHT = datetime.datetime(2025, 3, 1, tzinfo=datetime.UTC)
TEN_MINUTES, AN_HOUR, A_DAY = (datetime.timedelta(minutes=minutes) for minutes in (10, 60, 24 * 60))


def test_the_first_request_asks_for_everything() -> None:
    assert Cursor().parameter is None


def test_a_moment_is_told_in_utc() -> None:
    in_shenzhen = datetime.datetime.fromisoformat("2025-03-01T08:00:00+08:00")
    assert Cursor(in_shenzhen).parameter == "2025-03-01T00:00:00+00:00"


def test_a_moment_without_offset_is_an_error() -> None:
    with pytest.raises(ValueError, match="offset"):
        Cursor(datetime.datetime(2025, 3, 1))  # noqa: DTZ001


def test_the_next_request_starts_a_little_before_the_last_update() -> None:
    assert Cursor().after(MIDNIGHT, stored_at=MIDNIGHT + A_DAY) == Cursor(MIDNIGHT - TEN_MINUTES)


def test_the_next_request_never_starts_after_this_one_began() -> None:
    year_9999 = datetime.datetime(9999, 1, 1, tzinfo=datetime.UTC)
    assert Cursor().after(year_9999, stored_at=MIDNIGHT) == Cursor(MIDNIGHT - AN_HOUR - TEN_MINUTES)


def test_older_updates_do_not_move_it_back() -> None:
    reached = Cursor(MIDNIGHT)
    assert reached.after(MIDNIGHT - A_DAY, stored_at=MIDNIGHT + A_DAY) == reached


def test_no_moment_that_a_platform_names_is_too_early() -> None:
    year_1 = datetime.datetime.min.replace(tzinfo=datetime.UTC)
    assert Cursor().after(year_1, stored_at=MIDNIGHT) == Cursor(datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC))
