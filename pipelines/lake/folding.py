"""Keeps files few: the batches of a month that is over are joined into one."""

import contextlib
import datetime
import itertools
import pathlib

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.home import Home
from pipelines.lake import ledger
from pipelines.lake.rows import parquet_writer

_ROWS_A_GROUP = 120_000


def fold(home: Home, feed: str, night_on: datetime.date) -> None:
    """Joins the batches of each month that is over by ``night_on`` into one batch, so that a feed has few files.

    The rows and their order do not change. A month in which a column has changed its type is left as it is.

    Raises:
        OSError: a file can't be read or written; the batches are as they were.
    """
    by_month = itertools.groupby(ledger.batches(home, feed), key=lambda batch: batch.night_on.replace(day=1))
    for month, batches in [(month, list(of_month)) for month, of_month in by_month]:
        if len(batches) == 1 or month >= night_on.replace(day=1):
            continue
        with ledger.new_batch_folder(home, feed) as prepared, contextlib.suppress(pa.ArrowTypeError):
            for files in ([each.rows_file for each in batches], [each.quarantine_file for each in batches]):
                try:
                    _join([file for file in files if file.exists()], prepared / files[0].name)
                except (OSError, pa.ArrowInvalid) as error:
                    place = f"{feed}, {files[0].name} of the batches {batches[0].name} to {batches[-1].name}"
                    raise OSError(
                        f"feed {place} can't be joined; `sww verify` names what is damaged: {error}"
                    ) from error
            outcomes = [outcome for batch in batches for outcome in batch.outcomes]
            ledger.commit(prepared, batches[-1].night_on, outcomes, tuple(batch.name for batch in batches))


def _join(files: list[pathlib.Path], joined: pathlib.Path) -> None:
    """Writes the rows of all files into one file, which has every column that any of them has."""
    if not files:
        return
    schema = pa.unify_schemas([pq.read_schema(file) for file in files])
    with parquet_writer(joined, schema) as writer:
        waiting: list[pa.Table] = []
        for file in files:
            with pq.ParquetFile(file, page_checksum_verification=True) as opened:
                for slice_ in opened.iter_batches():
                    columns = [
                        slice_.column(field.name)
                        if field.name in slice_.schema.names
                        else pa.nulls(len(slice_), field.type)
                        for field in schema
                    ]
                    waiting.append(pa.Table.from_arrays(columns, schema=schema))
                    if sum(map(len, waiting)) >= _ROWS_A_GROUP:
                        writer.write_table(pa.concat_tables(waiting))
                        waiting = []
        if waiting:
            writer.write_table(pa.concat_tables(waiting))
