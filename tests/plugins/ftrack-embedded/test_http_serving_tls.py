"""Serving over TLS ends as it does without."""

from __future__ import annotations

import asyncio
import ssl

import pytest
from aiohttp import web
from ftrack_embedded.http.serving import serving


@pytest.fixture
def context(authority):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority.bundle)
    return context


def test_a_connection_that_is_closed_by_two_does_not_keep_it_from_ending(context, authority):
    transports = []

    async def wait_and_close(request):
        transports.append(request.transport)
        try:
            await asyncio.Event().wait()
        finally:
            transports[0].close()
            transports[0].close()

    async def run():
        app = web.Application()
        app.router.add_get("/", wait_and_close)
        async with serving(app, "127.0.0.1", 0, grace=0.2, ssl_context=context) as port:
            trusting = ssl.create_default_context(cafile=authority.bundle)
            _, writer = await asyncio.open_connection("127.0.0.1", port, ssl=trusting)
            writer.write(b"GET / HTTP/1.1\r\nhost: here\r\n\r\n")
            while not transports:
                await asyncio.sleep(0.01)
        writer.transport.abort()

    asyncio.run(run())
    assert transports[0].is_closing()
