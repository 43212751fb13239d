"""How many bytes everyday work sends over HTTP: limits a little above what was counted."""

from __future__ import annotations

import pytest
from ftrack_core.testing.faulty_server import FaultyServer
from ftrack_embedded import Studio
from ftrack_embedded.transport import EmbeddedTransport

from ftrack_core import Session

BYTES = {
    "connecting": 70,
    "asking for a page of 8 scalars": 150,
    "a create": 300,
    "each further create in a batch": 300,
    "an update": 160,
    "each further update in a batch": 160,
}
"""The most bytes in the bodies of a journey's requests; each is one request."""

HEADERS = 300
"""The most bytes in the headers of a request."""

SCALARS = "name, bid, sort, description, status_id, type_id, priority_id, parent_id"


class CountingServer(FaultyServer):
    """Notes the size of each request as it arrives."""

    def next_responder(self, request):
        self.bodies.append(len(request.body))
        self.heads.append(
            sum(len(f"{name}: {value}\r\n") for name, value in request.headers.items())
        )
        return super().next_responder(request)


@pytest.fixture(scope="module")
def server():
    with Studio(seed="demo") as studio:
        counting = CountingServer(EmbeddedTransport(studio, "admin", owns=False))
        counting.bodies, counting.heads = [], []
        with counting:
            yield counting


@pytest.fixture
def session(server):
    with Session(server.url, api_key="a key", api_user="admin", read_ahead=False) as session:
        yield session.connect()


@pytest.fixture
def sent(server):
    """What a piece of work sends: the bytes of its one request."""

    def measure(work):
        del server.bodies[:]
        work()
        (size,) = server.bodies
        return size

    return measure


def test_connecting(server, sent):
    with Session(server.url, api_key="a key", api_user="admin") as session:
        assert sent(session.connect) <= BYTES["connecting"]


def test_a_page(session, sent):
    query = session.query(f"select {SCALARS} from Task limit 50")
    assert sent(query.all) <= BYTES["asking for a page of 8 scalars"]


def test_creates(session, sent):
    shot = session.query("select name from Shot limit 1").one()

    def create(count):
        for number in range(count):
            session.create("Task", {"name": f"task_{number:04}", "bid": 3600.0, "parent": shot})
        return sent(session.commit)

    alone = create(1)
    assert alone <= BYTES["a create"]
    assert create(11) - alone <= 10 * BYTES["each further create in a batch"]


def test_updates(session, sent):
    tasks = session.query("select name from Task limit 11").all()

    def update(count):
        for task in tasks[:count]:
            task["bid"] = task["bid"] + 60.0
        return sent(session.commit)

    assert [task["bid"] for task in tasks]
    alone = update(1)
    assert alone <= BYTES["an update"]
    assert update(11) - alone <= 10 * BYTES["each further update in a batch"]


def test_the_headers_of_a_request(session, server):
    session.query("select name from Task limit 1").one()
    assert max(server.heads) <= HEADERS
