"""``ftrack_api.event.hub`` between sessions of one process, and over an event server."""

from __future__ import annotations

import threading

import ftrack_api
import ftrack_api.exception
import pytest
from ftrack_api.event.base import Event
from ftrack_api.event.hub import EventHub
from ftrack_core.events import Events
from ftrack_core.ports import Credentials

import ftrack_core

KEY = "a key for tests"
PATIENCE = 20  # seconds; far more than anything here needs


@pytest.fixture(scope="module")
def http_server():
    from ftrack_embedded import Server, Studio

    with Studio() as studio:
        studio.register_api_key("admin", KEY)
        with Server(studio) as server:
            yield server.url


@pytest.fixture(params=["process", "server"])
def url(request, tmp_path):
    """Where hubs meet: on the bus of this process, or at an event server over real sockets."""
    if request.param == "server":
        return request.getfixturevalue("http_server")
    return f"embedded://{tmp_path}/studio.db"


@pytest.fixture
def make_hub(url):
    hubs = []

    def make(kind=EventHub):
        hubs.append(kind(url, "admin", KEY))
        return hubs[-1]

    yield make
    for hub in hubs:
        if hub.connected:
            hub.disconnect()


@pytest.fixture
def hub(make_hub):
    made = make_hub()
    made.connect()
    return made


def wait_until(hub, condition):
    """Let *hub* handle events until *condition* holds."""
    for _ in range(PATIENCE * 10):
        if condition():
            return
        hub.wait(0.1)
    pytest.fail("it did not come about")


def collect(hub, subscription, **options):
    seen = []
    hub.subscribe(subscription, seen.append, **options)
    return seen


# --- connected ------------------------------------------------------------------------------------


def test_connecting_again_is_an_error(hub):
    assert hub.connected is True
    with pytest.raises(ftrack_api.exception.EventHubConnectionError):
        hub.connect()
    assert hub.connected is True


def test_an_event_reaches_another_hub(hub, make_hub):
    other = make_hub()
    seen = collect(other, "topic=suite.render")
    other.connect()
    assert hub.publish(Event("suite.render", data={"frames": [1, 2], "name": "räksmörgås"})) is None
    wait_until(other, lambda: seen)
    assert seen[0]["data"] == {"frames": [1, 2], "name": "räksmörgås"}
    assert seen[0]["source"]["id"] == hub.id
    assert seen[0]["source"]["user"]["username"] == "admin"
    assert isinstance(seen[0], Event)


def test_an_event_reaches_handlers_of_its_own_hub_once(hub):
    seen = collect(hub, "topic=suite.render")
    last = collect(hub, "topic=suite.last")
    hub.publish(Event("suite.render"))
    assert seen == []
    wait_until(hub, lambda: seen)
    hub.publish(Event("suite.last"))
    wait_until(hub, lambda: last)
    assert len(seen) == 1


def test_what_was_published_before_the_connection_arrives_after_it(make_hub):
    hub, other = make_hub(), make_hub()
    seen = collect(other, "topic=suite.render")
    other.connect()
    hub.init_connection()
    for number in range(5):
        assert hub.publish(Event("suite.render", data={"number": number})) is True
    hub.connect()
    wait_until(other, lambda: len(seen) == 5)
    assert [event["data"]["number"] for event in seen] == [0, 1, 2, 3, 4]


def test_handlers_run_in_the_order_of_priority_until_one_stops(hub):
    called = []
    hub.subscribe("topic=suite.render", lambda event: called.append("last"), priority=300)
    hub.subscribe("topic=suite.render", lambda event: event.stop(), priority=200)
    hub.subscribe("topic=suite.render", lambda event: called.append("first"), priority=100)
    done = collect(hub, "topic=suite.done")
    hub.publish(Event("suite.render"))
    hub.publish(Event("suite.done"))
    wait_until(hub, lambda: done)
    assert called == ["first"]


