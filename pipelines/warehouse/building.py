"""Runs dbt inside this process: parsed once for each state of the project, built into a private folder."""

import contextlib
import dataclasses
import functools
import hashlib
import logging
import os
import pathlib
import queue
import shutil
import threading
from collections.abc import Iterator
from typing import Any

import duckdb

from pipelines.publishing import versions
from pipelines.settings import DBT_PROJECT_FOLDER
from pipelines.warehouse.declaration import declare_feeds

_TARGET_FOLDER = DBT_PROJECT_FOLDER / "target"
_PATIENCE_SECONDS = 0.5
_PARSED_KEPT = 4  # a process that runs while the project changes goes on with what it has loaded
_SOURCES = ("*.sql", "*.yml", "*.csv", "*.md")
_START_EVENT = "LogStartLine"
_RESULT_EVENTS = frozenset({"LogModelResult", "LogSeedResult", "LogTestResult", "LogSnapshotResult"})


class DbtFailed(RuntimeError):
    """dbt ended with an error; the message lists the nodes that failed and why."""


class DbtStopped(RuntimeError):
    """What is left of a build of which nobody waits for the end any more."""


@functools.cache
def parsed_project() -> pathlib.Path:
    """The folder with ``manifest.json`` and ``partial_parse.msgpack`` of the project as this process found it first.

    Parsing takes some seconds, so each state of the project is parsed once; the folder's name is its digest.
    """
    declare_feeds()
    folder = _TARGET_FOLDER / f"parsed-{_digest()}"
    if not (folder / "manifest.json").exists():
        unfinished = _TARGET_FOLDER / f"unfinished-{os.getpid()}"
        for leftover in _TARGET_FOLDER.glob("unfinished-*"):
            if not pathlib.Path("/proc", leftover.name.partition("-")[2]).exists() or leftover == unfinished:
                shutil.rmtree(leftover, ignore_errors=True)
        with _invoked(["parse", "--no-partial-parse"], unfinished) as events:
            for _ in events:
                pass
        by_age = sorted(_TARGET_FOLDER.glob("parsed-*"), key=lambda each: each.stat().st_mtime, reverse=True)
        for old in by_age[_PARSED_KEPT:]:
            shutil.rmtree(old, ignore_errors=True)
        with contextlib.suppress(OSError):  # another process was quicker
            unfinished.rename(folder)
    return folder


@contextlib.contextmanager
def building(folder: pathlib.Path) -> Iterator[Iterator[dict[str, Any]]]:
    """Builds and tests all models in ``folder`` (``build.duckdb``, with its sources, into ``warehouse.duckdb``).

    Gives dbt's structured event of each model, seed and data test as it ends; leaving before the last one stops dbt.
    Unit tests are left to the test suite: they test the models, not the data.

    Raises:
        DbtFailed: a model or a test of severity error failed; raised instead of an event after the last one.
    """
    arguments = ["build", "--exclude-resource-type", "unit_test", "--no-populate-cache"]
    with _invoked(arguments, folder / "dbt", _manifest(), folder) as events:
        yield events


def write_docs(folder: pathlib.Path, index: pathlib.Path) -> None:
    """Writes dbt's documentation of the models, their columns, tests and lineage as one page that needs no server.

    ``folder`` is one that ``building`` has filled.
    """
    with _invoked(["docs", "generate", "--static", "--no-compile"], folder / "dbt", _manifest(), folder) as events:
        for _ in events:
            pass
    index.parent.mkdir(parents=True, exist_ok=True)
    (folder / "dbt" / "static_index.html").rename(index)


def _manifest() -> Any:
    from dbt.contracts.graph.manifest import Manifest

    return Manifest.from_msgpack((parsed_project() / "partial_parse.msgpack").read_bytes())


@dataclasses.dataclass(frozen=True)
class BuiltTable:
    """A table as built: its number of rows, and the type of each column by name."""

    rows: int
    column_types: dict[str, str]


