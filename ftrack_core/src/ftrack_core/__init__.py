"""The kernel of the ftrack client: hooks, sessions, entities, queries and commits.

Names are imported when they are first used: a plugin file that needs only ``hookimpl`` does not
load the whole kernel.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .lazy import names_from

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
        Finding,
        LocationBinding,
        RetryPolicy,
        Subscription,
        Verdict,
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
    "Finding",
    "FtrackError",
    "LocationBinding",
    "RetryPolicy",
    "Session",
    "Subscription",
    "Verdict",
    "hookimpl",
    "project_of",
    "provides",
]

__getattr__ = names_from(
    __name__,
    {
        "NOT_SET": "entity",
        "Argument": "ports",
        "CachePolicy": "ports",
        "Command": "ports",
        "ConnectionSettings": "ports",
        "Credentials": "ports",
        "Entity": "entity",
        "Event": "ports",
        "Finding": "ports",
        "FtrackError": "errors",
        "LocationBinding": "ports",
        "RetryPolicy": "ports",
        "Session": "session",
        "Subscription": "ports",
        "Verdict": "ports",
        "hookimpl": "hookspecs",
        "project_of": "locations",
        "provides": "hookspecs",
    },
)
