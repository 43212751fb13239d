"""Which custom attributes an entity has that the server has no rows for yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ftrack_core.errors import UnknownCustomAttributeError

if TYPE_CHECKING:
    from ftrack_core.entity import Entity
    from ftrack_core.store import Store

__all__ = ["Configurations"]

_QUERY = (
    "select id, key, entity_type, object_type_id, is_hierarchical from CustomAttributeConfiguration"
)
_ENTITY_TYPES = {
    "Asset": "asset",
    "AssetVersion": "assetversion",
    "AssetVersionList": "list",
    "List": "list",
    "Project": "show",
    "TypedContextList": "list",
    "User": "user",
}
"""What configurations call the types they are for; every other one is a typed context."""


class Configurations:
    """The configurations of custom attributes, asked for once and again when a key is not found."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._rows: list[dict[str, Any]] | None = None
        self._found: dict[str, dict[str, str]] = {}

    def find(self, owner: Entity, key: str) -> str:
        """Return the id of one. Raises `UnknownCustomAttributeError` with near keys."""
        if self._rows is None or key not in self._of(owner):
            self._rows, _ = self._store.raw_rows(_QUERY)
            self._found = {}
        found = self._of(owner)
        if key not in found:
            raise UnknownCustomAttributeError(owner.entity_type, key, found)
        return found[key]

    def _of(self, owner: Entity) -> dict[str, str]:
        """Return the ids by key, of all that entities of the owner's type have."""
        name = owner.entity_type
        if name not in self._found:
            rows = [row for row in self._rows or () if _applies(row, owner)]
            self._found[name] = {str(row["key"]): str(row["id"]) for row in rows}
        return self._found[name]


def _applies(row: dict[str, Any], owner: Entity) -> bool:
    kind = _ENTITY_TYPES.get(owner.entity_type, "task")
    if row.get("is_hierarchical"):
        return kind in ("show", "task")
    return row.get("entity_type") == kind and row.get("object_type_id") == _object_type(owner)


def _object_type(owner: Entity) -> str | None:
    attribute = owner.schema.attributes.get("object_type_id")
    default = None if attribute is None else attribute.default
    return None if default is None else str(default)
