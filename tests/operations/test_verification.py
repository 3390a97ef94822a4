"""Every damage to what a home keeps is named by the file that has it."""

import datetime
import pathlib
from collections.abc import Callable

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from pipelines import cli, contracts, lock, providers, settings
from pipelines.home import Home
from pipelines.intake import Intake
from pipelines.lake import ledger
from pipelines.operations.verification import Damage, verify
from pipelines.publishing import versions

pytestmark = pytest.mark.fault(
    "Damage on disk",
    "bits turned, files deleted, cut, added and exchanged in archive, ledger, lake and what is published",
    "`sww verify` names each by its place, and fails",
)

NIGHT = datetime.date(2025, 3, 2)
APPEALS = """诉求编号,受理时间,诉求来源,诉求类别,办理时限
A1,2025-03-01 10:00:00,热线,停车,2025-03-08
A2,2025-03-01 11:00:00,热线,停车,2025-03-08
A3,2025-03-01 11:00:00,热线,不知道,2025-03-08
"""
_PROMISED = ["claims", "indicator_breakdowns", "indicator_catalog", "provider_scorecard", "quarantined_rows"]


@pytest.fixture
def home(tmp_path: pathlib.Path) -> Home:
    """A home with one delivery of three rows, one of them quarantined, and a published version that knows of it."""
    chosen = settings.home(tmp_path / "home")
    providers.initialise(chosen)
    landed = chosen.landing / "district" / "440303" / "appeals" / "2025-03-02.csv"
    landed.parent.mkdir(parents=True)
    landed.write_text(APPEALS, "utf-8")
    Intake(chosen, NIGHT).take(contracts.contract_of("appeals"))
    publish(chosen, (batch_of(chosen).outcomes[0].delivery.delivery_id, 3, 2, 1))
    return chosen


def publish(home: Home, *deliveries: tuple[str, int, int, int]) -> None:
    """Publishes marts with these deliveries: id, rows read, accepted, quarantined."""
    database = home.build / versions.DATABASE_NAME
    with duckdb.connect(str(database)) as connection:
        connection.execute("create schema marts")
        for table in _PROMISED:
            connection.execute(f"create table marts.{table} (a int)")
        connection.execute("create table marts.restatements (indicator_code varchar)")
        connection.execute("create table marts.indicator_values as select 1.5 as value")
        connection.execute("""
            create table marts.deliveries (
                delivery_id varchar, feed varchar, file_name varchar, rows_read int, accepted int, quarantined int,
                duplicate int, rows_current int, rows_superseded int)
        """)
        for delivery_id, rows_read, accepted, quarantined in deliveries:
            connection.execute(
                "insert into marts.deliveries values ($1, 'appeals', '2025-03-02.csv', $2, $3, $4, 0, $3, 0)",
                [delivery_id, rows_read, accepted, quarantined],
            )
    versions.publish(home, database, NIGHT)


def batch_of(home: Home) -> ledger.Batch:
    (batch,) = ledger.batches(home, "appeals")
    return batch


def archived(home: Home) -> pathlib.Path:
    (path,) = home.archive.glob("*/*")
    return path


def overwrite(path: pathlib.Path, content: bytes) -> None:
    path.chmod(0o600)
    path.write_bytes(content)


def flip_a_byte(path: pathlib.Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 3] ^= 0xFF
    overwrite(path, bytes(content))


def lose_a_row(home: Home) -> None:
    rows = pq.read_table(batch_of(home).rows_file)
    pq.write_table(rows.slice(1), batch_of(home).rows_file)


def double_the_batch(home: Home) -> None:
    batch = batch_of(home)
    with ledger.new_batch_folder(home, "appeals") as folder:
        for file in (batch.rows_file, batch.quarantine_file):
            (folder / file.name).write_bytes(file.read_bytes())
        ledger.commit(folder, NIGHT, list(batch.outcomes))


def break_the_ledger(home: Home) -> None:
    (batch_of(home).folder / "ledger.json").write_text('{"night_on": "2025-')


def rename_the_deliveries(home: Home) -> None:
    batch = batch_of(home)
    rows = pq.read_table(batch.rows_file)
    other = pa.array(["somebody else's"] * len(rows))
    pq.write_table(rows.set_column(rows.schema.get_field_index("_delivery_id"), "_delivery_id", other), batch.rows_file)


