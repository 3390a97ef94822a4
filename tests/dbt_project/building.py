"""A build database as the night hands it to dbt, filled by hand, and dbt run over it in process."""

import dataclasses
import datetime
import os
import pathlib
from collections.abc import Iterable, Sequence
from unittest import mock

import duckdb
import pandas as pd
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner
from dbt.contracts.results import RunResult

from pipelines import contracts, providers, settings
from pipelines.lake import reports
from pipelines.lake.ledger import Delivery
from pipelines.warehouse import declaration, registration

PROJECT = settings.DBT_PROJECT_FOLDER


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
            connection.execute(f"INSERT INTO {table} BY NAME SELECT * FROM arriving")

    def deliver(
        self,
        feed: str,
        provider_code: str,
        delivered_on: str,
        rows: list[dict[str, object]],
        provider_type: str | None = None,
    ) -> str:
        """One accepted delivery of the feed's usual kind of provider with these rows in the lake; gives its id."""
        sender = provider_type or contracts.contract_of(feed).usual_provider
        delivery_id = f"{feed}-{provider_code}-{delivered_on}"
        source = {
            "_delivery_id": delivery_id,
            "_provider_type": sender,
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
            "provider_type": sender,
            "provider_code": provider_code,
            "file_name": f"{delivered_on}.csv",
            "sha256": delivery_id,
            "delivered_on": delivered_on,
            "delivery_sequence": 0,
            "is_page_set": False,
            "status": "accepted",
            "rows_read": len(rows),
            "lines_set_aside": 0,
            "accepted": len(rows),
            "quarantined": 0,
        }
        contract = contracts.contract_of(feed)
        if contract.mode == "snapshot":
            sent = Delivery(
                feed=feed,
                provider=providers.Provider(sender, provider_code),
                file_name=f"{delivered_on}.csv",
                sha256=delivery_id,
                delivered_on=datetime.date.fromisoformat(delivered_on),
                sequence=0,
            )
            delivery["state_on"] = reports.reported_period_end(contract, sent, datetime.date.min)
        self.insert("ops.deliveries", [delivery])
        return delivery_id

    def dbt(self, command: str, *arguments: str) -> dict[str, RunResult]:
        """The results by node name of a dbt command over this build.

        Raises:
            AssertionError: dbt could not do it at all; a model or test that failed is a result.
        """
        declaration.declare_feeds()
        environment = {"SWW_BUILD_DATABASE": str(self.database), "SWW_WAREHOUSE_DATABASE": str(self.warehouse)}
        with mock.patch.dict(os.environ, environment):
            outcome = dbtRunner().invoke(
                [
                    command,
                    *arguments,
                    *("--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)),
                    *("--target-path", str(self.folder / "target"), "--log-level-file", "none"),
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
    """A build database as the night registers it for a home without provider, delivery or row."""
    home = settings.home(folder / "home")
    home.make_folders()
    providers.write_register(home.providers_file, [])
    build = Build(folder)
    registration.register(home, build.database, night_on)
    return build
