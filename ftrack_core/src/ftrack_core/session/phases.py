"""The phases of a session's life, and who runs them."""

from __future__ import annotations

from enum import IntEnum
from threading import RLock
from typing import TYPE_CHECKING

from ftrack_core.errors import FtrackError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["Life", "Phase"]


class Phase(IntEnum):
    """How far a session has come."""

    MADE = 0
    PLUGINS_LOADED = 1
    SERVER_KNOWN = 2
    TYPES_READY = 3
    LOCATIONS_SET = 4
    READY = 5


class Life:
    """Runs each phase once, in order, in one thread.

    The first need of the server runs what is left. What a phase itself calls comes back here: from
    *types ready* on that is allowed, so handlers may query; before, it is an error that says so.
    A phase that raises is run again at the next need.
    """

    def __init__(self, steps: Mapping[Phase, Callable[[], None]]) -> None:
        self.phase = Phase.MADE
        self._steps = steps
        self._running: Phase | None = None
        self._lock = RLock()

    def reach(self, wanted: Phase) -> None:
        """Run the phases up to *wanted*."""
        if self.phase >= wanted or self._running is Phase.READY:
            return  # while *ready* runs its handlers, they and the threads they start may query
        with self._lock:
            if self._running is not None:
                self._require_types()
                return
            while self.phase < wanted:
                self._run(Phase(self.phase + 1))

    def _run(self, phase: Phase) -> None:
        self._running = phase
        try:
            self._steps[phase]()
        finally:
            self._running = None
        self.phase = phase

    def _require_types(self) -> None:
        if self.phase < Phase.TYPES_READY:
            raise FtrackError(
                "the session is just connecting and knows no entity types yet; use "
                "ftrack_session_started for what needs the server"
            )
