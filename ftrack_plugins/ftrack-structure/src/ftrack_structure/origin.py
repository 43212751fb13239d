"""Names kept as they were."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ftrack_core.errors import StructureError

from .reading import identify

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["OriginStructure"]


class OriginStructure:
    """Keeps a component under the identifier it has where it comes from, mostly a whole path."""

    def get_resource_identifier(self, entity: Any, context: Mapping[str, Any] | None = None) -> str:
        """Return ``source_resource_identifier`` of *context*.

        Raises `StructureError` where it is missing.
        """
        source = (context or {}).get("source_resource_identifier")
        if not source:
            raise StructureError(
                f"{identify(entity)}: structure 'origin' needs a source_resource_identifier in its "
                "context; add the component from a location that has it"
            )
        return str(source)
