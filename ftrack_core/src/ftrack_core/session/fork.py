"""Forks: a unit of work of one's own on a connection that is there already."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from .phases import Life, Phase
from .session import Session
from .shared_cache import SharedCache

if TYPE_CHECKING:
    from ftrack_core.events import Events
    from ftrack_core.locations import Locations
    from ftrack_core.plugins import Registry
    from ftrack_core.ports import Cache
    from ftrack_core.work import UnitOfWork

    from .connection import Connection
    from .known_server import KnownServer

__all__ = ["ForkedSession"]


class ForkedSession(Session):
    """A session that shares everything with another one but its entities and pending changes.

    Closing it gives up those; the session it was forked from stays open.
    """

    def __init__(self, origin: Session) -> None:
        origin._need_server()  # noqa: SLF001 -- two halves of one session
        self._origin = origin
        self._settings = origin._settings  # noqa: SLF001
        self._is_closed = False
        self._work = self.make_work(origin.schemas, origin.types)

    @cached_property
    def plugins(self) -> Registry:
        """The plugins of the session it was forked from."""
        return self._origin.plugins

    @cached_property
    def events(self) -> Events:
        """The events of the session it was forked from."""
        return self._origin.events

    @cached_property
    def locations(self) -> Locations:
        """The locations of the session it was forked from."""
        return self._origin.locations

    def reset(self) -> None:
        """Take back what is pending in this fork and forget what it knows; nobody is told."""
        self.work.reset()

    @property
    def closed(self) -> bool:
        """Whether this fork or the session it was forked from was closed."""
        return self._is_closed or self._origin.closed

    @property
    def work(self) -> UnitOfWork:
        """The changes of this fork that are not committed, and the rows that it knows."""
        if self._is_closed:
            self._require_open()
        return super().work

    def close(self) -> None:
        """Take back what is pending here; the connection stays."""
        if not self.closed:
            self._work.close()
        self._is_closed = True

    @cached_property
    def _cache(self) -> Cache | None:
        shared = self._origin._cache  # noqa: SLF001
        return None if shared is None else SharedCache(shared, self._origin.schemas)

    @cached_property
    def _connection(self) -> Connection:
        return self._origin._connection  # noqa: SLF001

    @cached_property
    def _server(self) -> KnownServer:
        return self._origin._server  # noqa: SLF001

    @cached_property
    def _life(self) -> Life:
        life = Life({})
        life.phase = Phase.READY
        return life
