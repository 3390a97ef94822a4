"""What surrounds a night breaks: it says so, readers keep the last version, and the night after the repair is right.

In the short form all of it happens to one home, one thing after the other, and one night makes it good; at length each
has a home and a recovering night of its own.
"""

import contextlib
import datetime
import json
import os
import pathlib
import signal
import subprocess
import time
from collections.abc import Callable, Iterator

import pytest

from pipelines.home import Home
from tests.faults.conftest import City
from tests.faults.small_home import FIRST_NIGHT, SECOND_NIGHT, TOKEN, published_night
from tests.faults.table import LONG, Tell
from tests.homes.commands import Command, Commands

pytestmark = pytest.mark.fault

Disturbance = Callable[[Home, Commands, dict[str, str]], str]


def a_second_night(home: Home, commands: Commands, variables: dict[str, str]) -> str:
    """Two at once | `sww nightly` and `sww backfill` beside a running `sww nightly`"""
    first = _started(home, commands, variables)
    held = f"process {first.process_id}"
    began = time.monotonic()
    _fails(_night(home, commands, variables), "is in use", held, "since")
    backfill = commands.run(home, "backfill", "--from", "2025-03-01", "--to", "2025-03-31", **variables)
    _fails(backfill, "is in use", held, "since")
    seconds = (time.monotonic() - began) / 2
    first.end(signal.SIGKILL)  # its lock holds nobody up: the next night of this home shows it
    first.wait()
    return f"both declined with exit code 1 in {seconds:.1f} s, naming the run, the process and since when"


def a_signal_to_end(home: Home, commands: Commands, variables: dict[str, str]) -> str:
    """SIGTERM | to a night that reads, and to one that is in dbt"""
    slowest = 0.0
    for said in ("appeals ", "100 models") if LONG else ("100 models",):
        night = _started(home, commands, variables, said)
        assert TOKEN not in _arguments_of_group(night)
        began = time.monotonic()
        night.end(signal.SIGTERM)
        _fails(night, "the night failed", "told to stop")
        slowest = max(slowest, time.monotonic() - began)
        assert slowest < 15, night.printed
        assert list(home.build.glob("run-*/*.wal")) == []
    return f"ended with exit code 1 within {slowest:.1f} s"


def another_key(home: Home, commands: Commands, variables: dict[str, str]) -> str:
    """The pseudonym key changed, or gone | another key in SWW_PII_KEY; the key file taken away"""
    lake = _files(home.lake)
    _fails(
        _night(home, commands, {**variables, "SWW_PII_KEY": "another"}), "is not the one that the lake was made with"
    )
    kept = home.key_file.rename(home.root / "taken-away")
    _fails(_night(home, commands, variables), "the key of the pseudonyms is gone")
    assert not home.key_file.exists()
    kept.rename(home.key_file)
    assert _files(home.lake) == lake
    return "stopped before anything is written: persons would not be known again. No new key is made"


def a_vanished_landing(home: Home, commands: Commands, variables: dict[str, str]) -> str:
    """The landing folder gone | renamed, as when its disk is not mounted"""
    elsewhere = home.landing.rename(home.root / "elsewhere")
    _fails(_night(home, commands, variables), "landing is gone")
    assert not home.landing.exists()
    elsewhere.rename(home.landing)
    return "stopped: an empty landing would read as a night in which nobody delivered"


def a_clock_set_back(home: Home, commands: Commands, variables: dict[str, str]) -> str:
    """The clock set back | the published version says it is of two days ahead of the clock"""
    notes = home.published_database.with_name("version.json")
    as_it_was = notes.read_bytes()
    ahead = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=2)
    notes.write_text(json.dumps({**json.loads(as_it_was), "published_at": ahead.isoformat()}), "utf-8")
    _fails(_night(home, commands, variables), "set the clock")
    notes.write_bytes(as_it_was)
    return "stopped: it would take too few deliveries, without a word"


def a_home_closed_to_writing(home: Home, commands: Commands, variables: dict[str, str]) -> str:
    """A read-only home | the lake, then every folder, mode 0555, with root's privileges given up"""
    for folders in ([home.lake, *home.lake.iterdir()], [path for path in home.root.rglob("*") if path.is_dir()]):
        with _closed([folder for folder in folders if folder.is_dir()], 0o555):
            _fails(_night(home, commands, variables), "Permission denied|readonly|unable to open")
    return "a clear error, with the path"


