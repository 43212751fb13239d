"""A studio with a show, reached as a file and over HTTP, and commands run against it."""

from __future__ import annotations

import os
import re
import select
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from ftrack_cli.main import main

from ftrack_core import Session

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

ANSI = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")
TURNING = re.compile("[\u2801-\u28ff]")
SETTINGS = (
    "FTRACK_SERVER",
    "FTRACK_API_USER",
    "FTRACK_API_KEY",
    "FTRACK_APIKEY",
    "FTRACK_PLUGIN_PATH",
    "FTRACK_PLUGINS_BLOCK",
    "FTRACK_DEBUG",
    "FORCE_COLOR",
)


@dataclass(frozen=True)
class Done:
    """What a command has left: its exit status, what it wrote, and its errors line by line."""

    status: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()

    @property
    def error(self) -> str:
        return self.err.splitlines()[0] if self.err else ""

    @property
    def hint(self) -> str:
        lines = self.err.splitlines()
        return lines[1].removeprefix("hint: ") if len(lines) > 1 else ""


@dataclass(frozen=True)
class Place:
    """A studio that commands are run against."""

    url: str
    user: str = "admin"
    key: str = field(default="", repr=False)

    @property
    def environment(self) -> dict[str, str]:
        given = {
            "FTRACK_SERVER": self.url,
            "FTRACK_API_USER": self.user,
            "FTRACK_API_KEY": self.key,
        }
        return {name: value for name, value in given.items() if value}

    def session(self) -> Session:
        return Session(self.url, self.key or None, self.user)

    def row(self, text: str, **values: Any) -> Any:
        """Return the one row that a query finds, as a session of its own sees it."""
        with self.session() as session:
            (row,) = session.query(text, **values).rows()
        return row


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of whoever runs the tests."""
    for name in SETTINGS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "120")


@pytest.fixture(scope="session")
def show(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a studio with a show; tests take copies."""
    from ftrack_embedded import Studio

    path = tmp_path_factory.mktemp("show") / "studio.db"
    with Studio(path, seed="demo"):
        return path


@pytest.fixture
def studio_file(show: Path, tmp_path: Path) -> Path:
    """A studio of the test's own."""
    return shutil.copy(show, tmp_path / "studio.db")


@pytest.fixture
def embedded(studio_file: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A studio in a file, named by the environment."""
    return named_by_environment(Place(f"embedded://{studio_file}"), monkeypatch)


@pytest.fixture
def served(studio_file: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    """A studio behind HTTP, named by the environment."""
    from ftrack_embedded import Server, Studio

    with Studio(studio_file) as studio, Server(studio) as server:
        key = studio.create_api_key("admin")
        yield named_by_environment(Place(server.url, key=key), monkeypatch)


@pytest.fixture(params=["embedded", "served"])
def place(request: pytest.FixtureRequest) -> Place:
    """A studio: in a file, and behind HTTP."""
    found: Place = request.getfixturevalue(request.param)
    return found


def named_by_environment(place: Place, monkeypatch: pytest.MonkeyPatch) -> Place:
    for name, value in place.environment.items():
        monkeypatch.setenv(name, value)
    return place


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., Done]:
    """Run a command in this process."""

    def run(*arguments: str) -> Done:
        capsys.readouterr()
        status = main(arguments)
        captured = capsys.readouterr()
        return Done(status, captured.out, captured.err)

    return run


@pytest.fixture
def process() -> Callable[..., Done]:
    """Run a command in a process of its own, which sees the same environment."""

    def process(*arguments: str, stdin: str = "", **environment: str) -> Done:
        done = subprocess.run(
            [sys.executable, "-m", "ftrack_cli", *arguments],
            env={**os.environ, **environment},
            input=stdin,
            capture_output=True,
            encoding="utf-8",
            timeout=120,
        )
        return Done(done.returncode, done.stdout, done.stderr)

    return process


@pytest.fixture
def terminal() -> Callable[..., Done]:
    """Run a command at a terminal and type into it, once it has *asked* where that is given.

    Error stream and output are one there.
    """
    pty = pytest.importorskip("pty", reason="this system has no terminals")

    def terminal(
        *arguments: str,
        typed: str = "",
        asked: str = "",
        interrupted_at: str = "",
        columns: int = 80,
        **environment: str,
    ) -> Done:
        ours, theirs = pty.openpty()
        started = subprocess.Popen(
            [sys.executable, "-m", "ftrack_cli", *arguments],
            env={**os.environ, "COLUMNS": str(columns), "TERM": "xterm", **environment},
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
        )
        os.close(theirs)
        try:
            # What is typed before the question ends no line of it.
            written = _read(ours, asked) if asked else ""
            if typed:
                os.write(ours, typed.encode())
            written += _read(ours, interrupted_at) if interrupted_at else ""
            if interrupted_at:
                _interrupt(started, ours)
            written += _read(ours)
        except BaseException:
            started.kill()
            raise
        finally:
            os.close(ours)
            status = started.wait(120)
        return Done(status, _what_stays(written), "")

    return terminal


def _interrupt(started: subprocess.Popen[bytes], ours: int) -> None:
    """Press Ctrl-C until it is heard, as a person would.

    Python misses a signal that comes after it has looked for one and before it waits for a line.
    """
    for _ in range(30):
        started.send_signal(signal.SIGINT)
        heard, _, _ = select.select([ours], [], [], 2)
        if heard:
            return


def _what_stays(written: str) -> str:
    """Return what a person sees at the end: without what turned while something was waited for."""
    lines = ANSI.sub("", written.replace("\r\n", "\n")).split("\n")
    seen = (line.rstrip("\r").rpartition("\r")[2] for line in lines)  # the last to be written there
    return "\n".join(line.rstrip() for line in seen if not TURNING.match(line))


def _read(number: int, until: str = "") -> str:
    """Return what is written, to its end or until a text is among it."""
    written = b""
    while not until or until.encode() not in written:
        ready, _, _ = select.select([number], [], [], 60)
        assert ready, f"nothing more was written behind {written!r}"
        try:
            piece = os.read(number, 65536)
        except OSError:  # Linux says so when the other side has gone
            piece = b""
        if not piece:
            break
        written += piece
    return written.decode()
