"""Environments for the programs of others that the tests talk to.

Each is made once and kept in ``.peers`` beside the checkout, away from the environment of the
tests: its dependencies are as old as they have to be. As a program it makes one and prints its
interpreter::

    python tests/system/peers.py ftrack-python-api==3.1.0
"""

from __future__ import annotations

import fcntl
import re
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["PYTHON_VERSION", "UnreachableError", "peer_python"]

PYTHON_VERSION = "3.11"
FOLDER = Path(__file__).parents[2] / ".peers"
_READY = "ready"
_UNREACHABLE = re.compile(
    r"failed to fetch|dns error|name resolution|connection (refused|reset|broken|error|aborted)"
    r"|newconnectionerror|network is unreachable|could not connect|error sending request"
    r"|timed out|network was disabled|proxyerror|no python at|no interpreter found",
    re.IGNORECASE,
)


class UnreachableError(Exception):
    """The registry, or a Python of the right version, cannot be had on this machine."""


def peer_python(requirement: str) -> Path:
    """Return the interpreter of an environment that holds *requirement*, made where it is missing.

    Raises `UnreachableError` without a network or registry, CalledProcessError for all else.
    """
    home = FOLDER / f"{re.sub('[^a-z0-9.]+', '-', requirement.lower())}-py{PYTHON_VERSION}"
    python = home / "bin" / "python"
    with _locked(home.with_name(f"{home.name}.lock")):
        # What an interrupted run has left behind is no environment.
        if not (home / _READY).exists():
            shutil.rmtree(home, ignore_errors=True)
            _install(home, python, requirement)
            (home / _READY).touch()
    return python


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    path.parent.mkdir(exist_ok=True)
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _install(home: Path, python: Path, requirement: str) -> None:
    uv = shutil.which("uv")
    if uv:
        _run(uv, "venv", "--quiet", "--python", PYTHON_VERSION, str(home))
        _run(uv, "pip", "install", "--quiet", "--python", str(python), requirement)
    else:
        _run(_interpreter(), "-m", "venv", str(home))
        _run(str(python), "-m", "pip", "install", "--quiet", "--retries", "1", requirement)


def _interpreter() -> str:
    if sys.version_info[:2] == tuple(map(int, PYTHON_VERSION.split("."))):
        return sys.executable
    found = shutil.which(f"python{PYTHON_VERSION}")
    if found is None:
        raise UnreachableError(f"there is no Python {PYTHON_VERSION}")
    return found


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return
    if _UNREACHABLE.search(done.stderr):
        raise UnreachableError(done.stderr.strip())
    sys.stderr.write(done.stderr)
    done.check_returncode()


if __name__ == "__main__":
    print(peer_python(sys.argv[1]))
