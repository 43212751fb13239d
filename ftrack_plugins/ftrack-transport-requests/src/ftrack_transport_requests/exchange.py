"""A batch and its answer over a connection that is open: urllib3 keeps it, http.client reads it.

urllib3 chooses proxies, opens connections, checks certificates and writes the head of the request.
What it does for each answer beside, for callers who want to read it piece by piece or to be led on,
is not needed where the whole answer is wanted as it is. The head is the same each time but for the
length of the body, and leaves with that: two packets woke the server twice.
"""

from __future__ import annotations

import errno
import http.client
import io
import queue
import ssl
from contextlib import suppress
from http.client import HTTPException
from typing import TYPE_CHECKING, Any, NamedTuple

import urllib3
from urllib3.exceptions import ProtocolError, ReadTimeoutError, SSLError
from urllib3.util.connection import is_connection_dropped

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .adapter import Way

__all__ = [
    "Answered",
    "can_be_used",
    "close_all",
    "exchanged",
    "lower_case",
    "require_final",
    "written_head",
]

_FIRST_FINAL = 200
"""The least status that ends an answer; what is below it announces another one."""

_OWN_CONNECTIONS = "urllib3.connection"
"""Where the classes of connections are that http.client can read from.

A program may have set up others, such as those over HTTP/2.
"""


class Answered(NamedTuple):
    """An answer that has come as a whole, decompressed. Names of *headers* are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def exchanged(way: Way, body: bytes, timeout: urllib3.Timeout) -> Answered | None:
    """Send *body* and return the answer; None, with nothing sent, where no connection is open.

    Raises what urllib3 raises where it reads. Sending is waited for as long as for an answer.
    """
    connection = _taken_from(way.pool) if way.head and can_be_used(way.pool) else None
    if connection is None:
        return None
    try:
        connection.sock.settimeout(timeout.read_timeout)
        return _sent_and_read(connection, way, body)
    except BaseException as error:
        connection.close()
        if isinstance(error, (OSError, HTTPException)):
            raise _as_urllib3_says(error, way) from error
        raise
    finally:
        _give_back(connection, way.pool)


def can_be_used(pool: Any) -> bool:
    """Whether the connections of *pool* are such as are known here, and need nothing more."""
    # A proxy wants headers of its own.
    return pool.proxy is None and pool.ConnectionCls.__module__ == _OWN_CONNECTIONS


def _taken_from(pool: Any) -> Any | None:
    """Return an open connection that *pool* kept idle, if there is one."""
    idle = pool.pool  # None once the pool was closed
    if idle is None:
        return None
    try:
        connection = idle.get(block=False)
    except queue.Empty:
        return None
    if connection is None or connection.sock is None or is_connection_dropped(connection):
        _give_back(connection, pool)  # a place for a connection, which urlopen will open
        return None
    return connection


def _give_back(connection: Any | None, pool: Any) -> None:
    """Put *connection* back among the idle ones; None is a place for one that can be opened."""
    idle = pool.pool
    try:
        if idle is not None:
            idle.put(connection, block=False)
    except queue.Full:
        idle = None
    if idle is None:
        if connection is not None:
            connection.close()
    elif pool.pool is None:  # it was closed meanwhile
        close_all(idle)


def close_all(idle: Any | None) -> None:
    """Close the connections in the queue *idle*: nobody else will, or they cannot be trusted.

    None is what a pool has that was closed.
    """
    with suppress(queue.Empty):
        while idle is not None:
            connection = idle.get(block=False)
            if connection is not None:
                connection.close()


def _sent_and_read(connection: Any, way: Way, body: bytes) -> Answered:
    try:
        connection.sock.sendall(b"%s%d\r\n\r\n%s" % (way.head, len(body), body))
    except OSError as error:
        if not _is_cut_off(error):
            raise
    with http.client.HTTPResponse(connection.sock, method=way.method) as response:
        response.begin()
        require_final(response.status)
        content = response.read()
    if response.will_close:
        connection.close()
    named = lower_case(response.getheaders())
    if "content-encoding" in named:
        content = _decompressed(content, named)
    return Answered(response.status, named, content)


def require_final(status: int) -> None:
    """Raise ProtocolError where another answer is to come: it would be read as the next one."""
    if status < _FIRST_FINAL:
        raise ProtocolError(f"an interim answer, HTTP {status}, that nobody asked for")


def _is_cut_off(error: OSError) -> bool:
    """Whether the server closed before it had all: it may have said why, as to a large body."""
    is_lost = isinstance(error, (BrokenPipeError, ConnectionResetError, ssl.SSLEOFError))
    return is_lost or error.errno == errno.EPROTOTYPE  # which macOS says instead


def written_head(pool: Any, method: str, target: str, headers: Mapping[str, Any]) -> bytes:
    """Return what urllib3 would send before a body, up to the body's length, which comes last."""
    connection = pool.ConnectionCls(host=pool.host, port=pool.port)
    written = connection.sock = _Written()
    connection.request(method, target, headers={**headers, "Content-Length": "0"})
    return written.getvalue().removesuffix(b"0\r\n\r\n")


class _Written(io.BytesIO):
    """Stands in for the socket of a connection: keeps what is sent."""

    def sendall(self, data: bytes) -> None:
        self.write(data)

    def settimeout(self, seconds: float | None) -> None:
        """Nothing is waited for."""


def lower_case(headers: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return *headers* by their names in lower case; what comes several times is put together."""
    named: dict[str, str] = {}
    for name, value in headers:
        lower = name.lower()
        named[lower] = f"{named[lower]}, {value}" if lower in named else value
    return named


def _decompressed(content: bytes, headers: Mapping[str, str]) -> bytes:
    answer = urllib3.HTTPResponse(io.BytesIO(content), headers=headers, preload_content=False)
    whole: bytes = answer.read(decode_content=True)
    return whole


def _as_urllib3_says(error: OSError | HTTPException, way: Way) -> Exception:
    if isinstance(error, TimeoutError):
        return ReadTimeoutError(way.pool, way.target, "Read timed out.")
    if isinstance(error, ssl.SSLError):
        return SSLError(error)
    return ProtocolError("Connection aborted.", error)
