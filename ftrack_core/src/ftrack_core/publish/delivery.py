"""A delivery: one component on its way into one location, its members with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ftrack_core.errors import ComponentNotInLocationError
from ftrack_core.locations import keeps_paths, resource_identifier
from ftrack_core.locations.location import required_accessor
from ftrack_core.transfer import TransferItem, TransferPlan

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ftrack_core.entity import Entity
    from ftrack_core.locations import Location
    from ftrack_core.ports import Accessor
    from ftrack_core.session import Session

    from .components import NewComponent, Source

__all__ = ["Delivery", "delivery_between", "delivery_of_new", "require_data"]


@dataclass(frozen=True)
class Delivery:
    """What is to be recorded, and what data has to be there first.

    *identifiers* are those that the location's accessor takes, by component id, in the order in
    which they are recorded. Without a *plan* the data stays where it is.
    """

    component: Entity
    entities: tuple[Entity, ...]
    location: Location
    identifiers: Mapping[str, str]
    plan: TransferPlan | None = None


def delivery_of_new(
    session: Session, new: NewComponent, source: Source, location: Location
) -> Delivery:
    """Return the delivery of a component that was made from files.

    Raises as `require_data` does, and `StructureError` where a component cannot be named.
    """
    accessor = require_data(source, location)
    if accessor is None:
        return Delivery(new.component, new.entities, location, new.paths)
    origin = required_accessor(session.locations.get("ftrack.origin"))
    identifiers = _named(session, new.entities, location)
    items = [
        TransferItem(key, origin, new.paths[key], identifiers[key], new.sizes[key])
        for key in (str(one.key) for one in new.files)
    ]
    return Delivery(
        new.component, new.entities, location, identifiers, _plan(accessor, items, location)
    )


def require_data(source: Source, location: Location) -> Accessor | None:
    """Return the accessor that *source* goes to; None where its files stay where they are.

    Raises `LocationError` for a location without an accessor, `ResourceNotFoundError` for missing
    files.
    """
    if keeps_paths(location):
        return None
    accessor = required_accessor(location)
    source.require_files()
    return accessor


def delivery_between(
    session: Session,
    component: Entity,
    entities: Sequence[Entity],
    source: Location,
    target: Location,
    known: Mapping[str, str],
) -> Delivery:
    """Return the delivery of *component*, as *entities*, from one location to another.

    *known* are the identifiers in *source* by component id.
    """
    _require_known(entities, known, source)
    accessor = required_accessor(source)
    if keeps_paths(target):
        paths = {key: accessor.get_filesystem_path(known[key]) for key in _keys(entities)}
        return Delivery(component, tuple(entities), target, paths)
    target_accessor = required_accessor(target)
    session.locations.note_sources(known)
    try:
        identifiers = _named(session, entities, target)
    finally:
        session.locations.forget_sources(known)
    items = [
        TransferItem(key, accessor, known[key], identifiers[key], int(one["size"] or 0))
        for one, key in zip(entities, _keys(entities), strict=True)
        if one.entity_type == "FileComponent"
    ]
    plan = _plan(target_accessor, items, target)
    return Delivery(component, tuple(entities), target, identifiers, plan)


def _named(session: Session, entities: Iterable[Entity], location: Location) -> dict[str, str]:
    hooks = session.plugins.hooks  # one generation names them all
    return {str(one.key): resource_identifier(session, one, location, hooks) for one in entities}


def _plan(accessor: Accessor, items: Sequence[TransferItem], location: Location) -> TransferPlan:
    return TransferPlan(accessor, tuple(items), str(location.key), str(location["name"] or ""))


def _keys(entities: Iterable[Entity]) -> list[str]:
    return [str(one.key) for one in entities]


def _require_known(entities: Sequence[Entity], known: Mapping[str, str], source: Location) -> None:
    missing = [one for one in entities if str(one.key) not in known]
    if missing:
        more = f", nor are {len(missing) - 1} others" if len(missing) > 1 else ""
        raise ComponentNotInLocationError(
            f"{missing[0]!r} is not in location {source['name']!r}{more}; name the location that "
            "has it as the source",
            components=missing,
            location=source,
        )
