"""The event hub on its own: subscriptions, expressions, synchronous events; no connection."""

import operator
import platform

import ftrack_api
import ftrack_api.event.expression
import ftrack_api.event.hub
import ftrack_api.event.subscriber
import ftrack_api.event.subscription
import pytest
from ftrack_api.event.base import Event
from ftrack_api.event.hub import EventHub
from ftrack_api.exception import (
    EventHubConnectionError,
    NotFoundError,
    NotUniqueError,
    ParseError,
)


@pytest.fixture
def hub():
    return EventHub("https://studio.example", "joe", "not-a-key")


def publish(hub, topic, **named):
    return hub.publish(Event(topic=topic, **named), synchronous=True)


def test_a_subscribers_identifier_may_be_given(hub):
    """64: `subscribe` returns the id given in the metadata; duplicates are NotUniqueError."""
    assert hub.subscribe("topic=a", print, {"id": "mine"}) == "mine"
    with pytest.raises(NotUniqueError):
        hub.subscribe("topic=b", print, {"id": "mine"})
    made = hub.subscribe("topic=a", print)
    assert len(made) == 32
    assert hub.get_subscriber_by_identifier(made).metadata["id"] == made
    assert hub.get_subscriber_by_identifier("nobody") is None


def test_results_come_in_the_order_of_priority(hub):
    """65: lower numbers first, ties in the order of subscription; None included."""
    for priority, name in ((100, "b"), (10, "a"), (100, "c"), (200, None)):
        hub.subscribe("topic=x", lambda event, name=name: name, priority=priority)
    assert publish(hub, "x") == ["a", "b", "c", None]


def test_an_event_that_is_stopped_goes_no_further(hub):
    """65: later callbacks are not asked."""
    hub.subscribe("topic=x", lambda event: event.stop(), priority=1)
    hub.subscribe("topic=x", lambda event: "late", priority=2)
    event = Event(topic="x")
    assert hub.publish(event, synchronous=True) == [None]
    assert event.is_stopped()


def test_a_callback_that_raises_is_left_out(hub):
    """9.4: the others are asked."""
    hub.subscribe("topic=x", lambda event: 1 / 0, priority=1)
    hub.subscribe("topic=x", lambda event: "fine", priority=2)
    assert publish(hub, "x") == ["fine"]


def test_without_a_connection_nothing_is_sent(hub):
    """66: EventHubConnectionError; None with `on_error="ignore"`."""
    with pytest.raises(EventHubConnectionError):
        hub.publish(Event(topic="x"))
    assert hub.publish(Event(topic="x"), on_error="ignore") is None
    assert hub.connected is False
    with pytest.raises(EventHubConnectionError):
        hub.disconnect()


def test_waiting_needs_a_connection(hub):
    """69: `wait()` before connecting raises."""
    with pytest.raises(EventHubConnectionError):
        hub.wait(0.1)


def test_events_published_while_connecting_are_kept(hub):
    """68: after `init_connection` they are queued, and True comes back."""
    hub.init_connection()
    assert hub.publish(Event(topic="x")) is True


def test_a_session_says_so_without_a_connection(session):
    """66: the hub of a session that has not connected."""
    with pytest.raises(EventHubConnectionError):
        session.event_hub.publish(Event(topic="x"))
    assert session.event_hub.connected is False


def test_unsubscribing(hub):
    """9.4: an unknown identifier is NotFoundError."""
    identifier = hub.subscribe("topic=x", lambda event: 1)
    hub.unsubscribe(identifier)
    assert publish(hub, "x") == []
    with pytest.raises(NotFoundError):
        hub.unsubscribe(identifier)


def test_a_subscription_for_a_block(hub):
    """9.4: `subscription(...)` unsubscribes at the end."""
    with hub.subscription("topic=x", lambda event: 1):
        assert publish(hub, "x") == [1]
    assert publish(hub, "x") == []


def test_the_source_is_filled_in(hub):
    """9.4: id of the hub, user and host, where they are absent."""
    events = []
    hub.subscribe("topic=x", events.append)
    publish(hub, "x", source={"host": "elsewhere"})
    source = events[0]["source"]
    assert source["id"] == hub.id
    assert source["user"]["username"] == "joe"
    assert source["host"] == "elsewhere"
    publish(hub, "x")
    assert events[1]["source"]["host"] == platform.node()


def test_a_target_chooses_the_subscribers(hub):
    """9.4: an expression on their metadata."""
    hub.subscribe("topic=x", lambda event: "a", {"id": "a", "kind": "render"})
    hub.subscribe("topic=x", lambda event: "b", {"id": "b", "kind": "other"})
    assert publish(hub, "x", target="id=b") == ["b"]
    assert publish(hub, "x", target="kind=render or id=b") == ["a", "b"]
    assert publish(hub, "x", target="") == ["a", "b"]
    assert publish(hub, "x", target="nothing=1") == []


def test_events_are_mappings():
    """9.1: keys, defaults, text."""
    event = Event(topic="x", data={"a": 1})
    assert set(event) == {"id", "data", "topic", "sent", "source", "target", "in_reply_to_event"}
    assert (event["topic"], event["data"], event["target"]) == ("x", {"a": 1}, "")
    assert (event["sent"], event["source"], event["in_reply_to_event"]) == (None, {}, None)
    assert len(event["id"]) == 32
    assert str(event).startswith("<Event {")
    event["data"]["b"] = 2
    event["target"] = "id=1"
    assert dict(event)["target"] == "id=1"
    assert Event("x", id="mine")["id"] == "mine"
    assert not event.is_stopped()


