"""Connections kept open with requests. This module is imported with the first request."""

from __future__ import annotations

from http.cookiejar import DefaultCookiePolicy
from typing import TYPE_CHECKING, Any

import requests
import urllib3
from ftrack_core.errors import ConnectionLostError, FtrackError
from ftrack_core.ports import require_usable
from requests.cookies import RequestsCookieJar
from urllib3.exceptions import ClosedPoolError

from .adapter import Adapter, Way
from .faults import FAULTS, handled_now, told
from .logs import hide_queries

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ftrack_core.ports import ConnectionSettings

    from .body import BodySource
    from .exchange import Answered

__all__ = ["Connection"]


class Connection:
    """One pool of connections with one set of settings, used by many threads."""

    def __init__(self, settings: ConnectionSettings, pool_size: int) -> None:
        require_usable(settings)
        hide_queries()
        self._settings = settings
        self._session = requests.Session()
        self._session.auth = _leave_alone
        # What a server sets is not kept: the key says who asks, and no state is shared by threads.
        self._session.cookies = RequestsCookieJar(DefaultCookiePolicy(allowed_domains=[]))
        self._adapter = Adapter(pool_connections=10, pool_maxsize=pool_size, max_retries=0)
        self._session.mount("https://", self._adapter)
        self._session.mount("http://", self._adapter)
        self._routes: dict[str, dict[str, Any]] = {}
        self._ways: dict[str, Way] = {}
        self._timeout = urllib3.Timeout(connect=settings.connect_timeout, read=settings.timeout)

    def post(
        self, url: str, origin: str, headers: Mapping[str, str | bytes], body: bytes
    ) -> Answered:
        """Send *body* with the same *headers* each time and return the answer."""
        answer = self._posted(url, origin, headers, body)
        if answer is None:
            # So many other servers were asked that its pool was given up.
            self._ways.pop(url, None)
            answer = self._posted(url, origin, headers, body)
        if answer is None:
            raise ConnectionLostError(f"the connections to {origin} were closed", sent=False)
        if isinstance(answer, FtrackError):
            raise answer
        return answer

    def _posted(
        self, url: str, origin: str, headers: Mapping[str, str | bytes], body: bytes
    ) -> Answered | FtrackError | None:
        """Send *body*; None where nothing could be sent by a pool that is closed.

        An error is returned, so that the original with its address does not stick to it.
        """
        handled = handled_now()
        try:
            return self._adapter.send_by(self._way(url, origin, headers), body, self._timeout)
        except ClosedPoolError:
            return None
        except FAULTS as error:
            return told(error, origin, handled)

    def stream(
        self,
        method: str,
        url: str,
        origin: str,
        headers: Mapping[str, str | bytes],
        source: BodySource,
    ) -> requests.Response:
        """Send what *source* yields; the answer's body is still to be read."""
        request = self._prepare(method, url, origin, headers)
        if source.length is None and "content-length" not in request.headers:
            request.headers["Transfer-Encoding"] = "chunked"
        elif source.length is not None and (source.length or method in ("POST", "PUT")):
            request.headers["Content-Length"] = str(source.length)
        if source.length != 0:
            request.body = iter(source)  # type: ignore[assignment] # requests sends any iterable
        return self._send(request, origin)

    def close(self) -> None:
        """Close what is not in use; what is in use closes when it is given back."""
        self._session.close()
        while self._ways:
            self._ways.popitem()[1].pool.close()

    def _way(self, url: str, origin: str, headers: Mapping[str, str | bytes]) -> Way:
        way = self._ways.get(url)
        if way is None:
            request = self._prepare("POST", url, origin, headers)
            way = self._ways[url] = self._adapter.way(request, self._route(origin))
        return way

    def _prepare(
        self, method: str, url: str, origin: str, headers: Mapping[str, str | bytes]
    ) -> requests.PreparedRequest:
        fault: FtrackError
        handled = handled_now()
        try:
            request = requests.Request(method, url, headers=dict(headers))
            prepared = self._session.prepare_request(request)
        except FAULTS as error:
            fault = told(error, origin, handled)
        else:
            prepared.headers.pop("content-length", None)  # preparing without a body sets 0
            if "content-length" in headers:
                prepared.headers["content-length"] = str(headers["content-length"])
            return prepared
        raise fault  # outside of the handler: the original text, with its URL, must not stick to it

    def _send(self, request: requests.PreparedRequest, origin: str) -> requests.Response:
        handled = handled_now()
        try:
            return self._session.send(
                request,
                allow_redirects=False,
                timeout=(self._settings.connect_timeout, self._settings.timeout),
                **self._route(origin),
            )
        except FAULTS as error:
            fault = told(error, origin, handled)
        raise fault

    def _route(self, origin: str) -> dict[str, Any]:
        """Return proxy and trust for *origin*; the environment is read once for each."""
        route = self._routes.get(origin)
        if route is None:
            settings = self._settings
            proxies = {"http": settings.proxy, "https": settings.proxy} if settings.proxy else {}
            verify = str(settings.ca_bundle) if settings.ca_bundle else settings.verify
            certificate = str(settings.client_certificate) if settings.client_certificate else None
            route = dict(
                self._session.merge_environment_settings(
                    origin + "/", proxies, True, verify, certificate
                )
            )
            if not settings.verify:
                route["verify"] = False  # the environment must not switch the check on again
            self._routes[origin] = route
        return route


def _leave_alone(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Stand in for an authentication, so that requests does not read .netrc for every request."""
    return request
