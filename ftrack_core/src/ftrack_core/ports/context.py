"""What a plugin is told about the session it works for, before that session exists."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from .retry import RetryPolicy

__all__ = ["ConnectionSettings", "Context", "Credentials"]


@dataclass(frozen=True)
class Credentials:
    """Who connects. The key never shows in a repr."""

    user: str
    key: str = field(repr=False)


@dataclass(frozen=True)
class ConnectionSettings:
    """One set of connection settings for HTTP, files and the event socket.

    *timeout* is in seconds, *connect_timeout* too. *verify* False switches the check of TLS
    certificates off; *ca_bundle* names a file of trusted certificates and *client_certificate* a
    file to present. *proxy* is the URL of a proxy for every connection. Headers and cookies may
    hold secrets and never show in a repr. *retry* says how reads are tried again; where it is None
    a plugin may say it (``ftrack_retry_policy``), else it is ``RetryPolicy()``.
    """

    timeout: float = 60.0
    connect_timeout: float = 10.0
    verify: bool = True
    ca_bundle: Path | None = None
    client_certificate: Path | None = None
    proxy: str | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    cookies: Mapping[str, str] = field(default_factory=dict, repr=False)
    strict: bool = True
    retry: RetryPolicy | None = None


@dataclass(frozen=True)
class Context:
    """The surroundings of a session.

    *server_url* as the user gave it, without a trailing slash; *user* the login name;
    *options* the session's own switches by name; *plugin_arguments* what the user handed to
    plugins; *cache_folder* where files may be kept between sessions, or None. The key is not here:
    it is given only to what connects.
    """

    server_url: str
    user: str
    settings: ConnectionSettings = field(default_factory=ConnectionSettings)
    options: Mapping[str, Any] = field(default_factory=dict)
    plugin_arguments: Mapping[str, Any] = field(default_factory=dict)
    cache_folder: Path | None = None

    @property
    def scheme(self) -> str:
        """The scheme of the server's URL, in lower case: ``https``, ``embedded``."""
        return urlsplit(self.server_url).scheme.lower()
