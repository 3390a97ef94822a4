"""A home that an earlier version of this project made goes on with the next night, as if today's had made it.

``earlier_home.zip`` is such a home as it was before a ledger said its format: two nights of March 2025 took three
feeds, with refused rows, a rejected file and one that came again, and published; a file for April has landed since.
"""

import datetime
import json
import pathlib
import shutil
import zipfile

import duckdb
import pytest

from pipelines import contracts, settings
from pipelines.home import Home
from pipelines.lake import ledger
from pipelines.night import begin
from pipelines.operations import verification
from pipelines.publishing import versions
from pipelines.warehouse import registration
from tests.conftest import HOME_NAME

pytestmark = [
    pytest.mark.long,
    pytest.mark.fault(
        "A home of an earlier version",
        "a night over a lake, an archive and a published version of the project before a ledger said its format",
        "taken over: the lake is the one that today's project reads from the same files; a later version's is refused",
    ),
]

KEY = "the key of the earlier home"
FEEDS = ("appeals", "enterprises", "member_transfers", "volunteers")
MARCH, APRIL = datetime.date(2025, 3, 31), datetime.date(2025, 4, 30)
# What the clock said, the names and words that rules had when they judged, and what was not yet counted or kept.
OF_ITS_TIME = {"received_at", "built_at", "rule", "reason_zh", "lines_set_aside", "record_key"}


@pytest.fixture
def earlier(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("SWW_PII_KEY", KEY)
    home = settings.home(tmp_path / HOME_NAME)
    with zipfile.ZipFile(pathlib.Path(__file__).with_name("earlier_home.zip")) as zipped:
        zipped.extractall(home.root)
    (version,) = (home.serving / "versions").iterdir()
    (home.serving / "current").symlink_to(version.relative_to(home.serving))
    home.make_folders()
    return home


def take(home: Home) -> None:
    with begin(home, "test", APRIL) as night:
        for feed in FEEDS:
            night.take(contracts.contract_of(feed))


def registered(home: Home, database: pathlib.Path) -> dict[str, list[tuple[object, ...]]]:
    """What dbt would build from, table by table; but for what is published already, and when a night was."""
    registration.register(home, database, APRIL)
    with duckdb.connect(str(database), read_only=True) as connection:
        columns = connection.execute("""
            select schema_name || '.' || table_name, list(column_name order by column_index) from duckdb_columns()
            where schema_name in ('raw', 'ops') and table_name not like 'previous_%' group by all
        """).fetchall()
        return {
            table: connection.execute(
                f"select {', '.join(name for name in names if name not in OF_ITS_TIME)} from {table} order by all"
            ).fetchall()
            for table, names in columns
        }


def test_the_next_night_takes_it_over_and_builds_from_what_a_new_home_would_have(
    earlier: Home, tmp_path: pathlib.Path
) -> None:
    assert verification.verify(earlier).damages == []
    fresh = settings.home(tmp_path / "fresh")
    fresh.make_folders()
    shutil.copytree(earlier.landing, fresh.landing, dirs_exist_ok=True)
    (fetched,) = (outcome.delivery for outcome in ledger.outcomes(earlier, "volunteers"))
    page_set = fresh.landing.joinpath(*fetched.provider, "volunteers", fetched.file_name)
    page_set.parent.mkdir(parents=True)
    shutil.copyfile(
        next(earlier.archive.glob(f"*/{fetched.sha256}")), page_set
    )  # it is in landing only till it is taken
    shutil.copyfile(earlier.providers_file, fresh.providers_file)
    for home in (earlier, fresh):
        take(home)

    ours, theirs = registered(fresh, tmp_path / "fresh.duckdb"), registered(earlier, tmp_path / "earlier.duckdb")

    assert len(ours["ops.deliveries"]) == 7
    assert [len(ours[f"raw.{feed}"]) for feed in FEEDS] == [6, 3, 3, 2]  # the same three from two districts
    assert theirs == ours


def test_the_marts_are_built_beside_what_the_earlier_version_published(earlier: Home) -> None:
    """The values are the same, but that nothing received was 0 then, and is not known now."""
    published = versions.current(earlier)
    with begin(earlier, "test", MARCH) as night:
        night.publish()
    now = versions.current(earlier)
    assert published is not None
    assert now is not None
    assert now.published_at > published.published_at
    with duckdb.connect() as connection:
        versions.attach(connection, earlier.serving / "versions" / published.name / versions.DATABASE_NAME, "before")
        versions.attach(connection, earlier.published_database, "now")
        differing = connection.execute("""
            select indicator_code, period, district_code, before_values.value, now_values.value
            from before.marts.indicator_values as before_values
            left join now.marts.indicator_values as now_values
                using (indicator_code, period_kind, period, district_code)
            where before_values.value is distinct from now_values.value
                and not (before_values.value = 0 and now_values.value is null)
        """).fetchall()
        ((values,),) = connection.execute("select count(value) from now.marts.indicator_values").fetchall()
    assert differing == []
    assert values > 0


def test_a_ledger_of_a_later_version_is_refused_with_what_to_do(earlier: Home) -> None:
    file = earlier.lake / "appeals" / "2025-03-31.2" / "ledger.json"
    file.write_text(json.dumps({**json.loads(file.read_text("utf-8")), "format": ledger.FORMAT + 1}), "utf-8")
    with pytest.raises(ledger.UnreadableBatch, match=rf"format {ledger.FORMAT + 1}.* reads up to {ledger.FORMAT}: use"):
        take(earlier)
