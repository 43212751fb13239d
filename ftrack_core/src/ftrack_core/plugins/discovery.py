"""Finding plugins: the installed ones, and those given to a session.

Whatever cannot be loaded is reported to the caller's *report*, which raises or remembers.
"""

from __future__ import annotations

import importlib
import inspect
import os
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from ftrack_core.errors import PluginConflictError, PluginError
from ftrack_core.hookspecs import PROJECT
from ftrack_core.ports import Tier

from .record import Record

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
    from importlib.metadata import EntryPoint

    Report = Callable[[PluginError], None]

__all__ = [
    "Installed",
    "find_explicit",
    "find_installed",
    "installed_entry_points",
    "name_plugins",
    "split_paths",
]


@dataclass(frozen=True)
class Installed:
    """The entry point of an installed plugin, and where it comes from."""

    point: EntryPoint

    @property
    def name(self) -> str:
        """The plugin's name."""
        return self.point.name

    @cached_property
    def origin(self) -> tuple[str, str]:
        """Its distribution and version. The file that says so is read once."""
        found = self.point.dist
        return (found.name, found.version) if found else ("", "")


@lru_cache(maxsize=1)
def installed_entry_points() -> tuple[Installed, ...]:
    """Return the entry points of all installed plugins, by name.

    The scan of all distributions takes long and its result does not change while a process runs:
    this memo is the one piece of state that sessions share. `cache_clear` makes it scan anew.
    """
    from importlib.metadata import entry_points

    found = sorted(entry_points(group=PROJECT), key=lambda point: point.name)
    return tuple(Installed(point) for point in found)


def find_installed(blocked: Collection[str], report: Report) -> Iterator[Record]:
    """Load the installed plugins; a blocked one is not even imported."""
    holders: dict[str, Installed] = {}
    for point in installed_entry_points():
        if point.name in blocked:
            continue
        holder = holders.setdefault(point.name, point)
        try:
            if holder is not point:
                raise _same_name(point, holder)
            yield _load(point)
        except PluginError as error:
            report(error)


def split_paths(plugins: Iterable[object]) -> tuple[list[object], list[Path]]:
    """Part the plugins given to a session into objects or module names, and paths."""
    objects: list[object] = []
    paths: list[Path] = []
    for plugin in plugins:
        path = _as_path(plugin)
        if path is None:
            objects.append(plugin)
        else:
            paths.append(path)
    return objects, paths


def name_plugins(plugins: Iterable[object], taken: Iterable[str]) -> dict[str, object]:
    """Give each plugin object or module name of a session a name of its own, none of *taken*."""
    named: dict[str, object] = {}
    others = set(taken)
    for plugin in plugins:
        named[_free_name(_name_of(plugin), others | named.keys())] = plugin
    return named


def find_explicit(
    named: Mapping[str, object], blocked: Collection[str], report: Report
) -> Iterator[Record]:
    """Take up modules, instances, classes and ``"package.module"`` names given to a session."""
    for name, plugin in named.items():
        if name in blocked:
            continue
        try:
            yield Record.of(_resolve(name, plugin), name, Tier.EXPLICIT)
        except PluginError as error:
            report(error)


def _load(installed: Installed) -> Record:
    distribution, version = installed.origin
    name = installed.name
    try:
        plugin = _instance(installed.point.load())
    except (Exception, SystemExit) as error:
        raise PluginError(
            f"{_describe(error)}; mend it or leave it out with block=[{name!r}]",
            plugin=name,
            distribution=distribution,
            version=version,
        ) from error
    return Record.of(plugin, name, Tier.INSTALLED, distribution=distribution, version=version)


def _same_name(point: Installed, holder: Installed) -> PluginConflictError:
    distribution, version = point.origin
    other = " ".join(holder.origin)
    return PluginConflictError(
        f"{other} registers a plugin of this name too; uninstall one of the two",
        plugin=point.name,
        distribution=distribution,
        version=version,
    )


def _resolve(name: str, plugin: object) -> object:
    try:
        return _instance(_imported(plugin) if isinstance(plugin, str) else plugin)
    except (Exception, SystemExit) as error:
        raise PluginError(_describe(error), plugin=name) from error


def _imported(reference: str) -> object:
    module, _, attribute = reference.partition(":")
    found: object = importlib.import_module(module)
    for part in filter(None, attribute.split(".")):
        found = getattr(found, part)
    return found


def _instance(plugin: object) -> object:
    if not inspect.isclass(plugin):
        return plugin
    return plugin()


def _as_path(plugin: object) -> Path | None:
    if isinstance(plugin, os.PathLike):
        return Path(plugin).expanduser()
    if isinstance(plugin, str) and (plugin.endswith(".py") or "/" in plugin or os.sep in plugin):
        return Path(plugin).expanduser()
    return None


def _name_of(plugin: object) -> str:
    if isinstance(plugin, str):
        return plugin
    if isinstance(plugin, ModuleType) or inspect.isclass(plugin):
        return plugin.__name__
    return type(plugin).__name__


def _free_name(name: str, taken: Collection[str]) -> str:
    number = 2
    free = name
    while free in taken:
        free = f"{name}-{number}"
        number += 1
    return free


def _describe(error: BaseException) -> str:
    if isinstance(error, SystemExit):
        return f"it calls sys.exit({error.code!r}) when it is loaded"
    return f"{type(error).__name__}: {error}"
