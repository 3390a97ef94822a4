"""The lake: a feed's accepted rows and refused cells as Parquet, and the view of it that dbt builds on."""

import contextlib
import datetime
import itertools
import pathlib
from collections.abc import Iterable

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from pipelines import calendar_cn, contracts, drift, ledger, providers
from pipelines.contracts import Contract
from pipelines.settings import Home

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

_ROWS_A_GROUP = 120_000

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
    }
)


def rows_schema(contract: Contract) -> pa.Schema:
    """The columns of a feed in the lake: the contract's, less what may not be kept of a person, and the row's source.

    Timestamps are UTC without zone; decimals have four places.
    """
    columns = {column.lake_name: _ARROW_TYPES[column.type] for column in contract.columns if column.lake_name}
    return pa.schema({**columns, **_SOURCE_COLUMNS})


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
            self._writer = _parquet_writer(self._path, self._schema)
        self._writer.write_table(pa.Table.from_arrays(arrays, schema=self._schema))

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()


def _array(values: pd.Series, kind: pa.DataType) -> pa.Array:
    if pa.types.is_decimal(kind):
        # Arrow rounds to the nearest value of four places, so that 0.1 is 0.1 again.
        return pa.Array.from_pandas(values, type=pa.float64()).cast(kind)
    return pa.Array.from_pandas(values, type=kind)


def fold(home: Home, feed: str, night: datetime.date) -> None:
    """Makes one batch of those of each month that is over before ``night``, so that a feed's files stay few.

    What they hold stays as it is, and in its order. A month in which a column has changed its type is left alone.

    Raises:
        OSError: the disk does not give or take it; the batches are as they were.
    """
    by_month = itertools.groupby(ledger.batches(home, feed), key=lambda batch: batch.night.replace(day=1))
    for month, batches in [(month, list(of_month)) for month, of_month in by_month]:
        if len(batches) == 1 or month >= night.replace(day=1):
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
            ledger.commit(prepared, batches[-1].night, outcomes, tuple(batch.name for batch in batches))


def _join(files: list[pathlib.Path], joined: pathlib.Path) -> None:
    """Writes the rows of all files into one, with the columns that any of them has."""
    if not files:
        return
    schema = pa.unify_schemas([pq.read_schema(file) for file in files])
    with _parquet_writer(joined, schema) as writer:
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


def _parquet_writer(path: pathlib.Path, schema: pa.Schema) -> pq.ParquetWriter:
    return pq.ParquetWriter(path, schema, compression="zstd", write_page_checksum=True)


def register(home: Home, database: pathlib.Path, night: datetime.date) -> None:
    """Fills a new private database with what dbt reads: ``raw.<feed>`` over the lake, and ``ops``.

    ``ops`` holds the ledger, the contracts, the registered providers, the calendar, the night's date and the values
    that are published now (for the restatements).
    """
    with duckdb.connect(str(database)) as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute("create schema raw")
        connection.execute("create schema ops")
        _register_ledger(connection, home)
        for contract in contracts.all_contracts().values():
            _register_feed(connection, home, contract)
        _register_contracts(connection)
        _register_providers(connection, home)
        known = calendar_cn.KNOWN_YEARS
        days = calendar_cn.calendar(datetime.date(known.start, 1, 1), datetime.date(night.year + 1, 12, 31))
        _register_table(connection, "ops.calendar", pa.Table.from_pandas(days, preserve_index=False))
        connection.execute(
            "create table ops.night as select ?::date as night_on, ?::timestamp as built_at",
            [night, datetime.datetime.now(datetime.UTC).replace(tzinfo=None)],
        )
        _register_published(connection, home)


def _register_feed(connection: duckdb.DuckDBPyConnection, home: Home, contract: Contract) -> None:
    files = [str(batch.rows_file) for batch in ledger.batches(home, contract.feed) if batch.rows_file.exists()]
    schema = rows_schema(contract)
    if not files:
        _register_table(connection, f"raw.{contract.feed}", schema.empty_table())
        return
    # A file written before a column was added to the contract does not have it, one written before a column was
    # removed has it still: the contract of today decides. Every name and literal here is the project's own.
    columns = ", ".join(schema.names)
    typed = ", ".join(f"cast(null as {_SQL_TYPES[field.type]}) as {field.name}" for field in schema)
    connection.execute(f"""
        create view raw.{contract.feed} as
        select {columns}
        from (select {typed} where false union all by name
              select * from read_parquet([{_literals(files)}], union_by_name = true))
        where _delivery_id in (select delivery_id from ops.deliveries where status = 'accepted')
    """)  # noqa: S608


def _register_ledger(connection: duckdb.DuckDBPyConnection, home: Home) -> None:
    deliveries: list[dict[str, object]] = []
    differences: list[dict[str, object]] = []
    quarantine_files: list[str] = []
    for feed, contract in contracts.all_contracts().items():
        live = ledger.batches(home, feed)
        quarantine_files += [str(batch.quarantine_file) for batch in live if batch.quarantine_file.exists()]
        of_feed = ledger.effective(outcome for batch in live for outcome in batch.outcomes)
        deliveries += _delivery_records(of_feed)
        differences += _difference_records(of_feed, contract)
    _register_table(connection, "ops.deliveries", pa.Table.from_pylist(deliveries, _DELIVERIES_SCHEMA))
    _register_table(connection, "ops.schema_drift", pa.Table.from_pylist(differences, _DIFFERENCES_SCHEMA))
    if quarantine_files:
        # Of a delivery that turned out unreadable below a slice that was refused cells, nothing counts.
        connection.execute(f"""
            create view ops.quarantined_rows as
            select * from read_parquet([{_literals(quarantine_files)}])
            where delivery_id in (select delivery_id from ops.deliveries where quarantined > 0)
        """)  # noqa: S608
    else:
        _register_table(connection, "ops.quarantined_rows", QUARANTINE_SCHEMA.empty_table())


