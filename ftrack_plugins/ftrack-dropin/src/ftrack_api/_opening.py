"""What a session is opened with: arguments first, then the environment."""

from __future__ import annotations

import getpass
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import platformdirs

from ftrack_core import ConnectionSettings

if TYPE_CHECKING:
    import requests

    from .session import Session

__all__ = [
    "Identity",
    "cache_folder",
    "checked_mapping",
    "connection_of",
    "identify",
    "plugin_paths",
]


class Identity(NamedTuple):
    """Which server, and who connects."""

    server_url: str
    api_key: str
    api_user: str


def identify(server_url: str | None, api_key: str | None, api_user: str | None) -> Identity:
    """Return what is to be used. Raises TypeError naming what is missing."""
    if server_url is None:
        server_url = os.environ.get("FTRACK_SERVER")
    if not server_url:
        raise _missing("server_url", "FTRACK_SERVER")
    if api_key is None:
        api_key = os.environ.get("FTRACK_API_KEY") or os.environ.get("FTRACK_APIKEY")
    if api_user is None:
        api_user = os.environ.get("FTRACK_API_USER") or _login_name()
    if not server_url.lower().startswith(("http:", "https:")) and ":" in server_url:
        return Identity(server_url, api_key or "", api_user or "")  # in process: nobody asks
    if not api_key:
        raise _missing("api_key", "FTRACK_API_KEY")
    if not api_user:
        raise _missing("api_user", "FTRACK_API_USER")
    return Identity(server_url.rstrip("/"), api_key, api_user)


def _missing(argument: str, variable: str) -> TypeError:
    return TypeError(
        f"the argument {argument!r} is missing: give it, or set the environment variable {variable}"
    )


def _login_name() -> str:
    with suppress(Exception):  # the system has no name for us, in one of many ways
        return getpass.getuser()
    return ""


def checked_mapping(name: str, given: Mapping[str, str] | None) -> dict[str, str]:
    """Return a copy of what was *given*. Raises TypeError for what is no mapping."""
    if given is not None and not isinstance(given, Mapping):
        raise TypeError(f"{name} is a mapping of names to values, not a {type(given).__name__}.")
    return dict(given or {})


def plugin_paths(given: Iterable[str] | None) -> list[str]:
    """Return the folders of plugins, those of the environment where none are given."""
    if given is None:
        given = os.environ.get("FTRACK_EVENT_PLUGIN_PATH", "").split(os.pathsep)
    return [given] if isinstance(given, (str, os.PathLike)) else list(given)


def cache_folder(given: str | os.PathLike[str] | bool | None) -> Path | None:
    """Return where the server's schemas are kept between sessions, or None for nowhere."""
    if given is False:
        return None
    if given is None or given is True:
        given = os.environ.get("FTRACK_API_SCHEMA_CACHE_PATH")
    if given is None:
        given = platformdirs.user_cache_dir("ftrack-api")
    return Path(given)


def connection_of(session: Session) -> ConnectionSettings:
    """Return the settings for all connections, from what a session's attributes hold."""
    http: requests.Session | None = getattr(session, "_managed_request", None)
    if http is None:
        return ConnectionSettings(timeout=getattr(session, "request_timeout", 60))
    # Those that the library sets by itself are no wish of anybody.
    headers = {
        name: str(value)
        for name, value in http.headers.items()
        if name.lower() not in ("user-agent", "accept-encoding", "accept", "connection")
    }
    strict = headers.pop("ftrack-strict-api", "false") == "true"
    is_bundle = isinstance(http.verify, str)
    return ConnectionSettings(
        timeout=getattr(session, "request_timeout", 60),
        verify=bool(http.verify),
        ca_bundle=Path(str(http.verify)) if is_bundle else None,
        client_certificate=Path(http.cert) if isinstance(http.cert, str) else None,
        proxy=http.proxies.get("https") or http.proxies.get("http"),
        headers=headers,
        cookies=dict(http.cookies.items()),
        strict=strict,
    )
