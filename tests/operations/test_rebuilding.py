"""The archive and the ledger are enough: lake and warehouse come out of them as they were, and what differs is told."""

import datetime
import pathlib

import pytest
from click.testing import CliRunner, Result

from pipelines import cli, contracts, providers, settings
from pipelines.home import Home
from pipelines.lake import ledger
from pipelines.night import begin
from pipelines.operations.verification import verify
from pipelines.publishing import versions
from tests.conftest import HOME_NAME

pytestmark = [
    pytest.mark.long,
    pytest.mark.fault(
        "The lake lost",
        "its rows deleted, or bytes gone from the archive",
        "`sww rebuild` makes lake and warehouse from archive and ledger and proves them equal; without the bytes it "
        "changes nothing",
    ),
]

NIGHTS = (datetime.date(2025, 3, 2), datetime.date(2025, 3, 4))
APPEALS = contracts.contract_of("appeals")
HEADER = "诉求编号,受理时间,诉求来源,诉求类别,办理时限,办结时间"
DELIVERIES = {
    "440303/appeals/2025-03-02.csv": ["A1,2025-03-01 10:00,热线,停车,2025-03-08,", "A2,2025-03-01,热线,无此类,,"],
    "440304/appeals/2025-03-02.csv": ["B1,2025-03-01 10:00,热线,停车,2025-03-08,2025-03-02 09:00"],
    "440303/appeals/2025-03-04.csv": ["A1,2025-03-01 10:00,热线,停车,2025-03-08,2025-03-03 10:00"],
    "440305/appeals/2025-03-04.csv": ["C1,2025-03-01"],
}


def land(home: Home, place: str, lines: list[str]) -> None:
    path = home.landing / "district" / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([HEADER, *lines]), "utf-8")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home in which two nights took four deliveries, with a refused row and a rejected delivery, and published."""
    chosen = settings.home(tmp_path_factory.mktemp("rebuilt") / HOME_NAME)
    providers.initialise(chosen)
    for place, lines in DELIVERIES.items():
        land(chosen, place, lines)
    for date in NIGHTS:
        with begin(chosen, "a night", date) as night:
            night.take(APPEALS)
            if date == NIGHTS[-1]:
                night.publish()
    return chosen


def rebuild(home: Home) -> Result:
    return CliRunner().invoke(cli.main, ["rebuild", "--home", str(home.root)])


def rows_files(home: Home) -> list[pathlib.Path]:
    return [batch.rows_file for batch in ledger.batches(home, "appeals")]


def test_a_lake_that_lost_its_rows_is_made_anew_and_the_marts_are_what_they_were(home: Home) -> None:
    before = {each.delivery.delivery_id: each for each in ledger.outcomes(home, "appeals")}
    published = versions.current(home)
    assert [len(batch.outcomes) for batch in ledger.batches(home, "appeals")] == [2, 2]
    for path in rows_files(home):
        path.unlink()
    assert len(verify(home).damages) == 3  # a line for each delivery that had rows
    land(home, "440306/appeals/2025-03-03.csv", ["D1,2025-03-01 10:00,热线,停车,2025-03-08,"])  # no night took it

    done = rebuild(home)

    assert done.exit_code == 0, done.output
    assert "Every table is row for row what it was." in done.output
    assert {each.delivery.delivery_id: each for each in ledger.outcomes(home, "appeals")} == before
    assert len(rows_files(home)) == 1
    now = versions.current(home)
    assert (now != published, now.night_on if now else None) == (True, NIGHTS[-1])
    assert verify(home).damages == []


def test_tables_that_are_not_what_they_were_are_named_and_the_version_before_is_kept(home: Home) -> None:
    published = versions.current(home)
    register = [each for each in providers.registered(home) if each.provider_code != "440304"]
    providers.write_register(home.providers_file, register)

    done = rebuild(home)

    assert done.exit_code == 1
    (told,) = [line for line in done.output.splitlines() if line.startswith("Not as before")]
    assert {"deliveries", "fct_appeals", "dim_provider"} <= set(told.removeprefix("Not as before: ").split(", "))
    assert "fct_tasks" not in told
    assert published is not None
    assert f"sww rollback {published.name}" in done.output


def test_without_the_bytes_nothing_is_rebuilt_and_what_is_published_stays(home: Home) -> None:
    published, live = versions.current(home), ledger.batches(home, "appeals")
    next(home.archive.glob("*/*")).unlink()
    done = rebuild(home)
    assert (done.exit_code, "nothing was rebuilt" in done.output) == (1, True)
    assert (versions.current(home), ledger.batches(home, "appeals")) == (published, live)


def test_an_empty_home_has_nothing_to_rebuild(tmp_path: pathlib.Path) -> None:
    empty = settings.home(tmp_path)
    providers.initialise(empty)
    done = rebuild(empty)
    assert (done.exit_code, "has taken no delivery yet" in done.output) == (1, True)
