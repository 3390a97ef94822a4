"""Text in SQL means itself."""

import duckdb
import pytest

from pipelines import sql


@pytest.mark.parametrize("text", ["", "o'clock", "''", "'); drop table x; --", "\\", "社工 (b)'s", "a\nb"])
def test_a_literal_is_read_as_it_was_written(text: str) -> None:
    assert duckdb.sql(f"select {sql.literal(text)}").fetchall() == [(text,)]
