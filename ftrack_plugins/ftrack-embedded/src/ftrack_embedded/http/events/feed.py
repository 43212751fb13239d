"""The events that the server publishes itself: ``ftrack.update`` after each batch."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any, Final

from ftrack_embedded.engine.permissions.rights import rights_of

from .exchange import Outgoing, outgoing
from .updates import TOPIC, lost_projects, told_entities, update_event

if TYPE_CHECKING:
    from ftrack_embedded.engine.caller import Caller
    from ftrack_embedded.engine.changes import ChangeRecord
    from ftrack_embedded.engine.studio import Studio
    from ftrack_embedded.http.threads import Threads

    from .client import Client
    from .exchange import Exchange

__all__ = ["UpdateFeed"]

_LOGGER: Final = logging.getLogger(__name__)
_MOST: Final = 10_000
"""How many batches may wait to be told of."""
Who = tuple[str, "str | None", bool]


class UpdateFeed:
    """Tells the clients of *exchange* what batches have changed, while any of them wants to know.

    The studio is listened to only then. Whoever has sent a batch does not wait for its event: it is
    made in a thread for reading, after the commit.
    """

    def __init__(self, studio: Studio, threads: Threads, exchange: Exchange) -> None:
        self._studio = studio
        self._threads = threads
        self._exchange = exchange
        self._is_listening = False
        self._records: asyncio.Queue[ChangeRecord] = asyncio.Queue(_MOST)
        self._loop: asyncio.AbstractEventLoop | None = None

    def attend(self) -> None:
        """Listen to the studio if anybody wants to know, and only then."""
        self._listen(wanted=bool(self._exchange.wanting(TOPIC)))

    async def run(self) -> None:
        """Tell of batches until cancelled."""
        self._loop = asyncio.get_running_loop()
        while True:
            record = await self._records.get()
            try:
                await self._tell(record)
            except Exception:
                _LOGGER.exception("What a batch has changed could not be told.")

    def close(self) -> None:
        """Listen no longer."""
        self._listen(wanted=False)

    def _listen(self, *, wanted: bool) -> None:
        if wanted == self._is_listening:
            return
        self._is_listening = wanted
        if wanted:
            self._studio.add_listener(self._hear)
        else:
            self._studio.remove_listener(self._hear)

    def _hear(self, record: ChangeRecord) -> None:
        """Take the record of a batch, on the thread that has carried it out."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._keep, record)

    def _keep(self, record: ChangeRecord) -> None:
        if self._records.full():
            _LOGGER.warning("%d batches wait to be told of: one is not", _MOST)
            return
        self._records.put_nowait(record)

    async def _tell(self, record: ChangeRecord) -> None:
        by_rights: dict[Who, list[Client]] = {}
        for client in self._exchange.wanting(TOPIC):
            by_rights.setdefault(_who(client.visitor.caller), []).append(client)
        callers = {who: clients[0].visitor.caller for who, clients in by_rights.items()}
        events = await self._threads.read(_events, self._studio, record, callers)
        for who, event in events.items():
            self._exchange.carry(event, by_rights[who])


def _who(caller: Caller) -> Who:
    """Return what the rights of a caller depend on."""
    return caller.username, caller.key_role, caller.is_global_key


def _events(
    studio: Studio, record: ChangeRecord, callers: dict[Who, Caller]
) -> dict[Who, Outgoing]:
    """Return the event for each caller who may hear of anything; for administrators it is one."""
    with studio.reading(record.caller) as tx:
        told = told_entities(tx.connection, tx.catalogue, record)
        lost = lost_projects(tx.connection, tx.catalogue, told)
        made: dict[Any, Outgoing | None] = {}
        found = {}
        for who, caller in callers.items():
            rights = rights_of(tx.connection, caller)
            same = None if rights.administers else who
            if same not in made:
                event = update_event(tx.catalogue, record, told, rights, lost)
                made[same] = None if event is None else outgoing(event)
            if (packet := made[same]) is not None:
                found[who] = packet
        return found
