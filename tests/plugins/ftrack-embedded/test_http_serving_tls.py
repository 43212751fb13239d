"""Serving over TLS ends as it does without."""

from __future__ import annotations

import asyncio
import socket
import ssl

import pytest
from aiohttp import web
from ftrack_embedded.http.serving import serving

LARGE = 8 * 1024 * 1024
"""In bytes: more than the system keeps for a client that reads nothing."""


@pytest.fixture
def context(authority):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority.bundle)
    return context


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

    def ask(port):
        trusting = ssl.create_default_context(cafile=authority.bundle)
        client = trusting.wrap_socket(
            socket.create_connection(("127.0.0.1", port)), server_hostname="127.0.0.1"
        )
        client.sendall(b"GET / HTTP/1.1\r\nhost: here\r\n\r\n")
        return client

    async def run():
        app = web.Application()
        app.router.add_get("/", send_and_close)
        async with serving(app, "127.0.0.1", 0, grace=0.2, ssl_context=context) as port:
            client = await asyncio.to_thread(ask, port)
            while not sockets:
                await asyncio.sleep(0.01)
        with client:
            assert sockets[0].fileno() == -1

    asyncio.run(run())
