"""A reverse proxy on a real socket that notes what a client sends to the server behind it."""

from __future__ import annotations

import json
import select
import socket
import threading
from dataclasses import dataclass
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Recorded", "RecordingProxy"]

_HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "host"}


@dataclass(frozen=True)
class Recorded:
    """One request, with what it was answered."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    status: int

    @property
    def operations(self) -> list[dict[str, Any]]:
        """The batch that a request to the API carries."""
        return json.loads(self.body) if self.path.split("?")[0] == "/api" else []


class RecordingProxy:
    """Stands in front of *upstream*, ``http://host:port``; what came in is in `requests`.

    An answer put with `answer_next` is given to the next request of the API instead of asking the
    server, so that an answer which a server seldom gives can be had when it is needed. What is put
    in `meanwhile` is called once, after the next request was carried out and before it is answered.
    """

    def __init__(self, upstream: str) -> None:
        self.upstream = urlsplit(upstream)
        self.requests: list[Recorded] = []
        self.stubbed: list[tuple[int, str, bytes]] = []
        self.meanwhile: Callable[[], object] | None = None
        self.httpd = ThreadingHTTPServer(
            ("127.0.0.1", 0), type("Bound", (_Handler,), {"proxy": self})
        )
        self.httpd.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.httpd.server_address[1]}"
        self.thread = threading.Thread(target=self.httpd.serve_forever, daemon=True)
        self.thread.start()

    def close(self) -> None:
        self.httpd.shutdown()
        self.httpd.server_close()
        self.thread.join()

    def clear(self) -> None:
        self.requests.clear()

    def answer_next(self, status: int, body: Any, content_type: str = "application/json") -> None:
        text = body if isinstance(body, str) else json.dumps(body)
        self.stubbed.append((status, content_type, text.encode()))

    @property
    def batches(self) -> list[list[dict[str, Any]]]:
        """What was sent to the API, one list of operations for each request."""
        return [one.operations for one in list(self.requests) if one.path == "/api"]

    @property
    def operations(self) -> list[dict[str, Any]]:
        """All operations that were sent to the API."""
        return [operation for batch in self.batches for operation in batch]

    @property
    def actions(self) -> list[str]:
        return [operation["action"] for operation in self.operations]

    @property
    def expressions(self) -> list[str]:
        """The texts of the queries."""
        return [one["expression"] for one in self.operations if one["action"] == "query"]

    @property
    def changes(self) -> list[dict[str, Any]]:
        """The operations that change something."""
        return [one for one in self.operations if one["action"] in ("create", "update", "delete")]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    proxy: RecordingProxy

    def do_GET(self) -> None:
        if self.headers.get("Upgrade", "").lower() == "websocket":
            self._note(b"", 101)
            self._tunnel()
        else:
            self._forward()

    def do_POST(self) -> None:
        self._forward()

    do_PUT = do_DELETE = do_HEAD = do_POST  # noqa: N815 - the names are given

    def log_message(self, *_: Any) -> None:
        """Stay quiet: what was asked is in the records."""

    def _forward(self) -> None:
        body = self._body()
        if self.path == "/api" and self.proxy.stubbed:
            status, kind, content = self.proxy.stubbed.pop(0)
            self._note(body, status)
            self._answer(status, {"Content-Type": kind}, content)
            return
        status, headers, content = self._ask(body)
        self._note(body, status)
        meanwhile, self.proxy.meanwhile = self.proxy.meanwhile, None
        if meanwhile:
            meanwhile()
        self._answer(status, headers, content)

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        pieces = []
        while size := int(self.rfile.readline().split(b";")[0], 16):
            pieces.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(pieces)

    def _ask(self, body: bytes) -> tuple[int, dict[str, str], bytes]:
        upstream = self.proxy.upstream
        connection = HTTPConnection(upstream.hostname or "", upstream.port, timeout=60)
        try:
            connection.request(self.command, self.path, body=body, headers=self._headers())
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        finally:
            connection.close()

    def _headers(self) -> dict[str, str]:
        kept = {k: v for k, v in self.headers.items() if k.lower() not in _HOP_BY_HOP}
        return {**kept, "X-Forwarded-Proto": "http", "X-Forwarded-Host": self.headers["Host"]}

    def _answer(self, status: int, headers: dict[str, str], content: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            if name.lower() not in _HOP_BY_HOP | {"date", "server"}:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def _note(self, body: bytes, status: int) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.proxy.requests.append(Recorded(self.command, self.path, headers, body, status))

    def _tunnel(self) -> None:
        """Hand the bytes of a websocket on in both directions, until one side hangs up."""
        upstream = self.proxy.upstream
        head = f"{self.command} {self.path} HTTP/1.1\r\n{self.headers}".replace("\r\n", "\n")
        with socket.create_connection((upstream.hostname, upstream.port)) as far:
            far.sendall(head.rstrip("\n").replace("\n", "\r\n").encode("latin-1") + b"\r\n\r\n")
            near = self.connection
            while True:
                ready, _, _ = select.select([near, far], [], [])
                for source, target in ((near, far), (far, near)):
                    if source not in ready:
                        continue
                    data = source.recv(65536)
                    if not data:
                        self.close_connection = True
                        return
                    target.sendall(data)
