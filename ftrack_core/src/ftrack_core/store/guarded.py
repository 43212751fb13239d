"""A cache that may fail: what it keeps is a convenience, and its failures must cost no work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ftrack_core.plugins import Leased

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from logging import Logger

    from ftrack_core.ports import Cache, Key, Row

__all__ = ["GuardedCache"]


class GuardedCache:
    """Passes everything on to *cache*; where that raises it is logged, once for each kind of error.

    A failed look is as if nothing were kept.
    """

    def __init__(self, cache: Cache) -> None:
        self._leased = Leased(cache, lambda one: one.close())
        self._told: set[str] = set()

    def get_many(self, entity_type: str, keys: Iterable[Key]) -> Mapping[Key, Row]:
        """Return the rows that are kept for *keys*."""
        found: Mapping[Key, Row] | None = self._try("get_many", entity_type, keys)
        return {} if found is None else found

    def put_page(self, entity_type: str, rows: Mapping[Key, Row]) -> None:
        """Keep the rows of one answer."""
        self._try("put_page", entity_type, rows)

    def drop(self, entity_type: str, keys: Iterable[Key]) -> None:
        """Forget the rows for *keys*."""
        self._try("drop", entity_type, keys)

    def limit(self, entity_type: str, seconds: float | None) -> None:
        """Keep rows of a type for *seconds* from now on, where the cache can; else say so."""

        from ftrack_core.ports import TimedCache

        def work() -> None:
            with self._leased.use() as cache:
                if isinstance(cache, TimedCache):
                    cache.limit(entity_type, seconds)
                elif seconds is not None:
                    _logger().warning(
                        "%s knows no times: rows of %s are kept as long as others",
                        type(cache).__name__,
                        entity_type,
                    )

        self._attempt(work)

    def clear(self) -> None:
        """Forget everything."""
        self._try("clear")

    def close(self) -> None:
        """Give up files and connections, when nobody uses them any more."""
        self._attempt(self._leased.retire)

    def replace(self, cache: Cache) -> None:
        """Go on with another cache; the old one closes when its last user leaves."""
        leased, self._leased = self._leased, Leased(cache, lambda one: one.close())
        self._attempt(leased.retire)

    def _try(self, name: str, *args: Any) -> Any:
        def work() -> Any:
            with self._leased.use() as cache:
                return getattr(cache, name)(*args)

        return self._attempt(work)

    def _attempt(self, work: Callable[[], Any]) -> Any:
        try:
            return work()
        except Exception as error:  # noqa: BLE001 -- whatever a cache raises, the work goes on
            kind = type(error).__name__
            if kind not in self._told:
                self._told.add(kind)
                _logger().warning("the cache failed and is passed over: %s: %s", kind, error)
            return None


def _logger() -> Logger:
    from logging import getLogger

    return getLogger(__name__)
