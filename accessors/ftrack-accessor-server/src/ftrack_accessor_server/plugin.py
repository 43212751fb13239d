"""The plugin: ``server:`` becomes the server's storage, and ``ftrack.server`` is bound to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftrack_core.hookspecs import hookimpl, provides

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ftrack_core.ports import Accessor, AccessorSpec, LocationBinding

__all__ = ["ftrack_create_accessor", "ftrack_locations"]


@provides("server")
@hookimpl(trylast=True)
def ftrack_create_accessor(spec: AccessorSpec) -> Accessor | None:
    """Answer for the scheme ``server``."""
    if spec.scheme != "server":
        return None
    from .accessor import server_accessor

    return server_accessor(spec)


@hookimpl(trylast=True)
def ftrack_locations() -> Iterable[LocationBinding]:
    """Bind ``ftrack.server``; a component is kept there under its id, so it needs no structure."""
    from ftrack_core.locations import SERVER
    from ftrack_core.ports import LocationBinding

    return [LocationBinding(SERVER.name, "server:", structure=None, priority=SERVER.priority)]
