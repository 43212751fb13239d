"""Pages of other origins: which may use the server, and the headers that tell their browser so."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from ftrack_core.errors import ConfigurationError

from ftrack_embedded.engine.failures import denied

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ftrack_core.errors import ServerError

__all__ = ["Cors"]

_ORIGIN: Final = re.compile(r"[a-z][a-z0-9+.-]*://[^\s/?#@]+", re.IGNORECASE | re.ASCII)
_ALLOWED: Final = (
    "accept, content-type, ftrack-api-key, ftrack-user, ftrack-clienttoken, ftrack-pushtoken, "
    "ftrack-api-options, ftrack-strict-api"
)


class Cors:
    """The *origins* whose pages may use the server; without them those of any origin may.

    Raises ConfigurationError for what is no origin.
    """

    def __init__(self, origins: Iterable[str] | None = None) -> None:
        named = None if origins is None else frozenset(map(_checked, origins))
        self._named = named or None

    def allows(self, origin: str) -> bool:
        """Return whether a page of *origin* may read what the server answers."""
        if self._named is None:
            return origin == "null" or _ORIGIN.fullmatch(origin) is not None
        return origin.lower() in self._named

    def trusts(self, origin: str | None, server_url: str) -> bool:
        """Return whether a request may use a cookie: from a page of ours, or of a named origin."""
        if origin is None:
            return True
        own = urlsplit(server_url)
        is_own = origin.lower() == f"{own.scheme}://{own.netloc}".lower()
        return is_own or (self._named is not None and origin.lower() in self._named)

    def headers(self, origin: str | None) -> dict[str, str]:
        """Return what a browser needs to hand an answer to a page of *origin*."""
        varies = {"Vary": "Accept-Encoding, Origin"}
        if not origin or not self.allows(origin):
            return varies
        return {
            **varies,
            "Access-Control-Allow-Origin": origin,
            "Access-Control-Allow-Credentials": "true",
            "Access-Control-Expose-Headers": "ETag",
        }

    def preflight(self, origin: str | None, asked: str | None) -> dict[str, str]:
        """Return the answer to a preflight; *asked* is what Access-Control-Request-Headers says."""
        return {
            **self.headers(origin),
            "Access-Control-Allow-Methods": "GET, POST, PUT, OPTIONS",
            "Access-Control-Allow-Headers": asked or _ALLOWED,
            "Access-Control-Max-Age": "600",
        }

    def refused(self, origin: str) -> ServerError:
        """Return the error for a page that may not use the server."""
        return denied(
            f"pages of {origin:.100}: name their origin when the server is started (--origin)"
        )


def _checked(origin: str) -> str:
    if not _ORIGIN.fullmatch(origin):
        raise ConfigurationError(
            f"{origin!r} is no origin of pages: give scheme, host and port as a browser shows "
            "them, such as https://pipeline.example.com"
        )
    return origin.lower()
