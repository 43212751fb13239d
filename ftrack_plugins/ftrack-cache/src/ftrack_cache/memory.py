"""A cache of values in memory, bounded by number and by time."""

from __future__ import annotations

import math
import threading
import time
from typing import TYPE_CHECKING, Any

from cachetools import Cache as BoundedCache
from cachetools import LRUCache

from .base import Cache
from .bounds import checked_number, checked_seconds

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["MemoryCache"]


class MemoryCache(Cache):
    """Keeps up to *entries* values, each for *seconds* where that is given; None is no limit.

    What was not asked for the longest goes first. Values are shared and not copied. *timer* returns
    seconds, for tests.
    """

    def __init__(
        self,
        entries: int | None = 100_000,
        seconds: float | None = None,
        timer: Callable[[], float] = time.monotonic,
    ) -> None:
        self._seconds = checked_seconds(seconds)
        self._timer = timer
        self._lock = threading.Lock()
        most = math.inf if entries is None else checked_number("entries", entries)
        self._kept: LRUCache[Any, tuple[Any, float]] = LRUCache(most)  # value and end of its time

    def __repr__(self) -> str:
        return f"<MemoryCache of up to {self._kept.maxsize} entries>"

    def get(self, key: Any) -> Any:
        """Return the value kept for *key*; raise KeyError where there is none."""
        with self._lock:
            value, end = self._kept[key]
            if end != math.inf and end <= self._timer():
                del self._kept[key]
                raise KeyError(key)
            return value

    def set(self, key: Any, value: Any) -> None:
        """Keep *value* for *key*."""
        end = self._end(self._seconds)
        with self._lock:
            self._kept[key] = (value, end)

    def remove(self, key: Any) -> None:
        """Forget *key*; raise KeyError where nothing is kept for it."""
        with self._lock:
            _, end = self._kept.pop(key)
        if end <= self._end(0):
            raise KeyError(key)

    def keys(self) -> list[Any]:
        """Return the keys at this moment."""
        now = self._end(0)
        look = BoundedCache.__getitem__  # asking for a key itself would make it one asked for
        with self._lock:
            return [key for key in self._kept if look(self._kept, key)[1] > now]

    def set_all(self, values: Mapping[Any, Any], seconds: float | None = None) -> None:
        """Keep *values* by key, for *seconds* where that is given."""
        end = self._end(self._seconds if seconds is None else seconds)
        with self._lock:
            for key, value in values.items():
                self._kept[key] = (value, end)

    def _end(self, seconds: float) -> float:
        return seconds if seconds == math.inf else self._timer() + seconds
