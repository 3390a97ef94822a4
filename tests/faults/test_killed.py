"""SIGKILL at random moments of the real night: what readers see then, and what the next night makes of it."""

import collections
import pathlib
import random
import signal
import time

import pytest

from tests.faults.conftest import City
from tests.faults.small_home import FIRST_NIGHT, SECOND_NIGHT, leftovers, published_night
from tests.faults.table import LONG, Tell
from tests.homes.commands import Command, Commands

pytestmark = pytest.mark.fault

KILLS, SEEDS = (25, (1, 2, 3, 4)) if LONG else (3, (1,))
KILLS_IN_A_ROW = 5 if LONG else 3


@pytest.mark.parametrize("seed", SEEDS)
def test_a_night_killed_anywhere_leaves_a_whole_version_and_the_next_one_makes_it_good(
    tmp_path: pathlib.Path, commands: Commands, city: City, tell: Tell, seed: int
) -> None:
    moments = random.Random(seed)  # noqa: S311
    hit: collections.Counter[str] = collections.Counter()
    recoveries, most_left, night_seconds = 0, 0, city.night_seconds
    home = city.copy(tmp_path / "home")
    while hit.total() < KILLS:
        night = commands.start(home, "nightly", "--date", str(SECOND_NIGHT), **city.variables)
        # Strata, so that a few kills are spread over the night as many are.
        stratum = hit.total() % KILLS_IN_A_ROW
        time.sleep(night_seconds * (stratum + moments.random()) / KILLS_IN_A_ROW)
        if hit.total() % 2:
            night.kill_all()
        else:
            night.end(signal.SIGKILL)  # what else the command has started is left behind, as it is when memory runs out
        exit_code = night.wait()
        night.kill_all()
        assert published_night(home) in {str(FIRST_NIGHT), str(SECOND_NIGHT)}
        most_left = max(most_left, len(leftovers(home)))
        if exit_code != -signal.SIGKILL:  # it was quicker
            assert exit_code == 0, night.printed
            night_seconds *= 0.8
            home = city.copy(tmp_path / "home")
            continue
        hit[_phase(night)] += 1
        last_in_a_row = hit.total() % KILLS_IN_A_ROW == 0
        if LONG or last_in_a_row:
            city.assert_recovered(city.copy(tmp_path / "after", home), commands)
            recoveries += 1
        if last_in_a_row:
            home = city.copy(tmp_path / "home")
    tell(
        "Killed anywhere",
        f"""SIGKILL at {KILLS} random moments (seed {seed}) of `sww nightly`, every other time of its own process alone,
        up to {KILLS_IN_A_ROW} times in a row""",
        f"""{hit.total()} kills ({", ".join(f"{count} {phase}" for phase, count in sorted(hit.items()))}), after each a
        reader opened a whole version; {recoveries} recovering nights, each of a home as a kill left it: equal, nothing
        left over (never more than {most_left} leftovers before), no run that Dagster waits for""",
    )


def _phase(night: Command) -> str:
    said = night.printed
    if "published" in said:
        return "after publishing"
    if "models and tests" in said or "volunteers " in said:
        return "in dbt or publishing"
    return "in reading, validation or the lake" if "appeals " in said else "at the start"