def _delivery_records(of_feed: list[ledger.Outcome]) -> list[dict[str, object]]:
    last_fetch: dict[ledger.Provider, datetime.date] = {}
    records: list[dict[str, object]] = []
    for outcome in sorted(of_feed, key=lambda each: each.delivery.order):
        delivery = outcome.delivery
        fetched = outcome.status == "accepted" and outcome.updated_since is not None
        records.append(
            {
                **delivery.model_dump(exclude={"provider", "sequence"}),
                **outcome.model_dump(include={"received_at", "status", "reason", "rows_read", "kept", "quarantined"}),
                "delivery_id": delivery.delivery_id,
                "provider_type": delivery.provider.type,
                "provider_code": delivery.provider.code,
                "delivery_sequence": delivery.sequence,
                "covers_from": last_fetch.get(delivery.provider, datetime.date.min) if fetched else None,
            }
        )
        if fetched:
            last_fetch[delivery.provider] = delivery.delivered_on + datetime.timedelta(days=1)
    return records


_DELIVERIES_SCHEMA = pa.schema(
    {
        "delivery_id": pa.string(),
        "feed": pa.string(),
        "provider_type": pa.string(),
        "provider_code": pa.string(),
        "file_name": pa.string(),
        "sha256": pa.string(),
        "delivered_on": pa.date32(),
        "delivery_sequence": pa.int32(),
        "received_at": pa.timestamp("us"),
        "covers_from": pa.date32(),
        "status": pa.string(),
        "reason": pa.string(),
        "rows_read": pa.int64(),
        "kept": pa.int64(),
        "quarantined": pa.int64(),
    }
)


def _difference_records(of_feed: list[ledger.Outcome], contract: Contract) -> list[dict[str, object]]:
    return [
        {"delivery_id": delivery_id, **difference._asdict()}
        for delivery_id, of_delivery in drift.differences(of_feed, contract).items()
        for difference in of_delivery
    ]


_DIFFERENCES_SCHEMA = pa.schema({"delivery_id": pa.string(), "kind": pa.string(), "column_name": pa.string()})


def _register_contracts(connection: duckdb.DuckDBPyConnection) -> None:
    every = contracts.all_contracts().values()
    schema = pa.schema(
        {
            "feed": pa.string(),
            "title_zh": pa.string(),
            "description": pa.string(),
            "owner": pa.string(),
            "domain": pa.string(),
            "mode": pa.string(),
            "cadence": pa.string(),
            "due_days": pa.int32(),
            "medium": pa.string(),
        }
    )
    feeds = [contract.model_dump(include=set(schema.names)) for contract in every]
    pairs = [
        {"feed": contract.feed, "provider_type": provider_type}
        for contract in every
        for provider_type in contract.providers
    ]
    _register_table(connection, "ops.feeds", pa.Table.from_pylist(feeds, schema))
    _register_table(connection, "ops.feed_provider_types", pa.Table.from_pylist(pairs))


def _register_providers(connection: duckdb.DuckDBPyConnection, home: Home) -> None:
    registered = [provider.model_dump() for provider in providers.registered(home)]
    schema = pa.schema(
        {
            "provider_type": pa.string(),
            "provider_code": pa.string(),
            "name_zh": pa.string(),
            "active_from": pa.date32(),
            "active_to": pa.date32(),
        }
    )
    _register_table(connection, "ops.providers", pa.Table.from_pylist(registered, schema))


def _register_published(connection: duckdb.DuckDBPyConnection, home: Home) -> None:
    """What the warehouse says now, for the restatements; empty tables of these columns where nothing is published."""
    published = home.published_database.exists()
    if published:
        connection.execute(f"attach {_literals([str(home.published_database.resolve())])} as published (read_only)")
    for table, columns in _PUBLISHED_COLUMNS.items():
        empty = (
            "select " + ", ".join(f"cast(null as {kind}) as {name}" for name, kind in columns.items()) + " where false"
        )
        current = f"select {', '.join(columns)} from published.marts.{table}"  # noqa: S608
        connection.execute(f"create table ops.previous_{table} as {current if published else empty}")
    if published:
        connection.execute("detach published")


_PUBLISHED_COLUMNS = {
    "indicator_values": {
        "indicator_code": "varchar",
        "period_kind": "varchar",
        "period": "varchar",
        "district_code": "varchar",
        "value": "double",
        "is_sealed": "boolean",
    },
    "deliveries": {"delivery_id": "varchar", "feed": "varchar", "status": "varchar"},
    "restatements": {
        "indicator_code": "varchar",
        "period_kind": "varchar",
        "period": "varchar",
        "district_code": "varchar",
        "old_value": "double",
        "new_value": "double",
        "published_at": "timestamp",
        "caused_by_delivery_id": "varchar",
    },
}

_SQL_TYPES = {
    pa.string(): "varchar",
    pa.date32(): "date",
    pa.timestamp("us"): "timestamp",
    pa.int64(): "bigint",
    pa.int32(): "integer",
    pa.decimal128(18, 4): "decimal(18, 4)",
    pa.bool_(): "boolean",
}


def _register_table(connection: duckdb.DuckDBPyConnection, name: str, table: pa.Table) -> None:
    connection.register("arrow_table", table)
    connection.execute(f"create table {name} as select * from arrow_table")  # noqa: S608
    connection.unregister("arrow_table")


def _literals(texts: Iterable[str]) -> str:
    return ", ".join("'" + text.replace("'", "''") + "'" for text in texts)
