"""The sww command: what it says, what it changes, and how it ends."""

import os
import pathlib
import subprocess
import sys

import pytest
from click.testing import CliRunner, Result

from pipelines import lock
from pipelines.cli import main
from pipelines.home import Home
from tests import cli_reference

SWW = str(pathlib.Path(sys.executable).with_name("sww"))
_HEADERS = "诉求编号,受理时间,诉求来源,诉求类别,办理时限,办结时间"
_HEAVY = ("dagster", "dbt", "great_expectations", "pandas", "duckdb", "numpy")


def sww(*arguments: str, environment: dict[str, str] | None = None) -> Result:
    return CliRunner().invoke(main, arguments, env=environment, catch_exceptions=False)


@pytest.fixture
def landed(home: Home) -> Home:
    """A new home to which a district sent one appeal."""
    assert sww("init", "--home", str(home.root)).exit_code == 0
    folder = home.landing / "district" / "440303" / "appeals"
    folder.mkdir(parents=True)
    (folder / "2025-03-01.csv").write_text(
        f"{_HEADERS}\nLH-1,2025-03-01 09:00,热线,停车,2025-03-08,2025-03-04 17:00\n",
        "utf-8",
    )
    return home


def test_help_imports_nothing_that_takes_long() -> None:
    listing = "import sys; from pipelines.cli import main; main(['--help'], standalone_mode=False); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", listing], check=True, capture_output=True, text=True)
    *told, modules = done.stdout.splitlines()
    assert any("nightly" in line for line in told)
    assert [name for name in _HEAVY if name in modules.split()] == []


def test_every_command_takes_a_home() -> None:
    commands = dict(cli_reference.commands())
    assert {
        "sww nightly",
        "sww sample",
        "sww scaffold feed",
    } <= commands.keys()  # its own, another package's, a group's
    without = [name for name, command in commands.items() if "home" not in {each.name for each in command.params}]
    assert without == []


def test_the_reference_of_the_commands_is_their_help() -> None:
    assert cli_reference.DOCUMENT.read_text("utf-8") == cli_reference.text(), "run `make docs`"


def test_the_option_wins_over_the_variable(tmp_path: pathlib.Path) -> None:
    chosen, other = tmp_path / "chosen", tmp_path / "other"
    assert sww("init", "--home", str(chosen), environment={"SWW_HOME": str(other)}).exit_code == 0
    assert (chosen / "providers.csv").exists()
    assert not other.exists()
    assert sww("init", environment={"SWW_HOME": str(other)}).exit_code == 0
    assert (other / "providers.csv").exists()


def test_init_registers_the_districts_and_the_department_once(home: Home) -> None:
    sww("init", "--home", str(home.root))
    lines = home.providers_file.read_text("utf-8").splitlines()
    assert len(lines) == 1 + 11 + 1
    home.providers_file.write_text("\n".join(lines[:2]), "utf-8")
    sww("init", "--home", str(home.root))
    assert len(home.providers_file.read_text("utf-8").splitlines()) == 2


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("nightly",), "is no home yet"),
        (("nightly", "--date", "2999-01-01"), "has not come yet"),
        (("backfill", "--from", "2025-02-01", "--to", "2025-01-01"), "--from is after --to"),
        (("backfill",), "say what to read again"),
        (("backfill", "--feed", "appeal"), "unknown feed 'appeal'"),
        (("rollback", "20250101T000000Z"), "no version '20250101T000000Z'; kept are none"),
        (("init", "--home", "/nowhere/社工[1]"), "a home can't be where a folder's name has one of * ? ["),
        (("explain", "AS01", "--period", "2025"), "nothing is published"),
        (("check", __file__, "--feed", "appeal", "--provider", "440303"), "unknown feed 'appeal'"),
    ],
)
def test_a_command_that_cannot_do_it_says_why_and_fails(home: Home, arguments: tuple[str, ...], told: str) -> None:
    result = sww(*arguments, *(() if "--home" in arguments else ("--home", str(home.root))))
    assert result.exit_code != 0
    assert told in result.output
    assert "Traceback" not in result.output


def test_a_backfill_of_a_delivery_that_nobody_knows_is_refused_before_the_night(landed: Home) -> None:
    result = sww("backfill", "--feed", "appeals", "--delivery", "0123456789abcdef", "--home", str(landed.root))
    assert (result.exit_code, "no delivery is like that" in result.output) == (1, True)


def test_versions_of_a_new_home_are_none(home: Home) -> None:
    assert sww("versions", "--home", str(home.root)).exit_code == 0


def test_a_night_beside_another_says_who_is_at_work(landed: Home) -> None:
    with lock.only_writer(landed, "a backfill"):
        done = subprocess.run([SWW, "nightly", "--home", str(landed.root)], check=False, capture_output=True, text=True)
    assert done.returncode == 1
    assert "a backfill, process " in done.stderr
    assert "Traceback" not in done.stderr


def test_a_console_that_lacks_characters_stops_no_command() -> None:
    say = (
        "import click\nfrom pipelines.cli import main\n"
        "main.command('say')(lambda: click.echo('\\u202d𠮷 sww'))\nmain(['say'])"
    )
    environment = os.environ | {"PYTHONIOENCODING": "gbk"}
    done = subprocess.run([sys.executable, "-c", say], check=True, capture_output=True, env=environment)
    assert done.stdout == b"\\u202d\\U00020bb7 sww\n"
