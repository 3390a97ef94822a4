"""Faults are injected for real; ``make faults`` does it at length and writes what came of it into a table."""

import dataclasses
import http.server
import json
import pathlib
import shutil
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from pipelines import settings
from pipelines.home import Home
from tests.conftest import HOME_NAME
from tests.faults import small_home
from tests.faults.table import PROPERTY, Tell
from tests.homes.commands import Commands
from tests.homes.kept import KeptHomes

UNDISTURBED = f"{HOME_NAME} undisturbed"


@dataclasses.dataclass(frozen=True)
class City:
    """The small home after its first night (``before``), and with the second one (``undisturbed``)."""

    before: Home
    undisturbed: Home
    platforms: str
    variables: dict[str, str]
    night_seconds: float
    printed: str

    def copy(self, root: pathlib.Path, home: Home | None = None) -> Home:
        """The home, or else the one after its first night, once more at ``root``, with the platform of this session."""
        shutil.rmtree(root, ignore_errors=True)
        copied = settings.home(shutil.copytree((home or self.before).root, root, symlinks=True, dirs_exist_ok=True))
        copied.platforms_file.write_text(self.platforms, "utf-8")
        return copied

    def assert_recovered(self, home: Home, commands: Commands) -> None:
        """One more night ends with the warehouse of the undisturbed home, and leaves nothing unfinished."""
        night = commands.run(home, "nightly", "--date", str(small_home.SECOND_NIGHT), **self.variables)
        assert night.exit_code == 0, night.printed
        assert small_home.differences(home, self.undisturbed) == []
        assert small_home.leftovers(home) == []
        assert small_home.unended_runs(home) == []


@pytest.fixture
def tell(record_property: Callable[[str, object], None]) -> Tell:
    return lambda *told: record_property(PROPERTY, told)


@pytest.fixture(scope="session")
def city(kept_homes: KeptHomes, commands: Commands, echoing_platform: str) -> City:
    variables = {"TOKEN_OF_THE_TESTS": small_home.TOKEN}
    registered = f"echo: {{base_url: '{echoing_platform}', token_env: TOKEN_OF_THE_TESTS}}\n"

    def make(folder: pathlib.Path) -> None:
        before = small_home.make(folder / HOME_NAME)
        before.platforms_file.write_text(registered, "utf-8")
        printed = commands.succeed(before, "nightly", "--date", str(small_home.FIRST_NIGHT), **variables)
        undisturbed = settings.home(shutil.copytree(before.root, folder / UNDISTURBED, symlinks=True))
        began = time.monotonic()
        printed += commands.succeed(undisturbed, "nightly", "--date", str(small_home.SECOND_NIGHT), **variables)
        told = {"night_seconds": time.monotonic() - began, "printed": printed}
        (folder / "told.json").write_text(json.dumps(told), "utf-8")

    folder = kept_homes.get("small", make, "tests/faults/conftest.py", "tests/faults/small_home.py", "tests/feeds")
    told = json.loads((folder / "told.json").read_text("utf-8"))
    return City(settings.home(folder / HOME_NAME), settings.home(folder / UNDISTURBED), registered, variables, **told)


@pytest.fixture(scope="session")
def echoing_platform() -> Iterator[str]:
    """A platform that refuses every request, and says the token it was shown in its answer."""

    class Refuser(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = f"not with {self.headers['Authorization']}".encode()
            self.send_response(403)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None: ...

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Refuser) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/echo"
        server.shutdown()
        thread.join()
