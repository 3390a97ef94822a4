"""A build database as the night hands it to dbt, filled by hand, and dbt run over it in process."""

import dataclasses
import datetime
import json
import os
import pathlib
from collections.abc import Iterable, Sequence
from unittest import mock

import duckdb
import pandas as pd
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner
from dbt.contracts.results import RunResult

from pipelines import calendar_cn, contracts

PROJECT = pathlib.Path(__file__).parents[2] / "dbt_project"

LAKE_TYPES = {
    "date": "DATE",
    "datetime": "TIMESTAMP",
    "int": "BIGINT",
    "decimal": "DECIMAL(18, 4)",
    "bool": "BOOLEAN",
}
ROW_SOURCE = (
    "_delivery_id VARCHAR, _provider_type VARCHAR, _provider_code VARCHAR, _delivered_on DATE, "
    "_delivery_sequence INTEGER, _file_name VARCHAR, _sheet VARCHAR, _source_row BIGINT, _extra VARCHAR"
)
OPS_TABLES = {
    "night": "night_on DATE, built_at TIMESTAMP",
    "feeds": (
        "feed VARCHAR, title_zh VARCHAR, description VARCHAR, owner VARCHAR, domain VARCHAR, mode VARCHAR, "
        "cadence VARCHAR, due_days INTEGER, medium VARCHAR"
    ),
    "feed_provider_types": "feed VARCHAR, provider_type VARCHAR",
    "providers": "provider_type VARCHAR, provider_code VARCHAR, name_zh VARCHAR, active_from DATE, active_to DATE",
    "deliveries": (
        "delivery_id VARCHAR, feed VARCHAR, provider_type VARCHAR, provider_code VARCHAR, file_name VARCHAR, "
        "sha256 VARCHAR, delivered_on DATE, delivery_sequence INTEGER, received_at TIMESTAMP, covers_from DATE, "
        "status VARCHAR, reason VARCHAR, rows_read BIGINT, kept BIGINT, quarantined BIGINT, drift VARCHAR"
    ),
    "quarantined_rows": (
        "delivery_id VARCHAR, feed VARCHAR, provider_code VARCHAR, sheet VARCHAR, source_row BIGINT, "
        "column_name VARCHAR, rule VARCHAR, reason_zh VARCHAR, shown_value VARCHAR"
    ),
    "calendar": "date_on DATE, is_working_day BOOLEAN, holiday_name_zh VARCHAR, holiday_name_en VARCHAR",
    "previous_indicator_values": (
        "indicator_code VARCHAR, period_kind VARCHAR, period VARCHAR, district_code VARCHAR, value DOUBLE, "
        "is_sealed BOOLEAN"
    ),
    "previous_deliveries": "delivery_id VARCHAR, status VARCHAR",
    "previous_restatements": (
        "indicator_code VARCHAR, period_kind VARCHAR, period VARCHAR, district_code VARCHAR, old_value DOUBLE, "
        "new_value DOUBLE, published_at TIMESTAMP, caused_by_delivery_id VARCHAR"
    ),
}


FEED_COLUMNS = {"feed", "title_zh", "description", "owner", "domain", "mode", "cadence", "due_days", "medium"}


