"""One set of connection settings serves requests and the event socket alike, for real."""

from __future__ import annotations

import asyncio
import base64
import logging
import socket
import ssl
import threading
import traceback
from contextlib import ExitStack

import pytest
from aiohttp import web
from ftrack_core.errors import ConfigurationError, ConnectionLostError, EventError
from ftrack_core.ports import ConnectionSettings
from ftrack_embedded import Studio
from ftrack_embedded.http import serving as http_serving
from ftrack_embedded.http.app import make_app
from ftrack_embedded.http.cors import Cors
from ftrack_embedded.http.threads import Threads

from ftrack_core import Session, hookimpl

KEY = "the-secret-key-of-admin"
ENDS_WITHIN = 30
"""In seconds; what waits here ends at once or never."""


@pytest.fixture(scope="module")
def own_certificate(authority):
    return authority.issue("ann")


class Served:
    """The embedded server, over TLS where it is given a context; it notes what it is asked."""

    def __init__(self, studio, context=None):
        self._studio = studio
        self._context = context
        self._ready = threading.Event()
        self.requests = []

    def __enter__(self):
        self._thread = threading.Thread(target=asyncio.run, args=(self._serve(),))
        self._thread.start()
        assert self._ready.wait(ENDS_WITHIN)
        return self

    def __exit__(self, *_):
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    async def _serve(self):
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        with Threads() as threads:
            app = make_app(self._studio, threads, Cors())
            app.middlewares.insert(0, self._noting())
            tls = self._context
            async with http_serving.serving(
                app, "127.0.0.1", 0, grace=0.4, ssl_context=tls
            ) as port:
                self.url = f"{'https' if tls else 'http'}://127.0.0.1:{port}"
                self._ready.set()
                await self._stop.wait()

    def _noting(self):
        @web.middleware
        async def note(request, handler):
            self.requests.append(request)
            return await handler(request)

        return note

    def by_kind(self):
        """Return the request for data, the greeting, and the one that became the socket."""
        kinds = [one.path.split("/")[1:4][-1] for one in self.requests]
        assert kinds == ["api", "", "websocket"]
        return self.requests


@pytest.fixture(scope="module")
def studio():
    with Studio() as studio:
        studio.register_api_key("admin", KEY)
        yield studio


@pytest.fixture
def serving():
    """What ends after the sessions, so that no connection is open then."""
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def plain(studio, serving):
    return serving.enter_context(Served(studio))


