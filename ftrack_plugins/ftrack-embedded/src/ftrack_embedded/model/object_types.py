"""Entity types made from the object types that a studio has added itself.

A studio may have object types beyond those every server has (Scene, say). Each of them is an entity
type of its own: a typed context with what the row of the object type says it is able to do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .contexts import typed_context

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .declaration import Declaration
    from .description import Model

__all__ = ["OwnObjectType", "declaration_of", "own_object_types"]

_BASE = "TypedContext"


@dataclass(frozen=True)
class OwnObjectType:
    """An object type with what its entities are able to do; *name* is that of the entity type."""

    id: str
    name: str
    is_typeable: bool = True
    is_statusable: bool = True
    is_schedulable: bool = False
    is_prioritizable: bool = True


def own_object_types(model: Model, rows: Iterable[Mapping[str, Any]]) -> tuple[OwnObjectType, ...]:
    """Return those *rows* of object types that need an entity type that *model* does not have.

    The name of the entity type is that of the object type without blanks. Where that is no name or
    is taken, the entities of the object type go on being plain typed contexts.
    """
    known = {dict(model.types[name].classifiers)["object_type_id"] for name in _leaves(model)}
    found: dict[str, OwnObjectType] = {}
    for row in sorted(rows, key=lambda row: str(row["id"])):
        name = "".join(str(row["name"] or "").split())
        if row["id"] not in known and name.isidentifier() and name not in model.types:
            found.setdefault(name, _of_row(name, row))
    return tuple(found.values())


def declaration_of(own: OwnObjectType) -> Declaration:
    """Return the declaration of the entity type of an object type."""
    return typed_context(
        own.name,
        own.id,
        typeable=own.is_typeable,
        statusable=own.is_statusable,
        prioritizable=own.is_prioritizable,
        fixed_dates="" if own.is_schedulable else "bid start_date end_date",
    )


def _of_row(name: str, row: Mapping[str, Any]) -> OwnObjectType:
    is_prioritizable = row.get("is_prioritizable")
    return OwnObjectType(
        str(row["id"]),
        name,
        bool(row["is_typeable"]),
        bool(row["is_statusable"]),
        bool(row["is_schedulable"]),
        is_prioritizable is None or bool(is_prioritizable),
    )


def _leaves(model: Model) -> tuple[str, ...]:
    return model.types[_BASE].subtypes
