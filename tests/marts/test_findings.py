"""What a published version says of itself, on rows by hand."""

import datetime
import pathlib

import duckdb
import pytest

from pipelines.marts import findings


@pytest.fixture
def database(tmp_path: pathlib.Path) -> pathlib.Path:
    path = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("""
            create schema marts;
            create table marts.indicator_catalog as from (values ('AS01', '协会党组织'), ('AS02', '负责人审核'))
                as rows(indicator_code, name_zh);
            create table marts.claims as from (values
                ('AS01', 2025, 'exact', '864', 863.0, false), ('AS02', 2025, 'exact', '166', 166.0, true),
                ('AS02', 2024, 'exact', '150', null, null)
            ) as rows(indicator_code, year, qualifier, figure, value, holds);
            create table marts.provider_scorecard as from (values
                ('appeals', 'district', '440303', 'month', '2025-12', 2, 2, 1, 0, 10, 9),
                ('appeals', 'district', '440304', 'month', '2025-12', 2, 2, 2, 1, 10, 9),
                ('appeals', 'district', '440303', 'month', '2026-01', 2, 0, 0, 0, 0, 0),
                ('pilots', 'district', '440303', 'month', '2025-12', 1, 1, 1, 0, 0, 0)
            ) as rows(feed, provider_type, provider_code, period_kind, period, expected, received, on_time, rejected,
                rows_read, accepted)
        """)
    return path


def test_a_claim_that_does_not_hold_is_named_once_its_year_is_over(database: pathlib.Path) -> None:
    found = findings.read(database, datetime.date(2025, 12, 31))
    assert [(claim["indicator_code"], claim["year"], claim["holds"]) for claim in found.claims] == [
        ("AS01", 2025, False),
        ("AS02", 2024, None),
        ("AS02", 2025, True),
    ]
    assert [claim["name_zh"] for claim in found.broken_claims] == ["协会党组织"]
    assert findings.read(database, datetime.date(2025, 12, 30)).broken_claims == []


def test_the_scorecard_is_that_of_the_month_before_the_night(database: pathlib.Path) -> None:
    found = findings.read(database, datetime.date(2026, 1, 15))
    assert found.month == "2025-12"
    assert [list(line.values()) for line in found.scorecard] == [
        ["appeals", 4, 4, 3, 1, 20, 90.0],
        ["pilots", 1, 1, 1, 0, 0, None],
    ]
    assert [(late["feed"], late["provider_code"], late["on_time"]) for late in found.late] == [("appeals", "440303", 1)]


def test_before_the_first_month_nobody_is_late(database: pathlib.Path) -> None:
    found = findings.read(database, datetime.date(2025, 12, 31))
    assert (found.month, found.scorecard, found.late) == (None, [], [])
