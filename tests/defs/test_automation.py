"""What starts a night by itself, and who is told of one that failed."""

import datetime
import http.server
import json
import pathlib
import threading
from collections.abc import Iterator
from typing import Any

import dagster as dg
import pytest

from pipelines import providers, running, settings
from pipelines.contracts import contract_of
from pipelines.defs import automation
from pipelines.home import Home
from pipelines.lake import ledger
from pipelines.night import begin


@pytest.fixture
def instance(home: Home, monkeypatch: pytest.MonkeyPatch) -> Iterator[dg.DagsterInstance]:
    """Dagster's own storage of a home with the districts registered."""
    monkeypatch.setenv("SWW_HOME", "")  # so that they are as before after the test
    monkeypatch.setenv("DAGSTER_HOME", "")
    providers.initialise(home)
    running.prepare(home)
    with dg.DagsterInstance.get() as found:
        yield found


def land(home: Home, name: str, text: str) -> pathlib.Path:
    path = home.landing / "district" / "440303" / "appeals" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def sensor_asks(instance: dg.DagsterInstance) -> dg.RunRequest | dg.SkipReason:
    asked = automation.landed_by_day(dg.build_sensor_context(instance=instance))
    assert isinstance(asked, dg.RunRequest | dg.SkipReason)
    return asked


def test_the_schedule_asks_at_two_in_shenzhen_for_that_day() -> None:
    # 18:00 UTC on the 30th is 02:00 on the 31st in Shenzhen.
    at = datetime.datetime(2025, 3, 30, 18, tzinfo=datetime.UTC)
    asked = automation.every_night(dg.build_schedule_context(scheduled_execution_time=at))
    assert isinstance(asked, dg.RunRequest)
    assert asked.partition_key == "2025-03-31"
    assert (automation.every_night.cron_schedule, automation.every_night.execution_timezone) == (
        "0 2 * * *",
        "Asia/Shanghai",
    )


def test_the_landing_sensor_asks_once_for_the_same_files(home: Home, instance: dg.DagsterInstance) -> None:
    assert isinstance(sensor_asks(instance), dg.SkipReason)
    land(home, "2025-03-01.csv", "诉求编号\n1\n")
    first, second = sensor_asks(instance), sensor_asks(instance)
    assert isinstance(first, dg.RunRequest)
    assert isinstance(second, dg.RunRequest)
    assert first.partition_key == settings.today().isoformat()
    assert first.run_key == second.run_key  # the daemon launches a run key once
    land(home, "2025-03-02.csv", "诉求编号\n2\n")
    third = sensor_asks(instance)
    assert isinstance(third, dg.RunRequest)
    assert third.run_key != first.run_key


def test_the_landing_sensor_asks_for_nothing_that_the_ledger_knows(home: Home, instance: dg.DagsterInstance) -> None:
    land(home, "2025-03-01.csv", "诉求编号\n1\n")
    with begin(home, "test", settings.today()) as night:
        night.take(contract_of("appeals"))
    assert len(ledger.outcomes(home, "appeals")) == 1
    assert isinstance(sensor_asks(instance), dg.SkipReason)


@pytest.mark.fault(
    "A failed run, with nobody looking",
    "a job that fails, a local HTTP receiver that is too busy twice",
    "one alert: what happened, what it means for the figures, what to do",
)
def test_a_failed_run_is_posted_with_its_cause(instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch) -> None:
    received: list[dict[str, Any]] = []

    class Receiver(http.server.BaseHTTPRequestHandler):
        busy = 2

        def do_POST(self) -> None:
            message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if Receiver.busy:
                Receiver.busy -= 1
                self.send_response((429, 503)[Receiver.busy])
            else:
                received.append(message)
                self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    @dg.op
    def take_appeals() -> None:
        raise OSError("No space left on device")

    @dg.job
    def nightly() -> None:
        take_appeals()

    result = nightly.execute_in_process(instance=instance, raise_on_error=False)
    failure = next(event for event in result.all_events if event.is_run_failure)
    context = dg.build_run_status_sensor_context(
        sensor_name="failed_run", dagster_event=failure, dagster_instance=instance, dagster_run=result.dagster_run
    ).for_run_failure()
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        monkeypatch.setenv("SWW_ALERT_URL", f"http://127.0.0.1:{server.server_port}/alert")
        automation.failed_run(context)
        server.shutdown()
        thread.join()
    (alert,) = received
    assert alert["run_id"] == result.run_id
    assert alert["happened"] == "take_appeals: No space left on device"
    assert "published" in alert["meaning"]
    assert "run the night again" in alert["advice"]
