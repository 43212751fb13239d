"""Names made from ids."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ftrack_structure.identifier import IdStructure as _IdStructure

from ftrack_api._translation import known_errors

from ._components import component_kind
from .base import Structure

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["IdStructure"]


class IdStructure(Structure):
    """Keeps ``prefix/a/b/c/d/<rest of the id>.exr``.

    Members are below what they are members of: ``file.0001.exr`` in a sequence, named by their id
    in another container.
    """

    def get_resource_identifier(self, entity: Any, context: Mapping[str, Any] | None = None) -> str:
        """Return the identifier of component *entity*.

        Raises `StructureError`, which is a NotImplementedError too for what is no component.
        """
        component_kind(entity)
        with known_errors():
            named = _IdStructure().get_resource_identifier(entity, context)
        return self.path_separator.join([self.prefix, *named.split("/")]).strip("/")
