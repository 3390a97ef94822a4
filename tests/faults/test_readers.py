"""Eight readers ask on while fifty versions are published and old ones swept from under them."""

import datetime
import itertools
import json
import pathlib
import subprocess
import sys
import time

import duckdb
import pytest

from pipelines.home import Home
from pipelines.publishing import versions
from tests.faults.table import Tell
from tests.homes.commands import environment

pytestmark = pytest.mark.fault

PUBLICATIONS = 50
_PROJECT = pathlib.Path(__file__).parents[2]


def test_readers_see_whole_versions_through_fifty_publications(
    home: Home, monkeypatch: pytest.MonkeyPatch, tell: Tell
) -> None:
    monkeypatch.setattr(versions, "KEPT_VERSIONS", 2)
    monkeypatch.setattr(versions, "KEPT_FOR", datetime.timedelta(0))
    _publish(home, 1)
    kinds = list(itertools.product(("duckdb", "sqlalchemy"), ("keep", "reopen"))) * 2
    readers = [_reader(home, *kind) for kind in kinds]
    for reader in readers:
        assert reader.stdout is not None
        assert reader.stdout.readline() == "ready\n"
    for version in range(2, PUBLICATIONS + 1):
        _publish(home, version)
        versions.sweep(home)
        time.sleep(0.1)
    told = []
    for kind, reader in zip(kinds, readers, strict=True):
        printed, failed = reader.communicate("end\n", timeout=120)
        assert reader.returncode == 0, f"{kind}: {failed}"
        told.append(json.loads(printed))
    assert len(versions.versions(home)) <= versions.KEPT_VERSIONS + 1
    assert all(reader["asked"] > PUBLICATIONS / 5 and reader["versions"] > 5 for reader in told), told
    tell(
        "Readers during publication",
        f"""{len(readers)} processes, half with the duckdb client and half through SQLAlchemy, half with a handle kept
        open and half opening the file for each question, through {PUBLICATIONS} publications, each followed by a sweep
        of all but {versions.KEPT_VERSIONS} versions""",
        f"""{sum(reader["asked"] for reader in told):,} answers, 0 errors, every answer from one whole version and none
        older than the one before""",
    )


def _reader(home: Home, client: str, habit: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.faults.reader", str(home.published_database), client, habit],
        cwd=_PROJECT, env=environment(),
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def _publish(home: Home, version: int) -> None:
    database = home.build / versions.DATABASE_NAME
    with duckdb.connect(str(database)) as connection:
        connection.execute("create schema marts")
        for mart in ("indicator_values", "deliveries"):
            connection.execute(f"create table marts.{mart} as select {version} as version from range(1000)")
    versions.publish(home, database, datetime.date(2025, 12, 31))
