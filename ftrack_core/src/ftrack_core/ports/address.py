"""The address of a server, and what may be sent to which address."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urljoin, urlsplit

from ftrack_core.errors import ConfigurationError

__all__ = ["ServerAddress", "origin_of"]

_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class ServerAddress:
    """Where the server is; *url* may end in a path prefix."""

    url: str

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme.lower() not in _PORTS or not parts.hostname:
            raise ConfigurationError(
                f"{self.url!r} is no address of a server; it looks like https://studio.ftrackapp.com"
            )
        if "@" in parts.netloc:
            raise ConfigurationError(
                f"the server's address {self.origin} holds a user or a password; leave them out"
            )

    @cached_property
    def origin(self) -> str:
        """Scheme, host and port: what errors and logs may show."""
        return origin_of(self.url)

    @cached_property
    def api(self) -> str:
        """The URL of all operations."""
        return self.url.rstrip("/") + "/api"

    def socket(self, session_id: str) -> str:
        """The URL of the event server's websocket; *session_id* comes of the handshake."""
        web = self.url.rstrip("/")
        return f"ws{web[len('http') :]}/socket.io/1/websocket/{session_id}"

    def resolve(self, url: str) -> str:
        """Return *url* in full; a relative one begins below the server's own address."""
        if urlsplit(url).scheme:
            return url
        if url.startswith("//"):
            return urljoin(self.url, url)
        return self.url.rstrip("/") + "/" + url.lstrip("/")

    def owns(self, url: str) -> bool:
        """Whether *url* leads to this very server: only there may the key go."""
        return origin_of(url) == self.origin


def origin_of(url: str) -> str:
    """Return scheme, host and port of *url*, and nothing that could be secret."""
    parts = urlsplit(url)
    scheme = parts.scheme.lower()
    host = parts.hostname or ""
    if ":" in host:
        host = f"[{host}]"
    try:
        port = parts.port or _PORTS.get(scheme)
    except ValueError:
        raise ConfigurationError(f"the address of {host} has a port that is no number") from None
    return f"{scheme}://{host}" + ("" if port == _PORTS.get(scheme) else f":{port}")
