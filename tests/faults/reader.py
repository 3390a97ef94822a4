"""A reader of the published warehouse: asks in a loop until told to end, and says what it saw.

Run as ``python -m tests.faults.reader DATABASE duckdb|sqlalchemy keep|reopen``. ``reopen`` opens the file for every
question, ``keep`` for every fiftieth. It ends when its standard input does, and prints how often it asked and how many
versions it saw, or fails with the first answer that is not from one whole version, or older than one before.
"""

import contextlib
import json
import pathlib
import select
import sys
from collections.abc import Iterator
from typing import Any

import duckdb
import sqlalchemy

QUESTIONS_OF_A_KEPT_HANDLE = 50
_QUESTION = """
    select min(version), max(version), count(*), (select max(version) from marts.deliveries)
    from marts.indicator_values
"""


def main(database: str, client: str, habit: str) -> None:
    opened = {"duckdb": _duckdb, "sqlalchemy": _sqlalchemy}[client]
    asked, seen, last = 0, set(), 0
    print("ready", flush=True)  # noqa: T201
    while not select.select([sys.stdin], [], [], 0.02)[0]:
        with opened(pathlib.Path(database)) as connection:
            first = None
            for _ in range(QUESTIONS_OF_A_KEPT_HANDLE if habit == "keep" else 1):
                lowest, highest, rows, of_deliveries = _answer(connection)
                whole = lowest == highest == of_deliveries and rows == 1000
                first = lowest if first is None else first
                assert whole, f"from two versions: {lowest}, {highest}, {of_deliveries}, {rows} rows"
                assert lowest == first, f"an open handle saw version {first}, then {lowest}"
                asked += 1
            assert first is not None
            assert first >= last, f"version {last}, then {first}"
            last = first
            seen.add(first)
    print(json.dumps({"asked": asked, "versions": len(seen), "last": last}))  # noqa: T201


@contextlib.contextmanager
def _duckdb(database: pathlib.Path) -> Iterator[Any]:
    with duckdb.connect(str(database), read_only=True) as connection:
        yield connection


@contextlib.contextmanager
def _sqlalchemy(database: pathlib.Path) -> Iterator[Any]:
    engine = sqlalchemy.create_engine(f"duckdb:///{database}?access_mode=READ_ONLY")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def _answer(connection: Any) -> tuple[int, int, int, int]:
    question = _QUESTION if isinstance(connection, duckdb.DuckDBPyConnection) else sqlalchemy.text(_QUESTION)
    (row,) = connection.execute(question).fetchall()
    return tuple(row)


if __name__ == "__main__":
    main(*sys.argv[1:])
