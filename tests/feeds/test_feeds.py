"""One delivery of each feed, as its provider sends it, through the intake into the lake.

``tests/feeds/<feed>/`` holds

* ``delivery.csv``: the text file itself or, where the feed comes as a workbook, the cells of its sheet; or
  ``delivery.json``: the rows of a platform's page,
* ``expected.yaml``, worked out by hand: where the delivery lands, how many rows are read and kept, each refused cell
  (source row, column, rule), how many rows each warning reports, and some values in the lake by source row.
"""

import collections
import csv
import datetime
import decimal
import gzip
import io
import pathlib
import re
from typing import Any

import orjson
import pyarrow.parquet as pq
import pytest
import xlsxwriter
import yaml

from pipelines import providers, quality, reading
from pipelines.contracts import Contract, all_contracts, contract_of
from pipelines.home import Home
from pipelines.intake import Intake, Taken
from pipelines.lake import ledger, standing

FIXTURES = pathlib.Path(__file__).parent
FEEDS = sorted(path.parent.name for path in FIXTURES.glob("*/expected.yaml"))

_TYPES_THAT_ARE_READ = ("date", "datetime", "int", "decimal", "bool")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_NUMBER = re.compile(r"(?!0\d)\d{1,15}(\.\d+)?(E\+\d+)?")


def test_every_feed_has_a_delivery_here_and_no_other_has():
    assert FEEDS
    assert list(all_contracts()) == FEEDS


@pytest.mark.parametrize("feed", FEEDS)
def test_a_delivery_is_kept_and_refused_row_by_row(home: Home, feed: str):
    contract, expected = contract_of(feed), described(feed, "expected")
    provider_folder, _, file_name = expected["landed"].rpartition("/")
    payload = delivered(feed, file_name)
    night = taken(home, contract, providers.Provider(*provider_folder.split("/")), file_name, payload)

    (outcome,) = night.outcomes
    assert (outcome.status, outcome.reason) == ("accepted", None)
    drift = night.differences[outcome.delivery.delivery_id]
    assert [list(difference) for difference in drift] == expected.get("drift", [])
    assert sorted(refused_cells(night)) == sorted(tuple(cell) for cell in expected["refused"])
    assert (outcome.rows_read, outcome.accepted) == (expected["rows_read"], expected["kept"])
    assert broken(home, contract, "warning") == expected.get("reported", {})
    assert broken(home, contract, "critical") == as_counted(expected["refused"])

    (batch,) = ledger.batches(home, feed)
    rows = {row["_source_row"]: row for row in pq.read_table(batch.rows_file).to_pylist()}
    assert len(rows) == expected["kept"]
    for source_row, cells in expected["lake"].items():
        assert {column: rows[source_row][column] for column in cells} == exactly(cells)
    assert_nobody_is_known(contract, payload, file_name, list(rows.values()), night)


def described(feed: str, what: str) -> dict[str, Any]:
    description: dict[str, Any] = yaml.safe_load((FIXTURES / feed / f"{what}.yaml").read_text("utf-8"))
    return description


def delivered(feed: str, file_name: str) -> bytes:
    """The delivery's bytes in the medium that its file name and its contract agree on."""
    medium = {"csv": "csv", "xlsx": "xlsx", "json.gz": "api"}[file_name.partition(".")[2]]
    assert medium == contract_of(feed).medium
    if medium == "api":
        return page_set(
            file_name.partition(".")[0], feed, orjson.loads((FIXTURES / feed / "delivery.json").read_bytes())
        )
    text = (FIXTURES / feed / "delivery.csv").read_bytes()
    return text if medium == "csv" else workbook(list(csv.reader(io.StringIO(text.decode()))))


