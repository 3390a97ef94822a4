"""Two versions of the warehouse compared, row for row."""

import dataclasses
import pathlib

import duckdb

from pipelines.publishing import versions
from pipelines.settings import database_memory_mb


@dataclasses.dataclass(frozen=True)
class ComparedTable:
    """A mart of two versions: its number of rows now, and the number of rows that only one version has.

    ``columns_differ``: a column was added, removed or has another type, so rows can't be compared.
    """

    name: str
    rows: int
    only_before: int
    only_now: int
    columns_differ: bool = False

    @property
    def is_equal(self) -> bool:
        return not (self.only_before or self.only_now or self.columns_differ)


def compare(before: pathlib.Path, now: pathlib.Path) -> list[ComparedTable]:
    """Every mart of either database, by name. The order of rows does not matter; repeated rows are counted.

    Rows are compared by a 64-bit digest, so that the widest table of nine million rows stays within the memory budget.
    """
    with duckdb.connect() as connection:
        connection.execute(f"set memory_limit = '{database_memory_mb()}MB'")
        versions.attach(connection, before, "before")
        versions.attach(connection, now, "now")
        columns_before, columns_now = _columns(connection, "before"), _columns(connection, "now")
        return [
            _compared(connection, table, columns_before.get(table), columns_now.get(table))
            for table in sorted({*columns_before, *columns_now})
        ]


def _columns(connection: duckdb.DuckDBPyConnection, database: str) -> dict[str, object]:
    """The columns and types of each mart."""
    described = connection.execute(
        """
        select table_name, list((column_name, data_type) order by column_index)
        from duckdb_columns() where database_name = ? and schema_name = 'marts' group by all
        """,
        [database],
    ).fetchall()
    return dict(described)


def _compared(
    connection: duckdb.DuckDBPyConnection, table: str, columns_before: object, columns_now: object
) -> ComparedTable:
    # A table's name is a model's: the project's own.
    sides = {"before": columns_before, "now": columns_now}
    digests = {
        side: f"select hash(mart) from {side}.marts.{table} as mart"  # noqa: S608
        for side, columns in sides.items()
        if columns is not None
    }
    rows = {side: _count(connection, digest) for side, digest in digests.items()}
    if columns_before != columns_now:
        return ComparedTable(table, rows.get("now", 0), rows.get("before", 0), rows.get("now", 0), columns_differ=True)
    return ComparedTable(
        table,
        rows["now"],
        only_before=_count(connection, f"{digests['before']} except all {digests['now']}"),
        only_now=_count(connection, f"{digests['now']} except all {digests['before']}"),
    )


def _count(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    ((count,),) = connection.execute(f"select count(*) from ({query})").fetchall()  # noqa: S608
    return int(count)
