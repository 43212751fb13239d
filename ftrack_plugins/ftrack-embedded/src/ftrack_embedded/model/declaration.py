"""One declared entity type, and how all declarations together become the model.

A subtype says only what differs from its base: it inherits the base's attributes, table, primary
key and projections.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from .description import Attribute, Column, EntityType, Model

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .attributes import Part

__all__ = ["Declaration", "assemble", "entity"]


@dataclass(frozen=True)
class Declaration:
    """What one declaration says, before anything is inherited."""

    name: str
    attributes: Part
    base: str | None
    table: str
    key: tuple[str, ...]
    projections: tuple[str, ...]
    system: tuple[str, ...]
    alias: str | None
    rows: tuple[tuple[str, Any], ...]
    required: frozenset[str]
    immutable: frozenset[str]
    group_by: bool = False
    keeps_alias: bool = False
    generation: str = ""


def entity(
    name: str,
    *parts: Part,
    base: str | None = None,
    table: str = "",
    key: str = "",
    projections: str = "",
    system: str = "",
    alias: str | None = None,
    rows: Mapping[str, Any] | None = None,
    required: str = "",
    immutable: str = "",
    group_by: bool = False,
    keeps_alias: bool = False,
    generation: str = "",
) -> Declaration:
    """Declare an entity type; names that come several at a time are separated by blanks.

    *base* is what it derives from and *rows* the columns and values that tell its rows from its
    relatives'. *key*, *projections* (default ones) and *system* (projections by their internal
    names) default to the base's. *alias* is the internal name of its table. *required* and
    *immutable* add to what the attributes say, also names that no attribute has. *group_by* holds
    for subtypes too; *keeps_alias* is a hint that the schema gives with the base; *generation* is
    ``older`` or ``newer`` for a type that only such servers know.
    """
    attributes = tuple(attribute for part in parts for attribute in part)
    return Declaration(
        name,
        attributes,
        base,
        table,
        tuple(key.split()),
        tuple(projections.split()),
        tuple(system.split()),
        alias,
        tuple((rows or {}).items()),
        frozenset(required.split()),
        frozenset(immutable.split()),
        group_by,
        keeps_alias,
        generation,
    )


def assemble(declarations: Iterable[Declaration]) -> Model:
    """Build the model; a base may be declared after its subtypes."""
    by_name = {one.name: one for one in declarations}
    complete: dict[str, Declaration] = {}
    for name in by_name:
        _inherit(name, by_name, complete)
    families = {name: _below(name, complete) for name in by_name}
    types = {name: _entity_type(complete[name], families[name], complete) for name in by_name}
    return Model(MappingProxyType(types))


def _inherit(
    name: str, by_name: Mapping[str, Declaration], complete: dict[str, Declaration]
) -> Declaration:
    if name not in complete:
        declared = by_name[name]
        base = _inherit(declared.base, by_name, complete) if declared.base else None
        complete[name] = _marked(_merged(declared, base) if base else _rooted(declared))
    return complete[name]


def _rooted(declared: Declaration) -> Declaration:
    primary_key = declared.key or ("id",)
    projections = declared.projections or primary_key
    return replace(declared, key=primary_key, projections=projections)


def _merged(declared: Declaration, base: Declaration) -> Declaration:
    own = {attribute.name for attribute in declared.attributes}
    inherited = tuple(one for one in base.attributes if one.name not in own)
    return replace(
        declared,
        attributes=(*inherited, *declared.attributes),
        table=base.table,
        key=base.key,
        projections=declared.projections or base.projections,
        system=declared.system or base.system,
        rows=tuple({**dict(base.rows), **dict(declared.rows)}.items()),
        required=declared.required | base.required,
        immutable=declared.immutable | base.immutable,
        group_by=declared.group_by or base.group_by,
    )


def _marked(declared: Declaration) -> Declaration:
    return replace(declared, attributes=tuple(_mark(one, declared) for one in declared.attributes))


def _mark(attribute: Attribute, declared: Declaration) -> Attribute:
    required = attribute.name in declared.required and not attribute.hidden
    immutable = attribute.name in declared.immutable
    if required <= attribute.required and immutable <= attribute.immutable:
        return attribute
    return replace(
        attribute,
        required=attribute.required or required,
        immutable=attribute.immutable or immutable,
    )


def _below(name: str, complete: Mapping[str, Declaration]) -> tuple[str, ...]:
    children = [one.name for one in complete.values() if one.base == name]
    deeper = [further for child in children for further in _below(child, complete)]
    return (*children, *deeper)


def _entity_type(
    declared: Declaration, subtypes: tuple[str, ...], complete: Mapping[str, Declaration]
) -> EntityType:
    attributes = {one.name: one for one in declared.attributes}
    family = [declared, *(complete[name] for name in subtypes)]
    return EntityType(
        name=declared.name,
        base=declared.base,
        table=declared.table,
        attributes=MappingProxyType(attributes),
        primary_key=declared.key,
        default_projections=tuple(
            name for name in declared.projections if _is_declared(attributes, name)
        ),
        system_projections=_public_extras(declared, family, attributes),
        classifiers=declared.rows,
        selectors=_selectors(declared, family, complete),
        subtypes=subtypes,
        alias=declared.alias,
        group_by=declared.group_by,
        generation=declared.generation,
        wire=MappingProxyType(_wire(declared, complete, attributes)),
    )


def _is_declared(attributes: Mapping[str, Attribute], name: str) -> bool:
    return name in attributes and not attributes[name].hidden


def _public_extras(
    declared: Declaration, family: list[Declaration], attributes: Mapping[str, Attribute]
) -> tuple[str, ...]:
    """Translate the internal names to public ones and add the columns that classify the rows."""
    by_alias = {
        one.wire["alias_for"]: name
        for name, one in attributes.items()
        if "alias_for" in one.wire and isinstance(one.storage, Column)
    }
    translated = [name if name in attributes else by_alias.get(name) for name in declared.system]
    classifying = [column for one in family for column, _ in one.rows]
    names = dict.fromkeys(name for name in (*translated, *classifying) if name is not None)
    return tuple(
        name for name in names if _is_declared(attributes, name) and name not in declared.key
    )


def _selectors(
    declared: Declaration, family: list[Declaration], complete: Mapping[str, Declaration]
) -> tuple[tuple[str, tuple[Any, ...]], ...]:
    telling = [declared]
    base = complete[declared.base] if declared.base else None
    if base is not None and base.rows == declared.rows:
        # It has no mark of its own: its rows are those of its subtypes (BaseUser).
        telling = family[1:]
    columns = dict.fromkeys(column for one in telling for column, _ in one.rows)
    marked = {column: [dict(one.rows).get(column) for one in family] for column in columns}
    return tuple(
        (column, tuple(value for value in dict.fromkeys(values) if value is not None))
        for column, values in marked.items()
    )


def _wire(
    declared: Declaration,
    complete: Mapping[str, Declaration],
    attributes: Mapping[str, Attribute],
) -> dict[str, Any]:
    """Return what the schema answer says of the type as a whole and the attributes do not tell."""
    wire: dict[str, Any] = {"default_projections": list(declared.projections)}
    if declared.keeps_alias:
        wire["hints"] = {"/alias_for": "preserve"}
    if declared.system:
        wire["system_projections"] = list(declared.system)
    if declared.alias:
        wire["alias_for"] = _alias_for(declared, complete, attributes)
    wire["required"] = sorted(declared.required)
    wire["immutable"] = sorted(declared.immutable)
    return wire


def _alias_for(
    declared: Declaration,
    complete: Mapping[str, Declaration],
    attributes: Mapping[str, Attribute],
) -> Any:
    """Return the internal table, with classifiers where the base's rows are in the same one."""
    base = complete[declared.base] if declared.base else None
    if base is None or (base.alias or base.name) != declared.alias or base.rows == declared.rows:
        return declared.alias
    own = [(column, value) for column, value in declared.rows if (column, value) not in base.rows]
    shown = {attributes[column].wire.get("alias_for", column): value for column, value in own}
    return {"id": declared.alias, "classifiers": shown}
