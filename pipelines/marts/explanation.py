"""An indicator's value, traced back to the deliveries and source rows that it was counted from."""

import dataclasses

import duckdb

from pipelines.home import Home
from pipelines.marts.connection import opened
from pipelines.marts.status import STATUS_ZH

_RECORDS = 1000


class NotPublished(LookupError):
    """Nothing is published, or this value is not. The message says which."""


@dataclasses.dataclass(frozen=True)
class Explanation:
    """A value and what it was counted from.

    ``deliveries``: (id, feed, provider, file, delivered on, records). ``records``: (delivery id, sheet, row, entity,
    numerator, denominator, day from which the numerator counts, is base), at most a thousand of ``record_count``.
    Records with ``is base`` are subtracted: growth is the records of the period less those of the base.
    """

    title: str
    facts: dict[str, object]
    deliveries: list[tuple[object, ...]]
    records: list[tuple[object, ...]]
    record_count: int


def explain(home: Home, code: str, period: str, district_code: str) -> Explanation:
    """The value of an indicator in a period (2025, 2025-Q1, 2025-01), and what it was counted from.

    Raises:
        NotPublished: there is no such value, or the published version is too old to say what it was counted from.
    """
    if not home.published_database.exists():
        raise NotPublished(f"nothing is published in {home.serving}: run `sww nightly`")
    with opened(home.published_database) as connection:
        try:
            facts = _facts(connection, code, period, district_code)
            collect_evidence(connection, code, period, district_code)
        except (duckdb.CatalogException, duckdb.BinderException) as error:
            message = "what is published was built by an earlier version of this project: run `sww nightly`"
            raise NotPublished(message) from error
        deliveries = connection.execute("""
            select deliveries.delivery_id, deliveries.feed, deliveries.provider_code, deliveries.file_name,
                deliveries.delivered_on, count(*) as records
            from evidence inner join marts.deliveries as deliveries on evidence._delivery_id = deliveries.delivery_id
            group by all order by deliveries.delivered_on, deliveries.provider_code, deliveries.delivery_id
        """).fetchall()
        count = connection.execute("select count(*) from evidence").fetchone()
        records = connection.execute(f"""
            select _delivery_id, _sheet, _source_row, entity_id, numerator, denominator, numerator_on, is_base
            from evidence order by is_base, _delivery_id, _sheet, _source_row limit {_RECORDS}
        """).fetchall()  # noqa: S608
    title = f"{code} {facts['name_zh']} · {period} · {district_code}"
    return Explanation(title, facts, deliveries, records, count[0] if count else 0)


def collect_evidence(connection: duckdb.DuckDBPyConnection, code: str, period: str, district_code: str) -> None:
    """Fills the temporary table ``evidence`` with the observations that a published value was counted from.

    It has the columns of ``fct_observations`` and ``is_base``. The observations are chosen by the same days and windows
    by which the models count.
    """
    connection.execute(
        """
        create or replace temp table evidence as
        select observations.*, windows.is_base
        from marts.indicator_windows as windows
        inner join marts.fct_observations as observations
            on windows.indicator_code = observations.indicator_code
            and windows.is_of_events = (observations.observed_on is not null)
            and windows.first_day <= observations.stands_to
            and windows.last_day >= observations.stands_from
        inner join marts.dim_district as areas
            on areas.is_city or areas.district_code = observations.district_code
        where windows.indicator_code = $code and windows.period = $period and areas.district_code = $district
        """,
        {"code": code, "period": period, "district": district_code},
    )


def _facts(connection: duckdb.DuckDBPyConnection, code: str, period: str, district_code: str) -> dict[str, object]:
    found = connection.execute(
        """
        select catalog.name_zh, catalog.name_en, catalog.definition, figure.value, figure.unit, figure.numerator,
            figure.denominator, figure.period_start, figure.period_end, figure.record_count, figure.obs_status,
            figure.reports_expected, figure.reports_received, figure.rows_refused,
            figure.providers_expected, figure.providers_reported, figure.providers_carried_forward,
            figure.providers_missing, figure.is_sealed
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
    facts = dict(zip(names, row, strict=True))
    return {**facts, "obs_status": f"{facts['obs_status']} {STATUS_ZH[facts['obs_status']]}"}
