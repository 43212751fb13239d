"""What can be told of entities without asking the server."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Any

from ftrack_core.entity import State
from ftrack_core.work import inspection as kernel

from .symbol import CREATED, DELETED, MODIFIED, NOT_SET

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .entity.base import Entity
    from .symbol import Symbol

__all__ = ["identity", "primary_key", "state", "states"]

_SYMBOLS: dict[Any, Symbol] = {
    State.CREATED: CREATED,
    State.MODIFIED: MODIFIED,
    State.DELETED: DELETED,
    NOT_SET: NOT_SET,
}


def identity(entity: Entity) -> tuple[str, list[str]]:
    """Return the entity type and the parts of the primary key."""
    return kernel.identity(entity)


def primary_key(entity: Entity) -> OrderedDict[str, str]:
    """Return the primary key by the names of its parts, in their order."""
    return OrderedDict(kernel.primary_key(entity))


def state(entity: Entity) -> Symbol:
    """Return what the next commit does with *entity*, or `NOT_SET` for nothing."""
    return _SYMBOLS[kernel.state(entity)]


def states(entities: Iterable[Entity]) -> list[Symbol]:
    """Return the state of each entity, in order."""
    return [state(entity) for entity in entities]
