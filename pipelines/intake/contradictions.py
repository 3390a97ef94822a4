"""Rows of one delivery with the same key and different contents: which of them is right only its provider knows."""

import pathlib

import duckdb
import pandas as pd

from pipelines import privacy, settings, sql
from pipelines.contracts import Contract
from pipelines.lake import rows
from pipelines.reading import guide

RULE = "key_has_one_content"
_ROWS_NAMED = 5


def found(rows_file: pathlib.Path, contract: Contract, spill: pathlib.Path) -> pd.DataFrame:
    """A cell for each of these rows, as ``rows.QUARANTINE_SCHEMA`` has it, at the first column of the key.

    The index is the row's position in ``rows_file``, which has rows of the lake and need not be there. ``spill`` is a
    folder for what does not fit into memory. Where ``updated_at`` tells which row is the newest, none contradicts
    another.
    """
    keys = [column.lake_name for column in contract.keys if column.lake_name]
    contents = [name for name in contract.lake_columns if name not in keys]
    if not contents or contract.newest_by or not rows_file.exists():
        return pd.DataFrame(columns=rows.QUARANTINE_SCHEMA.names)
    key = ", ".join(["_delivery_id", *keys])
    of_key = f"(partition by {key})"
    # Every name here is the contract's, which is the project's own.
    query = f"""
        with keys_of_several as (
            select {key} from read_parquet($file) group by all having count(*) > 1
        ),
        rows_of_several as (
            select *, hash({", ".join(contents)}) as content
            from read_parquet($file, file_row_number = true) semi join keys_of_several using ({key})
        )
        select
            _delivery_id as delivery_id, _provider_code as provider_code, _sheet as sheet, _source_row as source_row,
            cast({keys[0]} as varchar) as shown_value, {_as_one_text(keys)} as record_key, file_row_number as position,
            list_slice(list(_source_row order by _sheet, _source_row) over {of_key}, 1, {_ROWS_NAMED + 1}) as some_rows
        from rows_of_several
        qualify min(content) over {of_key} <> max(content) over {of_key}
        order by delivery_id, sheet, source_row
    """  # noqa: S608
    with duckdb.connect() as connection:
        connection.execute(f"set memory_limit = '{settings.database_memory_mb()}MB'")
        connection.execute(f"set temp_directory = {sql.literal(str(spill))}")
        told: pd.DataFrame = connection.execute(query, {"file": str(rows_file)}).df().set_index("position")
    first = contract.keys[0]
    told = told.assign(
        feed=contract.feed,
        sheet=privacy.scrub(told["sheet"]),
        column_name=first.name,
        rule=RULE,
        reason_zh=[_reason_zh(*row) for row in told[["source_row", "some_rows"]].itertuples(index=False)],
        shown_value=None if first.pii else privacy.scrub(told["shown_value"]),
    )
    cells: pd.DataFrame = told[rows.QUARANTINE_SCHEMA.names]
    return cells


def _as_one_text(keys: list[str]) -> str:
    return f"concat_ws('|', {', '.join(f'cast({key} as varchar)' for key in keys)})"


def _reason_zh(row: int, some_rows: list[int]) -> str:
    others = [str(each) for each in some_rows if each != row][:_ROWS_NAMED]
    same = f"与第{'、'.join(others)}行的编号（主键）相同而内容不同，无法判断以哪一行为准；请核对后只保留正确的一行"
    return f"{same}{guide.REPEATED_KEY.see_zh}"
