"""Deliveries, and what became of them.

The ledger is part of the lake. A night's batch of a feed is one folder ``lake/<feed>/<night_on>.<n>/`` with

* ``ledger.json``: the outcome of each delivery of the batch,
* ``rows.parquet``: the accepted rows, ``quarantine.parquet``: the cells with a defect (each only where there are any),
* ``validation.json``: what the suite said of each delivery whose rows were read (see ``validation``).

A batch is prepared in a folder that nobody reads, and then gets its name by one rename: it is there whole, or not at
all. After that it never changes. When deliveries are read again, or the batches of a month that is over are folded into
one, a new batch is made that names the batches it ``replaces``. Those are dead from that moment, and are swept later.
So a feed has one batch for each past month and one for each night of this month. The numbers of a feed's batches only
rise, so no name is given twice: a new batch must not have the name of a dead one.
"""

import contextlib
import datetime
import functools
import hashlib
import os
import pathlib
import re
import shutil
from collections.abc import Iterator
from typing import Literal

import pydantic

from pipelines.home import Home
from pipelines.providers import Provider

Status = Literal["accepted", "rejected", "repeated"]

ROWS_FILE = "rows.parquet"
QUARANTINE_FILE = "quarantine.parquet"
VALIDATION_FILE = "validation.json"
_LEDGER_FILE = "ledger.json"

_BATCHES_KEPT = 10_000  # in memory: of 35 feeds, those of ten years of months and a month of nights are half of that

# Of ledger.json. It rises when a version before could not read what is written now; what older ones wrote is read.
# 1 says no format, and ``night`` and ``kept`` for ``night_on`` and ``accepted``; 2 knows no bytes that come again.
FORMAT = 3

_BATCH_NAME = re.compile(r"(?P<night_on>\d{4}-\d{2}-\d{2})\.(?P<number>\d+)")
_UNFINISHED_PREFIX = ".unfinished-"


class UnreadableBatch(RuntimeError):
    """What a batch says of its deliveries can't be read. The message says which and why; ``file`` is its path."""

    def __init__(self, file: pathlib.Path, cause: Exception) -> None:
        super().__init__(f"{file.name} of batch {file.parent.parent.name}/{file.parent.name} can't be read: {cause}")
        self.file = file


class Delivery(pydantic.BaseModel, frozen=True):
    """One file from one provider, known by its bytes.

    ``sequence`` is the <n> of the file's name, or 0. Each time a file is written over, it is one more than before.
    ``again``: how often these bytes came under this name before, each time written over by others since.
    """

    feed: str
    provider: Provider
    file_name: str
    sha256: str
    delivered_on: datetime.date
    sequence: int
    again: int = 0

    @functools.cached_property
    def delivery_id(self) -> str:
        """16 hexadecimal digits, the same for the same delivery in any home."""
        number = (str(self.again),) if self.again else ()
        identity = "\n".join((self.feed, *self.provider, self.file_name, self.sha256, *number))
        return hashlib.sha256(identity.encode()).hexdigest()[:16]

    @property
    def order(self) -> tuple[datetime.date, int, str, str]:
        """By this, the deliveries of one provider and feed are put in order, whenever they came."""
        return (self.delivered_on, self.sequence, self.file_name, self.delivery_id)


class Columns(pydantic.BaseModel, frozen=True):
    """How a delivery's columns differ from the contract's, as far as the delivery alone shows.

    ``added`` are headers that the contract does not know. The others are names of its columns: ``missing``,
    ``reordered``, ``retyped`` (no filled cell could be read as the column's type) and ``empty``.
    """

    added: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    reordered: tuple[str, ...] = ()
    retyped: tuple[str, ...] = ()
    empty: tuple[str, ...] = ()


class Outcome(pydantic.BaseModel, frozen=True):
    """What became of a delivery.

    ``rows_read`` = ``accepted`` + ``quarantined``. Some accepted rows are duplicates: that is found out in the
    warehouse, which sees all deliveries. ``size_bytes`` and ``modified_ns`` are those of the landed file: by them a
    later night knows the file again without reading it. ``updated_since``: where the next request to a platform starts.
    ``lines_set_aside``: filled lines below the header that are no records, beside ``rows_read``. ``remarks_zh``: what
    the provider should know of how the delivery was read, though nothing is refused for it. ``says_zero``: it says
    零报告, a report of nothing. ``names_other_zh``: the name of another provider that it says it is of.

    This is what the delivery shows by itself; what it is beside the others ``effective`` says.
    """

    delivery: Delivery
    received_at: datetime.datetime
    size_bytes: int
    modified_ns: int
    status: Status
    reason: str | None = None
    rows_read: int = 0
    accepted: int = pydantic.Field(default=0, validation_alias=pydantic.AliasChoices("accepted", "kept"))
    quarantined: int = 0
    columns: Columns = Columns()
    updated_since: datetime.datetime | None = None
    lines_set_aside: int = 0
    remarks_zh: tuple[str, ...] = ()
    says_zero: bool = False
    names_other_zh: str | None = None


