"""Taking components out of a location: the records first, then the data."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from ftrack_core.entity import session_of
from ftrack_core.errors import ComponentNotInLocationError, LocationError, ResourceNotFoundError
from ftrack_core.ports import SupportsBulkRemove

from .records import find_records, with_members
from .wellknown import ORIGIN, keeps_paths

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ftrack_core.entity import Entity
    from ftrack_core.ports import Accessor

    from .location import LocationMixin
    from .records import ComponentRecord

__all__ = ["remove_components", "remove_data"]

_WORKERS = 8


def remove_components(
    location: LocationMixin, components: Sequence[Entity], *, recursive: bool
) -> None:
    """Remove *components* from *location*; see `LocationMixin.remove_components`."""
    session = session_of(location)
    everything = list(with_members(components)) if recursive else list(components)
    if location.key == ORIGIN.id:
        session.locations.forget_origins(str(one.key) for one in everything)
        return
    records = _records(location, components, everything)
    identifiers = _data_of(location, records, everything)
    session.call([_delete(record) for record in records])
    for record in records:
        session.work.store.forget("ComponentLocation", record.id)
    if not keeps_paths(location):
        _remove_all(location, identifiers)
    for component in components:
        session.locations.announce("removed", component, location)


def remove_data(accessor: Accessor, identifiers: Sequence[str]) -> list[tuple[str, Exception]]:
    """Remove resources, missing ones are no error; return those that could not be removed."""
    if isinstance(accessor, SupportsBulkRemove):
        try:
            accessor.remove_many(identifiers)
        except Exception as error:  # noqa: BLE001 -- an older accessor raises what it likes
            return [(identifier, error) for identifier in identifiers]
        return []
    with ThreadPoolExecutor(_WORKERS) as pool:
        errors = pool.map(lambda one: _attempt(accessor.remove, one), identifiers)
        pairs = zip(identifiers, errors, strict=True)
        return [(identifier, error) for identifier, error in pairs if error is not None]


def _attempt(remove: Callable[[str], None], identifier: str) -> Exception | None:
    try:
        remove(identifier)
    except ResourceNotFoundError:
        return None
    except Exception as error:  # noqa: BLE001 -- an older accessor raises what it likes
        return error
    return None


def _records(
    location: LocationMixin, asked: Sequence[Entity], everything: Sequence[Entity]
) -> list[ComponentRecord]:
    ids = [str(one.key) for one in everything]
    records = find_records(session_of(location), ids, [str(location.key)])
    present = {record.component_id for record in records}
    missing = [one for one in asked if one.key not in present]
    if missing:
        listed = ", ".join(map(repr, missing[:5]))
        raise ComponentNotInLocationError(
            f"not in location {location['name']!r}: {listed}", components=missing, location=location
        )
    return records


def _data_of(
    location: LocationMixin, records: Sequence[ComponentRecord], everything: Sequence[Entity]
) -> list[str]:
    """Return the identifiers that hold data; that of a sequence is only a pattern."""
    if keeps_paths(location):
        return []
    patterns = {one.key for one in everything if one.entity_type == "SequenceComponent"}
    kept = [record for record in records if record.component_id not in patterns]
    decode = session_of(location).locations.decode
    by_depth = sorted((decode(location, one) for one in kept), key=lambda one: -one.count("/"))
    if kept and location.parts.accessor is None:
        raise LocationError(
            f"location {location['name']!r} has no accessor in this session, so the data cannot "
            "be removed; bind one first"
        )
    return by_depth


def _delete(record: ComponentRecord) -> dict[str, Any]:
    return {"action": "delete", "entity_type": "ComponentLocation", "entity_key": [record.id]}


def _remove_all(location: LocationMixin, identifiers: Sequence[str]) -> None:
    accessor = location.parts.accessor
    failed = remove_data(accessor, identifiers) if accessor is not None else []
    if failed:
        listed = ", ".join(identifier for identifier, _ in failed[:5])
        raise LocationError(
            f"{len(failed)} resource(s) of location {location['name']!r} could not be removed "
            f"({failed[0][1]}); their records are gone. Remove them from the storage: {listed}"
        ) from failed[0][1]
