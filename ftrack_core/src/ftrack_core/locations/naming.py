"""Under which resource identifier a component is kept in a location."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any

from ftrack_core.entity import session_of
from ftrack_core.errors import FtrackError, PluginError, StructureError

from .wellknown import SERVER, WELL_KNOWN, keeps_paths

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ftrack_core.entity import Entity
    from ftrack_core.plugins import Hooks
    from ftrack_core.session import Session

    from .location import Location

__all__ = ["checked_identifier", "resource_identifier", "structure_identifier", "translated"]

_ROOTED = re.compile(r"[/\\]|[A-Za-z]:[/\\]")
_NAME = re.compile(r"(?!\.\.?\Z)[^/\\\0]+")
_NEVER_ASKED = frozenset(one.id for one in WELL_KNOWN)


def resource_identifier(
    session: Session, component: Entity, location: Location, hooks: Hooks | None = None
) -> str:
    """Return the identifier of *component* in *location*.

    Where the location keeps paths it is the path that the component came from, in the server
    location the component's id. Elsewhere ``ftrack_resource_identifier`` answers first, then the
    location's structure. *hooks* are those of the operation that this is a part of.

    Raises:
        StructureError: nothing can name the component, or its name leads out of the location.
    """
    location_id = str(location.key)
    if keeps_paths(location):
        return structure_identifier(component, location)
    if location_id == SERVER.id:
        return str(component.key)
    if location_id in _NEVER_ASKED:
        return checked_identifier(structure_identifier(component, location), component, location)
    hooks = hooks or session.plugins.hooks
    identifier = hooks.ftrack_resource_identifier(session, component, location)
    if identifier is None:
        identifier = structure_identifier(component, location)
    return checked_identifier(identifier, component, location)


def structure_identifier(component: Entity, location: Location) -> str:
    """Return what the location's own structure says.

    This is the kernel's implementation of ``ftrack_resource_identifier``, asked after all plugins;
    wrappers of the hook are given what it returns.
    """
    structure = location.parts.structure
    if structure is None:
        raise StructureError(
            f"location {location['name']!r} has no structure in this session and no plugin names "
            f"{component!r}; bind it with a structure such as 'standard'"
        )
    context = {
        **session_of(component).locations.naming_context(component),
        "location": location,
        "clean_name": partial(_cleaned, location),
    }
    try:
        return structure.get_resource_identifier(component, context)
    except (StructureError, PluginError):
        raise
    except Exception as error:
        raise StructureError(
            f"{type(structure).__name__} of location {location['name']!r} cannot name "
            f"{component!r}: {type(error).__name__}: {error}"
        ) from error


def _cleaned(location: Location, name: str) -> str | None:
    """Return what plugins make of *name* in *location*, None to leave it to the structure."""
    cleaned: str | None = session_of(location).plugins.hooks.ftrack_clean_name(name, location)
    if cleaned is not None and not _NAME.fullmatch(cleaned):
        raise StructureError(
            f"the name {cleaned!r}, which a plugin makes of {name!r} in ftrack_clean_name, cannot "
            f"be that of a file in location {location['name']!r}; return one name without '/'"
        )
    return cleaned


def translated(
    location: Location,
    translate: Callable[[str, Mapping[str, Any]], Any],
    identifier: str,
    context: Mapping[str, Any],
) -> str:
    """Return what a method of the location's transformer makes of *identifier*.

    Raises `StructureError` where it raises or returns no text.
    """
    try:
        found = translate(identifier, context)
        fault = "" if isinstance(found, str) and found else f"it returned {found!r}"
    except FtrackError:
        raise
    except Exception as error:  # noqa: BLE001 -- a transformer raises what it likes
        found, fault = "", f"{type(error).__name__}: {error}"
    if fault:
        name = getattr(translate, "__qualname__", repr(translate))
        raise StructureError(
            f"{name}, the transformer of location {location['name']!r}, cannot translate "
            f"{identifier!r}: {fault}"
        )
    return str(found)


def checked_identifier(identifier: Any, component: Entity, location: Location) -> str:
    """Return *identifier* if it can be used: relative, not empty, and inside the location."""
    fault = _fault_of(identifier)
    if fault:
        raise StructureError(
            f"the resource identifier {identifier!r} of {component!r} in location "
            f"{location['name']!r} {fault}; a structure or plugin has to return a relative path "
            "such as 'show/shot/plate.exr'"
        )
    return str(identifier)


def _fault_of(identifier: Any) -> str:
    if not isinstance(identifier, str):
        return "is no text"
    if not identifier.strip():
        return "is empty"
    if _ROOTED.match(identifier):
        return "is absolute"
    if ".." in re.split(r"[/\\]", identifier):
        return "leads out of where it is ('..')"
    return "holds a NUL character" if "\0" in identifier else ""
