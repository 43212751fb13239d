"""Locations: where components are kept."""

from __future__ import annotations

from collections.abc import Iterable, MutableMapping
from typing import Any

from ftrack_core.publish import PublishingLocation

from ftrack_api import exception
from ftrack_api._translation import location_errors, translating
from ftrack_api.symbol import NOT_SET

from .base import DynamicEntityTypeMetaclass, Entity, _EntityBase

__all__ = [
    "Location",
    "MemoryLocationMixin",
    "OriginLocationMixin",
    "ServerLocationMixin",
    "UnmanagedLocationMixin",
]


@translating(
    "get_component_availabilities",
    "get_component_availability",
    "get_filesystem_path",
    "get_filesystem_paths",
    "get_resource_identifier",
    "get_resource_identifiers",
    "get_url",
    "remove_component",
    "remove_components",
)
class Location(PublishingLocation, Entity):
    """A location; accessor, structure and priority belong to the session."""

    __slots__ = ()

    @property
    def accessor(self) -> Any:
        """Reads and writes the data here; `NOT_SET` where nobody has given one."""
        return self.parts.accessor or NOT_SET

    @accessor.setter
    def accessor(self, accessor: Any) -> None:
        self.parts.assign("accessor", accessor)

    @property
    def structure(self) -> Any:
        """Names components here; `NOT_SET` where nobody has given one."""
        return self.parts.structure or NOT_SET

    @structure.setter
    def structure(self, structure: Any) -> None:
        self.parts.assign("structure", structure)

    @property
    def resource_identifier_transformer(self) -> Any:
        """Translates identifiers for the server; `NOT_SET` where nobody has given one."""
        return self.parts.transformer_of(self) or NOT_SET

    @resource_identifier_transformer.setter
    def resource_identifier_transformer(self, transformer: Any) -> None:
        self.parts.assign("transformer", transformer)

    def __str__(self) -> str:
        name = self.loaded("name")
        shown = f'"{name}", ' if name else ""
        return f"<{type(self).__name__}({shown}{self.key})>"

    def add_component(self, component: Any, source: Any, recursive: bool = True) -> None:  # type: ignore[override]
        """Add one component from *source*, a location; see `add_components`."""
        self.add_components([component], source, recursive)

    def add_components(  # type: ignore[override]  # the signature that scripts know
        self,
        components: Iterable[Any],
        sources: Any,
        recursive: bool = True,
        _depth: int = 0,
    ) -> None:
        """Copy the data of *components* here from *sources* and record that it is here.

        *sources* is one location or one each; for the origin location, paths. Raises
        `ComponentInLocationError` where one is here already, `LocationError` for everything else;
        then nothing was changed.
        """
        several = list(components)
        if not several:
            return
        self._require_plain_steps()
        with location_errors(component=several[0], location=self):
            super().add_components(several, sources, recursive)

    # --- the steps of the older client, which subclasses override --------------------------------

    def _get_context(self, component: Any, source: Any) -> dict[str, Any]:
        """Return what a structure is told besides the component: where *source* keeps it."""
        found = source.get_resource_identifiers([component])
        return {"source_resource_identifier": found[0]}

    def _get_resource_identifiers(self, components: Iterable[Any]) -> list[str]:
        return self.get_resource_identifiers(list(components))

    def _add_data(self, component: Any, resource_identifier: str, source: Any) -> None:
        self._is_no_step("_add_data", "ftrack_transfer")

    def _remove_data(self, component: Any) -> None:
        self._is_no_step("_remove_data", "ftrack_create_accessor")

    def _register_component_in_location(self, component: Any, resource_identifier: str) -> None:
        self._register_components_in_location([component], [resource_identifier])

    def _register_components_in_location(
        self, components: Iterable[Any], resource_identifiers: Iterable[str]
    ) -> None:
        self._is_no_step("_register_components_in_location", "ftrack_before_commit")

    def _deregister_component_in_location(self, component: Any) -> None:
        self._is_no_step("_deregister_component_in_location", "ftrack_before_commit")

    def _is_no_step(self, name: str, hook: str) -> None:
        raise exception.LocationError(
            f"{name} of a location is no step of its own any more: data and records go together, "
            f"all or nothing. Use add_component and remove_component, or the hook {hook} to change "
            "how it is done"
        )

    def _require_plain_steps(self) -> None:
        """Refuse a location whose class has changed a step that nothing here would take."""
        changed = [name for name in _STEPS if _is_changed(type(self), name)]
        if changed:
            raise exception.LocationError(
                f"{type(self).__name__} has its own {', '.join(changed)}, which is not called: use "
                "the hooks ftrack_transfer and ftrack_resource_identifier, or an accessor and a "
                "structure of your own"
            )


