"""The last whole year in figures, and what became of all deliveries."""

import dataclasses
import pathlib

from pipelines.marts.connection import opened


@dataclasses.dataclass(frozen=True)
class Figure:
    """An indicator's value for the whole city, with a figure that the city printed for it.

    ``value`` is null if nothing was received; ``obs_status`` is SDMX's L, I, P or A. ``printed_figure``, ``qualifier``
    and ``holds`` are null if no figure was printed; ``holds`` is also null if there is no value to compare. An
    indicator with several printed figures has one of these for each.
    """

    indicator_code: str
    name_zh: str
    value: float | None
    decimals: int
    unit: str
    obs_status: str
    reports_received: int
    reports_expected: int
    printed_figure: str | None
    qualifier: str | None
    holds: bool | None


@dataclasses.dataclass(frozen=True)
class DeliveryCounts:
    """The deliveries of one status, and their rows."""

    status: str
    deliveries: int
    rows_read: int
    accepted: int
    quarantined: int
    duplicate: int


@dataclasses.dataclass(frozen=True)
class LastYear:
    """``year``: the last year that is over by the date of the newest delivery; None if there is none."""

    year: str | None
    figures: list[Figure]
    deliveries: list[DeliveryCounts]

    @property
    def broken_claims(self) -> list[str]:
        """The codes of the indicators whose printed figures do not hold."""
        return [figure.indicator_code for figure in self.figures if figure.holds is False]


def last_year(database: pathlib.Path) -> LastYear:
    """The figures by domain and code, the deliveries by status."""
    with opened(database) as connection:
        ((year,),) = connection.execute("""
            select max(period) from marts.indicator_values
            where period_kind = 'year' and period_end <= (select max(delivered_on) from marts.deliveries)
        """).fetchall()
        figures = connection.execute(
            """
            select figures.indicator_code, catalog.name_zh, figures.value, catalog.decimals, catalog.unit,
                figures.obs_status, figures.reports_received, figures.reports_expected,
                claims.figure, claims.qualifier, claims.holds
            from marts.indicator_values as figures
            inner join marts.indicator_catalog as catalog using (indicator_code)
            left join marts.claims as claims
                on figures.indicator_code = claims.indicator_code and figures.period = cast(claims.year as varchar)
            where figures.period_kind = 'year' and figures.period = $1 and figures.district_code = '440300'
            order by catalog.domain, figures.indicator_code
            """,
            [year],
        ).fetchall()
        deliveries = connection.execute("""
            select status, count(*), sum(rows_read), sum(accepted), sum(quarantined), sum(duplicate)
            from marts.deliveries group by status order by status
        """).fetchall()
    return LastYear(year, [Figure(*figure) for figure in figures], [DeliveryCounts(*counts) for counts in deliveries])
