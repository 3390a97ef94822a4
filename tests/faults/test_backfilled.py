"""A backfill of days that are in the warehouse already."""

import pathlib

import pytest

from tests.faults.conftest import City
from tests.faults.small_home import SECOND_NIGHT, differences
from tests.faults.table import LONG, Tell
from tests.homes.commands import Commands


@pytest.mark.fault
def test_a_backfill_over_a_live_year_changes_nothing_and_needs_no_landing(
    tmp_path: pathlib.Path, commands: Commands, city: City, tell: Tell
) -> None:
    home = city.copy(tmp_path / "home", city.undisturbed)
    for landed in home.landing.rglob("*.*"):
        if landed.is_file():
            landed.unlink()
    first = "2025-01-01" if LONG else "2025-04-01"  # Dagster tells of every asset for every day, which takes its time
    backfill = commands.run(home, "backfill", "--from", first, "--to", str(SECOND_NIGHT), **city.variables)
    assert backfill.exit_code == 0, backfill.printed
    assert differences(home, city.undisturbed) == []
    if LONG:
        city.assert_recovered(home, commands)
    tell(
        "A backfill over a live year",
        "`sww backfill` of every day so far, with nothing left in landing" + LONG * "; then a night",
        "both equal" if LONG else "equal",
    )
