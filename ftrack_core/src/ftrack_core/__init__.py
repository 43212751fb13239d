"""The kernel of the ftrack client: hooks, sessions, entities, queries and commits.

Names are imported when they are first used: a plugin file that needs only ``hookimpl`` does not
load the whole kernel.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .entity import NOT_SET, Entity
    from .errors import FtrackError
    from .hookspecs import hookimpl, provides
    from .locations import project_of
    from .ports import (
        Argument,
        CachePolicy,
        Command,
        ConnectionSettings,
        Credentials,
        Event,
        LocationBinding,
        RetryPolicy,
        Subscription,
    )
    from .session import Session

__all__ = [
    "NOT_SET",
    "Argument",
    "CachePolicy",
    "Command",
    "ConnectionSettings",
    "Credentials",
    "Entity",
    "Event",
    "FtrackError",
    "LocationBinding",
    "RetryPolicy",
    "Session",
    "Subscription",
    "hookimpl",
    "project_of",
    "provides",
]

_HOMES = {
    "NOT_SET": "entity",
    "Entity": "entity",
    "FtrackError": "errors",
    "Session": "session",
    "hookimpl": "hookspecs",
    "project_of": "locations",
    "provides": "hookspecs",
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES.get(name, 'ports')}"), name)
