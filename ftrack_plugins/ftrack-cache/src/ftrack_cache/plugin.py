"""The hooks of this distribution. It imports nothing heavy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftrack_core.hookspecs import hookimpl, provides

if TYPE_CHECKING:
    from ftrack_core.ports import Cache

__all__ = ["ftrack_create_cache"]


@provides("memory")
@hookimpl(trylast=True)
def ftrack_create_cache(spec: str) -> Cache | None:
    """Make a row cache in memory for ``memory:`` and ``memory:?rows=5000&seconds=60``."""
    scheme, _, _ = spec.partition(":")
    if scheme.lower() != "memory":
        return None
    from .memory import MemoryCache
    from .spec import MemorySpec

    wanted = MemorySpec.read(spec)
    return MemoryCache(wanted.rows, wanted.seconds)
