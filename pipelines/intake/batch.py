"""Fifth step: accepted rows and quarantined cells become the files of one batch of the lake."""

import pathlib

import pandas as pd

from pipelines import privacy
from pipelines.contracts import Contract
from pipelines.lake import ledger, rows


class BatchFiles:
    """The files of a batch in the making, written slice by slice."""

    def __init__(self, folder: pathlib.Path, contract: Contract, pseudonymiser: privacy.Pseudonymiser) -> None:
        self._contract = contract
        self._pseudonymiser = pseudonymiser
        self._rows = rows.RowsWriter(folder / ledger.ROWS_FILE, rows.rows_schema(contract))
        self._quarantine = rows.RowsWriter(folder / ledger.QUARANTINE_FILE, rows.QUARANTINE_SCHEMA)

    def write(self, accepted: pd.DataFrame, quarantine: pd.DataFrame) -> None:
        """Appends typed rows, which lose what may not be kept of a person, and cells that show nothing of one."""
        self._rows.write(privacy.protect(accepted, self._contract, self._pseudonymiser))
        self._quarantine.write(quarantine)

    def close(self) -> None:
        self._rows.close()
        self._quarantine.close()
