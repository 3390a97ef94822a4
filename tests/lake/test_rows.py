"""Rows become Parquet of the contract's types, slice by slice, without what may not be kept of a person."""

import datetime
import decimal
import pathlib

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.contracts import contract_of
from pipelines.lake.rows import RowsWriter, rows_schema

SCHEMA = pa.schema({"code": pa.string(), "on_day": pa.date32(), "amount": pa.decimal128(18, 4), "count": pa.int64()})


def written(path: pathlib.Path, *slices: pd.DataFrame) -> None:
    writer = RowsWriter(path, SCHEMA)
    for slice_ in slices:
        writer.write(slice_)
    writer.close()


def frame(code: str | None, amount: float, count: int | None) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "count": pd.array([count], dtype="Int64"),
            "amount": [amount],
            "code": pd.array([code], dtype="str"),
            "on_day": pd.Series(["2025-03-01"], dtype="datetime64[us]"),
            "of no column": ["left out"],
        }
    )


def test_slices_are_one_file_in_their_order_with_the_columns_of_the_schema(tmp_path: pathlib.Path) -> None:
    written(tmp_path / "rows.parquet", frame("0007", 0.1, 3), frame(None, np.nan, None))
    assert pq.read_schema(tmp_path / "rows.parquet").equals(SCHEMA)
    day = datetime.date(2025, 3, 1)
    assert pq.read_table(tmp_path / "rows.parquet").to_pylist() == [
        {"code": "0007", "on_day": day, "amount": decimal.Decimal("0.1000"), "count": 3},
        {"code": None, "on_day": day, "amount": None, "count": None},
    ]


def test_without_rows_there_is_no_file(tmp_path: pathlib.Path) -> None:
    written(tmp_path / "rows.parquet", frame("A", 1, 1).head(0))
    assert list(tmp_path.iterdir()) == []


def test_the_columns_of_a_feed_are_the_contracts_less_what_names_a_person_and_the_rows_source() -> None:
    names = rows_schema(contract_of("member_transfers")).names
    assert [name for name in names if not name.startswith("_")] == [
        "id_card_pseudonym",
        "from_org",
        "to_org_uscc",
        "applied_on",
        "completed_on",
        "withdrawn",
    ]
    assert {"_delivery_id", "_sheet", "_source_row"} <= set(names)
