"""A reference and the identifier behind it (``status`` and ``status_id``) are one thing.

Assigning one of them makes the other one follow, before the server hears of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ftrack_core.schema import AttributeKind

if TYPE_CHECKING:
    from .entity import Entity

__all__ = ["Twin"]


class Twin:
    """Stands in an entity's assigned values for what follows from the assignment of its twin."""

    __slots__ = ("_name", "_value")

    def __init__(self, name: str, value: Any) -> None:
        self._name = name
        self._value = value

    def look(self, entity: Entity) -> Any:
        """Return the identifier of an assigned reference, or the entity behind an identifier."""
        if self._value is None:
            return None
        attribute = entity.schema.attribute(self._name)
        if attribute.kind is AttributeKind.SCALAR:
            return str(self._value.key)
        return entity._work.find(attribute.target or "", str(self._value))  # noqa: SLF001
