"""What can go wrong on the way, told in our own words.

The texts of libraries name addresses, proxies with their passwords and header values; none of that
is passed on.
"""

from __future__ import annotations

import socket
import ssl
from http import HTTPStatus
from http.client import HTTPException
from typing import TYPE_CHECKING

from ftrack_core.errors import ConfigurationError, EventError
from ftrack_core.ports import remedy_for

from .errors import EventCredentialsError

if TYPE_CHECKING:
    from ftrack_core.errors import FtrackError

__all__ = ["reason_of", "refused", "told"]

_TUNNEL = "Tunnel connection failed: "
"""How http.client begins when a proxy will not open the way; what follows is the proxy's answer."""


def told(error: Exception, origin: str, *, through_proxy: bool = False) -> FtrackError:
    """Return the error to raise for *error*, which a connection to *origin* met."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return EventError(
            f"the certificate of {origin} is not trusted ({error.verify_message}); "
            f"{remedy_for(error)}"
        )
    if isinstance(error, ssl.SSLError):
        return EventError(f"no TLS connection to {origin}{reason_of(error)}; https or http?")
    if isinstance(error, socket.timeout):
        return EventError(
            f"no answer of {origin} in time; is the address right and the network up?"
        )
    if isinstance(error, OSError) and through_proxy:
        answer = str(error).partition(_TUNNEL)[2]
        reason = f" (HTTP {answer})" if answer else reason_of(error)
        return EventError(f"the proxy on the way to {origin} cannot be used{reason}")
    if isinstance(error, (OSError, HTTPException)):
        return EventError(
            f"no connection to {origin}{reason_of(error)}; check the address and the network"
        )
    return ConfigurationError(
        f"a connection to {origin} cannot be made: {type(error).__name__}; check the server's "
        "address and the headers"
    )


def refused(status: int, origin: str) -> EventError:
    """Return the error for an event server that answers with *status* instead of letting in."""
    words = _words(status)
    if status in (401, 403):
        return EventCredentialsError(
            f"the event server at {origin} does not accept the user or the key ({words})"
        )
    if 300 <= status < 400:
        return EventError(
            f"{origin} sends its visitors elsewhere ({words}); use that address as the server's URL"
        )
    if status in (404, 405, 501):
        return EventError(f"there is no event server at {origin} ({words}); is the address right?")
    return EventError(f"the event server at {origin} lets nobody in ({words}); try again later")


def reason_of(error: BaseException) -> str:
    """Return the operating system's own words in parentheses; they hold no secrets."""
    if isinstance(error, ssl.SSLError) and error.reason:
        return f" ({error.reason})"
    if isinstance(error, OSError) and error.strerror:
        return f" ({error.strerror})"
    return ""


def _words(status: int) -> str:
    try:
        return f"HTTP {status} {HTTPStatus(status).phrase}"
    except ValueError:
        return f"HTTP {status}"
