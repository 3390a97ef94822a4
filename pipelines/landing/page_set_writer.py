"""Writes a platform's pages into one file. The file gets its name when it is complete and on the disk."""

import contextlib
import gzip
import os
import pathlib
from collections.abc import Iterator, Mapping
from typing import Self

import orjson

from pipelines.landing.page import Page


class PageSetWriter(contextlib.AbstractContextManager["PageSetWriter"]):
    """An unfinished page set: gzip of JSON lines, first ``{"request": …}``, then one line for each page.

    The same request and pages give the same bytes. If the context ends without :meth:`publish`, the file is removed. A
    file that a killed process has left (its name starts with a dot) is overwritten by the next process.
    """

    def __init__(self, destination: pathlib.Path, request: Mapping[str, str | None]) -> None:
        self._destination = destination
        self._unfinished = destination.with_name(f".{destination.name}.unfinished")
        descriptor = os.open(self._unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        self._file = os.fdopen(descriptor, "wb")
        self._lines = gzip.GzipFile(filename="", mode="wb", compresslevel=4, fileobj=self._file, mtime=0)
        self._lines.write(orjson.dumps({"request": request}) + b"\n")
        self.pages = 0
        self.rows = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._unfinished.unlink(missing_ok=True)
        with contextlib.suppress(OSError):  # the disk is full: an earlier write has raised that already
            self._lines.close()
            self._file.close()

    def add(self, page: Page) -> None:
        """Appends a page as delivered, but without line breaks."""
        self._lines.write(page.line)
        self._lines.write(b"\n")
        self.pages += 1
        self.rows += page.rows

    def stored_bytes(self) -> int:
        return self._file.tell()

    def publish(self) -> None:
        """Writes the file to the disk, and then gives it its name."""
        self._lines.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._unfinished.replace(self._destination)
        with _opened_folder(self._destination.parent) as folder:
            os.fsync(folder)


@contextlib.contextmanager
def _opened_folder(folder: pathlib.Path) -> Iterator[int]:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        yield descriptor
    finally:
        os.close(descriptor)
