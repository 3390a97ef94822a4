"""dbt in a thread of this process: followed node by node, stopped when nobody follows, and nothing of it left open.

Works around: a dbt process of its own imports for 8 s and parses for 6 s. dbt's runner can be called from Python, but
gives back nothing before its end, can't be told to stop, reads a parsed project only from an object of its own, and
leaves connections and its log file open.

It can go when dbt's runner can be followed and cancelled, or a night's start-up no longer counts.
"""

import contextlib
import pathlib
import queue
import threading
from collections.abc import Iterator
from typing import Any

_PATIENCE_SECONDS = 0.5
_NO_LOG_FILE = ("--log-level-file", "none")  # dbt leaves it open until it is invoked again
_START_EVENT = "LogStartLine"
_RESULT_EVENTS = frozenset({"LogModelResult", "LogSeedResult", "LogTestResult", "LogSnapshotResult"})


class DbtFailed(RuntimeError):
    """dbt ended with an error; the message lists the nodes that failed and why."""


class DbtStopped(RuntimeError):
    """What is left of a build of which nobody waits for the end any more."""


@contextlib.contextmanager
def followed(arguments: list[str], parsed: pathlib.Path | None = None) -> Iterator[Iterator[dict[str, Any]]]:
    """dbt's structured event of each model, seed and data test of a command, as it ends.

    ``parsed`` is the ``partial_parse.msgpack`` of the project; without it, the project is parsed. Leaving the context
    before the last event stops dbt; at the end of the context nothing of it is left running or open.

    Raises:
        DbtFailed: the command failed; raised instead of an event after the last one.
    """
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner, dbtRunnerResult
    from dbt.contracts.graph.manifest import Manifest
    from google.protobuf.json_format import MessageToDict

    told: queue.SimpleQueue[dict[str, Any] | dbtRunnerResult] = queue.SimpleQueue()
    stopped = threading.Event()

    def relay(event: Any) -> None:
        if event.info.name == _START_EVENT and stopped.is_set():
            raise DbtStopped("the night was told to stop")  # dbt takes it for an error of the node, and goes on
        if event.info.name in _RESULT_EVENTS:
            told.put(MessageToDict(event, preserving_proto_field_name=True))

    def run() -> None:
        manifest = Manifest.from_msgpack(parsed.read_bytes()) if parsed else None
        told.put(dbtRunner(manifest=manifest, callbacks=[relay]).invoke([*arguments, *_NO_LOG_FILE]))

    def events() -> Iterator[dict[str, Any]]:
        while isinstance(item := told.get(), dict):
            yield item
        if not item.success:
            raise DbtFailed(_explanation(item))

    worker = threading.Thread(target=run, name="dbt")
    worker.start()
    try:
        yield events()
    finally:
        stopped.set()
        _end(worker)
        DuckDBConnectionManager.close_all_connections()


@contextlib.contextmanager
def cursor() -> Iterator[Any]:
    """A cursor on the databases of the command that is followed; DuckDB opens a file once in a process."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    with contextlib.closing(DuckDBConnectionManager.env().handle()) as handle:
        yield handle.cursor()


def _end(worker: threading.Thread) -> None:
    """Waits for dbt's thread, and interrupts the queries that keep it."""
    from dbt.adapters.factory import get_adapter_by_type

    worker.join(_PATIENCE_SECONDS)
    while worker.is_alive():
        with contextlib.suppress(KeyError):  # dbt has not connected yet
            get_adapter_by_type("duckdb").cancel_open_connections()
        worker.join(_PATIENCE_SECONDS)


def _explanation(result: Any) -> str:
    if result.exception is not None:
        return str(result.exception)
    failed = [each for each in result.result.results if each.status in ("error", "fail", "runtime error")]
    return "; ".join(f"{each.node.name}: {each.message}" for each in failed)
