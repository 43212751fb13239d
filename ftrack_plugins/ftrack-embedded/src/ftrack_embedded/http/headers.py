"""What the headers of a request say, and the headers of an answer."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Asked", "cors_headers", "preflight_headers", "read_headers", "server_url"]

_YES = frozenset({"1", "true", "yes", "on"})
_OPTION = re.compile(r"([\w-]+)\s*[:=]\s*([\w-]+)")
_HOST = re.compile(r"[\w.-]+(:\d+)?|\[[0-9A-Fa-f:.]+\](:\d+)?")
_SCHEMES = frozenset({"http", "https"})
_ALLOWED = (
    "accept, content-type, ftrack-api-key, ftrack-user, ftrack-clienttoken, ftrack-pushtoken, "
    "ftrack-api-options, ftrack-strict-api"
)


@dataclass(frozen=True)
class Asked:
    """Who asks and how the answer is wanted, as the headers have it."""

    username: str
    key: str = field(repr=False)
    strict: bool = False
    lean: bool = False
    denormalize: bool = False
    client_token: str | None = None
    push_token: str | None = None
    gzip: bool = False
    server_url: str = ""


def read_headers(headers: Mapping[str, str], scheme: str = "http") -> Asked:
    """Read the headers of a request; their names compare without regard to case."""
    options = dict(_OPTION.findall(headers.get("ftrack-api-options", "")))
    return Asked(
        username=headers.get("ftrack-user", ""),
        key=headers.get("ftrack-api-key", ""),
        strict=_is_yes(headers.get("ftrack-strict-api")),
        lean=_is_yes(options.get("strict")),
        denormalize=_is_yes(options.get("denormalize")),
        client_token=_token(headers.get("ftrack-clienttoken")),
        push_token=_token(headers.get("ftrack-pushtoken")),
        gzip="gzip" in headers.get("accept-encoding", "").lower(),
        server_url=server_url(headers, scheme),
    )


def server_url(headers: Mapping[str, str], scheme: str = "http") -> str:
    """Return the address by which the client reached the server; empty if it does not say.

    Links to files begin with it: what the server listens on may be another name of the machine, or
    stand behind a proxy.
    """
    host = headers.get("host", "")
    if not _HOST.fullmatch(host):
        return ""
    proxied = headers.get("x-forwarded-proto", "").strip().lower()
    return f"{proxied if proxied in _SCHEMES else scheme}://{host}"


def _is_yes(text: str | None) -> bool:
    return text is not None and text.strip().lower() in _YES


def _token(text: str | None) -> str | None:
    # The JavaScript client sends the word where it has no token.
    return None if text in (None, "", "undefined") else text


def cors_headers(origin: str | None) -> dict[str, str]:
    """Return what a browser needs to hand the answer to a page of *origin*."""
    if not origin:
        return {}
    return {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Allow-Credentials": "true",
        "Access-Control-Expose-Headers": "ETag",
        "Vary": "Accept-Encoding, Origin",
    }


def preflight_headers(origin: str | None, asked: str | None) -> dict[str, str]:
    """Return the answer to a preflight; *asked* is what Access-Control-Request-Headers says."""
    return {
        **cors_headers(origin),
        "Access-Control-Allow-Methods": "GET, POST, PUT, OPTIONS",
        "Access-Control-Allow-Headers": asked or _ALLOWED,
        "Access-Control-Max-Age": "600",
    }
