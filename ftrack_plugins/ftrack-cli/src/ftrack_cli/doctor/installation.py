"""What is installed here: versions, plugins, libraries."""

from __future__ import annotations

import platform
import re
from importlib.metadata import PackageNotFoundError, distribution, distributions, version
from importlib.util import find_spec
from typing import TYPE_CHECKING

from ftrack_core.errors import PluginError

from ftrack_cli.gathering import gather

from .verdict import fine, warning

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from ftrack_cli.gathering import Gathered

    from .verdict import Finding

__all__ = ["look_at_installation"]

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_OURS = "ftrack-"
_FAST_JSON = ("msgspec", "orjson")


def look_at_installation(folders: Sequence[Path] | None) -> Iterator[Finding]:
    """Yield what is found; nothing is asked of a server."""
    core, python = version("ftrack-core"), platform.python_version()
    yield fine("python", f"Python {python} on {platform.system()}, ftrack-core {core}")
    found = gather(folders)
    yield from _plugins(found)
    yield from _needed()
    yield _json()
    yield from _said_by_plugins(found)


def _plugins(found: Gathered) -> Iterator[Finding]:
    for problem in found.problems:
        yield warning(
            "plugins",
            f"not loaded: {problem}",
            f"correct it, or leave it out: FTRACK_PLUGINS_BLOCK={problem.name}",
        )
    for folder in found.missing:
        yield warning(
            "plugins",
            f"FTRACK_PLUGIN_PATH names {folder}, and there is no such folder",
            "correct it; a session takes up the plugins in it once it is there",
        )
    if not found.problems and not found.missing:
        yield fine("plugins", f"{len(found.infos)} loaded; ftrack plugins lists them")


def _said_by_plugins(found: Gathered) -> Iterator[Finding]:
    """Yield what plugins say of themselves; the one that fails to is told."""
    try:
        yield from found.hooks.ftrack_examine()
    except PluginError as error:
        yield warning(
            "plugins",
            f"not examined: {error}",
            f"FTRACK_PLUGINS_BLOCK={error.plugin} leaves it out",
        )


def _needed() -> Iterator[Finding]:
    """Yield for each of our distributions what it needs and is not there."""
    names = {str(one.metadata["Name"]) for one in distributions()}
    lacking = {
        name: missing
        for name in sorted(names)
        if name.startswith(_OURS) and (missing := _missing(name))
    }
    for name, missing in lacking.items():
        yield warning(
            "libraries",
            f"{name} needs {', '.join(missing)}, which is not installed",
            f"pip install {' '.join(missing)}",
        )


def _missing(name: str) -> list[str]:
    """Return what a distribution requires in any case, without extras, and is not installed."""
    required = [one for one in distribution(name).requires or () if ";" not in one]
    found = [match.group() for one in required if (match := _NAME.match(one))]
    return [one for one in found if not _is_installed(one)]


def _is_installed(name: str) -> bool:
    try:
        distribution(name)
    except PackageNotFoundError:
        return False
    return True


def _json() -> Finding:
    used = next((one for one in _FAST_JSON if find_spec(one)), None)
    if used is not None:
        return fine("libraries", f"JSON is read with {used}")
    return warning(
        "libraries",
        "JSON is read with the standard library, which takes several times as long",
        'pip install "ftrack-core[speed]"',
    )
