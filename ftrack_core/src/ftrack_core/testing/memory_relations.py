"""How the rows of one entity type find those of another: the part a schema does not spell out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ftrack_core.schema import AttributeKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ftrack_core.schema import AttributeSchema, Schemas

__all__ = ["Inverse", "MemoryRelations"]


@dataclass(frozen=True)
class Inverse:
    """The items of a collection: rows whose *column* holds the owner's id and that match *where*.

    The values in *where* are also what an item gets when it enters the collection.
    """

    column: str
    where: tuple[tuple[str, Any], ...] = ()


_FOREIGN_KEYS = {
    ("Asset", "parent"): "context_id",
    ("Note", "author"): "user_id",
    ("List", "owner"): "user_id",
    ("Recipient", "recipient"): "resource_id",
    ("Recipient", "user"): "resource_id",
    ("ReviewSessionObject", "asset_version"): "version_id",
    ("ReviewSessionObjectStatus", "invitee"): "review_session_invitee_id",
}

_INVERSES = {
    ("Context", "children"): Inverse("parent_id"),
    ("Context", "assets"): Inverse("context_id"),
    ("Context", "assignments"): Inverse("context_id", (("type", "assignment"),)),
    ("Context", "allocations"): Inverse("context_id", (("type", "allocation"),)),
    ("Resource", "assignments"): Inverse("resource_id", (("type", "assignment"),)),
    ("Resource", "allocations"): Inverse("resource_id", (("type", "allocation"),)),
    ("Project", "descendants"): Inverse("project_id"),
    ("Note", "replies"): Inverse("in_reply_to_id"),
    ("Component", "component_locations"): Inverse("component_id"),
    ("ContainerComponent", "members"): Inverse("container_id"),
}

_BY_NAME = {
    "metadata": Inverse("parent_id"),
    "custom_attributes": Inverse("entity_id"),
    "notes": Inverse("parent_id", (("in_reply_to_id", None),)),
    "status_changes": Inverse("parent_id"),
}


class MemoryRelations:
    """The relation table over one set of schemas; what it does not name is worked out."""

    def __init__(self, schemas: Schemas) -> None:
        self._schemas = schemas
        self._found: dict[tuple[str, str], Inverse | None] = {}
        self._subtypes: dict[str, tuple[str, ...]] = {}
        for name in schemas:
            for base in self.bases(name):
                self._subtypes[base] = (*self._subtypes.get(base, ()), name)

    def bases(self, entity_type: str) -> Iterator[str]:
        """Yield *entity_type* and the types it derives from, nearest first."""
        name: str | None = entity_type
        while name is not None and name in self._schemas:
            yield name
            name = self._schemas[name].base

    def subtypes(self, entity_type: str) -> tuple[str, ...]:
        """Return *entity_type* and all types that derive from it."""
        return self._subtypes.get(entity_type, ())

    def foreign_key(self, entity_type: str, attribute: str) -> str:
        """Return the name under which rows of *entity_type* hold the key of a reference."""
        for base in self.bases(entity_type):
            if (base, attribute) in _FOREIGN_KEYS:
                return _FOREIGN_KEYS[base, attribute]
        return f"{attribute}_id"

    def inverse(self, entity_type: str, attribute: AttributeSchema) -> Inverse | None:
        """Return how the items of a collection are found; None where the owner lists them."""
        key = (entity_type, attribute.name)
        if key not in self._found:
            self._found[key] = self._find_inverse(entity_type, attribute)
        return self._found[key]

    def _find_inverse(self, entity_type: str, attribute: AttributeSchema) -> Inverse | None:
        for base in self.bases(entity_type):
            if (base, attribute.name) in _INVERSES:
                return _INVERSES[base, attribute.name]
        if attribute.name in _BY_NAME:
            return _BY_NAME[attribute.name]
        candidates = self._references_to(set(self.bases(entity_type)), attribute.target or "")
        return Inverse(candidates[0]) if len(candidates) == 1 else None

    def _references_to(self, owners: set[str], item_type: str) -> list[str]:
        if item_type not in self._schemas or item_type in owners:
            return []
        return [
            self.foreign_key(item_type, one.name)
            for one in self._schemas[item_type].attributes.values()
            if one.kind is AttributeKind.REFERENCE and one.target in owners and not one.computed
        ]
