"""Sessions on a server in memory, for tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ftrack_core.hookspecs import hookimpl, provides
from ftrack_core.session import Session

from .memory_cache import CopyingCache, DictCache

if TYPE_CHECKING:
    from ftrack_core.ports import Cache, Context, Credentials, Transport

    from .memory_transport import MemoryTransport

__all__ = ["MemoryPlugin", "memory_session"]


class MemoryPlugin:
    """Connects ``memory:`` URLs to a given transport, and keeps rows in a plain dictionary.

    The cache ``copies:`` keeps copies of them.
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    @provides("memory")
    @hookimpl(trylast=True)
    def ftrack_create_transport(
        self, context: Context, credentials: Credentials
    ) -> Transport | None:
        """Give the transport."""
        del credentials
        return self._transport if context.scheme == "memory" else None

    @provides("memory", "copies")
    @hookimpl(trylast=True)
    def ftrack_create_cache(self, context: Context, spec: str) -> Cache | None:
        """Give a cache without bounds, of the rows themselves or of copies."""
        del context
        kinds = {"memory:": DictCache, "copies:": CopyingCache}
        return kinds[spec]() if spec in kinds else None


def memory_session(transport: MemoryTransport, *, plugins: Any = (), **options: Any) -> Session:
    """Return a session on *transport* with no installed plugin, and with *plugins*.

    It does not read ahead, so that the requests of a test can be counted.
    """
    given = [MemoryPlugin(transport), *plugins]
    options.setdefault("read_ahead", False)
    return Session("memory:", "no key", "ann", plugins=given, installed=False, **options)
