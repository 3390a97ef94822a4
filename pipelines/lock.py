"""One writer at a time: the lock of a home."""

import contextlib
import datetime
import fcntl
import os
from collections.abc import Iterator

from pipelines.home import Home


class Busy(RuntimeError):
    """Another process writes to this home; the message says which, and since when."""


@contextlib.contextmanager
def only_writer(home: Home, purpose: str) -> Iterator[None]:
    """Nobody else writes to the home meanwhile.

    The operating system holds the lock for the process, so the lock of a process that died is free at once.

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
