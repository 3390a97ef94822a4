"""Writes a platform's pages into one file. The file gets its name when it is complete and on the disk."""

import contextlib
import datetime
import gzip
import os
import pathlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Self

import orjson

from pipelines.contracts import UPDATED_AT
from pipelines.settings import SHANGHAI


class PageSetWriter(contextlib.AbstractContextManager["PageSetWriter"]):
    """An unfinished page set: gzip of JSON lines, first ``{"request": …}``, then one line for each page.

    The same request and pages give the same bytes. If the context ends without :meth:`publish`, the file is removed. A
    file that a killed process has left (its name starts with a dot) is overwritten by the next process.
    ``greatest_updated_at`` (UTC) is null while no row has a time.
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
        self.greatest_updated_at: datetime.datetime | None = None
        self._greatest_text = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._unfinished.unlink(missing_ok=True)
        with contextlib.suppress(OSError):  # the disk is full: an earlier write has raised that already
            self._lines.close()
            self._file.close()

    def add(self, body: bytes, rows: Iterable[Mapping[str, Any]]) -> None:
        """Appends a page: its ``body`` as delivered but without line breaks, and the rows in it."""
        self._lines.write(body + b"\n")
        self.pages += 1
        for row in rows:
            self.rows += 1
            self._note_update(row.get(UPDATED_AT))

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

    def _note_update(self, text: object) -> None:
        """Reads ISO 8601; a time without offset is Chinese local time. Any other text is left to validation."""
        if not isinstance(text, str) or text == self._greatest_text:
            return
        try:
            moment = datetime.datetime.fromisoformat(text)
            moment = (moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)).astimezone(datetime.UTC)
        except (ValueError, OverflowError):  # OverflowError: in UTC it is before the year 1 or after 9999
            return
        if self.greatest_updated_at is None or moment > self.greatest_updated_at:
            self.greatest_updated_at = moment
            self._greatest_text = text


@contextlib.contextmanager
def _opened_folder(folder: pathlib.Path) -> Iterator[int]:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        yield descriptor
    finally:
        os.close(descriptor)
