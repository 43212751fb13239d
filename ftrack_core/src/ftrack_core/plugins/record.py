"""A plugin that was found, and the hooks it implements."""

from __future__ import annotations

import inspect
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pluggy

from ftrack_core.errors import PluginError
from ftrack_core.hookspecs import PROJECT, provided_names
from ftrack_core.ports import PluginInfo, PluginProblem, Tier

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["Implementation", "Record", "functions_of", "problem_of"]

_MARK = f"{PROJECT}_impl"
"""The attribute by which pluggy's marker is known."""


@dataclass(frozen=True, eq=False)
class Implementation:
    """One function of a plugin that is marked with *hookimpl*.

    *attribute* is its name in the plugin, *hook* the hook it implements (the same, unless the
    marker names another), *options* what the marker says.
    """

    hook: str
    attribute: str
    function: Callable[..., Any]
    options: pluggy.HookimplOpts

    @property
    def provides(self) -> tuple[str, ...]:
        """The schemes or names that it answers for, where it states them."""
        return provided_names(self.function)

    @property
    def is_wrapper(self) -> bool:
        """Whether it stands around the other implementations."""
        return bool(self.options.get("wrapper") or self.options.get("hookwrapper"))

    @property
    def line(self) -> int | None:
        """The line it begins at, where it is a Python function."""
        code = getattr(inspect.unwrap(self.function), "__code__", None)
        line: int | None = getattr(code, "co_firstlineno", None)
        return line


@dataclass(frozen=True, eq=False)
class Record:
    """One plugin: its *name*, the *tier* it came from, and the object or module it is.

    *distribution* and *version* are known where it was installed, *path* where it is a file or a
    folder; *implementations* are its marked functions; *module* is the name in `sys.modules` of a
    local file.
    """

    name: str
    tier: Tier
    plugin: object = field(repr=False)
    distribution: str = ""
    version: str = ""
    path: Path | None = None
    implementations: tuple[Implementation, ...] = field(default=(), repr=False)
    module: str = ""

    @classmethod
    def of(
        cls,
        plugin: object,
        name: str,
        tier: Tier,
        *,
        distribution: str = "",
        version: str = "",
        path: Path | None = None,
        module: str = "",
    ) -> Record:
        """Make the record of *plugin*, with its marked functions in the order of their names."""
        found = tuple(_marked_functions(plugin))
        return cls(name, tier, plugin, distribution, version, path, found, module)

    @property
    def label(self) -> str:
        """Its name and where it comes from, as errors tell it."""
        if self.distribution:
            return f"{self.name!r} from {self.distribution} {self.version}".rstrip()
        return f"{self.name!r} ({self.path})" if self.path else repr(self.name)

    @property
    def info(self) -> PluginInfo:
        """What the registry tells of it."""
        hooks = tuple(sorted({one.hook for one in self.implementations}))
        return PluginInfo(self.name, self.tier, hooks, self.distribution, self.version, self.path)

    def named(self) -> Record:
        """Return what errors tell of it, without the plugin: it keeps no dropped module alive."""
        return replace(self, plugin=None, implementations=())

    def implements(self, hook: str) -> bool:
        """Return whether it has an implementation of *hook*."""
        return any(one.hook == hook for one in self.implementations)

    def error(self, message: str, *, hook: str = "", line: int | None = None) -> PluginError:
        """Make an error that names this plugin."""
        return PluginError(
            message,
            plugin=self.name,
            distribution=self.distribution,
            version=self.version,
            hook=hook,
            path=str(self.path) if self.path else "",
            line=line,
        )


def problem_of(error: PluginError, path: Path | None = None) -> PluginProblem:
    """Turn an error into what the registry keeps of it.

    Only text is kept: an error holds frames, and these would keep a dropped module alive.
    """
    where = Path(error.path) if error.path else path
    return PluginProblem(
        error.plugin,
        _bare_message(error),
        where,
        error.line,
        error.distribution,
        error.version,
        error.hook,
    )


def _bare_message(error: PluginError) -> str:
    origin = PluginError(
        "",
        plugin=error.plugin,
        distribution=error.distribution,
        version=error.version,
        hook=error.hook,
        path=error.path,
        line=error.line,
    )
    return str(error).removeprefix(f"{origin}: ")


def functions_of(plugin: object) -> dict[str, Any]:
    """Return the functions of a plugin by name, as they were declared.

    Nothing is looked up on the plugin itself: a property runs code when it is looked at.
    """
    declared: dict[str, Any] = {}
    for cls in reversed(type(plugin).__mro__[:-1]):
        declared.update(vars(cls))
    declared.update(getattr(plugin, "__dict__", {}))
    return {name: value for name, value in declared.items() if _is_function(value)}


def _marked_functions(plugin: object) -> Iterator[Implementation]:
    manager = pluggy.PluginManager(PROJECT)
    for name, declared in sorted(functions_of(plugin).items()):
        if not hasattr(getattr(declared, "__func__", declared), _MARK):
            continue
        options = manager.parse_hookimpl_opts(plugin, name)
        if options is not None:
            hook = options.get("specname") or name
            yield Implementation(hook, name, getattr(plugin, name), options)


def _is_function(value: object) -> bool:
    return inspect.isroutine(value) or isinstance(value, (classmethod, staticmethod))
