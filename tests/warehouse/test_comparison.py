"""Two versions are compared row for row, whatever the order of the rows."""

import pathlib

import duckdb
import pytest

from pipelines.warehouse.comparison import ComparedTable, compare


def database(path: pathlib.Path, *statements: str) -> pathlib.Path:
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema marts")
        for statement in statements:
            connection.execute(statement)
    return path


def values(*rows: str) -> str:
    return f"create table marts.figures as from (values {', '.join(rows)}) as figures (code, value)"


@pytest.mark.parametrize(
    ("before", "now", "only_before", "only_now"),
    [
        pytest.param(["('a', 1)", "('b', null)"], ["('b', null)", "('a', 1)"], 0, 0, id="order does not matter"),
        pytest.param(["('a', 1)", "('b', 2)"], ["('a', 1)", "('b', 3)"], 1, 1, id="a changed value"),
        pytest.param(["('a', 1)", "('a', 1)"], ["('a', 1)"], 1, 0, id="a row twice is not a row once"),
        pytest.param(["('a', null)"], ["('a', 0)"], 1, 1, id="null is not nothing"),
        pytest.param(["('a', 1)", "('b', 2)"], ["('a', 2)", "('b', 1)"], 2, 2, id="values swapped between rows"),
    ],
)
def test_rows_that_only_one_version_has_are_counted(
    tmp_path: pathlib.Path, before: list[str], now: list[str], only_before: int, only_now: int
) -> None:
    (table,) = compare(
        database(tmp_path / "before.duckdb", values(*before)), database(tmp_path / "now.duckdb", values(*now))
    )
    assert table == ComparedTable("figures", len(now), only_before, only_now)
    assert table.is_equal == (only_before == only_now == 0)


def test_tables_and_columns_that_only_one_version_has_differ(tmp_path: pathlib.Path) -> None:
    before = database(
        tmp_path / "before.duckdb", "create table marts.gone as select 1 as a", "create table marts.kept (a int)"
    )
    now = database(tmp_path / "it's.duckdb", "create table marts.kept (a bigint)", "create table marts.added (a int)")
    compared = {table.name: (table.columns_differ, table.is_equal) for table in compare(before, now)}
    assert compared == dict.fromkeys(("added", "gone", "kept"), (True, False))
