"""The ports of naming: structures and identifier transformers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["IdentifierTransformer", "Structure"]


@runtime_checkable
class Structure(Protocol):
    """Says under which resource identifier a component is kept in a location."""

    def get_resource_identifier(self, entity: Any, context: Mapping[str, Any] | None = None) -> str:
        """Return the identifier of component *entity*, relative, with ``/`` between its parts.

        *context* may hold ``source_resource_identifier``, the identifier where the component comes
        from; ``location``, the one it is for; and ``clean_name``, a function that returns what
        plugins make of a name as one part of the identifier, or None to leave it to the structure.
        Raises `StructureError` where the component lacks what its name is made from.
        """


@runtime_checkable
class IdentifierTransformer(Protocol):
    """Translates between the identifiers a server keeps and those an accessor takes."""

    def encode(self, resource_identifier: str, context: Mapping[str, Any] | None = None) -> str:
        """Return what the server shall keep."""

    def decode(self, resource_identifier: str, context: Mapping[str, Any] | None = None) -> str:
        """Return what the accessor understands."""
