"""The websocket of one client, from the upgrade to its end."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from aiohttp import WSMsgType, web
from ftrack_core.errors import EventError
from ftrack_core.events import Packet, PacketKind, read_packet

from .client import Client
from .exchange import read_event, refuse

if TYPE_CHECKING:
    from ftrack_embedded.http.threads import Threads

    from .exchange import Exchange
    from .limits import EventLimits
    from .tickets import Visitor

__all__ = ["Connection"]

_LOGGER: Final = logging.getLogger(__name__)
_LARGE: Final = 64 * 1024
"""In characters: reading a packet that is longer would hold up everybody else."""
_FAREWELL: Final = 2.0
"""In seconds: how long the end of a connection may take to be agreed on."""


class Connection:
    """Carries packets between a websocket and the exchange, until either has enough."""

    def __init__(
        self,
        request: web.Request,
        visitor: Visitor,
        exchange: Exchange,
        limits: EventLimits,
        threads: Threads,
    ) -> None:
        self._request = request
        self._exchange = exchange
        self._threads = threads
        self._socket = web.WebSocketResponse(
            timeout=_FAREWELL, max_msg_size=limits.packet_size, compress=False
        )
        self.client = Client(visitor, limits, self._abort)

    async def serve(self) -> web.WebSocketResponse:
        """Take the client in and return when it is gone."""
        await self._socket.prepare(self._request)
        self.client.offer(str(Packet(PacketKind.CONNECT)))
        self._exchange.join(self.client)
        writer = asyncio.create_task(self._write())
        try:
            await self._read()
        finally:
            self._exchange.leave(self.client)
            writer.cancel()
            with suppress(asyncio.CancelledError):
                await writer
        return self._socket

    async def close(self) -> None:
        """Say farewell, as a server does that ends; who has not taken it in time is dropped."""
        # Not `wait_for`: all who write to one client wait in aiohttp for one future, and who is
        # cancelled, here or in `serve`, takes the others along.
        leaving = asyncio.ensure_future(self._take_leave())
        await asyncio.wait([leaving], timeout=_FAREWELL)
        if not leaving.done():
            self.client.drop()
        await asyncio.gather(leaving, return_exceptions=True)

    async def _take_leave(self) -> None:
        await self._socket.send_str(str(Packet(PacketKind.DISCONNECT)))
        await self._socket.close(code=1001)

    def _abort(self) -> None:
        if self._request.transport is not None:
            self._request.transport.abort()

    async def _write(self) -> None:
        while True:
            packet = await self.client.next()
            try:
                await self._socket.send_str(packet)
            except (ConnectionError, RuntimeError):
                self.client.drop()  # gone in the middle; the reader will notice, too
                return

    async def _read(self) -> None:
        async for message in self._socket:
            self.client.heard()
            if message.type is WSMsgType.TEXT:
                await self._take(message.data)
            # Without this a client that sends much would keep all others from receiving it.
            await asyncio.sleep(0)
            if self.client.is_dropped:
                return

    async def _take(self, text: str) -> None:
        """Act on one packet; whatever is wrong with it ends nothing."""
        try:
            packet = read_packet(text)
        except EventError as error:
            self._complain(str(error))
            return
        if packet.kind is PacketKind.DISCONNECT:
            await self._socket.close()
        elif packet.kind is PacketKind.EVENT:
            await self._take_event(packet)

    async def _take_event(self, packet: Packet) -> None:
        try:
            if len(packet.data) < _LARGE:
                sent = read_event(self.client, packet)
            else:
                sent = await self._threads.read(read_event, self.client, packet)
        except EventError as error:
            if packet.number is None:
                self._complain(str(error))
            else:
                refuse(self.client, packet, str(error))
            return
        self._exchange.take(self.client, packet, sent)

    def _complain(self, reason: str) -> None:
        _LOGGER.info("a packet of %s: %s", self.client.visitor.caller.username, reason)
        self.client.offer(str(Packet(PacketKind.ERROR, reason)))
