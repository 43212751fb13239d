"""The event hub with a server: events come back, replies arrive, connections come and go."""

import time

import ftrack_api
import pytest
from ftrack_api.event.base import Event
from ftrack_api.event.hub import EventHub
from ftrack_api.exception import EventHubConnectionError

PATIENCE = 20
"""In seconds; what has not come by then never will."""


@pytest.fixture
def new_hub(environment, wire, server):
    """Make a hub, connected if not told otherwise."""
    made = []

    def make(connect=True, user=server.user):
        made.append(EventHub(wire.url, user, server.key))
        if connect:
            made[-1].connect()
        return made[-1]

    yield make
    for hub in made:
        if hub.connected:
            hub.disconnect()


@pytest.fixture
def hub(new_hub):
    return new_hub()


def until(hub, condition):
    """Let *hub* handle events until *condition* is met."""
    end = time.monotonic() + PATIENCE
    while not condition() and time.monotonic() < end:
        hub.wait(0.2)
    assert condition()


def announced(hub):
    """Wait until the server knows the subscriptions made so far."""
    heard = []
    with hub.subscription("topic=parity.sync", heard.append):
        while not heard:
            hub.publish(Event("parity.sync"))
            hub.wait(0.2)


def test_a_hub_connects(hub):
    """9.4: connected once, then EventHubConnectionError."""
    assert hub.connected is True
    with pytest.raises(EventHubConnectionError):
        hub.connect()
    hub.disconnect()
    assert hub.connected is False


def test_a_hub_without_a_server_says_so(server):
    """9.4: EventHubConnectionError, whatever went wrong."""
    with pytest.raises(EventHubConnectionError):
        EventHub("http://127.0.0.1:9", server.user, server.key).connect()


def test_a_wrong_key_is_refused(wire, server):
    """9.5: the handshake checks the credentials."""
    with pytest.raises(EventHubConnectionError):
        EventHub(wire.url, server.user, "wrong").connect()


def test_an_event_comes_back_from_the_server(hub, unique):
    """9.4: the publisher hears its own event, with the time at which it was sent."""
    events = []
    hub.subscribe(f"topic={unique}", events.append)
    announced(hub)
    assert hub.publish(Event(unique, data={"a": [1, "ö"], "b": None})) is None
    assert events == []
    until(hub, lambda: events)
    (event,) = events
    assert event["data"] == {"a": [1, "ö"], "b": None}
    assert event["source"]["id"] == hub.id
    assert event["source"]["user"]["username"] == "admin"
    assert isinstance(event, Event)


def test_events_go_to_those_who_asked(hub, new_hub, unique):
    """9.5: by topic and condition."""
    other, events, others = new_hub(), [], []
    hub.subscribe(f"topic={unique} and data.kind=one", events.append)
    other.subscribe(f"topic={unique} and data.kind=two", others.append)
    announced(hub)
    announced(other)
    for kind in ("one", "two", "three"):
        hub.publish(Event(unique, data={"kind": kind}))
    until(hub, lambda: events)
    until(other, lambda: others)
    assert [one["data"]["kind"] for one in events] == ["one"]
    assert [one["data"]["kind"] for one in others] == ["two"]


def test_an_event_may_be_for_one_subscriber(hub, new_hub, unique):
    """9.5: `target` against the metadata."""
    other, events, others = new_hub(), [], []
    hub.subscribe(f"topic={unique}", events.append, {"id": f"{unique}-a"})
    other.subscribe(f"topic={unique}", others.append, {"id": f"{unique}-b"})
    announced(hub)
    announced(other)
    hub.publish(Event(unique, target=f"id={unique}-b", data={"n": 1}))
    hub.publish(Event(unique, target=f"id={unique}-a", data={"n": 2}))
    until(hub, lambda: events)
    until(other, lambda: others)
    assert [one["data"]["n"] for one in events] == [2]
    assert [one["data"]["n"] for one in others] == [1]


def test_answers_are_replies(hub, new_hub, unique):
    """67: each handler's result that is not None reaches `on_reply`, once."""
    other, replies = new_hub(), []
    other.subscribe(f"topic={unique}", lambda event: {"said": "first"}, priority=1)
    other.subscribe(f"topic={unique}", lambda event: None, priority=2)
    other.subscribe(f"topic={unique}", lambda event: {"said": "second"}, priority=3)
    announced(other)
    event = Event(unique)
    hub.publish(event, on_reply=replies.append)
    other.wait(1)
    until(hub, lambda: len(replies) >= 2)
    hub.wait(0.5)
    assert [one["data"]["said"] for one in replies] == ["first", "second"]
    assert {one["topic"] for one in replies} == {"ftrack.meta.reply"}
    assert {one["in_reply_to_event"] for one in replies} == {event["id"]}


def test_a_reply_may_be_published_by_hand(hub, new_hub, unique):
    """9.4: `publish_reply`."""
    other, replies = new_hub(), []
    other.subscribe(f"topic={unique}", lambda event: other.publish_reply(event, {"late": True}))
    announced(other)
    hub.publish(Event(unique), on_reply=replies.append)
    other.wait(1)
    until(hub, lambda: replies)
    assert replies[0]["data"] == {"late": True}


