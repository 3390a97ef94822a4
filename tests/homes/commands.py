"""Starts ``sww`` commands, each in a process group of its own, and ends them."""

import contextlib
import dataclasses
import json
import os
import pathlib
import signal
import subprocess
import sys
import time
from types import TracebackType
from typing import Self

from pipelines.home import Home

_PROJECT = pathlib.Path(__file__).parents[2]


def environment(**variables: str) -> dict[str, str]:
    """This process's, without what an operator may have set of ours."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("SWW_", "DAGSTER_"))}
    return {**inherited, **variables}


class Commands:
    """``sww`` with its imports done: see ``preloaded``."""

    def __enter__(self) -> Self:
        self._server = subprocess.Popen(
            [sys.executable, "-m", "tests.homes.preloaded"],
            cwd=_PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment(),
        )  # fmt: skip
        assert self._answer() == "ready"
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._server.communicate(timeout=60)

    def start(self, home: Home, *arguments: str, **variables: str) -> "Command":
        """Begins ``sww <arguments> --home <home>``; what it prints goes to a file beside the home."""
        output = home.root.with_name(f"{home.root.name}-{time.monotonic_ns()}.log")
        started = {
            "arguments": [*arguments, "--home", str(home.root)],
            "environment": environment(**variables),
            "output": str(output),
        }
        return Command(self, int(self._ask({"start": started})), output)

    def run(self, home: Home, *arguments: str, **variables: str) -> "Command":
        """Runs a command to its end."""
        command = self.start(home, *arguments, **variables)
        command.wait()
        return command

    def succeed(self, home: Home, *arguments: str, **variables: str) -> str:
        """What a command prints, which must not fail; nothing else is left of it."""
        command = self.run(home, *arguments, **variables)
        assert command.exit_code == 0, command.printed
        printed = command.printed
        command.output.unlink(missing_ok=True)
        return printed

    def exit_code(self, process_id: int) -> int:
        return int(self._ask({"wait": process_id}))

    def _ask(self, request: dict[str, object]) -> str:
        assert self._server.stdin is not None
        self._server.stdin.write(json.dumps(request) + "\n")
        self._server.stdin.flush()
        return self._answer()

    def _answer(self) -> str:
        assert self._server.stdout is not None
        return self._server.stdout.readline().strip()


@dataclasses.dataclass
class Command:
    """A command that was started. ``exit_code`` is known when it was waited for."""

    commands: Commands
    process_id: int
    output: pathlib.Path
    exit_code: int | None = None

    @property
    def printed(self) -> str:
        return self.output.read_text("utf-8") if self.output.exists() else ""

    def wait(self) -> int:
        if self.exit_code is None:
            self.exit_code = self.commands.exit_code(self.process_id)
        return self.exit_code

    def wait_until_printed(self, text: str, timeout_seconds: float = 300) -> None:
        """Returns when the command has said ``text``."""
        until = time.monotonic() + timeout_seconds
        while text not in self.printed:
            assert time.monotonic() < until, f"{text!r} was not said:\n{self.printed}"
            time.sleep(0.05)

    def end(self, number: signal.Signals) -> None:
        """Sends the command's own process a signal; nothing happens to one that has ended."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.process_id, number)

    def kill_all(self) -> None:
        """SIGKILL for every process of the command, whatever it is doing."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process_id, signal.SIGKILL)
