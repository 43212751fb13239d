"""Sessions over HTTP and in process, and a server with files whose faults are written down."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest
from ftrack_core.testing.faulty_server import FaultyServer, reply, serve
from ftrack_embedded import EmbeddedTransport, Server, Studio

from ftrack_core import ConnectionSettings, RetryPolicy, Session

if TYPE_CHECKING:
    from email.message import Message

KEY = "secret-key-7f3a"


class Seen(NamedTuple):
    """A request as it came: the server's own objects serve a whole connection."""

    command: str
    path: str
    headers: Message
    body: bytes


class FaultyFiles(FaultyServer):
    """Answers as an embedded studio does; requests for files are answered from *faults* first.

    Each fault is a method, a part of the path, and what answers the first request they fit.
    """

    def __init__(self, studio):
        super().__init__(studio)
        self.faults = []
        self.seen = []

    def next_responder(self, request):
        """Return who answers *request*."""
        with self._lock:
            self.seen.append(Seen(request.command, request.path, request.headers, request.body))
            for fault in self.faults:
                method, part, responder = fault
                if request.command == method and part in f"{request.path} {request.body[:200]}":
                    self.faults.remove(fault)
                    return responder
        return serve if request.command == "POST" else forward

    def sent(self, method, part=""):
        """Return the requests of *method* whose path or body holds *part*, as they came."""
        return [
            one
            for one in self.seen
            if one.command == method and part in f"{one.path} {one.body[:200]}"
        ]


def forward(request):
    """Let the studio answer a request for a file."""
    headers = {name.lower(): value for name, value in request.headers.items()}
    body = iter([request.body]) if request.body else b""
    answer = request.studio.stream(request.command, request.path, headers, body)
    try:
        told = {name: answer.headers[name] for name in answer.headers if name != "content-length"}
        reply(b"".join(answer.iter_bytes()), answer.status, **told)(request)
    finally:
        answer.close()


@pytest.fixture(scope="module", params=["over HTTP", "in process"])
def session(request):
    if request.param == "in process":
        with Session("embedded:?seed=demo", api_user="admin") as session:
            yield session
        return
    with Studio(seed="demo") as studio:
        studio.register_api_key("admin", KEY)
        with Server(studio) as server, Session(server.url, KEY, "admin") as session:
            yield session


@pytest.fixture(scope="module")
def accessor(session):
    return session.locations.get("ftrack.server").accessor


@pytest.fixture(scope="module")
def studio():
    with Studio(seed="demo") as studio:
        studio.register_api_key("admin", KEY)
        yield studio


@pytest.fixture
def faulty(studio):
    with FaultyFiles(EmbeddedTransport(studio, "admin", owns=False)) as server:
        yield server


@pytest.fixture
def connected(faulty):
    """A session to the faulty server, which tries three times without waiting."""
    settings = ConnectionSettings(retry=RetryPolicy(first_delay=0))
    with Session(faulty.url, KEY, "admin", connection=settings) as session:
        session.connect()
        yield session


@pytest.fixture
def stored(connected):
    """Return what the server has of a component, None where it has nothing."""
    accessor = connected.locations.get("ftrack.server").accessor

    def stored(component):
        if not accessor.exists(component["id"]):
            return None
        with accessor.open(component["id"]) as stream:
            return stream.read()

    return stored
