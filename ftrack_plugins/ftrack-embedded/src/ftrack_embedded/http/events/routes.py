"""The event server in the web application: handshake, websocket, start and end."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from aiohttp import web
from ftrack_core.events import Packet, PacketKind

from ftrack_embedded.engine.failures import server_error
from ftrack_embedded.http.answer import caller_of
from ftrack_embedded.http.headers import Asked, read_headers
from ftrack_embedded.http.sign_in import session_of

from .connection import Connection
from .exchange import Exchange
from .feed import UpdateFeed
from .tickets import Tickets, Visitor

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from ftrack_embedded.engine.studio import Studio
    from ftrack_embedded.http.cors import Cors
    from ftrack_embedded.http.threads import Threads

    from .limits import EventLimits

__all__ = ["EventServer", "add_event_routes"]


class EventServer:
    """Lets clients in and keeps their connections."""

    def __init__(self, studio: Studio, threads: Threads, cors: Cors, limits: EventLimits) -> None:
        self._studio = studio
        self._threads = threads
        self._cors = cors
        self._limits = limits
        self._tickets = Tickets(limits.ticket, limits.tickets)
        self._exchange = Exchange(limits, lambda: self._feed.attend())
        self._feed = UpdateFeed(studio, threads, self._exchange)
        self._connections: set[Connection] = set()

    async def handshake(self, request: web.Request) -> web.StreamResponse:
        """Give whoever shows a key an id to come back with; AuthenticationError for others."""
        asked = _asked(request, session_of(request, self._cors))
        visitor = await self._threads.read(_visitor, self._studio, asked)
        ticket = self._tickets.give(visitor)
        heartbeat, silence = _seconds(3 * self._limits.heartbeat), _seconds(self._limits.silence)
        return web.Response(
            text=f"{ticket}:{heartbeat}:{silence}:websocket", headers={"Cache-Control": "no-store"}
        )

    async def websocket(self, request: web.Request) -> web.StreamResponse:
        """Serve the websocket of whoever brings an id back."""
        if not web.WebSocketResponse().can_prepare(request):
            raise server_error("ServerError", "This address is for websockets only.")
        visitor = self._tickets.take(request.match_info["ticket"])
        if visitor is None:
            raise server_error(
                "NotFoundError",
                "This connection is not expected: its id was used already or is too old. Begin "
                "again with GET /socket.io/1/.",
            )
        connection = Connection(request, visitor, self._exchange, self._limits, self._threads)
        self._connections.add(connection)
        try:
            return await connection.serve()
        finally:
            self._connections.discard(connection)

    async def live(self, _: web.Application) -> AsyncIterator[None]:
        """Keep hearts beating, and tell of changes, while the application lives."""
        tasks = [asyncio.create_task(one) for one in (self._beat(), self._feed.run())]
        yield
        self._feed.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def close(self, _: web.Application) -> None:
        """End all connections."""
        await asyncio.gather(*(connection.close() for connection in self._connections))

    async def _beat(self) -> None:
        beat = str(Packet(PacketKind.HEARTBEAT))
        while True:
            await asyncio.sleep(self._limits.heartbeat)
            for client in self._exchange.clients:
                if client.is_silent():
                    client.drop()
                else:
                    client.offer(beat)


def add_event_routes(
    app: web.Application, studio: Studio, threads: Threads, cors: Cors, limits: EventLimits
) -> None:
    """Let *app* be an event server at ``/socket.io/1/``."""
    server = EventServer(studio, threads, cors, limits)
    app.router.add_get("/socket.io/1/", server.handshake, allow_head=False)
    app.router.add_get("/socket.io/1/websocket/{ticket}", server.websocket, allow_head=False)
    app.cleanup_ctx.append(server.live)
    app.on_shutdown.append(server.close)


def _asked(request: web.Request, session: str) -> Asked:
    """Return who asks: by headers, or by the query as the JavaScript client has it."""
    asked = read_headers(request.headers, request.scheme, session=session)
    if asked.username or asked.key:
        return asked
    query = request.query
    return Asked(query.get("api_user", ""), query.get("api_key", ""), session=session)


def _visitor(studio: Studio, asked: Asked) -> Visitor:
    caller = caller_of(studio, asked)
    with studio.reading(caller) as tx:
        return Visitor(caller, tx.user_id)


def _seconds(seconds: float) -> int:
    return max(1, round(seconds))
