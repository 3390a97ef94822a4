"""Finds damage in what a home keeps: archive, ledger, lake and the published file. Changes nothing."""

import collections
import dataclasses
import hashlib
import pathlib
import re
from collections.abc import Iterator

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from pipelines import lock
from pipelines.home import Home
from pipelines.lake import ledger, validation
from pipelines.lake.ledger import Batch, Outcome
from pipelines.landing import archive
from pipelines.settings import database_memory_mb

_SHA256 = re.compile(r"[0-9a-f]{64}")
_PROMISED_MARTS = (
    "claims",
    "deliveries",
    "indicator_breakdowns",
    "indicator_catalog",
    "indicator_values",
    "provider_scorecard",
    "quarantined_rows",
    "restatements",
)


@dataclasses.dataclass(frozen=True)
class Damage:
    """Something that is not as it was written. ``place``: its path in the home; ``what``: what is wrong with it."""

    place: str
    what: str


@dataclasses.dataclass
class Verification:
    """How much was checked, and all the damage that was found."""

    archived_files: int = 0
    archived_bytes: int = 0
    deliveries: int = 0
    batches: int = 0
    lake_rows: int = 0
    quarantined_rows: int = 0
    published_tables: int = 0
    published_rows: int = 0
    damages: list[Damage] = dataclasses.field(default_factory=list)


def verify(home: Home) -> Verification:
    """Reads every byte of the archive, the lake and the published version, in bounded memory.

    Raises:
        lock.Busy: a night is writing to the home.
    """
    with lock.only_writer(home, "verify"):
        found = Verification()
        found.damages += _archive_damage(home, found)
        outcomes: list[Outcome] = []
        for folder in sorted(home.lake.iterdir()):
            try:
                live = ledger.batches(home, folder.name)
            except ledger.UnreadableBatch as error:
                found.damages.append(Damage(_place(home, error.file), str(error)))
                continue
            for batch in live:
                found.damages += _batch_damage(home, batch, found)
            of_feed = [outcome for batch in live for outcome in batch.outcomes]
            found.damages += _ledger_damage(home, folder, of_feed)
            outcomes += of_feed
        found.deliveries = len(outcomes)
        if home.published_database.exists():
            known = {outcome.delivery.delivery_id for outcome in outcomes}
            found.damages += _published_damage(home, known, found)
        return found


def _archive_damage(home: Home, found: Verification) -> Iterator[Damage]:
    for path in sorted(home.archive.glob("*/*")):
        if not _SHA256.fullmatch(path.name):
            yield Damage(_place(home, path), "its name is no SHA-256")
            continue
        try:
            with path.open("rb") as stream:
                sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
                found.archived_bytes += stream.tell()
        except OSError as error:
            yield Damage(_place(home, path), f"can't be read: {error.strerror}")
            continue
        found.archived_files += 1
        if sha256 != path.name:
            yield Damage(_place(home, path), f"its bytes have another SHA-256: {sha256}")


def _ledger_damage(home: Home, folder: pathlib.Path, of_feed: list[Outcome]) -> Iterator[Damage]:
    times = collections.Counter(outcome.delivery.delivery_id for outcome in of_feed)
    for delivery_id, count in times.items():
        if count > 1:
            yield Damage(_place(home, folder), f"delivery {delivery_id} is in {count} live batches")
    for outcome in of_feed:
        path = archive.path_of(home, outcome.delivery.sha256)
        if not path.exists():
            yield Damage(_place(home, path), f"not in the archive: the bytes of {_told(outcome)}")


