"""`sww ui` as an operator starts it: webserver, daemon and code server over a home, asked as the UI asks it."""

import contextlib
import dataclasses
import os
import pathlib
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

import httpx

from pipelines.home import Home

JOB = {
    "repositoryLocationName": "pipelines.definitions",
    "repositoryName": "__repository__",
    "pipelineName": "nightly",
}
_LAUNCH = """
mutation LaunchPipelineExecution($executionParams: ExecutionParams!) {
  launchPipelineExecution(executionParams: $executionParams) {
    __typename
    ... on LaunchRunSuccess { run { id } }
    ... on PythonError { message }
  }
}
"""
_RUN = "query ($id: ID!) { runOrError(runId: $id) { ... on Run { status } } }"
_RUNS = (
    "query { runsOrError(limit: 20) { ... on Runs { results { id status startTime endTime tags { key value } } } } }"
)
_TICKS = """
query ($selector: SensorSelector!) {
  sensorOrError(sensorSelector: $selector) {
    ... on Sensor { sensorState { ticks(limit: 5) { status skipReason runIds } } }
  }
}
"""
_PARTITIONS = """
query ($key: AssetKeyInput!) {
  assetNodeOrError(assetKey: $key) {
    ... on AssetNode { partitionKeys partitionStats { numPartitions numMaterialized } }
  }
}
"""
_MATERIALIZATIONS = """
query ($key: AssetKeyInput!, $partitions: [String!]) {
  assetOrError(assetKey: $key) {
    ... on Asset {
      assetMaterializations(limit: 200, partitions: $partitions) {
        partition runId metadataEntries { label ... on IntMetadataEntry { intValue } ... on UrlMetadataEntry { url } }
      }
    }
  }
}
"""
_STEPS = "query ($id: ID!) { runOrError(runId: $id) { ... on Run { stepStats { stepKey startTime endTime } } } }"
_CHECKS = """
query ($key: AssetKeyInput!) {
  assetNodeOrError(assetKey: $key) {
    ... on AssetNode {
      assetChecksOrError {
        ... on AssetChecks { checks { name executionForLatestMaterialization { status evaluation { severity } } } }
      }
    }
  }
}
"""
_CHECK_EXECUTIONS = """
query ($key: AssetKeyInput!, $name: String!) {
  assetCheckExecutions(assetKey: $key, checkName: $name, limit: 100) { runId status evaluation { severity } }
}
"""
_ENDED = {"SUCCESS", "FAILURE", "CANCELED"}

Found = TypeVar("Found")


