"""What the headers of a request say, and the headers of an answer."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "Asked",
    "read_headers",
    "readable",
    "server_url",
]

_YES = frozenset({"1", "true", "yes", "on"})
_OPTION = re.compile(r"([\w-]+)\s*[:=]\s*([\w-]+)")
_HOST = re.compile(r"[\w.-]+(:\d+)?|\[[0-9A-Fa-f:.]+\](:\d+)?")
_SCHEMES = frozenset({"http", "https"})
_GZIP = re.compile(r"(?:^|,)\s*gzip\s*(?:;\s*q\s*=\s*([\d.]+)\s*)?(?:,|$)", re.IGNORECASE)
_PREFIX = re.compile(r"(/[\w.~-]+)+", re.ASCII)


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
    session: str = field(default="", repr=False)
    gzip: bool = False
    coding: str = ""
    server_url: str = ""


def readable(value: str) -> str:
    """Return the text of a header with letters beyond ASCII, which clients send in two ways.

    *value* is what was received, read as UTF-8 with its other bytes kept as surrogates; where there
    are any, the client meant Latin-1, as HTTP once had it.
    """
    if value.isascii():
        return value
    sent = value.encode("utf-8", "surrogateescape")
    try:
        return sent.decode()
    except UnicodeDecodeError:
        return sent.decode("latin-1")


def read_headers(headers: Mapping[str, str], scheme: str = "http", *, session: str = "") -> Asked:
    """Read the headers of a request; their names compare without regard to case.

    *session* is that of the cookie, where it may be used.
    """
    options = dict(_OPTION.findall(headers.get("ftrack-api-options", "")))
    return Asked(
        username=readable(headers.get("ftrack-user", "")),
        key=readable(headers.get("ftrack-api-key", "")),
        strict=_is_yes(headers.get("ftrack-strict-api")),
        lean=_is_yes(options.get("strict")),
        denormalize=_is_yes(options.get("denormalize")),
        session=session,
        client_token=_token(headers.get("ftrack-clienttoken")),
        push_token=_token(headers.get("ftrack-pushtoken")),
        gzip=_takes_gzip(headers.get("accept-encoding", "")),
        coding=headers.get("content-encoding", ""),
        server_url=server_url(headers, scheme),
    )


def server_url(headers: Mapping[str, str], scheme: str = "http") -> str:
    """Return the address by which the client reached the server; empty if it does not say.

    Links to files begin with it: what the server listens on may be another name of the machine, or
    stand behind a proxy, which may also have taken a prefix off the path.
    """
    host = _first(headers, "x-forwarded-host") or headers.get("host", "")
    if not _HOST.fullmatch(host):
        return ""
    proxied = _first(headers, "x-forwarded-proto").lower()
    prefix = _first(headers, "x-forwarded-prefix").rstrip("/")
    shown = prefix if _PREFIX.fullmatch(prefix) else ""
    return f"{proxied if proxied in _SCHEMES else scheme}://{host}{shown}"


def _first(headers: Mapping[str, str], name: str) -> str:
    """Return what the proxy nearest to the client has told."""
    return headers.get(name, "").partition(",")[0].strip()


def _takes_gzip(accepted: str) -> bool:
    found = _GZIP.search(accepted)
    return found is not None and (found[1] or "1").strip("0.") != ""


def _is_yes(text: str | None) -> bool:
    return text is not None and text.strip().lower() in _YES


def _token(text: str | None) -> str | None:
    # The JavaScript client sends the word where it has no token.
    return None if text is None or text in ("", "undefined") else readable(text)
