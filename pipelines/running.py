"""Runs the nightly job in this process, and serves the Dagster UI."""

import contextlib
import datetime
import http.server
import importlib.metadata
import pathlib
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Any

from pipelines import lock, settings
from pipelines.home import Home

_LOOPBACK = "127.0.0.1"
_DAGSTER_SETTINGS = pathlib.Path(__file__).with_name("dagster.yaml")


class NightFailed(RuntimeError):
    """The nightly job failed; the message says which step and why. What is published stays."""


def run_nightly(home: Home, first: datetime.date, last: datetime.date, is_replay: bool) -> None:
    """Runs the nightly job for the delivery days from ``first`` to ``last``, until its version is published.

    The run is recorded in the home's Dagster storage like those that the UI, the schedule and the sensors launch. An
    interruption or SIGTERM ends it as a failed run.

    Raises:
        NightFailed: nothing was published.
    """
    try:
        with lock.only_writer(home, "a night about to begin"):
            prepare(home)
    except lock.Busy as error:  # said before what takes long is imported; the run itself takes the lock again
        raise NightFailed(str(error)) from error
    import dagster as dg
    import sqlalchemy.exc

    from pipelines.components.failure import reason
    from pipelines.components.night import REPLAY_TAG
    from pipelines.definitions import definitions
    from pipelines.defs.automation import NIGHTLY

    job = definitions().resolve_job_def(NIGHTLY)
    tags = {
        "dagster/asset_partition_range_start": first.isoformat(),
        "dagster/asset_partition_range_end": last.isoformat(),
        **({REPLAY_TAG: "true"} if is_replay else {}),
    }
    try:
        with _companions(home), dg.DagsterInstance.get() as instance:
            quiet = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}  # the reason is raised below
            result = job.execute_in_process(run_config=quiet, tags=tags, instance=instance, raise_on_error=False)
    except sqlalchemy.exc.DatabaseError as error:  # the disk is full, or may not be written to
        free_mb = shutil.disk_usage(home.dagster).free // 1_000_000
        raise NightFailed(
            f"Dagster's storage {home.dagster} can't be used: {error.orig} ({free_mb} MB are free on its disk)"
        ) from error
    if not result.success:
        raise NightFailed(reason(result.all_events))


def serve_ui(home: Home, port: int) -> None:
    """Serves the UI at ``port`` and the docs at the next one, and runs the daemon, until interrupted or told to end."""
    prepare(home)
    settings.provide_docs_url(f"http://{_LOOPBACK}:{port + 1}")
    _end_dead_runs(home)
    command = [
        sys.executable,
        "-m",
        "dagster",
        "dev",
        "-m",
        "pipelines.definitions",
        "-h",
        _LOOPBACK,
        "-p",
        str(port),
    ]
    for number in (signal.SIGINT, signal.SIGTERM):  # a shell starts what it runs in the background deaf to SIGINT
        signal.signal(number, signal.default_int_handler)
    with _companions(home), _docs_served(home, port + 1), subprocess.Popen(command) as server:  # noqa: S603
        try:
            server.wait()
        except KeyboardInterrupt:
            server.send_signal(signal.SIGINT)


@contextlib.contextmanager
def _docs_served(home: Home, port: int) -> Iterator[None]:
    class Docs(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *arguments: Any) -> None:
            super().__init__(*arguments, directory=str(home.docs))

        def log_message(self, *_: object) -> None: ...

    with http.server.ThreadingHTTPServer((_LOOPBACK, port), Docs) as server:
        thread = threading.Thread(target=server.serve_forever, name="docs")
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()


def _end_dead_runs(home: Home) -> None:
    import dagster as dg

    from pipelines.components.night import end_dead_runs

    with (
        contextlib.suppress(lock.Busy),
        lock.only_writer(home, "the UI's start"),
        dg.DagsterInstance.get() as instance,
    ):
        end_dead_runs(instance)


def prepare(home: Home) -> None:
    """Points this process and those it starts to the home and its Dagster storage."""
    home.make_folders()
    (home.dagster / "dagster.yaml").write_bytes(_DAGSTER_SETTINGS.read_bytes())
    settings.use_home(home)


@contextlib.contextmanager
def _companions(home: Home) -> Iterator[None]:
    """What other packages run beside a night and the UI: the context managers of a home under ``sww.companions``."""
    with contextlib.ExitStack() as stack:
        for declared in importlib.metadata.entry_points(group="sww.companions"):
            stack.enter_context(declared.load()(home))
        yield
