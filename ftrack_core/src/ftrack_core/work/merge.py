"""Takes entities of elsewhere in: decoded ones, and those of another session."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ftrack_core.entity import Entity
from ftrack_core.entity.rows import TYPE, key_of
from ftrack_core.errors import EntityError
from ftrack_core.store.merging import serial_of

from .copies import copied_row, reached_rows

if TYPE_CHECKING:
    from ftrack_core.store import Store

    from .unit import UnitOfWork

__all__ = ["merge"]


def merge(work: UnitOfWork, value: Any) -> Any:
    """Return *value* with this session's entities in the place of those of elsewhere.

    What they are known to have on the server becomes known here; local edits stay, here and there.
    A collection becomes a list, lists and mappings are walked, all else is returned as it is.
    """
    if isinstance(value, Entity):
        return _merged(work, value)
    if isinstance(value, Mapping):
        return {key: merge(work, one) for key, one in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, (str, bytes, bytearray)):
        return [merge(work, one) for one in value]
    return value


def _merged(work: UnitOfWork, entity: Entity) -> Entity:
    theirs = entity._work  # noqa: SLF001 -- the unit of work is the other half of it
    if theirs is work:
        return entity
    if theirs.is_new(entity):
        raise EntityError(
            f"{entity!r} was created in another session and is not on the server yet; commit it "
            "there first"
        )
    rows = [
        _news(work.store, row)
        for row in reached_rows(work.store.schemas, entity._row)  # noqa: SLF001
    ]
    page = work.store.learn(rows)
    found: Entity = work.store.entities(page.rows[:1])[0]
    return found


def _news(store: Store, theirs: dict[str, Any]) -> dict[str, Any]:
    """Return a copy of a row of elsewhere, less what was asked for here since.

    Nobody knows when the values of a decoded row were asked for: these are news.
    """
    schema = store.schemas[theirs[TYPE]]
    copy = copied_row(store.schemas, theirs)
    entity = store.identity.get(schema.name, key_of(schema, theirs))
    if entity is None:
        return copy
    ours = entity._row  # noqa: SLF001
    return {
        name: value
        for name, value in copy.items()
        if name in (TYPE, *schema.primary_key)
        or not 0 < serial_of(theirs, name) < serial_of(ours, name)
    }
