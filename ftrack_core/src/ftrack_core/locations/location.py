"""What an entity of type Location can do besides holding attributes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from ftrack_core.entity import session_of
from ftrack_core.errors import ComponentNotInLocationError, LocationError

from .removal import remove_components

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ftrack_core.entity import Entity
    from ftrack_core.ports import Accessor, IdentifierTransformer, Structure

    from .parts import Parts
    from .registry import Locations

    _Base = Entity
else:
    _Base = object

__all__ = ["Location", "LocationMixin", "required_accessor"]


class LocationMixin(_Base):
    """Mixed into the entity class of type Location.

    Accessor, structure, transformer and priority belong to the session and are kept there by the
    location's id: the entity may be dropped and loaded again.
    """

    __slots__ = ()

    @property
    def parts(self) -> Parts:
        """What does the work here: accessor, structure, transformer, priority."""
        return self._locations.parts_of(self)

    @property
    def accessor(self) -> Accessor | None:
        """Reads and writes the data here; None where the location is not set up in this session."""
        return self.parts.accessor

    @accessor.setter
    def accessor(self, accessor: Accessor | None) -> None:
        self.parts.assign("accessor", accessor)

    @property
    def structure(self) -> Structure | None:
        """Names components here."""
        return self.parts.structure

    @structure.setter
    def structure(self, structure: Structure | None) -> None:
        self.parts.assign("structure", structure)

    @property
    def resource_identifier_transformer(self) -> IdentifierTransformer | None:
        """Translates between the identifiers a server keeps and those the accessor takes."""
        return self.parts.transformer_of(self)

    @resource_identifier_transformer.setter
    def resource_identifier_transformer(self, transformer: IdentifierTransformer | None) -> None:
        self.parts.assign("transformer", transformer)

    @property
    def priority(self) -> int:
        """The location of the lowest number is picked first."""
        return self.parts.priority

    @priority.setter
    def priority(self, priority: int) -> None:
        self.parts.assign("priority", priority)

    # --- where components are ------------------------------------------------------------------

    def get_resource_identifier(self, component: Entity) -> str:
        """Return under which identifier *component* is kept here; raises as the plural does."""
        return self.get_resource_identifiers([component])[0]

    def get_resource_identifiers(self, components: Sequence[Entity]) -> list[str]:
        """Return the identifiers of *components*, in their order, for the accessor.

        Raises `LocationError` naming those that are not in this location. One request.
        """
        found = self._locations.identifiers(self, components)
        missing = [one for one in components if one.key not in found]
        if missing:
            listed = ", ".join(map(repr, missing[:5])) + (", ..." if len(missing) > 5 else "")
            raise ComponentNotInLocationError(
                f"not in {_label(self)}: {listed}", components=missing, location=self
            )
        return [found[str(one.key)] for one in components]

    def get_filesystem_path(self, component: Entity) -> str:
        """Return the path of *component* on this machine."""
        return self.get_filesystem_paths([component])[0]

    def get_filesystem_paths(self, components: Sequence[Entity]) -> list[str]:
        """Return the paths of *components*; `UnsupportedOperationError` where there are none."""
        accessor = required_accessor(self)
        identifiers = self.get_resource_identifiers(components)
        return [accessor.get_filesystem_path(identifier) for identifier in identifiers]

    def get_url(self, component: Entity) -> str:
        """Return a URL for *component*; `UnsupportedOperationError` where there is none."""
        return required_accessor(self).get_url(self.get_resource_identifier(component))

    def get_component_availability(self, component: Entity) -> float:
        """Return how much of *component* is here, from 0.0 to 100.0."""
        return self.get_component_availabilities([component])[0]

    def get_component_availabilities(self, components: Sequence[Entity]) -> list[float]:
        """Return how much of each component is here: of a container, the mean of its members."""
        found = self._locations.availabilities(components, [self])
        return [one[str(self.key)] for one in found]

    # --- removing ------------------------------------------------------------------------------

    def remove_component(self, component: Entity, recursive: bool = True) -> None:
        """Remove *component* from this location: its record, then its data."""
        self.remove_components([component], recursive)

    def remove_components(self, components: Sequence[Entity], recursive: bool = True) -> None:
        """Remove components, with *recursive* their members too; two requests for any number.

        Nothing else that is pending is committed. The records go first, so that there is never one
        without data. Raises `LocationError` for a component that is not here, and where data could
        not be removed after its record was.
        """
        remove_components(self, components, recursive=recursive)

    @property
    def _locations(self) -> Locations:
        registry: Locations = session_of(self).locations
        return registry


Location: TypeAlias = LocationMixin
"""An entity of type Location, as hooks are given it."""


def required_accessor(location: Any) -> Accessor:
    """Return the accessor of *location*; raise `LocationError` that says how to give it one."""
    accessor: Accessor | None = location.parts.accessor
    if accessor is None:
        raise LocationError(
            f"{_label(location)} has no accessor in this session; bind one with "
            f"session.locations.bind(LocationBinding({_name(location)!r}, 'disk:/mnt/prod')) "
            "or in a plugin's ftrack_locations"
        )
    return accessor


def _name(location: Any) -> str:
    return str(location["name"] or "")


def _label(location: Any) -> str:
    return f"location {_name(location)!r}"
