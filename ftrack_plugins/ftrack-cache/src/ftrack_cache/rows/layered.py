"""Row caches above one another: in memory, and below in a file or with somebody else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ftrack_core.ports import Cache
    from ftrack_core.ports.cache import Key, Row

    from .memory import MemoryRows

__all__ = ["LayeredRows"]


class LayeredRows:
    """Asks *upper*, a cache in memory, and for what it has not *lower*.

    Once *lower* has failed it is left alone, until it is cleared: it may hold a row that it should
    have replaced or dropped, and each attempt may wait for as long as the first one.
    """

    def __init__(self, upper: MemoryRows, lower: Cache) -> None:
        self._upper = upper
        self._lower = lower
        self._is_lower_left = False

    def __repr__(self) -> str:
        return f"<LayeredRows of {self._upper!r}, {self._lower!r}>"

    def limit(self, entity_type: str, seconds: float | None) -> None:
        """Keep rows of *entity_type* for *seconds* from now on, in both where they can."""
        for layer in (self._upper, self._lower):
            limit = getattr(layer, "limit", None)
            if limit is not None:
                limit(entity_type, seconds)

    def get_many(self, entity_type: str, keys: Iterable[Key]) -> Mapping[Key, Row]:
        """Return the rows of one entity type that are kept for *keys*, and no others.

        What comes from below stays there: its time is up there, and not when it was last read.
        """
        wanted = list(keys)
        found = dict(self._upper.get_many(entity_type, wanted))
        missing = [key for key in wanted if key not in found]
        if missing:
            found.update(self._below("get_many", entity_type, missing) or {})
        return found

    def put_page(self, entity_type: str, rows: Mapping[Key, Row]) -> None:
        """Keep the rows of one entity type from one answer."""
        self._upper.put_page(entity_type, rows)
        self._below("put_page", entity_type, rows)

    def drop(self, entity_type: str, keys: Iterable[Key]) -> None:
        """Forget the rows for *keys*."""
        unwanted = list(keys)
        self._upper.drop(entity_type, unwanted)
        self._below("drop", entity_type, unwanted)

    def clear(self) -> None:
        """Forget everything."""
        self._upper.clear()
        self._is_lower_left = False
        self._below("clear")

    def close(self) -> None:
        """Close both."""
        self._upper.close()
        self._lower.close()

    def _below(self, method: str, *args: Any) -> Any:
        if self._is_lower_left:
            return None
        try:
            return getattr(self._lower, method)(*args)
        except Exception:
            self._is_lower_left = True
            raise
