"""Homes that take long to make: made once for all tests and processes, and kept until what made them changes."""

import contextlib
import fcntl
import functools
import hashlib
import pathlib
import shutil
from collections.abc import Callable, Iterator

from pipelines.settings import PROJECT_FOLDER

_PRODUCTION = ("pipelines", "sample_city", "dbt_project", "expectations", "requirements.lock")
_STATES_KEPT = 2
_NOT_SOURCES = {"target", "logs", "dbt_packages", "__pycache__"}


class KeptHomes:
    """What was made in ``folder`` by the project as it is now; what older states of it made goes by and by."""

    def __init__(self, folder: pathlib.Path) -> None:
        self._folder = folder

    def get(self, name: str, make: Callable[[pathlib.Path], None], *made_by: str) -> pathlib.Path:
        """The folder that ``make`` has filled, by this process or another one; who uses it leaves it as it is.

        ``made_by`` are the files and folders of the tests, from the project's folder, on which its content depends.
        """
        state = self._folder / digest(*_PRODUCTION)
        whole = state / f"{name}-{digest(*made_by)}"
        state.mkdir(parents=True, exist_ok=True)
        with _only_one(whole.with_suffix(".lock")):
            if not whole.exists():
                self._sweep()
                unfinished = whole.with_suffix(".unfinished")
                shutil.rmtree(unfinished, ignore_errors=True)
                unfinished.mkdir()
                make(unfinished)
                unfinished.rename(whole)
        return whole

    def _sweep(self) -> None:
        by_age = sorted(self._folder.iterdir(), key=lambda state: state.stat().st_mtime, reverse=True)
        for old in by_age[_STATES_KEPT:]:
            shutil.rmtree(old, ignore_errors=True)


@functools.cache
def digest(*places: str) -> str:
    """Tells one state of these files and folders of the project from another."""
    found = hashlib.sha256()
    for path in sorted(path for place in places for path in _files(PROJECT_FOLDER / place)):
        found.update(f"{path.relative_to(PROJECT_FOLDER)}\n".encode() + path.read_bytes())
    return found.hexdigest()[:12]


def _files(place: pathlib.Path) -> Iterator[pathlib.Path]:
    if place.is_file():
        yield place
    for path in place.rglob("*"):
        if path.is_file() and not _NOT_SOURCES & set(path.relative_to(PROJECT_FOLDER).parts):
            yield path


@contextlib.contextmanager
def _only_one(file: pathlib.Path) -> Iterator[None]:
    """Waits while another process is at it; the lock of a process that died holds nobody up."""
    with file.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
