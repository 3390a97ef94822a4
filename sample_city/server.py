"""The sample city's volunteer platforms as a real HTTP server over made records.

``GET /<platform>/<feed>?updated_since=<ISO 8601>&page=<k>&page_size=<n>`` with a bearer token answers
``{"data": [rows by column name], "page": k, "pages": n, "total": t}``. Like real platforms it is unkind now and then:
some requests meet a 503 or a 429 with Retry-After, always the same ones of a server's life; the next attempt is served.
"""

import contextlib
import datetime
import hashlib
import hmac
import pathlib
import re
import socket
import threading
import urllib.parse
from collections.abc import Iterable, Iterator

import uvicorn
import yaml
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from pipelines.home import Home
from pipelines.providers import platforms
from pipelines.settings import SHANGHAI, provide_secret
from sample_city.store import Shelf, folder_of, is_sample, mark

HOST = "127.0.0.1"
FIRST_PORT, PORTS = 10_000, 20_000
TOKEN_VARIABLE = "SWW_SAMPLE_TOKEN"  # noqa: S105  the variable's name, not a secret
TOKEN = "made-data-needs-no-secret"  # noqa: S105
DEFAULT_PAGE_SIZE = 1_000
LARGEST_PAGE_SIZE = 10_000
UNAVAILABLE_EVERY, UNAVAILABLE_AT = 200, 6
TOO_MANY_EVERY, TOO_MANY_AT = 400, 19
RETRY_AFTER_SECONDS = 1


def declare(home: Home, codes: Iterable[str]) -> None:
    """Writes ``platforms.yaml`` for the sample platforms, on a port of the home's own: two homes never share one."""
    port = FIRST_PORT + int.from_bytes(hashlib.sha256(str(home.root).encode()).digest()) % PORTS
    declared = {code: {"base_url": f"http://{HOST}:{port}/{code}", "token_env": TOKEN_VARIABLE} for code in codes}
    home.platforms_file.write_text(yaml.safe_dump(declared), "utf-8")


def application(store: pathlib.Path, token: str) -> Starlette:
    """The platforms whose feeds lie in ``store``, for whoever shows ``token``."""
    shelves: dict[pathlib.Path, Shelf] = {}
    served = 0

    async def feed(request: Request) -> Response:
        nonlocal served
        _demand_token(request, token)
        path = _path(store, request)
        updated_since, page, page_size = _question(request)
        served += 1
        _be_unkind(served)
        if path not in shelves:
            shelves[path] = Shelf(path)
        return Response(shelves[path].page(updated_since, page, page_size), media_type="application/json")

    async def fault(_: Request, raised: Exception) -> Response:
        if not isinstance(raised, HTTPException):
            raise raised
        return JSONResponse({"error": raised.detail}, raised.status_code, raised.headers)

    return Starlette(routes=[Route("/{platform}/{feed}", feed)], exception_handlers={HTTPException: fault})


def serve(home: Home, token: str = TOKEN) -> None:
    """Serves the home's sample platforms, where ``platforms.yaml`` says, until the process is told to stop.

    Raises:
        OSError: the port is taken.
    """
    with _listening(home) as listening:
        _server(home, token).run(sockets=[listening])


@contextlib.contextmanager
def running(home: Home, token: str = TOKEN) -> Iterator[None]:
    """A thread serves the home's sample platforms meanwhile, where ``platforms.yaml`` says.

    Raises:
        OSError: the port is taken.
    """
    with _listening(home) as listening:
        server = _server(home, token)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, name="sample platforms")
        thread.start()
        try:
            yield  # the socket listens: who asks before the server is up waits, unharmed
        finally:
            server.should_exit = True
            thread.join()


@contextlib.contextmanager
def beside(home: Home) -> Iterator[None]:
    """The platforms answer meanwhile, where this home is a sample city's and nobody serves them yet."""
    with contextlib.ExitStack() as stack:
        if is_sample(home):
            mark(home)
            provide_secret(TOKEN_VARIABLE, TOKEN)
            with contextlib.suppress(OSError):  # the port is taken: `sww platform` serves them already
                stack.enter_context(running(home))
        yield


def _listening(home: Home) -> socket.socket:
    address = urllib.parse.urlsplit(next(iter(platforms(home).values())).base_url)
    return socket.create_server((HOST, address.port or 80))


def _server(home: Home, token: str) -> uvicorn.Server:
    return uvicorn.Server(uvicorn.Config(application(folder_of(home), token), log_level="warning", access_log=False))


def _demand_token(request: Request, token: str) -> None:
    shown = request.headers.get("authorization", "")
    if not hmac.compare_digest(shown.encode(), f"Bearer {token}".encode()):
        raise HTTPException(401, "a bearer token is needed", {"WWW-Authenticate": "Bearer"})


def _path(store: pathlib.Path, request: Request) -> pathlib.Path:
    platform, feed = request.path_params["platform"], request.path_params["feed"]
    path: pathlib.Path = store / platform / f"{feed}.parquet"
    if not re.fullmatch(r"[\w-]+/[\w-]+", f"{platform}/{feed}") or not path.is_file():
        raise HTTPException(404, f"platform {platform} has no feed {feed}")
    return path


def _question(request: Request) -> tuple[datetime.datetime | None, int, int]:
    """(updated_since as naive local time or None, page, page size) of the query."""
    page = _whole_number(request, "page", default=1, largest=1_000_000_000)
    page_size = _whole_number(request, "page_size", default=DEFAULT_PAGE_SIZE, largest=LARGEST_PAGE_SIZE)
    since = request.query_params.get("updated_since")
    if since is None:
        return None, page, page_size
    try:
        moment = datetime.datetime.fromisoformat(since)
    except ValueError as error:
        raise HTTPException(400, f"updated_since is not an ISO 8601 time: {since}") from error
    if moment.tzinfo is None:
        raise HTTPException(400, f"updated_since says no offset from UTC: {since}")
    return moment.astimezone(SHANGHAI).replace(tzinfo=None), page, page_size


def _whole_number(request: Request, name: str, default: int, largest: int) -> int:
    text = request.query_params.get(name, str(default))
    if not re.fullmatch("[0-9]{1,10}", text) or not 1 <= int(text) <= largest:
        raise HTTPException(400, f"{name} is not a whole number from 1 to {largest}: {text}")
    return int(text)


def _be_unkind(served: int) -> None:
    if served % UNAVAILABLE_EVERY == UNAVAILABLE_AT:
        raise HTTPException(503, "the sample platform is unavailable for a moment, as real ones are")
    if served % TOO_MANY_EVERY == TOO_MANY_AT:
        raise HTTPException(429, "too many requests", {"Retry-After": str(RETRY_AFTER_SECONDS)})
