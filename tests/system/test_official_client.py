"""The official Python client against the embedded server: scripts that know nothing of ours.

Each script in the folder ``official`` is of the kind that its documentation teaches. It runs in an
environment of its own, with the server's address in the usual three variables, and asserts for
itself.
"""

from __future__ import annotations

import os
import runpy
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent
SCRIPTS = sorted((HERE / "official").glob("*.py"))
PEERS = runpy.run_path(str(HERE / "peers.py"))
ENDS_WITHIN = 60
"""In seconds; each takes one or two."""


@pytest.fixture(scope="session")
def official_python():
    try:
        return PEERS["peer_python"]("ftrack-python-api==3.1.0")
    except PEERS["UnreachableError"]:
        pytest.skip("the official client cannot be installed here")


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_a_script_of_the_official_client_runs(script, official_python, served, tmp_path):
    environment = {
        **os.environ,
        **served,
        "FTRACK_API_SCHEMA_CACHE_PATH": str(tmp_path),
        "NO_PROXY": "*",
        "PYTHONIOENCODING": "utf-8",
    }
    environment.pop("FTRACK_EVENT_PLUGIN_PATH", None)
    done = subprocess.run(
        [official_python, script],
        env=environment,
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=ENDS_WITHIN,
        check=False,
    )
    assert done.returncode == 0, f"{script.name} ended with {done.returncode}:\n{done.stdout}"


def test_all_scripts_are_found():
    assert len(SCRIPTS) >= 10
