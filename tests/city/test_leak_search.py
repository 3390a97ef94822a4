"""The search that must find nothing finds whatever is planted for it, wherever it hides."""

import contextlib
import gzip
import io
import json
import pathlib
import sqlite3
import zipfile
from collections.abc import Callable

import duckdb
import pytest
import xlsxwriter

from tests.city.leak_search import Persons, persons_in

Writer = Callable[[pathlib.Path, str], object]


def write_duckdb(path: pathlib.Path, text: str) -> None:
    with duckdb.connect(path) as connection:
        connection.execute("create schema marts")
        connection.execute("create table marts.fct_appeals as select ? || range as summary from range(100000)", [text])


def write_parquet(path: pathlib.Path, text: str) -> None:
    with duckdb.connect() as connection:
        rows = "select ? as note from range(9)"
        connection.execute(f"copy ({rows}) to '{path}' (format parquet, compression zstd)", [text])


def write_sqlite(path: pathlib.Path, text: str) -> None:
    with contextlib.closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("create table event_logs (event text)")
        connection.execute("insert into event_logs values (?)", [json.dumps({"message": text})])


def workbook(text: str) -> bytes:
    written = io.BytesIO()
    with xlsxwriter.Workbook(written) as book:
        book.add_worksheet().write_string(0, 0, text)
    return written.getvalue()


def zipped(name: str, content: bytes) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return written.getvalue()


CONTAINERS: dict[str, Writer] = {
    "log in UTF-8": lambda path, text: path.write_text(text, "utf-8"),
    "log in GB18030": lambda path, text: path.write_text(text, "gb18030"),
    "log in UTF-16": lambda path, text: path.write_text(text, "utf-16-le"),
    "log in big-endian UTF-16": lambda path, text: path.write_text(text, "utf-16-be"),
    "JSON with escapes": lambda path, text: path.write_text(json.dumps([text])),
    "HTML with entities": lambda path, text: path.write_bytes(text.encode("ascii", "xmlcharrefreplace")),
    "gzip": lambda path, text: path.write_bytes(gzip.compress(text.encode("gb18030"))),
    "workbook": lambda path, text: path.write_bytes(workbook(text)),
    "workbook in a zip": lambda path, text: path.write_bytes(zipped("a.xlsx", workbook(text))),
    "name in a zip": lambda path, text: path.write_bytes(zipped(text, b"")),
    "name of a file": lambda path, text: path.with_name(text).touch(),
    "DuckDB": write_duckdb,
    "Parquet": write_parquet,
    "SQLite": write_sqlite,
}


@pytest.mark.parametrize("container", CONTAINERS)
def test_persons_are_found_wherever_they_hide(tmp_path: pathlib.Path, container: str) -> None:
    persons = Persons()
    text = f"{persons.name('here')} {persons.phone('here')} {persons.id_card('here')}"
    CONTAINERS[container](tmp_path / "file", f"登记：{text}，办结")

    assert set(persons_in(tmp_path.iterdir())) == set(persons.planted)


def test_nothing_is_found_where_nobody_is(tmp_path: pathlib.Path) -> None:
    (tmp_path / "log").write_text("4403**********12 ***********  2025-03-01 91110000600037341L", "utf-8")

    assert persons_in(tmp_path.iterdir()) == {}
