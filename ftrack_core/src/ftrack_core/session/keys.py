"""Primary keys as users give them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ftrack_core.errors import EntityError

if TYPE_CHECKING:
    from ftrack_core.entity.rows import Key
    from ftrack_core.schema import EntitySchema

__all__ = ["checked_key"]


def checked_key(schema: EntitySchema, key: Any) -> Key:
    """Return *key* in the form the store uses.

    Takes a text or a UUID, several of them in the order of the primary key, or a mapping by name.
    Raises `EntityError` for anything else and for a wrong number of parts.
    """
    parts = _parts(schema, key)
    if len(parts) != len(schema.primary_key):
        raise EntityError(f"{_described(schema)}, not {len(parts)}")
    texts = [_text(schema, part) for part in parts]
    return texts[0] if len(texts) == 1 else tuple(texts)


def _parts(schema: EntitySchema, key: Any) -> list[Any]:
    if isinstance(key, Mapping):
        if set(key) != set(schema.primary_key):
            raise EntityError(f"{_described(schema)}, not {', '.join(map(str, key)) or 'none'}")
        return [key[name] for name in schema.primary_key]
    if isinstance(key, Iterable) and not isinstance(key, (str, bytes)):
        return list(key)
    return [key]


def _text(schema: EntitySchema, part: Any) -> str:
    from uuid import UUID

    if not isinstance(part, (str, UUID)):
        raise EntityError(
            f"a key of {schema.name} is text or a UUID for each of "
            f"{', '.join(schema.primary_key)}, not {part!r}"
        )
    return str(part)


def _described(schema: EntitySchema) -> str:
    names = ", ".join(schema.primary_key)
    return f"a key of {schema.name} has {len(schema.primary_key)} part(s) ({names})"
