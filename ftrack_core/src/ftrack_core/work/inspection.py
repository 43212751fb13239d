"""What can be told of an entity without asking the server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftrack_core.changes import Create, Delete, Update
from ftrack_core.entity.rows import key_parts
from ftrack_core.entity.symbols import NOT_SET, State

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ftrack_core.changes import Change, Identity
    from ftrack_core.entity import Entity
    from ftrack_core.entity.symbols import Symbol

    from .unit import UnitOfWork

__all__ = ["identity", "primary_key", "state", "state_after", "states"]


def primary_key(entity: Entity) -> dict[str, str]:
    """Return the primary key as a dictionary, in the order of the schema."""
    return dict(zip(entity.schema.primary_key, key_parts(entity.key), strict=True))


def identity(entity: Entity) -> tuple[str, list[str]]:
    """Return the entity type and the parts of the primary key."""
    return entity.entity_type, key_parts(entity.key)


def state(entity: Entity) -> State | Symbol:
    """Return what the next commit would do: create, modify, delete, or `NOT_SET` for nothing.

    It costs the same however much is pending.
    """
    work: UnitOfWork = entity._work  # type: ignore[assignment]  # noqa: SLF001 -- the one there is
    one = (entity.entity_type, entity.key)
    return state_after(one, work.changes_of(one))


def states(entities: Iterable[Entity]) -> list[State | Symbol]:
    """Return the state of each entity, in order."""
    return [state(entity) for entity in entities]


def state_after(one: Identity, changes: Iterable[Change]) -> State | Symbol:
    """Return the state that *changes* leave the entity *one* in.

    A key of its metadata that is created or deleted modifies it; a change that was taken back does
    not.
    """
    created = False
    modified: set[str | None] = set()
    for change in changes:
        if change.identity != one:
            modified.add(None)
        elif isinstance(change, Delete):
            return State.DELETED
        elif isinstance(change, Create):
            created = True
        elif isinstance(change, Update):
            (modified.discard if change.new is NOT_SET else modified.add)(change.attribute)
    if created:
        return State.CREATED
    return State.MODIFIED if modified else NOT_SET
