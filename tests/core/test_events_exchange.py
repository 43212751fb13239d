"""``session.events`` with a connection: what goes out, what comes in, and each event once."""

from __future__ import annotations

import threading

import pytest
from ftrack_core.errors import EventError
from ftrack_core.events import Events, event_from_wire
from ftrack_core.ports import Event, Subscription
from hypothesis import given, settings
from hypothesis import strategies as st

PATIENCE = 10


class Wire:
    """An event server at its most talkative: everybody gets everything, its sender first.

    Stands in for what tests of the kernel alone cannot have; the hub of ftrack-events has tests of
    its own.
    """

    def __init__(self):
        self.hubs = []

    def hub(self):
        return LoudHub(self)


class LoudHub:
    def __init__(self, wire):
        self.wire = wire
        self.asked = {}
        self.calls = []
        self.connected = False
        self.broken = False

    def connect(self, receive):
        if self.broken:
            raise EventError("the event server does not answer")
        self.receive = receive
        self.connected = True
        self.wire.hubs.append(self)

    def subscribe(self, subscription):
        self.asked[subscription.id] = subscription.expression
        self.calls.append(("subscribe", subscription.id))

    def unsubscribe(self, subscription_id):
        self.asked.pop(subscription_id, None)
        self.calls.append(("unsubscribe", subscription_id))

    def send(self, event):
        if not self.connected:
            raise EventError("not connected")
        for hub in sorted(self.wire.hubs, key=lambda hub: hub is not self):
            hub.receive(event_from_wire(event.to_wire()))

    def close(self):
        self.connected = False
        if self in self.wire.hubs:
            self.wire.hubs.remove(self)


@pytest.fixture
def session():
    made = []

    def events(wire=None, **options):
        def call(event, subscription):
            return subscription.callback(event)

        def failed(event, subscription, error):
            raise error

        hubs = {} if wire is None else {"make_hub": wire.hub}
        made.append(Events(call, failed, **hubs, **options))
        return made[-1]

    yield events
    for one in made:
        one.close()


@pytest.fixture
def pair(session):
    wire = Wire()
    both = session(wire), session(wire)
    for one in both:
        one.connect()
    return both


# --- connected -----------------------------------------------------------------------------------


def test_without_a_hub_connecting_says_what_to_install(session):
    events = session()
    with pytest.raises(EventError, match="install ftrack-events"):
        events.connect()
    assert not events.connected


def test_a_hub_is_made_by_the_first_connect(session):
    made = []
    wire = Wire()

    class Counting(Wire):
        def hub(self):
            made.append(wire.hub())
            return made[-1]

    events = session(Counting())
    events.publish("render")
    assert made == []
    events.connect()
    events.connect()
    assert len(made) == 1
    assert events.connected


def test_an_event_reaches_the_other_session(pair):
    ann, bob = pair
    handled = []
    bob.subscribe("topic=render", handled.append)
    ann.publish("render", {"frames": 3})
    bob.wait(0)
    assert handled[0].data == {"frames": 3}


def test_each_session_handles_an_event_once_though_it_comes_back(pair):
    handled = []
    for one in pair:
        one.subscribe("topic=render", handled.append)
    pair[0].publish("render")
    assert [one.wait(0) for one in pair] == [1, 1]
    assert len(handled) == 2


def test_the_same_event_published_twice_is_handled_twice(pair):
    handled = []
    pair[0].subscribe("topic=render", handled.append)
    event = Event("render")
    pair[0].publish(event)
    pair[0].publish(event)
    pair[0].wait(0)
    assert len(handled) == 2


def test_a_synchronous_event_stays_within_the_session(pair):
    ann, bob = pair
    bob.subscribe("topic=render", print)
    ann.publish("render", synchronous=True)
    assert bob.wait(0) == 0


def test_replies_come_from_the_other_session(pair):
    ann, bob = pair
    replies = []
    bob.subscribe("topic=sum", lambda event: sum(event.data["numbers"]))
    ann.publish("sum", {"numbers": [1, 2]}, on_reply=replies.append)
    bob.wait(0)
    ann.wait(0)
    assert [reply.data for reply in replies] == [3]


def test_an_event_with_a_broken_target_is_passed_over(pair, caplog):
    ann, bob = pair
    bob.subscribe("topic=render", print)
    ann._hub.send(Event("render", target="id="))
    assert bob.wait(0) == 1
    assert "an event render was passed over: its target" in caplog.text


def test_all_subscriptions_are_announced_whenever_they_were_made(session):
    events = session(Wire())
    events.subscribe("topic=a", print, id="before")
    events.connect()
    events.subscribe("topic=b", print, id="after")
    asked = events._hub.asked
    assert asked == {
        events.id: "topic=ftrack.meta.reply",
        "before": "topic=a",
        "after": "topic=b",
    }
    events.unsubscribe("before")
    assert "before" not in asked


def test_a_reload_announces_only_what_differs(session):
    events = session(Wire())
    events.replace([Subscription("topic=a", print, id=name) for name in ("same", "gone")])
    events.connect()
    events._hub.calls.clear()
    events.replace([Subscription("topic=a", repr, id=name) for name in ("same", "new")])
    assert events._hub.calls == [("subscribe", "new"), ("unsubscribe", "gone")]


