"""One writer at a time, and the lock of a dead process holds nobody up."""

import pathlib
import re
import signal
import subprocess
import sys

import pytest

from pipelines import lock, settings

pytestmark = pytest.mark.fault(
    "A lock left behind",
    "a writer killed while it holds the lock",
    "the next one gets it at once; a living one is named",
)

_HOLDER = """
import sys, time
from pipelines import lock, settings
with lock.only_writer(settings.home(sys.argv[1]), "nightly 2025-03-01"):
    print("locked", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def holder(tmp_path: pathlib.Path) -> subprocess.Popen[str]:
    process = subprocess.Popen([sys.executable, "-c", _HOLDER, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "locked\n"
    return process


def test_a_second_writer_is_told_who_is_at_work(tmp_path: pathlib.Path, holder: subprocess.Popen[str]) -> None:
    told = re.escape(f"nightly 2025-03-01, process {holder.pid}, since 20")
    with pytest.raises(lock.Busy, match=told), lock.only_writer(settings.home(tmp_path), "backfill"):
        pass
    holder.kill()
    holder.communicate()


def test_a_killed_writer_holds_nobody_up(tmp_path: pathlib.Path, holder: subprocess.Popen[str]) -> None:
    holder.send_signal(signal.SIGKILL)
    holder.communicate()
    with lock.only_writer(settings.home(tmp_path), "nightly"):
        assert "nightly" in (tmp_path / ".lock").read_text()
