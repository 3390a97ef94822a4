"""What dbt would be given to read."""

import datetime

import duckdb

from pipelines.home import Home
from pipelines.warehouse import registration

LAST = datetime.date(2025, 3, 9)
"""The date of the night for which it is registered."""


def ask(home: Home, query: str) -> list[tuple[object, ...]]:
    """The answer of a database that was registered just now."""
    database = home.build / "build.duckdb"
    database.unlink(missing_ok=True)
    registration.register(home, database, LAST)
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.execute(query).fetchall()
