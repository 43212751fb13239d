"""The values that an entity is created with: checked, and sorted by how they are recorded."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Any, NamedTuple

from ftrack_core.entity.collection import each_once
from ftrack_core.entity.mapped import checked_mapping
from ftrack_core.entity.rows import TYPE
from ftrack_core.entity.symbols import NOT_SET
from ftrack_core.errors import ComputedAttributeError, EntityError
from ftrack_core.schema import UID, AttributeKind
from ftrack_core.wire import UNCHANGED

from .checks import PLAIN, require_assignable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ftrack_core.schema import AttributeSchema, EntitySchema

    from .unit import UnitOfWork

__all__ = ["NewValues", "Plan", "default_of", "new_values", "plan_of", "usual_values"]

_MAPPED = AttributeKind.MAPPED
_COLLECTION = AttributeKind.COLLECTION
_REFERENCE = AttributeKind.REFERENCE
_SCALAR = AttributeKind.SCALAR


class NewValues(NamedTuple):
    """What `create` was given.

    *key* is the primary key by names. *local* is all else that the create itself carries and the
    entity shows. *mapped* is recorded key by key afterwards.
    """

    key: dict[str, str]
    local: dict[str, Any]
    mapped: dict[str, Mapping[str, Any]]


class Plan(NamedTuple):
    """What creating entities from values of the same names takes, in a loop mostly.

    It is *usual* where the server's identifier is made here and the values are scalars and
    references.
    """

    is_usual: bool
    scalars: tuple[str, ...] = ()
    references: tuple[str, ...] = ()


def plan_of(schema: EntitySchema, names: tuple[str, ...]) -> Plan:
    """Return how entities of *schema* are created from values of these *names*."""
    attributes = [schema.attributes.get(name) for name in names]
    if schema.primary_key != ("id",) or not all(map(_is_usual, attributes)):
        return Plan(is_usual=False)
    kinds = {name: schema.attributes[name].kind for name in names}
    return Plan(
        True,
        tuple(name for name, kind in kinds.items() if kind is not _REFERENCE),
        tuple(name for name, kind in kinds.items() if kind is _REFERENCE),
    )


def _is_usual(attribute: AttributeSchema | None) -> bool:
    return (
        attribute is not None
        and attribute.name != "id"
        and attribute.kind in (_SCALAR, _REFERENCE)
        and not attribute.computed
    )


def usual_values(work: UnitOfWork, plan: Plan, data: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return what a new entity shows for *data*, where it is a usual one.

    None where there is more to say of one of its values; see `new_values`.
    """
    is_usual, scalars, references = plan
    if not is_usual:
        return None
    for name in scalars:
        value = data[name]
        if value.__class__ in UNCHANGED or (value.__class__ is float and isfinite(value)):
            continue
        return None
    for name in references:
        if getattr(data[name], "_work", None) is not work:
            return None
    return dict(data)


def new_values(work: UnitOfWork, schema: EntitySchema, data: Mapping[str, Any]) -> NewValues:
    """Return *data* for a new entity of *schema*, sorted.

    Raises `UnknownAttributeError` with near names, `ComputedAttributeError`, and `EntityError` for
    an entity of another session, a relation to what is no entity, a mapped attribute that is given
    no mapping, and a primary key that lacks a part.
    """
    attributes = schema.attributes
    key = {name: _key_part(work, schema, name, data) for name in schema.primary_key}
    local: dict[str, Any] = {}
    mapped: dict[str, Mapping[str, Any]] = {}
    for name, value in data.items():
        if name in key or name == TYPE or value is NOT_SET:
            continue
        attribute = attributes.get(name) or schema.attribute(name)
        if attribute.computed:
            raise ComputedAttributeError(schema.name, name)
        if attribute.kind is _MAPPED:
            if value is not None and (given := checked_mapping(schema.name, name, value)):
                mapped[name] = given
            continue
        if attribute.kind is _COLLECTION:
            value = each_once(value)
        if value.__class__ not in PLAIN or attribute.kind is _REFERENCE:
            require_assignable(work, schema, attribute, value)
        local[name] = value
    return NewValues(key, local, mapped)


def default_of(attribute: AttributeSchema) -> Any:
    """Return what a new entity has where nothing was given, as the server will fill it in.

    `NOT_SET` where the schema says nothing, as for all relations.
    """
    is_said = attribute.kind is AttributeKind.SCALAR and attribute.has_default
    return attribute.default if is_said and attribute.default != UID else NOT_SET


def _key_part(work: UnitOfWork, schema: EntitySchema, name: str, data: Mapping[str, Any]) -> str:
    given = data.get(name)
    if given is not None and given is not NOT_SET:
        return str(given)
    if name == "id":
        return work.identifiers.new()
    referenced = data.get(schema.twins.get(name, ""))
    if referenced is not None:
        return str(referenced["id"])
    if schema.attribute(name).default == UID:
        return work.identifiers.new()
    raise EntityError(f"{name!r} is part of the primary key: give it a value")
