"""A platform's pages on their way into one delivered file: written beside it, named when whole and on the disk."""

import contextlib
import datetime
import gzip
import os
import pathlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Self

import orjson

from pipelines.settings import SHANGHAI


class PageSet(contextlib.AbstractContextManager["PageSet"]):
    """A page set in the making: gzip of JSON lines, ``{"request": …}`` first, then a line for each page.

    The same request and pages make the same bytes. What was written is gone when the context ends without
    :meth:`publish`; what a killed process left (a name that starts with a dot) is overwritten by the next.
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
        with contextlib.suppress(OSError):  # of a full disk, which an earlier write has raised already
            self._lines.close()
            self._file.close()

    def add(self, body: bytes, rows: Iterable[Mapping[str, Any]]) -> None:
        """Appends a page: ``body`` as delivered, without line breaks, and the rows that stand in it."""
        self._lines.write(body + b"\n")
        self.pages += 1
        for row in rows:
            self.rows += 1
            self._note_update(row.get("updated_at"))

    def stored_bytes(self) -> int:
        return self._file.tell()

    def publish(self) -> None:
        """Gives the file its name, when its bytes are on the disk; then the name is, too."""
        self._lines.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._unfinished.replace(self._destination)
        with _opened_folder(self._destination.parent) as folder:
            os.fsync(folder)

    def _note_update(self, text: object) -> None:
        """ISO 8601; a time without offset is Chinese local time, anything else is left to validation."""
        if not isinstance(text, str) or text == self._greatest_text:
            return
        try:
            moment = datetime.datetime.fromisoformat(text)
            moment = (moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)).astimezone(datetime.UTC)
        except (ValueError, OverflowError):  # the latter: before the year 1 or after 9999 once it is UTC
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
