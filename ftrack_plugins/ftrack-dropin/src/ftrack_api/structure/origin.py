"""Everything under the name it had."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ftrack_core.errors import StructureError as _StructureError
from ftrack_structure.origin import OriginStructure as _OriginStructure

from ftrack_api.exception import StructureError

from .base import Structure

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["OriginStructure"]


class OriginStructure(Structure):
    """Keeps a component under the identifier it has where it comes from."""

    def get_resource_identifier(self, entity: Any, context: Mapping[str, Any] | None = None) -> str:
        """Return ``source_resource_identifier`` of *context*.

        Raises `StructureError`, which is a ValueError too, where it is missing.
        """
        try:
            return _OriginStructure().get_resource_identifier(entity, context)
        except _StructureError as error:
            raise _NoSourceError(str(error)) from error


class _NoSourceError(StructureError, ValueError):
    """It is not said where a component comes from."""
