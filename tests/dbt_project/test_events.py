"""Which rows of events count: rows that come again, that correct what was reported, and that take it back."""

import datetime

import pytest

from tests.dbt_project.building import Build, empty_build

LUOHU = "440303"


def served(record_id: str, person_times: int | None, withdrawn: bool | None = None) -> dict[str, object]:
    return {"record_id": record_id, "person_times": person_times, "withdrawn": withdrawn}


def appeal(appeal_id: str, category: str | None, withdrawn: bool | None = None) -> dict[str, object]:
    return {"appeal_id": appeal_id, "category": category, "withdrawn": withdrawn}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """Three deliveries of an append feed, and three of an upsert feed."""
    build = empty_build(tmp_path_factory.mktemp("events"), datetime.date(2025, 3, 31))
    first = [
        served("once", 1),
        served("again", 2),
        served("corrected", 3),
        served("and back", 4),
        served("taken back", 5),
    ]
    second = [served("again", 2), served("corrected", 30), served("and back", 40), served("taken back", None, True)]
    third = [
        *(served("again", 2), served("corrected", 30), served("and back", 4), served("taken back", None, True)),
        served("never seen", None, True),
    ]
    for day, rows in (("2025-01-10", first), ("2025-01-20", second), ("2025-02-10", third)):
        build.deliver("service_records", LUOHU, day, rows)
    build.deliver("service_records", LUOHU, "2025-02-20", [served("taken back", 50)])
    build.deliver("appeals", LUOHU, "2025-01-10", [appeal("open", "停车"), appeal("taken back", "噪音")])
    build.deliver("appeals", LUOHU, "2025-01-20", [appeal("open", "噪音"), appeal("taken back", None, True)])
    build.deliver("appeals", "440304", "2025-01-20", [appeal("taken back", "停车")])
    feeds = ("deliveries", "service_records", "appeals")
    results = build.dbt("run", "--select", *(f"stg_{feed}" for feed in feeds), "+int_superseded_rows")
    assert {str(result.status) for result in results.values()} == {"success"}
    return build


def statuses(build: Build, feed: str, key: str) -> list[tuple[object, ...]]:
    """By delivery: the district, the day and the status of each row of a key."""
    column = {"service_records": "record_id", "appeals": "appeal_id"}[feed]
    return build.query(
        f"SELECT provider_code, delivered_on::text, row_status FROM staging.stg_{feed} WHERE {column} = ? ORDER BY ALL",
        (key,),
    )


def test_a_row_that_says_the_same_again_is_a_duplicate(built: Build) -> None:
    assert statuses(built, "service_records", "once") == [(LUOHU, "2025-01-10", "current")]
    assert statuses(built, "service_records", "again") == [
        (LUOHU, "2025-01-10", "current"),
        (LUOHU, "2025-01-20", "duplicate"),
        (LUOHU, "2025-02-10", "duplicate"),
    ]


def test_a_row_of_an_event_that_says_something_else_corrects_it(built: Build) -> None:
    assert statuses(built, "service_records", "corrected") == [
        (LUOHU, "2025-01-10", "superseded"),
        (LUOHU, "2025-01-20", "current"),
        (LUOHU, "2025-02-10", "duplicate"),
    ]
    assert statuses(built, "service_records", "and back") == [
        (LUOHU, "2025-01-10", "superseded"),
        (LUOHU, "2025-01-20", "superseded"),
        (LUOHU, "2025-02-10", "current"),
    ]


def test_a_withdrawal_takes_the_record_back_until_it_comes_again(built: Build) -> None:
    assert statuses(built, "service_records", "taken back") == [
        (LUOHU, "2025-01-10", "superseded"),
        (LUOHU, "2025-01-20", "superseded"),
        (LUOHU, "2025-02-10", "duplicate"),
        (LUOHU, "2025-02-20", "current"),
    ]
    assert statuses(built, "service_records", "never seen") == [(LUOHU, "2025-02-10", "superseded")]
    assert statuses(built, "appeals", "taken back") == [
        (LUOHU, "2025-01-10", "superseded"),
        (LUOHU, "2025-01-20", "superseded"),
        ("440304", "2025-01-20", "current"),
    ]


def test_what_ended_a_row_is_told(built: Build) -> None:
    told = built.query(
        "SELECT record_key, ended_how, _delivery_id, ended_by_delivery_id FROM intermediate.int_superseded_rows "
        "ORDER BY ALL"
    )
    services, appeals = f"service_records-{LUOHU}-", f"appeals-{LUOHU}-"
    assert told == [
        ("and back", "corrected", f"{services}2025-01-10", f"{services}2025-01-20"),
        ("and back", "corrected", f"{services}2025-01-20", f"{services}2025-02-10"),
        ("corrected", "corrected", f"{services}2025-01-10", f"{services}2025-01-20"),
        ("open", "followed_up", f"{appeals}2025-01-10", f"{appeals}2025-01-20"),
        ("taken back", "restored", f"{services}2025-01-20", f"{services}2025-02-20"),
        ("taken back", "withdrawn", f"{appeals}2025-01-10", f"{appeals}2025-01-20"),
        ("taken back", "withdrawn", f"{services}2025-01-10", f"{services}2025-01-20"),
    ]
