"""A cache that may fail: what it keeps is a convenience, and its failures must cost no work."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from ftrack_core.ports import Cache, Key, Row

__all__ = ["GuardedCache"]

_logger = logging.getLogger(__name__)


class GuardedCache:
    """Passes everything on to *cache*; where that raises it is logged, once for each kind of error.

    A failed look is as if nothing were kept.
    """

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self._told: set[str] = set()

    def get_many(self, entity_type: str, keys: Iterable[Key]) -> Mapping[Key, Row]:
        """Return the rows that are kept for *keys*."""
        found: Mapping[Key, Row] | None = self._try(self._cache.get_many, entity_type, keys)
        return {} if found is None else found

    def put_page(self, entity_type: str, rows: Mapping[Key, Row]) -> None:
        """Keep the rows of one answer."""
        self._try(self._cache.put_page, entity_type, rows)

    def drop(self, entity_type: str, keys: Iterable[Key]) -> None:
        """Forget the rows for *keys*."""
        self._try(self._cache.drop, entity_type, keys)

    def clear(self) -> None:
        """Forget everything."""
        self._try(self._cache.clear)

    def close(self) -> None:
        """Give up files and connections."""
        self._try(self._cache.close)

    def _try(self, work: Callable[..., Any], *args: Any) -> Any:
        try:
            return work(*args)
        except Exception as error:  # noqa: BLE001 -- whatever a cache raises, the work goes on
            kind = type(error).__name__
            if kind not in self._told:
                self._told.add(kind)
                _logger.warning("the cache failed and is passed over: %s: %s", kind, error)
            return None
