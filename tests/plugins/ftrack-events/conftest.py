"""Event servers for the tests of the hub: the embedded one, and one that does as it is told."""

from __future__ import annotations

import asyncio
import json
import queue
import threading

import pytest
from aiohttp import WSCloseCode, web
from ftrack_core.ports import ConnectionSettings, Context, Credentials, Subscription
from ftrack_core.testing.hubs import Listener
from ftrack_embedded import Server, Studio
from ftrack_embedded.http.serving import serving
from ftrack_events import plugin

KEY = "the-secret-key-of-admin"
ENDS_WITHIN = 30
"""In seconds; what waits here ends at once or never."""


class Visit:
    """One websocket, as a script of a test sees it; its methods are for the server's loop."""

    def __init__(self, request, socket):
        self.request = request
        self.socket = socket

    async def greet(self):
        await self.socket.send_str("1::")

    async def greet_and_confirm(self, count):
        """Let the hub be told that its subscriptions hold."""
        await self.greet()
        for _ in range(count):
            await self.packet()
        await self.is_read()

    async def send(self, text):
        await self.socket.send_str(text)

    async def send_event(self, number=None, **event):
        carried = json.dumps({"name": "ftrack.event", "args": [event]})
        head = "5:::" if number is None else f"5:{number}+::"
        await self.socket.send_str(head + carried)

    async def packet(self, *, confirms=True):
        """Return the next packet: its kind and number, and the event in it or its data."""
        text = await self.socket.receive_str(timeout=ENDS_WITHIN)
        kind, number, _, data = [*text.split(":", 3), "", ""][:4]
        number = number.rstrip("+")
        if kind != "5":
            return kind, number, data
        if confirms:
            await self.socket.send_str(f'6:::{number}+[{{"success":true}}]')
        return kind, number, json.loads(data)["args"][0]

    async def event(self, topic, *, confirms=True):
        """Return the next event of this topic; what comes before it is confirmed and forgotten."""
        while True:
            kind, number, event = await self.packet(confirms=False)
            is_it = kind == "5" and event["topic"] == topic
            if kind == "5" and (confirms or not is_it):
                await self.socket.send_str(f'6:::{number}+[{{"success":true}}]')
            if is_it:
                return event

    async def is_read(self):
        """Return when the hub has read all that was sent."""
        await self.socket.send_str("2::")
        while (await self.packet())[0] != "2":
            pass

    async def until_closed(self):
        """Confirm everything until the hub has gone."""
        async for message in self.socket:
            kind, _, rest = message.data.partition(":")
            if kind == "5":
                number = rest.partition("+")[0]
                await self.socket.send_str(f'6:::{number}+[{{"success":true}}]')


class Scripted:
    """An event server with a script for each connection; without one it greets and listens.

    *greeting* is the answer to the handshake: a text, or a function of the request. What scripts
    return is put into *said*.
    """

    def __init__(self):
        self.greeting = "a-session-id:15:60:websocket"
        self.scripts = queue.Queue()
        self.said = queue.Queue()
        self.requests = []
        self._ready = threading.Event()

    def __enter__(self):
        self._thread = threading.Thread(target=asyncio.run, args=(self._serve(),))
        self._thread.start()
        assert self._ready.wait(ENDS_WITHIN)
        return self

    def __exit__(self, *_):
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    def script(self, *scripts):
        for one in scripts:
            self.scripts.put(one)

    def heard(self):
        """Return what a script has returned; raise what it has raised."""
        found = self.said.get(timeout=ENDS_WITHIN)
        if isinstance(found, BaseException):
            raise found
        return found

    async def _serve(self):
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        app = web.Application()
        app.router.add_get("/{prefix:.*}socket.io/1/", self._greet)
        app.router.add_get("/{prefix:.*}socket.io/1/websocket/{id}", self._let_in)
        async with serving(app, "127.0.0.1", 0, grace=0.2) as self.port:
            self.url = f"http://127.0.0.1:{self.port}"
            self._ready.set()
            await self._stop.wait()

    async def _greet(self, request):
        self.requests.append(request)
        if callable(self.greeting):
            return self.greeting(request)
        return web.Response(text=self.greeting)

    async def _let_in(self, request):
        self.requests.append(request)
        socket = web.WebSocketResponse(timeout=0.1, max_msg_size=0)
        await socket.prepare(request)
        visit = Visit(request, socket)
        try:
            script = self.scripts.get_nowait()
        except queue.Empty:
            await visit.greet()
            await visit.until_closed()
            return socket
        try:
            self.said.put(await script(visit))
        except Exception as error:  # noqa: BLE001 -- the test raises it
            self.said.put(error)
        await socket.close(code=WSCloseCode.GOING_AWAY)
        return socket


@pytest.fixture
def scripted():
    with Scripted() as server:
        yield server


@pytest.fixture(scope="module")
def studio():
    with Studio() as studio:
        studio.register_api_key("admin", KEY)
        yield studio


@pytest.fixture(scope="module")
def server(studio):
    with Server(studio) as server:
        yield server


@pytest.fixture
def make():
    """Make hubs that are not connected; *options* are those of the plugin."""
    hubs = []

    def make(url, *, key=KEY, user="admin", settings=None, **options):
        options.setdefault("first_delay", 0.01)
        context = Context(
            url, user, settings or ConnectionSettings(), plugin_arguments={"events": options}
        )
        hubs.append(plugin.ftrack_create_event_hub(context, Credentials(user, key)))
        return hubs[-1]

    yield make
    for hub in hubs:
        hub.close()


@pytest.fixture
def listen(make):
    """Connect hubs and subscribe."""

    def listen(url, *expressions, **details):
        listener = Listener(make(url, **details))
        listener.connect()
        for expression in expressions:
            listener.subscribe(expression)
        return listener

    return listen


@pytest.fixture
def receive(make):
    """Connect a hub that asks for these expressions, and return it with the queue of its events."""

    def receive(url, *expressions, **details):
        hub, events = make(url, **details), queue.Queue()
        for number, expression in enumerate(expressions):
            hub.subscribe(Subscription(expression, print, id=f"s{number}"))
        hub.connect(events.put)
        return hub, events

    return receive
