"""Primary keys as users give them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftrack_core.errors import EntityError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ftrack_core.entity.rows import Key
    from ftrack_core.schema import EntitySchema

__all__ = ["checked_key"]


def checked_key(schema: EntitySchema, key: str | Sequence[str]) -> Key:
    """Return *key* in the form the store uses. Raises `EntityError` for a wrong number of parts."""
    parts = [key] if isinstance(key, str) else [str(part) for part in key]
    if len(parts) != len(schema.primary_key):
        names = ", ".join(schema.primary_key)
        raise EntityError(
            f"a key of {schema.name} has {len(schema.primary_key)} part(s) ({names}), "
            f"not {len(parts)}"
        )
    return parts[0] if len(parts) == 1 else tuple(parts)
