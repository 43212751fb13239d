"""A studio that is served by a process of its own, for the clients of others."""

from __future__ import annotations

import subprocess
import sys

import pytest
from ftrack_embedded import Studio


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """The environment variables of a studio with a show, served by a process of its own."""
    database = tmp_path_factory.mktemp("served") / "studio.db"
    Studio(database, seed="demo").close()  # the small show, whose numbers the scripts know
    command = [sys.executable, "-m", "ftrack_cli", "serve"]
    with subprocess.Popen(
        [*command, "--database", str(database)], stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            ready, *exported = [process.stdout.readline().strip() for _ in range(4)]
            assert ready.startswith("ftrack server ready at http://127.0.0.1:")
            yield dict(line.removeprefix("export ").split("=", 1) for line in exported)
        finally:
            process.terminate()
    assert process.returncode == 0