def test_each_answer_is_a_reply(hub, make_hub):
    other = make_hub()
    other.subscribe("topic=suite.ask", lambda event: {"answer": 1}, {"id": "one", "application": 1})
    other.subscribe("topic=suite.ask", lambda event: None)
    other.subscribe("topic=suite.ask", lambda event: [2])
    other.connect()
    replies = []
    event = Event("suite.ask")
    hub.publish(event, on_reply=replies.append)
    for _ in range(PATIENCE * 10):
        other.wait(0.05)
        hub.wait(0.05)
        if len(replies) == 2:
            break
    assert sorted(str(reply["data"]) for reply in replies) == ["[2]", "{'answer': 1}"]
    assert {reply["topic"] for reply in replies} == {"ftrack.meta.reply"}
    assert {reply["in_reply_to_event"] for reply in replies} == {event["id"]}
    first = next(reply for reply in replies if reply["data"] == {"answer": 1})
    assert (first["source"]["id"], first["source"]["application"]) == ("one", 1)
    assert other.get_subscriber_by_identifier("one").metadata["id"] == "one"


def test_mended_metadata_gains_nothing_but_the_id(hub):
    metadata = {"application": "farm"}
    hub.subscribe("topic=suite.ask", lambda event: 1, metadata)
    replies = []
    hub.publish(Event("suite.ask"), on_reply=replies.append)
    wait_until(hub, lambda: replies)
    assert set(metadata) == {"application", "id"}


def test_a_reply_may_be_published_by_hand(hub):
    replies = []
    collected = collect(hub, "topic=suite.ask")
    hub.publish(Event("suite.ask"), on_reply=replies.append)
    wait_until(hub, lambda: collected)
    hub.publish_reply(collected[0], {"answer": 42}, {"id": "by hand"})
    wait_until(hub, lambda: replies)
    assert replies[0]["data"] == {"answer": 42}
    assert replies[0]["source"]["id"] == "by hand"


def test_waiting_ends_when_its_time_is_over(hub):
    assert hub.wait(0.2) is None


def test_connecting_is_told_to_handlers(make_hub):
    hub = make_hub()
    seen = collect(hub, "topic=ftrack.meta.connected")
    hub.connect()
    wait_until(hub, lambda: seen)
    hub.wait(0.2)
    assert len(seen) == 1
    assert seen[0]["source"]["id"] == hub.id


def test_disconnecting_forgets_who_was_subscribed(hub):
    identifier = hub.subscribe("topic=suite.render", print)
    hub.disconnect()
    assert hub.connected is False
    assert hub.get_subscriber_by_identifier(identifier) is None
    with pytest.raises(ftrack_api.exception.EventHubConnectionError):
        hub.publish(Event("suite.render"))


def test_disconnecting_may_keep_who_was_subscribed(hub):
    seen = collect(hub, "topic=suite.render", subscriber={"id": "kept"})
    hub.disconnect(unsubscribe=False)
    assert hub.get_subscriber_by_identifier("kept") is not None
    hub.connect()
    hub.publish(Event("suite.render"))
    wait_until(hub, lambda: seen)


def test_a_disconnected_hub_may_go_on_collecting_for_the_next_connection(hub, make_hub):
    other = make_hub()
    seen = collect(other, "topic=suite.render")
    other.connect()
    hub.disconnect(reconnect=True)
    assert hub.publish(Event("suite.render")) is True
    hub.connect()
    wait_until(other, lambda: seen)


def test_reconnecting_keeps_who_was_subscribed(hub, make_hub):
    seen = collect(hub, "topic=suite.render")
    hub.reconnect(attempts=1, delay=0)
    assert hub.connected is True
    other = make_hub()
    other.connect()
    other.publish(Event("suite.render"))
    wait_until(hub, lambda: seen)


def test_reconnecting_works_where_there_was_never_a_connection(make_hub):
    hub = make_hub()
    hub.reconnect(attempts=1, delay=0)
    assert hub.connected is True


def test_mended_waiting_ends_when_another_thread_disconnects(hub):
    waiting = threading.Thread(target=hub.wait, daemon=True)
    waiting.start()
    hub.disconnect()
    waiting.join(PATIENCE)
    assert not waiting.is_alive()


def test_waiting_ends_when_the_connection_is_given_up(hub):
    collected = collect(hub, "topic=ftrack.meta.disconnected")
    hub._event_queue.put(Event("ftrack.meta.disconnected"))
    hub.wait()
    assert len(collected) == 1


def test_mended_nobody_else_can_make_a_hub_give_up(hub, make_hub):
    seen, last = collect(hub, "topic=ftrack.meta.disconnected"), collect(hub, "topic=suite.last")
    other = make_hub()
    other.connect()
    other.publish(Event("ftrack.meta.disconnected"))
    other.publish(Event("suite.last"))
    wait_until(hub, lambda: last)
    assert seen == []