MATCHING = [
    ("topic=a.b", True), ("topic=a", False), ("topic=a.*", True), ("topic=c.*", False),
    ("topic='a.b'", True), ('topic="a.b"', True), ("data.name=one", True),
    ("data.deep.er=two", True), ("data.missing=one", False), ("data.name != one", False),
    ("topic=a.b and data.name=one", True), ("topic=a.b AND data.name=two", False),
    ("topic=z or data.name=one", True), ("not topic=z", True),
    ("not (topic=z or topic=a.b)", False),
    ("topic=z or topic=a.b and data.name=one", True),
    ("(topic=z or topic=a.b) and data.name=two", False),
    ("data.name=on*", True), ("data.name=*", True), ("data.odd='with blank: ö'", True),
    ("source.user.username=joe", True), ("data.id=a_b-c.d/e@f+g", True),
]  # fmt: skip


@pytest.mark.parametrize(("expression", "matches"), MATCHING)
def test_expressions_choose_events(hub, expression, matches):
    """9.2: the grammar of subscriptions."""
    data = {
        "name": "one", "deep": {"er": "two"}, "odd": "with blank: ö", "id": "a_b-c.d/e@f+g",
    }  # fmt: skip
    hub.subscribe(expression, lambda event: True)
    assert publish(hub, "a.b", data=data) == ([True] if matches else [])
    event = Event("a.b", data=data, source={"user": {"username": "joe"}})
    assert ftrack_api.event.subscription.Subscription(expression).includes(event) is matches


@pytest.mark.parametrize("wrong", ["topic", "topic=", "=a", "topic=a and", "(topic=a", "a b=c"])
def test_expressions_that_cannot_be_read_are_parse_errors(hub, wrong):
    """9.2: at the subscription."""
    with pytest.raises(ParseError):
        hub.subscribe(wrong, print)


@pytest.mark.better("an empty expression matches everything")
def test_an_empty_expression_matches_everything(hub):
    """15.3, 37: as an empty target does."""
    hub.subscribe(" ", lambda event: "heard")
    assert publish(hub, "x") == ["heard"]


@pytest.mark.better("a subscription that cannot be compared does not starve the others")
def test_what_cannot_be_compared_does_not_match(hub):
    """15.3, 40: numbers against texts."""
    hub.subscribe("topic=x and data.n>4", lambda event: "first")
    hub.subscribe("topic=x", lambda event: "second")
    assert "second" in publish(hub, "x", data={"n": 5})


def test_expressions_are_objects_too():
    """9.2: All, Any, Not, Condition, and their texts."""
    expression = ftrack_api.event.expression
    parsed = expression.Parser().parse("a=b and c=d")
    assert str(parsed) == "<All [<Condition a=b> <Condition c=d>]>"
    assert parsed.match({"a": "b", "c": "d"}) is True
    assert parsed.match({"a": "b"}) is False
    assert expression.Expression().match({}) is True
    assert expression.All().match({}) is True
    assert expression.Any().match({}) is False
    assert expression.Not(expression.Any()).match({}) is True
    assert expression.Condition("a", operator.eq, "b").match({"a": "b"}) is True


def test_subscribers_are_objects_too():
    """9.3: Subscription and Subscriber."""
    assert str(ftrack_api.event.subscription.Subscription("topic=x")) == "topic=x"
    subscriber = ftrack_api.event.subscriber.Subscriber("topic=x", print, {"id": "1"}, 50)
    assert subscriber.interested_in(Event("x"))
    assert not subscriber.interested_in(Event("y"))
    assert (subscriber.callback, subscriber.metadata, subscriber.priority) == (
        print, {"id": "1"}, 50,
    )  # fmt: skip
    assert str(subscriber.subscription) == "topic=x"


def test_a_hub_knows_where_it_would_connect(hub):
    """9.4: address, name and port of the server."""
    assert hub.server.hostname == "studio.example"
    assert hub.secure is True
    assert hub.get_server_url() == "https://studio.example"
    assert hub.get_network_location() == "studio.example"
    other = EventHub("http://localhost:8080", "joe", "key")
    assert other.get_network_location() == "localhost:8080"
    assert other.secure is False
    for wrong in ("studio.example", "https://"):
        with pytest.raises(ValueError):
            EventHub(wrong, "joe", "key")


def test_handlers_may_subscribe_while_an_event_is_handled(hub):
    """9.4: what is added then hears the next one."""
    hub.subscribe("topic=x", lambda event: hub.subscribe("topic=y", lambda event: "y"))
    publish(hub, "x")
    assert publish(hub, "y") == ["y"]


def test_a_subclass_may_handle_events_in_its_own_way():
    """9.4: `_handle`, `publish` and `subscribe` are called through the instance."""

    class Noting(EventHub):
        def __init__(self, *args, **named):
            self.noted = []
            super().__init__(*args, **named)

        def publish(self, event, *args, **named):
            self.noted.append(("publish", event["topic"]))
            return super().publish(event, *args, **named)

        def subscribe(self, *args, **named):
            self.noted.append(("subscribe", args[0]))
            return super().subscribe(*args, **named)

    hub = Noting("https://studio.example", "joe", "key")
    with hub.subscription("topic=x", lambda event: 1):
        assert publish(hub, "x") == [1]
    assert hub.noted == [("subscribe", "topic=x"), ("publish", "x")]
