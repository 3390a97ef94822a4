"""The archive: the bytes of every delivery as they came, by their SHA-256."""

import hashlib
import os
import pathlib

from pipelines.home import Home
from pipelines.settings import MEGABYTE

_UNFINISHED_PREFIX = ".unfinished-"

BYTES_LIMIT = 1024 * MEGABYTE
"""Of one archived file. Reading has a much lower limit: a file between the two is archived and then rejected."""


class UntakenFile(Exception):
    """A landed file that can't be opened, or is too large for any disk. The message says why, in Chinese."""


def path_of(home: Home, sha256: str) -> pathlib.Path:
    """Where the archive keeps the bytes with this SHA-256."""
    return home.archive / sha256[:2] / sha256


def store(home: Home, path: pathlib.Path) -> str:
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
    stored = path_of(home, sha256)
    is_whole = stored.exists() and stored.stat().st_size == unfinished.stat().st_size  # not so after a power cut
    if is_whole:
        unfinished.unlink()
    else:
        stored.parent.mkdir(mode=0o700, exist_ok=True)
        unfinished.chmod(0o400)
        unfinished.rename(stored)
    return sha256


def sweep(home: Home) -> None:
    """Removes unfinished files that a killed run has left."""
    for leftover in home.archive.glob(f"{_UNFINISHED_PREFIX}*"):
        leftover.unlink()
