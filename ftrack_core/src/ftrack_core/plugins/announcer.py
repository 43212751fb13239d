"""Telling of changes in their order, outside the lock under which they are made."""

from __future__ import annotations

import logging
from collections import deque
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from ftrack_core.ports import PluginChange

__all__ = ["Announcer"]

_logger = logging.getLogger("ftrack_core.plugins")


class Announcer:
    """Hands changes to *notify* one at a time and in order.

    Whoever comes while another thread is telling leaves the change to that one. A listener may so
    wait for a thread that is itself about to refresh, or refresh on its own.
    """

    def __init__(self, notify: Callable[[PluginChange], object] | None) -> None:
        self._notify = notify
        self._waiting: deque[PluginChange] = deque()
        self._telling = Lock()

    def add(self, change: PluginChange) -> None:
        """Remember a change; call it in the order in which changes happen."""
        self._waiting.append(change)

    def tell(self) -> None:
        """Tell all changes that wait."""
        while self._waiting and self._telling.acquire(blocking=False):
            try:
                self._tell_waiting()
            finally:
                self._telling.release()

    def _tell_waiting(self) -> None:
        while self._waiting:
            change = self._waiting.popleft()
            if self._notify is None:
                continue
            try:
                self._notify(change)
            except Exception:
                _logger.exception("a change of plugins could not be told")
