"""Keeps files few: the batches of a month that is over are joined into one."""

import contextlib
import datetime
import itertools

import pyarrow as pa

from pipelines.home import Home
from pipelines.lake import ledger, rows, validation


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
                    rows.join(files, prepared / files[0].name)
                except (OSError, pa.ArrowInvalid) as error:
                    place = f"{feed}, {files[0].name} of the batches {batches[0].name} to {batches[-1].name}"
                    raise OSError(
                        f"feed {place} can't be joined; `sww verify` names what is damaged: {error}"
                    ) from error
            validation.write(
                prepared, {key: said for batch in batches for key, said in validation.of_batch(batch).items()}
            )
            outcomes = [outcome for batch in batches for outcome in batch.outcomes]
            ledger.commit(prepared, batches[-1].night_on, outcomes, tuple(batch.name for batch in batches))
