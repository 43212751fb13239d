"""The transformer that changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["ResourceIdentifierTransformer"]


class ResourceIdentifierTransformer:
    """Leaves identifiers as they are; a subclass changes them both ways. *session* is at hand."""

    def __init__(self, session: Any) -> None:
        self.session = session
        super().__init__()

    def encode(self, resource_identifier: str, context: Mapping[str, Any] | None = None) -> str:
        """Return what the server shall keep; *context* holds the *component*."""
        del context
        return resource_identifier

    def decode(self, resource_identifier: str, context: Mapping[str, Any] | None = None) -> str:
        """Return what the accessor takes."""
        del context
        return resource_identifier
