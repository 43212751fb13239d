"""The locations of one session: how they are bound, found and picked."""

from __future__ import annotations

import logging
from threading import RLock
from typing import TYPE_CHECKING, Any

from ftrack_core.entity.rows import TYPE
from ftrack_core.errors import EventError, LocationError, did_you_mean
from ftrack_core.ports import LocationBinding
from ftrack_core.query import quote

from .availability import availabilities
from .naming import translated
from .parts import Parts
from .paths import PathAccessor, PathStructure
from .records import find_records
from .wellknown import ORIGIN, WELL_KNOWN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from ftrack_core.entity import Entity
    from ftrack_core.plugins import Hooks
    from ftrack_core.session import Session

    from .location import Location
    from .records import ComponentRecord

__all__ = ["Locations"]

_logger = logging.getLogger(__name__)
_PROJECTION = "select id, name, label, description from Location where"


class Locations:
    """What ``session.locations`` is.

    Iterating yields the locations that are set up in this session, the lowest priority first.
    Nothing is asked of the server before a location is looked for.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._lock = RLock()
        self._given: dict[str, LocationBinding] = {}
        self._offered: dict[str, LocationBinding] = {}
        self._hooks: Hooks | None = None
        self._entities: dict[str, Location] = {}
        self._parts: dict[str, Parts] = {}
        self._uncreated: set[str] = set()
        self._origins: dict[str, str] = {}
        self._sources: dict[str, str] = {}
        self.projects: dict[Any, Entity] = {}
        self.unbound_priority = LocationBinding("").priority
        for known in WELL_KNOWN:
            self._parts[known.id] = Parts(session, _built_in(known.name))

    def __repr__(self) -> str:
        return f"<Locations: {', '.join(sorted({*self._given, *self._offered})) or 'none bound'}>"

    # --- binding -------------------------------------------------------------------------------

    def bind(self, binding: LocationBinding) -> None:
        """Bind a location by name, for this session; it wins over what plugins bind.

        A name the server does not know becomes a location of it when the first component is
        published there. The unmanaged location has priority 90: bind with less for the location
        to be picked before it.
        """
        with self._lock:
            self._given[binding.name] = binding
            self._rebind(binding.name)

    def refresh(self) -> None:
        """Take in what plugins bind now; this happens by itself after plugins have changed.

        Raises `PluginError` and `PluginConflictError` as the hook does; then nothing has changed.
        """
        hooks = self._session.plugins.hooks
        with self._lock:
            if hooks is self._hooks:
                return
            before, offered = self._offered, self._ask_plugins(hooks)
            self._offered = offered
            for name in {*before, *offered, *self._given, *self._entities}:
                self._rebind(name)

    def _ask_plugins(self, hooks: Hooks) -> dict[str, LocationBinding]:
        # Noted first: whoever is asked may look at locations, and must not be asked for it again.
        known, self._hooks = self._hooks, hooks
        try:
            return {one.name: one for one in hooks.ftrack_locations(self._session.context)}
        except BaseException:
            self._hooks = known
            raise

    def _binding_of(self, name: str) -> LocationBinding:
        return self._given.get(name) or self._offered.get(name) or _built_in(name)

    def _rebind(self, name: str) -> None:
        known = next((one.id for one in WELL_KNOWN if one.name == name), None)
        entity = self._entities.get(name)
        location_id = known or (str(entity.key) if entity is not None else None)
        if location_id in self._parts:
            self._parts[location_id].rebind(self._binding_of(name))

    def parts_of(self, location: Location) -> Parts:
        """Return the parts of *location*, by its id; empty ones where it is not bound."""
        self.refresh()
        location_id = str(location.key)
        with self._lock:
            self._resolve_if_bound(location_id)
            if location_id not in self._parts:
                priority = self.unbound_priority
                binding = LocationBinding("", accessor=None, structure=None, priority=priority)
                self._parts[location_id] = Parts(self._session, binding)
            return self._parts[location_id]

    # --- finding -------------------------------------------------------------------------------

    def get(self, name_or_id: str | Location) -> Location:
        """Return a location by its name or id.

        Raises `LocationError` with near names where neither this session nor the server has it.
        """
        if not isinstance(name_or_id, str):
            return name_or_id
        for known in WELL_KNOWN:
            if name_or_id in (known.name, known.id):
                return self._local(known.name, known.id)
        found = self._bound().get(name_or_id) or self._by_id(name_or_id) or self._ask(name_or_id)
        if found is None:
            names = [*self._bound(), *(one.name for one in WELL_KNOWN)]
            raise LocationError(
                f"there is no location {name_or_id!r}.{did_you_mean(name_or_id, names)} Bind one "
                "with session.locations.bind(LocationBinding(...)) and it is created when needed"
            )
        return found

    def __iter__(self) -> Iterator[Location]:
        bound = self._bound()
        found = {str(one.key): one for one in bound.values()}
        for known in WELL_KNOWN:
            found[known.id] = self._local(known.name, known.id)
        for location_id in list(self._parts):
            if location_id not in found and (entity := self._by_id(location_id)) is not None:
                found[location_id] = entity
        yield from sorted(found.values(), key=lambda one: one.priority)

    def pick(self, component: Entity | None = None) -> Location | None:
        """Return where *component* is to be published, or None where no location can take it.

        ``ftrack_pick_location`` says it first, else it is the location of the lowest priority
        number that has an accessor. A location whose accessor cannot be made raises
        `ConfigurationError`: data must not land in another place because a plugin is missing.
        """
        if component is not None:
            hooks = self._session.plugins.hooks
            answer = hooks.ftrack_pick_location(self._session, component)
            if answer is not None:
                return self.get(answer)
        able = (one for one in self if one.key != ORIGIN.id and one.parts.accessor is not None)
        return next(able, None)

    def pick_source(self, component: Entity) -> Location | None:
        """Return where *component* can be read: the first by priority that has any of it."""
        return self.pick_sources([component])[0]

    def pick_sources(self, components: Sequence[Entity]) -> list[Location | None]:
        """Return where each component can be read, or None; the number of requests is constant."""
        able = [one for one in self if one.key != ORIGIN.id and one.parts.accessor is not None]
        here = availabilities(self._session, components, able)
        found = [next((one for one in able if where[str(one.key)] > 0), None) for where in here]
        return [
            self.get(ORIGIN.name) if one is None and component.key in self._origins else one
            for one, component in zip(found, components, strict=True)
        ]

    def _bound(self) -> dict[str, Location]:
        """Return the bound locations by name, after asking for those not yet known, at once."""
        self.refresh()
        with self._lock:
            reserved = {one.name for one in WELL_KNOWN}
            names = {*self._given, *self._offered} - reserved
            missing = sorted(names - self._entities.keys())
            if missing:
                self._resolve(missing)
            return {name: self._entities[name] for name in names}

    def _resolve(self, names: Sequence[str]) -> None:
        texts = ", ".join(map(quote, names))
        found = {one["name"]: one for one in self._query(f"name in ({texts})")}
        for name in names:
            entity = found.get(name)
            if entity is None:
                entity = self._local(name, self._session.work.identifiers.new())
                self._uncreated.add(name)
            self._enter(name, entity)

    def _enter(self, name: str, entity: Location) -> None:
        self._entities[name] = entity
        parts = self._parts.setdefault(
            str(entity.key), Parts(self._session, self._binding_of(name))
        )
        parts.rebind(self._binding_of(name))

    def _resolve_if_bound(self, location_id: str) -> None:
        """Find out the ids of bound locations before one is taken for unbound."""
        if location_id not in self._parts:
            self._bound()

    def _by_id(self, location_id: str) -> Location | None:
        by_id = {str(one.key): one for one in self._entities.values()}
        found = by_id.get(location_id)
        if found is None and location_id in self._parts:
            found = self._session.get("Location", location_id)
        return found

    def _ask(self, name_or_id: str) -> Location | None:
        text = quote(name_or_id)
        return next(iter(self._query(f"name is {text} or id is {text}")), None)

    def _query(self, criteria: str) -> list[Location]:
        store = self._session.work.store
        found: list[Location] = store.entities(store.ask([f"{_PROJECTION} {criteria}"]).rows)
        return found

    def _local(self, name: str, location_id: str) -> Location:
        """Return the entity of a location without asking for its row."""
        with self._lock:
            if name not in self._entities:
                row = {TYPE: "Location", "id": location_id, "name": name}
                made: Any = self._session.work.store.entity_of(row)
                self._entities[name] = made
            return self._entities[name]

    # --- creating ------------------------------------------------------------------------------

    def ensure(self, location: Location) -> Location:
        """Return *location* as a row of the server; one that was only bound is created now.

        That takes a batch of its own: what else is pending stays so. Where somebody else has
        created the name meanwhile, theirs is returned.
        """
        with self._lock:
            name = next((one for one in self._uncreated if self._entities[one] is location), None)
            if name is None:
                return location
            theirs = self._ask(name)
            if theirs is not None:
                self._enter(name, theirs)
            else:
                self._create(location, self._binding_of(name))
            self._uncreated.discard(name)
            return self._entities[name]

    def _create(self, location: Location, binding: LocationBinding) -> None:
        row = {
            TYPE: "Location",
            "id": location.key,
            "name": binding.name,
            "label": binding.name,
            "description": binding.description,
        }
        operation = {
            "action": "create",
            "entity_type": "Location",
            "entity_key": [location.key],
            "entity_data": row,
        }
        self._session.call([operation])
        self._session.work.store.learn([dict(row)])

    # --- components ----------------------------------------------------------------------------

    def add_origin(self, component: Entity, path: str) -> None:
        """Note, in this session only, the path that *component* came from."""
        self._origins[str(component.key)] = path

    def forget_origins(self, component_ids: Iterable[str]) -> None:
        """Forget the paths of components; unknown ones are no error."""
        for component_id in component_ids:
            self._origins.pop(component_id, None)

    def origin_of(self, component: Entity) -> str | None:
        """Return the path that *component* came from, if it was created in this session."""
        return self._origins.get(str(component.key))

    def naming_context(self, component: Entity) -> Mapping[str, str]:
        """Return the context in which a structure names *component*."""
        key = str(component.key)
        source = self._sources.get(key) or self._origins.get(key)
        return {} if source is None else {"source_resource_identifier": source}

    def note_sources(self, identifiers: Mapping[str, str]) -> None:
        """Let structures know under which identifiers components are kept where they come from."""
        self._sources.update(identifiers)

    def forget_sources(self, component_ids: Iterable[str]) -> None:
        """Undo `note_sources`."""
        for component_id in component_ids:
            self._sources.pop(component_id, None)

    def identifiers(self, location: Location, components: Sequence[Entity]) -> dict[str, str]:
        """Return the accessor's identifiers of those components that are in *location*, by id."""
        ids = [str(one.key) for one in components]
        if location.key == ORIGIN.id:
            return {one: self._origins[one] for one in ids if one in self._origins}
        records = find_records(self._session, ids, [str(location.key)])
        return {one.component_id: self.decode(location, one) for one in records}

    def decode(self, location: Location, record: ComponentRecord) -> str:
        """Return the identifier in *record* as the location's accessor takes it."""
        transformer = self.parts_of(location).transformer_of(location)
        if transformer is None:
            return record.resource_identifier
        context = {"component_id": record.component_id}
        return translated(location, transformer.decode, record.resource_identifier, context)

    def encode(self, location: Location, identifier: str, component: Entity) -> str:
        """Return an accessor's identifier as the server is to keep it."""
        transformer = self.parts_of(location).transformer_of(location)
        if transformer is None:
            return identifier
        return translated(location, transformer.encode, identifier, {"component": component})

    def availabilities(
        self, components: Sequence[Entity], locations: Sequence[Location] | None = None
    ) -> list[dict[str, float]]:
        """Return for each component how much of it is where: location id to 0.0 .. 100.0.

        *locations* are those that are set up here, unless given. One request, and one more where
        the members of containers are not known.
        """
        return availabilities(self._session, components, list(locations or self))

    def announce(self, what: str, component: Entity, location: Location) -> None:
        """Publish ``ftrack.location.component-<what>`` (added or removed).

        Others hear of it where the session is connected to them, and then handlers of this one get
        it when they wait, as any event; else they are called now.
        """
        data = {"component_id": component.key, "location_id": location.key}
        events = self._session.events
        try:
            topic = f"ftrack.location.component-{what}"
            events.publish(topic, data, synchronous=not events.connected)
        except EventError as error:  # what it tells of has happened all the same
            _logger.warning("component-%s of %r was not published: %s", what, component, error)


def _built_in(name: str) -> LocationBinding:
    """Return the binding that a well-known location has by itself, an empty one for others."""
    known = next((one for one in WELL_KNOWN if one.name == name), None)
    if known is None:
        return LocationBinding(name, accessor=None, structure=None)
    if not known.keeps_paths:
        return LocationBinding(name, accessor=None, structure=None, priority=known.priority)
    return LocationBinding(name, PathAccessor(), PathStructure(), priority=known.priority)
