"""A row cache that a user gave to a session, and may give to others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .plain import plain_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ftrack_core.ports import Cache
    from ftrack_core.ports.cache import Key, Row

__all__ = ["LentRows"]


class LentRows:
    """Gives and takes copies of rows: each session writes into its own what it learns of them.

    Closing it leaves the cache open, which is its maker's to close.
    """

    def __init__(self, cache: Cache) -> None:
        self._cache = cache

    def __repr__(self) -> str:
        return f"<LentRows of {self._cache!r}>"

    def limit(self, entity_type: str, seconds: float | None) -> None:
        """Leave the times to the maker of the cache: another session may have others."""

    def get_many(self, entity_type: str, keys: Iterable[Key]) -> Mapping[Key, Row]:
        """Return copies of the rows that are kept for *keys*."""
        return plain_rows(self._cache.get_many(entity_type, keys))

    def put_page(self, entity_type: str, rows: Mapping[Key, Row]) -> None:
        """Keep copies of the rows of one entity type from one answer."""
        self._cache.put_page(entity_type, plain_rows(rows))

    def drop(self, entity_type: str, keys: Iterable[Key]) -> None:
        """Forget the rows for *keys*."""
        self._cache.drop(entity_type, keys)

    def clear(self) -> None:
        """Forget everything."""
        self._cache.clear()

    def close(self) -> None:
        """Do nothing."""