@pytest.fixture
def secure(studio, authority, serving):
    """A server that shows a certificate of our authority, and wants to see one of its visitors."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority.issue("server"))
    context.load_verify_locations(authority.bundle)
    context.verify_mode = ssl.CERT_REQUIRED
    return serving.enter_context(Served(studio, context))


@pytest.fixture
def session(serving):
    made = []

    def session(url, plugins=(), **settings):
        settings.setdefault("timeout", 20.0)
        connection = ConnectionSettings(**settings)
        made.append(Session(url, KEY, "admin", plugins=plugins, connection=connection))
        return made[-1]

    yield session
    for one in made:
        one.close()


def works(session):
    """Ask for something, and let an event go to the server and back."""
    assert len(session.call([{"action": "query_server_information"}])) == 1
    heard = []
    session.events.subscribe("topic=studio.sum", lambda event: {"sum": sum(event.data["numbers"])})
    session.events.connect()
    other = Session(
        session.context.server_url, KEY, "admin", connection=session.context.settings
    )  # an event that comes from elsewhere has been on the way
    with other:
        other.events.connect()
        other.events.publish("studio.sum", {"numbers": [1, 2]}, on_reply=heard.append)
        while not session.events.wait(0.05):
            pass
        while not heard:
            other.events.wait(0.05)
    return heard[0].data == {"sum": 3}


# --- TLS ------------------------------------------------------------------------------------------


def test_an_authority_and_a_certificate_of_ones_own(session, secure, authority, own_certificate):
    settings = {"ca_bundle": authority.bundle, "client_certificate": own_certificate}
    assert works(session(secure.url, **settings))


def test_the_authorities_may_lie_in_a_folder(session, secure, authority, own_certificate, tmp_path):
    name = f"{subject_hash(authority.bundle)}.0"
    (tmp_path / name).write_bytes(authority.bundle.read_bytes())
    assert works(session(secure.url, ca_bundle=tmp_path, client_certificate=own_certificate))


def subject_hash(path):
    import subprocess

    command = ["openssl", "x509", "-in", str(path), "-noout", "-hash"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def test_an_authority_that_nobody_knows_is_trusted_by_neither(session, secure, own_certificate):
    one = session(secure.url, client_certificate=own_certificate)
    with pytest.raises(ConnectionLostError, match=r"is not trusted .*ca_bundle"):
        one.call([{"action": "query_server_information"}])
    with pytest.raises(EventError, match=r"is not trusted .*ca_bundle"):
        one.events.connect()


@pytest.mark.filterwarnings("ignore:Unverified HTTPS request")
def test_the_check_can_be_switched_off_for_both(session, secure, own_certificate, monkeypatch):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere/authorities.pem")
    assert works(session(secure.url, verify=False, client_certificate=own_certificate))


def test_without_a_certificate_of_its_own_neither_gets_in(session, secure, authority):
    one = session(secure.url, ca_bundle=authority.bundle)
    with pytest.raises(ConnectionLostError):
        one.call([{"action": "delete"}])
    with pytest.raises(EventError, match=r"TLS|no connection"):
        one.events.connect()
    assert secure.requests == []


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_the_environment_may_name_the_authorities(
    session, secure, authority, own_certificate, monkeypatch, variable
):
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(variable, str(authority.bundle))
    assert works(session(secure.url, client_certificate=own_certificate))


@pytest.mark.parametrize("name", ["ca_bundle", "client_certificate"])
def test_a_file_that_is_no_certificate_is_told_alike(session, secure, tmp_path, name):
    path = tmp_path / "broken.pem"
    path.write_text("this is none")
    one = session(secure.url, **{name: path})
    for ask in (lambda: one.call([{"action": "query_server_information"}]), one.events.connect):
        with pytest.raises(ConfigurationError, match=f"{name} {path} holds no certificate"):
            ask()


# --- proxies --------------------------------------------------------------------------------------


def test_a_proxy_opens_the_way_for_both_and_is_shown_its_own_password_only(
    session, secure, proxy, authority, own_certificate
):
    settings = {"ca_bundle": authority.bundle, "client_certificate": own_certificate}
    one = session(secure.url, proxy=f"http://ann:hunter2@{proxy.address}", **settings)
    assert works(one)
    assert {path for path, _ in proxy.asked} == {secure.url.removeprefix("https://")}
    assert len(proxy.asked) == 5  # one for data; for each hub a greeting and a socket
    shown = {base64.b64decode(text.removeprefix("Basic ")) for _, text in proxy.asked}
    assert shown == {b"ann:hunter2"}


def test_a_proxy_is_used_for_a_server_without_tls_too(session, plain, proxy):
    one = session(plain.url, proxy=f"http://{proxy.address}")
    one.events.connect()
    assert one.events.connected
    assert len(proxy.asked) == 2


def test_a_proxy_that_refuses_is_named_without_its_password(session, secure, proxy, authority):
    proxy.refuses = True
    one = session(
        secure.url, proxy=f"http://ann:hunter2@{proxy.address}", ca_bundle=authority.bundle
    )
    with pytest.raises(EventError, match=r"the proxy on the way to .* \(HTTP 407 Proxy") as caught:
        one.events.connect()
    assert "hunter2" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize("address", ["socks5://127.0.0.1:1", "https://127.0.0.1:1"])
def test_a_proxy_of_another_kind_is_refused_in_words(session, plain, address):
    with pytest.raises(ConfigurationError, match="proxies at http: addresses only"):
        session(plain.url, proxy=address).events.connect()


def test_the_environment_may_name_the_proxy_and_who_needs_none(session, plain, proxy, monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("http_proxy", f"http://{proxy.address}")
    session(plain.url).events.connect()
    assert len(proxy.asked) == 2
    for direct in ("127.0.0.1", "127.0.0.0/8", "*"):
        monkeypatch.setenv("no_proxy", direct)
        session(plain.url).events.connect()
    assert len(proxy.asked) == 2


# --- headers, cookies, times ----------------------------------------------------------------------


def test_headers_and_cookies_are_seen_by_the_server_in_all_requests(session, plain):
    one = session(
        plain.url,
        headers={"X-Studio-Site": "vancouver", "X-Kind": "Ärmel"},
        cookies={"gate": "open", "lang": "de"},
    )
    one.call([{"action": "query_server_information"}])
    one.events.connect()
    for request in plain.by_kind():
        assert request.headers["x-studio-site"] == "vancouver"
        assert request.headers["x-kind"].encode("utf-8", "surrogateescape").decode() == "Ärmel"
        assert dict(request.cookies) == {"gate": "open", "lang": "de"}


def test_headers_that_a_plugin_gives_are_seen_in_all_requests_too(session, plain):
    class Site:
        @hookimpl
        def ftrack_request_headers(self):
            return {"X-Studio-Site": "vancouver"}

    one = session(plain.url, plugins=[Site()])
    one.call([{"action": "query_server_information"}])
    one.events.connect()
    for request in plain.by_kind():
        assert request.headers["x-studio-site"] == "vancouver"


def test_the_key_goes_to_the_server_in_headers_and_is_in_no_address_and_no_log(
    session, plain, caplog
):
    caplog.set_level(logging.DEBUG)
    one = session(plain.url)
    one.call([{"action": "query_server_information"}])
    one.events.connect()
    one.events.publish("studio.ping")
    api, greeting, upgrade = plain.by_kind()
    assert api.headers["ftrack-api-key"] == greeting.headers["ftrack-api-key"] == KEY
    assert "ftrack-api-key" not in upgrade.headers
    assert KEY not in "".join(str(one.rel_url) for one in plain.requests) + caplog.text


def test_how_long_to_wait_for_an_answer_holds_for_both(session):
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        one = session(f"http://127.0.0.1:{silent.getsockname()[1]}", timeout=0.05)
        with pytest.raises(ConnectionLostError, match="in time"):
            one.call([{"action": "delete"}])
        with pytest.raises(EventError, match="in time"):
            one.events.connect()


def test_a_header_with_a_line_break_is_refused_by_both(session, plain):
    one = session(plain.url, headers={"X-Site": "a\r\nb: c"})
    for ask in (lambda: one.call([{"action": "query_server_information"}]), one.events.connect):
        with pytest.raises(ConfigurationError, match="holds a line break"):
            ask()