def workbook(grid: list[list[str]]) -> bytes:
    """A workbook of one sheet whose cells are what Excel makes of the text typed into them: numbers, dates, text.

    A title, alone in the first line, is merged over the table's width.
    """
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        sheet = book.add_worksheet()
        day_format = book.add_format({"num_format": "yyyy-mm-dd"})
        for row, cells in enumerate(grid):
            for column, cell in enumerate(cells):
                if _DATE.fullmatch(cell):
                    sheet.write_datetime(row, column, datetime.date.fromisoformat(cell), day_format)
                elif _NUMBER.fullmatch(cell):
                    sheet.write_number(row, column, float(cell))
                elif cell:
                    sheet.write_string(row, column, cell)
        if len(grid[0]) == 1:
            sheet.merge_range(0, 0, 0, len(grid[1]) - 1, grid[0][0])
    return buffer.getvalue()


def page_set(delivered_on: str, feed: str, rows: list[dict[str, object]]) -> bytes:
    """A page set of one page, as the platform client stores it."""
    request = {"request": {"feed": feed, "updated_since": None, "delivered_on": delivered_on}}
    page = {"data": rows, "page": 1, "pages": 1, "total": len(rows)}
    return gzip.compress(b"".join(orjson.dumps(line) + b"\n" for line in (request, page)), mtime=0)


def taken(home: Home, contract: Contract, sender: providers.Provider, file_name: str, payload: bytes) -> Taken:
    """What the night of the delivery's own date does with it; a sender that every home knows is not registered anew."""
    delivered_on = datetime.date.fromisoformat(file_name[:10])
    known = providers.initial_providers(active_from=delivered_on)
    if sender not in [each.provider for each in known]:
        known.append(
            providers.RegisteredProvider(
                provider_type=sender.type, provider_code=sender.code, name_zh="示例", active_from=delivered_on
            )
        )
    providers.write_register(home.providers_file, known)
    path = home.landing / sender.type / sender.code / contract.feed / file_name
    path.parent.mkdir(parents=True)
    path.write_bytes(payload)
    return Intake(home, delivered_on).take(contract)


def refused_cells(night: Taken) -> list[tuple[int, str, str]]:
    return list(night.quarantine[["source_row", "column_name", "rule"]].itertuples(index=False, name=None))


def broken(home: Home, contract: Contract, severity: str) -> dict[str, int]:
    """How many rows broke each rule of this severity, as the check of the feed's asset tells."""
    names = {each.name for each in quality.all_suites()[contract.feed].expectations if each.severity == severity}
    return {name: rows for name, rows in standing.of_feed(home, contract).broken.items() if name in names and rows}


def as_counted(quarantined: list[tuple[int, str, str]]) -> dict[str, int]:
    """The same of cells by hand: what could not be read is one rule of a column, whatever it was."""
    rules = {"lost_precision": "be_readable", **{f"type_{kind}": "be_readable" for kind in _TYPES_THAT_ARE_READ}}
    return dict(collections.Counter(f"{column}_{rules.get(rule, rule)}" for _, column, rule in quarantined))


def exactly(cells: dict[str, object]) -> dict[str, object]:
    """The cells with decimals as the lake has them, of which a float is only the nearest."""
    return {name: decimal.Decimal(str(cell)) if isinstance(cell, float) else cell for name, cell in cells.items()}


def assert_nobody_is_known(
    contract: Contract, payload: bytes, file_name: str, rows: list[dict[str, Any]], night: Taken
) -> None:
    """No name, telephone or identity number of the delivery is in the lake or among the refused cells."""
    personal = [column for column in contract.columns if column.pii]
    raw = reading.read_table(payload, file_name, contract).rows
    known = {str(cell) for column in personal for cell in raw[column.name].dropna()} - {"", "无"}
    assert bool(known) == bool(personal)
    shown = [str(cell) for row in rows for cell in row.values()] + night.quarantine["shown_value"].dropna().tolist()
    assert [text for text in shown for secret in known if secret in text] == []
    for column in personal:
        if column.type == "idcard":
            assert all(re.fullmatch("[0-9a-f]{32}", row[f"{column.name}_pseudonym"]) for row in rows)
