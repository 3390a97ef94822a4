"""Spoiled files: reading ends with rows or a refusal, in little time and memory, whatever is in them."""

import json
import pathlib
import random
import subprocess
import sys

import pytest

from tests.faults.table import LONG, Tell

pytestmark = pytest.mark.fault

SECONDS = 660 if LONG else 10
SEED = random.SystemRandom().randrange(1_000_000) if LONG else 20250430
_PROJECT = pathlib.Path(__file__).parents[2]


def test_a_spoiled_file_gives_rows_or_a_refusal(tell: Tell) -> None:
    fuzzing = subprocess.run(
        [sys.executable, "-m", "tests.faults.fuzzing", str(SECONDS), str(SEED)],
        cwd=_PROJECT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert fuzzing.returncode == 0, fuzzing.stderr
    told = json.loads(fuzzing.stdout)
    assert told["files"] > told["refused"] > 0
    assert told["slowest_seconds"] < 60
    assert told["peak_mb"] < 1_000
    tell(
        "Spoiled files",
        f"""deliveries of all feeds with bytes changed, cut, doubled and mixed at random, below the compression too, for
        {SECONDS // 60 or SECONDS} {"minutes" if LONG else "seconds"} (seed {SEED})""",
        f"""{told["files"]:,} files: {told["refused"]:,} refused, the others gave rows; no other exception, the slowest
        one {told["slowest_seconds"]:.1f} s, {told["peak_mb"]} MB of memory at the peak""",
    )
