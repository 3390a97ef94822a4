"""An indicator's value, traced to the deliveries and source rows that it stands on."""

import dataclasses

import duckdb

from pipelines.settings import Home

_RECORDS = 1000


class NotPublished(LookupError):
    """Nothing is published, or not this value; the message says which."""


@dataclasses.dataclass(frozen=True)
class Explanation:
    """``deliveries``: (id, feed, provider, file, delivered on, records); ``records``: (delivery id, sheet, row, entity,
    numerator, denominator), a thousand at most of ``record_count``."""

    title: str
    facts: dict[str, object]
    deliveries: list[tuple[object, ...]]
    records: list[tuple[object, ...]]
    record_count: int


def explain(home: Home, code: str, period: str, district_code: str) -> Explanation:
    """The value of an indicator in a period (2025, 2025-Q1, 2025-01) and what it stands on.

    Raises:
        NotPublished: there is no such value.
    """
    if not home.published_database.exists():
        raise NotPublished(f"nothing is published in {home.serving}: run `sww nightly`")
    with duckdb.connect(str(home.published_database), read_only=True) as connection:
        facts = _facts(connection, code, period, district_code)
        connection.execute(
            "create temp table behind as " + _BEHIND, {"code": code, "period": period, "district": district_code}
        )
        deliveries = connection.execute("""
            select delivery_id, feed, provider_code, file_name, delivered_on, count(*) as records
            from behind inner join marts.deliveries using (delivery_id)
            group by all order by delivered_on, provider_code, delivery_id
        """).fetchall()
        count = connection.execute("select count(*) from behind").fetchone()
        records = connection.execute(f"""
            select delivery_id, sheet, source_row, entity_id, numerator, denominator
            from behind order by delivery_id, sheet, source_row limit {_RECORDS}
        """).fetchall()  # noqa: S608
    title = f"{code} {facts['name_zh']} · {period} · {district_code}"
    return Explanation(title, facts, deliveries, records, count[0] if count else 0)


# The observations that a value was computed from: flows inside the period, stocks in force at its end.
_BEHIND = """
    select observations._delivery_id as delivery_id, observations._sheet as sheet,
        observations._source_row as source_row,
        observations.entity_id, observations.numerator, observations.denominator
    from marts.fct_observations as observations
    inner join marts.indicator_catalog as catalog on catalog.indicator_code = $code
    inner join marts.indicator_values as figure
        on figure.indicator_code = $code and figure.period = $period and figure.district_code = $district
    where observations.indicator_code = case when catalog.kind = 'growth' then 'SW03' else $code end
        and (figure.district_code = '440300' or observations.district_code = figure.district_code)
        and case
            when observations.observed_on is not null
                then observations.observed_on between figure.period_start and figure.period_end
            when catalog.kind = 'flow'
                then observations.valid_from <= figure.period_end
                    and coalesce(observations.valid_to, date '9999-12-31') > figure.period_start
            else observations.valid_from <= figure.period_end
                and coalesce(observations.valid_to, date '9999-12-31') > figure.period_end
        end
"""


def _facts(connection: duckdb.DuckDBPyConnection, code: str, period: str, district_code: str) -> dict[str, object]:
    found = connection.execute(
        """
        select catalog.name_zh, catalog.name_en, catalog.definition, figure.value, figure.unit, figure.numerator,
            figure.denominator, figure.period_start, figure.period_end, figure.record_count, figure.providers_expected,
            figure.providers_reported, figure.providers_carried_forward, figure.providers_missing, figure.is_sealed
        from marts.indicator_values as figure
        inner join marts.indicator_catalog as catalog using (indicator_code)
        where figure.indicator_code = ? and figure.period = ? and figure.district_code = ?
        """,
        [code, period, district_code],
    )
    names = [column[0] for column in found.description or []]
    row = found.fetchone()
    if row is None:
        raise NotPublished(f"no value of {code!r} for period {period!r} and district {district_code!r}")
    return dict(zip(names, row, strict=True))
