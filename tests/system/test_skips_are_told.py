"""Where everything is run, a skip for no listed reason fails: in one process and in many."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
LISTED = (TESTS / "allowed_skips.txt").read_text().splitlines()[-1]
TELLS = "skipped for reasons that are not allowed: the moon is full"


@pytest.fixture(params=[(), ("-n", "2")], ids=["one process", "two workers"])
def run(request, tmp_path):
    """Run a test that is skipped for a reason, and return the exit status with what was printed."""
    if request.param:
        pytest.importorskip("xdist", reason="pytest-xdist is not installed")
    for name in ("conftest.py", "allowed_skips.txt"):
        shutil.copy(TESTS / name, tmp_path)

    def run(reason, **environment):
        (tmp_path / "test_one.py").write_text(
            "import pytest\n\n\n"
            f"def test_one():\n    pytest.skip({reason!r})\n\n\n"
            f"@pytest.mark.skip(reason={reason!r})\ndef test_two(): ...\n"
        )
        clean = {k: v for k, v in os.environ.items() if k not in ("CI", "PYTEST_ADDOPTS")}
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", *request.param, "-p", "no:cacheprovider"],
            cwd=tmp_path,
            env={**clean, **environment},
            capture_output=True,
            text=True,
            check=False,
        )
        assert "2 skipped" in done.stdout, done.stdout + done.stderr
        return done.returncode, done.stdout

    return run


def test_a_reason_that_is_not_listed_fails_the_run(run):
    status, printed = run("the moon is full", CI="true")
    assert status == 1
    assert TELLS in printed


def test_a_listed_reason_does_not(run):
    status, printed = run(f"{LISTED} cannot", CI="true")
    assert (status, "not allowed" in printed) == (0, False)


def test_elsewhere_any_reason_will_do(run):
    assert run("the moon is full")[0] == 0
