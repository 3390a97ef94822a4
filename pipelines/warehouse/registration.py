"""A new private database over the lake: what dbt reads, ``raw.<feed>`` and ``ops``."""

import datetime
import pathlib

import duckdb
import pyarrow as pa

from pipelines import calendar_cn, contracts, providers, reading, sql
from pipelines.contracts import Contract
from pipelines.home import Home
from pipelines.lake import drift, ledger, reports
from pipelines.lake.effective import effective
from pipelines.lake.rows import QUARANTINE_SCHEMA, rows_schema, sql_types
from pipelines.publishing import versions
from pipelines.warehouse import claims

SCHEMAS = ("raw", "ops")
"""What is registered; everything else in the database is built by dbt."""


def register(home: Home, database: pathlib.Path, night_on: datetime.date) -> None:
    """Fills a new private database with what dbt reads: ``raw.<feed>`` over the lake, and ``ops``.

    ``ops`` holds the ledger, the contracts, the registered providers, the calendar, the night's date, the intervals
    that printed figures stand for, and the values that are published now (for the restatements).
    """
    with duckdb.connect(str(database)) as connection:
        connection.execute("set TimeZone = 'UTC'")
        for schema in SCHEMAS:
            connection.execute(f"create schema {schema}")
        _register_ledger(connection, home)
        for contract in contracts.all_contracts().values():
            _register_feed(connection, home, contract)
        _register_contracts(connection)
        _register_providers(connection, home)
        known = calendar_cn.KNOWN_YEARS
        days = calendar_cn.calendar(datetime.date(known.start, 1, 1), datetime.date(night_on.year + 1, 12, 31))
        _register_table(connection, "ops.calendar", pa.Table.from_pandas(days, preserve_index=False))
        connection.execute(
            "create table ops.night as select ?::date as night_on, ?::timestamp as built_at",
            [night_on, datetime.datetime.now(datetime.UTC).replace(tzinfo=None)],
        )
        _register_claim_intervals(connection)
        _register_published(connection, home)


def _register_feed(connection: duckdb.DuckDBPyConnection, home: Home, contract: Contract) -> None:
    files = [batch.rows_file for batch in ledger.batches(home, contract.feed) if batch.rows_file.exists()]
    schema = rows_schema(contract)
    if not files:
        _register_table(connection, f"raw.{contract.feed}", schema.empty_table())
        return
    connection.execute(f"""
        create view raw.{contract.feed} as
        {_rows_of(files, schema)}
        where _delivery_id in (select delivery_id from ops.deliveries where status = 'accepted')
    """)  # noqa: S608


def _register_ledger(connection: duckdb.DuckDBPyConnection, home: Home) -> None:
    deliveries: list[dict[str, object]] = []
    differences: list[dict[str, object]] = []
    quarantine_files: list[pathlib.Path] = []
    for feed, contract in contracts.all_contracts().items():
        live = ledger.batches(home, feed)
        quarantine_files += [batch.quarantine_file for batch in live if batch.quarantine_file.exists()]
        of_feed = effective((outcome for batch in live for outcome in batch.outcomes), contract)
        deliveries += _delivery_records(of_feed, contract)
        differences += _difference_records(of_feed, contract)
    _register_table(connection, "ops.deliveries", pa.Table.from_pylist(deliveries, _DELIVERIES_SCHEMA))
    _register_table(connection, "ops.schema_drift", pa.Table.from_pylist(differences, _DIFFERENCES_SCHEMA))
    if quarantine_files:
        # Of a delivery that turned out unreadable after cells of it were quarantined, nothing counts.
        connection.execute(f"""
            create view ops.quarantined_rows as
            {_rows_of(quarantine_files, QUARANTINE_SCHEMA)}
            where delivery_id in (select delivery_id from ops.deliveries where quarantined > 0)
        """)  # noqa: S608
    else:
        _register_table(connection, "ops.quarantined_rows", QUARANTINE_SCHEMA.empty_table())


def _delivery_records(of_feed: list[ledger.Outcome], contract: Contract) -> list[dict[str, object]]:
    state_days = reports.state_days(of_feed, contract)
    last_fetch: dict[providers.Provider, datetime.date] = {}
    records: list[dict[str, object]] = []
    for outcome in sorted(of_feed, key=lambda each: each.delivery.order):
        delivery = outcome.delivery
        fetched = outcome.status == "accepted" and outcome.updated_since is not None
        records.append(
            {
                **delivery.model_dump(exclude={"provider", "sequence", "again"}),
                **outcome.model_dump(
                    include={
                        *("received_at", "status", "reason"),
                        *("rows_read", "lines_set_aside", "accepted", "quarantined"),
                    }
                ),
                "delivery_id": delivery.delivery_id,
                "provider_type": delivery.provider.type,
                "provider_code": delivery.provider.code,
                "delivery_sequence": delivery.sequence,
                "is_page_set": reading.is_page_set(delivery.file_name),
                "covers_from": last_fetch.get(delivery.provider, datetime.date.min) if fetched else None,
                "state_on": state_days.get(delivery.delivery_id),
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
        "is_page_set": pa.bool_(),
        "covers_from": pa.date32(),
        "state_on": pa.date32(),
        "status": pa.string(),
        "reason": pa.string(),
        "rows_read": pa.int64(),
        "lines_set_aside": pa.int64(),
        "accepted": pa.int64(),
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


def _register_claim_intervals(connection: duckdb.DuckDBPyConnection) -> None:
    intervals = [
        {
            "figure": figure,
            "qualifier": qualifier,
            "lower_bound": interval.lower,
            "includes_lower_bound": interval.includes_lower,
            "upper_bound": interval.upper,
            "includes_upper_bound": interval.includes_upper,
            "above_year_before": interval.above_year_before,
        }
        for (figure, qualifier), interval in claims.printed_intervals().items()
    ]
    schema = pa.schema(
        {
            "figure": pa.string(),
            "qualifier": pa.string(),
            "lower_bound": pa.decimal128(38, 4),
            "includes_lower_bound": pa.bool_(),
            "upper_bound": pa.decimal128(38, 4),
            "includes_upper_bound": pa.bool_(),
            "above_year_before": pa.bool_(),
        }
    )
    _register_table(connection, "ops.claim_intervals", pa.Table.from_pylist(intervals, schema))


def _register_published(connection: duckdb.DuckDBPyConnection, home: Home) -> None:
    """Copies what is published now, for the restatements. If nothing is, the tables are empty."""
    published = home.published_database.exists()
    if published:
        versions.attach(connection, home.published_database, "published")
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


def _register_table(connection: duckdb.DuckDBPyConnection, name: str, table: pa.Table) -> None:
    connection.register("arrow_table", table)
    connection.execute(f"create table {name} as select * from arrow_table")  # noqa: S608
    connection.unregister("arrow_table")


def _rows_of(files: list[pathlib.Path], schema: pa.Schema) -> str:
    """A query for the rows of Parquet files, with the columns of the schema of today.

    A file written before a column was added does not have it, one written before a column was removed has it still.
    """
    literals = ", ".join(sql.literal(file) for file in files)
    typed = ", ".join(f"cast(null as {kind}) as {name}" for name, kind in sql_types(schema).items())
    # Every name and literal here is the project's own.
    return f"""
        select {", ".join(schema.names)}
        from (select {typed} where false union all by name
              select * from read_parquet([{literals}], union_by_name = true))
    """  # noqa: S608
