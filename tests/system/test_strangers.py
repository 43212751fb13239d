"""Packages of others that were written for the official client, unchanged on the drop-in.

Each script in the folder ``strangers`` runs twice: in an environment with the official client,
which shows that the script is right, and in one with the drop-in and a stand-in for it. Both talk
to the embedded server over HTTP.
"""

from __future__ import annotations

import runpy
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ENVIRONMENTS = runpy.run_path(str(HERE / "environments.py"))
PEERS = ENVIRONMENTS["PEERS"]
SCRIPTS = HERE / "strangers"
ENDS_WITHIN = 120
"""In seconds; each takes a few."""


@dataclass(frozen=True)
class Stranger:
    """A package: the script that uses it, and the version of the official client that it wants."""

    package: str
    script: str
    official: str

    @property
    def stand_in(self) -> str:
        return f"{self.official}+dropin"


STRANGERS = (
    Stranger("ftrack-query==2.0.0", "querying_with_ftrack_query.py", "3.1.0"),
    Stranger("trackteroid==0.1.0rc5", "collecting_with_trackteroid.py", "3.1.0"),
    Stranger("ftrack-action-handler==0.3.1", "acting_with_ftrack_action_handler.py", "3.1.0"),
    Stranger("ftrack-s3-accessor==0.1.7.post1", "storing_with_ftrack_s3_accessor.py", "2.5.4"),
)
SAID = (
    "import ftrack_api\n"
    "from importlib.metadata import version\n"
    "from ftrack_dropin.beside import look\n"
    "print(version('ftrack-python-api'), look())\n"
)
KNOWN: dict[str, str] = {}
"""What the drop-in does not do yet, by package; a script that passes has to leave this list."""
each_stranger = pytest.mark.parametrize(
    "stranger", STRANGERS, ids=lambda one: one.package.partition("=")[0]
)


@pytest.fixture(scope="module")
def wheels(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheels")
    try:
        return ENVIRONMENTS["build_wheels"](folder)
    except PEERS["UnreachableError"]:
        pytest.skip("what builds wheels cannot be installed here")


@pytest.fixture(scope="module")
def s3():
    """The variables with which boto3 finds a server that speaks the protocol."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_ACCESS_KEY_ID": "studio",
        "AWS_SECRET_ACCESS_KEY": "do-not-show-this-key",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    server.stop()


def ends_well(python, stranger, client, served, s3, folder):
    environment = {
        **ENVIRONMENTS["CLEAN"],
        **served,
        **s3,
        "HOME": str(folder),
        "STRANGER_BUCKET": f"strangers-of-{client}",
        "FTRACK_API_SCHEMA_CACHE_PATH": str(folder),
        "NO_PROXY": "*",
        "PYTHONIOENCODING": "utf-8",
    }
    done = subprocess.run(
        [python, SCRIPTS / stranger.script],
        env=environment,
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=ENDS_WITHIN,
        check=False,
    )
    assert done.returncode == 0, f"{stranger.script} with {client}:\n{done.stdout}"
    for secret in (served["FTRACK_API_KEY"], s3["AWS_SECRET_ACCESS_KEY"]):
        assert secret not in done.stdout


@each_stranger
def test_the_script_is_right_with_the_official_client(stranger, served, s3, tmp_path):
    try:
        python = PEERS["peer_python"](stranger.package, f"ftrack-python-api=={stranger.official}")
    except PEERS["UnreachableError"]:
        pytest.skip(f"{stranger.package} cannot be installed here")
    ends_well(python, stranger, "official", served, s3, tmp_path)


def on_the_drop_in():
    for one in STRANGERS:
        name = one.package.partition("=")[0]
        marks = [pytest.mark.xfail(reason=KNOWN[name], strict=True)] if name in KNOWN else []
        yield pytest.param(one, id=name, marks=marks)


@pytest.mark.parametrize("stranger", list(on_the_drop_in()))
def test_it_runs_unchanged_on_the_drop_in(stranger, wheels, served, s3, tmp_path):
    from ftrack_dropin.standin import build_stand_in

    stand_in = build_stand_in(tmp_path / "stand-in", stranger.stand_in)
    try:
        environment = ENVIRONMENTS["Environment"](tmp_path / "environment")
        found = ("--find-links", wheels, "--find-links", stand_in.parent)
        environment.install(*found, stranger.package, f"ftrack-python-api=={stranger.stand_in}")
    except PEERS["UnreachableError"]:
        pytest.skip(f"{stranger.package} cannot be installed here")
    assert environment.says(SAID) == f"{stranger.stand_in} None"
    ends_well(environment.python, stranger, "dropin", served, s3, tmp_path)


def test_every_script_is_run():
    assert {one.script for one in STRANGERS} == {one.name for one in SCRIPTS.glob("*.py")}
