"""What ``sww explain`` shows behind a value is what it was counted from: worked out of it again, it is the same."""

import collections
import datetime
import math
from collections.abc import Iterable
from typing import NamedTuple

import duckdb
import pytest

from pipelines.marts import explanation
from tests.city.conftest import SampleCity


class Row(NamedTuple):
    """What of an observation a value depends on."""

    entity_id: str
    category: str | None
    numerator: float | None
    denominator: float | None
    numerator_on: datetime.date | None
    is_base: bool


def largest(amounts: Iterable[tuple[str, float | None]]) -> float:
    """The sum over entities of the largest amount that any of their rows has."""
    of_entity: dict[str, float] = {}
    for entity, amount in amounts:
        if amount is not None:
            of_entity[entity] = max(amount, of_entity.get(entity, amount))
    return sum(of_entity.values())


def worked_out(rows: list[Row], aggregation: str, period_end: datetime.date) -> float | None:
    """The value that the rows give, in plain Python; None for a share of nothing."""
    entities = {row.entity_id for row in rows if not row.is_base}
    if aggregation == "count_entities":
        return len(entities)
    if aggregation == "growth":
        return len(entities) - len({row.entity_id for row in rows if row.is_base})
    if aggregation == "sum":
        return sum(row.numerator or 0 for row in rows)
    if aggregation == "sum_of_max":
        return largest((row.entity_id, row.numerator) for row in rows)
    if aggregation == "top_five_share":
        members: dict[str | None, set[str]] = collections.defaultdict(set)
        for row in rows:
            members[row.category].add(row.entity_id)
        part = sum(sorted(map(len, members.values()), reverse=True)[:5])
        return 100 * part / len(entities) if entities else None
    assert aggregation == "ratio_entities"
    counted = [(row.entity_id, row.numerator) for row in rows if not row.numerator_on or row.numerator_on <= period_end]
    whole = largest((row.entity_id, row.denominator) for row in rows)
    return 100 * largest(counted) / whole if whole else None


def is_same(one: float | None, other: float | None) -> bool:
    return one == other if one is None or other is None else math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)


@pytest.mark.parametrize("period", ["2025-03", "2025-Q4", "2025"])
def test_the_evidence_of_every_value_gives_it(city: SampleCity, period: str) -> None:
    with duckdb.connect(city.home.published_database, read_only=True, config={"threads": 1}) as connection:
        figures = connection.execute(
            """
            select figures.indicator_code, figures.district_code, catalog.aggregation, figures.period_end,
                figures.value, figures.record_count
            from marts.indicator_values as figures
            inner join marts.indicator_catalog as catalog using (indicator_code)
            where figures.period = ?
            """,
            [period],
        ).fetchall()
        wrong = []
        for code, district, aggregation, period_end, value, record_count in figures:
            explanation.collect_evidence(connection, code, period, district)
            found = connection.execute(
                "select entity_id, category, cast(numerator as double), cast(denominator as double), numerator_on, "
                "is_base from evidence"
            ).fetchall()
            rows = [Row(*cells) for cells in found]
            counted = sum(not row.is_base for row in rows)
            again = worked_out(rows, aggregation, period_end)
            if counted != record_count or not (is_same(again, value) or is_of_unknown_base(aggregation, value)):
                wrong.append((code, district, value, again, record_count, counted))
    assert {aggregation for _, _, aggregation, *_ in figures} >= {"count_entities", "sum", "ratio_entities"}
    assert wrong == []


def is_of_unknown_base(aggregation: str, value: float | None) -> bool:
    """Growth over a year before of which nothing was delivered is not known."""
    return aggregation == "growth" and value is None


def test_growth_is_explained_by_both_ends_of_the_year(city: SampleCity) -> None:
    """70 senior social workers at the end of 2025 less the 56 of 2024, as the report prints them."""
    found = explanation.explain(city.home, "SW04", "2025", "440300")
    assert found.facts["value"] == 14
    assert [record[-1] for record in found.records] == [False] * 70 + [True] * 56


def test_a_record_too_few_or_too_many_would_be_seen() -> None:
    day = datetime.date(2025, 3, 31)
    next_day = datetime.date(2025, 4, 1)
    rows = [
        Row("a", "停车", 1, 1, None, False),
        Row("a", "停车", 5, 1, day, False),
        Row("b", "噪音", 2, 1, next_day, False),
        Row("c", "噪音", 1, 1, None, True),
    ]
    assert worked_out(rows, "count_entities", day) == 2
    assert worked_out(rows, "growth", day) == 1
    assert worked_out(rows[:3], "sum", day) == 8
    assert worked_out(rows[1:3], "sum", day) == 7
    assert worked_out(rows[:3], "sum_of_max", day) == 7
    assert worked_out([rows[0], rows[2]], "ratio_entities", day) == 50  # b's numerator counts from the next day
    assert worked_out([rows[0], rows[2]], "ratio_entities", next_day) == 150
    assert worked_out([], "ratio_entities", day) is None
    assert worked_out([Row(each, each, None, None, None, False) for each in "abcdef"], "top_five_share", day) == 500 / 6
