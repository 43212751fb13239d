"""The hooks of this plugin: the structures that come with the client, and how names are cleaned."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftrack_core.hookspecs import hookimpl, provides

if TYPE_CHECKING:
    from ftrack_core.locations import Location
    from ftrack_core.ports import Context, Structure

__all__ = ["ftrack_clean_name", "ftrack_create_structure"]


@provides("standard", "id", "entity_id", "origin")
@hookimpl(trylast=True)
def ftrack_create_structure(context: Context, spec: str) -> Structure | None:  # noqa: ARG001 -- all sessions are named alike
    """Make a structure from its name, with options behind it: ``standard?illegal=-``."""
    from .make import make_structure

    return make_structure(spec)


@hookimpl(trylast=True)
def ftrack_clean_name(name: str, location: Location) -> str | None:
    """Clean a name as the location's own structure does; None where that has no way of its own."""
    clean = getattr(location.structure, "clean_name", None)
    cleaned: str | None = None if clean is None else clean(name)
    return cleaned
