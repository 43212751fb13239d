"""What importing a package costs over starting Python, in CPU time of fresh interpreters."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
from typing import Any

__all__ = ["HEAVY", "import_cost"]

HEAVY = ("requests", "urllib3", "ssl", "asyncio", "boto3", "fsspec", "sqlalchemy", "aiohttp")
"""What importing the kernel must not bring along."""


def import_cost(statement: str, heavy: tuple[str, ...] = (), times: int = 15) -> dict[str, Any]:
    """Return ``value``, the CPU ms of an import *statement* over bare Python, and what it brings.

    Bare and importing interpreters alternate; the quickest of each counts. All of them find the
    bytecode, as that of an installed package is, also where this process was told to write none.
    """
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": folder}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        _cpu_of(statement, environment)  # writes the bytecode
        pairs = [
            (_cpu_of("pass", environment), _cpu_of(statement, environment)) for _ in range(times)
        ]
    bare, full = (min(column) for column in zip(*pairs, strict=True))
    modules = _modules_after(statement)
    return {
        "value": full - bare,
        "bare": bare,
        "modules": len(modules) - len(_modules_after("pass")),
        "brought": sorted(set(heavy) & modules),
    }


def _cpu_of(code: str, environment: dict[str, str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", code], check=True, env=environment)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return used * 1e3


def _modules_after(code: str) -> set[str]:
    shown = f"{code}; import sys, json; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", shown], check=True, stdout=subprocess.PIPE, text=True
    )
    return set(json.loads(done.stdout))