def built_tables(folder: pathlib.Path) -> dict[str, BuiltTable]:
    """Every table that ``building`` made in ``folder``, by ``<schema>.<table>``; two queries for all of them."""
    with duckdb.connect(str(folder / "build.duckdb"), read_only=True) as connection:
        versions.attach(connection, folder / "warehouse.duckdb", "warehouse")
        described = connection.execute("""
            select schema_name || '.' || table_name, database_name || '.' || schema_name || '.' || table_name,
                map(list(column_name order by column_index), list(data_type order by column_index))
            from duckdb_columns() inner join duckdb_tables() using (database_name, schema_name, table_name)
            where not duckdb_tables.internal
            group by all
        """).fetchall()
        counting = " union all ".join(f"select '{name}', count(*) from {table}" for name, table, _ in described)  # noqa: S608
        rows = dict(connection.execute(counting).fetchall())
    return {name: BuiltTable(rows[name], column_types) for name, _, column_types in described}


@contextlib.contextmanager
def _invoked(
    arguments: list[str],
    target: pathlib.Path,
    manifest: Any = None,
    databases: pathlib.Path | None = None,
) -> Iterator[Iterator[dict[str, Any]]]:
    """The events of a dbt command that runs in a thread of its own; at the end nothing of it is left running."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner, dbtRunnerResult
    from google.protobuf.json_format import MessageToDict

    told: queue.SimpleQueue[dict[str, Any] | dbtRunnerResult] = queue.SimpleQueue()
    stopped = threading.Event()

    def relay(event: Any) -> None:
        if event.info.name == _START_EVENT and stopped.is_set():
            raise DbtStopped(
                "the night was told to stop"
            )  # dbt takes it for an error of the node, and goes on to the next one
        if event.info.name in _RESULT_EVENTS:
            told.put(MessageToDict(event, preserving_proto_field_name=True))

    def run() -> None:
        runner = dbtRunner(manifest=manifest, callbacks=[relay])
        told.put(runner.invoke([*arguments, *_common_arguments(target)]))

    def events() -> Iterator[dict[str, Any]]:
        while isinstance(item := told.get(), dict):
            yield item
        if not item.success:
            raise DbtFailed(_explanation(item))

    with _databases(databases or target):
        worker = threading.Thread(target=run, name="dbt")
        worker.start()
        try:
            yield events()
        finally:
            stopped.set()
            _end(worker)
            DuckDBConnectionManager.close_all_connections()
            _close_log()


def _end(worker: threading.Thread) -> None:
    """Waits for dbt's thread, and interrupts the queries that keep it."""
    from dbt.adapters.factory import get_adapter_by_type

    worker.join(_PATIENCE_SECONDS)
    while worker.is_alive():
        with contextlib.suppress(KeyError):  # dbt has not connected yet
            get_adapter_by_type("duckdb").cancel_open_connections()
        worker.join(_PATIENCE_SECONDS)


def _close_log() -> None:
    """Closes the log file that dbt leaves open until it is invoked again."""
    log = logging.getLogger("file_log")
    for handler in list(log.handlers):
        log.removeHandler(handler)
        handler.close()


def _common_arguments(target: pathlib.Path) -> list[str]:
    return [
        *("--project-dir", str(DBT_PROJECT_FOLDER), "--profiles-dir", str(DBT_PROJECT_FOLDER)),
        *("--target-path", str(target), "--log-path", str(target), "--quiet", "--no-use-colors"),
    ]


def databases(folder: pathlib.Path) -> dict[str, str]:
    """The environment by which profiles.yml finds the two databases in a folder."""
    return {
        "SWW_BUILD_DATABASE": str(folder / "build.duckdb"),
        "SWW_WAREHOUSE_DATABASE": str(folder / "warehouse.duckdb"),
    }


@contextlib.contextmanager
def _databases(folder: pathlib.Path) -> Iterator[None]:
    """The environment that profiles.yml reads; as it was before, afterwards."""
    folder.mkdir(parents=True, exist_ok=True)
    chosen = databases(folder)
    before = {name: os.environ.get(name) for name in chosen}
    os.environ.update(chosen)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _explanation(result: Any) -> str:
    if result.exception is not None:
        return str(result.exception)
    failed = [each for each in result.result.results if each.status in ("error", "fail", "runtime error")]
    return "; ".join(f"{each.node.name}: {each.message}" for each in failed)


def _digest() -> str:
    digest = hashlib.sha256()
    files = [path for pattern in _SOURCES for path in DBT_PROJECT_FOLDER.rglob(pattern)]
    for path in sorted(file for file in files if _TARGET_FOLDER not in file.parents):
        digest.update(f"{path.relative_to(DBT_PROJECT_FOLDER)}\n".encode() + path.read_bytes())
    return digest.hexdigest()[:16]
