"""A refused row of a list ends nothing: the record stands as it stood directly before."""

import datetime

import pytest

from tests.dbt_project.building import Build, empty_build

LUOHU, FUTIAN = "440303", "440304"


def enterprise(uscc: str, name: str) -> dict[str, object]:
    return {"uscc": uscc, "name": name}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """Lists for January to April with rows that were refused, and appeals that were refused when they came again."""
    build = empty_build(tmp_path_factory.mktemp("refused"), datetime.date(2025, 5, 31))
    build.insert(
        "ops.providers",
        [
            {"provider_type": "district", "provider_code": code, "name_zh": code, "active_from": "2025-01-01"}
            for code in (LUOHU, FUTIAN)
        ],
    )
    lists = {
        "2025-01-31": [
            enterprise("refused twice", "1"),
            enterprise("gone", "2"),
            enterprise("changed", "3"),
            enterprise("left", "4"),
        ],
        "2025-02-28": [enterprise("gone", "2")],
        "2025-03-31": [enterprise("changed", "30")],
        "2025-04-30": [enterprise("refused twice", "1"), enterprise("changed", "30")],
    }
    ids = {day: build.deliver("enterprises", LUOHU, day, rows) for day, rows in lists.items()}
    refused = [
        *(("2025-02-28", "refused twice"), ("2025-03-31", "refused twice"), ("2025-02-28", "changed")),
        *(("2025-01-31", "never stood"), ("2025-03-31", "left"), ("2025-02-28", None)),
    ]
    first = build.deliver("appeals", LUOHU, "2025-01-10", [{"appeal_id": "again"}, {"appeal_id": "and again"}])
    again = build.deliver("appeals", LUOHU, "2025-01-20", [])
    build.deliver("appeals", LUOHU, "2025-01-30", [{"appeal_id": "and again"}])
    cells = [(ids[day], "enterprises", key) for day, key in refused]
    cells += [(again, "appeals", "again"), (again, "appeals", "and again"), (first, "appeals", "never accepted")]
    build.insert(
        "ops.quarantined_rows",
        [
            {"delivery_id": delivery, "feed": feed, "provider_code": LUOHU, "column_name": "name", "record_key": key}
            for delivery, feed, key in cells
        ],
    )
    results = build.dbt("run", "--select", "+int_enterprise_history")
    assert {str(result.status) for result in results.values()} == {"success"}
    return build


def test_a_record_stands_as_it_stood_where_its_row_was_refused(built: Build) -> None:
    history = built.query(
        "SELECT uscc, name, valid_from::text, valid_to::text, _delivery_id "
        "FROM intermediate.int_enterprise_history ORDER BY uscc, valid_from"
    )
    assert history == [
        ("changed", "3", "2025-01-31", "2025-03-31", f"enterprises-{LUOHU}-2025-01-31"),
        ("changed", "30", "2025-03-31", None, f"enterprises-{LUOHU}-2025-03-31"),
        ("gone", "2", "2025-01-31", "2025-03-31", f"enterprises-{LUOHU}-2025-01-31"),
        ("left", "4", "2025-01-31", "2025-02-28", f"enterprises-{LUOHU}-2025-01-31"),  # not there directly before March
        ("refused twice", "1", "2025-01-31", None, f"enterprises-{LUOHU}-2025-01-31"),
    ]


def test_it_is_told_which_records_stand_so_and_by_which_delivery(built: Build) -> None:
    carried = built.query(
        "SELECT feed, record_key, delivery_id, valid_from::text FROM intermediate.int_carried_records ORDER BY ALL"
    )
    assert carried == [
        ("appeals", "again", f"appeals-{LUOHU}-2025-01-20", None),
        ("enterprises", "changed", f"enterprises-{LUOHU}-2025-02-28", "2025-02-28"),
        ("enterprises", "refused twice", f"enterprises-{LUOHU}-2025-02-28", "2025-02-28"),
        ("enterprises", "refused twice", f"enterprises-{LUOHU}-2025-03-31", "2025-03-31"),
    ]
