"""Finding and loading older plugin files: those with a ``register`` function."""

from __future__ import annotations

import logging
import os
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import finalize

from ftrack_core.errors import PluginError
from ftrack_core.plugins import load_source as _load_source
from ftrack_core.plugins.older import accepted_arguments
from ftrack_core.plugins.source import unload_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from types import ModuleType

__all__ = ["discover", "load_source"]


def load_source(modname: str, filename: str | os.PathLike[str]) -> ModuleType:
    """Return the file *filename* as a fresh module called *modname*.

    What the file raises is raised, be it `SystemExit`. A module that bears the name already stays
    the one that ``import`` finds.
    """
    try:
        module = _load_source(Path(filename), name="" if modname in sys.modules else modname)
    except PluginError as error:
        raise error.__cause__ or error from None
    if module.__name__ != modname:
        unload_name(module.__name__)
        module.__name__ = modname
    return module


def discover(
    paths: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
    positional_arguments: Sequence[Any] | None = None,
    keyword_arguments: Mapping[str, Any] | None = None,
) -> None:
    """Load every Python file below *paths*, in sorted order, and call its ``register``.

    *paths* are folders, or one folder; blank ones are skipped. ``register`` gets those of the
    arguments that it takes. A file that fails to load, or has no such function, is left out with a
    warning in the log; what ``register`` raises is raised.
    """
    positional, named = tuple(positional_arguments or ()), dict(keyword_arguments or {})
    for path in _files(paths):
        module = _loaded(path)
        if module is None:
            continue
        is_kept = _is_kept_with(positional, module)
        try:
            _register(module, path, positional, named)
        finally:
            if not is_kept:
                unload_name(module.__name__)


def _register(
    module: ModuleType, path: str, positional: tuple[Any, ...], named: dict[str, Any]
) -> None:
    """Call the ``register`` of a module with those of the arguments that it takes."""
    register = getattr(module, "register", None)
    if not callable(register):
        _logger().warning("Not a plugin, for it has no function called register: %s", path)
        return
    given, by_name = accepted_arguments(register, positional, named)
    if len(given) < len(positional) or len(by_name) < len(named):
        _logger().warning("The register of %s does not take all of the arguments.", path)
    register(*given, **by_name)


def _files(paths: Any) -> Iterator[str]:
    folders = [paths] if isinstance(paths, (str, os.PathLike)) else paths
    for folder in folders:
        name = os.fspath(folder).strip()
        for base, inner, names in os.walk(name) if name else ():
            inner.sort()
            yield from (os.path.join(base, one) for one in sorted(names) if one.endswith(".py"))  # noqa: PTH118 -- as the log has always shown it


def _loaded(path: str) -> ModuleType | None:
    """Return the module, or None where it does not load, which is told."""
    try:
        return _load_source(Path(path))
    except PluginError as error:
        _logger().warning('Failed to load plugin from "%s": %s', path, error)
        _logger().debug(traceback.format_exc())
        return None


def _is_kept_with(owners: Sequence[Any], module: ModuleType) -> bool:
    """Let *module* go when what it is registered with goes, which is mostly a session.

    Returns False where nothing tells of the end of that.
    """
    for owner in owners[:1]:
        try:
            finalize(owner, unload_name, module.__name__).atexit = False
        except TypeError:
            return False
    return bool(owners)


def _logger() -> logging.Logger:
    return logging.getLogger(f"{__name__}.discover")
