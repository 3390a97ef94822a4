"""The files in landing, named by provider, feed and delivery date."""

import dataclasses
import datetime
import os
import pathlib
import re

from pipelines.home import Home
from pipelines.providers import Provider
from pipelines.reading import SUFFIXES

_FILE_NAME = re.compile(
    rf"(?P<date>\d{{4}}-\d{{2}}-\d{{2}})(?:-(?P<sequence>\d{{1,6}}))?(?:{'|'.join(map(re.escape, SUFFIXES))})",
    re.IGNORECASE,
)


@dataclasses.dataclass(frozen=True)
class LandedFile:
    """A file in landing whose name says what it is."""

    path: pathlib.Path
    provider: Provider
    delivered_on: datetime.date
    sequence: int
    size_bytes: int
    modified_ns: int

    @property
    def state(self) -> str:
        """Changes whenever the file is written to, as far as can be told without reading it."""
        return f"{'/'.join(self.provider)}/{self.path.name} {self.size_bytes} {self.modified_ns}"


@dataclasses.dataclass(frozen=True)
class Landed:
    """What landing holds of one feed.

    ``strays`` are files that are not named <date>[-<n>].<csv|xlsx|zip>, or lie in a folder whose name is not UTF-8.
    """

    files: tuple[LandedFile, ...]
    strays: tuple[pathlib.Path, ...]


def scan(home: Home, feed: str) -> Landed:
    """Every file that landed for a feed, in the order of provider, date and sequence."""
    files: list[LandedFile] = []
    strays: list[pathlib.Path] = []
    for folder in home.landing.glob(f"*/*/{feed}"):
        provider = Provider(folder.parent.parent.name, folder.parent.name)
        for entry in os.scandir(folder) if folder.is_dir() else ():
            if entry.name.startswith("."):  # still being written
                continue
            landed = _landed_file(entry, provider)
            if landed is None:
                strays.append(pathlib.Path(entry.path))
            else:
                files.append(landed)
    files.sort(key=lambda file: (file.provider, file.delivered_on, file.sequence, file.path.name))
    return Landed(tuple(files), tuple(sorted(strays)))


def _landed_file(entry: os.DirEntry[str], provider: Provider) -> LandedFile | None:
    match = _FILE_NAME.fullmatch(entry.name)
    if match is None or not entry.is_file(follow_symlinks=False) or not _is_utf8(entry.path):
        return None
    try:
        delivered_on = datetime.date.fromisoformat(match["date"])
    except ValueError:
        return None
    state = entry.stat()
    return LandedFile(
        path=pathlib.Path(entry.path),
        provider=provider,
        delivered_on=delivered_on,
        sequence=int(match["sequence"] or 0),
        size_bytes=state.st_size,
        modified_ns=state.st_mtime_ns,
    )


def _is_utf8(path: str) -> bool:
    """Whether the path can be written as UTF-8. Windows may have uploaded folders whose names are GBK."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def delivery_file_name(day: datetime.date, suffix: str) -> str | None:
    """A name for a delivery of ``day`` that no other file has; None if files with this suffix are not read."""
    name = f"{day.isoformat()}-999999{suffix.lower()}"
    return name if _FILE_NAME.fullmatch(name) else None


def sweep(home: Home) -> None:
    """Removes unfinished page sets that a killed run has left in landing."""
    for leftover in home.landing.glob("platform/*/*/.*.unfinished"):
        leftover.unlink()