@dataclasses.dataclass(frozen=True)
class Build:
    """A build database in ``folder``, and the marts that dbt made of it."""

    folder: pathlib.Path

    @property
    def database(self) -> pathlib.Path:
        return self.folder / "build.duckdb"

    @property
    def warehouse(self) -> pathlib.Path:
        return self.folder / "warehouse.duckdb"

    def insert(self, table: str, rows: Iterable[dict[str, object]]) -> None:
        """Puts rows into ``raw.*`` or ``ops.*``; what a row does not name is null."""
        with duckdb.connect(str(self.database)) as connection:
            frame = pd.DataFrame(list(rows))
            connection.register("arriving", frame)
            connection.execute(f"INSERT INTO {table} BY NAME SELECT * FROM arriving")  # noqa: S608 (a table of OPS_TABLES or a feed)

    def deliver(self, feed: str, provider_code: str, delivered_on: str, rows: list[dict[str, object]]) -> str:
        """One accepted delivery with these rows in the lake; gives its id."""
        contract = contracts.contract_of(feed)
        delivery_id = f"{feed}-{provider_code}-{delivered_on}"
        source = {
            "_delivery_id": delivery_id,
            "_provider_type": contract.providers[0],
            "_provider_code": provider_code,
            "_delivered_on": delivered_on,
            "_delivery_sequence": 0,
            "_file_name": f"{delivered_on}.csv",
            "_sheet": "",
        }
        if rows:
            self.insert(f"raw.{feed}", [{**row, **source, "_source_row": n} for n, row in enumerate(rows, 2)])
        delivery = {
            "delivery_id": delivery_id,
            "feed": feed,
            "provider_type": contract.providers[0],
            "provider_code": provider_code,
            "file_name": f"{delivered_on}.csv",
            "sha256": delivery_id,
            "delivered_on": delivered_on,
            "delivery_sequence": 0,
            "status": "accepted",
            "rows_read": len(rows),
            "kept": len(rows),
            "quarantined": 0,
        }
        self.insert("ops.deliveries", [delivery])
        return delivery_id

    def dbt(self, command: str, *arguments: str) -> dict[str, RunResult]:
        """The results by node name of a dbt command over this build.

        Raises:
            AssertionError: dbt could not do it at all; a model or test that failed is a result.
        """
        environment = {"SWW_BUILD_DATABASE": str(self.database), "SWW_WAREHOUSE_DATABASE": str(self.warehouse)}
        with mock.patch.dict(os.environ, environment):
            outcome = dbtRunner().invoke(
                [
                    command,
                    *arguments,
                    *("--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)),
                    *("--target-path", str(self.folder / "target"), "--log-level-file", "none"),
                    *("--vars", json.dumps({"feeds": list(contracts.all_contracts())})),
                    *("--quiet", "--no-use-colors"),
                ]
            )
            DuckDBConnectionManager.close_all_connections()  # else the process holds the file of this build for good
        assert outcome.exception is None, outcome.exception
        return {result.node.name: result for result in outcome.result}

    def query(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[object, ...]]:
        """The rows of a query over the build (``staging``, ``intermediate``) and ``warehouse.marts``."""
        with duckdb.connect(str(self.database)) as connection:
            connection.execute(f"ATTACH '{self.warehouse}' AS warehouse (READ_ONLY)")
            return connection.execute(sql, parameters).fetchall()


def empty_build(folder: pathlib.Path, night_on: datetime.date) -> Build:
    """A build database with every source: the feeds of the contracts, no provider, no delivery, no row."""
    build = Build(folder)
    with duckdb.connect(str(build.database)) as connection:
        connection.execute("CREATE SCHEMA raw; CREATE SCHEMA ops")
        for table, columns in OPS_TABLES.items():
            connection.execute(f"CREATE TABLE ops.{table} ({columns})")
        for contract in contracts.all_contracts().values():
            columns = ", ".join(
                f"{column.lake_name} {LAKE_TYPES.get(column.type, 'VARCHAR')}"
                for column in contract.columns
                if column.lake_name
            )
            connection.execute(f"CREATE TABLE raw.{contract.feed} ({columns}, {ROW_SOURCE})")
        calendar = calendar_cn.calendar(datetime.date(2004, 1, 1), datetime.date(night_on.year + 1, 12, 31))
        connection.register("calendar", calendar)
        connection.execute("INSERT INTO ops.calendar SELECT * FROM calendar")
    build.insert("ops.night", [{"night_on": night_on, "built_at": "2026-01-31 18:00:00"}])
    every = contracts.all_contracts().values()
    build.insert("ops.feeds", [each.model_dump(include=FEED_COLUMNS) for each in every])
    build.insert(
        "ops.feed_provider_types",
        [{"feed": each.feed, "provider_type": provider_type} for each in every for provider_type in each.providers],
    )
    return build
