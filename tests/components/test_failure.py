"""Why a run failed: the fault's own words, each once."""

import dagster as dg
import pytest
from dagster import DagsterEvent

from pipelines.components.failure import reason
from pipelines.lock import Busy


@dg.resource
def locked() -> None:
    raise Busy("home is in use: run 1, process 2")


@dg.op(required_resource_keys={"night"})
def take() -> None: ...


@dg.op
def lose_a_row() -> int:
    raise ValueError("rows_conserved: 1 row lost")


@dg.op
def publish(rows: int) -> None: ...


@dg.op
def write() -> None:
    try:
        raise OSError("No space left on device")
    except OSError as error:
        raise dg.RetryRequested(max_retries=0) from error


@dg.op
def be_told_to_stop() -> None:
    raise KeyboardInterrupt


@dg.job(resource_defs={"night": locked})
def beside_another() -> None:
    take()


@dg.job
def lost_row_and_full_disk() -> None:
    publish(lose_a_row())
    write()


@dg.job
def stopped() -> None:
    be_told_to_stop()


@dg.job
def fine() -> None: ...


def events(job: dg.JobDefinition) -> list[DagsterEvent]:
    return job.execute_in_process(raise_on_error=False).all_events


@pytest.mark.parametrize(
    ("job", "lines"),
    [
        (beside_another, ["take: home is in use: run 1, process 2"]),
        (lost_row_and_full_disk, ["lose_a_row: rows_conserved: 1 row lost", "write: No space left on device"]),
        (fine, []),
    ],
)
def test_each_fault_is_told_in_its_own_words(job: dg.JobDefinition, lines: list[str]) -> None:
    assert sorted(reason(events(job)).splitlines()) == lines


def test_a_run_that_was_stopped_says_so() -> None:
    assert "be_told_to_stop" in reason(events(stopped))
