"""A way to the server: directly or through a proxy, in the clear or over TLS.

The same settings lead HTTP there, and where they say nothing the same variables of the environment.
"""

from __future__ import annotations

import base64
import ipaddress
import os
import socket
import urllib.request
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from ftrack_core.errors import ConfigurationError
from ftrack_core.ports import tls_context

from .faults import told

if TYPE_CHECKING:
    from ftrack_core.errors import FtrackError
    from ftrack_core.ports import ConnectionSettings, ServerAddress

__all__ = ["Proxy", "open_stream"]

_PORTS = {"http": 80, "https": 443}
_BUNDLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


@dataclass(frozen=True)
class Proxy:
    """A proxy that opens ways to servers when it is asked to CONNECT."""

    host: str
    port: int
    authorization: str | None = field(default=None, repr=False)

    @property
    def headers(self) -> dict[str, str]:
        """What it is shown, and nobody else."""
        return {"Proxy-Authorization": self.authorization} if self.authorization else {}


def open_stream(address: ServerAddress, settings: ConnectionSettings) -> socket.socket:
    """Return a connected socket; what is written to it arrives at the server.

    Raises `EventError` where there is no way, `ConfigurationError` for settings with which there
    can be none.
    """
    parts = urlsplit(address.url)
    host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme.lower()]
    proxy = _proxy(address, settings)
    is_secure = parts.scheme.lower() == "https"
    context = tls_context(settings, _trusted_otherwise()) if is_secure else None
    fault: FtrackError
    try:
        stream = _dial(host, port, proxy, settings.connect_timeout)
        try:
            if context is not None:
                stream = context.wrap_socket(stream, server_hostname=host)
        except BaseException:
            stream.close()
            raise
    except (OSError, ValueError, HTTPException) as error:
        fault = told(error, address.origin, through_proxy=proxy is not None)
    else:
        stream.settimeout(settings.timeout)
        return stream
    raise fault  # outside of the handler: the original text must not stick to it


def _dial(host: str, port: int, proxy: Proxy | None, timeout: float) -> socket.socket:
    via = proxy or Proxy(host, port)
    connection = HTTPConnection(via.host, via.port, timeout=timeout)
    if proxy is not None:
        connection.set_tunnel(host, port, headers=proxy.headers)
    connection.connect()
    stream: socket.socket = connection.sock
    stream.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    return stream


def _proxy(address: ServerAddress, settings: ConnectionSettings) -> Proxy | None:
    if settings.proxy:
        return _parsed(settings.proxy)
    parts = urlsplit(address.url)
    known = urllib.request.getproxies()
    found = known.get(parts.scheme.lower()) or known.get("all")
    if not found or _is_reached_directly(parts.hostname or "", parts.netloc, known.get("no")):
        return None
    return _parsed(found)


def _is_reached_directly(host: str, netloc: str, named: str | None) -> bool:
    if urllib.request.proxy_bypass(netloc):
        return True
    with suppress(ValueError):
        own = ipaddress.ip_address(host)
        return any(own in network for network in _networks(named or ""))
    return False


def _networks(named: str) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    found = []
    for one in named.split(","):
        with suppress(ValueError):
            found.append(ipaddress.ip_network(one.strip(), strict=False))
    return found


def _parsed(url: str) -> Proxy:
    fault = ConfigurationError("the proxy's address looks like http://proxy.example:3128")
    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        host, port = parts.hostname, parts.port
    except ValueError:
        raise fault from None
    if parts.scheme.lower() != "http":
        raise ConfigurationError(
            f"the event hub goes through proxies at http: addresses only, not {parts.scheme}: the "
            "one in the settings, or in the environment"
        )
    if not host:
        raise fault
    return Proxy(host, port or _PORTS["http"], _authorization(parts.username, parts.password))


def _authorization(user: str | None, password: str | None) -> str | None:
    if user is None:
        return None
    pair = f"{unquote(user)}:{unquote(password or '')}"
    return "Basic " + base64.b64encode(pair.encode()).decode("ascii")


def _trusted_otherwise() -> Path | None:
    """Return the authorities that HTTP trusts where the settings name none."""
    named = next((found for name in _BUNDLES if (found := os.environ.get(name))), None)
    if named:
        return Path(named)
    try:
        import certifi
    except ImportError:
        return None
    return Path(certifi.where())
