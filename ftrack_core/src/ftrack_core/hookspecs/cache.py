"""Hooks of the row cache."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .markers import hookspec

if TYPE_CHECKING:
    from ftrack_core.ports import Cache, CachePolicy, Context


@hookspec(firstresult=True)
def ftrack_create_cache(context: Context, spec: Any) -> Cache | None:
    """Make the row cache for *spec*, the URL given as ``Session(cache=...)``, or return None.

    A user may give any other object, which is then the *spec*: ftrack-cache takes row caches and
    caches of values by key. A function that is given the session has been called before.
    The first answer that is not None counts; without one the session works and keeps no rows.
    The default *spec* is ``memory:``. State the schemes with ``provides``.

    Default: ftrack-cache (memory, file).

    Example::

        @provides("redis")
        @hookimpl
        def ftrack_create_cache(context, spec):
            if not str(spec).startswith("redis:"):
                return None
            from ._redis import RedisCache
            return RedisCache(spec)
    """


@hookspec(firstresult=True)
def ftrack_cache_policy(context: Context, entity_type: str) -> CachePolicy | None:
    """Say whether and how long rows of *entity_type* are kept.

    The first answer that is not None counts; without one they are kept as long as there is room.
    Asked once for each type, when the first of its rows arrives, and again after a reload. The
    seconds are heeded by caches that have ``limit`` (`ftrack_core.ports.TimedCache`).

    Default: none; every type is kept.

    Example::

        @hookimpl
        def ftrack_cache_policy(context, entity_type):
            return CachePolicy(keep=False) if entity_type == "Timelog" else None
    """
