"""Components and locations, as a session's methods."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ftrack_core.locations import CONNECT, ORIGIN, REVIEW, SERVER, UNMANAGED

from ftrack_core import LocationBinding

from ._mixing import mixin
from ._translation import known_errors, location_errors

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from ftrack_core.locations import WellKnown

    from ._kernel import KernelSession
    from .session import Session

__all__ = ["Components", "set_up_locations"]

_PRIORITY = 95
"""That of a location to which nobody has given one."""


class Components:
    """Publishing files, and finding where they are."""

    if TYPE_CHECKING:

        @property
        def kernel(self) -> KernelSession:
            """The kernel's session."""

    def create_component(
        self, path: str, data: Mapping[str, Any] | None = None, location: Any = "auto"
    ) -> Any:
        """Create a component for a file or a frame sequence and add it to a location.

        *path* is a file, or a sequence such as ``plate.%04d.exr [1001-1100]``. *location* is a
        location, ``"auto"`` to pick one, or None to leave the data where it is.
        """
        with location_errors():
            return self.kernel.create_component(path, data, location)

    def encode_media(
        self, media: Any, version_id: str | None = None, keep_original: bool | str = "auto"
    ) -> Any:
        """Have the server make review media; return the job that does it.

        *media* is a path, which is uploaded, or a file component in the server's location. Raises
        ValueError for anything else.
        """
        from ftrack_entities.media import request_encoding

        with location_errors():
            return request_encoding(self.kernel, media, version_id, keep_original)

    def pick_location(self, component: Any = None) -> Any | None:
        """Return the location to add to, or where *component* can be read; None if there is none.

        It is the one of the lowest priority number among those that have an accessor here.
        """
        with known_errors():
            if component is None:
                return self.kernel.pick_location()
            return self.kernel.locations.pick_source(component)

    def pick_locations(self, components: Iterable[Any]) -> list[Any | None]:
        """Return for each component where it can be read, or None."""
        with known_errors():
            return self.kernel.locations.pick_sources(list(components))

    def get_component_availability(
        self, component: Any, locations: Sequence[Any] | None = None
    ) -> dict[str, float]:
        """Return how much of *component* is where: location id to 0.0 .. 100.0."""
        return self.get_component_availabilities([component], locations)[0]

    def get_component_availabilities(
        self, components: Sequence[Any], locations: Sequence[Any] | None = None
    ) -> list[dict[str, float]]:
        """Return for each component how much of it is where; *locations* are all by default."""
        with known_errors():
            among: Any = self.kernel.query("Location").all() if locations is None else locations
            return self.kernel.locations.availabilities(components, among)

    def _get_locations(self, filter_inaccessible: bool = True) -> list[Any]:
        """Return the locations, the lowest priority number first."""
        with known_errors():
            if filter_inaccessible:
                return [one for one in self.kernel.locations if one.accessor]
            found = self.kernel.query("Location").all()
        return sorted(found, key=lambda one: one.priority)


def set_up_locations(session: Session) -> None:
    """Give the built-in locations what they have in every session; nothing is asked for it."""
    locations = session.kernel.locations
    locations.unbound_priority = _PRIORITY
    for known, mixed_in, accessor, structure in _built_in(session):
        locations.bind(LocationBinding(known.name, accessor, structure, priority=known.priority))
        name = mixed_in.__name__.removesuffix("Mixin")
        mixin(locations.get(known.name), mixed_in, name)
    locations.get(CONNECT.name)


def _built_in(session: Session) -> Iterator[tuple[WellKnown, type, Any, Any]]:
    """Yield the built-in locations with what stands behind each."""
    from .accessor.disk import DiskAccessor
    from .accessor.server import _ServerAccessor
    from .entity import location as mixins
    from .structure.entity_id import EntityIdStructure
    from .structure.origin import OriginStructure

    as_it_is, unmanaged = DiskAccessor(prefix=""), mixins.UnmanagedLocationMixin
    yield ORIGIN, mixins.OriginLocationMixin, as_it_is, OriginStructure()
    yield UNMANAGED, unmanaged, as_it_is, OriginStructure()
    yield REVIEW, unmanaged, as_it_is, OriginStructure()
    yield SERVER, mixins.ServerLocationMixin, _ServerAccessor(session), EntityIdStructure()
