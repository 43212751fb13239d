"""From resource identifiers to the keys of a bucket and back."""

from __future__ import annotations

from ftrack_core.errors import AccessorError
from ftrack_core.ports import normalised_identifier

__all__ = ["Keys"]


class Keys:
    """The keys below a prefix. Containers are what ends in ``/``."""

    def __init__(self, prefix: str) -> None:
        self._start = f"{prefix}/" if prefix else ""

    def key(self, identifier: str) -> str:
        """Return the key of a file; raise `AccessorError` for what leads outside, and the root."""
        inside = normalised_identifier(identifier)
        if not inside:
            raise AccessorError(
                f"{identifier!r} is the root of this accessor, not a file",
                resource_identifier=identifier,
            )
        return self._start + inside

    def folder(self, identifier: str) -> str:
        """Return the prefix of what lies in a container; it ends in ``/`` or is empty."""
        inside = normalised_identifier(identifier)
        return f"{self._start}{inside}/" if inside else self._start

    def identifier(self, key: str) -> str:
        """Return the identifier of a key or of a prefix."""
        return key[len(self._start) :].rstrip("/")