def test_what_is_published_early_is_sent_later(new_hub, unique):
    """68: events before the connection is complete are delivered after it."""
    other, events = new_hub(), []
    other.subscribe(f"topic={unique}", events.append)
    announced(other)
    hub = new_hub(connect=False)
    hub.init_connection()
    for number in range(3):
        assert hub.publish(Event(unique, data={"n": number})) is True
    hub.connect()
    until(other, lambda: len(events) == 3)
    assert [one["data"]["n"] for one in events] == [0, 1, 2]


def test_subscriptions_made_offline_are_announced(new_hub, unique):
    """9.4: when the hub connects."""
    hub, events = new_hub(connect=False), []
    hub.subscribe(f"topic={unique}", events.append)
    hub.connect()
    announced(hub)
    hub.publish(Event(unique))
    until(hub, lambda: events)
    assert len(events) == 1


def test_waiting_has_an_end(hub):
    """69: `wait(n)` returns."""
    assert hub.wait(0.3) is None
    assert hub.wait(duration=0.1) is None


def test_disconnecting_forgets_or_keeps_subscribers(hub):
    """70: `disconnect()` forgets; `unsubscribe=False` keeps; `reconnect()` keeps."""
    identifier = hub.subscribe("topic=x", print)
    hub.reconnect()
    assert hub.connected
    assert hub.get_subscriber_by_identifier(identifier)
    hub.disconnect(unsubscribe=False)
    assert hub.get_subscriber_by_identifier(identifier)
    hub.connect()
    hub.disconnect()
    assert hub.get_subscriber_by_identifier(identifier) is None


def test_reconnecting_works_for_the_first_time(new_hub, unique):
    """70: even when never connected."""
    hub, events = new_hub(connect=False), []
    hub.subscribe(f"topic={unique}", events.append)
    hub.reconnect(attempts=2, delay=0.1)
    assert hub.connected
    announced(hub)
    hub.publish(Event(unique))
    until(hub, lambda: events)


def test_reconnecting_gives_up(server):
    """9.4: EventHubConnectionError after so many attempts."""
    with pytest.raises(EventHubConnectionError):
        EventHub("http://127.0.0.1:9", server.user, server.key).reconnect(attempts=2, delay=0.01)


def test_a_session_connects_its_hub(new_session, unique):
    """1.1: `auto_connect_event_hub`, in a thread; publishing does not wait for it."""
    session = new_session(auto_connect_event_hub=True)
    events = []
    session.event_hub.subscribe(f"topic={unique}", events.append)
    session.event_hub.publish(Event(unique, data={"early": True}))
    until(session.event_hub, lambda: events)
    assert session.event_hub.connected
    session.close()
    assert not session.event_hub.connected


def test_a_session_hears_of_updates(new_session, session, new_task, unique):
    """9.7: what another session commits arrives as `ftrack.update`."""
    listening, events = new_session(auto_connect_event_hub=True), []
    listening.event_hub.subscribe("topic=ftrack.update", events.append)
    until(listening.event_hub, lambda: listening.event_hub.connected)
    announced(listening.event_hub)
    new_task["description"] = unique
    session.commit()

    def told():
        return [
            entity
            for event in events
            for entity in event["data"]["entities"]
            if entity["entityId"] == new_task["id"] and entity["action"] == "update"
        ]

    until(listening.event_hub, told)
    entity = told()[-1]
    assert entity["changes"]["description"]["new"] == unique
    assert "description" in entity["keys"]
    assert entity["entity_type"] == "Task"
    assert entity["parents"]


def test_a_location_tells_of_a_component(new_session, tmp_path, which):
    """8.2: `ftrack.location.component-added`, from a session whose hub is connected.

    The official client tells of the origin too, which is a place in its own memory.
    """
    publishing, events = new_session(auto_connect_event_hub=True), []
    hub = publishing.event_hub
    hub.subscribe("topic=ftrack.location.component-added", events.append)
    until(hub, lambda: hub.connected)
    announced(hub)
    path = tmp_path / "x.txt"
    path.write_bytes(b"x")
    component = publishing.create_component(str(path), {"name": "x"})
    told = [ftrack_api.symbol.ORIGIN_LOCATION_ID] if which == "official" else []
    told.append(ftrack_api.symbol.UNMANAGED_LOCATION_ID)
    until(hub, lambda: len(events) >= len(told))
    assert {one["data"]["component_id"] for one in events} == {component["id"]}
    assert [one["data"]["location_id"] for one in events] == told


def test_an_action_is_found_and_launched_by_another(hub, new_session, unique):
    """9.7: discover and launch over the server, answers as replies."""
    session = new_session(auto_connect_event_hub=True)
    acting = session.event_hub
    item = {"label": "Do it", "actionIdentifier": unique}
    acting.subscribe("topic=ftrack.action.discover", lambda event: {"items": [item]})
    acting.subscribe(
        f"topic=ftrack.action.launch and data.actionIdentifier={unique}",
        lambda event: {"success": True, "message": event["source"]["user"]["username"]},
    )
    until(acting, lambda: acting.connected)
    announced(acting)
    replies = []
    hub.publish(Event("ftrack.action.discover", data={"selection": []}), on_reply=replies.append)
    acting.wait(1)
    until(hub, lambda: replies)
    assert {"items": [item]} in [one["data"] for one in replies]
    launched = []
    hub.publish(
        Event("ftrack.action.launch", data={"actionIdentifier": unique}),
        on_reply=launched.append,
    )
    acting.wait(1)
    until(hub, lambda: launched)
    assert launched[0]["data"] == {"success": True, "message": "admin"}
