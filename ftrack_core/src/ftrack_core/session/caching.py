"""How a session makes its row cache."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftrack_core.errors import ConfigurationError
from ftrack_core.plugins import unclaimed
from ftrack_core.store.guarded import GuardedCache

if TYPE_CHECKING:
    from ftrack_core.plugins import Hooks
    from ftrack_core.ports import Cache

    from .session import Session

__all__ = ["DEFAULT_CACHE", "make_cache", "renew_cache"]

DEFAULT_CACHE = "memory:"


def make_cache(session: Session, hooks: Hooks) -> GuardedCache | None:
    """Return the cache that the session was asked for, such that its failures cost no work."""
    made = _create(session, hooks)
    return None if made is None else GuardedCache(made)


def renew_cache(cache: GuardedCache | None, session: Session, hooks: Hooks) -> None:
    """Put the cache that the plugins make now in the place of the one that is used."""
    made = None if cache is None else _create(session, hooks)
    if cache is not None and made is not None:
        cache.replace(made)


def _create(session: Session, hooks: Hooks) -> Cache | None:
    """Return what the plugins make of the specification, or None.

    Without a plugin for the default one the session keeps no rows; another one that nobody claims
    is a `ConfigurationError`.
    """
    spec = session.context.options["cache"]
    if callable(spec) and not isinstance(spec, type):
        spec = spec(session)
    if spec is None or spec is False:
        return None
    made = hooks.ftrack_create_cache(session.context, spec)
    if made is not None:
        return made
    if spec == DEFAULT_CACHE:
        return None
    if not isinstance(spec, str):
        raise ConfigurationError(
            f"no plugin makes a cache of a {type(spec).__name__}. Install ftrack-cache, or give a "
            "URL such as memory:, or None."
        )
    scheme = spec.partition(":")[0]
    hook = "ftrack_create_cache"
    raise ConfigurationError(unclaimed(hook, scheme, hooks.providers(hook)))
