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
from typing import TYPE_CHECKING, Any

from pipelines import lock, settings
from pipelines.home import Home
from pipelines.publishing import entrance

if TYPE_CHECKING:
    from pipelines.intake import Replay

_LOOPBACK = "127.0.0.1"
_CODE_LOCATION = "pipelines.definitions"
_SECONDS_BETWEEN_LOOKS = 5
_RELOAD = "mutation ($name: String!) { reloadRepositoryLocation(repositoryLocationName: $name) { __typename } }"
_DAGSTER_SETTINGS = pathlib.Path(__file__).with_name("dagster.yaml")


class NightFailed(RuntimeError):
    """The nightly job failed; the message says which step and why. What is published stays."""


def run_nightly(home: Home, night: datetime.date, replay: "Replay | None" = None) -> None:
    """Runs the nightly job for everything that has landed by ``night``, until its version is published.

    The deliveries of ``replay`` are read again from the archive. The run is recorded in the home's Dagster storage like
    those that the UI, the schedule and the sensors launch. An interruption or SIGTERM ends it as a failed run.

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
    from pipelines.components.night import LAUNCHED_BY_TAG, night_config, partition_of
    from pipelines.definitions import definitions
    from pipelines.defs.automation import NIGHTLY
    from pipelines.workarounds import recorded_run

    job = definitions().resolve_job_def(NIGHTLY)
    command = "sww backfill" if replay else "sww nightly"
    tags = {"dagster/partition": partition_of(night), LAUNCHED_BY_TAG: "cli", "user": command}
    config = {
        "resources": {"night": {"config": night_config(night, replay)}},
        "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},  # the reason is raised below
    }
    try:
        with _companions(home), dg.DagsterInstance.get() as instance:
            events = recorded_run.execute(job, _CODE_LOCATION, instance, config, tags)
    except sqlalchemy.exc.DatabaseError as error:  # the disk is full, or may not be written to
        free_mb = shutil.disk_usage(home.dagster).free // 1_000_000
        raise NightFailed(
            f"Dagster's storage {home.dagster} can't be used: {error.orig} ({free_mb} MB are free on its disk)"
        ) from error
    if not any(event.is_job_success for event in events):
        raise NightFailed(reason(events))


def serve_ui(home: Home, port: int) -> None:
    """Serves the UI at ``port`` and the docs at the next one, and runs the daemon, until interrupted or told to end."""
    prepare(home)
    settings.provide_docs_url(f"http://{_LOOPBACK}:{port + 1}")
    entrance.write(home)
    _end_dead_runs(home)
    command = [
        sys.executable,
        "-m",
        "dagster",
        "dev",
        "-m",
        _CODE_LOCATION,
        "-h",
        _LOOPBACK,
        "-p",
        str(port),
    ]
    for number in (signal.SIGINT, signal.SIGTERM):  # a shell starts what it runs in the background deaf to SIGINT
        signal.signal(number, signal.default_int_handler)
    with _companions(home), _docs_served(home, port + 1), subprocess.Popen(command) as server:  # noqa: S603
        try:
            _keep_days_current(home, port, server)
        except KeyboardInterrupt:
            server.send_signal(signal.SIGINT)


def _keep_days_current(home: Home, port: int, server: "subprocess.Popen[bytes]") -> None:
    """Returns when the server ends; has the code location loaded anew when the home's first delivery day changes.

    Its partitions begin with that day, and a new home learns it from its first night.
    """
    import httpx

    from pipelines import intake
    from pipelines.publishing import versions

    loaded_for, published = intake.first_delivery_day(home), versions.current(home)
    while server.poll() is None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(_SECONDS_BETWEEN_LOOKS)
        if (now := versions.current(home)) != published:
            first = intake.first_delivery_day(home)
            with contextlib.suppress(httpx.HTTPError):  # it is tried again
                if first != loaded_for:
                    reload = {"query": _RELOAD, "variables": {"name": _CODE_LOCATION}}
                    httpx.post(f"http://{_LOOPBACK}:{port}/graphql", json=reload, timeout=60).raise_for_status()
                loaded_for, published = first, now


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

    from pipelines.components.history import end_dead_runs

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
