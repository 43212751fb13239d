"""``session.ensure`` knows a value again, however it is written, and then sends no update."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum
from pathlib import PurePosixPath
from uuid import UUID

import pytest
from ftrack_core.testing.memory_transport import MemoryTransport
from ftrack_core.testing.sessions import memory_session

QUOTED = "the \"light\" of C:\\dusk\\ and 'dawn'"
NINE = datetime(2031, 5, 6, 9, tzinfo=timezone.utc)
TOKYO = timezone(timedelta(hours=9))
NEWFOUNDLAND = timezone(-timedelta(hours=3, minutes=30))


def on_wire(text):
    return {"__type__": "datetime", "value": text}


ROWS = [
    {"__entity_type__": "Status", "id": "s1", "name": "Ready"},
    {"__entity_type__": "Status", "id": "s2", "name": "Done"},
    {
        "__entity_type__": "Project",
        "id": "p1",
        "name": "orbit",
        "context_type": "show",
        "is_private": True,
        "is_global": False,
    },
    {
        "__entity_type__": "Task",
        "id": "t1",
        "name": "light",
        "project_id": "p1",
        "parent_id": "p1",
        "status_id": "s1",
        "description": QUOTED,
        "type_id": None,
        "bid": None,
        "start_date": on_wire("2031-05-06T09:00:00"),
        "end_date": on_wire("2031-05-07T00:00:00"),
    },
    {
        "__entity_type__": "Task",
        "id": "t2",
        "name": "another",
        "project_id": "p1",
        "parent_id": "p1",
        "status_id": "s2",
        "description": "",
        "type_id": None,
        "bid": 1.0,
        "start_date": on_wire("2031-01-01T09:00:00"),
        "end_date": None,
    },
]


@pytest.fixture
def server():
    return MemoryTransport(rows=ROWS)


@pytest.fixture
def session(server):
    with memory_session(server) as session:
        yield session


@pytest.fixture
def sent(server):
    """What was sent to be written: the action, and which attributes."""

    def sent():
        operations = [one for batch in server.batches for one in batch]
        return [
            (one["action"], sorted(one["entity_data"].keys() - {"__entity_type__", "id"}))
            for one in operations
            if one["action"] in ("create", "update", "delete")
        ]

    return sent


SAME = [
    pytest.param("start_date", NINE, id="a moment in UTC"),
    pytest.param("start_date", NINE.replace(tzinfo=None), id="a moment without a zone"),
    pytest.param("start_date", NINE.astimezone(TOKYO), id="the same moment in Tokyo"),
    pytest.param("start_date", NINE.astimezone(NEWFOUNDLAND), id="and in Newfoundland"),
    pytest.param("start_date", NINE.replace(microsecond=999_999), id="microseconds"),
    pytest.param(
        "start_date",
        NINE.astimezone(TOKYO).replace(microsecond=1),
        id="microseconds in Tokyo",
    ),
    pytest.param("end_date", date(2031, 5, 7), id="a date"),
    pytest.param("bid", None, id="None"),
    pytest.param("description", QUOTED, id="quotes and backslashes"),
]
OTHER = [
    pytest.param("start_date", NINE.replace(tzinfo=TOKYO), id="the same hour in Tokyo"),
    pytest.param("start_date", NINE.replace(second=1), id="one second later"),
    pytest.param("start_date", None, id="None for a moment"),
    pytest.param("end_date", date(2031, 5, 8), id="a date"),
    pytest.param("bid", 0.0, id="nought for None"),
    pytest.param("description", QUOTED.replace("\\", "\\\\"), id="backslashes doubled"),
    pytest.param("description", QUOTED.replace('"', "'"), id="other quotes"),
    pytest.param("description", "", id="an empty text"),
]


@pytest.mark.parametrize(("attribute", "value"), SAME)
def test_what_has_the_value_is_not_updated(session, sent, attribute, value):
    found = session.ensure("Task", {"name": "light", attribute: value}, ["name"])
    assert found["id"] == "t1"
    assert sent() == []


@pytest.mark.parametrize(("attribute", "value"), SAME)
def test_it_is_found_by_the_value(session, sent, attribute, value):
    found = session.ensure("Task", {attribute: value})
    assert found["id"] == "t1"
    assert sent() == []


@pytest.mark.parametrize(("attribute", "value"), OTHER)
def test_what_has_another_value_is_updated_once(session, sent, attribute, value):
    for _ in range(2):
        found = session.ensure("Task", {"name": "light", attribute: value}, ["name"])
        assert found["id"] == "t1"
    assert sent() == [("update", [attribute])]


@pytest.mark.parametrize(("attribute", "value"), [*SAME, *OTHER])
def test_what_was_created_with_a_value_is_found_by_it(server, session, sent, attribute, value):
    """By another session too, which knows no more than the server keeps."""
    data = {"name": "new", "parent": session.get("Project", "p1"), attribute: value}
    created = session.ensure("Task", data, ["name", attribute])
    with memory_session(server) as other:
        theirs = other.ensure("Task", {"name": "new", attribute: value})
        assert theirs["id"] == created["id"]
    assert [action for action, _ in sent()] == ["create"]


# --- true and false ------------------------------------------------------------------------------


@pytest.mark.parametrize(("attribute", "value"), [("is_private", True), ("is_global", False)])
def test_true_and_false_are_known_again(session, sent, attribute, value):
    for keys in (["name"], ["name", attribute]):
        assert session.ensure("Project", {"name": "orbit", attribute: value}, keys)["id"] == "p1"
    assert sent() == []


@pytest.mark.parametrize(("attribute", "value"), [("is_private", False), ("is_global", True)])
def test_true_for_false_is_updated_once(server, session, sent, attribute, value):
    for _ in range(2):
        session.ensure("Project", {"name": "orbit", attribute: value}, ["name"])
    assert sent() == [("update", [attribute])]
    assert server.rows("Project")[0][attribute] is value


# --- entities ------------------------------------------------------------------------------------


def test_an_entity_is_known_again(session, sent):
    ready = session.get("Status", "s1")
    for keys in (["name"], ["status"], ["name", "status"]):
        assert session.ensure("Task", {"name": "light", "status": ready}, keys)["id"] == "t1"
    assert sent() == []


def test_an_entity_and_its_identifier_are_one_value(session, sent):
    assert session.ensure("Task", {"name": "light", "status_id": "s1"}, ["name"])["id"] == "t1"
    assert session.ensure("Task", {"status_id": "s1"})["id"] == "t1"
    assert sent() == []


def test_no_entity_is_a_value_too(session, sent):
    assert session.ensure("Task", {"name": "light", "type": None}, ["name"])["id"] == "t1"
    assert session.ensure("Task", {"name": "light", "type": None})["id"] == "t1"
    assert sent() == []


@pytest.mark.parametrize("wanted", ["s2", None])
def test_another_entity_is_updated_once(server, session, sent, wanted):
    status = wanted and session.get("Status", wanted)
    for _ in range(2):
        task = session.ensure("Task", {"name": "light", "status": status}, ["name"])
        assert task["status"] is status
    assert len(sent()) == 1
    assert server.rows("Task")[0]["status_id"] == wanted


# --- several -------------------------------------------------------------------------------------


def test_only_what_differs_is_updated_and_all_of_it_in_one_request(session, sent):
    data = {
        "name": "light",
        "description": QUOTED,
        "start_date": NINE.astimezone(TOKYO),
        "end_date": date(2031, 6, 1),
        "bid": 2.5,
    }
    for _ in range(2):
        session.ensure("Task", data, ["name"])
    assert sent() == [("update", ["bid", "end_date"])]


class Pace(Enum):
    SLOW = "slow"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("bid", Decimal("0.1")),
        ("description", UUID("11c137c0-ee7e-4f9c-91c5-8c77cec22b2c")),
        ("description", PurePosixPath("/mnt/orbit")),
        ("description", Pace.SLOW),
    ],
)
@pytest.mark.parametrize("is_identifying", [True, False])
def test_a_value_that_is_sent_as_another_one_is_known_again(name, value, is_identifying):
    server = MemoryTransport(rows=ROWS)
    data = {"name": "new", name: value}
    with memory_session(server) as session:
        for _ in range(3):
            session.ensure("Task", data, list(data) if is_identifying else ["name"])
            session.reset()
    sent = [one["action"] for batch in server.batches for one in batch]
    assert [action for action in sent if action in ("create", "update")] == ["create"]


@pytest.mark.parametrize("text", ["2031-05-06T09:00:00", "2031-05-06 11:00+02:00"])
def test_a_text_that_names_the_same_moment_is_known_again(text):
    server = MemoryTransport(rows=ROWS)
    with memory_session(server) as session:
        session.ensure("Task", {"name": "light", "start_date": text}, ["name"])
    assert not [one for batch in server.batches for one in batch if one["action"] == "update"]
