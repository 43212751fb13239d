"""A row cache in memory that forgets what was not asked for the longest."""

from __future__ import annotations

import itertools
import threading
import time
from typing import TYPE_CHECKING

from cachetools import LRUCache, TTLCache

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from cachetools import Cache
    from ftrack_core.ports.cache import Key, Row

__all__ = ["MemoryCache"]


class MemoryCache:
    """Keeps the last *rows* rows, each for *seconds* where that is given.

    Rows are shared and not copied. The rows of one answer are kept, and forgotten, as one: an entry
    for each row would cost as much as reading the row off the wire. *timer* returns seconds, for
    tests.
    """

    def __init__(
        self,
        rows: int = 10_000,
        seconds: float | None = None,
        timer: Callable[[], float] = time.monotonic,
    ) -> None:
        self._limit = rows
        self._lock = threading.Lock()
        self._numbers = itertools.count()
        self._pages: Cache[int, Mapping[Key, Row]] = (
            LRUCache(rows, getsizeof=len)
            if seconds is None
            else TTLCache(rows, seconds, timer, getsizeof=len)
        )
        self._index: dict[str, dict[Key, int]] = {}  # entity type to key to the number of a page
        self._indexed = 0

    def __repr__(self) -> str:
        return f"<MemoryCache of up to {self._limit} rows>"

    def get_many(self, entity_type: str, keys: Iterable[Key]) -> Mapping[Key, Row]:
        """Return the rows of one entity type that are kept for *keys*, and no others."""
        wanted = list(keys)  # an iterator of the caller's is not run under the lock
        found: dict[Key, Row] = {}
        with self._lock:
            index = self._index.get(entity_type, {})
            for key in wanted:
                number = index.get(key)
                page = None if number is None else self._pages.get(number)
                if page is not None:
                    found[key] = page[key]
        return found

    def put_page(self, entity_type: str, rows: Mapping[Key, Row]) -> None:
        """Keep the rows of one entity type from one answer."""
        if len(rows) > self._limit:
            rows = dict(itertools.islice(rows.items(), len(rows) - self._limit, None))
        with self._lock:
            number = next(self._numbers)
            self._pages[number] = rows
            self._index.setdefault(entity_type, {}).update(dict.fromkeys(rows, number))
            self._indexed += len(rows)
            if self._indexed > 2 * self._limit:
                self._sweep()

    def drop(self, entity_type: str, keys: Iterable[Key]) -> None:
        """Forget the rows for *keys*; unknown keys are no error."""
        unwanted = list(keys)
        with self._lock:
            index = self._index.get(entity_type, {})
            for key in unwanted:
                index.pop(key, None)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._pages.clear()
            self._index.clear()
            self._indexed = 0

    def close(self) -> None:
        """Let go of all rows; calling it again does nothing."""
        self.clear()

    def _sweep(self) -> None:
        """Take out of the index what leads to pages that are gone."""
        alive = set(self._pages)
        for entity_type, index in list(self._index.items()):
            kept = {key: number for key, number in index.items() if number in alive}
            self._index[entity_type] = kept
        self._indexed = sum(map(len, self._index.values()))
