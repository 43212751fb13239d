"""Events of sessions through a server: what a listener of a studio lives by, end to end."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading

import pytest
from ftrack_core.errors import EventError
from ftrack_core.ports import Event
from ftrack_embedded import Server, Studio
from waiting import handle, wait_for

from ftrack_core import Session

KEY = "the-secret-key-of-admin"
ENDS_WITHIN = 60
"""In seconds; what waits here ends at once or never."""


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
def connect(server):
    made = []

    def connect(url=server.url, handlers=(), **options):
        """Return a session that is connected; the server knows of its *handlers* by topic then."""
        options.setdefault("first_delay", 0.01)
        made.append(Session(url, KEY, "admin", plugin_arguments={"events": options}))
        for topic, handler in dict(handlers).items():
            made[-1].events.subscribe(f"topic={topic}", handler)
        made[-1].events.connect()
        return made[-1]

    yield connect
    for session in made:
        session.close()


# --- what changes on the server -------------------------------------------------------------------


def test_a_commit_of_one_session_is_heard_by_another(connect):
    heard = []
    artist, listener = connect(), connect(handlers={"ftrack.update": heard.append})
    project = artist.create("Project", {"name": "orbit", "full_name": "Orbit"})
    shot = artist.create("Shot", {"name": "sh010", "parent": project})
    artist.commit()
    handle(listener, lambda: heard)
    entities = {one["entity_type"]: one for one in heard.pop().data["entities"]}
    assert (entities["Project"]["action"], entities["Shot"]["action"]) == ("add", "add")

    shot["name"] = "sh020"
    artist.commit()
    handle(listener, lambda: heard)
    (event,) = heard
    (entity,) = event.data["entities"]
    assert entity["changes"] == {"name": {"old": "sh010", "new": "sh020"}}
    assert [one["entityId"] for one in entity["parents"]] == [shot["id"], project["id"]]
    assert event.data["parents"] == sorted([shot["id"], project["id"]])
    assert event.source["user"]["username"] == "admin"


# --- from session to session ----------------------------------------------------------------------


def test_sessions_of_other_processes_are_reached(server, connect):
    program = f"""
from ftrack_core import Session
with Session({server.url!r}, {KEY!r}, "admin") as session:
    session.events.connect()
    session.events.subscribe("topic=test.sum", lambda event: sum(event.data["numbers"]))
    session.events.subscribe("topic=test.end", lambda event: session.events.stop_waiting())
    session.events.publish("test.ready")
    session.events.wait()
