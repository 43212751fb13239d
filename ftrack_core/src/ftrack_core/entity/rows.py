"""Rows: what a server says of an entity, as the dict that was decoded, and two stamps on it.

A row is never copied. The store puts a text of its own, a *stamp*, in the place of its type's name:
the same name, and an object that tells where the row came from (its *arrival*). Values that came
later than the rest have their own serials. Both keys begin with two underscores and are no
attribute of any type.
"""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

from .stamps import leads_to, without_stamp

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ftrack_core.schema import EntitySchema

__all__ = [
    "BARE",
    "SERIALS",
    "STAMPS",
    "TYPE",
    "Key",
    "arrival_of",
    "key_of",
    "key_of_parts",
    "key_parts",
    "plain_row",
    "serial_of_row",
    "types_of",
]

TYPE: Final = "__entity_type__"
SERIALS: Final = "__serials__"
STAMPS: Final = frozenset({TYPE, SERIALS})
BARE: Final = 2
"""How many items a row has that is a type and an id and says nothing more."""

_TYPE_OF = itemgetter(TYPE)

Key = str | tuple[str, ...]
"""A primary key: its one part, or a tuple of its parts."""


def arrival_of(row: Mapping[str, Any]) -> Any:
    """Return where *row* came from; None for a row that the store has not taken in."""
    return leads_to(row.get(TYPE))


def serial_of_row(row: Mapping[str, Any]) -> int | None:
    """Return when *row* was asked for; None for a row that the store has not taken in."""
    arrival = leads_to(row.get(TYPE))
    return None if arrival is None else arrival.serial


def key_of(schema: EntitySchema, values: Mapping[str, Any]) -> Key:
    """Return the primary key that *values* hold; raise KeyError naming a part that is missing."""
    names = schema.primary_key
    if len(names) == 1:
        return str(values[names[0]])
    return tuple(str(values[name]) for name in names)


def key_parts(key: Key) -> list[str]:
    """Return a key as the list that the protocol's ``entity_key`` takes."""
    return [key] if isinstance(key, str) else list(key)


def key_of_parts(parts: Iterable[Any]) -> Key:
    """Return the key that `key_parts` takes apart into *parts*."""
    texts = tuple(map(str, parts))
    return texts[0] if len(texts) == 1 else texts


def types_of(rows: Iterable[Mapping[str, Any]]) -> set[str | None]:
    """Return the entity types that *rows* are of; None for a row without one."""
    try:
        return set(map(_TYPE_OF, rows))
    except KeyError:
        return {row.get(TYPE) for row in rows}


def plain_row(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a copy of *row* and of all rows in it, without the stamps."""
    plain = {name: _plain(value) for name, value in row.items() if name != SERIALS}
    if TYPE in plain:
        plain[TYPE] = without_stamp(plain[TYPE])
    return plain


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return plain_row(value)
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value
