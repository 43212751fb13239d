"""Where a server is."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import urlsplit

__all__ = ["ServerDetails", "SocketIoSession", "details_of"]


class SocketIoSession(NamedTuple):
    """What an event server says when it is greeted."""

    id: str
    heartbeatTimeout: str  # noqa: N815 -- the name it has always had
    supportedTransports: list[str]  # noqa: N815 -- the name it has always had


class ServerDetails(NamedTuple):
    """Where a server is; *port* is None where the URL names none."""

    scheme: str
    hostname: str | None
    port: int | None


def details_of(server_url: str) -> ServerDetails:
    """Return the parts of a URL. Raises ValueError for one without scheme or host."""
    parts = urlsplit(server_url)
    if not parts.scheme:
        raise ValueError(f"The server URL has no scheme: {server_url!r}; write https://host.")
    if not parts.hostname and parts.scheme in ("http", "https"):
        raise ValueError(f"The server URL has no host: {server_url!r}; write https://host.")
    return ServerDetails(parts.scheme, parts.hostname, parts.port)
