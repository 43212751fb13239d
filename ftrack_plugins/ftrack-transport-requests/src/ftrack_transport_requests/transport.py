"""The transport over HTTP."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from ftrack_core.errors import (
    ConfigurationError,
    ConnectionLostError,
    FtrackError,
    ServerError,
    SessionClosedError,
    TransportError,
)
from ftrack_core.ports import (
    ServerAddress,
    origin_of,
    requested_delay,
    retry_delays,
    server_headers,
)
from ftrack_core.wire import dump_wire

from .answer import Reply, read_answers
from .body import BodySource
from .options import TransportOptions
from .retry import is_read_only, is_transient

if TYPE_CHECKING:
    from collections.abc import Mapping

    import requests
    from ftrack_core.ports import Batch, Body, Context, Credentials

    from .connection import Connection
    from .response import RequestsStreamResponse

__all__ = ["RequestsTransport"]

_log = logging.getLogger(__name__)
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MOST_REDIRECTS = 5
_SHORTEST_KEY = 8  # anything shorter is no key and may be part of a word


class RequestsTransport:
    """Carries batches and files over HTTP, with requests.

    Nothing is sent and requests is not imported before the first request. Batches that only read
    are tried again after a lost connection and when the server is busy; a batch that writes is sent
    once. The key goes into headers for the server itself and nowhere else.
    """

    def __init__(self, context: Context, credentials: Credentials) -> None:
        self._address = ServerAddress(context.server_url)
        self._settings = context.settings
        self._options = TransportOptions.read(
            context.plugin_arguments.get("transport"), context.settings.retry
        )
        self._key = credentials.key.strip()
        self._own_headers = server_headers(context.settings, credentials)
        self._api_headers = {
            **self._own_headers,
            "content-type": "application/json",
            "accept": "application/json",
            "accept-encoding": "gzip, deflate",
        }
        self._lock = threading.Lock()
        self._connection: Connection | None = None
        self._closed = threading.Event()

    def __repr__(self) -> str:
        return f"<RequestsTransport to {self._address.origin}>"

    def execute(self, batch: Batch) -> list[Any]:
        """Send *batch* and return one decoded answer for each operation, in order.

        Raises:
            ServerError: the server refused the batch (`AuthenticationError`: it refused the user).
            ConnectionLostError: no connection, one that broke, or an answer that tells nothing.
            TransportTimeoutError: no answer in time.
            TransportError: somebody else answered, who has carried out nothing.
            ConfigurationError: no key, or settings with which no request can be made.
        """
        self._require_key()
        body = dump_wire(list(batch))
        reply = self._ask_again(body) if is_read_only(batch) else self._ask(body)
        failure: TransportError
        try:
            return read_answers(reply, len(batch))
        except TransportError as error:
            failure = self._without_key(error)
        raise failure  # outside of the handler: an original that held the key must not stick to it

    def stream(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None = None,
        body: Body = None,
    ) -> RequestsStreamResponse:
        """Send one request with a body of any size; *url* may be relative to the server.

        The answer is returned whatever its status. A GET follows up to five redirects. User, key,
        and the headers and cookies of the settings go to the server itself, never to another host.
        """
        from .response import RequestsStreamResponse

        method = method.upper()
        url = self._address.resolve(url)
        for _ in range(_MOST_REDIRECTS + 1):
            response = self._stream_once(method, url, headers or {}, body)
            target = response.headers.get("location")
            if method not in ("GET", "HEAD") or response.status_code not in _REDIRECTS:
                return RequestsStreamResponse(response, origin_of(url))
            response.close()
            url = urljoin(url, target or "")
        raise TransportError(f"{origin_of(url)} sends its visitors round in circles")

    def close(self) -> None:
        """Give up all connections; calling it again does nothing."""
        self._closed.set()
        with self._lock:
            connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _ask_again(self, body: bytes) -> Reply:
        """Send a batch that only reads until it is answered or there is no point in going on."""
        policy = self._options.retry
        for delay in retry_delays(policy):
            try:
                reply = self._ask(body)
            except TransportError as error:
                if not is_transient(error):
                    raise
                wait, reason = delay, str(error)
            else:
                if reply.status not in policy.statuses:
                    return reply
                asked = requested_delay(reply.headers.get("retry-after"))
                wait = max(delay, asked) if policy.respect_retry_after else delay
                if wait > policy.longest_delay:
                    return reply
                reason = f"{reply.origin} is busy ({reply.status_line})"
            _log.warning("%s; trying again in %.1f s", reason, wait)
            self._closed.wait(wait)
        return self._ask(body)

    def _ask(self, body: bytes) -> Reply:
        origin = self._address.origin
        answered = self._open().post(self._address.api, origin, self._api_headers, body)
        reply = Reply(origin, *answered)
        _log.debug("%d bytes sent, HTTP %d, %d read", len(body), reply.status, len(reply.body))
        return reply

    def _stream_once(
        self, method: str, url: str, headers: Mapping[str, str], body: Body
    ) -> requests.Response:
        own = self._own_headers if self._address.owns(url) else {}
        sent = {"accept-encoding": "identity", **own, **{k.lower(): v for k, v in headers.items()}}
        source = BodySource(body)
        failure: BaseException
        try:
            return self._open().stream(method, url, origin_of(url), sent, source)
        except FtrackError as error:
            failure = source.error or error
        raise failure

    def _open(self) -> Connection:
        with self._lock:
            if self._closed.is_set():
                raise SessionClosedError("the transport was closed; make a new session")
            if self._connection is None:
                from .connection import Connection

                self._connection = Connection(self._settings, self._options.pool_size)
            return self._connection

    def _require_key(self) -> None:
        if not self._key:
            raise ConfigurationError(
                f"no API key for {self._address.origin}: give api_key or set FTRACK_API_KEY; a key "
                f"is made in ftrack, in the user's own settings"
            )

    def _without_key(self, error: TransportError) -> TransportError:
        """Return *error* as it is, or rebuilt where the server has put the key into its text."""
        key = self._key
        if len(key) < _SHORTEST_KEY or key not in f"{error} {vars(error)}":
            return error
        if isinstance(error, ServerError):
            content = error.content.replace(key, "***")
            exception = error.exception.replace(key, "***")
            code = None if error.error_code is None else str(error.error_code).replace(key, "***")
            return type(error)(exception, content, error_code=code, operation=error.operation)
        text = str(error).replace(key, "***")
        if isinstance(error, ConnectionLostError):
            return type(error)(text, sent=error.sent)
        return type(error)(text)