def _batch_damage(home: Home, batch: Batch, found: Verification) -> Iterator[Damage]:
    found.batches += 1
    try:
        validation.of_batch(batch)
    except ledger.UnreadableBatch as error:
        yield Damage(_place(home, error.file), str(error))
    try:
        rows = _rows_by_delivery(batch.rows_file)
        quarantined_rows = _quarantined_rows_by_delivery(batch.quarantine_file)
    except (OSError, pa.ArrowException) as error:
        yield Damage(_place(home, batch.folder), f"can't be read: {error}")
        return
    found.lake_rows += rows.total()
    found.quarantined_rows += quarantined_rows.total()
    for outcome in batch.outcomes:
        delivery_id = outcome.delivery.delivery_id
        accepted, quarantined = rows.pop(delivery_id, 0), quarantined_rows.pop(delivery_id, 0)
        if outcome.status == "rejected":
            continue  # rows of it may be there: slices were written before it was rejected. They do not count
        if accepted != outcome.accepted:
            what = f"{accepted} rows instead of {outcome.accepted} of {_told(outcome)}"
            yield Damage(_place(home, batch.rows_file), what)
        if quarantined != outcome.quarantined:
            what = f"{quarantined} quarantined rows instead of {outcome.quarantined} of {_told(outcome)}"
            yield Damage(_place(home, batch.quarantine_file), what)
    for path, strangers in ((batch.rows_file, rows), (batch.quarantine_file, quarantined_rows)):
        for delivery_id, count in strangers.items():
            yield Damage(_place(home, path), f"{count} rows of delivery {delivery_id}, which the batch does not have")


def _rows_by_delivery(path: pathlib.Path) -> collections.Counter[str]:
    """The number of rows of each delivery. To count them, every page of every column is decoded."""
    rows: collections.Counter[str] = collections.Counter()
    if path.exists():
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            for slice_ in file.iter_batches():
                for count in slice_.column("_delivery_id").value_counts().to_pylist():
                    rows[count["values"]] += count["counts"]
    return rows


def _quarantined_rows_by_delivery(path: pathlib.Path) -> collections.Counter[str]:
    """The number of quarantined rows of each delivery. The cells of a row follow one another."""
    rows: collections.Counter[str] = collections.Counter()
    if path.exists():
        before = None
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            for slice_ in file.iter_batches():
                for row in zip(*(slice_.column(name).to_pylist() for name in _ROW), strict=True):
                    rows[row[0]] += row != before
                    before = row
    return rows


_ROW = ("delivery_id", "sheet", "source_row")


def _published_damage(home: Home, known: set[str], found: Verification) -> Iterator[Damage]:
    place = _place(home, home.published_database)
    try:
        with duckdb.connect(str(home.published_database), read_only=True) as connection:
            connection.execute(f"set memory_limit = '{database_memory_mb()}MB'")
            yield from (Damage(place, what) for what in _what_is_wrong(connection, known, found))
    except duckdb.Error as error:
        yield Damage(place, f"can't be read: {error}")


def _what_is_wrong(connection: duckdb.DuckDBPyConnection, known: set[str], found: Verification) -> Iterator[str]:
    tables = [
        name
        for (name,) in connection.execute(
            "select table_name from duckdb_tables() where schema_name = 'marts' order by all"
        ).fetchall()
    ]
    for table in tables:
        # For the digest DuckDB has to read every block of the table, and checks the checksum of each.
        ((rows, _),) = connection.execute(f"select count(*), bit_xor(hash(mart)) from marts.{table} as mart").fetchall()  # noqa: S608
        found.published_tables += 1
        found.published_rows += rows
    absent = [table for table in _PROMISED_MARTS if table not in tables]
    yield from (f"has no table marts.{table}" for table in absent)
    if "deliveries" in absent:
        return
    lost = connection.execute("""
        select delivery_id, rows_read, accepted, quarantined, duplicate from marts.deliveries
        where rows_read is distinct from accepted + quarantined + duplicate
            or accepted is distinct from rows_current + rows_superseded
        order by all
    """).fetchall()
    for delivery_id, rows_read, accepted, quarantined, duplicate in lost:
        parts = f"{accepted} accepted, {quarantined} quarantined, {duplicate} duplicate"
        yield f"rows are not conserved: delivery {delivery_id} has {rows_read} rows read, but {parts}"
    published = connection.execute("select delivery_id, feed, file_name from marts.deliveries order by all").fetchall()
    for delivery_id, feed, file_name in published:
        if delivery_id not in known:
            yield f"tells of a delivery that the ledger does not have: {delivery_id} ({feed}, {file_name})"


def _told(outcome: Outcome) -> str:
    delivery = outcome.delivery
    return f"delivery {delivery.delivery_id} ({delivery.feed}, {delivery.provider.code}, {delivery.file_name})"


def _place(home: Home, path: pathlib.Path) -> str:
    return str(path.relative_to(home.root))