"""
    session, ready, replies = connect(), [], []
    session.events.subscribe("topic=test.ready", ready.append)
    with subprocess.Popen([sys.executable, "-c", program]) as process:
        handle(session, lambda: ready)
        session.events.publish("test.sum", {"numbers": [1, 2]}, on_reply=replies.append)
        handle(session, lambda: replies)
        session.events.publish("test.end")
        assert process.wait(ENDS_WITHIN) == 0
    assert replies[0].data == 3


def test_an_event_is_handled_once_though_it_comes_back(connect):
    heard = []
    handlers = {"test.once": heard.append, "test.last": heard.append}
    one, other = connect(handlers=handlers), connect()
    one.events.publish("test.once")
    other.events.publish("test.last")
    handle(one, lambda: heard and heard[-1].topic == "test.last")
    assert [event.topic for event in heard] == ["test.once", "test.last"]


def test_the_subscriber_of_a_reply_is_left_as_it_was(connect):
    """The official hub writes into the metadata of its subscribers."""
    replies, ready, metadata = [], [], {"applicationId": "farm"}
    asker, service = connect(handlers={"test.ready": ready.append}), connect()
    service.events.subscribe("topic=test.ask", lambda event: "yes", metadata=metadata)
    service.events.publish("test.ready")  # it comes behind the subscription
    handle(asker, lambda: ready)
    asker.events.publish("test.ask", on_reply=replies.append)
    wait_for(lambda: replies, lambda: [one.events.wait(0.05) for one in (service, asker)])
    assert metadata == {"applicationId": "farm"}
    assert replies[0].source["applicationId"] == "farm"


def test_a_subscription_that_the_server_cannot_be_told_of_is_not_there(connect):
    session = connect()
    with pytest.raises(EventError, match="must be what JSON can hold"):
        session.events.subscribe("topic=test.x", print, id="x", metadata={"bad": object()})
    session.events.subscribe("topic=test.x", print, id="x")


# --- in the official hub these went wrong ---------------------------------------------------------


@pytest.fixture
def fragile(studio):
    """A server of its own, which can be ended and begun again at the same address."""

    class Fragile:
        def begin(self):
            port = int(self.url.rpartition(":")[2]) if hasattr(self, "url") else 0
            self.server = Server(studio, port=port).start()
            self.url = self.server.url

        def end(self):
            self.server.close()

    fragile = Fragile()
    fragile.begin()
    yield fragile
    fragile.end()


def test_nothing_is_lost_between_sessions_while_a_server_is_restarted(connect, fragile):
    heard = []
    handlers = {"test.count": lambda event: heard.append(event.data["n"])}
    one, other = connect(fragile.url), connect(fragile.url, handlers)
    fragile.end()
    wait_for(lambda: not (one.events.connected or other.events.connected))
    fragile.begin()
    wait_for(lambda: other.events.connected)  # who listens is there before
    for number in range(100):
        one.events.publish("test.count", {"n": number})
    handle(other, lambda: heard and heard[-1] == 99)
    assert heard == list(range(100))


def test_the_log_of_others_is_left_alone_while_it_connects_again(connect, fragile, caplog):
    """The official hub switches all logging of the process off."""
    session = connect(fragile.url)
    fragile.end()
    wait_for(lambda: not session.events.connected)
    logging.getLogger("studio.tool").error("this must be seen")
    assert "this must be seen" in caplog.text
    assert logging.root.manager.disable == 0
    fragile.begin()


def test_publishing_does_not_wait_for_a_server_that_is_gone(connect, fragile):
    """The official hub sleeps in the publisher's thread, and swallows the error after that."""
    session = connect(fragile.url, waiting=3, first_delay=3600, longest_delay=3600)
    fragile.end()
    wait_for(lambda: not session.events.connected)
    for _ in range(3):
        session.events.publish("test.ping")
    with pytest.raises(EventError, match="3 events wait"):
        session.events.publish("test.ping")
    fragile.begin()


def test_wait_ends_when_the_connection_is_given_up_if_a_handler_says_so(connect, fragile):
    session = connect(fragile.url, attempts=1)
    reasons = []

    def stop(event):
        reasons.append(event.data["reason"])
        session.events.stop_waiting()

    session.events.subscribe("topic=ftrack.meta.disconnected", stop)
    fragile.end()
    session.events.wait()
    assert reasons
    fragile.begin()
    session.events.connect()
    assert session.events.connected


def test_closing_while_it_still_connects_leaves_no_connection(server, monkeypatch):
    """In the official client a hub stays connected whose session was closed meanwhile."""
    from ftrack_events import line

    opened, go_on = threading.Event(), threading.Event()
    original = line.open_line

    def open_slowly(*arguments):
        opened.set()
        assert go_on.wait(ENDS_WITHIN)
        return original(*arguments)

    def hubs():
        return sum(one.name == "ftrack-hub" for one in threading.enumerate())

    before = hubs()
    monkeypatch.setattr(line, "open_line", open_slowly)
    session = Session(server.url, KEY, "admin")
    connecting = threading.Thread(target=session.events.connect)
    connecting.start()
    assert opened.wait(ENDS_WITHIN)
    closing = threading.Thread(target=session.close)
    closing.start()
    go_on.set()
    connecting.join()
    closing.join()
    assert not session.events.connected
    assert hubs() == before


def test_what_was_published_last_is_sent_when_the_session_closes(connect, server):
    heard = []
    listener = connect(handlers={"test.last": lambda event: heard.append(event.data["n"])})
    with Session(server.url, KEY, "admin") as session:
        session.events.connect()
        for number in range(200):
            session.events.publish("test.last", {"n": number})
    handle(listener, lambda: len(heard) == 200)
    assert heard == list(range(200))


def test_events_stay_within_the_session_without_a_connection():
    with Session("http://127.0.0.1:1", KEY, "admin") as session:
        heard = []
        session.events.subscribe("topic=test.local", heard.append)
        session.events.publish("test.local")
        assert session.events.publish("test.local", synchronous=True) == [None]
        session.events.wait(0)
        assert len(heard) == 2
        with pytest.raises(EventError, match="no connection"):
            session.events.connect()
        session.events.publish(Event("test.local"))
        session.events.wait(0)
        assert len(heard) == 3
