"""The request with which a connection to an event server begins."""

from __future__ import annotations

import re
from http.client import HTTPConnection, HTTPException
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ftrack_core.errors import EventError
from ftrack_core.ports import server_headers

from .faults import refused, told
from .route import open_stream

if TYPE_CHECKING:
    from ftrack_core.errors import FtrackError
    from ftrack_core.ports import ConnectionSettings, Credentials, ServerAddress

__all__ = ["host_of", "shake_hands"]

_ANSWER = re.compile(r"\s*([A-Za-z0-9_.~-]{1,200}):([^:]*):([^:]*):([\w,\s-]+)", re.ASCII)
_LONGEST = 4096
"""In bytes; an answer has about fifty."""


def shake_hands(
    address: ServerAddress, settings: ConnectionSettings, credentials: Credentials
) -> str:
    """Show user and key to the event server and return the id for the socket.

    Raises:
        EventCredentialsError: the server does not accept them.
        EventError: no connection, or no event server at the other end.
        ConfigurationError: settings with which there can be none.
    """
    headers = {"host": host_of(address), **server_headers(settings, credentials)}
    stream = open_stream(address, settings)
    connection = HTTPConnection("event-server")  # the name of nothing: the stream leads there
    connection.sock = stream
    fault: FtrackError
    try:
        connection.request("GET", _path(address), headers=headers)
        response = connection.getresponse()
        status, body = response.status, response.read(_LONGEST)
    except (OSError, ValueError, HTTPException) as error:
        fault = told(error, address.origin)
    else:
        return _session_id(status, body, address.origin)
    finally:
        stream.close()
    raise fault


def host_of(address: ServerAddress) -> str:
    """Return what the server is called in requests to it."""
    return address.origin.partition("://")[2]


def _path(address: ServerAddress) -> str:
    return urlsplit(address.url).path.rstrip("/") + "/socket.io/1/"


def _session_id(status: int, body: bytes, origin: str) -> str:
    if status != 200:
        raise refused(status, origin)
    found = _ANSWER.fullmatch(body.decode("utf-8", "replace").rstrip())
    if found is None:
        raise EventError(f"{origin} answered with something else than an event server's greeting")
    if "websocket" not in [one.strip() for one in found[4].split(",")]:
        raise EventError(f"the event server at {origin} takes no websockets")
    return found[1]