def test_mended_what_cannot_be_sent_is_an_error(hub):
    with pytest.raises(ftrack_api.exception.EventHubError, match="JSON"):
        hub.publish(Event("suite.render", data={"object": object()}))
    assert hub.publish(Event("suite.render", data={"object": object()}), on_error="ignore") is None


def test_mended_keys_in_data_stay_as_they_are(hub, make_hub):
    other = make_hub()
    seen = collect(other, "topic=suite.render")
    other.connect()
    data = {"inReplyToEvent": 1, "in_reply_to_event": 2}
    hub.publish(Event("suite.render", data=data))
    wait_until(other, lambda: seen)
    assert seen[0]["data"] == data


# --- subclasses -----------------------------------------------------------------------------------


class Filtering(EventHub):
    """Drops events that come in."""

    def _handle_packet(self, code, packet_identifier, path, data):
        self.__dict__.setdefault("codes", []).append(self._code_name_mapping[code])
        if self._code_name_mapping[code] == "event" and "suite.dropped" in data:
            return None
        return super()._handle_packet(code, packet_identifier, path, data)


def test_a_subclass_may_filter_packets(hub, make_hub):
    other = make_hub(Filtering)
    seen = collect(other, "topic=suite.*")
    other.connect()
    hub.publish(Event("suite.dropped"))
    hub.publish(Event("suite.kept"))
    wait_until(other, lambda: seen)
    assert [event["topic"] for event in seen] == ["suite.kept"]
    assert other.codes[0] == "connect"
    assert other.codes.count("event") == 2


class Processing(EventHub):
    """Takes events by itself, from the queue and from elsewhere."""

    def wait(self, duration=None):
        import queue

        self.finished = []
        while self.wanted:
            try:
                event = self._event_queue.get(timeout=0.1)
            except queue.Empty:
                event = self.stored.pop() if self.stored else None
            if event is not None:
                self._handle(event)
                self.finished.append(event["topic"])


def test_a_subclass_may_wait_in_its_own_way(hub, make_hub):
    other = make_hub(Processing)
    other.stored = [Event("suite.stored", source={"id": hub.id})]
    other.wanted = {"suite.live", "suite.stored"}
    other.subscribe("topic=suite.*", lambda event: other.wanted.discard(event["topic"]) or "seen")
    other.connect()
    replies = []
    hub.publish(Event("suite.live"), on_reply=replies.append)
    other.wait()
    wait_until(hub, lambda: replies)
    assert {"suite.live", "suite.stored"} <= set(other.finished)
    assert replies[0]["data"] == "seen"


class Handling(EventHub):
    """Looks at each event before its handlers do."""

    def _handle(self, event, synchronous=False):
        event["data"]["looked at"] = True
        return super()._handle(event, synchronous=synchronous)


def test_a_subclass_may_handle_events_in_its_own_way(hub, make_hub):
    other = make_hub(Handling)
    seen = collect(other, "topic=suite.render")
    other.connect()
    hub.publish(Event("suite.render"))
    wait_until(other, lambda: seen)
    assert seen[0]["data"] == {"looked at": True}
    other.publish(Event("suite.render"), synchronous=True)
    assert seen[1]["data"] == {"looked at": True}


def test_events_of_such_a_hub_come_back_to_it_once(make_hub):
    hub = make_hub(Handling)
    seen, last = collect(hub, "topic=suite.render"), collect(hub, "topic=suite.last")
    hub.connect()
    hub.publish(Event("suite.render"))
    hub.publish(Event("suite.last"))
    wait_until(hub, lambda: last)
    hub.wait(0.2)
    assert len(seen) == len(last) == 1


class Sending(EventHub):
    """Signs what goes out."""

    def _emit_event_packet(self, namespace, event, callback):
        event["data"]["signed"] = True
        super()._emit_event_packet(namespace, event, callback)


def test_a_subclass_may_change_what_goes_out(hub, make_hub):
    seen = collect(hub, "topic=suite.render")
    other = make_hub(Sending)
    other.connect()
    other.publish(Event("suite.render"))
    wait_until(hub, lambda: seen)
    assert seen[0]["data"] == {"signed": True}


