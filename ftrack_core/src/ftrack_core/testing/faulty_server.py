"""A server on a real socket whose faults a test writes down beforehand.

::

    with FaultyServer(MemoryTransport()) as server:
        server.script = [drop, page(502, "Bad Gateway")]
        ...  # the first request to server.url is dropped, the second gets a web page,
        ...  # the third and all others are answered by the in-memory studio

What can be put into the script is any function of a `FaultyRequest`.
"""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, cast

from ftrack_core.errors import ServerError

if TYPE_CHECKING:
    from types import TracebackType

    from ftrack_core.ports import Transport

__all__ = [
    "FaultyRequest",
    "FaultyServer",
    "Responder",
    "carry_out_and_drop",
    "drop",
    "echo",
    "page",
    "reply",
    "serve",
]


class FaultyRequest(BaseHTTPRequestHandler):
    """One request: *command*, *path*, *headers* and *body*, and the ways to answer it."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else each answer waits 40 ms between its head and its body
    body: bytes = b""

    @property
    def studio(self) -> Transport:
        """What carries out batches."""
        return cast("_HttpServer", self.server).owner.studio

    def do_POST(self) -> None:
        """Note the request down and answer it as scripted."""
        self.body = b"".join(self._pieces())
        cast("_HttpServer", self.server).owner.next_responder(self)(self)

    do_GET = do_PUT = do_POST  # noqa: N815 - the names that the base class looks for

    def _pieces(self) -> Iterator[bytes]:
        if self.headers.get("transfer-encoding") != "chunked":
            yield self.rfile.read(int(self.headers.get("content-length") or 0))
            return
        while size := int(self.rfile.readline(), 16):
            yield self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


Responder = Callable[[FaultyRequest], object]


class FaultyServer:
    """Serves *studio* at *url* on this machine while it is entered.

    Attributes: *script* the responders of the next requests; *requests* all that arrived, in order.
    """

    def __init__(self, studio: Transport) -> None:
        self.studio = studio
        self.script: list[Responder] = []
        self.requests: list[FaultyRequest] = []
        self._lock = threading.Lock()
        self._server = _HttpServer(self)
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}
        )
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> FaultyServer:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def next_responder(self, request: FaultyRequest) -> Responder:
        """Return who answers *request*."""
        with self._lock:
            self.requests.append(request)
            return self.script.pop(0) if self.script else serve


class _HttpServer(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, owner: FaultyServer) -> None:
        super().__init__(("127.0.0.1", 0), FaultyRequest)
        self.owner = owner

    def handle_error(self, *_: object) -> None:
        """Keep quiet: a client that goes away is part of the test."""


def serve(request: FaultyRequest) -> None:
    """Answer as a server does."""
    try:
        answer: Any = request.studio.execute(json.loads(request.body))
    except ServerError as error:
        answer = {
            "exception": error.exception,
            "content": error.content,
            "error_code": error.error_code,
            "operation": error.operation,
        }
    reply(answer)(request)


def reply(
    answer: Any, status: int = 200, *, length: int | None = None, **headers: str
) -> Responder:
    """Return what answers with *answer*: bytes as they are, anything else as JSON.

    *length* announces another length than the true one and closes the connection. A header is named
    with underscores for hyphens.
    """
    body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()

    def send(request: FaultyRequest) -> None:
        request.send_response(status)
        request.send_header("content-length", str(len(body) if length is None else length))
        for name, value in headers.items():
            request.send_header(name.replace("_", "-"), value)
        request.end_headers()
        request.wfile.write(body)
        request.close_connection = request.close_connection or length is not None

    return send


def page(status: int, title: str) -> Responder:
    """Return what answers with a web page, as a proxy does."""
    text = f"<html><head><title>{title}</title></head><body>sorry</body></html>"
    return reply(text.encode(), status, content_type="text/html")


def echo(request: FaultyRequest) -> None:
    """Answer with the body of the request."""
    reply(request.body, content_type="application/octet-stream")(request)


def drop(request: FaultyRequest) -> None:
    """Close the connection without an answer."""
    request.connection.shutdown(socket.SHUT_RDWR)
    request.close_connection = True


def carry_out_and_drop(request: FaultyRequest) -> None:
    """Do what was asked, then close the connection without an answer."""
    request.studio.execute(json.loads(request.body))
    drop(request)
