"""``ftrack doctor``: what works and what does not, each with what to do about it."""

from __future__ import annotations

import json
import ssl
import threading
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from ftrack_cli.doctor.tls import look_at_tls
from ftrack_cli.doctor.verdict import Verdict

from ftrack_core import Session

CHECKS = ["python", "plugins", "libraries", "TLS", "server", "credentials", "version", "clock"]
CHECKS += ["schemas", "cache"]


class Report:
    """What the doctor said, by check."""

    def __init__(self, done):
        self.status = done.status
        self.findings = json.loads(done.out)

    def __getitem__(self, check):
        (found,) = (one for one in self.findings if one["check"] == check)
        return found

    @property
    def checks(self):
        """The doctor's own; other plugins may say something too."""
        return [one["check"] for one in self.findings if one["check"] in CHECKS]


@pytest.fixture
def examine(run):
    """Let the doctor look, and return its report."""
    return lambda *arguments: Report(run("doctor", "--format", "json", *arguments))


class TestAllIsWell:
    def test_over_http(self, served, run, examine):
        report = examine()
        assert report.status == 0
        assert report.checks == CHECKS
        assert {one["verdict"] for one in report.findings} == {"ok"}
        done = run("doctor")
        assert done.status == 0
        assert done.lines[-1] == "All is well."
        (line,) = (one for one in done.lines if one.startswith("ok       server "))
        assert line.startswith(f"ok       server       {served.url} answered in ")

    def test_in_this_process(self, embedded, examine):
        report = examine()
        assert report.status == 0
        assert report.checks == [one for one in CHECKS if one != "TLS"]
        assert "none are needed; you are admin" in report["credentials"]["message"]

    def test_at_a_terminal_it_fits(self, served, terminal):
        done = terminal("doctor", FTRACK_API_KEY="x" * 20)
        assert done.status == 1
        assert max(map(len, done.lines)) <= 80
        assert done.lines[-1] == "1 check fails."
        assert any(line.startswith("fails    credentials  ") for line in done.lines)


class TestWhatFails:
    def test_no_server_is_named(self, run, examine):
        report = examine()
        assert report.status == 1
        assert report["server"]["verdict"] == "fails"
        assert "--server" in report["server"]["advice"]
        assert run("doctor").lines[-1] == "1 check fails."

    @pytest.mark.parametrize("url", ["studio.example.com", "htp://studio", "http://x?key=1"])
    def test_an_address_that_is_none(self, url, examine):
        report = examine("--server", url)
        assert (report.status, report["server"]["verdict"]) == (1, "fails")

    def test_nobody_answers(self, examine, monkeypatch):
        monkeypatch.setenv("FTRACK_API_KEY", "a-key-of-nobody")
        report = examine("--server", "http://127.0.0.1:1")
        assert report.status == 1
        assert report["server"]["message"].startswith("no connection to http://127.0.0.1:1")
        assert "credentials" not in report.checks
        assert "doctor" not in report["server"]["advice"]

    def test_the_studio_is_no_studio(self, tmp_path, examine):
        (tmp_path / "studio.db").write_text("no database, but long enough to be looked at" * 99)
        report = examine("--server", f"embedded://{tmp_path}/studio.db")
        assert report.status == 1
        assert report["server"]["verdict"] == "fails"

    def test_a_wrong_key(self, served, examine, monkeypatch):
        monkeypatch.setenv("FTRACK_API_KEY", "not-the-key-of-anybody")
        report = examine()
        assert report.status == 1
        assert report["server"]["verdict"] == "ok"
        assert report["credentials"]["verdict"] == "fails"
        assert "is 'admin' the login name" in report["credentials"]["advice"]
        assert "not-the-key" not in json.dumps(report.findings)

    def test_no_key(self, served, examine, monkeypatch):
        monkeypatch.delenv("FTRACK_API_KEY")
        report = examine()
        assert report.status == 1
        assert report["credentials"]["advice"].startswith("FTRACK_API_KEY is not set")

    def test_a_key_with_quotes_around_it(self, served, examine, monkeypatch):
        monkeypatch.setenv("FTRACK_API_KEY", f'"{served.key}"')
        report = examine()
        assert "the key has quotes around it" in report["credentials"]["advice"]
        assert served.key not in json.dumps(report.findings)

    def test_another_user_than_the_keys(self, served, examine):
        report = examine("--user", "nobody")
        assert report["credentials"]["verdict"] == "fails"
        assert "is 'nobody' the login name" in report["credentials"]["advice"]

    def test_it_is_no_ftrack_server(self, web_server, examine, monkeypatch):
        monkeypatch.setenv("FTRACK_API_KEY", "a-key-of-nobody")
        report = examine("--server", web_server())
        assert report.status == 1
        assert report["server"]["verdict"] == "fails"


