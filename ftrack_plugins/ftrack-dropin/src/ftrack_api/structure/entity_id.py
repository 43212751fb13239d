"""Everything under its id."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ftrack_structure.identifier import EntityIdStructure as _EntityIdStructure

from ftrack_api._translation import known_errors

from .base import Structure

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["EntityIdStructure"]


class EntityIdStructure(Structure):
    """Keeps each entity under its id alone."""

    def get_resource_identifier(self, entity: Any, context: Mapping[str, Any] | None = None) -> str:
        """Return the id; raise `StructureError` where there is none."""
        with known_errors():
            return _EntityIdStructure().get_resource_identifier(entity, context)
