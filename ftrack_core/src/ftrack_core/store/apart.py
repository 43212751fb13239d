"""Leaves the items of mapped attributes out of the index, where nobody can look for them there.

Metadata and custom attributes come as rows of their own, several for each row of a page. Nearly
always they are read through their owner only, so taking each in would be work for nothing. Two
things need them in the index: an entity of their type that somebody holds, and an item that comes
once more as a bare key.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ftrack_core.entity.rows import TYPE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ftrack_core.schema import AttributeSchema

    from .identity import IdentityMap

__all__ = ["ItemsApart"]

Row = dict[str, Any]


class ItemsApart:
    """Which columns of mapped items of one answer were left as they came."""

    def __init__(self, identity: IdentityMap, index: Mapping[str, Any]) -> None:
        self._identity = identity
        self._index = index
        self._columns: list[tuple[Sequence[Row], str]] = []
        self._types: set[str] = set()

    def leave(self, rows: Sequence[Row], name: str, attribute: AttributeSchema) -> bool:
        """Leave the items of attribute *name* of *rows* as they are, if they are all whole."""
        value_name = attribute.value_attribute or "value"
        types = set()
        for row in rows:
            for item in row.get(name) or ():
                if value_name not in item:
                    return False
                types.add(item[TYPE])
        if any(one in self._index or self._identity.buckets.get(one) for one in types):
            return False
        self._columns.append((rows, name))
        self._types |= types
        return True

    def back(self, entity_type: str) -> list[tuple[Sequence[Row], str]]:
        """Return the columns that have to be taken in before a row of this type is; once."""
        if entity_type not in self._types:
            return []
        columns, self._columns, self._types = self._columns, [], set()
        return columns
