"""A small home of hand-made files from all feeds, run through the ``sww`` command, and what its readers get."""

import contextlib
import datetime
import io
import pathlib
import sqlite3
import zipfile

import duckdb
import yaml

from pipelines import contracts, providers, settings
from pipelines.home import Home
from pipelines.publishing import versions
from tests.feeds.test_feeds import delivered, described

FIRST_NIGHT = datetime.date(2025, 3, 31)
SECOND_NIGHT = datetime.date(2025, 4, 30)
TOKEN = "token-that-nobody-may-read-5f1c"
HOSTILE_TEXT = "'); drop schema marts; --"
HOSTILE_PROVIDER = "440303'; drop table appeals; --"

_FIRST_DAY = datetime.date(2025, 1, 1)
# When a night ran, and when a version came to be: that alone may differ between two warehouses of the same deliveries.
CLOCK_COLUMNS = {"deliveries": "received_at", "restatements": "published_at"}


def make(root: pathlib.Path) -> Home:
    """A home in which a delivery of every feed has landed: those up to FIRST_NIGHT, and those of the second night.

    Each comes as its provider sends it: text files, workbooks, a zip, a platform's page sets. The second night has a
    correction, the same bytes once more, and values, names and a provider that are meant to break SQL and paths.
    """
    home = settings.home(root)
    providers.initialise(home)
    register = providers.initial_providers(active_from=_FIRST_DAY)
    for feed in contracts.all_contracts():
        folder, _, file_name = described(feed, "expected")["landed"].rpartition("/")
        sender = providers.Provider(*folder.split("/"))
        if sender not in [each.provider for each in register]:
            register.append(
                providers.RegisteredProvider(
                    provider_type=sender.type, provider_code=sender.code, name_zh="示例", active_from=_FIRST_DAY
                )
            )
        land(home, f"{folder}/{feed}/{file_name}", delivered(feed, file_name))
    register.append(
        providers.RegisteredProvider(
            provider_type="platform", provider_code="echo", name_zh="示例", active_from=_FIRST_DAY
        )
    )
    providers.write_register(home.providers_file, register)
    appeals = delivered("appeals", "2025-03-02.csv")
    land(home, "district/440304/appeals/2025-04-02.zip", zipped("诉求.csv", appeals))
    land(home, "district/440303/appeals/2025-04-03.csv", appeals)
    land(home, "district/440303/appeals/2025-04-04.csv", appeals[: appeals.rstrip().rindex(b"\n") + 1])
    _land_hostile(home, appeals)
    return home


def _land_hostile(home: Home, appeals: bytes) -> None:
    header, row = appeals.decode("utf-8-sig").splitlines()[:2]
    hostile = f'{header},"\'); drop table x; --"\n' + row.replace(row.split(",")[0], f'"{HOSTILE_TEXT}"') + ",=1+1\n"
    land(home, "district/440305/appeals/2025-04-05.csv", hostile.encode())
    land(home, "district/440306/appeals/2025-04-05.zip", zipped("../../../../escaped.csv", appeals))
    land(home, f"district/{HOSTILE_PROVIDER}/appeals/2025-04-05.csv", appeals)
    land(home, "district/440303/appeals/2025-04-05'; drop table x; --.csv", appeals)
    land(home, "district/.../appeals/2025-04-05.csv", appeals)


def land(home: Home, place: str, payload: bytes) -> pathlib.Path:
    """Puts a file at its place in landing."""
    path = home.landing / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(payload)
    return path


def zipped(name: str, payload: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, payload)
    return buffer.getvalue()


def published_night(home: Home) -> str:
    """The night of the version that a reader finds, having looked at every table of it."""
    with duckdb.connect(str(home.published_database), read_only=True) as connection:
        for (table,) in _tables(connection):
            connection.execute(f"select * from marts.{table}").fetchall()
        (values,) = connection.execute("select count(*) from marts.indicator_values").fetchall()
    assert values[0] > 0
    return str(yaml.safe_load((home.published_database.parent / "version.json").read_text())["night_on"])


def differences(home: Home, other: Home) -> list[str]:
    """Each mart that is not row for row the same in both homes, with the number of rows on either side."""
    found = []
    with duckdb.connect() as connection:
        versions.attach(connection, home.published_database, "here")
        versions.attach(connection, other.published_database, "there")
        here, there = (
            connection.execute(
                "select table_name from duckdb_tables() where database_name = ? order by table_name", [database]
            ).fetchall()
            for database in ("here", "there")
        )
        assert here == there
        assert len(here) > len(CLOCK_COLUMNS)
        for (table,) in here:
            clock = CLOCK_COLUMNS.get(table)
            columns = f"* exclude ({clock})" if clock else "*"
            sides = (f"select {columns} from {side}.marts.{table}" for side in ("here", "there"))
            first, second = sides
            only = [
                len(connection.execute(f"{left} except all {right}").fetchall())
                for left, right in ((first, second), (second, first))
            ]
            if only != [0, 0]:
                found.append(f"{table}: {only[0]} rows here alone, {only[1]} there alone")
    return found


def leftovers(home: Home) -> list[str]:
    """What a finished night must not leave: anything unfinished, a private build, a file that is not yet whole."""
    patterns = (".*unfinished*", "*.unfinished", "run-*", "*.wal", "*.tmp")
    return sorted(str(path.relative_to(home.root)) for pattern in patterns for path in home.root.rglob(pattern))


def unended_runs(home: Home) -> list[str]:
    """The runs that Dagster takes to be going on, and waits for; one that was killed before it began is not."""
    with contextlib.closing(sqlite3.connect(home.dagster / "history" / "runs.db")) as connection:
        return [
            run
            for (run,) in connection.execute(
                "select run_id from runs where status not in ('NOT_STARTED', 'SUCCESS', 'FAILURE', 'CANCELED')"
            )
        ]


def _tables(connection: duckdb.DuckDBPyConnection) -> list[tuple[str]]:
    return connection.execute("select table_name from duckdb_tables() where schema_name = 'marts'").fetchall()
