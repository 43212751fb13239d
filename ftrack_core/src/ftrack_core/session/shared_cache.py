"""The cache of a session as its forks use it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftrack_core.work.copies import copied_row

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ftrack_core.ports import Cache, Key, Row
    from ftrack_core.schema import Schemas

__all__ = ["SharedCache"]


class SharedCache:
    """Gives and takes copies of rows.

    A cache in memory keeps the rows themselves, and each unit of work writes into its own: what it
    learns, and when it asked for it by its own count.
    """

    def __init__(self, cache: Cache, schemas: Schemas) -> None:
        self._cache = cache
        self._schemas = schemas

    def get_many(self, entity_type: str, keys: Iterable[Key]) -> Mapping[Key, Row]:
        """Return copies of the rows that are kept for *keys*."""
        return self._copied(self._cache.get_many(entity_type, keys))

    def put_page(self, entity_type: str, rows: Mapping[Key, Row]) -> None:
        """Keep copies of *rows*."""
        self._cache.put_page(entity_type, self._copied(rows))

    def drop(self, entity_type: str, keys: Iterable[Key]) -> None:
        """Forget the rows for *keys*."""
        self._cache.drop(entity_type, keys)

    def clear(self) -> None:
        """Forget everything."""
        self._cache.clear()

    def close(self) -> None:
        """Do nothing: the cache is the session's."""

    def _copied(self, rows: Mapping[Key, Row]) -> dict[Key, Row]:
        return {key: copied_row(self._schemas, row) for key, row in rows.items()}
