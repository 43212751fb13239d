"""Environments for the programs of others that the tests talk to.

Each is made once and kept in ``.peers`` beside the checkout, away from the environment of the
tests: its dependencies are as old as they have to be. As a program it makes one and prints its
interpreter, or for a package of npm its folder::

    python tests/system/peers.py ftrack-python-api==3.1.0
    python tests/system/peers.py @ftrack/api@1.11.2
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
    from collections.abc import Callable, Iterator, Sequence

__all__ = ["PYTHON_VERSION", "UnreachableError", "peer_modules", "peer_python", "run"]

PYTHON_VERSION = "3.11"
FOLDER = Path(__file__).parents[2] / ".peers"
_READY = "ready"
_UNREACHABLE = re.compile(
    r"failed to fetch|dns error|name resolution|connection (refused|reset|broken|error|aborted)"
    r"|newconnectionerror|network is unreachable|could not connect|error sending request"
    r"|timed out|network was disabled|proxyerror|no python at|no interpreter found"
    r"|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ENOTCACHED",
    re.IGNORECASE,
)


class UnreachableError(Exception):
    """The registry, or a Python of the right version, cannot be had on this machine."""


def peer_python(*requirements: str) -> Path:
    """Return the interpreter of an environment that holds *requirements*, made where it is missing.

    Raises `UnreachableError` without a network or registry, CalledProcessError for all else.
    """
    home = FOLDER / f"{_plain('-'.join(requirements))}-py{PYTHON_VERSION}"
    python = home / "bin" / "python"
    _once(home, lambda: _install(home, python, requirements))
    return python


def peer_modules(requirement: str) -> Path:
    """Return the ``node_modules`` that hold *requirement*, a package of npm, made where missing.

    *requirement* is what npm calls a package specification, ``@ftrack/api@1.11.2``. Raises
    `UnreachableError` without a network or registry, CalledProcessError for all else.
    """
    home = FOLDER / f"{_plain(requirement)}-npm"
    _once(home, lambda: _install_with_npm(home, requirement))
    return home / "node_modules"


def _plain(requirement: str) -> str:
    return re.sub("[^a-z0-9.]+", "-", requirement.lower()).strip("-")


def _once(home: Path, install: Callable[[], None]) -> None:
    with _locked(home.with_name(f"{home.name}.lock")):
        # What an interrupted run has left behind is no environment.
        if not (home / _READY).exists():
            shutil.rmtree(home, ignore_errors=True)
            install()
            (home / _READY).touch()


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    path.parent.mkdir(exist_ok=True)
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _install(home: Path, python: Path, requirements: Sequence[str]) -> None:
    uv = shutil.which("uv")
    if uv:
        run(uv, "venv", "--quiet", "--python", PYTHON_VERSION, str(home))
        run(uv, "pip", "install", "--quiet", "--python", str(python), *requirements)
    else:
        run(_interpreter(), "-m", "venv", str(home))
        run(str(python), "-m", "pip", "install", "--quiet", "--retries", "1", *requirements)


def _install_with_npm(home: Path, requirement: str) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise UnreachableError("there is no npm")
    home.mkdir()
    quiet = ("--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error")
    once = ("--no-package-lock", "--ignore-scripts", "--fetch-retries=1")
    run(npm, "install", "--prefix", str(home), *quiet, *once, requirement)


def _interpreter() -> str:
    if sys.version_info[:2] == tuple(map(int, PYTHON_VERSION.split("."))):
        return sys.executable
    found = shutil.which(f"python{PYTHON_VERSION}")
    if found is None:
        raise UnreachableError(f"there is no Python {PYTHON_VERSION}")
    return found


def run(*command: str) -> None:
    """Run *command*. Raises `UnreachableError` where it says that, else CalledProcessError."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return
    if _UNREACHABLE.search(done.stderr):
        raise UnreachableError(done.stderr.strip())
    sys.stderr.write(done.stderr)
    done.check_returncode()


if __name__ == "__main__":
    wanted = sys.argv[1]
    print(peer_modules(wanted) if wanted.startswith("@") else peer_python(wanted))
