"""The two markers: *hookimpl* for plugins, *hookspec* for this package, *provides* for both."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import pluggy

__all__ = ["PROJECT", "hookimpl", "hookspec", "provided_names", "provides"]

PROJECT = "ftrack"
"""The name under which hooks are marked and the entry-point group of plugins."""

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)

_Function = TypeVar("_Function", bound=Callable[..., Any])
_ATTRIBUTE = "ftrack_provides"


def provides(*names: str) -> Callable[[_Function], _Function]:
    """Say which URL schemes or names a ``ftrack_create_...`` implementation answers for.

    Stated names are what errors and ``did you mean`` offer, and two plugins of one tier that state
    the same name for the same hook are a conflict that is reported when they are loaded.

    Example::

        @provides("gs", "gcs")
        @hookimpl
        def ftrack_create_accessor(context, spec): ...
    """

    def state(function: _Function) -> _Function:
        setattr(function, _ATTRIBUTE, names)
        return function

    return state


def provided_names(function: Callable[..., Any]) -> tuple[str, ...]:
    """Return what `provides` stated on *function*, or nothing."""
    names: tuple[str, ...] = getattr(function, _ATTRIBUTE, ())
    return names
