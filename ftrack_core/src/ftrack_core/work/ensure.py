"""Finds the entity that data describes, or creates it."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from ftrack_core.entity import Entity
from ftrack_core.errors import EntityError, MultipleResultsError
from ftrack_core.wire import decode_scalar, encode, parse_datetime

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .unit import UnitOfWork

__all__ = ["ensure"]


def ensure(
    work: UnitOfWork,
    entity_type: str,
    data: Mapping[str, Any],
    identifying_keys: Iterable[str] | None,
) -> Any:
    """Return the entity with these values, after creating it or bringing it up to date.

    Nothing is committed. Values go into the query as values, whatever they hold, and as the
    attribute's codec makes them where it has one.
    """
    if isinstance(identifying_keys, str):
        identifying_keys = [identifying_keys]
    keys = list(data if identifying_keys is None else identifying_keys)
    if not keys:
        raise EntityError("ensure needs at least one attribute to find the entity by")
    missing = [key for key in keys if key not in data]
    if missing:
        raise EntityError(f"identifying key(s) without a value in data: {', '.join(missing)}")
    cls = work.store.types[entity_type]
    for key in data:
        cls.schema.attribute(key)
    wanted = {key: data[key] for key in keys}
    found = _find(work, entity_type, cls.encoded_values(wanted)) or _recorded(work, cls, wanted)
    if found is None:
        return work.create(entity_type, data)
    for name, value in data.items():
        if name not in keys and not _same(found[name], value):
            found[name] = value
    return found


def _same(there: Any, wanted: Any) -> bool:
    """Compare as the server keeps it: moments without a zone are in UTC, to the second."""
    if there == wanted:
        return True
    try:
        kept = decode_scalar(encode(wanted))
        if isinstance(there, datetime.datetime) and isinstance(kept, str):
            kept = parse_datetime(kept)
    except (TypeError, ValueError):
        return False  # what only the attribute's codec can send, or no moment
    if isinstance(there, datetime.datetime) and isinstance(kept, datetime.datetime):
        return there.replace(microsecond=0) == kept.replace(microsecond=0)
    return bool(there == kept)


def _find(work: UnitOfWork, entity_type: str, values: Mapping[str, Any]) -> Entity | None:
    criteria = " and ".join(_criterion(name, value) for name, value in values.items())
    names = ", ".join(work.store.projections_of(entity_type))
    page = work.store.ask([f"select {names} from {entity_type} where {criteria} limit 2"])
    entities = work.store.entities(page.rows)
    if len(entities) > 1:
        raise MultipleResultsError(f"more than one {entity_type} matches: {criteria}")
    return entities[0] if entities else None


def _recorded(work: UnitOfWork, cls: type[Entity], values: Mapping[str, Any]) -> Entity | None:
    """Return what was created here and not sent yet, or could not be sent."""
    for entity in work.changed_entities():
        ours = isinstance(entity, cls) and work.is_new(entity)
        if ours and all(_same(entity[name], value) for name, value in values.items()):
            return entity
    return None


def _criterion(name: str, value: Any) -> str:
    from ftrack_core.query import literal

    if isinstance(value, Entity):
        return f"{name}.id is {literal(str(value.key))}"
    if isinstance(value, datetime.datetime):
        value = value.replace(microsecond=0)  # the server keeps whole seconds
    return f"{name} is {literal(value)}"
