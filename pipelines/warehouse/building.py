"""Runs dbt inside this process: parsed once for each state of the project, built into a private folder."""

import contextlib
import dataclasses
import functools
import logging
import os
import pathlib
import shutil
from collections.abc import Collection, Iterator
from typing import Any

from pipelines import made, settings
from pipelines.settings import DBT_PROJECT_FOLDER
from pipelines.warehouse.declaration import declare_feeds
from pipelines.workarounds import dbt_in_process
from pipelines.workarounds.dbt_in_process import DbtFailed

_LOG = logging.getLogger(__name__)
_NODES_A_LINE = 100
_TARGET_FOLDER = DBT_PROJECT_FOLDER / "target"
_PARSED_KEPT = 4  # a process that runs while the project changes goes on with what it has loaded
_SOURCES = ("*.sql", "*.yml", "*.csv", "*.md")
_FAILED = ("error", "fail", "runtime error")

Event = dict[str, Any]
"""What dbt says of a node: see its structured logging."""


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


@dataclasses.dataclass(frozen=True)
class BuiltTable:
    """A table as built: its number of rows, and the type of each column by name."""

    rows: int
    column_types: dict[str, str]


class Build:
    """A build that goes on in a thread of its own while its nodes are followed; made by ``building``."""

    def __init__(self, events: Iterator[Event]) -> None:
        self._events = events
        self._ended: dict[str, Event] = {}
        self._failure: DbtFailed | None = None

    def follow(self, nodes: Collection[str]) -> Iterator[Event]:
        """dbt's structured event of each of these models, seeds and data tests (by unique id), as it ends.

        What ended before it was asked for comes first. Where one of them failed, the build's end is waited for.

        Raises:
            DbtFailed: a model or a test of severity error failed; raised instead of an event after the last one.
        """
        yield from [event for node, event in self._ended.items() if node in nodes]
        waited_for = {node for node in nodes if node not in self._ended}
        while waited_for or any(self._has_failed(node) for node in nodes):
            node = self._next()
            if node is None:
                return
            if node in waited_for:
                waited_for.remove(node)
                yield self._ended[node]

    def finish(self) -> None:
        """Returns when every node has ended.

        Raises:
            DbtFailed: a model or a test of severity error failed.
        """
        while self._next() is not None:
            pass

    def _next(self) -> str | None:
        """The node that ends next; None after the last one."""
        if self._failure:
            raise self._failure
        try:
            event = next(self._events, None)
        except DbtFailed as failure:
            self._failure = failure
            raise
        if event is None:
            return None
        node: str = event["data"]["node_info"]["unique_id"]
        self._ended[node] = event
        if len(self._ended) % _NODES_A_LINE == 0:
            _LOG.info("%-22s %6d models and tests", "warehouse", len(self._ended))
        return node

    def _has_failed(self, node: str) -> bool:
        event = self._ended.get(node)
        return event is not None and event["data"]["node_info"]["node_status"] in _FAILED

    def tables(self, names: Collection[str]) -> dict[str, BuiltTable]:
        """Those of the tables, by ``<schema>.<table>``, that are built by now; two queries for all of them."""
        with dbt_in_process.cursor() as cursor:
            described = cursor.execute(
                """
                select schema_name || '.' || table_name, database_name || '.' || schema_name || '.' || table_name,
                    map(list(column_name order by column_index), list(data_type order by column_index))
                from duckdb_columns() inner join duckdb_tables() using (database_name, schema_name, table_name)
                where schema_name || '.' || table_name in (select unnest($names))
                group by all
                """,
                {"names": list(names)},
            ).fetchall()
            if not described:
                return {}
            counting = " union all ".join(f"select '{name}', count(*) from {place}" for name, place, _ in described)  # noqa: S608
            rows = dict(cursor.execute(counting).fetchall())
        return {name: BuiltTable(rows[name], column_types) for name, _, column_types in described}


@contextlib.contextmanager
def building(folder: pathlib.Path) -> Iterator[Build]:
    """Builds and tests all models in ``folder`` (``build.duckdb``, with its sources, into ``warehouse.duckdb``).

    Leaving before the last node stops dbt. Unit tests are left to the test suite: they test the models, not the data.
    """
    arguments = ["build", "--exclude-resource-type", "unit_test", "--no-populate-cache"]
    with _invoked(arguments, folder / "dbt", folder) as events:
        yield Build(events)


def write_docs(folder: pathlib.Path, index: pathlib.Path) -> None:
    """Writes dbt's documentation of the models, their columns, tests and lineage as one page that needs no server.

    ``folder`` is one that ``building`` has filled, and left. A page that is of the project as it is stays.
    """
    state = parsed_project().name
    if made.is_of(index, state):
        return
    with _invoked(["docs", "generate", "--static", "--no-compile"], folder / "dbt", folder) as events:
        for _ in events:
            pass
    index.parent.mkdir(parents=True, exist_ok=True)
    (folder / "dbt" / "static_index.html").rename(index)
    made.note(index, state)


@contextlib.contextmanager
def _invoked(
    arguments: list[str], target: pathlib.Path, databases: pathlib.Path | None = None
) -> Iterator[Iterator[Event]]:
    """The events of a dbt command; on the project as parsed, unless no databases are given."""
    parsed = parsed_project() / "partial_parse.msgpack" if databases else None
    with (
        _databases(databases or target),
        dbt_in_process.followed([*arguments, *_common_arguments(target)], parsed) as events,
    ):
        yield events


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
    chosen = {
        **databases(folder),
        "SWW_DATABASE_MEMORY": f"{settings.database_memory_mb()}MB",
        "SWW_DATABASE_THREADS": str(settings.database_threads()),
    }
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


def _digest() -> str:
    files = (path for pattern in _SOURCES for path in DBT_PROJECT_FOLDER.rglob(pattern))
    return made.digest(DBT_PROJECT_FOLDER, (file for file in files if _TARGET_FOLDER not in file.parents))
