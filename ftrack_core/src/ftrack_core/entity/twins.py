"""A reference and the identifier behind it (``status`` and ``status_id``) are one thing.

Assigning one of them makes the other one follow, before the server hears of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ftrack_core.schema import AttributeKind

if TYPE_CHECKING:
    from .entity import Entity

__all__ = ["following"]


def following(entity: Entity, name: str, value: Any) -> Any:
    """Return what *name* is when its twin was assigned *value*.

    That is the identifier of an entity, or the entity behind an identifier.
    """
    if value is None:
        return None
    attribute = entity.schema.attribute(name)
    if attribute.kind is AttributeKind.SCALAR:
        return str(value.key)
    return entity._work.find(attribute.target or "", str(value))  # noqa: SLF001
