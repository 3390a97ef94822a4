"""Versions: readers see whole ones, switched at once; what is not complete is not published."""

import datetime
import pathlib

import duckdb
import pytest

from pipelines.home import Home
from pipelines.publishing import versions

pytestmark = pytest.mark.fault(
    "Rollback, and versions half made",
    "rollbacks to kept and unknown versions; dead publications; databases that readers could not use",
    "the switch is one rename; the next night goes forward from it; nothing unusable is published",
)

NIGHT = datetime.date(2025, 12, 31)


def built(home: Home, value: int, statement: str = "select") -> pathlib.Path:
    path = home.build / versions.DATABASE_NAME
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema marts")
        connection.execute(f"create table marts.indicator_values as select {value} as value")
        if statement != "select":
            connection.execute(statement)
    return path


def published_value(home: Home) -> int:
    with duckdb.connect(str(home.published_database), read_only=True) as connection:
        row = connection.execute("select value from marts.indicator_values").fetchone()
    assert row is not None
    return int(row[0])


def test_a_published_version_is_one_read_only_file_behind_a_constant_name(home: Home) -> None:
    version = versions.publish(home, built(home, 1), NIGHT)
    assert (home.serving / "current").readlink() == pathlib.Path("versions") / version.name
    assert home.published_database.name == "warehouse.duckdb"
    assert home.published_database.stat().st_mode & 0o222 == 0
    assert list(home.published_database.parent.glob("*.wal")) == []
    assert published_value(home) == 1


def test_a_reader_keeps_its_version_while_the_next_is_published(home: Home) -> None:
    versions.publish(home, built(home, 1), NIGHT)
    with duckdb.connect(str(home.published_database), read_only=True) as reader:
        versions.publish(home, built(home, 2), NIGHT)
        assert reader.execute("select value from marts.indicator_values").fetchone() == (1,)
    assert published_value(home) == 2


def test_rollback_makes_an_older_version_current_and_publishing_goes_forward(home: Home) -> None:
    first = versions.publish(home, built(home, 1), NIGHT)
    versions.publish(home, built(home, 2), NIGHT)
    versions.roll_back(home, first.name)
    assert (published_value(home), versions.current(home)) == (1, first)
    third = versions.publish(home, built(home, 3), NIGHT)
    assert (published_value(home), versions.current(home)) == (3, third)


def test_versions_are_listed_newest_first(home: Home) -> None:
    names = [versions.publish(home, built(home, value), NIGHT).name for value in (1, 2, 3)]
    assert [version.name for version in versions.versions(home)] == names[::-1]


def test_rolling_back_to_what_is_not_kept_says_what_is(home: Home) -> None:
    version = versions.publish(home, built(home, 1), NIGHT)
    with pytest.raises(versions.UnknownVersion, match=version.name):
        versions.roll_back(home, "../../etc")


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("delete from marts.indicator_values", "no indicator values"),
        ("create view marts.broken as select * from marts.indicator_values", "views"),
    ],
)
def test_what_readers_could_not_use_is_not_published(home: Home, statement: str, reason: str) -> None:
    version = versions.publish(home, built(home, 1), NIGHT)
    with pytest.raises(versions.NotPublishable, match=reason):
        versions.publish(home, built(home, 2, statement), NIGHT)
    assert versions.current(home) == version


def test_what_was_not_built_is_not_published(home: Home) -> None:
    with pytest.raises(versions.NotPublishable, match="not built"):
        versions.publish(home, home.build / versions.DATABASE_NAME, NIGHT)


def test_old_versions_go_but_never_the_current_one(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(versions, "KEPT_VERSIONS", 2)
    monkeypatch.setattr(versions, "KEPT_FOR", datetime.timedelta(0))
    first, second, third, fourth = [versions.publish(home, built(home, value), NIGHT) for value in (1, 2, 3, 4)]
    versions.roll_back(home, first.name)
    versions.sweep(home)
    assert versions.versions(home) == [fourth, third, first]
    assert second not in versions.versions(home)


def test_recent_versions_are_kept_however_many(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(versions, "KEPT_VERSIONS", 1)
    kept = [versions.publish(home, built(home, value), NIGHT) for value in (1, 2, 3)]
    versions.sweep(home)
    assert versions.versions(home) == kept[::-1]


def test_what_dead_runs_left_is_swept(home: Home) -> None:
    leftovers = [home.build / "run-1", home.serving / "versions" / ".unfinished-1"]
    for folder in leftovers:
        folder.mkdir(parents=True)
    versions.sweep(home)
    assert [folder for folder in leftovers if folder.exists()] == []


def test_a_version_of_before_its_date_was_renamed_is_listed(home: Home) -> None:
    version = versions.publish(home, built(home, 1), NIGHT)
    file = home.published_database.parent / "version.json"
    file.write_text(file.read_text("utf-8").replace('"night_on"', '"night"'), "utf-8")
    assert versions.versions(home) == [version]
