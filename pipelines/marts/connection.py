"""Opens a published database for reading."""

import contextlib
import pathlib
from collections.abc import Iterator

import duckdb

Record = dict[str, object]
"""A row of an answer, by column name."""


@contextlib.contextmanager
def opened(database: pathlib.Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A read-only connection."""
    with duckdb.connect(str(database), read_only=True) as connection:
        yield connection


def records(answer: duckdb.DuckDBPyConnection) -> list[Record]:
    """All rows of a query's answer."""
    names = [column[0] for column in answer.description or []]
    return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]
