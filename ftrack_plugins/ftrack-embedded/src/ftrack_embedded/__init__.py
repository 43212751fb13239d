"""An ftrack-compatible server in one process, on SQLite.

`Studio` answers batches without a network, `Server` puts one behind HTTP. Both are imported when
they are first asked for: the package itself imports neither SQLAlchemy nor aiohttp.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .engine.caller import Caller
    from .engine.changes import ChangeRecord, EntityChange
    from .engine.studio import Studio
    from .http.events.limits import EventLimits
    from .http.server import Server
    from .transport import EmbeddedTransport

__all__ = [
    "Caller",
    "ChangeRecord",
    "EmbeddedTransport",
    "EntityChange",
    "EventLimits",
    "Server",
    "Studio",
]

_HOMES = {
    "Caller": "engine.caller",
    "ChangeRecord": "engine.changes",
    "EmbeddedTransport": "transport",
    "EntityChange": "engine.changes",
    "EventLimits": "http.events.limits",
    "Server": "http.server",
    "Studio": "engine.studio",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