def test_the_last_reply_of_a_worker_goes_out_when_its_session_closes(pair):
    ann, bob = pair
    go_on, replies = threading.Event(), []
    bob.subscribe("topic=render", lambda event: go_on.wait(PATIENCE), worker=True)
    ann.publish("render", on_reply=replies.append)
    bob.wait(0)
    go_on.set()
    bob.close()
    ann.wait(0)
    assert [reply.data for reply in replies] == [True]


def test_an_event_that_cannot_be_sent_is_an_error_and_handled_by_nobody(pair):
    ann, _ = pair
    ann.subscribe("topic=render", print)
    ann._hub.close()
    with pytest.raises(EventError):
        ann.publish("render")
    assert ann.wait(0) == 0


def test_a_reply_that_cannot_be_sent_is_logged(pair, caplog):
    ann, bob = pair
    bob.subscribe("topic=render", lambda event: "reply", id="renderer")
    ann.publish("render")
    bob._hub.close()
    bob.wait(0)
    assert "the reply of renderer was not sent" in caplog.text


def test_a_hub_that_cannot_connect_leaves_the_session_as_it_was(session):
    wire = Wire()

    class Broken(Wire):
        def hub(self):
            hub = wire.hub()
            hub.broken = True
            return hub

    events, handled = session(Broken()), []
    with pytest.raises(EventError, match="does not answer"):
        events.connect()
    assert not events.connected
    events.subscribe("topic=render", handled.append)
    events.publish("render")
    assert events.wait(0) == 1


def test_after_the_hub_was_lost_the_session_connects_again(session):
    events = session(Wire())
    events.subscribe("topic=a", print, id="mine")
    events.connect()
    events._hub.close()
    events.connect()
    assert events.connected
    assert "mine" in events._hub.asked


def test_a_session_says_how_it_stands(session):
    events = session(Wire())
    events.subscribe("topic=a", print)
    assert repr(events) == "<Events: 1 subscriptions, not connected>"
    events.connect()
    assert repr(events) == "<Events: 1 subscriptions, connected>"


# --- from the wire -------------------------------------------------------------------------------


def test_an_event_is_read_liberally():
    event = event_from_wire({"topic": "a", "inReplyToEvent": "e0", "data": None, "extra": 1})
    assert (event.topic, event.in_reply_to_event, event.data) == ("a", "e0", {})
    assert len(event.id) == 32


def test_members_of_an_event_that_cannot_be_meant_are_passed_over():
    event = event_from_wire({"topic": "a", "source": ["x"], "target": 7, "id": 12})
    assert (event.source, event.target, event.id) == ({}, "", "12")


@pytest.mark.parametrize("value", [{}, {"topic": None}, {"topic": ""}, []])
def test_an_event_without_a_topic_is_refused(value):
    with pytest.raises(EventError, match="without a topic"):
        event_from_wire(value)


# --- properties ----------------------------------------------------------------------------------

NAMES = st.sampled_from("abcd")
TOPICS = st.sampled_from(["render", "other"])
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("subscribe"), NAMES, TOPICS, st.integers(1, 2)),
        st.tuples(st.just("unsubscribe"), NAMES),
        st.tuples(st.just("publish"), TOPICS),
        st.tuples(st.just("hear"), TOPICS),
        st.tuples(st.just("wait")),
        st.tuples(st.just("connect")),
    ),
    max_size=40,
)


class Naive:
    """One list of handlers in order of subscription, one list of events that wait."""

    def __init__(self):
        self.handlers, self.waiting, self.connected = [], [], False

    def wanted(self, topic):
        return [name for name, asked, _ in self.in_order() if asked == topic]

    def in_order(self):
        return sorted(self.handlers, key=lambda handler: handler[2])

    def perform(self, step, *details):
        if step == "subscribe":
            self.handlers.append(details)
        elif step == "unsubscribe":
            self.handlers = [one for one in self.handlers if one[0] != details[0]]
        elif step == "connect":
            self.connected = True
        elif step == "wait":
            handled = [(topic, name) for topic in self.waiting for name in self.wanted(topic)]
            self.waiting.clear()
            return handled
        elif (step == "publish" and self.wanted(*details)) or (step == "hear" and self.connected):
            self.waiting.append(*details)
        return []


@settings(max_examples=200, deadline=None)
@given(STEPS)
def test_any_course_of_steps_agrees_with_a_naive_model(steps):
    naive, log, wire = Naive(), [], Wire()
    events = Events(lambda event, subscription: subscription.callback(event), print, wire.hub)
    other = Events(lambda event, subscription: None, print, wire.hub)
    other.connect()

    def perform(step, *details):
        log.clear()
        if step == "subscribe":
            name, topic, priority = details
            events.subscribe(
                f"topic={topic}", lambda event: log.append((event.topic, name)), priority, id=name
            )
        elif step == "unsubscribe":
            events.unsubscribe(*details)
        elif step == "connect":
            events.connect()
        elif step == "wait":
            events.wait(0)
        else:
            (events if step == "publish" else other).publish(*details)
        return log.copy()

    for step in [*steps, ("wait",)]:
        known = {name for name, _, _ in naive.handlers}
        if step[0] == "subscribe" and step[1] in known:
            continue
        if step[0] == "unsubscribe" and step[1] not in known:
            continue
        assert perform(*step) == naive.perform(*step)
    events.close()
    other.close()
