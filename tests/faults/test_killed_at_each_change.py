"""SIGKILL before every single change that intake, ledger, sweeps and publication make to the disk."""

import itertools
import pathlib
import shutil
import signal

import pytest

from pipelines import settings
from pipelines.home import Home
from tests.faults.small_home import FIRST_NIGHT, SECOND_NIGHT, differences, leftovers, make, published_night
from tests.faults.table import LONG, Tell
from tests.homes.commands import Commands

pytestmark = pytest.mark.fault


def test_a_night_killed_before_any_change_to_the_disk_is_made_good_by_the_next(
    tmp_path: pathlib.Path, commands: Commands, tell: Tell
) -> None:
    before = _home_with_something_to_sweep(tmp_path, commands)
    undisturbed = _copy(before, tmp_path / "undisturbed")
    assert _small_night(commands, undisturbed) == 0
    kills = 0
    for change in itertools.count(1, 1 if LONG else 17):
        home = _copy(before, tmp_path / "home")
        exit_code = _small_night(commands, home, kill_before=change)
        if exit_code == 0:  # there are no more changes
            break
        assert exit_code == -signal.SIGKILL
        kills += 1
        assert published_night(home) in {str(FIRST_NIGHT), str(SECOND_NIGHT)}
        assert _small_night(commands, home) == 0
        assert (differences(home, undisturbed), leftovers(home)) == ([], []), f"killed before change {change}"
    assert kills > 3
    tell(
        "Killed before a change to the disk",
        f"SIGKILL by an audit hook before change 1, {'2, 3' if LONG else '18, 35'}, … of a night of three feeds that "
        "sweeps, archives, replaces batches and publishes",
        f"{kills} kills, {kills} recovering nights: each warehouse equal to the undisturbed one, row for row; "
        "nothing left over",
    )


def _home_with_something_to_sweep(tmp_path: pathlib.Path, commands: Commands) -> Home:
    """Four nights old: batches to fold, batches that were replaced and a version too many wait for the next night."""
    home = make(tmp_path / "before")
    assert _small_night(commands, home, last="2025-03-10") == 0
    for _ in range(3):
        assert _small_night(commands, home, last=str(FIRST_NIGHT)) == 0
    for leftover in (
        home.archive / ".unfinished-1",
        home.landing / "platform" / "sample" / "volunteers" / ".2025-03-01.json.gz.unfinished",
        home.lake / "appeals" / ".unfinished-1" / "rows.parquet",
    ):
        leftover.parent.mkdir(parents=True, exist_ok=True)
        leftover.write_bytes(b"half of it")
    return home


def _small_night(commands: Commands, home: Home, last: str = str(SECOND_NIGHT), kill_before: int = 0) -> int:
    command = commands.run(home, "small-night", last, str(kill_before))
    assert command.exit_code in (0, -signal.SIGKILL), command.printed
    command.output.unlink(missing_ok=True)
    return command.exit_code


def _copy(home: Home, root: pathlib.Path) -> Home:
    shutil.rmtree(root, ignore_errors=True)
    return settings.home(shutil.copytree(home.root, root, symlinks=True))
