"""The short way for batches: to the pool that requests would take, past what it does each time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from requests.adapters import HTTPAdapter
from urllib3.exceptions import ProtocolError

from .exchange import (
    Answered,
    can_be_used,
    close_all,
    exchanged,
    lower_case,
    require_final,
    written_head,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    import requests
    import urllib3

__all__ = ["Adapter", "Way"]


class Way(NamedTuple):
    """How a request that is sent over and over reaches its server.

    *target* is what stands in its first line; *headers* are all but the length of the body. *head*
    is what is written for both, up to that length; nothing where it goes through a proxy.
    """

    pool: urllib3.HTTPConnectionPool
    method: str
    target: str
    headers: Mapping[str, Any]
    head: bytes

    def __repr__(self) -> str:  # the key is in it
        return f"<Way to {self.pool.host} {self.target}>"


class Adapter(HTTPAdapter):
    """Sends what requests gives it, and batches by a way that is found once.

    Choosing the pool, copying the request and making a response of requests' own is left out.
    """

    def way(self, request: requests.PreparedRequest, route: Mapping[str, Any]) -> Way:
        """Return the way of *request* by *route*, which is what `merge_environment_settings` says.

        Raises what preparing TLS raises: OSError for a certificate file that is not there.
        """
        pool = self._pool(request, route)
        self.cert_verify(pool, str(request.url), route["verify"], route["cert"])  # type: ignore[no-untyped-call]
        target = self.request_url(request, route["proxies"])
        method = str(request.method)
        # The length is each body's own, whatever the settings say.
        headers = {
            name: value
            for name, value in request.headers.items()
            if name.lower() != "content-length"
        }
        head = written_head(pool, method, target, headers) if can_be_used(pool) else b""
        return Way(pool, method, target, headers, head)

    def send_by(self, way: Way, body: bytes, timeout: urllib3.Timeout) -> Answered:
        """Send *body* and return the answer, by a connection that is open if there is one.

        Raises `ClosedPoolError`, with nothing sent, where the way has to be found again, and what
        urllib3 raises.
        """
        return exchanged(way, body, timeout) or self._opened(way, body, timeout)

    def _opened(self, way: Way, body: bytes, timeout: urllib3.Timeout) -> Answered:
        """Let urllib3 open a connection and send *body*."""
        answer: Any = way.pool.urlopen(
            way.method,
            way.target,
            body=body,
            headers={**way.headers, "Content-Length": str(len(body))},
            redirect=False,
            assert_same_host=False,
            retries=self.max_retries,
            timeout=timeout,
        )
        try:
            require_final(answer.status)
        except ProtocolError:
            close_all(way.pool.pool)  # it is among them, with the answer that is still to come
            raise
        return Answered(answer.status, lower_case(answer.headers.items()), answer.data)

    def _pool(
        self, request: requests.PreparedRequest, route: Mapping[str, Any]
    ) -> urllib3.HTTPConnectionPool:
        pool: Any
        if hasattr(self, "get_connection_with_tls_context"):
            pool = self.get_connection_with_tls_context(
                request, route["verify"], proxies=route["proxies"], cert=route["cert"]
            )
        else:  # requests before 2.32.2
            pool = self.get_connection(str(request.url), route["proxies"])
        found: urllib3.HTTPConnectionPool = pool
        return found
