"""The hook of this plugin: the structures that come with the client, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftrack_core.hookspecs import hookimpl, provides

if TYPE_CHECKING:
    from ftrack_core.ports import Context, Structure

__all__ = ["ftrack_create_structure"]


@provides("standard", "id", "entity_id", "origin")
@hookimpl(trylast=True)
def ftrack_create_structure(context: Context, spec: str) -> Structure | None:  # noqa: ARG001 -- all sessions are named alike
    """Make a structure from its name, with options behind it: ``standard?illegal=-``."""
    from .make import make_structure

    return make_structure(spec)
