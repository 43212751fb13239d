"""What existing scripts rely on, held against the official client and against the drop-in.

Each file of the folder ``parity`` describes it with tests that know ``ftrack_api`` only. It runs
twice, against a server of the same content: by the official client in an environment of its own,
which proves the description, and by the drop-in in this one. Where the two differ on purpose, the
test says so: by the mark ``better``, under which the official client has to fail, or by asking
``which``.

Whole numbers at the beginning of a description are the lines of the list of 80 things that existing
scripts rely on; numbers with a point are chapters of what is known of the official client.
"""

from __future__ import annotations

import os
import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest
from ftrack_embedded import Studio

HERE = Path(__file__).parent
FOLDER = HERE / "parity"
FILES = sorted(FOLDER.glob("parity_*.py"))
PEERS = runpy.run_path(str(HERE / "peers.py"))
ENDS_WITHIN = 300
"""In seconds; each takes a few."""


@pytest.fixture(scope="module")
def official():
    """The interpreter of an environment that holds the official client and pytest."""
    try:
        return PEERS["peer_python"]("ftrack-python-api==3.1.0", "pytest==8.4.2")
    except PEERS["UnreachableError"]:
        pytest.skip("the official client cannot be installed here")


@pytest.fixture
def dropin():
    """The interpreter of the workspace."""
    return sys.executable


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """The file of a studio with a show, to be copied."""
    path = tmp_path_factory.mktemp("demo") / "studio.db"
    Studio(path, seed="demo").close()
    return path.read_bytes()


@pytest.fixture
def server(demo, tmp_path):
    """A server of its own for one file; gives the variables that name it."""
    database = tmp_path / "served" / "studio.db"
    database.parent.mkdir()
    database.write_bytes(demo)
    command = [sys.executable, "-m", "ftrack_cli", "serve", "--database", str(database)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            ready, *exported = [process.stdout.readline().strip() for _ in range(4)]
            assert ready.startswith("ftrack server ready at http://127.0.0.1:")
            told = dict(line.removeprefix("export ").split("=", 1) for line in exported)
            yield {
                "PARITY_SERVER": told["FTRACK_SERVER"],
                "PARITY_USER": told["FTRACK_API_USER"],
                "PARITY_KEY": told["FTRACK_API_KEY"],
            }
        finally:
            process.terminate()
    assert process.returncode == 0


@pytest.mark.parametrize("client", ["official", "dropin"])
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem.removeprefix("parity_"))
def test_scripts_find_what_they_rely_on(path, client, server, request, tmp_path):
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("FTRACK_", "PYTEST_", "PYTHONPATH"))
    }
    environment.update(server, PARITY_CLIENT=client, NO_PROXY="*", PYTHONIOENCODING="utf-8")
    python = request.getfixturevalue(client)
    options = ("-q", "--tb=short", "-p", "no:cacheprovider", "--basetemp", str(tmp_path / "inner"))
    done = subprocess.run(
        [python, "-m", "pytest", *options, "-c", FOLDER / "pytest.ini", path],
        env=environment,
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=ENDS_WITHIN,
        check=False,
    )
    assert done.returncode == 0, f"{path.name}, {client}:\n{done.stdout}"


def lines_described(path):
    """The lines of the list that the tests of a file stand for."""
    texts = re.findall(r'^    """([^:"]+):', path.read_text(encoding="utf-8"), re.MULTILINE)
    numbers = [text.split(", ") for text in texts if not text.startswith("15.")]
    return {int(one) for some in numbers for one in some if one.isdigit()}


def test_each_line_of_the_list_is_described():
    assert len(FILES) >= 15
    assert set().union(*map(lines_described, FILES)) >= set(range(1, 81))
