"""What ``ftrack get`` does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from ftrack_core.entity import Entity
from ftrack_core.errors import NoResultError
from ftrack_core.query import Path, literal, parse
from ftrack_core.schema import AttributeKind
from ftrack_core.work.inspection import primary_key

from .connecting import connected
from .failures import RefusedError
from .layout import show_records
from .lookup import look
from .misnomers import naming_unknowns
from .pipes import data_stream
from .references import find, name_of
from .texts import field, key_of
from .writers import show_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ftrack_core.schema import EntitySchema

    from ftrack_core import Session

    from .connecting import Connection

__all__ = ["show_entity", "write_entity"]


class _Shown(NamedTuple):
    """One line: its name, where the value is, and what has to be selected for it."""

    name: str
    path: tuple[str, ...]
    projection: str


def show_entity(
    entity_type: str,
    key: str,
    attributes: Sequence[str],
    shown_as: str,
    *,
    connection: Connection,
) -> int:
    """Print attributes of one entity; return the exit status."""
    with connected(*connection) as session:
        write_entity(session, find(session, entity_type, key), attributes, shown_as)
    return 0


def write_entity(
    session: Session, entity: Entity, attributes: Sequence[str] = (), shown_as: str = "table"
) -> None:
    """Print *attributes* of an entity, by default all that hold a value; they are loaded anew."""
    names = list(dict.fromkeys(attributes)) or _all_names(session, entity.schema)
    lines = [_line(entity.schema, name) for name in names]
    _load(session, entity, [one.projection for one in lines])
    with session.auto_populating(False):
        _write([(one.name, look(entity, one.path)) for one in lines], shown_as)


def _write(shown: list[tuple[str, Any]], shown_as: str) -> None:
    if shown_as == "json":
        show_json(dict(shown))
    elif shown_as == "value":
        for _, value in shown:
            print(field(value), file=data_stream())
    else:
        show_records([_for_people(shown)])


def _for_people(shown: Iterable[tuple[str, Any]]) -> Iterator[tuple[str, Any]]:
    """Yield names and values; each key of a mapping is a line of its own."""
    for name, value in shown:
        if isinstance(value, Mapping) and not isinstance(value, dict | Entity):
            yield from ((f"{name}.{key}", one) for key, one in sorted(value.items()))
        else:
            yield name, value


# --- what is asked for ---------------------------------------------------------------------------


def _all_names(session: Session, schema: EntitySchema) -> list[str]:
    """Return all attributes that hold a value; a reference is shown by the name of what it is."""
    paths = list(schema.primary_key)
    for attribute in schema.attributes.values():
        name = attribute.name
        is_second = schema.twins.get(name, name) != name and attribute.kind is AttributeKind.SCALAR
        if attribute.restricted or is_second or name in paths or name.startswith("_"):
            continue
        if attribute.kind is AttributeKind.REFERENCE:
            called = name_of(session.schemas[attribute.target or ""])
            paths.append(f"{name}.{called}" if called else name)
        elif attribute.kind is not AttributeKind.COLLECTION:
            paths.append(name)
    return paths


def _line(schema: EntitySchema, name: str) -> _Shown:
    """Return what to ask for *name*: all of a mapped attribute, whichever key of it is shown.

    Raises `QuerySyntaxError`, and `RefusedError` for what is not shown.
    """
    first, _, key = name.partition(".")
    declared = schema.attributes.get(first)
    if declared is not None and declared.restricted:
        raise RefusedError(
            f"{schema.name}.{first} can stand in the criteria of a query only",
            f"ftrack types {schema.name} lists what can be shown",
        )
    if declared is not None and declared.kind is AttributeKind.MAPPED:
        return _Shown(name, (first, key) if key else (first,), first)
    (path,) = parse(f"select {name} from {schema.name}").projections
    if not isinstance(path, Path):
        raise RefusedError(f"{name} is no attribute", "ftrack query counts and adds up")
    return _Shown(name, tuple(step.name for step in path.steps), name)


def _load(session: Session, entity: Entity, projections: Iterable[str]) -> None:
    criteria = " and ".join(
        f"{name} is {literal(part)}" for name, part in primary_key(entity).items()
    )
    chosen = ", ".join(dict.fromkeys(projections))
    text = f"select {chosen} from {entity.entity_type} where {criteria}"
    with naming_unknowns(session, text):
        found = session.query(text).first()
    if found is None:
        raise NoResultError(f"{entity.entity_type} {key_of(entity)} was deleted meanwhile")
