"""The frozen description of entity types and their attributes.

A server answers ``query_schemas`` with JSON; `Schemas.from_wire` turns it into these values once.
Client and embedded server both read them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Enum
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from .errors import UnknownAttributeError, UnknownEntityTypeError

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["AttributeKind", "AttributeSchema", "EntitySchema", "MappedItems", "Schemas"]

UID = "{uid}"
"""The default by which a schema says: make a new identifier."""


class AttributeKind(Enum):
    """What an attribute holds."""

    SCALAR = "scalar"
    REFERENCE = "reference"
    COLLECTION = "collection"
    MAPPED = "mapped"


class AttributeSchema(NamedTuple):
    """One attribute of one entity type.

    *data_type* of a scalar is one of ``string``, ``integer``, ``number``, ``boolean``,
    ``datetime``, ``object`` and ``variable``, and empty for the other kinds. *target* is the entity
    type that a reference or a collection leads to. *key_attribute* and *value_attribute* name the
    two sides of a mapped collection's items. *restricted* attributes stand in criteria only.
    """

    name: str
    kind: AttributeKind
    data_type: str = ""
    target: str | None = None
    default: Any = None
    has_default: bool = False
    immutable: bool = False
    computed: bool = False
    required: bool = False
    restricted: bool = False
    is_foreign_key: bool = False
    key_attribute: str | None = None
    value_attribute: str | None = None
    alias: str | None = None


class MappedItems(NamedTuple):
    """What the items of a mapped attribute are: *key* and *value* name their two sides."""

    key: str
    value: str
    is_custom: bool


class EntitySchema:
    """One entity type; nobody changes it after it is made.

    *base* is the type it derives from, where the server says so. *wire* is the object that the
    server sent.
    """

    # No dataclass: the module of those would be a sixth of what importing the kernel costs.

    name: str
    attributes: Mapping[str, AttributeSchema]
    primary_key: tuple[str, ...]
    default_projections: tuple[str, ...]
    base: str | None
    wire: Mapping[str, Any]

    def __init__(
        self,
        name: str,
        attributes: Mapping[str, AttributeSchema],
        primary_key: tuple[str, ...],
        default_projections: tuple[str, ...] = (),
        base: str | None = None,
        wire: Mapping[str, Any] | None = None,
    ) -> None:
        set_once = super().__setattr__
        set_once("name", name)
        set_once("attributes", attributes)
        set_once("primary_key", primary_key)
        set_once("default_projections", default_projections)
        set_once("base", base)
        set_once("wire", {} if wire is None else wire)

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"the schema of {self.name} is frozen: {name} stays as it is")

    def __repr__(self) -> str:
        return f"<EntitySchema {self.name} with {len(self.attributes)} attributes>"

    def attribute(self, name: str) -> AttributeSchema:
        """Return the attribute called *name*; raise `UnknownAttributeError` with near names."""
        try:
            return self.attributes[name]
        except KeyError:
            raise UnknownAttributeError(self.name, name, self.attributes) from None

    @cached_property
    def free_scalars(self) -> frozenset[str]:
        """Scalars that can be assigned at any time, and from which nothing else follows."""
        return frozenset(
            name
            for name, one in self.attributes.items()
            if one.kind is AttributeKind.SCALAR
            and not (one.computed or one.immutable or name in self.primary_key)
            and name not in self.twins
        )

    @cached_property
    def references(self) -> frozenset[str]:
        """Attributes that lead to one entity."""
        return frozenset(
            name for name, one in self.attributes.items() if one.kind is AttributeKind.REFERENCE
        )

    @cached_property
    def collections(self) -> Mapping[str, str | None]:
        """What type of entities is in each collection, by name."""
        return {
            name: one.target
            for name, one in self.attributes.items()
            if one.kind is AttributeKind.COLLECTION
        }

    @cached_property
    def decoded_scalars(self) -> frozenset[str]:
        """Scalars whose wire values may stand for something else, as those of moments do."""
        return frozenset(
            name
            for name, one in self.attributes.items()
            if one.kind is AttributeKind.SCALAR and one.data_type != "object"
        )

    @cached_property
    def mapped_items(self) -> Mapping[str, MappedItems]:
        """What is in each mapped attribute, by name."""
        return {
            name: MappedItems(
                attribute.key_attribute or "key",
                attribute.value_attribute or "value",
                (attribute.target or "").endswith("CustomAttributeValue"),
            )
            for name, attribute in self.attributes.items()
            if attribute.kind is AttributeKind.MAPPED
        }

    @cached_property
    def twins(self) -> Mapping[str, str]:
        """References by the identifiers behind them, and the other way round.

        ``status`` and ``status_id`` are one thing under two names.
        """
        of_reference = {
            name: behind
            for name, attribute in self.attributes.items()
            if attribute.kind is AttributeKind.REFERENCE
            and (behind := f"{name}_id") in self.attributes
            and self.attributes[behind].kind is AttributeKind.SCALAR
        }
        return MappingProxyType(of_reference | {one: name for name, one in of_reference.items()})

    @cached_property
    def follows(self) -> Mapping[str, str]:
        """What follows its twin where that is assigned, and which one: no part of the key does."""
        twins = self.twins.items()
        return {name: twin for name, twin in twins if name not in self.primary_key}


class Schemas(Mapping[str, EntitySchema]):
    """All entity types of a server, by name, in the order in which it sent them.

    It stays the same but for one case: a session that began with schemas it remembered learns that
    the server has others, and renews them for all who hold this object.
    """

    def __init__(self, schemas: Iterable[EntitySchema]) -> None:
        self._schemas = _by_name(schemas)

    @classmethod
    def from_wire(cls, wire: Iterable[Mapping[str, Any]]) -> Schemas:
        """Read the list that ``query_schemas`` answers."""
        return cls(_entity_schema(one) for one in wire)

    def renew(self, wire: Iterable[Mapping[str, Any]]) -> None:
        """Take in another list that ``query_schemas`` answered, in the place of all there is."""
        self._schemas = _by_name(_entity_schema(one) for one in wire)

    def __getitem__(self, name: str) -> EntitySchema:
        try:
            return self._schemas[name]
        except KeyError:
            raise UnknownEntityTypeError(name, self._schemas) from None

    def __contains__(self, name: object) -> bool:
        return name in self._schemas

    def __iter__(self) -> Iterator[str]:
        return iter(self._schemas)

    def __len__(self) -> int:
        return len(self._schemas)

    def get(self, name: str, default: Any = None) -> Any:
        """Return the type called *name*, or *default*."""
        return self._schemas.get(name, default)

    def to_wire(self) -> list[Mapping[str, Any]]:
        """Return the list as the server sent it."""
        return [schema.wire for schema in self.values()]


def _by_name(schemas: Iterable[EntitySchema]) -> Mapping[str, EntitySchema]:
    return MappingProxyType({schema.name: schema for schema in schemas})


def _entity_schema(wire: Mapping[str, Any]) -> EntitySchema:
    mixin = wire.get("$mixin") or {}
    attributes = {
        name: attribute
        for name, declared in wire["properties"].items()
        if (attribute := _attribute_schema(name, declared, wire)) is not None
    }
    projections = tuple(name for name in wire.get("default_projections", ()) if name in attributes)
    return EntitySchema(
        name=wire["id"],
        attributes=MappingProxyType(attributes),
        primary_key=tuple(wire["primary_key"]),
        default_projections=projections,
        base=mixin.get("$ref"),
        wire=wire,
    )


def _attribute_schema(
    name: str, declared: Mapping[str, Any], wire: Mapping[str, Any]
) -> AttributeSchema | None:
    kind, data_type, target = _kind_of(declared)
    if kind is None:
        return None
    key_value = declared.get("key_value_attributes") or {}
    return AttributeSchema(
        name=name,
        kind=kind,
        data_type=data_type,
        target=target,
        default=declared.get("default"),
        has_default="default" in declared,
        immutable=name in wire.get("immutable", ()),
        computed=name in wire.get("computed", ()),
        required=name in wire.get("required", ()),
        restricted=bool(declared.get("restricted_projection")),
        is_foreign_key=declared.get("format") == "foreign_key",
        key_attribute=key_value.get("key"),
        value_attribute=key_value.get("value"),
        alias=declared.get("alias_for"),
    )


def _kind_of(declared: Mapping[str, Any]) -> tuple[AttributeKind | None, str, str | None]:
    declared_type = declared.get("type")
    if declared_type == "array":
        return AttributeKind.COLLECTION, "", declared["items"].get("$ref")
    if declared_type == "mapped_array":
        return AttributeKind.MAPPED, "", declared["items"].get("$ref")
    if declared_type is not None:
        is_date = declared.get("format") == "date-time"
        return AttributeKind.SCALAR, "datetime" if is_date else declared_type, None
    if "$ref" in declared:
        return AttributeKind.REFERENCE, "", declared["$ref"]
    return None, "", None
