"""A batch and its answer over a connection that is open: urllib3 keeps it, http.client reads it.

urllib3 chooses proxies, opens connections and checks certificates. What it does for each answer
beside, for callers who want to read it piece by piece or to be led on, took more than half of the
processor time of a page; none of it is needed where the whole answer is wanted as it is.
"""

from __future__ import annotations

import http.client
import io
import ssl
from contextlib import suppress
from http.client import HTTPException
from typing import TYPE_CHECKING, Any, NamedTuple

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ProtocolError, ReadTimeoutError, SSLError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .adapter import Way

__all__ = ["Answered", "exchanged"]


_SPEAK_HTTP_1 = frozenset({HTTPConnection, HTTPSConnection})
"""Classes of connections that http.client can read from; a program may have set up others."""


class Answered(NamedTuple):
    """An answer that has come as a whole, decompressed. Names of *headers* are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def exchanged(way: Way, body: bytes, timeout: urllib3.Timeout) -> Answered | None:
    """Send *body* and return the answer; None, with nothing sent, where no connection is open.

    Raises what urllib3 raises where it sends and reads.
    """
    pool: Any = way.pool
    if pool.proxy is not None or pool.ConnectionCls not in _SPEAK_HTTP_1:
        return None  # a proxy wants headers of its own
    connection = pool._get_conn()  # noqa: SLF001 -- requests itself took connections so for years
    try:
        if connection.sock is None:
            return None
        connection.sock.settimeout(timeout.read_timeout)
        return _sent_and_read(connection, way, body)
    except BaseException as error:
        connection.close()
        if isinstance(error, (OSError, HTTPException)):
            raise _as_urllib3_says(error, way) from error
        raise
    finally:
        pool._put_conn(connection)  # noqa: SLF001


def _sent_and_read(connection: Any, way: Way, body: bytes) -> Answered:
    headers = {**way.headers, "Content-Length": str(len(body))}
    with suppress(BrokenPipeError):  # who refuses a large body may have said so before it closed
        connection.request(way.method, way.target, body=body, headers=headers)
    response = http.client.HTTPConnection.getresponse(connection)
    content = response.read()
    named = {name.lower(): value for name, value in response.getheaders()}
    if "content-encoding" in named:
        content = _decompressed(content, named)
    return Answered(response.status, named, content)


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
