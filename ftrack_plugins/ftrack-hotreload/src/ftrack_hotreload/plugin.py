"""Starts and stops the watching of a session's plugin folders."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakMethod

from ftrack_core.hookspecs import hookimpl

if TYPE_CHECKING:
    from ftrack_core.ports import PluginChange
    from ftrack_core.session import Session

__all__ = ["ftrack_plugins_changed", "ftrack_session_closing"]

_SLOT = "hotreload"


@hookimpl
def ftrack_plugins_changed(session: Session, change: PluginChange) -> None:
    """Start watching when a session has loaded its plugins, if it has any folders."""
    slot = session.slot(_SLOT)
    # A broken file in generation 1 is told as generation 1 again.
    if change.generation != 1 or "watcher" in slot or not session.plugins.folders:
        return
    from .watcher import Watcher

    options = session.context.plugin_arguments.get(_SLOT) or {}
    slot["watcher"] = watcher = Watcher(
        session.plugins.folders,
        WeakMethod(session.plugins.refresh),  # a session nobody holds may go, closed or not
        poll=options.get("poll"),
    )
    watcher.start()


@hookimpl
def ftrack_session_closing(session: Session) -> None:
    """Stop watching."""
    watcher = session.slot(_SLOT).pop("watcher", None)
    if watcher is not None:
        watcher.stop()
