"""A night of three feeds without dbt: the same intake, ledger, sweeps and publication, in a second instead of thirty.

What is published is the lake as dbt would see it, so that two warehouses can be compared.
"""

import datetime
import os
import pathlib
import signal
import sys
from unittest import mock

import duckdb

from pipelines import contracts, settings
from pipelines.intake import Replay
from pipelines.night import begin
from pipelines.publishing import versions
from pipelines.warehouse import registration
from tests.faults.small_home import FIRST_NIGHT

FEEDS = ("appeals", "compounds", "volunteers")
_CHANGES = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.symlink", "os.link", "os.chmod"}
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def main(root: str, last: str, kill_before: int) -> None:
    """A night up to ``last`` that reads everything up to FIRST_NIGHT again, so that it has batches to replace.

    Of the versions only two are kept, so that it has one to sweep. SIGKILL comes before the change to the disk of
    this number, counted from 1; 0 lets it live.
    """
    home = settings.home(root)
    if kill_before:
        _die_before(kill_before, home.root)
    on = datetime.date.fromisoformat(last)
    everything = Replay(FIRST_NIGHT.replace(month=1, day=1), on)
    with (
        mock.patch.multiple(versions, KEPT_VERSIONS=2, KEPT_FOR=datetime.timedelta(0)),
        begin(home, "test", on, everything) as night,
    ):
        for feed in FEEDS:
            night.take(contracts.contract_of(feed))
        folder = home.build / "run-small"
        folder.mkdir()
        registration.register(home, folder / "build.duckdb", on)
        versions.publish(home, _built(folder), on)
        for path in (folder / "build.duckdb", folder):
            path.unlink() if path.is_file() else path.rmdir()


def _built(folder: pathlib.Path) -> pathlib.Path:
    database = folder / versions.DATABASE_NAME
    with duckdb.connect(str(database)) as connection:
        versions.attach(connection, folder / "build.duckdb", "build")
        connection.execute("create schema marts")
        marts = {feed: f"raw.{feed}" for feed in FEEDS} | {
            "deliveries": "ops.deliveries",
            "quarantined_rows": "ops.quarantined_rows",
            "restatements": "ops.previous_restatements",
        }
        for mart, source in marts.items():
            connection.execute(f"create table marts.{mart} as select * from build.{source}")
        connection.execute("""
            create table marts.indicator_values as
            select 'PC03' as indicator_code, 'year' as period_kind, '2025' as period, '440300' as district_code,
                cast(count(*) as double) as value, false as is_sealed
            from marts.appeals
        """)
    return database


def _die_before(number: int, root: pathlib.Path) -> None:
    changes = 0

    def count(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal changes
        if event in _CHANGES or (event == "open" and isinstance(arguments[2], int) and arguments[2] & _WRITING):
            place = str(arguments[0])
            if place.startswith(str(root)) or not place.startswith("/"):  # else in a folder that is being removed
                changes += 1
                if changes == number:
                    os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(count)
