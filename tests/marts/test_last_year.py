"""The last whole year as a published file of a few rows tells it."""

import pathlib

import duckdb
import pytest

from pipelines.marts.last_year import DeliveryCounts, Figure, last_year


@pytest.fixture
def database(tmp_path: pathlib.Path) -> pathlib.Path:
    """Two years of two indicators; the newest delivery is of the second year's January."""
    path = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("""
            create schema marts;
            create table marts.indicator_catalog as
                from (values ('AS01', 'associations', '协会党组织', 0, '家'), ('AA09', 'review', '覆盖率', 2, '%'))
                as catalog (indicator_code, domain, name_zh, decimals, unit);
            create table marts.indicator_values as
                select 'year' as period_kind, *
                from (values
                    ('AS01', '2024', date '2024-12-31', '440300', 863, 'A', 132, 132),
                    ('AS01', '2024', date '2024-12-31', '440303', 70, 'A', 12, 12),
                    ('AA09', '2024', date '2024-12-31', '440300', null, 'L', 0, 2),
                    ('AS01', '2025', date '2025-12-31', '440300', 900, 'P', 3, 11)
                ) as figures (indicator_code, period, period_end, district_code, value, obs_status,
                    reports_received, reports_expected);
            create table marts.claims as
                select 'AS01' as indicator_code, 2024 as year, '864' as figure, 'exact' as qualifier, false as holds;
            create table marts.deliveries as
                from (values
                    ('accepted', date '2025-01-05', 10, 8, 1, 1), ('accepted', date '2024-12-31', 5, 5, 0, 0),
                    ('rejected', date '2024-12-31', 3, 0, 3, 0)
                ) as deliveries (status, delivered_on, rows_read, accepted, quarantined, duplicate);
        """)
    return path


def test_the_figures_are_the_citys_of_the_last_year_that_is_over(database: pathlib.Path) -> None:
    found = last_year(database)
    assert found.year == "2024"
    assert found.figures == [
        Figure("AS01", "协会党组织", 863, 0, "家", "A", 132, 132, "864", "exact", False),
        Figure("AA09", "覆盖率", None, 2, "%", "L", 0, 2, None, None, None),
    ]
    assert found.broken_claims == ["AS01"]


def test_the_deliveries_are_counted_by_status(database: pathlib.Path) -> None:
    assert last_year(database).deliveries == [
        DeliveryCounts("accepted", 2, 15, 13, 1, 1),
        DeliveryCounts("rejected", 1, 3, 0, 3, 0),
    ]


def test_before_the_first_year_is_over_there_are_no_figures(database: pathlib.Path) -> None:
    with duckdb.connect(str(database)) as connection:
        connection.execute("update marts.deliveries set delivered_on = date '2024-06-01'")
    assert (last_year(database).year, last_year(database).figures) == (None, [])
