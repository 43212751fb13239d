"""What all tests share."""

from __future__ import annotations

import datetime
import gc
import ipaddress
import os
import signal
import socket
import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

import ftrack_core

# An uninstalled clone would import an empty namespace package and pass for the wrong reason.
assert ftrack_core.__file__, "install the workspace first: uv sync --all-packages"


def _allowed() -> tuple[str, ...]:
    lines = Path(__file__).with_name("allowed_skips.txt").read_text().splitlines()
    return tuple(line for line in lines if line and not line.startswith("#"))


def _reason(report: pytest.TestReport) -> str:
    where = report.longrepr
    text = where[2] if isinstance(where, tuple) else str(where)
    return text.removeprefix("Skipped: ")


def pytest_configure() -> None:
    """Let what tests start hear Ctrl-C: what a shell starts in its background does not."""
    in_main_thread = threading.current_thread() is threading.main_thread()
    if in_main_thread and signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Processes that share the tests know them by name, so no name holds an address."""
    strange = [item.nodeid for item in items if " at 0x" in item.nodeid]
    if strange:
        raise pytest.UsageError("give these parameters an id: " + "; ".join(strange))


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Leave the tests themselves, which stay to the end, out of every collection of garbage."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where everything is run, a skip for another reason than the listed ones is a failure."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if not os.environ.get("CI") or reporter is None:
        return
    skipped = [_reason(report) for report in reporter.stats.get("skipped", [])]
    strange = sorted({one for one in skipped if not one.startswith(_allowed())})
    if strange and session.exitstatus == 0:
        reporter.write_line("skipped for reasons that are not allowed: " + "; ".join(strange))
        session.exitstatus = 1


# --- TLS ------------------------------------------------------------------------------------------


_OF_AN_AUTHORITY = ("key_cert_sign", "crl_sign")
_USAGES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "encipher_only",
    "decipher_only",
)


class Authority:
    """An authority of our own that is good for some *days*, and the certificates that it signs.

    Its *bundle* holds its certificate, which is one for this machine too, and its key. The
    certificates of one that is not *complete* lack what nobody asked for before Python 3.13.
    """

    def __init__(self, folder, days=1, *, complete=True):
        self._folder = folder
        self._days = days
        self._complete = complete
        self._key = self._new_key()
        self._name = self._named("studio authority")
        own = self._signed(self._name, self._key, is_authority=True)
        self.bundle = self._write("authority.pem", own, self._key)

    def issue(self, name):
        """Return a file with a certificate for *name* on this machine, and its key."""
        key = self._new_key()
        return self._write(f"{name}.pem", self._signed(self._named(name), key), key)

    def _new_key(self):
        from cryptography.hazmat.primitives.asymmetric import ec

        return ec.generate_private_key(ec.SECP256R1())

    def _named(self, name):
        from cryptography import x509

        return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])

    def _signed(self, name, key, *, is_authority=False):
        from cryptography import x509
        from cryptography.hazmat.primitives import hashes

        now = datetime.datetime.now(datetime.timezone.utc)
        address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
        made = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=1))
            .not_valid_after(now + datetime.timedelta(days=self._days, hours=1))
            .add_extension(x509.SubjectAlternativeName([address]), critical=False)
            .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        )
        if self._complete:
            made = self._completed(made, key, is_authority=is_authority)
        return made.sign(self._key, hashes.SHA256())

    def _completed(self, made, key, *, is_authority):
        from cryptography import x509

        subject = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        usage = {name: name == "digital_signature" for name in _USAGES}
        usage |= dict.fromkeys(_OF_AN_AUTHORITY, is_authority)
        return (
            made.add_extension(subject, critical=False)
            .add_extension(issuer, critical=False)
            .add_extension(x509.KeyUsage(**usage), critical=True)
        )

    def _write(self, name, certificate, key):
        from cryptography.hazmat.primitives import serialization as form

        private = key.private_bytes(
            form.Encoding.PEM, form.PrivateFormat.PKCS8, form.NoEncryption()
        )
        path = self._folder / name
        path.write_bytes(private + certificate.public_bytes(form.Encoding.PEM))
        return path


@pytest.fixture(scope="session")
def make_authority():
    """Make an `Authority` in a folder."""
    pytest.importorskip("cryptography", reason="cryptography is not installed")
    return Authority


@pytest.fixture(scope="module")
def authority(make_authority, tmp_path_factory):
    """One for the tests of a module."""
    return make_authority(tmp_path_factory.mktemp("tls"))


# --- proxies --------------------------------------------------------------------------------------


class Tunnel(BaseHTTPRequestHandler):
    """A proxy that opens a way to a server when it is asked to CONNECT."""

    def do_CONNECT(self):
        self.server.asked.append((self.path, self.headers["proxy-authorization"]))
        if self.server.refuses:
            self.send_error(407, "Proxy Authentication Required")
            return
        host, _, port = self.path.rpartition(":")
        with socket.create_connection((host, int(port))) as upstream:
            self.send_response(200)
            self.end_headers()
            back = threading.Thread(target=carry, args=(upstream, self.connection))
            back.start()
            carry(self.connection, upstream)
            back.join()

    def log_message(self, *args):
        pass


def carry(source, target):
    with suppress(OSError):
        while piece := source.recv(65536):
            target.sendall(piece)
        target.shutdown(socket.SHUT_WR)


@pytest.fixture
def proxy():
    """A proxy on this machine at *address*; it keeps what it was *asked*, and *refuses* if told."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Tunnel)
    server.daemon_threads, server.asked, server.refuses = True, [], False
    server.block_on_close = False
    server.address = f"127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()
