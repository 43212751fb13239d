"""What can go wrong on the way, told in our own words.

The texts of requests and urllib3 name URLs with their queries, proxies with their passwords and
header values; none of that is passed on.
"""

from __future__ import annotations

import http.client
import ssl
import sys
from typing import TYPE_CHECKING

import requests
import urllib3
from ftrack_core.errors import (
    ConfigurationError,
    ConnectionLostError,
    FtrackError,
    TransportTimeoutError,
)
from ftrack_core.ports import remedy_for

from .errors import UntrustedServerError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["FAULTS", "handled_now", "told"]

FAULTS = (OSError, ValueError, urllib3.exceptions.HTTPError, http.client.HTTPException)
"""Everything that requests, urllib3 and what lies below them raise."""

_BEFORE_SENDING = (
    urllib3.exceptions.NewConnectionError,
    urllib3.exceptions.ConnectTimeoutError,
    ssl.SSLCertVerificationError,
)
_SLOW = (requests.exceptions.ConnectTimeout, urllib3.exceptions.ConnectTimeoutError)
_UNREACHABLE = urllib3.exceptions.NewConnectionError  # derives from the one for time-outs
_UNUSABLE = (
    requests.exceptions.InvalidURL,
    requests.exceptions.MissingSchema,
    requests.exceptions.InvalidSchema,
    requests.exceptions.InvalidHeader,
    requests.exceptions.InvalidProxyURL,
)
_TUNNEL = "Tunnel connection failed: "
"""How http.client begins when a proxy will not open the way; what follows is the proxy's answer."""
_HANDSHAKE = ("WRONG_VERSION_NUMBER", "HANDSHAKE_FAILURE", "UNSUPPORTED_PROTOCOL")


def told(error: Exception, origin: str, handled: BaseException | None) -> FtrackError:
    """Return the error to raise for *error*, which a request to *origin* met.

    *handled* is what the caller was handling when it began, `handled_now()`: Python hangs it
    beneath *error*, and it says nothing of this request.
    """
    chain = list(_chain(error, handled))
    sent = not _never_sent(chain)
    if _any(chain, _UNUSABLE):
        return ConfigurationError(
            f"a request to {origin} cannot be made: {type(error).__name__}; check the server's "
            f"address, the proxy and the headers"
        )
    if any(isinstance(one, _SLOW) and not isinstance(one, _UNREACHABLE) for one in chain):
        return TransportTimeoutError(
            f"no connection to {origin} in time; is the address right and the network up?",
            sent=False,
        )
    if _any(chain, (requests.exceptions.ReadTimeout, urllib3.exceptions.ReadTimeoutError)):
        return TransportTimeoutError(
            f"{origin} did not answer in time; the timeout can be raised in the settings", sent=sent
        )
    if _any(chain, (requests.exceptions.SSLError, urllib3.exceptions.SSLError, ssl.SSLError)):
        return _tls_fault(chain, origin, sent)
    if _any(chain, (requests.exceptions.ProxyError, urllib3.exceptions.ProxyError)):
        refusal = _tunnel_refusal(chain)
        reason = f" (HTTP {refusal})" if refusal else _reason(chain)
        return ConnectionLostError(
            f"the proxy on the way to {origin} cannot be used{reason}", sent=sent
        )
    if _is_configuration(error):
        return ConfigurationError(f"a request to {origin} cannot be made: {_plain(error)}")
    if not sent:
        return ConnectionLostError(
            f"no connection to {origin}{_reason(chain)}; check the address and the network",
            sent=False,
        )
    return ConnectionLostError(f"the connection to {origin} was lost{_reason(chain)}", sent=True)


def _tls_fault(chain: list[BaseException], origin: str, sent: bool) -> FtrackError:
    for one in chain:
        if isinstance(one, ssl.SSLCertVerificationError):
            return UntrustedServerError(
                f"the certificate of {origin} is not trusted ({one.verify_message}); "
                f"{remedy_for(one)}",
                sent=False,
            )
    if _any(chain, (ssl.SSLError,)) and not sent:
        return UntrustedServerError(
            f"{origin} does not speak TLS as expected{_reason(chain)}; https or http?", sent=False
        )
    return ConnectionLostError(f"the TLS connection to {origin} failed{_reason(chain)}", sent=sent)


def _never_sent(chain: list[BaseException]) -> bool:
    if _any(chain, _BEFORE_SENDING) or _tunnel_refusal(chain):
        return True
    return any(
        isinstance(one, ssl.SSLError) and any(word in str(one.reason) for word in _HANDSHAKE)
        for one in chain
    )


def _tunnel_refusal(chain: list[BaseException]) -> str:
    """Return the status with which a proxy refused to open the way, or an empty text."""
    texts = [str(one) for one in chain if type(one) is OSError]
    return next((text[len(_TUNNEL) :] for text in texts if text.startswith(_TUNNEL)), "")


def _is_configuration(error: Exception) -> bool:
    ours = (requests.exceptions.RequestException, ConnectionError)
    return isinstance(error, (OSError, ValueError)) and not isinstance(error, ours)


def _plain(error: Exception) -> str:
    """Return the text of an error of requests about a file of certificates."""
    return str(error) if isinstance(error, OSError) else type(error).__name__


def _reason(chain: list[BaseException]) -> str:
    """Return the operating system's own words, which hold no secrets."""
    for one in reversed(chain):
        if isinstance(one, ssl.SSLError) and one.reason:
            return f" ({one.reason})"
        if isinstance(one, OSError) and one.strerror:
            return f" ({one.strerror})"
    return ""


def _any(chain: list[BaseException], kinds: tuple[type[BaseException], ...]) -> bool:
    return any(isinstance(one, kinds) for one in chain)


def handled_now() -> BaseException | None:
    """Return the exception that is being handled where this is called."""
    return sys.exc_info()[1]


def _chain(error: BaseException, handled: BaseException | None) -> Iterator[BaseException]:
    """Yield *error* and what lies beneath it: urllib3 hides causes in arguments and in *reason*."""
    waiting, seen = [error], {id(handled)}
    while waiting:
        one = waiting.pop(0)
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        beneath = (one.__cause__, one.__context__, getattr(one, "reason", None), *one.args)
        waiting += [each for each in beneath if isinstance(each, BaseException)]
