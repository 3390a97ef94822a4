"""Versions of the published warehouse: immutable folders, and one link that says which is current.

``serving/current`` links to ``serving/versions/<version>``, where ``warehouse.duckdb`` never changes. Readers open
``serving/current/warehouse.duckdb``. The name never changes, so saved charts keep working. A reader has the old version
or the new one, never a part of one.
"""

import datetime
import os
import pathlib
import shutil
import uuid

import duckdb
import pydantic

from pipelines import sql
from pipelines.home import Home

DATABASE_NAME = "warehouse.duckdb"
KEPT_VERSIONS = 14
KEPT_FOR = datetime.timedelta(days=7)
_UNFINISHED_PREFIX = ".unfinished-"


class NotPublishable(RuntimeError):
    """The database is not fit to be published; the message says why. The published version stays."""


class UnknownVersion(LookupError):
    """There is no such version. The message lists those that exist."""


class Version(pydantic.BaseModel, frozen=True):
    """A published version. ``night_on``: the date up to which deliveries are in it; ``published_at``: UTC."""

    name: str
    night_on: datetime.date = pydantic.Field(validation_alias=pydantic.AliasChoices("night_on", "night"))
    published_at: datetime.datetime
    size_bytes: int


def publish(home: Home, database: pathlib.Path, night_on: datetime.date) -> Version:
    """Makes the database the current version in one step. The file is moved, not copied.

    Raises:
        NotPublishable: the database is not complete.
    """
    _settle(database)
    published_at = datetime.datetime.now(datetime.UTC)
    version = Version(
        name=f"{published_at:%Y%m%dT%H%M%S%fZ}",
        night_on=night_on,
        published_at=published_at,
        size_bytes=database.stat().st_size,
    )
    versions_folder = home.serving / "versions"
    versions_folder.mkdir(exist_ok=True)
    unfinished = versions_folder / f"{_UNFINISHED_PREFIX}{version.name}"
    unfinished.mkdir()
    database.rename(unfinished / DATABASE_NAME)
    (unfinished / DATABASE_NAME).chmod(0o444)
    (unfinished / "version.json").write_text(version.model_dump_json(indent=1), "utf-8")
    for path in (unfinished / DATABASE_NAME, unfinished / "version.json", unfinished):
        _to_disk(path)
    unfinished.rename(versions_folder / version.name)
    _to_disk(versions_folder)
    _switch(home, version.name)
    return version


def current(home: Home) -> Version | None:
    """The version that readers see now."""
    link = home.serving / "current"
    return _read(link.resolve()) if link.exists() else None


def attach(connection: duckdb.DuckDBPyConnection, database: pathlib.Path, name: str) -> None:
    """Makes a version's database, or one that is to become one, readable as ``name``."""
    connection.execute(f"attach {sql.literal(database.resolve())} as {name} (read_only)")


def versions(home: Home) -> list[Version]:
    """The versions kept, newest first."""
    folder = home.serving / "versions"
    names = [path.name for path in folder.iterdir() if not path.name.startswith(".")] if folder.is_dir() else []
    return [_read(folder / name) for name in sorted(names, reverse=True)]


def roll_back(home: Home, name: str) -> Version:
    """The version ``name``, current again.

    Raises:
        UnknownVersion: it is not among those kept.
    """
    kept = {version.name: version for version in versions(home)}
    if name not in kept:
        raise UnknownVersion(f"no version {name!r}; kept are {', '.join(kept) or 'none'}")
    _switch(home, name)
    return kept[name]


def sweep(home: Home) -> None:
    """Removes what killed runs have left, and versions that are neither recent nor among the last ``KEPT_VERSIONS``.

    A reader that has a removed file open can go on reading: the system keeps the file until it is closed.
    """
    now = datetime.datetime.now(datetime.UTC)
    in_use = current(home)
    folder = home.serving / "versions"
    for version in versions(home)[KEPT_VERSIONS:]:
        if version != in_use and now - version.published_at > KEPT_FOR:
            # Renamed before it is removed: a version with some of its files gone could not be listed.
            (folder / version.name).rename(folder / f"{_UNFINISHED_PREFIX}{version.name}")
    for leftover in (*folder.glob(f"{_UNFINISHED_PREFIX}*"), *home.build.glob("run-*")):
        shutil.rmtree(leftover)
    for link in home.serving.glob(f"{_UNFINISHED_PREFIX}*"):
        link.unlink()


def _settle(database: pathlib.Path) -> None:
    """Puts everything into the one file, and checks that it has values and only tables."""
    if not database.exists():
        raise NotPublishable(f"{database.name} was not built")
    with duckdb.connect(str(database)) as connection:
        views = connection.execute("select view_name from duckdb_views() where not internal").fetchall()
        if views:
            raise NotPublishable(f"{database.name} has views, which would break for readers: {views}")
        values = connection.execute("select count(*) from marts.indicator_values").fetchone()
        if values is None or values[0] == 0:
            raise NotPublishable(f"{database.name} has no indicator values")
        connection.execute("checkpoint")
    if database.with_name(f"{database.name}.wal").exists():
        raise NotPublishable(f"{database.name} still has a write-ahead log")


def _switch(home: Home, name: str) -> None:
    link = home.serving / f"{_UNFINISHED_PREFIX}{uuid.uuid4().hex}"  # a rollback may come while a night publishes
    link.symlink_to(pathlib.Path("versions") / name)
    link.replace(home.serving / "current")
    _to_disk(home.serving)


def _read(folder: pathlib.Path) -> Version:
    return Version.model_validate_json((folder / "version.json").read_bytes())


def _to_disk(path: pathlib.Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
