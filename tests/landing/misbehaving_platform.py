"""A volunteer platform that answers as a test tells it to, over real sockets."""

import collections.abc
import contextlib
import dataclasses
import http.server
import json
import ssl
import threading
import time
import urllib.parse
from typing import Any, Self

Row = dict[str, Any]


@dataclasses.dataclass(frozen=True)
class Question:
    """A request as it came; ``number`` counts all requests from 1."""

    number: int
    path: str
    page: int
    page_size: int
    updated_since: str | None
    authorization: str | None


@dataclasses.dataclass(frozen=True)
class Answer:
    """What goes over the wire: cut off after so many bytes of the body, or in drops from its head or body on."""

    body: bytes = b""
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    cut_after_bytes: int | None = None
    slow_from: str = ""


Script = collections.abc.Callable[[Question], Answer]


def page(rows: list[Row], number: int, pages: int, total: int) -> Answer:
    return Answer(json.dumps({"data": rows, "page": number, "pages": pages, "total": total}).encode())


def pages_of(rows: list[Row], question: Question) -> Answer:
    """A well-behaved answer."""
    start = (question.page - 1) * question.page_size
    return page(rows[start : start + question.page_size], question.page, -(-len(rows) // question.page_size), len(rows))


class MisbehavingPlatform(contextlib.AbstractContextManager["MisbehavingPlatform"]):
    """Serves what ``script`` answers, on a free port of 127.0.0.1, and keeps every question."""

    def __init__(self, script: Script, tls: ssl.SSLContext | None = None) -> None:
        self.questions: list[Question] = []
        self.stopping = threading.Event()
        platform = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_GET(self) -> None:
                with contextlib.suppress(ConnectionError):
                    platform._respond(self, script)

            def log_message(self, *_: object) -> None:
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.handle_error = lambda *_: None  # a client that hangs up
        if tls:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self._server.server_port}/izyz"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopping.set()
        self._server.shutdown()
        self._server.server_close()

    def _respond(self, handler: http.server.BaseHTTPRequestHandler, script: Script) -> None:
        question = self._question(handler)
        self.questions.append(question)
        answer = script(question)
        head = [f"HTTP/1.1 {answer.status} Said", f"Content-Length: {len(answer.body)}"]
        head += [f"{name}: {value}" for name, value in answer.headers]
        head_bytes = "\r\n".join(head).encode() + b"\r\n\r\n"
        if answer.slow_from == "head":
            self._drip(handler, head_bytes)
        handler.wfile.write(head_bytes)
        if answer.slow_from == "body":
            self._drip(handler, answer.body)
        handler.wfile.write(answer.body[: answer.cut_after_bytes])
        handler.close_connection = answer.cut_after_bytes is not None

    def _drip(self, handler: http.server.BaseHTTPRequestHandler, content: bytes) -> None:
        """A byte now and then, for longer than any test waits."""
        for byte in content * 1_000:
            if self.stopping.is_set():
                return
            handler.wfile.write(bytes([byte]))
            time.sleep(0.02)

    def _question(self, handler: http.server.BaseHTTPRequestHandler) -> Question:
        url = urllib.parse.urlsplit(handler.path)
        query = dict(urllib.parse.parse_qsl(url.query))
        return Question(
            number=len(self.questions) + 1,
            path=url.path,
            page=int(query.get("page", "0")),
            page_size=int(query.get("page_size", "0")),
            updated_since=query.get("updated_since"),
            authorization=handler.headers.get("Authorization"),
        )
