"""How a session makes its row cache."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftrack_core.errors import ConfigurationError, did_you_mean
from ftrack_core.store.guarded import GuardedCache

if TYPE_CHECKING:
    from ftrack_core.plugins import Hooks
    from ftrack_core.ports import Cache, Context

__all__ = ["DEFAULT_CACHE", "make_cache"]

DEFAULT_CACHE = "memory:"


def make_cache(context: Context, hooks: Hooks) -> Cache | None:
    """Return the cache that the session was asked for, or None.

    Without a plugin for the default one the session keeps no rows; another one that nobody claims
    is a `ConfigurationError`.
    """
    spec = context.options["cache"]
    if spec is None:
        return None
    made = hooks.ftrack_create_cache(context, spec)
    if made is not None:
        return GuardedCache(made)
    if spec == DEFAULT_CACHE:
        return None
    scheme = str(spec).partition(":")[0]
    known = hooks.providers("ftrack_create_cache")
    raise ConfigurationError(
        f"no plugin makes a cache for {scheme}: URLs.{did_you_mean(scheme, known)} "
        f"Known schemes: {', '.join(sorted(known)) or 'none'}."
    )