class TestWhatIsWarnedOf:
    def test_a_plugin_that_does_not_load(self, served, examine, tmp_path):
        folder = tmp_path / "plugins"
        folder.mkdir()
        (folder / "broken.py").write_text("import nothing_of_this_name\n")
        report = examine("--plugin-folder", str(folder))
        assert report.status == 0
        assert report["plugins"]["verdict"] == "warning"
        assert "broken.py:1" in report["plugins"]["message"]
        assert "FTRACK_PLUGINS_BLOCK=broken" in report["plugins"]["advice"]

    def test_a_folder_of_plugins_that_is_not_there(self, served, examine, tmp_path, monkeypatch):
        monkeypatch.setenv("FTRACK_PLUGIN_PATH", str(tmp_path / "plugns"))
        report = examine()
        assert report.status == 0
        assert report["plugins"]["verdict"] == "warning"
        assert f"names {tmp_path / 'plugns'}" in report["plugins"]["message"]

    def test_the_standard_library_reads_json(self, served, process, tmp_path, monkeypatch):
        (tmp_path / "hiding").mkdir()
        (tmp_path / "hiding" / "sitecustomize.py").write_text(
            "import importlib.util as util\n"
            "find = util.find_spec\n"
            "util.find_spec = lambda name, *more: "
            "None if name in ('orjson', 'msgspec') else find(name, *more)\n"
        )
        monkeypatch.setenv("PYTHONPATH", str(tmp_path / "hiding"), prepend=":")
        report = Report(process("doctor", "--format", "json"))
        assert report.status == 0
        assert report["libraries"]["verdict"] == "warning"
        assert report["libraries"]["advice"] == 'pip install "ftrack-core[speed]"'

    @pytest.mark.parametrize(("hours", "said"), [(3, "behind"), (-3, "ahead of")])
    def test_clocks_that_differ(self, hours, said, served, examine, monkeypatch):
        moment = datetime.now(timezone.utc) + timedelta(hours=hours)
        monkeypatch.setattr("ftrack_cli.doctor.server._server_time", lambda session: moment)
        report = examine()
        assert report.status == 0
        assert report["clock"]["verdict"] == "warning"
        assert f"10800 s {said} the server" in report["clock"]["message"].replace("10799", "10800")

    def test_a_server_elsewhere_without_tls(self):
        found = look_at_tls("http://studio.example.com")
        assert found.verdict is Verdict.WARNING
        assert "can read the key" in found.message


class TestCacheFolder:
    def test_one_that_holds_the_schemas(self, served, examine, tmp_path):
        folder = tmp_path / "cache"
        folder.mkdir()
        empty = examine("--cache-folder", str(folder))
        assert "nothing of this server yet" in empty["cache"]["message"]
        with Session(served.url, served.key, served.user, cache_folder=folder) as session:
            session.connect()
        assert (
            "holds the schemas that the server has"
            in examine("--cache-folder", str(folder))["cache"]["message"]
        )

    def test_the_one_that_the_environment_gives_to_sessions(
        self, embedded, examine, tmp_path, monkeypatch
    ):
        monkeypatch.setenv("FTRACK_CACHE_FOLDER", str(tmp_path))
        assert str(tmp_path) in examine()["cache"]["message"]

    def test_one_whose_schemas_are_old(self, served, examine, tmp_path):
        with Session(served.url, served.key, served.user, cache_folder=tmp_path) as session:
            session.connect()
        (path,) = tmp_path.glob("schemas-*.json")
        kept = json.loads(path.read_text())
        path.write_text(json.dumps({**kept, "hash": "another"}))
        report = examine("--cache-folder", str(tmp_path))
        assert report["cache"]["verdict"] == "warning"

    def test_one_that_there_is_not_and_one_that_is_a_file(self, embedded, examine, tmp_path):
        (tmp_path / "file").write_text("")
        for name in ("nowhere", "file"):
            report = examine("--cache-folder", str(tmp_path / name))
            assert (report.status, report["cache"]["verdict"]) == (0, "warning")


# --- servers that are none of ours -----------------------------------------------------------


class Handler(BaseHTTPRequestHandler):
    def answer(self):
        length = int(self.headers.get("content-length") or 0)
        self.rfile.read(length)
        self.send_response_only(200)
        self.send_header("date", format_datetime(datetime.now(timezone.utc), usegmt=True))
        self.send_header("content-length", "13")
        self.end_headers()
        self.wfile.write(b"<html></html>")

    do_GET = do_POST = answer  # noqa: N815 -- the names that the library looks for

    def log_message(self, *args):
        pass


@pytest.fixture
def web_server():
    """Start a web server, with TLS if it is given a certificate; return its address."""
    started = []

    def start(certificate=None):
        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.handle_error = lambda *args: None
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        started.append((server, thread))
        return f"http{'s' if certificate else ''}://127.0.0.1:{server.server_port}"

    yield start
    for server, thread in started:
        server.shutdown()
        thread.join()
        server.server_close()


class TestCertificates:
    @pytest.fixture
    def certified(self, make_authority, tmp_path):
        """Make a file with a certificate that signs itself and is good for some days, and a key."""
        return lambda days: make_authority(tmp_path, days).bundle

    @pytest.mark.parametrize(("days", "verdict"), [(90, Verdict.OK), (3, Verdict.WARNING)])
    def test_one_that_is_trusted_is_told_with_its_days(
        self, days, verdict, certified, web_server, monkeypatch
    ):
        certificate = certified(days)
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
        found = look_at_tls(web_server(certificate))
        assert found.verdict is verdict
        assert f"good for {days} more days" in found.message

    def test_one_that_nobody_knows_fails(self, certified, web_server, examine):
        report = examine("--server", web_server(certified(90)))
        assert report.status == 1
        assert report["TLS"]["verdict"] == "fails"
        assert "is not trusted" in report["TLS"]["message"]
        assert "REQUESTS_CA_BUNDLE" in report["TLS"]["advice"]

    def test_a_server_that_does_not_speak_it(self, web_server):
        url = web_server().replace("http:", "https:")
        found = look_at_tls(url)
        assert found.verdict is Verdict.FAILS
        assert "does not speak it" in found.message

    def test_a_file_of_certificates_that_there_is_not(self, web_server, monkeypatch, tmp_path):
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "none.pem"))
        found = look_at_tls("https://127.0.0.1:1")
        assert found.verdict is Verdict.FAILS
        assert found.message.startswith("REQUESTS_CA_BUNDLE: ")

    def test_behind_a_proxy_it_is_not_looked_at(self, monkeypatch):
        monkeypatch.setenv("https_proxy", "http://proxy.example.com:3128")
        found = look_at_tls("https://studio.example.com")
        assert found.verdict is Verdict.OK
        assert "proxy" in found.message
