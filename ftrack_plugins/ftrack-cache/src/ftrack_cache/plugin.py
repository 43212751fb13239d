"""The hooks of this distribution. It imports nothing heavy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ftrack_core.hookspecs import hookimpl, provides

if TYPE_CHECKING:
    from ftrack_core.ports import Cache, Context


__all__ = ["ftrack_create_cache"]


@provides("memory", "file")
@hookimpl(trylast=True)
def ftrack_create_cache(context: Context, spec: Any) -> Cache | None:
    """Make a row cache in memory for ``memory:``, one in a file for ``file:/path``.

    An object that was given instead of a URL is adapted.
    """
    scheme = spec.partition(":")[0].lower() if isinstance(spec, str) else None
    if scheme not in ("memory", "file", None):
        return None
    from . import making

    if scheme == "memory":
        return making.in_memory(spec)
    return making.in_file(spec, context) if scheme == "file" else making.adapted(spec)
