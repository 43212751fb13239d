"""The official JavaScript client against the embedded server, under Node.

Each script in the folder ``official_js`` asserts for itself and finds the server's address in the
usual three variables. What the client expects of a browser stands in ``official_js/browser``.
"""

from __future__ import annotations

import os
import re
import runpy
import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent
SCRIPTS = sorted((HERE / "official_js").glob("*.mjs"))
PEERS = runpy.run_path(str(HERE / "peers.py"))
PACKAGE = "@ftrack/api@1.11.2"
OLDEST_NODE = 18
"""The first with fetch and Blob of its own, which the client needs."""
ENDS_WITHIN = 60
"""In seconds; each takes less than one."""


@pytest.fixture(scope="module")
def node():
    found = shutil.which("node")
    if found is None or shutil.which("npm") is None:
        pytest.skip("node is not installed")
    told = subprocess.run([found, "--version"], capture_output=True, text=True, check=True).stdout
    if int(re.match(r"v(\d+)", told)[1]) < OLDEST_NODE:
        pytest.skip(f"node {told.strip()} is older than {OLDEST_NODE}")
    return found


@pytest.fixture(scope="module")
def scripts(node, tmp_path_factory):
    """The folder of the scripts, beside the packages: Node looks nowhere else."""
    try:
        modules = PEERS["peer_modules"](PACKAGE)
    except PEERS["UnreachableError"]:
        pytest.skip("the official JavaScript client cannot be installed here")
    folder = tmp_path_factory.mktemp("javascript") / "official_js"
    shutil.copytree(HERE / "official_js", folder)
    (folder / "node_modules").symlink_to(modules, target_is_directory=True)
    return folder


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_a_script_of_the_official_javascript_client_runs(script, node, scripts, served):
    done = subprocess.run(
        [node, scripts / script.name],
        # A zone far from UTC and with half an hour shows where somebody mixes up the two.
        env={**os.environ, **served, "TZ": "Asia/Kolkata"},
        cwd=scripts,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=ENDS_WITHIN,
        check=False,
    )
    assert done.returncode == 0, f"{script.name} ended with {done.returncode}:\n{done.stdout}"


def test_all_scripts_of_the_official_javascript_client_are_found():
    assert len(SCRIPTS) >= 10
