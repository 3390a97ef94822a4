"""What platforms serve of hours of service is the same in many small blocks as in one, and in order."""

import datetime

import pandas
import pytest

from sample_city import volunteer_hours
from sample_city.city import City
from sample_city.volunteering import registrations

CITY = City(datetime.date(2024, 12, 1), datetime.date(2025, 1, 31), 0.001)


def served(monkeypatch: pytest.MonkeyPatch, at_once: int) -> dict[str, list[pandas.DataFrame]]:
    monkeypatch.setattr(volunteer_hours, "_AT_ONCE", at_once)
    hours = volunteer_hours.VolunteerHours(CITY, registrations(CITY))
    return {each.platform: list(each.blocks()) for each in hours.served()}


def test_blocks_of_any_size_hold_the_same_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    whole, parts = served(monkeypatch, 10**9), served(monkeypatch, 97)

    assert list(whole) == ["izhiyuan", "zhiyuanshenzhen", "yiyuanda"]
    for platform, blocks in whole.items():
        assert len(blocks) == 1
        assert len(parts[platform]) > 1
        one, many = (
            pandas.concat(each).sort_values(["record_id", "updated_at"], ignore_index=True)
            for each in (blocks, parts[platform])
        )
        pandas.testing.assert_frame_equal(one, many)


def test_no_row_was_updated_before_a_row_of_an_earlier_block(monkeypatch: pytest.MonkeyPatch) -> None:
    for platform, blocks in served(monkeypatch, 97).items():
        latest = [block["updated_at"].max() for block in blocks]
        earliest = [block["updated_at"].min() for block in blocks]
        assert all(before <= after for before, after in zip(latest, earliest[1:], strict=False)), platform


def test_the_records_of_two_years_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = pandas.concat(block for blocks in served(monkeypatch, 97).values() for block in blocks)
    rows = rows[rows["record_id"].str.startswith("JL")]

    assert set(rows["served_on"].dt.year) == {2024, 2025}
    assert (rows["record_id"].str[2:6] == rows["served_on"].dt.year.astype("str")).all()
    assert (rows["activity_id"].str[2:10] == rows["served_on"].dt.strftime("%Y%m%d")).all()


def test_the_planted_rows_are_counted_and_the_others_are_true(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(volunteer_hours, "_AT_ONCE", 97)
    hours = volunteer_hours.VolunteerHours(CITY, registrations(CITY))
    kinds = {}
    good = 0
    for each in hours.served():
        rows = pandas.concat(each.blocks())
        assert len(rows) == each.row_count
        kinds[each.planted] = (each.quarantined, each.duplicate)
        assert each.quarantined == (rows["hours"] > 24).sum()
        assert each.duplicate == rows["record_id"].duplicated().sum()
        good += each.row_count - each.quarantined - each.duplicate

    assert kinds == {"bad hours": (12, 0), "repeated keys": (0, 12), "": (0, 0)}
    assert good == len(hours.truth())
    assert hours.truth()["record_id"].is_unique
