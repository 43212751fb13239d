"""A row cache in memory that forgets what was not asked for the longest."""

from __future__ import annotations

import itertools
import threading
import time
from typing import TYPE_CHECKING, NamedTuple

from cachetools import TLRUCache

from ftrack_cache.bounds import checked_number, checked_seconds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from ftrack_core.ports.cache import Key, Row

__all__ = ["MemoryRows"]


class _Page(NamedTuple):
    rows: Mapping[Key, Row]
    seconds: float


class MemoryRows:
    """Keeps the last *rows* rows, each for *seconds* where that is given.

    Rows are shared and not copied. The rows of one answer are kept, and forgotten, as one: an entry
    for each row would cost as much as reading the row off the wire. For the same reason the first
    who asks for a row enters those that came since the last time into the index: most rows are
    read through their entities, and nobody asks for them here. *timer* returns seconds, for tests.
    """

    def __init__(
        self,
        rows: int = 10_000,
        seconds: float | None = None,
        timer: Callable[[], float] = time.monotonic,
    ) -> None:
        self._limit = checked_number("rows", rows)
        self._seconds = checked_seconds(seconds)
        self._seconds_of: dict[str, float] = {}
        self._lock = threading.Lock()
        self._numbers = itertools.count()
        self._pages: TLRUCache[int, _Page] = TLRUCache(
            rows, lambda _, page, now: now + page.seconds, timer, lambda page: len(page.rows)
        )
        self._index: dict[str, dict[Key, int]] = {}  # entity type to key to the number of a page
        self._indexed = 0
        self._waiting: list[tuple[str, int]] = []  # types and numbers of pages not in the index

    def __repr__(self) -> str:
        return f"<MemoryRows of up to {self._limit} rows>"

    def limit(self, entity_type: str, seconds: float | None) -> None:
        """Keep rows of *entity_type* for *seconds* from now on; None for as long as all others."""
        self._seconds_of[entity_type] = self._seconds if seconds is None else seconds

    def get_many(self, entity_type: str, keys: Iterable[Key]) -> Mapping[Key, Row]:
        """Return the rows of one entity type that are kept for *keys*, and no others."""
        wanted = list(keys)  # an iterator of the caller's is not run under the lock
        found: dict[Key, Row] = {}
        last: int | None = None
        rows: Mapping[Key, Row] = {}
        with self._lock:
            self._enter_waiting()
            number_of = self._index.get(entity_type, {}).get
            for key in wanted:
                number = number_of(key)
                if number is None:
                    continue
                if number != last:  # neighbours mostly came in one page
                    last, rows = number, self._page(number)
                if rows:
                    found[key] = rows[key]
        return found

    def put_page(self, entity_type: str, rows: Mapping[Key, Row]) -> None:
        """Keep the rows of one entity type from one answer."""
        if not rows:
            return
        if len(rows) > self._limit:
            rows = dict(itertools.islice(rows.items(), len(rows) - self._limit, None))
        page = _Page(rows, self._seconds_of.get(entity_type, self._seconds))
        with self._lock:
            number = next(self._numbers)
            self._pages[number] = page
            self._waiting.append((entity_type, number))
            if len(self._waiting) > 2 * len(self._pages):
                alive = set(self._pages)
                self._waiting = [one for one in self._waiting if one[1] in alive]

    def drop(self, entity_type: str, keys: Iterable[Key]) -> None:
        """Forget the rows for *keys*; unknown keys are no error."""
        unwanted = list(keys)
        with self._lock:
            self._enter_waiting()
            index = self._index.get(entity_type, {})
            for key in unwanted:
                index.pop(key, None)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._pages.clear()
            self._index.clear()
            self._indexed = 0
            self._waiting.clear()

    def close(self) -> None:
        """Let go of all rows; calling it again does nothing."""
        self.clear()

    def _page(self, number: int) -> Mapping[Key, Row]:
        """Return the rows of one page, which is in use now; nothing where it is gone."""
        page = self._pages.get(number)
        return {} if page is None else page.rows

    def _enter_waiting(self) -> None:
        """Enter the rows of the pages that came since the last time, in the order they came."""
        waiting, self._waiting = self._waiting, []
        for entity_type, number in waiting:
            rows = self._page(number)
            self._index.setdefault(entity_type, {}).update(zip(rows, itertools.repeat(number)))
            self._indexed += len(rows)
            if self._indexed > 2 * self._limit:
                self._sweep()

    def _sweep(self) -> None:
        """Take out of the index what leads to pages that are gone."""
        alive = set(self._pages)
        for entity_type, index in list(self._index.items()):
            kept = {key: number for key, number in index.items() if number in alive}
            self._index[entity_type] = kept
        self._indexed = sum(map(len, self._index.values()))