class Publishing(EventHub):
    """Names everything that is published."""

    def _publish(self, event, synchronous=False, callback=None, on_reply=None):
        event["data"]["named"] = True
        return super()._publish(event, synchronous, callback, on_reply)


def test_a_subclass_may_publish_in_its_own_way(make_hub):
    hub = make_hub(Publishing)
    seen = collect(hub, "topic=suite.render")
    hub.connect()
    hub.publish(Event("suite.render"))
    wait_until(hub, lambda: seen)
    assert seen[0]["data"] == {"named": True}


class Bare(EventHub):
    """Does not call the constructor, as a copy of an older one does not."""

    def __init__(self, server_url, api_user, api_key):
        self._server_url, self._api_user, self._api_key = server_url, api_user, api_key
        self.id = "chosen"
        self._subscribers = []


def test_mended_a_subclass_need_not_call_the_constructor(make_hub):
    hub = make_hub(Bare)
    hub.connect()
    hub.subscribe("topic=suite.ask", lambda event: event["source"]["id"])
    replies = []
    hub.publish(Event("suite.ask"), on_reply=replies.append)
    wait_until(hub, lambda: replies)
    assert replies[0]["data"] == "chosen"
    assert hub.logger.name == "ftrack_api.event.hub.Bare"


# --- the kernel behind it -------------------------------------------------------------------------


@pytest.fixture
def bound(url, make_hub):
    """A hub that works with the events of a session of the kernel."""
    with ftrack_core.Session(url, api_key=KEY, api_user="admin", plugins=[]) as kernel:
        hub = make_hub()

        def connection():
            hooks = kernel.plugins.hooks
            credentials = Credentials("admin", KEY)
            return hub.through(hooks.ftrack_create_event_hub(kernel.context, credentials))

        events = Events(lambda event, one: one.callback(event), print, connection, user="admin")
        hub.subscribe("topic=suite.early", lambda event: "early")
        hub.bind(events)
        yield hub
        events.close()


def test_what_was_subscribed_before_comes_along(bound):
    assert bound.publish(Event("suite.early"), synchronous=True) == ["early"]
    bound.bind(bound._events)
    assert bound.publish(Event("suite.early"), synchronous=True) == ["early"]


def test_kernel_and_hub_hear_one_another(bound, make_hub):
    events = bound._events
    seen = collect(bound, "topic=suite.kernel")
    events.subscribe("topic=suite.hub", lambda event: {"kernel": event.data["number"]})
    bound.connect()
    assert events.connected
    replies = []
    bound.publish(Event("suite.hub", data={"number": 1}), on_reply=replies.append)
    events.publish("suite.kernel", {"number": 2})
    wait_until(bound, lambda: seen and replies)
    assert isinstance(seen[0], Event)
    assert seen[0]["data"] == {"number": 2}
    assert seen[0]["source"]["id"] == bound.id == events.id
    assert replies[0]["data"] == {"kernel": 1}


def test_a_hub_that_was_disconnected_leaves_the_kernel_its_own_events(bound):
    bound.connect()
    bound.disconnect()
    assert not bound._events.connected
    seen = []
    bound._events.subscribe("topic=suite.kernel", seen.append)
    bound._events.publish("suite.kernel")
    bound._events.wait(0)
    assert [event.topic for event in seen] == ["suite.kernel"]
    bound.connect()
    assert bound._events.connected


def test_an_event_from_elsewhere_is_handled_and_sent_nowhere(bound, make_hub):
    other = make_hub()
    seen = collect(other, "topic=suite.*")
    other.connect()
    bound.connect()
    handled = collect(bound, "topic=suite.stored")
    bound._event_queue.put(Event("suite.stored", source={"id": "somebody"}))
    wait_until(bound, lambda: handled)
    bound.publish(Event("suite.last"))
    wait_until(other, lambda: seen)
    assert [event["topic"] for event in seen] == ["suite.last"]


def test_a_session_shares_its_events_with_its_hub(http_server):
    with ftrack_api.Session(http_server, KEY, "admin", plugin_paths=[]) as session:
        hub = session.event_hub
        seen = collect(hub, "topic=suite.kernel")
        assert session.kernel.events.publish("suite.kernel", synchronous=True) == [None]
        assert seen[0]["source"]["id"] == hub.id
        session.kernel.events.subscribe("topic=suite.hub", lambda event: "kernel")
        assert hub.publish(Event("suite.hub"), synchronous=True) == ["kernel"]
