"""Runs ``sww`` commands in forked processes, with what takes long to import loaded once.

A test that kills a night a hundred times would else mostly kill imports. Each line of the standard input is a JSON
object: ``{"start": {arguments, environment, output}}`` is answered with the id of the new process, which leads a
process group of its own; ``{"wait": pid}`` with its exit code (negative: the signal that ended it). ``small-night``
is a command, too: see ``small_night``.
"""

import ctypes
import importlib
import json
import os
import sys
import tempfile
import traceback
from typing import Any

from pipelines import cli

_LOADED = ("dagster", "dagster_dbt", "dbt.cli.main", "dbt.adapters.duckdb", "great_expectations", "pipelines.quality",
           "pipelines.intake", "pipelines.night", "pipelines.report", "tests.faults.small_night")  # fmt: skip
_CAPABILITY_VERSION = 0x20080522


def serve() -> None:
    for name in _LOADED:
        importlib.import_module(name)
    print("ready", flush=True)  # noqa: T201
    for line in sys.stdin:
        request = json.loads(line)
        if "wait" in request:
            _, status = os.waitpid(request["wait"], 0)
            print(os.waitstatus_to_exitcode(status), flush=True)  # noqa: T201
        elif process_id := os.fork():
            print(process_id, flush=True)  # noqa: T201
        else:
            _run(**request["start"])


def _run(arguments: list[str], environment: dict[str, str], output: str) -> None:
    os.setsid()
    become_ordinary()
    descriptor = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for standard, replacement in ((0, nothing), (1, descriptor), (2, descriptor)):
        os.dup2(replacement, standard)
    os.environ.clear()
    os.environ.update(environment)
    tempfile.tempdir = None  # may be another one in this environment
    exit_code = 1
    try:
        exit_code = _exit_code(arguments)
    except BaseException:
        traceback.print_exc()
        raise
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        # Not through the interpreter's own end, which waits for threads that did not come along over the fork.
        os._exit(exit_code)


def _exit_code(arguments: list[str]) -> int:
    if arguments[0] == "small-night":
        from tests.faults import small_night

        _, last, kill_before, _, root = arguments
        small_night.main(root, last, int(kill_before))
        return 0
    try:
        cli.main(arguments)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else bool(end.code)
    raise AssertionError("a click command ends with SystemExit")


def become_ordinary() -> None:
    """Gives up what root may do beyond the permission bits, so that a folder closed to a user is closed."""
    header: Any = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION, 0)
    nothing: Any = (ctypes.c_uint32 * 6)()
    if ctypes.CDLL(None, use_errno=True).capset(header, nothing):
        raise OSError(ctypes.get_errno(), "capset")


if __name__ == "__main__":
    serve()
