"""Where events wait until somebody handles them."""

from __future__ import annotations

import logging
from collections import deque
from threading import Condition
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ftrack_core.ports import Event

__all__ = ["Inbox"]

_logger = logging.getLogger(__name__)
# In seconds. On Windows an endless wait for a lock cannot be interrupted from the keyboard.
_SLICE = 1.0


class Inbox:
    """A queue of at most *limit* events, each of which is taken once.

    Where nobody takes any the oldest are dropped, with one line in the log for each time that the
    queue has filled up.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._events: deque[Event] = deque()
        self._changed = Condition()
        self._calls = 0
        self._closed = False
        self._full = False

    def __len__(self) -> int:
        return len(self._events)

    @property
    def ticket(self) -> int:
        """What `take` is given to notice a later `release`."""
        return self._calls

    def put(self, event: Event) -> None:
        """Add an event and wake who waits for one."""
        with self._changed:
            if self._closed:
                return
            self._make_room()
            self._events.append(event)
            self._changed.notify()

    def take(self, timeout: float | None, ticket: int) -> Event | None:
        """Return the oldest event, waiting up to *timeout* seconds (None: for ever) for one.

        Returns None when the time is over, when closed, or when `release` was called since *ticket*
        was read.
        """
        until = None if timeout is None else monotonic() + timeout
        with self._changed:
            while True:
                if self._closed or self._calls != ticket:
                    return None
                if self._events:
                    return self._events.popleft()
                left = _SLICE if until is None else min(_SLICE, until - monotonic())
                if left <= 0:
                    return None
                self._changed.wait(left)

    def release(self) -> None:
        """Let everybody who waits go on without an event."""
        with self._changed:
            self._calls += 1
            self._changed.notify_all()

    def close(self) -> None:
        """Drop what is here and take nothing more."""
        with self._changed:
            self._closed = True
            self._events.clear()
            self._changed.notify_all()

    def _make_room(self) -> None:
        if len(self._events) < self._limit:
            self._full = False
            return
        if not self._full:
            self._full = True
            _logger.warning(
                "%d events wait and nobody handles them: the oldest are dropped; call wait(), or "
                "subscribe with worker=True",
                self._limit,
            )
        self._events.popleft()
