"""A feed's accepted rows and quarantined cells as Parquet."""

import functools
import pathlib
from collections.abc import Collection, Iterable

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipelines import contracts
from pipelines.contracts import Contract

_ARROW_TYPES: dict[contracts.ColumnType, pa.DataType] = {
    "text": pa.string(),
    "code": pa.string(),
    "uscc": pa.string(),
    "idcard": pa.string(),
    "phone": pa.string(),
    "date": pa.date32(),
    "datetime": pa.timestamp("us"),
    "int": pa.int64(),
    "decimal": pa.decimal128(18, 4),
    "bool": pa.bool_(),
}

_SOURCE_COLUMNS = {
    "_delivery_id": pa.string(),
    "_provider_type": pa.string(),
    "_provider_code": pa.string(),
    "_delivered_on": pa.date32(),
    "_delivery_sequence": pa.int32(),
    "_file_name": pa.string(),
    "_sheet": pa.string(),
    "_source_row": pa.int64(),
    "_extra": pa.string(),
}

QUARANTINE_SCHEMA = pa.schema(
    {
        "delivery_id": pa.string(),
        "feed": pa.string(),
        "provider_code": pa.string(),
        "sheet": pa.string(),
        "source_row": pa.int64(),
        "column_name": pa.string(),
        "rule": pa.string(),
        "reason_zh": pa.string(),
        "shown_value": pa.string(),
        "record_key": pa.string(),
    }
)
"""Of a cell with a defect. ``record_key``: the key of its row as the lake would have it, columns separated by |; null
where it can't be read."""


_ROWS_A_GROUP = 120_000


def rows_schema(contract: Contract) -> pa.Schema:
    """The columns of a feed in the lake: the contract's without those that name a person, and the row's source.

    Timestamps are UTC without zone; decimals have four places.
    """
    columns = {name: _ARROW_TYPES[column.type] for name, column in contract.lake_columns.items()}
    return pa.schema({**columns, **_SOURCE_COLUMNS})


def sql_types(schema: pa.Schema) -> dict[str, str]:
    """How DuckDB calls the type of each column that it reads from the lake."""
    return {field.name: _sql_type(field.type) for field in schema}


@functools.cache
def _sql_type(of_column: pa.DataType) -> str:
    with duckdb.connect() as connection:
        (kind,) = connection.from_arrow(pa.table({"column": pa.array([], of_column)})).types
        return str(kind)


class RowsWriter:
    """Writes a Parquet file slice by slice; the file appears with the first slice that has rows."""

    def __init__(self, path: pathlib.Path, schema: pa.Schema) -> None:
        self._path = path
        self._schema = schema
        self._writer: pq.ParquetWriter | None = None

    def write(self, frame: pd.DataFrame) -> None:
        """Appends the rows of ``frame``, whose columns are at least those of the schema."""
        if frame.empty:
            return
        arrays = [_array(frame[field.name], field.type) for field in self._schema]
        if self._writer is None:
            self._writer = parquet_writer(self._path, self._schema)
        self._writer.write_table(pa.Table.from_arrays(arrays, schema=self._schema))

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()


def _array(values: pd.Series, kind: pa.DataType) -> pa.Array:
    if pa.types.is_decimal(kind):
        # Arrow rounds to the nearest value of four places, so that 0.1 is 0.1 again.
        return pa.Array.from_pandas(values, type=pa.float64()).cast(kind)
    return pa.Array.from_pandas(values, type=kind)


def parquet_writer(path: pathlib.Path, schema: pa.Schema) -> pq.ParquetWriter:
    """A writer of Parquet as the lake has it: compressed, each page with its checksum."""
    return pq.ParquetWriter(path, schema, compression="zstd", write_page_checksum=True)


def can_join(files: Iterable[pathlib.Path], schema: pa.Schema) -> bool:
    """Whether no column has another type in another one of the files that exist, or in the schema."""
    try:
        pa.unify_schemas([schema, *(pq.read_schema(file) for file in files if file.exists())])
    except pa.ArrowTypeError:
        return False
    return True


def join(files: Iterable[pathlib.Path], joined: pathlib.Path, but: Collection[str] = ()) -> None:
    """Writes the rows of those files that exist into one, with the columns that any of them has, in their order.

    Rows of the deliveries in ``but``, by id, are left out.

    Raises:
        OSError, pa.ArrowInvalid: a file is damaged, or the disk does not take it.
        pa.ArrowTypeError: a column has another type in another file.
    """
    present = [file for file in files if file.exists()]
    if not present:
        return
    schema = pa.unify_schemas([pq.read_schema(file) for file in present])
    delivery_id = "_delivery_id" if "_delivery_id" in schema.names else "delivery_id"
    left_out = pa.array(list(but), pa.string())
    with parquet_writer(joined, schema) as writer:
        waiting: list[pa.Table] = []
        for file in present:
            with pq.ParquetFile(file, page_checksum_verification=True) as opened:
                for slice_ in opened.iter_batches():
                    columns = [
                        slice_.column(field.name)
                        if field.name in slice_.schema.names
                        else pa.nulls(len(slice_), field.type)
                        for field in schema
                    ]
                    table = pa.Table.from_arrays(columns, schema=schema)
                    stays = pc.invert(pc.is_in(table.column(delivery_id), left_out))
                    waiting.append(table.filter(stays))
                    if sum(map(len, waiting)) >= _ROWS_A_GROUP:
                        writer.write_table(pa.concat_tables(waiting))
                        waiting = []
        if waiting:
            writer.write_table(pa.concat_tables(waiting))


def leave_out(file: pathlib.Path, positions: np.ndarray) -> None:
    """Writes the file again without the rows at these positions, counted from 0.

    Raises:
        OSError: the disk does not take it.
    """
    whole = file.rename(file.with_name(f"whole-{file.name}"))
    with pq.ParquetFile(whole) as opened, parquet_writer(file, opened.schema_arrow) as writer:
        first = 0
        for slice_ in opened.iter_batches(_ROWS_A_GROUP):
            places = np.arange(first, first + len(slice_))
            writer.write_table(pa.Table.from_batches([slice_.filter(pa.array(~np.isin(places, positions)))]))
            first += len(slice_)
    whole.unlink()