_STEPS = (
    "_add_data",
    "_deregister_component_in_location",
    "_get_context",
    "_get_resource_identifiers",
    "_register_component_in_location",
    "_register_components_in_location",
    "_remove_data",
)


def _is_changed(cls: type, name: str) -> bool:
    """Whether a step of *cls* is somebody else's."""
    return bool(getattr(cls, name).__module__ != __name__)


class _MixedIn(_EntityBase, MutableMapping[str, Any], metaclass=DynamicEntityTypeMetaclass):
    """The base of what is mixed into a location."""

    __slots__ = ()


class MemoryLocationMixin(_MixedIn):
    """A location that is known in this session only, as the origin is."""

    __slots__ = ()

    @property
    def _cache(self) -> dict[str, str]:
        kept: dict[str, str] = self.__dict__.setdefault("_registered", {})
        return kept

    def _register_component_in_location(self, component: Any, resource_identifier: str) -> None:
        self._cache[component["id"]] = resource_identifier

    def _register_components_in_location(
        self, components: Iterable[Any], resource_identifiers: Iterable[str]
    ) -> None:
        for component, identifier in zip(components, resource_identifiers, strict=True):
            self._register_component_in_location(component, identifier)

    def _deregister_component_in_location(self, component: Any) -> None:
        self._cache.pop(component["id"], None)

    def _get_resource_identifiers(self, components: Iterable[Any]) -> list[str]:
        several = list(components)
        missing = [one for one in several if one["id"] not in self._cache]
        if missing:
            raise exception.ComponentNotInLocationError(missing, self)
        return [self._cache[one["id"]] for one in several]

    def get_resource_identifiers(self, components: Iterable[Any]) -> list[str]:
        """Return the identifiers of *components*. Raises `ComponentNotInLocationError`."""
        return self._get_resource_identifiers(components)

    def add_components(
        self, components: Iterable[Any], sources: Any, recursive: bool = True, _depth: int = 0
    ) -> None:
        """Add *components* step by step, as the steps of the class say."""
        several = list(components)
        given: list[Any] = [sources] if isinstance(sources, (str, Location)) else list(sources)
        given = given * len(several) if len(given) == 1 else given
        if len(given) != len(several):
            raise ValueError(f"{len(given)} sources for {len(several)} components: one or one each")
        present = [one for one in several if one["id"] in self._cache]
        if present:
            raise exception.ComponentInLocationError(present, self)
        for component, source in zip(several, given, strict=True):
            context = self._get_context(component, source)  # type: ignore[attr-defined]
            identifier = self.structure.get_resource_identifier(component, context)  # type: ignore[attr-defined]
            self._add_data(component, identifier, source)  # type: ignore[attr-defined]
            self._register_component_in_location(component, identifier)

    def remove_components(self, components: Iterable[Any], recursive: bool = True) -> None:
        """Forget where *components* are. Raises `ComponentNotInLocationError`."""
        several = list(components)
        self._get_resource_identifiers(several)
        for component in several:
            self._deregister_component_in_location(component)


class UnmanagedLocationMixin(_MixedIn):
    """A location whose files stay where they are."""

    __slots__ = ()

    keeps_paths = True

    def _add_data(self, component: Any, resource_identifier: str, source: Any) -> None:
        """Do nothing: the data stays where it is."""

    def _remove_data(self, component: Any) -> None:
        """Do nothing: the data stays where it is."""


class OriginLocationMixin(MemoryLocationMixin, UnmanagedLocationMixin):
    """Where files came from: the source is the path."""

    __slots__ = ()

    # The kernel knows where files came from, for its transfers as well.
    add_components = Location.add_components
    get_resource_identifiers: Any = Location.get_resource_identifiers
    remove_components: Any = Location.remove_components

    def _get_context(self, component: Any, source: Any) -> dict[str, Any]:
        return {"source_resource_identifier": source}


class ServerLocationMixin(_MixedIn):
    """The server's own storage."""

    __slots__ = ()

    def get_thumbnail_url(self, component: Any, size: int | None = None) -> str:
        """Return a URL of the thumbnail of *component*, at most *size* pixels on its longer side.

        It holds the user's key: do not hand it on.
        """
        found: str = self.accessor.get_thumbnail_url(component["id"], size)  # type: ignore[attr-defined]
        return found
