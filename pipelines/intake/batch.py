"""Fifth step: accepted rows and quarantined cells become the files of one batch of the lake."""

import pathlib
from collections.abc import Collection, Iterable

import pandas as pd
import pyarrow as pa

from pipelines import privacy
from pipelines.contracts import Contract
from pipelines.intake import contradictions
from pipelines.lake import ledger, rows
from pipelines.lake.ledger import Batch


def carry_over(replaced: Iterable[Batch], read_again: Collection[str], folder: pathlib.Path) -> None:
    """Adds to the files of a batch in the making what the batches that it replaces have of other deliveries.

    ``read_again``: the ids of those that are in the files already.

    Raises:
        OSError: a file is damaged, or the disk does not take it.
        pa.ArrowTypeError: a column has changed its type.
    """
    for name in (ledger.ROWS_FILE, ledger.QUARANTINE_FILE):
        whole, fresh, rest = folder / name, folder / f"fresh-{name}", folder / f"rest-{name}"
        if whole.exists():
            whole.rename(fresh)
        try:
            rows.join([batch.folder / name for batch in replaced], rest, but=read_again)
        except pa.ArrowInvalid as error:
            raise OSError(f"{name} of a batch can't be read; `sww verify` names what is damaged: {error}") from error
        rows.join([rest, fresh], whole)
        for part in (fresh, rest):
            part.unlink(missing_ok=True)


class BatchFiles:
    """The files of a batch in the making, written slice by slice."""

    def __init__(self, folder: pathlib.Path, contract: Contract, pseudonymiser: privacy.Pseudonymiser) -> None:
        self._folder = folder
        self._contract = contract
        self._pseudonymiser = pseudonymiser
        self._rows = rows.RowsWriter(folder / ledger.ROWS_FILE, rows.rows_schema(contract))
        self._quarantine = rows.RowsWriter(folder / ledger.QUARANTINE_FILE, rows.QUARANTINE_SCHEMA)

    def write(self, accepted: pd.DataFrame, quarantine: pd.DataFrame) -> None:
        """Appends typed rows, which lose what may not be kept of a person, and cells that show nothing of one."""
        self._rows.write(privacy.protect(accepted, self._contract, self._pseudonymiser))
        self._quarantine.write(quarantine)

    def close(self, rejected: Collection[str]) -> pd.DataFrame:
        """Nothing more is appended: rows that contradict each other go to quarantine, and their cells are returned.

        Not so those of the deliveries that are ``rejected`` (their ids): nothing of them counts.
        """
        self._rows.close()
        rows_file = self._folder / ledger.ROWS_FILE
        cells = contradictions.found(rows_file, self._contract, self._folder.parent)
        cells = cells[~cells["delivery_id"].isin(list(rejected))]
        if len(cells):
            rows.leave_out(rows_file, cells.index.to_numpy())
            self._quarantine.write(cells)
        self._quarantine.close()
        return cells
