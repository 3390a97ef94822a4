"""What a published version says about itself: whether the printed figures hold, and who delivered what was due."""

import dataclasses
import datetime
import pathlib

from pipelines.marts.connection import Record, opened, records


@dataclasses.dataclass(frozen=True)
class Findings:
    """What the checks of the published version need.

    ``claims``: every figure printed for a year that is over, with the value computed for it; ``holds`` is None if there
    is no value. ``month``: the last whole month before the night in which something was due, None if nothing ever was.
    ``scorecard``: for each feed, what all providers together delivered of what was due in that month. ``late``: the
    feeds and providers that delivered late, or not at all, in that month.
    """

    claims: list[Record]
    month: str | None
    scorecard: list[Record]
    late: list[Record]

    @property
    def broken_claims(self) -> list[Record]:
        return [claim for claim in self.claims if claim["holds"] is False]


def read(database: pathlib.Path, night_on: datetime.date) -> Findings:
    """The findings in ``database``, the version of the night of ``night_on``."""
    with opened(database) as connection:
        claims = connection.execute(
            """
            select claims.indicator_code, catalog.name_zh, claims.year, claims.qualifier, claims.figure, claims.value,
                claims.holds
            from marts.claims as claims
            inner join marts.indicator_catalog as catalog using (indicator_code)
            where make_date(claims.year, 12, 31) <= $1
            order by all
            """,
            [night_on],
        )
        claims_found = records(claims)
        ((month,),) = connection.execute(
            """
            select max(period) from marts.provider_scorecard
            where period_kind = 'month' and expected > 0 and period < $1
            """,
            [f"{night_on:%Y-%m}"],
        ).fetchall()
        scorecard = connection.execute(
            """
            select feed, sum(expected) as expected, sum(received) as received, sum(on_time) as on_time,
                sum(rejected) as rejected, sum(rows_read) as rows_read,
                round(100 * sum(accepted) / nullif(sum(rows_read), 0), 2) as accepted_percent
            from marts.provider_scorecard where period_kind = 'month' and period = $1
            group by feed order by feed
            """,
            [month],
        )
        scorecard_found = records(scorecard)
        late = connection.execute(
            """
            select feed, provider_type, provider_code, expected, received, on_time
            from marts.provider_scorecard
            where period_kind = 'month' and period = $1 and on_time < expected
            order by all
            """,
            [month],
        )
        return Findings(claims_found, month, scorecard_found, records(late))
