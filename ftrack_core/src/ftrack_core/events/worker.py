"""A thread that serves one subscription."""

from __future__ import annotations

from collections import deque
from threading import Condition, Thread, current_thread
from time import monotonic
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from ftrack_core.ports import Event, Subscription

    Handle = Callable[[Subscription, Event, Any], object]

__all__ = ["Worker"]

_LINGER = 30.0  # seconds; long enough that a busy handler keeps its thread and what it holds there


class Worker:
    """Hands events to one subscription, one after the other, on a thread of its own.

    The thread begins with the first event and ends when none came for a while, so that a session
    which is dropped without closing leaves no thread behind. *handle* must not raise.
    """

    def __init__(self, subscription: Subscription, handle: Handle) -> None:
        self._subscription = subscription
        self._handle = handle
        self._changed = Condition()
        self._waiting: deque[tuple[Event, Any]] = deque()
        self._thread: Thread | None = None
        self._busy = False
        self._retired = False

    def serve(self, subscription: Subscription) -> None:
        """Go on with *subscription*, also for the events that wait already."""
        self._subscription = subscription

    def hand_over(self, event: Event, answered: Any) -> None:
        """Let the handler have *event* when its turn comes."""
        with self._changed:
            if self._retired:
                return
            self._waiting.append((event, answered))
            self._changed.notify_all()
            if self._thread is None:
                self._thread = Thread(target=self._work, name="ftrack-handler", daemon=True)
                self._thread.start()

    def retire(self) -> None:
        """Take no further event and forget those that wait; the one in hand is finished."""
        with self._changed:
            self._retired = True
            self._waiting.clear()
            self._changed.notify_all()

    def finish(self, timeout: float) -> bool:
        """Wait up to *timeout* seconds until nothing is left to do; say whether that came about."""
        until = monotonic() + timeout
        with self._changed:
            while self._unfinished() and monotonic() < until:
                self._changed.wait(until - monotonic())
            return not self._unfinished()

    def _unfinished(self) -> bool:
        if self._thread is current_thread():
            return False  # a handler that closes its session must not wait for itself
        return bool(self._waiting) or self._busy

    def _work(self) -> None:
        while (work := self._next()) is not None:
            self._handle(self._subscription, *work)

    def _next(self) -> tuple[Event, Any] | None:
        with self._changed:
            self._busy = False
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._waiting or self._retired, _LINGER)
            if not self._waiting:
                self._thread = None
                return None
            self._busy = True
            return self._waiting.popleft()
