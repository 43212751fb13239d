"""Finds the entity that a person means: by its key, by a query, by its name or by its path."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ftrack_core.errors import EntityError, QuerySyntaxError, did_you_mean
from ftrack_core.query import literal, parse, parse_criteria
from ftrack_core.schema import AttributeKind

from .failures import RefusedError
from .misnomers import lineage, naming_unknowns
from .texts import key_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ftrack_core.schema import EntitySchema

    from ftrack_core import Entity, Session

__all__ = ["NAMES", "find", "label_of", "name_of"]

NAMES = ("name", "full_name", "username", "email", "label", "short", "key")
"""Attributes by which people call an entity."""

_ID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_LISTED = 4
"""How many entities an error lists, of those that could have been meant."""
_FEW = 12
"""How many names an error lists, if there are no more."""
_COMPARED = 500
"""How many names are looked through for a near one."""


def find(session: Session, entity_type: str, given: str) -> Entity:
    """Return the one entity that *given* names.

    It is a primary key (the parts of one that has several are separated by commas), a query or
    what may stand behind its ``where``, a name, or a path of names such as ``dune/sq010/sh0100``.
    Raises `RefusedError` where there is none or more than one, with what may have been meant.
    """
    schema = session.schemas[entity_type]
    given = given.strip()
    if len(schema.primary_key) > 1 or _ID.fullmatch(given):
        return _by_key(session, schema, given)
    text = _as_query(schema, given)
    if text:
        return _only(session, schema, given, _found(session, text))
    found = _by_name(session, schema, given)
    if not found:
        other = session.get(entity_type, given) if given else None
        return other if other is not None else _refuse_unknown(session, schema, given)
    return _only(session, schema, given, found)


def name_of(schema: EntitySchema) -> str | None:
    """Return the attribute by which people call an entity of this type, if it has one."""
    return next(iter(_names(schema)), None)


def label_of(entity: Entity, *, load: bool = False) -> str:
    """Return what people call *entity*, as far as it is here or is to be loaded, else its key."""
    for name in _names(entity.schema):
        value = entity[name] if load else entity.loaded(name)
        if isinstance(value, str) and value:
            return value
    return key_of(entity)


# --- by key ----------------------------------------------------------------------------------


def _by_key(session: Session, schema: EntitySchema, given: str) -> Entity:
    several = len(schema.primary_key) > 1
    try:
        found = session.get(schema.name, given.split(",") if several else given)
    except EntityError as error:
        names = ",".join(name.upper() for name in schema.primary_key)
        raise RefusedError(str(error), f"write it as {names}, without blanks") from None
    if found is None:
        raise RefusedError(
            f"there is no {schema.name} with the key {given!r}", _how_to_look(schema)
        )
    return found  # type: ignore[no-any-return]  # entities are Any to their sessions


# --- by query --------------------------------------------------------------------------------


def _as_query(schema: EntitySchema, given: str) -> str:
    """Return the query that *given* is, or is the criteria of; empty if it is a name."""
    try:
        tree = parse(given)
    except QuerySyntaxError:
        pass
    else:
        if tree.criterion is not None:
            chosen = _selection(schema) if tree.entity_type == schema.name else "select id"
            return f"{chosen} from {given[tree.position :]}"
    try:
        parse_criteria(given)
    except QuerySyntaxError:
        return ""
    return f"{_selection(schema)} from {schema.name} where {given}"


def _found(session: Session, text: str) -> list[Any]:
    with naming_unknowns(session, text):
        return session.query(f"{text} limit {_LISTED + 1}").all()


# --- by name ---------------------------------------------------------------------------------


def _by_name(session: Session, schema: EntitySchema, given: str) -> list[Any]:
    if not given:
        return []
    found: list[Any] = []
    called: set[str] = set()
    for one in (schema, *_subtypes(session, schema)):
        names = [name for name in _names(one) if name not in called]
        called.update(names if one is schema else ())
        if names and not found:
            criteria = " or ".join(f"{name} is {literal(given)}" for name in names)
            found = _found(session, f"{_selection(one)} from {one.name} where {criteria}")
    if not found and "/" in given.strip("/") and "parent" in schema.attributes:
        criteria = _path_criteria(given.strip("/").split("/"))
        return _found(session, f"{_selection(schema)} from {schema.name} where {criteria}")
    return found


def _subtypes(session: Session, schema: EntitySchema) -> list[EntitySchema]:
    """Return the types that derive from *schema* and are called by more: users, of resources."""
    return [
        one
        for one in session.schemas.values()
        if one.name != schema.name
        and set(_names(one)) - set(_names(schema))
        and schema.name in lineage(session.schemas, one)
    ]


def _path_criteria(names: Sequence[str]) -> str:
    return " and ".join(
        f"{'parent.' * steps}name is {literal(name)}" for steps, name in enumerate(reversed(names))
    )


def _only(session: Session, schema: EntitySchema, given: str, found: list[Any]) -> Entity:
    if not found:
        return _refuse_unknown(session, schema, given)
    if len(found) > 1:
        several = f"more than {_LISTED}" if len(found) > _LISTED else str(len(found))
        raise RefusedError(
            f"{several} entities of the type {schema.name} are called {given!r}",
            "give an id: " + "; ".join(map(_described, found[:_LISTED])),
        )
    return found[0]  # type: ignore[no-any-return]  # entities are Any to their sessions


def _refuse_unknown(session: Session, schema: EntitySchema, given: str) -> Entity:
    known = [] if "/" in given else _known_names(session, schema)
    listed = f"there are: {', '.join(known)}" if 0 < len(known) <= _FEW else _how_to_look(schema)
    raise RefusedError(f"there is no {schema.name} {given!r}.{did_you_mean(given, known)}", listed)


def _known_names(session: Session, schema: EntitySchema) -> list[str]:
    """Return by which names entities of this type are called, as far as they can be looked at."""
    for one in (*_subtypes(session, schema)[:1], schema):
        name = name_of(one)
        if name is not None:
            rows = session.query(f"select {name} from {one.name} limit {_COMPARED}").rows()
            return sorted({str(row[name]) for row in rows if row.get(name)})
    return []


def _how_to_look(schema: EntitySchema) -> str:
    chosen = ", ".join([*schema.primary_key, *_names(schema)[:1]])
    return f"ftrack query 'select {chosen} from {schema.name}' lists those there are"


# --- what is shown of an entity --------------------------------------------------------------


def _names(schema: EntitySchema) -> list[str]:
    attributes = schema.attributes
    return [
        name
        for name in NAMES
        if name in attributes
        and attributes[name].kind is AttributeKind.SCALAR
        and not attributes[name].restricted
    ]


def _selection(schema: EntitySchema) -> str:
    link = ["link"] if "link" in schema.attributes else []
    return f"select {', '.join([*schema.primary_key, *_names(schema), *link])}"


def _described(entity: Entity) -> str:
    link = entity.loaded("link") if "link" in entity.schema.attributes else None
    names = [str(one.get("name")) for one in link or () if isinstance(one, dict)]
    return f"{key_of(entity)} ({'/'.join(names) or label_of(entity)})"
