"""From one location into another: components that exist already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftrack_core.entity import session_of
from ftrack_core.errors import ComponentInLocationError
from ftrack_core.locations import ORIGIN, LocationMixin
from ftrack_core.locations.records import find_recorded, find_records, with_members

from .carrying import carry_out
from .delivery import delivery_between
from .held import HeldChanges

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from ftrack_core.entity import Entity
    from ftrack_core.locations import Location
    from ftrack_core.session import Session
    from ftrack_core.transfer import Progress

__all__ = ["PublishingLocation", "add_components", "recorded_in"]


class PublishingLocation(LocationMixin):
    """A location that components can be added to."""

    __slots__ = ()

    def add_component(
        self, component: Entity, source: str | Location = ORIGIN.name, recursive: bool = True
    ) -> None:
        """Add *component* to this location; see `add_components`."""
        self.add_components([component], source, recursive)

    def add_components(
        self,
        components: Sequence[Entity],
        sources: str | Location | Sequence[str | Location] = ORIGIN.name,
        recursive: bool = True,
        progress: Callable[[Progress], object] | None = None,
    ) -> None:
        """Copy the data of *components* here from *sources* and record that it is here.

        *sources* is one location for all or one for each. With *recursive* the members of
        containers come along. In the origin location *sources* are paths, and nothing is moved.
        All of it or nothing: where anything fails no data and no record is left behind. Pending
        changes of the session are committed too.

        Raises `LocationError` for components that are here already or not in their source, and as
        `ftrack_core.publish.publish_component` does.
        """
        given = _one_each(components, sources)
        if self.key == ORIGIN.id:
            for component, path in zip(components, given, strict=True):
                session_of(self).locations.add_origin(component, str(path))
            return
        add_components(self, components, given, recursive=recursive, progress=progress)


def add_components(
    location: Location,
    components: Sequence[Entity],
    sources: Sequence[str | Location],
    *,
    recursive: bool = True,
    progress: Callable[[Progress], object] | None = None,
) -> None:
    """Add *components* to *location*, each from its source; the number of requests is constant."""
    session = session_of(location)
    groups = [list(with_members([one])) if recursive else [one] for one in components]
    found = [session.locations.get(one) for one in sources]
    _refuse_present(location, [entity for group in groups for entity in group])
    known = _identifiers(session, groups, found)
    deliveries = [
        delivery_between(session, component, group, source, location, known[str(source.key)])
        for component, group, source in zip(components, groups, found, strict=True)
    ]
    carry_out(session, deliveries, HeldChanges(session), progress=progress)


def recorded_in(session: Session) -> Callable[[str, Iterable[str]], set[str]]:
    """Return what `ftrack_core.transfer.verify` asks: which identifiers a location has records of.

    The function takes a location's id and resource identifiers as the accessor takes them.
    """

    def recorded(location_id: str, identifiers: Iterable[str]) -> set[str]:
        location = session.locations.get(location_id)
        transformer = location.parts.transformer_of(location)
        kept = {
            identifier if transformer is None else transformer.encode(identifier): identifier
            for identifier in identifiers
        }
        return {kept[one] for one in find_recorded(session, location_id, kept)}

    return recorded


def _one_each(
    components: Sequence[Entity], sources: str | Location | Sequence[str | Location]
) -> list[str | Location]:
    if isinstance(sources, (str, LocationMixin)):
        return [sources] * len(components)
    if len(sources) not in (1, len(components)):
        raise ValueError(
            f"{len(sources)} sources for {len(components)} components: give one for all or one each"
        )
    return list(sources) * (len(components) if len(sources) == 1 else 1)


def _refuse_present(location: Location, entities: Sequence[Entity]) -> None:
    session = session_of(location)
    known = [str(one.key) for one in entities if not session.work.is_new(one)]
    present = {one.component_id for one in find_records(session, known, [str(location.key)])}
    if present:
        there = [one for one in entities if one.key in present]
        raise ComponentInLocationError(
            f"in location {location['name']!r} already: {', '.join(map(repr, there))}; remove them "
            "there first, or publish a new version",
            components=there,
            location=location,
        )


def _identifiers(
    session: Session, groups: Sequence[Sequence[Entity]], sources: Sequence[Location]
) -> dict[str, dict[str, str]]:
    """Return what each source has, by its id and component id; one request for each source."""
    wanted: dict[str, list[Entity]] = {}
    by_id: dict[str, Location] = {}
    for group, source in zip(groups, sources, strict=True):
        by_id[str(source.key)] = source
        wanted.setdefault(str(source.key), []).extend(group)
    return {key: session.locations.identifiers(by_id[key], wanted[key]) for key in wanted}
