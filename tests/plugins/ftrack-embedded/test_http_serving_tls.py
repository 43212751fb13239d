"""Serving over TLS ends as it does without."""

from __future__ import annotations

import asyncio
import socket
import ssl

import pytest
from aiohttp import web
from ftrack_embedded.http.serving import serving

UPGRADE = (
    b"connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n"
    b"sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
)
LARGE = 8 * 1024 * 1024
"""In bytes: more than the system keeps for a client that reads nothing."""


@pytest.fixture
def context(authority):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority.bundle)
    return context


def ask(port, authority, headers):
    """Send a request and return the connection, of which nobody reads."""
    trusting = ssl.create_default_context(cafile=authority.bundle)
    client = trusting.wrap_socket(
        socket.create_connection(("127.0.0.1", port)), server_hostname="127.0.0.1"
    )
    client.sendall(b"GET / HTTP/1.1\r\nhost: here\r\n" + headers + b"\r\n")
    return client


async def ends_with_one_client(handler, sockets, context, authority, headers=b""):
    """Serve *handler*, which notes its socket, and end while a client is there."""
    app = web.Application()
    app.router.add_get("/", handler)
    async with serving(app, "127.0.0.1", 0, grace=0.2, ssl_context=context) as port:
        client = await asyncio.to_thread(ask, port, authority, headers)
        while not sockets:
            await asyncio.sleep(0.01)
    with client:
        assert sockets[0].fileno() == -1


def test_a_connection_that_was_closed_twice_is_cut_off_like_the_others(context, authority):
    """Its client reads nothing; over TLS the second close makes the transport let go of it."""
    sockets = []

    async def send_and_close(request):
        await web.StreamResponse().prepare(request)
        request.transport.write(bytes(LARGE))
        sockets.append(request.transport.get_extra_info("socket"))
        try:
            await asyncio.Event().wait()
        finally:
            transport = request.transport
            transport.close()
            transport.close()

    asyncio.run(ends_with_one_client(send_and_close, sockets, context, authority))


def test_a_websocket_that_has_ended_but_for_its_client_is_cut_off_too(context, authority):
    """Over TLS both sides say goodbye, and this client says none.

    aiohttp closes the transport twice: with the websocket, and when its handler has returned.
    """
    sockets = []

    async def take_leave(request):
        told = request.transport.get_extra_info("socket")
        websocket = web.WebSocketResponse(timeout=0.01)
        await websocket.prepare(request)
        await websocket.close()
        asyncio.get_running_loop().call_later(0.05, sockets.append, told)
        return websocket

    asyncio.run(ends_with_one_client(take_leave, sockets, context, authority, UPGRADE))
