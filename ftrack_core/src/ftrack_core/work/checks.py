"""What is checked before a change is recorded: whose entities these are, and what may be set."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ftrack_core.entity import Entity
from ftrack_core.errors import EntityError
from ftrack_core.schema import AttributeKind

from .decoding import Detached

if TYPE_CHECKING:
    from ftrack_core.schema import AttributeSchema, EntitySchema

    from .unit import UnitOfWork

__all__ = ["PLAIN", "belongs_to", "is_new", "require_assignable", "require_ours"]

PLAIN = frozenset({str, int, float, bool, type(None)})
"""Classes of values in which there can be no entity."""


def belongs_to(work: UnitOfWork, entity: Entity) -> bool:
    """Whether *entity* is one of *work*'s."""
    return entity._work is work  # noqa: SLF001 -- the other half of it


def is_new(entity: Entity) -> bool:
    """Whether *entity* was created in its session and the server does not know it yet."""
    return entity._work.is_new(entity)  # noqa: SLF001 -- the other half of it


def require_ours(work: UnitOfWork, entity: Entity) -> None:
    """Raise `EntityError` naming both sessions where *entity* is not one of *work*'s."""
    theirs = getattr(entity, "_work", None)
    if theirs is work:
        return
    if theirs is None or not isinstance(entity, Entity):
        raise EntityError(f"an entity is wanted, not {entity!r}; session.get finds it by its key")
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


def require_assignable(
    work: UnitOfWork, schema: EntitySchema, attribute: AttributeSchema, value: Any
) -> None:
    """Raise `EntityError` for an entity of another session and for a relation to no entity.

    An item of a collection that the session has deleted is refused, too.
    """
    if attribute.kind is AttributeKind.COLLECTION:
        # Those of this session need no look: a list that is appended to is assigned each time.
        for one in [one for one in value if getattr(one, "_work", None) is not work]:
            _require_entity(work, schema, attribute, one)
        if work.store.gone.is_any:
            _require_there(work, schema, attribute, value)
    elif attribute.kind is AttributeKind.REFERENCE:
        # One of this session needs no look: an `isinstance` of a mapping's class is slow.
        if value is not None and getattr(value, "_work", None) is not work:
            _require_entity(work, schema, attribute, value)
    elif value.__class__ not in PLAIN:
        _require_ours_in(work, value)


def _require_entity(
    work: UnitOfWork, schema: EntitySchema, attribute: AttributeSchema, value: Any
) -> None:
    if isinstance(value, Entity):
        require_ours(work, value)
        return
    wanted = "entities" if attribute.kind is AttributeKind.COLLECTION else "an entity or None"
    identifier = schema.twins.get(attribute.name)
    hint = f"; assign its identifier to {identifier!r}" if identifier else ""
    raise EntityError(f"{schema.name}.{attribute.name} takes {wanted}, not {value!r}{hint}")


def _require_there(
    work: UnitOfWork, schema: EntitySchema, attribute: AttributeSchema, items: list[Entity]
) -> None:
    for one in items:
        if work.store.gone.is_dead(one):
            raise EntityError(
                f"{schema.name}.{attribute.name} cannot hold {one!r}: it was deleted, or created "
                "and rolled back"
            )


def _require_ours_in(work: UnitOfWork, value: Any) -> None:
    if isinstance(value, Entity):
        require_ours(work, value)
    elif isinstance(value, (list, tuple)):
        for one in value:
            _require_ours_in(work, one)
