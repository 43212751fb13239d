"""A server that costs next to nothing, in a process of its own, to measure clients against.

It speaks HTTP over raw sockets and answers with bytes that it makes once for each query text, so
that from the second round on only the client is measured::

    python -m benchmarks.stub --rows 10000 --delay 30

prints its URL and runs until its standard input is closed. In a program::

    with running(rows=10_000, delay=30) as stub:
        ...  # stub.url, stub.configure(delay=0), stub.counters()
"""

from __future__ import annotations

import argparse
import contextlib
import json
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from .stub_answers import StubAnswers

if TYPE_CHECKING:
    from collections.abc import Iterator

_PIECE = 1 << 20
_MOST_PIECES = 64


@dataclass
class Settings:
    """What can be changed while it runs: *delay* in milliseconds for each answer, *row_us* in
    microseconds for each row in it."""

    delay: float = 0.0
    row_us: float = 0.0


class StubServer:
    """Accepts connections and serves each in a thread."""

    def __init__(self, rows: int, settings: Settings) -> None:
        self._answers = StubAnswers(rows)
        self._settings = settings
        self._requests = self._bytes_in = self._bytes_out = 0
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def run(self) -> None:
        """Serve until the process ends."""
        while True:
            connection, _ = self._socket.accept()
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rb") as stream, contextlib.suppress(OSError):
            while request := stream.readline(65536):
                method, target, _ = request.decode("latin-1").split(" ", 2)
                headers = _read_headers(stream)
                _send(connection, self._respond(method, target, headers, stream))

    def _respond(
        self, method: str, target: str, headers: dict[str, str], stream: IO[bytes]
    ) -> list[bytes]:
        path = urlsplit(target).path
        if method == "PUT":
            for piece in _body(headers, stream):
                self._bytes_in += len(piece)
            return _http(b"")
        body = b"".join(_body(headers, stream))
        if path == "/api":
            return self._api(body)
        if path == "/counters":
            return _http(self._counters())
        if path == "/configure":
            for name, value in parse_qsl(urlsplit(target).query):
                setattr(self._settings, name, float(value))
            self._requests = self._bytes_in = self._bytes_out = self._answers.sent_rows = 0
            return _http(b"{}")
        return _http(b"{}", status=b"404 Not Found")

    def _api(self, body: bytes) -> list[bytes]:
        self._requests += 1
        self._bytes_in += len(body)
        try:
            answer, rows = self._answers.answer(body)
        except Exception as error:  # noqa: BLE001 - whatever it is, the client is to see it
            refused = {"exception": type(error).__name__, "content": str(error)}
            return _http(json.dumps(refused).encode())
        wait = self._settings.delay / 1000 + rows * self._settings.row_us / 1e6
        if wait:
            time.sleep(wait)
        self._bytes_out += sum(map(len, answer))
        return _http(*answer)

    def _counters(self) -> bytes:
        return json.dumps(
            {
                "requests": self._requests,
                "rows": self._answers.sent_rows,
                "bytes_in": self._bytes_in,
                "bytes_out": self._bytes_out,
            }
        ).encode()


def _read_headers(stream: IO[bytes]) -> dict[str, str]:
    headers = {}
    while (line := stream.readline(65536).strip()) != b"":
        name, _, value = line.decode("latin-1").partition(":")
        headers[name.lower()] = value.strip()
    return headers


def _body(headers: dict[str, str], stream: IO[bytes]) -> Iterator[bytes]:
    if headers.get("transfer-encoding") == "chunked":
        while size := int(stream.readline(), 16):
            yield stream.read(size)
            stream.readline()
        stream.readline()
        return
    left = int(headers.get("content-length", 0))
    while left:
        piece = stream.read(min(left, _PIECE))
        left -= len(piece)
        yield piece


def _http(*body: bytes, status: bytes = b"200 OK") -> list[bytes]:
    head = b"HTTP/1.1 %s\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n"
    return [head % (status, sum(map(len, body))), *body]


def _send(connection: socket.socket, pieces: list[bytes]) -> None:
    """Send *pieces* as one text; of thousands of small ones one is made first."""
    if len(pieces) > _MOST_PIECES:
        pieces = [b"".join(pieces)]
    sent = connection.sendmsg(pieces)
    for piece in pieces:
        if sent < len(piece):
            connection.sendall(memoryview(piece)[sent:])
        sent = max(0, sent - len(piece))


class Stub:
    """A stub that runs in another process. *url* is what a session is given."""

    def __init__(self, url: str) -> None:
        self.url = url

    def configure(self, **settings: float) -> None:
        """Change ``delay`` (ms) or ``row_us``, and set the counters to nought."""
        self._get("/configure?" + "&".join(f"{name}={value}" for name, value in settings.items()))

    def counters(self) -> dict[str, int]:
        """Return requests, rows, bytes_in and bytes_out since the last `configure`."""
        counters: dict[str, int] = json.loads(self._get("/counters"))
        return counters

    def _get(self, path: str) -> bytes:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(self.url + path) as response:
            body: bytes = response.read()
            return body


@contextlib.contextmanager
def running(rows: int = 10_000, delay: float = 0.0, row_us: float = 0.0) -> Iterator[Stub]:
    """Start a stub, yield it, and end it: it stops when its standard input closes."""
    command = [sys.executable, "-m", "benchmarks.stub"]
    command += [f"--rows={rows}", f"--delay={delay}", f"--row-us={row_us}"]
    root = Path(__file__).resolve().parent.parent
    with subprocess.Popen(
        command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        if not url:
            raise RuntimeError("the stub did not start")
        try:
            yield Stub(url)
        finally:
            assert process.stdin is not None
            process.stdin.close()


def main(arguments: list[str] | None = None) -> None:
    """Run a stub until standard input closes."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, default=10_000, help="tasks in the show (10000)")
    parser.add_argument("--delay", type=float, default=0.0, help="ms before each answer (0)")
    parser.add_argument("--row-us", type=float, default=0.0, help="microseconds for each row (0)")
    given = parser.parse_args(arguments)
    server = StubServer(given.rows, Settings(given.delay, given.row_us))
    threading.Thread(target=server.run, daemon=True).start()
    print(server.url, flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
