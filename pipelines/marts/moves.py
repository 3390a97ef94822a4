"""The values that differ between two databases."""

import dataclasses
import pathlib

from pipelines.marts.connection import opened
from pipelines.publishing import versions


@dataclasses.dataclass(frozen=True)
class Move:
    """A figure that has different values in two databases. Null is a value, too."""

    indicator_code: str
    period: str
    district_code: str
    before: float | None
    after: float | None


def moves(before: pathlib.Path, after: pathlib.Path) -> list[Move]:
    """The figures that both databases have, with different values; by code, period and area."""
    with opened(after) as connection:
        versions.attach(connection, before, "before")
        found = connection.execute("""
            select indicator_code, period, district_code, values_before.value, values_after.value
            from marts.indicator_values as values_after
            inner join before.marts.indicator_values as values_before
                using (indicator_code, period_kind, period, district_code)
            where values_after.value is distinct from values_before.value
            order by all
        """).fetchall()
    return [Move(*each) for each in found]
