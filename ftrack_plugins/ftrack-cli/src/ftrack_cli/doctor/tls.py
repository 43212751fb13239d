"""The certificate of a server, seen as the transport sees it."""

from __future__ import annotations

import os
import socket
import ssl
import time
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from ftrack_core.ports import remedy_for

from .verdict import fails, fine, warning

if TYPE_CHECKING:
    from .verdict import Finding

__all__ = ["look_at_tls"]

_TIMEOUT = 10.0
_SOON = 14
_DAY = 86400
_HERE = ("127.0.0.1", "localhost", "::1")
_BUNDLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


def look_at_tls(url: str) -> Finding | None:
    """Return what is found; None where there is nothing to look at, or no connection."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme.lower() == "http":
        return _without(host)
    if parts.scheme.lower() != "https" or not host:
        return None
    if getproxies().get("https") and not proxy_bypass(host):
        return fine("TLS", "the connection goes through a proxy; what is behind it is not seen")
    return _certificate(host, parts.port or 443)


def _without(host: str) -> Finding:
    if host in _HERE:
        return fine("TLS", "none, and the server is on this machine")
    return warning(
        "TLS",
        f"none: whoever is between here and {host} can read the key",
        "use https:// if the server offers it",
    )


def _certificate(host: str, port: int) -> Finding | None:
    try:
        context = _context()
    except OSError as error:
        named = next(name for name in _BUNDLES if os.environ.get(name))
        return fails("TLS", f"{named}: {error}", f"let {named} name a file of certificates")
    try:
        with (
            socket.create_connection((host, port), _TIMEOUT) as plain,
            context.wrap_socket(plain, server_hostname=host) as wrapped,
        ):
            return _judged(wrapped.version() or "TLS", wrapped.getpeercert() or {})
    except ssl.SSLCertVerificationError as error:
        return fails(
            "TLS",
            f"the certificate of {host} is not trusted: {error.verify_message}",
            remedy_for(error, "REQUESTS_CA_BUNDLE=/path/of/ca.pem makes a private authority known"),
        )
    except ssl.SSLError as error:
        reason = str(error.reason or error).lower().replace("_", " ")
        return fails(
            "TLS", f"{host}:{port} does not speak it: {reason}", "http:// or another port?"
        )
    except OSError:
        return None  # whether the server is there at all is looked at by itself


def _context() -> ssl.SSLContext:
    """Trust whom the transport trusts: the file in the environment, else what requests brings."""
    named = next((os.environ[name] for name in _BUNDLES if os.environ.get(name)), None)
    if named is None and find_spec("certifi"):
        named = import_module("certifi").where()
    if named is not None and Path(named).is_dir():
        return ssl.create_default_context(capath=named)
    return ssl.create_default_context(cafile=named)


def _judged(protocol: str, certificate: Any) -> Finding:
    until = str(certificate.get("notAfter", ""))
    days = int((ssl.cert_time_to_seconds(until) - time.time()) // _DAY) if until else _SOON
    if days >= _SOON:
        return fine("TLS", f"{protocol}, the certificate is good for {days} more days")
    return warning(
        "TLS",
        f"{protocol}, the certificate is good for {days} more days only",
        "tell whoever runs the server",
    )
