"""The data of a create or an update, turned into columns.

References become the column that holds their key; collections are set aside, they are applied when
the row itself is there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ftrack_embedded.engine import failures
from ftrack_embedded.engine.values import untagged
from ftrack_embedded.model.description import Attribute, Column, Computed, EntityType, Reference

from .scalars import stored_scalar, wire_echo

if TYPE_CHECKING:
    from ftrack_embedded.engine.catalogue import Catalogue

__all__ = ["Incoming", "is_key_part", "key_from_wire", "read_incoming"]


@dataclass
class Incoming:
    """What was written: *columns* by their names in storage, *collections* by attribute.

    *echo* is the wire value of each scalar and reference that was given, for the answer.
    """

    columns: dict[str, Any] = field(default_factory=dict)
    collections: list[tuple[Attribute, Any]] = field(default_factory=list)
    echo: dict[str, Any] = field(default_factory=dict)
    named: set[str] = field(default_factory=set)
    """The columns that were given as scalars."""


def read_incoming(
    catalogue: Catalogue, entity_type: EntityType, data: Mapping[str, Any]
) -> Incoming:
    """Check and convert *data*; what the type does not have or cannot take is an error."""
    incoming = Incoming()
    for name, value in data.items():
        if name != "__entity_type__":
            _read(catalogue, entity_type, incoming, name, value)
    return incoming


def _read(
    catalogue: Catalogue, entity_type: EntityType, incoming: Incoming, name: str, value: Any
) -> None:
    attribute = entity_type.attributes.get(name)
    if attribute is None:
        raise failures.unknown_attribute(name, entity_type.name, entity_type.attributes)
    storage = attribute.storage
    if attribute.restricted or (isinstance(storage, Computed) and attribute.kind != "mapped"):
        _refuse_computed(entity_type, attribute, value)
    elif isinstance(storage, Column):
        _read_scalar(entity_type, incoming, attribute, storage, value)
    elif isinstance(storage, Reference):
        _read_reference(catalogue, entity_type, incoming, attribute, storage, value)
    elif storage is not None:
        incoming.collections.append((attribute, value))


def _refuse_computed(entity_type: EntityType, attribute: Attribute, value: Any) -> None:
    if value not in (None, "", []):
        raise failures.invalid(
            f'Attribute "{attribute.name}" of {entity_type.name} is computed by the server '
            "and cannot be written."
        )


def _read_scalar(
    entity_type: EntityType,
    incoming: Incoming,
    attribute: Attribute,
    storage: Column,
    value: Any,
) -> None:
    stored = stored_scalar(entity_type.name, attribute, value)
    if storage.refers_to and stored == "":
        stored = None
    if stored is not None:
        incoming.columns[storage.name] = stored
    incoming.columns.setdefault(storage.name, stored)
    incoming.named.add(storage.name)
    incoming.echo[attribute.name] = wire_echo(attribute, value, stored)


def _read_reference(
    catalogue: Catalogue,
    entity_type: EntityType,
    incoming: Incoming,
    attribute: Attribute,
    storage: Reference,
    value: Any,
) -> None:
    key = _reference_key(catalogue, entity_type, attribute, storage, value)
    incoming.echo[attribute.name] = value if isinstance(value, dict) else None
    # The attribute that shows the key wins where both are given and disagree.
    is_set = storage.column in incoming.named and incoming.columns[storage.column] is not None
    if not is_set:
        incoming.columns[storage.column] = key


def _reference_key(
    catalogue: Catalogue,
    entity_type: EntityType,
    attribute: Attribute,
    storage: Reference,
    value: Any,
) -> Any:
    if value is None:
        return None
    target = catalogue.types[storage.target]
    if isinstance(value, Mapping):
        value = value.get(target.primary_key[0])
    if not isinstance(value, (str, int)) or value == "":
        label = f'a reference to {target.name}: an object with "{target.primary_key[0]}"'
        raise failures.bad_value(attribute.name, entity_type.name, label, value)
    return value


def key_from_wire(entity_type: EntityType, key: Any) -> tuple[Any, ...]:
    """Return an ``entity_key`` as a tuple; a bare text is the key of a type with a single one."""
    parts = tuple(map(untagged, key)) if isinstance(key, (list, tuple)) else (key,)
    wanted = entity_type.primary_key
    if len(parts) != len(wanted) or not all(is_key_part(part) for part in parts):
        names = ", ".join(wanted)
        raise failures.invalid(f"The entity_key of {entity_type.name} is a list: {names}.")
    return parts


def is_key_part(part: Any) -> bool:
    """Return whether a value can be part of a key."""
    return part != "" and isinstance(part, (str, int)) and not isinstance(part, bool)
