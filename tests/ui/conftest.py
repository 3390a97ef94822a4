import http.server
import json
import os
import pathlib
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from playwright import sync_api

from pipelines import providers, settings
from tests.conftest import HOME_NAME
from tests.ui.serving import ServedHome, served

_HEADERS = "诉求编号,受理时间,诉求来源,诉求类别,诉求内容,办理时限,办结时间,办理结果,满意度"
_PATIENCE_MS = 60_000
_CHROMIUM_OPTIONS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="package")
def landed() -> dict[str, bytes]:
    """What three districts and the department sent in March 2025, by place in landing."""
    luohu = [
        _HEADERS,
        "LH-1,2025-03-03 09:00,热线,停车,夜间车位不足,2025-03-10,2025-03-06 17:30,已解决,5",
        "LH-2,2025-03-04 10:20,走访,物业,电梯常坏,2025-03-11,2025-03-09 12:00,已解决,4",
        "LH-3,2025-03-05 11:40,网上平台,噪音,装修扰民,2025-03-12,,,",
    ]
    futian = [
        _HEADERS,
        "FT-1,2025-03-06 08:00,热线,教育,课后服务,2025-03-13,2025-03-07 10:00,已解决,5",
        "FT-2,2025-03-07 08:00,外星人,教育,来源不在代码表,2025-03-14,2025-03-08 10:00,已解决,5",
    ]
    nanshan = ["诉求编号,受理时间", "NS-1,2025-03-06 08:00"]
    return {
        "district/440303/appeals/2025-03-20.csv": "\n".join(luohu).encode("gb18030"),
        "district/440304/appeals/2025-03-21.csv": "\n".join(futian).encode(),
        "district/440305/appeals/2025-03-22.csv": "\n".join(nanshan).encode(),
    }


@pytest.fixture(scope="package")
def alert_receiver() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """The address of a webhook, and what has been posted to it."""
    received: list[dict[str, Any]] = []

    class Receiver(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/alerts", received
        server.shutdown()
        thread.join()


@pytest.fixture(scope="package")
def city(
    tmp_path_factory: pytest.TempPathFactory, alert_receiver: tuple[str, list[dict[str, Any]]]
) -> Iterator[ServedHome]:
    """A new home with nothing in it, served."""
    folder = tmp_path_factory.mktemp("ui")
    home = settings.home(folder / HOME_NAME)
    providers.initialise(home)
    url, received = alert_receiver
    yield from served(home, url, received, folder / "ui.log")


@pytest.fixture(scope="package")
def first_night(city: ServedHome, landed: dict[str, bytes]) -> str:
    """The run of `sww nightly` that took what had landed, beside the UI; its id."""
    for place, content in landed.items():
        path = city.home.landing / place
        path.parent.mkdir(parents=True)
        path.write_bytes(content)
    sww = str(pathlib.Path(sys.executable).with_name("sww"))
    command = [sww, "nightly", "--date", "2025-03-31", "--home", str(city.home.root)]
    environment = {**os.environ, "SWW_DOCS_URL": city.docs_url}
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stdout + done.stderr
    (run,) = city.runs()
    assert run["status"] == "SUCCESS"
    return str(run["id"])


@pytest.fixture(scope="package")
def browser() -> Iterator[sync_api.Browser]:
    executable = shutil.which("chromium")
    if executable is None and "CI" in os.environ:
        pytest.fail("continuous integration installs Chromium, and it is missing")
    if executable is None:
        pytest.skip("no Chromium on this machine: make system-packages installs it")
    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=_CHROMIUM_OPTIONS)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: sync_api.Browser, city: ServedHome) -> Iterator[sync_api.Page]:
    """A page that may ask nobody but this machine."""
    asked: set[str] = set()
    page = browser.new_page(base_url=city.url, viewport={"width": 1600, "height": 1000})
    page.set_default_timeout(_PATIENCE_MS)
    sync_api.expect.set_options(timeout=_PATIENCE_MS)
    page.on("request", lambda request: asked.add(request.url))
    yield page
    page.close()
    assert [url for url in asked if not url.startswith((city.url, "data:", "blob:"))] == []
