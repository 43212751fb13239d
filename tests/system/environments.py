"""Environments made for one test run, and the wheels of the workspace that go into them."""

from __future__ import annotations

import os
import runpy
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["CLEAN", "DROPIN", "Environment", "build_wheels", "tiny_wheel"]

ROOT = Path(__file__).parents[2]
PEERS = runpy.run_path(str(Path(__file__).with_name("peers.py")))
UV = shutil.which("uv")
CLEAN = {"PATH": os.defpath, "PYTHONDONTWRITEBYTECODE": "1"}
"""Nothing of the environment of the tests, where a program is not to find ours."""

DROPIN = (
    "ftrack_core",
    *(
        f"ftrack_plugins/ftrack-{one}"
        for one in (
            *("transport-requests", "entities", "cache", "structure", "events", "dropin"),
            *("embedded", "cli"),
        )
    ),
    "accessors/ftrack-accessor-disk",
    "accessors/ftrack-accessor-server",
)
"""The drop-in with everything it requires, the command line, and the server that comes with it."""


class Environment:
    """A virtual environment; installing what cannot be had raises `UnreachableError`."""

    def __init__(self, folder: Path, *, pip: bool = False) -> None:
        self.folder = folder
        self.python = folder / "bin" / "python"
        self.pip = pip or not UV
        if UV:
            seed = ("--seed",) if self.pip else ()  # with pip in it
            PEERS["run"](UV, "venv", "-q", *seed, "--python", sys.executable, str(folder))
        else:
            PEERS["run"](sys.executable, "-m", "venv", str(folder))

    def install(self, *arguments: object) -> None:
        """Install with uv, where it is wanted and there, else with pip."""
        self._call(self.pip, ("install",), arguments)

    def prepare(self, *arguments: object) -> None:
        """Install what does not matter by which installer: with uv, which is faster."""
        self._call(not UV, ("install",), arguments)

    def uninstall(self, *names: str) -> None:
        """Uninstall without questions."""
        self._call(self.pip, ("uninstall", "-y") if self.pip else ("uninstall",), names)

    def _call(self, by_pip: bool, action: Sequence[str], arguments: Iterable[object]) -> None:
        quiet = ("-q", "--disable-pip-version-check")
        command = (
            (self.python, "-m", "pip", *action, *quiet)
            if by_pip
            else (UV, "pip", *action, "-q", "--python", self.python)
        )
        PEERS["run"](*map(str, (*command, *arguments)))

    def run(self, *arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run its Python, which sees *environment* only."""
        return subprocess.run(
            [str(self.python), *map(str, arguments)],
            env={**CLEAN, **environment},
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            timeout=120,
            check=False,
        )

    def says(self, program: str) -> str:
        """Return what a program prints that has to end well."""
        done = self.run("-c", program)
        assert done.returncode == 0, done.stdout
        return done.stdout.strip()


def build_wheels(folder: Path, members: Iterable[str] = DROPIN) -> Path:
    """Build *members* of the workspace into *folder* and return it."""
    for member in members:
        if UV:
            PEERS["run"](UV, "build", "-q", "--wheel", "-o", str(folder), str(ROOT / member))
        else:
            wheel = (sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(folder))
            PEERS["run"](*wheel, str(ROOT / member))
    return folder


def tiny_wheel(folder: Path, name: str, *requirements: str) -> Path:
    """Build a package *name*, version 1.0, whose module says what ``ftrack_api`` it has got."""
    module = name.replace("-", "_")
    source = folder / f"{name}-source"
    source.mkdir()
    (source / f"{module}.py").write_text("import ftrack_api\nFILE = ftrack_api.__file__\n")
    listed = ", ".join(f'"{one}"' for one in requirements)
    (source / "pyproject.toml").write_text(
        '[build-system]\nrequires = ["hatchling>=1.24"]\nbuild-backend = "hatchling.build"\n'
        f'[project]\nname = "{name}"\nversion = "1.0"\ndependencies = [{listed}]\n'
        f'[tool.hatch.build.targets.wheel]\nonly-include = ["{module}.py"]\n'
    )
    build_wheels(folder, [str(source)])
    return folder / f"{module}-1.0-py3-none-any.whl"
