"""The lock of a home: only one process writes to it at a time."""

import contextlib
import datetime
import fcntl
import os
from collections.abc import Iterator

from pipelines.home import Home


class Busy(RuntimeError):
    """Another process is writing to this home. The message says which, and since when."""


@contextlib.contextmanager
def only_writer(home: Home, purpose: str) -> Iterator[None]:
    """While this is held, no other process writes to the home.

    The operating system holds the lock, so it is free at once when the process dies.

    Raises:
        Busy: another process has the lock.
    """
    home.make_folders()
    with (home.root / ".lock").open("a+", encoding="utf-8") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            stream.seek(0)
            raise Busy(f"{home.root.name} is in use: {stream.read().strip() or 'by another process'}") from None
        stream.truncate(0)
        stream.write(
            f"{purpose}, process {os.getpid()}, since {datetime.datetime.now(datetime.UTC):%Y-%m-%d %H:%M:%S} UTC"
        )
        stream.flush()
        yield
