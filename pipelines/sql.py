"""Text in SQL, where DuckDB takes no parameter."""

import pathlib


def literal(value: str | pathlib.Path) -> str:
    """The value as an SQL string: ``o'clock`` becomes ``'o''clock'``."""
    return "'" + str(value).replace("'", "''") + "'"
