"""Seeing a plugin being taken in while the session runs."""

from __future__ import annotations

import queue
from importlib.util import find_spec
from time import monotonic
from typing import TYPE_CHECKING

from ftrack_core import hookimpl

if TYPE_CHECKING:
    from ftrack_core.ports import PluginChange

    from ftrack_core import Session

__all__ = ["ReloadWatch", "is_watching"]


def is_watching(session: Session) -> bool:
    """Whether something watches the session's plugin folders."""
    loaded = any(info.name == "hotreload" for info in session.plugins.infos)
    return loaded and find_spec("watchdog") is not None


class ReloadWatch:
    """A plugin that is told of each change of plugins, and lets others wait for one."""

    def __init__(self) -> None:
        self._changes: queue.SimpleQueue[PluginChange] = queue.SimpleQueue()

    @hookimpl
    def ftrack_plugins_changed(self, change: PluginChange) -> None:
        """Take note of *change*."""
        self._changes.put(change)

    def wait_for(self, name: str, seconds: float) -> PluginChange | None:
        """Return the change that brings the plugin *name*; None where none does in that time."""
        until = monotonic() + seconds
        while True:
            try:
                change = self._changes.get(timeout=max(0.0, until - monotonic()))
            except queue.Empty:
                return None
            if name in (*change.added, *change.reloaded):
                return change
