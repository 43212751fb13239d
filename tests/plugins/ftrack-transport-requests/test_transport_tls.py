"""The transport over TLS: whom it trusts, and whom it shows a certificate of its own."""

from __future__ import annotations

import base64
import ssl
import threading
import traceback
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from ftrack_core.errors import ConfigurationError, ConnectionLostError
from ftrack_core.ports import ConnectionSettings, Context, Credentials
from ftrack_transport_requests.transport import RequestsTransport
from urllib3.util.ssl_ import create_urllib3_context

READ = [{"action": "query_server_information"}]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        self.rfile.read(int(self.headers["content-length"]))
        self.send_response(200)
        self.send_header("content-length", "4")
        self.end_headers()
        self.wfile.write(b"[{}]")

    def log_message(self, *args):
        pass


@pytest.fixture
def certificate(authority):
    """A file with a certificate for this machine that signs itself, and its key."""
    return authority.bundle


@pytest.fixture
def serve(certificate):
    """Start a TLS server; with *demands* it wants to see a certificate of its visitors."""
    started = []

    def serve(*, demands=False, certificate=certificate):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        if demands:
            context.load_verify_locations(certificate)
            context.verify_mode = ssl.CERT_REQUIRED
        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.handle_error = lambda *args: None
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        started.append((server, thread))
        return f"https://127.0.0.1:{server.server_port}"

    yield serve
    for server, thread in started:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def connect():
    made = []

    def connect(url, **settings):
        context = Context(url, "ann", ConnectionSettings(**settings))
        made.append(RequestsTransport(context, Credentials("ann", "key")))
        return made[-1]

    yield connect
    for transport in made:
        transport.close()


def test_an_unknown_authority_is_not_trusted(serve, connect, caplog):
    """Nor is it asked again: that would change nothing."""
    trust = r"is not trusted \(self.signed certificate\).*ca_bundle"
    with pytest.raises(ConnectionLostError, match=trust) as caught:
        connect(serve()).execute(READ)
    assert caught.value.sent is False
    assert "trying again" not in caplog.text


def test_a_private_authority_is_made_known_with_a_bundle(serve, connect, certificate):
    assert connect(serve(), ca_bundle=certificate).execute(READ) == [{}]


def test_what_a_strict_python_refuses_is_told_with_what_helps(
    serve, connect, make_authority, tmp_path
):
    older = make_authority(tmp_path, complete=False)
    transport = connect(serve(certificate=older.issue("server")), ca_bundle=older.bundle)
    if not create_urllib3_context().verify_flags & ssl.VERIFY_X509_STRICT:
        assert transport.execute(READ) == [{}]
        return
    with pytest.raises(ConnectionLostError, match=r"Key Identifier\); Python 3\.13 .* are strict"):
        transport.execute(READ)


def test_what_follows_goes_over_the_connection_that_was_checked(serve, connect, certificate):
    transport = connect(serve(), ca_bundle=certificate)
    transport.execute(READ)
    (way,) = transport._open()._ways.values()
    kept = way.pool.pool.queue[-1].sock
    assert transport.execute(READ) == [{}]
    assert way.pool.pool.queue[-1].sock is kept
    assert kept.version().startswith("TLS")


@pytest.mark.filterwarnings("ignore:Unverified HTTPS request")
def test_the_check_can_be_switched_off_whatever_the_environment_says(
    serve, connect, certificate, monkeypatch, tmp_path
):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate.parent / "no such file"))
    assert connect(serve(), verify=False).execute(READ) == [{}]


def test_the_environment_may_name_the_bundle(serve, connect, certificate, monkeypatch):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    assert connect(serve()).execute(READ) == [{}]


def test_a_certificate_of_ones_own_is_shown_to_a_server_that_demands_it(
    serve, connect, certificate
):
    url = serve(demands=True)
    settings = {"ca_bundle": certificate, "client_certificate": certificate}
    assert connect(url, **settings).execute(READ) == [{}]
    with pytest.raises(ConnectionLostError):
        connect(url, ca_bundle=certificate).execute([{"action": "delete"}])


def test_a_proxy_opens_the_way_to_a_server_over_tls(serve, connect, certificate, proxy):
    """It is shown its own password and never the key, and the server's certificate is checked."""
    url, through = serve(demands=True), f"http://ann:hunter2@127.0.0.1:{proxy.server_port}"
    settings = {"ca_bundle": certificate, "client_certificate": certificate, "proxy": through}
    transport = connect(url, **settings)
    assert transport.execute(READ) == [{}]
    assert b"".join(transport.stream("POST", "/upload", body=b"data").iter_bytes()) == b"[{}]"
    ((path, shown),) = proxy.asked
    assert path == url.removeprefix("https://")
    assert base64.b64decode(shown.removeprefix("Basic ")) == b"ann:hunter2"
    with pytest.raises(ConnectionLostError, match="is not trusted"):
        connect(url, proxy=through).execute(READ)


def test_a_proxy_that_refuses_to_open_the_way_is_named(serve, connect, certificate, proxy):
    proxy.refuses = True
    through = f"http://ann:hunter2@127.0.0.1:{proxy.server_port}"
    transport = connect(serve(), ca_bundle=certificate, proxy=through)
    with pytest.raises(ConnectionLostError, match=r"the proxy on .*\(HTTP 407 Proxy") as caught:
        transport.execute([{"action": "delete"}])
    assert caught.value.sent is False
    assert "hunter2" not in "".join(traceback.format_exception(caught.value))


def test_the_environment_may_name_the_proxy(serve, connect, certificate, proxy, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.server_port}")
    url = serve()
    assert connect(url, ca_bundle=certificate).execute(READ) == [{}]
    assert [path for path, _ in proxy.asked] == [url.removeprefix("https://")]
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    assert connect(url, ca_bundle=certificate).execute(READ) == [{}]
    assert len(proxy.asked) == 1


@pytest.mark.parametrize("name", ["ca_bundle", "client_certificate"])
def test_a_file_that_is_no_certificate_is_a_matter_of_settings(serve, connect, tmp_path, name):
    path = tmp_path / "studio.pem"
    path.write_text("this is none")
    with pytest.raises(ConfigurationError, match=f"{name} {path} holds no certificate"):
        connect(serve(), **{name: path}).execute(READ)


def test_an_authority_may_lie_in_a_folder(connect, tmp_path):
    with pytest.raises(ConnectionLostError, match="no connection"):
        connect("https://127.0.0.1:1", ca_bundle=tmp_path).execute(READ)


def test_files_use_the_same_settings(serve, connect, certificate):
    response = connect(serve(), ca_bundle=certificate).stream("POST", "/upload", body=b"data")
    assert b"".join(response.iter_bytes()) == b"[{}]"
