"""What ``ftrack types`` shows of the server's schema."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ftrack_core.schema import AttributeKind

from .connecting import connected
from .layout import show_folded
from .writers import show_json

if TYPE_CHECKING:
    from ftrack_core.schema import AttributeSchema, EntitySchema

    from .connecting import Connection

__all__ = ["list_attributes", "list_types"]

_KINDS = {
    AttributeKind.SCALAR: "value",
    AttributeKind.REFERENCE: "reference",
    AttributeKind.COLLECTION: "collection",
    AttributeKind.MAPPED: "mapping",
}


def list_types(shown_as: str, *, connection: Connection) -> int:
    """Print all entity types; return the exit status."""
    with connected(*connection) as session:
        schemas = sorted(session.schemas.values(), key=lambda one: one.name)
    if shown_as == "json":
        show_json([_type_described(one) for one in schemas])
        return 0
    rows = [(one.name, ", ".join(one.primary_key), one.base) for one in schemas]
    show_folded(("type", "key", "derives from"), rows, whole=("type", "derives from"))
    return 0


def list_attributes(entity_type: str, shown_as: str, *, connection: Connection) -> int:
    """Print the attributes of one type by name; return the exit status.

    Raises `UnknownEntityTypeError` with near names.
    """
    with connected(*connection) as session:
        schema = session.schemas[entity_type]
    attributes = sorted(schema.attributes.values(), key=lambda one: one.name)
    if shown_as == "json":
        show_json([_attribute_described(schema, one) for one in attributes])
        return 0
    rows = [
        (one.name, _KINDS[one.kind], one.target or one.data_type, ", ".join(_flags(schema, one)))
        for one in attributes
    ]
    show_folded(("attribute", "kind", "of", "flags"), rows, whole=("attribute", "kind", "of"))
    return 0


def _type_described(schema: EntitySchema) -> dict[str, Any]:
    return {
        "name": schema.name,
        "base": schema.base,
        "primary_key": list(schema.primary_key),
        "default_projections": list(schema.default_projections),
        "attributes": sorted(schema.attributes),
    }


def _attribute_described(schema: EntitySchema, attribute: AttributeSchema) -> dict[str, Any]:
    return {
        "name": attribute.name,
        "kind": _KINDS[attribute.kind],
        "data_type": attribute.data_type or None,
        "target": attribute.target,
        "default": attribute.default,
        "flags": _flags(schema, attribute),
    }


def _flags(schema: EntitySchema, attribute: AttributeSchema) -> list[str]:
    flags = {
        "key": attribute.name in schema.primary_key,
        "required": attribute.required,
        "immutable": attribute.immutable,
        "computed": attribute.computed,
        "default": attribute.has_default and attribute.default is not None,
        "criteria only": attribute.restricted,
    }
    return [name for name, holds in flags.items() if holds]
