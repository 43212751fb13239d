"""Pauses the garbage collector while many rows are taken in at once.

Thousands of small dicts that all stay alive make the collector run over and over for nothing. The
collector belongs to the process, and so must the count of those who want it paused: this counter is
shared by all sessions on purpose, so that two threads never leave the collector off.
"""

from __future__ import annotations

import gc
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["collector_paused"]


class _Pause:
    def __init__(self) -> None:
        self._lock = Lock()
        self._users = 0
        self._was_enabled = False

    def enter(self) -> None:
        with self._lock:
            if self._users == 0:
                self._was_enabled = gc.isenabled()
                gc.disable()
            self._users += 1

    def leave(self) -> None:
        with self._lock:
            self._users -= 1
            if self._users == 0 and self._was_enabled:
                gc.enable()


_PAUSE = _Pause()


@contextmanager
def collector_paused() -> Iterator[None]:
    """Keep the collector from running; nested and concurrent uses are counted."""
    _PAUSE.enter()
    try:
        yield
    finally:
        _PAUSE.leave()