DAMAGES: dict[str, tuple[Callable[[Home], object], list[tuple[str, str]]]] = {
    "archived bytes changed": (
        lambda home: overwrite(archived(home), b"other bytes"),
        [("archive/", "its bytes have another SHA-256")],
    ),
    "archived file lost": (lambda home: archived(home).unlink(), [("archive/", "not in the archive: the bytes of")]),
    "a stranger in the archive": (
        lambda home: (archived(home).parent / "台账.csv").write_bytes(b""),
        [("archive/", "its name is no SHA-256")],
    ),
    "rows lost": (lambda home: batch_of(home).rows_file.unlink(), [("rows.parquet", "0 rows instead of 2")]),
    "a row lost": (lose_a_row, [("rows.parquet", "1 rows instead of 2")]),
    "rows of nobody": (
        rename_the_deliveries,
        [
            ("rows.parquet", "0 rows instead of 2"),
            ("rows.parquet", "2 rows of delivery somebody else's, which the batch does not have"),
        ],
    ),
    "a byte of the rows flipped": (lambda home: flip_a_byte(batch_of(home).rows_file), [("lake/", "can't be read")]),
    "quarantined cells lost": (
        lambda home: batch_of(home).quarantine_file.unlink(),
        [("quarantine.parquet", "0 quarantined rows instead of 1")],
    ),
    "a batch doubled": (double_the_batch, [("lake/appeals", "is in 2 live batches")]),
    "the ledger cut off": (
        break_the_ledger,
        [
            ("ledger.json", "ledger.json of batch appeals/2025-03-02.1 can't be read"),
            ("serving/current/", "tells of a delivery that the ledger does not have"),
        ],
    ),
    "a validation cut off": (
        lambda home: overwrite(batch_of(home).validation_file, b'{"rules": ['),
        [("validation.json", "validation.json of batch appeals/2025-03-02.1 can't be read")],
    ),
    "a published row lost": (
        lambda home: publish(home, (batch_of(home).outcomes[0].delivery.delivery_id, 3, 1, 1)),
        [("serving/current/", "rows are not conserved")],
    ),
    "a delivery that the ledger lost": (
        lambda home: publish(home, ("0123456789abcdef", 3, 2, 1)),
        [("serving/current/", "does not have: 0123456789abcdef (appeals, 2025-03-02.csv)")],
    ),
    "the published file overwritten": (
        lambda home: overwrite(home.published_database, b"no database"),
        [("serving/current/", "can't be read")],
    ),
}


def test_a_whole_home_has_no_damage_and_the_count_says_what_was_looked_at(home: Home) -> None:
    found = verify(home)
    assert found.damages == []
    counts = (found.archived_files, found.archived_bytes, found.deliveries, found.batches)
    assert counts == (1, len(APPEALS.encode()), 1, 1)
    assert (found.lake_rows, found.quarantined_rows, found.published_tables, found.published_rows) == (2, 1, 8, 2)


@pytest.mark.parametrize("damage", DAMAGES)
def test_damage_is_named_by_its_place(home: Home, damage: str) -> None:
    inflict, expected = DAMAGES[damage]
    inflict(home)
    assert_named(verify(home).damages, expected)


def assert_named(damages: list[Damage], expected: list[tuple[str, str]]) -> None:
    assert len(damages) == len(expected), damages
    for found, (place, what) in zip(damages, expected, strict=True):
        assert place in found.place
        assert what in found.what


def test_a_missing_mart_is_named(home: Home) -> None:
    home.published_database.chmod(0o600)
    with duckdb.connect(str(home.published_database)) as connection:
        connection.execute("drop table marts.claims")
    assert_named(verify(home).damages, [("serving/current/", "has no table marts.claims")])


def test_a_home_that_has_published_nothing_yet_is_whole(tmp_path: pathlib.Path) -> None:
    empty = settings.home(tmp_path)
    providers.initialise(empty)
    assert verify(empty).damages == []


def test_the_command_lists_the_damage_and_fails(home: Home) -> None:
    whole = CliRunner().invoke(cli.main, ["verify", "--home", str(home.root)])
    assert (whole.exit_code, "Nothing is damaged" in whole.output) == (0, True)
    archived(home).unlink()
    damaged = CliRunner().invoke(cli.main, ["verify", "--home", str(home.root)])
    assert damaged.exit_code == 1
    assert "not in the archive" in damaged.output


def test_nobody_verifies_while_a_night_writes(home: Home) -> None:
    with lock.only_writer(home, "night"), pytest.raises(lock.Busy):
        verify(home)