@dataclasses.dataclass(frozen=True)
class ServedHome:
    """A home and the address of the UI over it; ``alerts`` is what was posted to SWW_ALERT_URL so far."""

    home: Home
    url: str
    alerts: list[dict[str, Any]]

    @property
    def docs_url(self) -> str:
        """Where `sww ui` serves the docs: at the port above."""
        address = urllib.parse.urlsplit(self.url)
        return f"http://{address.hostname}:{(address.port or 0) + 1}"

    def query(self, text: str, variables: Mapping[str, object] | None = None) -> dict[str, Any]:
        body = {"query": text, "variables": variables or {}}
        answer = httpx.post(f"{self.url}/graphql", json=body, timeout=60).raise_for_status().json()
        assert "errors" not in answer, answer["errors"]
        data: dict[str, Any] = answer["data"]
        return data

    def launch(self, partition: str) -> str:
        """The id of a run of the nightly job, launched as the UI's launchpad does it."""
        parameters = {
            "selector": JOB,
            "mode": "default",
            "runConfigData": {},
            "executionMetadata": {"tags": [{"key": "dagster/partition", "value": partition}]},
        }
        launched = self.query(_LAUNCH, {"executionParams": parameters})["launchPipelineExecution"]
        assert launched["__typename"] == "LaunchRunSuccess", launched
        return str(launched["run"]["id"])

    def partitions(self, *key: str) -> tuple[str, int, int]:
        """The first partition of an asset, how many there are, and how many are filled."""
        found = self.query(_PARTITIONS, {"key": {"path": key}})["assetNodeOrError"]
        stats = found["partitionStats"]
        return found["partitionKeys"][0], stats["numPartitions"], stats["numMaterialized"]

    def figures(self, *key: str, partition: str | None = None) -> dict[str, Any]:
        """What the last materialization of an asset, or of one of its partitions, says of it, by name; and its run."""
        variables = {"key": {"path": key}, "partitions": [partition] if partition else None}
        latest, *_ = self.query(_MATERIALIZATIONS, variables)["assetOrError"]["assetMaterializations"]
        told = {each["label"]: each.get("intValue", each.get("url")) for each in latest["metadataEntries"]}
        return {**told, "run": latest["runId"]}

    def steps(self, run_id: str) -> dict[str, float]:
        """How many seconds each step of a run took."""
        found = self.query(_STEPS, {"id": run_id})["runOrError"]["stepStats"]
        return {each["stepKey"]: each["endTime"] - each["startTime"] for each in found}

    def next_run(self, known: set[str]) -> str:
        """The id of the run that comes beside those known, waited for."""
        found = waited_for(lambda: next((run["id"] for run in self.runs() if run["id"] not in known), None), "the run")
        return str(found)

    def run_ids(self) -> set[str]:
        return {run["id"] for run in self.runs()}

    def runs(self) -> list[dict[str, Any]]:
        """The last runs, newest first."""
        found: list[dict[str, Any]] = self.query(_RUNS)["runsOrError"]["results"]
        return found

    def ended(self, run_id: str) -> str:
        """The status with which a run ended, waited for."""

        def status() -> str | None:
            found = str(self.query(_RUN, {"id": run_id})["runOrError"]["status"])
            return found if found in _ENDED else None

        return waited_for(status, f"the end of run {run_id}")

    def ticks(self, sensor: str) -> list[dict[str, Any]]:
        selector = {
            "repositoryLocationName": JOB["repositoryLocationName"],
            "repositoryName": JOB["repositoryName"],
            "sensorName": sensor,
        }
        found: list[dict[str, Any]] = self.query(_TICKS, {"selector": selector})["sensorOrError"]["sensorState"][
            "ticks"
        ]
        return found

    def checks(self, *key: str) -> dict[str, tuple[str, str]]:
        """Status and severity of each check of an asset that ran for its last materialisation."""
        found = self.query(_CHECKS, {"key": {"path": key}})["assetNodeOrError"]["assetChecksOrError"]["checks"]
        ran = {check["name"]: check["executionForLatestMaterialization"] for check in found}
        return {name: (run["status"], run["evaluation"]["severity"]) for name, run in ran.items() if run}

    def check_of_run(self, run_id: str, name: str, *key: str) -> tuple[str, str]:
        """Status and severity of a check of an asset as one run had it, whatever later runs found."""
        ran = self.query(_CHECK_EXECUTIONS, {"key": {"path": key}, "name": name})["assetCheckExecutions"]
        (only,) = [each for each in ran if each["runId"] == run_id]
        return only["status"], only["evaluation"]["severity"]


def waited_for(found: Callable[[], Found | None], what: str, seconds: float = 300) -> Found:
    """What ``found`` gives, as soon as it gives something."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if (result := found()) is not None:
            return result
        time.sleep(1)
    raise AssertionError(f"{what} did not come within {seconds} s")


def free_ports() -> int:
    """A port that is free, as is the one above it."""
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port = int(first.getsockname()[1])
            with contextlib.suppress(OSError, OverflowError):
                second.bind(("127.0.0.1", port + 1))
                return port


def served(home: Home, alert_url: str, alerts: list[dict[str, Any]], log: pathlib.Path) -> Iterator[ServedHome]:
    """The home, served until the generator is closed; SIGTERM to `sww ui` ends everything that it started."""
    port = free_ports()
    command = [str(pathlib.Path(sys.executable).with_name("sww")), "ui", "--home", str(home.root), "--port", str(port)]
    environment = {**os.environ, "SWW_ALERT_URL": alert_url}
    with log.open("wb") as stream:
        process = subprocess.Popen(
            command, env=environment, stdout=stream, stderr=subprocess.STDOUT, start_new_session=True
        )
    try:
        ready = ServedHome(home, f"http://127.0.0.1:{port}", alerts)
        waited_for(lambda: _first_tick(ready, process), f"the first tick of a sensor ({log})", 120)
        yield ready
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)
    waited_for(lambda: _nothing_of(process.pid), "the end of all that `sww ui` started", 20)


def _nothing_of(session: int) -> bool | None:
    left = subprocess.run(["ps", "-o", "args=", "-s", str(session)], check=False, capture_output=True, text=True).stdout
    return None if left else True


def _first_tick(ready: ServedHome, process: subprocess.Popen[bytes]) -> bool | None:
    assert process.poll() is None, "sww ui ended by itself"
    try:
        return bool(ready.ticks("landed_by_day")) or None
    except (httpx.TransportError, httpx.HTTPStatusError, KeyError):
        return None  # webserver, code server and daemon come one after the other
