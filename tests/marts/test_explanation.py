"""What stands behind a value, in a published file of a few rows."""

import duckdb
import pytest

from pipelines.home import Home
from pipelines.marts import explanation
from pipelines.marts.explanation import NotPublished

VALUES = """
    create table marts.indicator_catalog as
        select 'NE02' as indicator_code, '建成友好场景' as name_zh, 'Friendly scenes built' as name_en,
            'Scenes in operation at the end of the period.' as definition;
    create table marts.indicator_values as
        select 'NE02' as indicator_code, '2025-01' as period, district_code, value, '个' as unit,
            null as numerator, null as denominator, date '2025-01-01' as period_start, date '2025-01-31' as period_end,
            value as record_count, 'A' as obs_status, 12 as reports_expected, 12 as reports_received,
            0 as rows_refused, 1 as providers_expected, 1 as providers_reported, 0 as providers_carried_forward,
            0 as providers_missing, true as is_sealed
        from (values ('440300', 2), ('440303', 1)) as areas (district_code, value);
"""
EVIDENCE = """
    create table marts.dim_district as
        from (values ('440300', true), ('440303', false)) as districts (district_code, is_city);
    create table marts.indicator_windows as
        select 'NE02' as indicator_code, '2025-01' as period, is_of_events, false as is_base, first_day,
            date '2025-01-31' as last_day
        from (values (true, date '2025-01-01'), (false, date '2025-01-31')) as windows (is_of_events, first_day);
    create table marts.fct_observations as
        select 'NE02' as indicator_code, entity_id, district_code, null::date as observed_on, stands_from, stands_to,
            null::double as numerator, null::double as denominator, null::date as numerator_on,
            'january' as _delivery_id, '台账' as _sheet, source_row as _source_row
        from (values
            ('LH:1', '440303', date '2025-01-31', date '9999-12-31', 2),
            ('LH:2', '440303', date '2024-06-01', date '2025-01-30', 3),
            ('FT:1', '440304', date '2024-06-01', date '2025-01-31', 4),
            ('FT:2', '440304', null, null, 5)
        ) as states (entity_id, district_code, stands_from, stands_to, source_row);
    create table marts.deliveries as
        select 'january' as delivery_id, 'friendly_places' as feed, '440303' as provider_code,
            '2025-01-31.xlsx' as file_name, date '2025-01-31' as delivered_on;
"""


def publish(home: Home, *statements: str) -> Home:
    home.published_database.parent.mkdir()
    with duckdb.connect(str(home.published_database)) as connection:
        connection.execute("create schema marts")
        for statement in statements:
            connection.execute(statement)
    return home


def test_the_records_of_a_district_are_those_that_stand_in_the_window(home: Home) -> None:
    published = publish(home, VALUES, EVIDENCE)
    luohu = explanation.explain(published, "NE02", "2025-01", "440303")
    assert [record[3] for record in luohu.records] == ["LH:1"]
    assert luohu.deliveries == [
        ("january", "friendly_places", "440303", "2025-01-31.xlsx", luohu.facts["period_end"], 1)
    ]
    city = explanation.explain(published, "NE02", "2025-01", "440300")
    assert [record[3] for record in city.records] == ["LH:1", "FT:1"]


def test_what_is_not_published_is_said(home: Home) -> None:
    with pytest.raises(NotPublished, match="nothing is published"):
        explanation.explain(home, "NE02", "2025-01", "440303")
    published = publish(home, VALUES, EVIDENCE)
    with pytest.raises(NotPublished, match="no value of 'NE02' for period '2025-02'"):
        explanation.explain(published, "NE02", "2025-02", "440303")


def test_a_version_that_an_earlier_commit_published_is_said_to_be_one(home: Home) -> None:
    with pytest.raises(NotPublished, match="an earlier version of this project: run `sww nightly`"):
        explanation.explain(publish(home, VALUES), "NE02", "2025-01", "440303")
