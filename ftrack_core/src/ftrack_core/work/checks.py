"""What is checked before a change is recorded: whose entities these are, and what may be set."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ftrack_core.entity import Entity
from ftrack_core.errors import EntityError

from .decoding import Detached

if TYPE_CHECKING:
    from .unit import UnitOfWork

__all__ = ["PLAIN", "require_ours", "require_ours_in"]

PLAIN = frozenset({str, int, float, bool, type(None)})
"""Classes of values in which there can be no entity."""


def require_ours(work: UnitOfWork, entity: Entity) -> None:
    """Raise `EntityError` naming both sessions where *entity* is not one of *work*'s."""
    theirs = entity._work  # noqa: SLF001 -- the unit of work is the other half of it
    if theirs is work:
        return
    hint = "session.merge(entity) returns the entity of this session"
    if theirs.session.server_url != work.session.server_url:
        raise EntityError(
            f"{entity!r} is on another server: it belongs to {theirs.session!r}, and this is "
            f"{work.session!r}; look it up here"
        )
    if isinstance(theirs, Detached):
        raise EntityError(f"{entity!r} was decoded and belongs to no session; {hint}")
    raise EntityError(
        f"{entity!r} belongs to another session, {theirs.session!r}, and this is "
        f"{work.session!r}; {hint}"
    )


def require_ours_in(work: UnitOfWork, value: Any) -> None:
    """Raise as `require_ours` does for a value, or a list of them, that is assigned."""
    if isinstance(value, Entity):
        require_ours(work, value)
    elif isinstance(value, (list, tuple)):
        for one in value:
            require_ours_in(work, one)
