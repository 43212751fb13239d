"""A session that was closed: everything that needs it says so, in the same words."""

from __future__ import annotations

import inspect
import logging

import pytest
from ftrack_core.errors import EventError, SessionClosedError
from ftrack_core.session import Phase
from ftrack_core.testing.sessions import memory_session

from ftrack_core import Event, Session

STAY = {
    "close": "closing again is fine",
    "closed": "tells it",
    "context": "what it was made with",
    "events": "the object stays; what it does is refused",
    "kernel_mixins": "what it was made with",
    "load_plugins": "a phase, run by the session itself",
    "locations": "the object stays; what it does is refused",
    "make_locations": "a phase, run by the session itself",
    "make_log": "made by the session itself",
    "make_ready": "a phase, run by the session itself",
    "make_types": "a phase, run by the session itself",
    "make_work": "made by the session itself",
    "phase": "tells how far it came",
    "plugins": "the object stays",
    "renew": "called by the registry",
    "request_count": "counts",
    "server_url": "what it was made with",
    "set_locations": "a phase, run by the session itself",
    "shown": "the session itself",
    "slot": "plugins find what they kept",
    "unit_of_work": "a class",
    "user": "what it was made with",
}
"""What a closed session still answers, and why."""


@pytest.fixture
def closed(server):
    """A closed session, with an entity and a result of it."""
    session = memory_session(server)
    kept = session.query("select name from Task where id is t1").one()
    result = session.query("Task")
    next(iter(result))
    session.close()
    return session, kept, result


CALLS = {
    "auto_populating": lambda session, kept: session.auto_populating(False),
    "build": lambda session, kept: session.build("Task"),
    "call": lambda session, kept: session.call([{"action": "query", "expression": "Task"}]),
    "commit": lambda session, kept: session.commit(),
    "connect": lambda session, kept: session.connect(),
    "create": lambda session, kept: session.create("Task", {"name": "x"}),
    "create_component": lambda session, kept: session.create_component("/plates/a.exr"),
    "created": lambda session, kept: session.created,
    "decode": lambda session, kept: session.decode("{}"),
    "delete": lambda session, kept: session.delete(kept),
    "deleted": lambda session, kept: session.deleted,
    "encode": lambda session, kept: session.encode(kept),
    "ensure": lambda session, kept: session.ensure("Task", {"name": "x"}),
    "expire": lambda session, kept: session.expire(kept),
    "explain": lambda session, kept: session.explain(),
    "expunge": lambda session, kept: session.expunge(kept),
    "fork": lambda session, kept: session.fork(),
    "get": lambda session, kept: session.get("Task", "t1"),
    "know_server": lambda session, kept: session.know_server(),
    "merge": lambda session, kept: session.merge(kept),
    "modified": lambda session, kept: session.modified,
    "pick_location": lambda session, kept: session.pick_location(),
    "populate": lambda session, kept: session.populate([kept], "bid"),
    "query": lambda session, kept: session.query("Task"),
    "reach": lambda session, kept: session.reach(Phase.SERVER_KNOWN),
    "refresh": lambda session, kept: session.refresh(kept),
    "reset": lambda session, kept: session.reset(),
    "rollback": lambda session, kept: session.rollback(),
    "schemas": lambda session, kept: session.schemas,
    "server_information": lambda session, kept: session.server_information,
    "transaction": lambda session, kept: session.transaction().__enter__(),
    "types": lambda session, kept: session.types,
    "work": lambda session, kept: session.work,
}


def test_every_public_name_of_a_session_is_looked_at():
    public = {name for name, _ in inspect.getmembers(Session) if not name.startswith("_")}
    assert public - CALLS.keys() - STAY.keys() == set()
    assert CALLS.keys() - public == set()


@pytest.mark.parametrize("name", CALLS)
def test_it_says_what_to_do(closed, name):
    session, kept, _ = closed
    with pytest.raises(SessionClosedError, match=r"session is closed: make a new one"):
        CALLS[name](session, kept)


USES = {
    "edit": lambda kept: kept.__setitem__("name", "x"),
    "take back": lambda kept: kept.__delitem__("name"),
    "metadata": lambda kept: kept["metadata"].__setitem__("a", "1"),
    "read what is not here": lambda kept: kept["bid"],
    "items": lambda kept: kept.items(),
    "collection": lambda kept: kept["children"],
}


@pytest.mark.parametrize("use", USES)
def test_its_entities_say_so_too(closed, use):
    _, kept, _ = closed
    with pytest.raises(SessionClosedError, match="make a new one"):
        USES[use](kept)


def test_what_was_read_stays_readable(closed):
    session, kept, _ = closed
    assert kept["name"] == "task 1"
    assert "closed" in repr(session)
    session.close()


def test_a_result_that_was_not_read_says_so(closed):
    _, _, result = closed
    with pytest.raises(SessionClosedError):
        result.first()


EVENTS = {
    "subscribe": lambda events: events.subscribe("topic=a", print),
    "publish": lambda events: events.publish("a"),
    "publish and wait": lambda events: events.publish("a", synchronous=True),
    "publish an event": lambda events: events.publish(Event("a")),
    "connect": lambda events: events.connect(),
}


@pytest.mark.parametrize("use", EVENTS)
def test_its_events_say_so_too(closed, use):
    session, _, _ = closed
    with pytest.raises(SessionClosedError, match="make a new one") as refused:
        EVENTS[use](session.events)
    assert isinstance(refused.value, EventError)


def test_what_is_left_of_a_fork_says_so_though_the_connection_is_open(server):
    with memory_session(server) as session:
        fork = session.fork()
        kept = fork.query("select name from Task where id is t1").one()
        fork.close()
        for name in CALLS.keys() - {"know_server"}:  # asked over the connection, which is open
            with pytest.raises(SessionClosedError, match="make a new one"):
                CALLS[name](fork, kept)
        for use in USES.values():
            with pytest.raises(SessionClosedError, match="make a new one"):
                use(kept)
        assert session.get("Task", "t1")["project_id"] == "p1"


def test_a_fork_whose_session_was_closed_says_so(server):
    session = memory_session(server)
    fork = session.fork()
    kept = fork.get("Task", "t1")
    session.close()
    with pytest.raises(SessionClosedError):
        kept["name"] = "x"
    fork.close()


def test_waiting_for_events_ends_when_the_session_is_closed(closed):
    session, _, _ = closed
    assert session.events.wait() == 0


def test_changes_that_are_lost_by_closing_are_logged(server, caplog):
    with memory_session(server) as session:
        session.get("Task", "t1")["name"] = "x"
        session.create("Task", {"name": "y"})
    assert [(one.levelno, one.getMessage()) for one in caplog.records] == [
        (logging.WARNING, "a session was closed with 2 change(s) that were not committed")
    ]
