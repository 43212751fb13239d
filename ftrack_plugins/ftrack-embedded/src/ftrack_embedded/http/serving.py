"""An application on a port: let in whom is accepted, and leave no connection behind."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from time import monotonic
from typing import TYPE_CHECKING, Final

from aiohttp import web

if TYPE_CHECKING:
    import ssl
    from asyncio.trsock import TransportSocket
    from collections.abc import AsyncIterator, Iterable

__all__ = ["serving"]

_LAST_WORDS: Final = 1.0
"""In seconds: how long a client may take for the rest of an answer when all else has ended."""
_LOOKS_EVERY: Final = 0.01
"""In seconds: nothing tells when a transport has sent the last of it."""

_TURNS_TO_LET_IN: Final = 3
"""Of the loop: a task for the connection, a protocol for the task, and one to spare."""

_TURNS_TO_END: Final = 3
"""Of the loop: the end of the socket is met, told to what lies above it, and one to spare."""


@contextlib.asynccontextmanager
async def serving(
    app: web.Application,
    host: str,
    port: int,
    *,
    grace: float,
    ssl_context: ssl.SSLContext | None = None,
) -> AsyncIterator[int]:
    """Serve *app* for as long as the body runs, which gets the port.

    Requests in hand may take *grace* seconds when the body ends. With *port* 0 the system chooses
    one.

    Raises:
        OSError: the address is taken, or none of this machine.
    """
    # Bodies are unpacked where it can be told what is wrong with them. Half of the grace: aiohttp
    # waits twice, for requests and then for connections.
    runner = web.AppRunner(app, access_log=None, auto_decompress=False, shutdown_timeout=grace / 2)
    await runner.setup()
    protocols = runner.server
    assert protocols is not None
    open_ones = _OpenConnections(protocols)
    try:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(protocols, host, port, ssl=ssl_context)
        try:
            yield int(server.sockets[0].getsockname()[1])
        finally:
            await _stop_accepting(server)
    finally:
        await runner.cleanup()
        await _drop_who_does_not_read(open_ones.sockets())


class _OpenConnections:
    """The connections of *protocols*, each from its first turn of the loop to its last.

    aiohttp and asyncio know less: the one lets go of a transport that was told to close, and over
    TLS a transport that was told twice lets go of its socket. Both are open until all is sent, and
    over TLS until the client has said goodbye.
    """

    def __init__(self, protocols: web.Server) -> None:
        self._made, self._lost = protocols.connection_made, protocols.connection_lost
        self._open: dict[object, tuple[asyncio.Transport, TransportSocket]] = {}
        # What aiohttp offers to be asked with says nothing of those it has let go of; its handlers
        # tell the server that made them of both ends, by these names, in all releases from 3.9 on.
        protocols.connection_made = self._let_in  # type: ignore[method-assign]
        protocols.connection_lost = self._let_out  # type: ignore[method-assign]

    def sockets(self) -> list[tuple[asyncio.Transport, TransportSocket]]:
        """Return those that are open now."""
        return list(self._open.values())

    def _let_in(self, handler: web.RequestHandler, transport: asyncio.Transport) -> None:
        self._open[handler] = transport, transport.get_extra_info("socket")
        self._made(handler, transport)

    def _let_out(self, handler: web.RequestHandler, exc: BaseException | None = None) -> None:
        self._open.pop(handler, None)
        self._lost(handler, exc)


async def _stop_accepting(server: asyncio.Server) -> None:
    """Close *server* when everyone is in who has been accepted.

    asyncio accepts a connection in one turn of the loop and makes its transport in the next. A
    server that is closed between the two forgets the connection, and its client waits.
    """
    loop = asyncio.get_running_loop()
    with contextlib.suppress(NotImplementedError):  # Windows: it is told by completion
        for listening in server.sockets:
            loop.remove_reader(listening.fileno())
    for _ in range(_TURNS_TO_LET_IN):
        await asyncio.sleep(0)
    server.close()


async def _drop_who_does_not_read(
    sockets: Iterable[tuple[asyncio.Transport, TransportSocket]],
) -> None:
    """Return when all is sent that was under way; who does not take it is cut off."""
    until = monotonic() + _LAST_WORDS
    while (left := [one for one in sockets if one[1].fileno() != -1]) and monotonic() < until:
        await asyncio.sleep(_LOOKS_EVERY)
    for transport, one in left:
        transport.abort()
        with contextlib.suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)  # over TLS one that was closed twice hears of no abort
    for _ in range(_TURNS_TO_END):
        await asyncio.sleep(0)
