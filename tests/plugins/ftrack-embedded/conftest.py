"""Where the tests of the engine keep their studios: in SQLite, and in a real PostgreSQL."""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

import pytest
from ftrack_core.errors import ServerError
from ftrack_embedded import Studio

_TEMPLATE = "studio_template"
_MOST_COPIES = 60
_MEMORY = Path("/dev/shm")
_ENOUGH = 4 * 1024**3
"""In bytes, for the copies of a few servers at once: a container often has 64 MB there."""
_SETTINGS = (
    "listen_addresses=127.0.0.1",
    # Nobody reads these data after a crash.
    "fsync=off",
    "full_page_writes=off",
    "wal_level=minimal",
    "max_wal_senders=0",
)


class PostgreSQL:
    """A server of its own in a temporary folder, on a free port of this machine."""

    def __init__(self, programs: Path) -> None:
        self._programs = programs
        self._folder = Path(tempfile.mkdtemp(prefix="ftrack-postgresql-", dir=_fast_folder()))
        self._user = _unprivileged()
        if self._user is not None:
            shutil.chown(self._folder, self._user)
        self._port = 0
        self._numbers = itertools.count()
        self._copies: list[str] = []

    def start(self) -> None:
        self._run("initdb", "-U", "ftrack", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8")
        self._port = _free_port()  # not before: others look for free ports meanwhile
        settings = " ".join(f"-c {one}" for one in _SETTINGS)
        options = f"-p {self._port} -k {self._folder} {settings}"
        self._run("pg_ctl", "-w", "-l", str(self._folder / "log"), "-o", options, "start")

    def stop(self) -> None:
        self._run("pg_ctl", "-m", "immediate", "stop")
        shutil.rmtree(self._folder, ignore_errors=True)

    def url(self, database: str) -> str:
        return f"postgresql://ftrack@127.0.0.1:{self._port}/{database}"

    def empty_database(self) -> str:
        """Create a database and return its URL."""
        return self._create(f"studio_{next(self._numbers)}")

    def found_template(self) -> None:
        with Studio(database_url=self._create(_TEMPLATE)):
            pass

    def copied_studio(self) -> Studio:
        """Return a default studio of its own, faster than founding one."""
        if len(self._copies) >= _MOST_COPIES:
            self._drop_what_was_closed()
        name = f"studio_{next(self._numbers)}"
        url = self._create(name, f'TEMPLATE "{_TEMPLATE}" {self._how_to_copy()}')
        self._copies.append(name)
        return Studio(database_url=url)

    def _how_to_copy(self) -> str:
        """Copying files costs less than half of writing all pages to the log, new in version 15."""
        version = (self._folder / "data" / "PG_VERSION").read_text()
        return "STRATEGY FILE_COPY" if int(version) >= 15 else ""

    def _drop_what_was_closed(self) -> None:
        """A thousand copies would fill a disk. Each drop is a checkpoint, so many go at once."""
        import psycopg

        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            for name in [*self._copies]:
                try:
                    connection.execute(f'DROP DATABASE "{name}"')
                except psycopg.errors.ObjectInUse:
                    continue
                self._copies.remove(name)

    def _create(self, name: str, more: str = "") -> str:
        import psycopg

        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}" {more}')
        return self.url(name)

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._programs / program), "-D", str(self._folder / "data"), *arguments]
        done = subprocess.run(
            command,
            user=self._user,
            cwd=self._folder,
            stdin=subprocess.DEVNULL,
            # The server keeps what it inherits: a pipe would never be closed.
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )
        assert done.returncode == 0, f"{program} failed"


def _unprivileged() -> str | None:
    """Return whom the server runs as: it refuses to run as root."""
    if os.geteuid() != 0:
        return None
    names = {one.pw_name for one in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _fast_folder() -> Path | None:
    """Return a folder in memory where there is room: copies are made and dropped all the time."""
    if not os.access(_MEMORY, os.W_OK) or shutil.disk_usage(_MEMORY).free < _ENOUGH:
        return None
    return _MEMORY


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _programs() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).parent if on_path else None


@pytest.fixture(scope="session")
def postgresql():
    """A running PostgreSQL."""
    programs = _programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed")
    pytest.importorskip("psycopg", reason="PostgreSQL is not installed: its driver psycopg")
    server = PostgreSQL(programs)
    server.start()
    try:
        server.found_template()
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def new_studio(request):
    """Make a fresh default studio: `Studio` itself, or one in PostgreSQL."""
    if request.param == "sqlite":
        return Studio
    return request.getfixturevalue("postgresql").copied_studio


@pytest.fixture
def do(studio):
    """Send operations to the test's studio and return the data of their answers."""

    def execute(*operations):
        return [answer["data"] for answer in studio.execute(list(operations))]

    return execute


@pytest.fixture
def rows(do):
    """Ask the test's studio a query and return its rows."""

    def ask(expression):
        return do({"action": "query", "expression": expression})[0]

    return ask


@pytest.fixture
def refused(do):
    """Send operations that the test's studio has to refuse, and return its refusal."""

    def attempt(*operations):
        with pytest.raises(ServerError) as caught:
            do(*operations)
        return caught.value

    return attempt
