"""A published database, opened for questions."""

import contextlib
import pathlib
from collections.abc import Iterator

import duckdb

Record = dict[str, object]
"""A row of an answer, by column name."""


@contextlib.contextmanager
def opened(database: pathlib.Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that can't change the database."""
    with duckdb.connect(str(database), read_only=True) as connection:
        yield connection


def records(answer: duckdb.DuckDBPyConnection) -> list[Record]:
    """The rows of the query that was executed last."""
    names = [column[0] for column in answer.description or []]
    return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]
