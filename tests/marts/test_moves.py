"""Which values another database has for the same figure."""

import pathlib

import duckdb

from pipelines.marts.moves import Move, moves


def database(path: pathlib.Path, *values: tuple[str, str, float | None]) -> pathlib.Path:
    """A published file with values by code and area, of one month."""
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema marts")
        connection.execute("""
            create table marts.indicator_values
                (indicator_code text, period_kind text, period text, district_code text, value double)
        """)
        for code, area, value in values:
            connection.execute(
                "insert into marts.indicator_values values (?, 'month', '2025-01', ?, ?)", [code, area, value]
            )
    return path


def test_the_values_that_differ_are_told_null_too_and_new_ones_are_not(tmp_path: pathlib.Path) -> None:
    before = database(tmp_path / "it's.duckdb", ("PC01", "440300", 1), ("PC01", "440303", 2), ("PC02", "440300", None))
    after = database(
        tmp_path / "after.duckdb",
        *(("PC01", "440300", 1), ("PC01", "440303", 3), ("PC02", "440300", 0), ("PC03", "440300", 9)),
    )
    assert moves(before, after) == [Move("PC01", "2025-01", "440303", 2, 3), Move("PC02", "2025-01", "440300", None, 0)]
    assert moves(before, before) == []
