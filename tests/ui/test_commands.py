"""What an operator asks at a terminal while the UI is up; one night pays for all questions."""

import pathlib

import pytest
from click.testing import CliRunner, Result

from pipelines.cli import main
from pipelines.home import Home
from pipelines.publishing import versions
from tests.ui.serving import ServedHome


def sww(city: ServedHome, *arguments: str) -> Result:
    return CliRunner().invoke(main, [*arguments, "--home", str(city.home.root)], catch_exceptions=False)


def tree(home: Home) -> dict[str, tuple[int, int, int]]:
    """Every file and folder of a home with what would tell a change; Dagster's own storage is the daemon's."""
    return {
        str(path.relative_to(home.root)): (path.lstat().st_ino, path.lstat().st_size, path.lstat().st_mtime_ns)
        for path in home.root.rglob("*")
        if home.dagster not in path.parents
    }


@pytest.fixture(autouse=True)
def after_the_first_night(first_night: str) -> None: ...


def test_versions_are_listed_and_rolled_back_to(city: ServedHome) -> None:
    version = versions.current(city.home)
    assert version is not None
    assert version.name in sww(city, "versions").output
    assert f"{version.name} is current" in sww(city, "rollback", version.name).output


def test_explain_names_the_deliveries_behind_a_value(city: ServedHome) -> None:
    explained = sww(city, "explain", "PC03", "--period", "2025-03", "--district", "440303")
    assert explained.exit_code == 0
    assert "2025-03-20.csv" in explained.output
    assert "2025-03-21.csv" not in explained.output  # another district's
    unknown = sww(city, "explain", "PC99", "--period", "2025-03")
    assert unknown.exit_code == 1
    assert "no value of 'PC99'" in unknown.output


def test_check_tells_what_would_happen_and_changes_nothing(city: ServedHome, tmp_path: pathlib.Path) -> None:
    file = tmp_path / "诉求.csv"
    file.write_text(
        "诉求编号,受理时间,诉求来源,诉求类别,办理时限,办结时间\n"
        "LH-8,2025-03-02 09:00,热线,停车,2025-03-09,2025-03-05 17:00\n"
        "LH-9,2025-03-02 09:00,外星人,停车,2025-03-09,\n",
        "utf-8",
    )
    before = tree(city.home)
    checked = sww(city, "check", str(file), "--feed", "appeals", "--provider", "440303")
    assert checked.exit_code == 0
    assert "accepted: 2 rows read, 1 quarantined" in checked.output
    assert "外星人" in checked.output
    moved = next(line.split() for line in checked.output.splitlines() if "PC03" in line and "2025-03 " in line)
    assert {"440300", "440303"} & set(moved)
    assert tree(city.home) == before
