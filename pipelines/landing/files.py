"""What has landed: files named by provider, feed and delivery date, and their bytes in the archive."""

import dataclasses
import datetime
import hashlib
import os
import pathlib
import re

from pipelines.home import Home
from pipelines.providers import Provider
from pipelines.reading import SUFFIXES
from pipelines.settings import MEGABYTE

_FILE_NAME = re.compile(
    rf"(?P<date>\d{{4}}-\d{{2}}-\d{{2}})(?:-(?P<sequence>\d{{1,6}}))?(?:{'|'.join(map(re.escape, SUFFIXES))})",
    re.IGNORECASE,
)
_UNFINISHED_PREFIX = ".unfinished-"


@dataclasses.dataclass(frozen=True)
class LandedFile:
    """A file in landing whose name says what it is."""

    path: pathlib.Path
    provider: Provider
    delivered_on: datetime.date
    sequence: int
    size_bytes: int
    modified_ns: int


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
    for path in sorted(home.landing.glob(f"*/*/{feed}/*")):
        if path.name.startswith("."):  # still being written
            continue
        landed = _landed_file(path)
        if landed is None:
            strays.append(path)
        else:
            files.append(landed)
    files.sort(key=lambda file: (file.provider, file.delivered_on, file.sequence, file.path.name))
    return Landed(tuple(files), tuple(strays))


def _landed_file(path: pathlib.Path) -> LandedFile | None:
    match = _FILE_NAME.fullmatch(path.name)
    if match is None or not path.is_file() or path.is_symlink() or not _is_utf8(path):
        return None
    try:
        delivered_on = datetime.date.fromisoformat(match["date"])
    except ValueError:
        return None
    state = path.stat()
    provider_folder = path.parents[1]
    return LandedFile(
        path=path,
        provider=Provider(provider_folder.parent.name, provider_folder.name),
        delivered_on=delivered_on,
        sequence=int(match["sequence"] or 0),
        size_bytes=state.st_size,
        modified_ns=state.st_mtime_ns,
    )


def _is_utf8(path: pathlib.Path) -> bool:
    """Whether the path can be written as UTF-8. Windows may have uploaded folders whose names are GBK."""
    try:
        str(path).encode()
    except UnicodeEncodeError:
        return False
    return True


def delivery_file_name(day: datetime.date, suffix: str) -> str | None:
    """A name for a delivery of ``day`` that no other file has; None if files with this suffix are not read."""
    name = f"{day.isoformat()}-999999{suffix.lower()}"
    return name if _FILE_NAME.fullmatch(name) else None


def sweep(home: Home) -> None:
    """Removes unfinished files that a killed run has left in the archive and in landing."""
    for pattern, folder in ((f"{_UNFINISHED_PREFIX}*", home.archive), ("platform/*/*/.*.unfinished", home.landing)):
        for leftover in folder.glob(pattern):
            leftover.unlink()


def archived(home: Home, sha256: str) -> pathlib.Path:
    """Where the archive keeps the bytes with this SHA-256."""
    return home.archive / sha256[:2] / sha256


class UntakenFile(Exception):
    """A landed file that can't be opened, or is too large for any disk. The message says why, in Chinese."""


BYTES_LIMIT = 1024 * MEGABYTE
"""Of one archived file. Reading has a much lower limit: a file between the two is archived and then rejected."""


def archive(home: Home, path: pathlib.Path) -> str:
    """The SHA-256 of a landed file, after its bytes were copied into the archive.

    The copy is hashed, not the file: a provider may still be writing to the file.

    Raises:
        UntakenFile: the file can't be read, has disappeared, or is larger than BYTES_LIMIT.
        OSError: the archive can't be written to.
    """
    try:
        landed = path.open("rb")
    except OSError as error:
        raise UntakenFile(f"{path.name}：文件无法打开（{error.strerror}）") from error
    unfinished = home.archive / f"{_UNFINISHED_PREFIX}{os.getpid()}"
    digest = hashlib.sha256()
    with landed, unfinished.open("wb") as copy:
        while piece := landed.read(MEGABYTE):
            if copy.tell() + len(piece) > BYTES_LIMIT:
                unfinished.unlink()
                raise UntakenFile(f"{path.name}：文件超过 {BYTES_LIMIT // MEGABYTE} MB，未接收；请分成几个文件报送")
            digest.update(piece)
            copy.write(piece)
    sha256 = digest.hexdigest()
    kept = archived(home, sha256)
    if kept.exists() and kept.stat().st_size == unfinished.stat().st_size:  # a smaller one is what a power cut has left
        unfinished.unlink()
    else:
        kept.parent.mkdir(mode=0o700, exist_ok=True)
        unfinished.chmod(0o400)
        unfinished.rename(kept)
    return sha256