class Batch(pydantic.BaseModel, frozen=True):
    """Deliveries of a feed, in ``folder``; ``night_on`` is the date of the last night that took any of them."""

    format: int = 1
    night_on: datetime.date = pydantic.Field(validation_alias=pydantic.AliasChoices("night_on", "night"))
    number: int
    replaces: tuple[str, ...] = ()
    outcomes: tuple[Outcome, ...]
    folder: pathlib.Path = pydantic.Field(exclude=True)

    @pydantic.field_validator("format")
    @classmethod
    def _can_be_read(cls, found: int) -> int:
        if found > FORMAT:
            raise ValueError(
                f"it is of format {found}, and this version of the project reads up to {FORMAT}: use the version that "
                "wrote it, or a later one"
            )
        return found

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def rows_file(self) -> pathlib.Path:
        return self.folder / ROWS_FILE

    @property
    def quarantine_file(self) -> pathlib.Path:
        return self.folder / QUARANTINE_FILE

    @property
    def validation_file(self) -> pathlib.Path:
        return self.folder / VALIDATION_FILE


def batches(home: Home, feed: str) -> list[Batch]:
    """The live batches of a feed, oldest night first.

    Raises:
        UnreadableBatch: the ledger of a batch is damaged.
    """
    found = [_read(folder, _modified_ns(folder)) for folder in _batch_folders(home, feed)]
    dead = {name for batch in found for name in batch.replaces}
    return sorted((batch for batch in found if batch.name not in dead), key=lambda each: (each.night_on, each.number))


def outcomes(home: Home, feed: str) -> list[Outcome]:
    """What became of every delivery of a feed, each delivery once."""
    return [outcome for batch in batches(home, feed) for outcome in batch.outcomes]


@contextlib.contextmanager
def new_batch_folder(home: Home, feed: str) -> Iterator[pathlib.Path]:
    """A folder in which a batch is prepared; at the end it is removed unless it was committed."""
    parent = home.lake / feed
    parent.mkdir(parents=True, exist_ok=True)
    folder = parent / f"{_UNFINISHED_PREFIX}{os.getpid()}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def commit(
    prepared: pathlib.Path, night_on: datetime.date, outcomes_of_batch: list[Outcome], replaces: tuple[str, ...] = ()
) -> Batch:
    """Makes the prepared folder a batch of the lake, for good.

    Everything written before, also into the archive, is on the disk before the batch gets its name.
    """
    parent = prepared.parent
    # The greatest number is always here: a batch is only removed after one with a greater number has replaced it.
    number = max((int(match["number"]) for match in _names(parent)), default=0) + 1
    batch = Batch(
        format=FORMAT,
        night_on=night_on,
        number=number,
        replaces=replaces,
        outcomes=tuple(outcomes_of_batch),
        folder=parent / f"{night_on.isoformat()}.{number}",
    )
    (prepared / _LEDGER_FILE).write_text(batch.model_dump_json(indent=1), "utf-8")
    os.sync()
    prepared.rename(batch.folder)
    os.sync()
    return batch


def sweep(home: Home) -> None:
    """Removes unfinished batches of killed runs, and batches that others have replaced."""
    feeds = [folder for folder in home.lake.iterdir() if folder.is_dir()] if home.lake.is_dir() else []
    for feed_folder in feeds:
        live = {batch.name for batch in batches(home, feed_folder.name)}
        for folder in feed_folder.iterdir():
            if _BATCH_NAME.fullmatch(folder.name) and folder.name not in live:
                # Renamed before it is removed: a batch with some of its files gone would count as damaged.
                shutil.rmtree(folder.rename(feed_folder / f"{_UNFINISHED_PREFIX}{folder.name}"))
            elif folder.name.startswith(_UNFINISHED_PREFIX):
                shutil.rmtree(folder)


def _names(feed_folder: pathlib.Path) -> Iterator[re.Match[str]]:
    if feed_folder.is_dir():
        yield from filter(None, (_BATCH_NAME.fullmatch(entry.name) for entry in feed_folder.iterdir()))


def _batch_folders(home: Home, feed: str) -> Iterator[pathlib.Path]:
    folder = home.lake / feed
    return (folder / match[0] for match in _names(folder))


def _modified_ns(folder: pathlib.Path) -> int:
    """When the ledger of a batch was written; 0 where it is not there."""
    try:
        return (folder / _LEDGER_FILE).stat().st_mtime_ns
    except OSError:
        return 0


@functools.lru_cache(maxsize=_BATCHES_KEPT)
def _read(folder: pathlib.Path, modified_ns: int) -> Batch:
    """The batch in the folder. One that is there never changes; another home may come to the same place."""
    file = folder / _LEDGER_FILE
    try:
        return Batch.model_validate({**pydantic.TypeAdapter(dict).validate_json(file.read_bytes()), "folder": folder})
    except (OSError, pydantic.ValidationError) as error:
        raise UnreadableBatch(file, error) from error
