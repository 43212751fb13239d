"""Where events wait, either way, and who waits for replies."""

from __future__ import annotations

import queue
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Any, TypeVar

from .base import Event

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["EventQueue", "Limited", "OutgoingQueue"]

Key = TypeVar("Key")
Value = TypeVar("Value")

_LIMIT = 10_000
_SLICE = 0.1  # seconds


class EventQueue(queue.Queue[Event]):
    """The events that a hub was given past the kernel; whoever waits here serves the kernel too.

    *handle_others* handles what waits in the kernel, on the calling thread.
    """

    def __init__(self, handle_others: Callable[[], object]) -> None:
        super().__init__()
        self._handle_others = handle_others

    def get(self, block: bool = True, timeout: float | None = None) -> Event:
        """Return the oldest event; raises `queue.Empty` where none comes within *timeout*."""
        until = None if timeout is None else monotonic() + timeout
        while True:
            self._handle_others()
            left = _SLICE if until is None else min(_SLICE, max(0.0, until - monotonic()))
            try:
                return super().get(block, left)
            except queue.Empty:
                if not block or (until is not None and monotonic() >= until):
                    raise


class OutgoingQueue(queue.Queue[Any]):
    """What was published before there was a connection; the oldest give way to new ones."""

    def __init__(self, dropped: Callable[[], object]) -> None:
        super().__init__(_LIMIT)
        self._dropped = dropped

    def keep(self, item: Any) -> None:
        """Add *item*."""
        while True:
            try:
                self.put_nowait(item)
            except queue.Full:
                self.get_nowait()
                self._dropped()
            else:
                return


class Limited(dict[Key, Value]):
    """A dictionary that forgets its oldest keys when it has many."""

    def __init__(self, limit: int = _LIMIT) -> None:
        super().__init__()
        self._limit = limit
        self._changing = Lock()

    def __setitem__(self, key: Key, value: Value) -> None:
        with self._changing:
            super().__setitem__(key, value)
            if len(self) > self._limit:
                super().pop(next(iter(self)), None)
