"""The simplest row caches there are: dictionaries that forget nothing by themselves."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ftrack_core.ports.cache import Key, Row

__all__ = ["CopyingCache", "DictCache"]


class DictCache:
    """Keeps every row it is given, for tests of what needs a cache and nothing else.

    Attribute: *rows*, what is kept at the moment, by entity type and key.
    """

    def __init__(self) -> None:
        self.rows: dict[tuple[str, Key], Row] = {}

    def get_many(self, entity_type: str, keys: Iterable[Key]) -> Mapping[Key, Row]:
        """Return the rows that are kept for *keys*."""
        kept = ((key, self.rows.get((entity_type, key))) for key in keys)
        return {key: row for key, row in kept if row is not None}

    def put_page(self, entity_type: str, rows: Mapping[Key, Row]) -> None:
        """Keep the rows of one entity type from one answer."""
        self.rows.update({(entity_type, key): row for key, row in rows.items()})

    def drop(self, entity_type: str, keys: Iterable[Key]) -> None:
        """Forget the rows for *keys*."""
        for key in keys:
            self.rows.pop((entity_type, key), None)

    def clear(self) -> None:
        """Forget everything."""
        self.rows.clear()

    def close(self) -> None:
        """Do nothing: there is nothing to give up."""


class CopyingCache(DictCache):
    """Keeps copies, as a file does: what changes in a row afterwards has to be put again."""

    def put_page(self, entity_type: str, rows: Mapping[Key, Row]) -> None:
        """Keep what the rows of one entity type hold now."""
        super().put_page(
            entity_type, {key: json.loads(json.dumps(row)) for key, row in rows.items()}
        )