def an_unreadable_file(home: Home, commands: Commands, variables: dict[str, str]) -> str:
    """A landed file that can't be read | mode 0000, with root's privileges given up"""
    (file,) = home.landing.glob("district/440304/appeals/2025-04-02.zip")
    with _closed([file], 0):
        night = _started(home, commands, variables, "文件无法打开")
    night.kill_all()
    night.wait()
    return "the night goes on without that file and names it in the check providers_answered; the next night takes it"


# In this order one home can suffer them all: until the last two it has taken nothing yet of what the night brings.
DISTURBANCES: list[Disturbance] = [
    another_key,
    a_vanished_landing,
    a_clock_set_back,
    an_unreadable_file,
    a_home_closed_to_writing,
    a_second_night,
    a_signal_to_end,
]


@pytest.mark.parametrize(
    "disturbances", [[each] for each in DISTURBANCES] if LONG else [DISTURBANCES], ids=lambda all_of: all_of[0].__name__
)
def test_a_disturbed_night_says_why_and_the_next_one_is_right(
    tmp_path: pathlib.Path, commands: Commands, city: City, tell: Tell, disturbances: list[Disturbance]
) -> None:
    home = city.copy(tmp_path / "home")
    for disturb in disturbances:
        result = disturb(home, commands, city.variables)
        assert published_night(home) == str(FIRST_NIGHT)
        assert disturb.__doc__
        tell(*disturb.__doc__.split(" | "), f"{result}; the last version stayed; the next night: equal")
    city.assert_recovered(home, commands)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small disk")
def test_a_full_disk_stops_the_night_and_the_next_one_with_room_is_right(
    tmp_path: pathlib.Path, commands: Commands, city: City, tell: Tell
) -> None:
    with _small_disk(tmp_path / "disk", megabytes=160) as disk:
        home = city.copy(disk)
        for megabytes_left in (0, 2, 12) if LONG else (0, 12):
            free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
            ballast = disk / "ballast"
            ballast.write_bytes(bytes(max(free - megabytes_left * 1024 * 1024, 0)))
            night = _night(home, commands, city.variables)
            _fails(night, "No space left|disk is full|(0 MB are free on its disk)")
            ballast.unlink()
            assert published_night(home) == str(FIRST_NIGHT)
        city.assert_recovered(home, commands)
    tell(
        "A full disk",
        f"a tmpfs of 160 MB with {'0, 2 and 12' if LONG else '0 and 12'} MB left when the night begins",
        "a clear error; the last version stayed; the next night: equal",
    )


def _started(home: Home, commands: Commands, variables: dict[str, str], said: str = "appeals ") -> Command:
    """A night that is at work: it has said ``said``."""
    night = commands.start(home, "nightly", "--date", str(SECOND_NIGHT), **variables)
    night.wait_until_printed(said)
    return night


def _night(home: Home, commands: Commands, variables: dict[str, str]) -> Command:
    return commands.run(home, "nightly", "--date", str(SECOND_NIGHT), **variables)


def _fails(command: Command, *told: str) -> None:
    """The command ends with exit code 1, and its last words say each of these and are no traceback."""
    assert command.wait() == 1, command.printed
    error = command.printed[command.printed.rfind("Error: ") :]
    for pattern in told:
        assert any(each in error for each in pattern.split("|")), command.printed
    assert "Traceback" not in error, command.printed


def _arguments_of_group(command: Command) -> str:
    """The arguments of every process that belongs to the command, as any user of the machine can read them."""
    listed = subprocess.run(
        ["ps", "-o", "args=", "-g", str(command.process_id)], stdout=subprocess.PIPE, text=True, check=True
    )
    assert listed.stdout
    return listed.stdout


def _files(folder: pathlib.Path) -> list[pathlib.Path]:
    return sorted(folder.rglob("*"))


@contextlib.contextmanager
def _closed(paths: list[pathlib.Path], mode: int) -> Iterator[None]:
    before = {path: path.stat().st_mode for path in paths}
    for path in reversed(paths):
        path.chmod(mode)
    try:
        yield
    finally:
        for path, mode_before in before.items():
            path.chmod(mode_before)


@contextlib.contextmanager
def _small_disk(place: pathlib.Path, megabytes: int) -> Iterator[pathlib.Path]:
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "none", str(place)],
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip(f"no small disk can be mounted here: {mounted.stderr.strip()}")
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)
