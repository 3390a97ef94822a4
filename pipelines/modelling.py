"""Runs dbt inside this process: parsed once for each state of the project, built into a private folder."""

import contextlib
import functools
import hashlib
import json
import os
import pathlib
import queue
import shutil
import threading
from collections.abc import Iterator
from typing import Any

from pipelines import contracts
from pipelines.settings import PROJECT_FOLDER

DBT_PROJECT_FOLDER = PROJECT_FOLDER / "dbt_project"
_TARGET_FOLDER = DBT_PROJECT_FOLDER / "target"
_PARSED_KEPT = 4  # a process that runs while the project changes goes on with what it has loaded
_SOURCES = ("*.sql", "*.yml", "*.csv", "*.md")
_RESULT_EVENTS = frozenset({"LogModelResult", "LogSeedResult", "LogTestResult", "LogSnapshotResult"})


class DbtFailed(RuntimeError):
    """dbt ended with an error; the message lists the nodes that failed and why."""


@functools.cache
def parsed_project() -> pathlib.Path:
    """The folder with ``manifest.json`` and ``partial_parse.msgpack`` of the project as this process found it first.

    Parsing takes some seconds, so each state of the project is parsed once; the folder's name is its digest.
    """
    folder = _TARGET_FOLDER / f"parsed-{_digest()}"
    if not (folder / "manifest.json").exists():
        unfinished = _TARGET_FOLDER / f"unfinished-{os.getpid()}"
        shutil.rmtree(unfinished, ignore_errors=True)
        for _ in _invoke(["parse", "--no-partial-parse"], unfinished):
            pass
        by_age = sorted(_TARGET_FOLDER.glob("parsed-*"), key=lambda each: each.stat().st_mtime, reverse=True)
        for old in by_age[_PARSED_KEPT:]:
            shutil.rmtree(old, ignore_errors=True)
        with contextlib.suppress(OSError):  # another process was quicker
            unfinished.rename(folder)
    return folder


def build(folder: pathlib.Path) -> Iterator[dict[str, Any]]:
    """Builds and tests all models in ``folder`` (``build.duckdb``, with its sources, into ``warehouse.duckdb``).

    Yields dbt's structured event of each model, seed and data test as it ends. Unit tests are left to the test suite:
    they test the models, not the data.

    Raises:
        DbtFailed: a model or a test of severity error failed.
    """
    from dbt.contracts.graph.manifest import Manifest

    manifest = Manifest.from_msgpack((parsed_project() / "partial_parse.msgpack").read_bytes())
    arguments = ["build", "--exclude-resource-type", "unit_test", "--no-populate-cache"]
    yield from _invoke(arguments, folder / "dbt", manifest, folder)


def _invoke(
    arguments: list[str],
    target: pathlib.Path,
    manifest: Any = None,
    databases: pathlib.Path | None = None,
) -> Iterator[dict[str, Any]]:
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner, dbtRunnerResult
    from google.protobuf.json_format import MessageToDict

    events: queue.SimpleQueue[dict[str, Any] | dbtRunnerResult] = queue.SimpleQueue()

    def relay(event: Any) -> None:
        if event.info.name in _RESULT_EVENTS:
            events.put(MessageToDict(event, preserving_proto_field_name=True))

    def run() -> None:
        runner = dbtRunner(manifest=manifest, callbacks=[relay])
        events.put(runner.invoke([*arguments, *_common_arguments(target)]))

    with _databases(databases or target):
        worker = threading.Thread(target=run, name="dbt")
        worker.start()
        while isinstance(item := events.get(), dict):
            yield item
        worker.join()
        DuckDBConnectionManager.close_all_connections()
    if not item.success:
        raise DbtFailed(_explanation(item))


def _common_arguments(target: pathlib.Path) -> list[str]:
    return [
        *("--project-dir", str(DBT_PROJECT_FOLDER), "--profiles-dir", str(DBT_PROJECT_FOLDER)),
        *("--target-path", str(target), "--log-path", str(target), "--quiet", "--no-use-colors"),
        *("--vars", json.dumps({"feeds": list(contracts.all_contracts())})),
    ]


@contextlib.contextmanager
def _databases(folder: pathlib.Path) -> Iterator[None]:
    """The environment that profiles.yml reads; as it was before, afterwards."""
    folder.mkdir(parents=True, exist_ok=True)
    chosen = {
        "SWW_BUILD_DATABASE": str(folder / "build.duckdb"),
        "SWW_WAREHOUSE_DATABASE": str(folder / "warehouse.duckdb"),
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


def _explanation(result: Any) -> str:
    if result.exception is not None:
        return str(result.exception)
    failed = [each for each in result.result.results if each.status in ("error", "fail", "runtime error")]
    return "; ".join(f"{each.node.name}: {each.message}" for each in failed)


def _digest() -> str:
    digest = hashlib.sha256(json.dumps(list(contracts.all_contracts())).encode())
    files = [path for pattern in _SOURCES for path in DBT_PROJECT_FOLDER.rglob(pattern)]
    for path in sorted(file for file in files if _TARGET_FOLDER not in file.parents):
        digest.update(f"{path.relative_to(DBT_PROJECT_FOLDER)}\n".encode() + path.read_bytes())
    return digest.hexdigest()[:16]
