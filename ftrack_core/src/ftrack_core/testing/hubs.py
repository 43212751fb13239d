"""The conformance suite of the EventHub port.

Inherit it and give it a fixture::

    class TestStudioHub(EventHubSuite):
        @pytest.fixture
        def hubs(self):
            return lambda: StudioHub("https://studio.example", "ann", "key")
"""

from __future__ import annotations

import queue
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from ftrack_core.errors import EventError, QuerySyntaxError
from ftrack_core.ports import Event, EventHub, Subscription

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["EventHubSuite", "Listener"]


class Listener:
    """A hub and what it has received.

    A hub may tell its server about a subscription in its own time. A listener therefore sends
    itself a probe after each change: when that comes back, what was asked before it holds. An event
    that has not come after *patience* seconds is missing.
    """

    def __init__(self, hub: EventHub, patience: float = 10.0) -> None:
        self.hub = hub
        self._patience = patience
        self.threads: set[int] = set()
        self._events: queue.Queue[Event] = queue.Queue()
        self.topic = f"suite.probe.{uuid.uuid4().hex}"
        hub.subscribe(_subscription(f"topic={self.topic}"))

    def connect(self) -> Listener:
        """Connect the hub and return this listener."""
        self.hub.connect(self._receive)
        return self

    def subscribe(self, expression: str, **details: Any) -> str:
        """Subscribe, and return the id when the subscription holds."""
        subscription = _subscription(expression, **details)
        self.hub.subscribe(subscription)
        self.settle()
        return subscription.id

    def unsubscribe(self, subscription_id: str) -> None:
        """End a subscription, and return when that holds."""
        self.hub.unsubscribe(subscription_id)
        self.settle()

    def next(self) -> Event:
        """Return the next event that came in."""
        return self._events.get(timeout=self._patience)

    @property
    def is_empty(self) -> bool:
        """Whether everything that came in was looked at."""
        return self._events.empty()

    def settle(self) -> list[Event]:
        """Return what came in until now."""
        probe = Event(self.topic)
        self.hub.send(probe)
        seen: list[Event] = []
        while (event := self.next()).id != probe.id:
            seen.append(event)
        return seen

    def _receive(self, event: Event) -> None:
        self.threads.add(threading.get_ident())
        self._events.put(event)


def _ignore(_: Event) -> None:
    pass


def _subscription(expression: str, **details: Any) -> Subscription:
    return Subscription(expression, _ignore, **details)


def _numbers(events: list[Event]) -> list[Any]:
    return [event.data["number"] for event in events]


class EventHubSuite:
    """What every hub does, whatever carries the events.

    The class that inherits it has a fixture ``hubs``: a function that makes hubs which hear one
    another and are not connected. The suite connects and closes them. *patience* is after how many
    seconds an event that has not come is missing; nothing waits that long otherwise.
    """

    patience: ClassVar[float] = 10.0

    @pytest.fixture
    def make(self, hubs: Callable[[], EventHub]) -> Iterator[Callable[[], Listener]]:
        """Return a function that makes listeners that are not connected; close them all."""
        made: list[EventHub] = []

        def listener() -> Listener:
            made.append(hubs())
            return Listener(made[-1], self.patience)

        yield listener
        for hub in made:
            hub.close()

    @pytest.fixture
    def ann(self, make: Callable[[], Listener]) -> Listener:
        """Return one that is connected."""
        return make().connect()

    @pytest.fixture
    def bob(self, make: Callable[[], Listener]) -> Listener:
        """Return another."""
        return make().connect()

    # --- delivery --------------------------------------------------------------------------------

    def test_it_satisfies_the_port(self, ann: Listener) -> None:
        """All methods of the protocol are there."""
        assert isinstance(ann.hub, EventHub)

    def test_an_event_reaches_another_hub_that_asks_for_it(
        self, ann: Listener, bob: Listener
    ) -> None:
        """With all that it holds."""
        bob.subscribe("topic=suite.render")
        data = {"frames": [1, 2], "name": "Ärmel 砂", "cost": 1.5, "done": True, "note": None}
        sent = Event("suite.render", data, source={"id": "ann1"}, in_reply_to_event="e0")
        ann.hub.send(sent)
        event = bob.next()
        assert (event.id, event.topic, event.data) == (sent.id, sent.topic, data)
        assert (event.source["id"], event.in_reply_to_event) == ("ann1", "e0")

    def test_it_does_not_reach_a_hub_that_asks_for_another_topic(
        self, ann: Listener, bob: Listener
    ) -> None:
        """Or for nothing."""
        bob.subscribe("topic=suite.other")
        ann.hub.send(Event("suite.render"))
        ann.settle()
        assert bob.settle() == []

    def test_expressions_look_into_the_event(self, ann: Listener, bob: Listener) -> None:
        """Not only at its topic."""
        bob.subscribe("topic=suite.render and data.show=dune")
        ann.hub.send(Event("suite.render", {"show": "alien", "number": 1}))
        ann.hub.send(Event("suite.render", {"show": "dune", "number": 2}))
        assert bob.next().data["number"] == 2

    def test_a_wildcard_stands_for_what_follows(self, ann: Listener, bob: Listener) -> None:
        """As in ``topic=ftrack.action.*``."""
        bob.subscribe("topic=suite.render.*")
        ann.hub.send(Event("suite.other"))
        ann.hub.send(Event("suite.render.done"))
        assert bob.next().topic == "suite.render.done"

    def test_an_event_says_when_it_was_sent(self, ann: Listener, bob: Listener) -> None:
        """The server fills it in."""
        bob.subscribe("topic=suite.render")
        ann.hub.send(Event("suite.render"))
        assert bob.next().sent

    def test_each_receiver_has_data_of_its_own(self, ann: Listener, bob: Listener) -> None:
        """What one writes into it nobody else reads."""
        ann.subscribe("topic=suite.render")
        bob.subscribe("topic=suite.render")
        data = {"frames": [1]}
        ann.hub.send(Event("suite.render", data))
        ann.next().data["frames"].append(2)
        assert bob.next().data == data == {"frames": [1]}

    def test_events_keep_the_order_they_were_sent_in(self, ann: Listener, bob: Listener) -> None:
        """For every hub."""
        bob.subscribe("topic=suite.count")
        for number in range(100):
            ann.hub.send(Event("suite.count", {"number": number}))
        assert [bob.next().data["number"] for _ in range(100)] == list(range(100))

    def test_an_event_comes_back_to_its_sender_who_asks_for_it(self, ann: Listener) -> None:
        """As the event server does it."""
        ann.subscribe("topic=suite.render")
        sent = Event("suite.render")
        ann.hub.send(sent)
        assert ann.next().id == sent.id

    def test_it_does_not_come_back_to_one_who_does_not(self, ann: Listener) -> None:
        """A sender is no exception."""
        ann.hub.send(Event("suite.render"))
        assert ann.settle() == []

    def test_it_comes_once_where_several_subscriptions_match(
        self, ann: Listener, bob: Listener
    ) -> None:
        """Which handlers get it is for the receiver to say."""
        bob.subscribe("topic=suite.render")
        bob.subscribe("topic=suite.*")
        ann.hub.send(Event("suite.render", {"number": 1}))
        ann.hub.send(Event("suite.render", {"number": 2}))
        assert [bob.next().data["number"], bob.next().data["number"]] == [1, 2]

    def test_a_target_is_matched_against_the_metadata_of_subscriptions(
        self, ann: Listener, bob: Listener
    ) -> None:
        """Whoever is not meant does not hear of it."""
        ann.subscribe("topic=suite.render", metadata={"applicationId": "maya"})
        bob.subscribe("topic=suite.render", metadata={"applicationId": "nuke"})
        ann.hub.send(Event("suite.render", {"number": 1}, target="applicationId=nuke"))
        assert bob.next().data["number"] == 1
        assert ann.settle() == []

    def test_a_target_may_name_the_id_of_a_subscription(self, ann: Listener, bob: Listener) -> None:
        """So replies find their way."""
        meant = bob.subscribe("topic=ftrack.meta.reply")
        ann.subscribe("topic=ftrack.meta.reply")
        ann.hub.send(Event("ftrack.meta.reply", target=f"id={meant}"))
        assert bob.next().topic == "ftrack.meta.reply"
        assert ann.settle() == []

    def test_stopping_an_event_here_does_not_stop_it_there(
        self, ann: Listener, bob: Listener
    ) -> None:
        """Each receiver has an event of its own."""
        ann.subscribe("topic=suite.render")
        bob.subscribe("topic=suite.render")
        sent = Event("suite.render")
        ann.hub.send(sent)
        ann.next().stop()
        assert not bob.next().is_stopped
        assert not sent.is_stopped

    # --- subscribing -----------------------------------------------------------------------------

    def test_a_subscription_made_before_connecting_holds(
        self, ann: Listener, make: Callable[[], Listener]
    ) -> None:
        """It is remembered until then."""
        late = make()
        late.hub.subscribe(_subscription("topic=suite.render"))
        late.connect().settle()
        ann.hub.send(Event("suite.render", {"number": 1}))
        assert late.next().data["number"] == 1

    def test_one_that_was_ended_before_connecting_does_not(
        self, ann: Listener, make: Callable[[], Listener]
    ) -> None:
        """Neither is it announced."""
        late = make()
        late.hub.subscribe(_subscription("topic=suite.render", id="early"))
        late.hub.unsubscribe("early")
        late.connect()
        ann.hub.send(Event("suite.render"))
        ann.settle()
        assert late.settle() == []

    def test_nothing_comes_after_unsubscribing(self, ann: Listener, bob: Listener) -> None:
        """Other subscriptions stay."""
        ended = bob.subscribe("topic=suite.render")
        bob.subscribe("topic=suite.other")
        bob.unsubscribe(ended)
        ann.hub.send(Event("suite.render"))
        ann.hub.send(Event("suite.other"))
        assert bob.next().topic == "suite.other"

    def test_unsubscribing_what_is_unknown_is_no_error(self, ann: Listener) -> None:
        """Connected or not."""
        ann.unsubscribe("nobody")
        ann.hub.close()
        ann.hub.unsubscribe("nobody")

    def test_subscribing_again_with_an_id_replaces_the_subscription(
        self, ann: Listener, bob: Listener
    ) -> None:
        """So that a reload changes what a plugin asks for without a gap."""
        bob.subscribe("topic=suite.render", id="farm")
        bob.subscribe("topic=suite.other", id="farm")
        ann.hub.send(Event("suite.render"))
        ann.hub.send(Event("suite.other"))
        assert bob.next().topic == "suite.other"

    def test_metadata_of_a_subscription_may_change(self, ann: Listener, bob: Listener) -> None:
        """Though its expression stays."""
        bob.subscribe("topic=suite.render", id="farm", metadata={"site": "here"})
        bob.subscribe("topic=suite.render", id="farm", metadata={"site": "there"})
        for number, site in enumerate(("here", "there")):
            ann.hub.send(Event("suite.render", {"number": number}, target=f"site={site}"))
        assert bob.next().data["number"] == 1

    # --- what is refused -------------------------------------------------------------------------

    @pytest.mark.parametrize("value", [object(), {1, 2}, float("nan")])
    def test_data_that_json_cannot_hold_is_refused(self, ann: Listener, value: Any) -> None:
        """To its sender, and nothing else is harmed."""
        with pytest.raises(EventError):
            ann.hub.send(Event("suite.render", {"value": value}))
        assert ann.settle() == []

    def test_a_target_that_does_not_parse_is_refused(self, ann: Listener) -> None:
        """To its sender, whoever listens."""
        with pytest.raises(QuerySyntaxError):
            ann.hub.send(Event("suite.render", target="id="))
        assert ann.settle() == []

    def test_an_expression_that_does_not_parse_is_refused(self, ann: Listener) -> None:
        """Where it is given, and not when an event comes in."""
        with pytest.raises(QuerySyntaxError):
            ann.hub.subscribe(_subscription("topic="))
        assert ann.settle() == []

    # --- the connection --------------------------------------------------------------------------

    def test_a_hub_says_whether_it_is_connected(self, make: Callable[[], Listener]) -> None:
        """Before, between and after."""
        listener = make()
        states = [listener.hub.connected]
        listener.connect()
        states.append(listener.hub.connected)
        listener.hub.close()
        states.append(listener.hub.connected)
        assert states == [False, True, False]

    def test_sending_before_connecting_is_an_error(self, make: Callable[[], Listener]) -> None:
        """An event must not vanish without a word."""
        with pytest.raises(EventError):
            make().hub.send(Event("suite.render"))

    def test_sending_after_closing_is_an_error(self, ann: Listener) -> None:
        """As before connecting."""
        ann.hub.close()
        with pytest.raises(EventError):
            ann.hub.send(Event("suite.render"))

    def test_what_was_sent_before_closing_arrives(
        self, make: Callable[[], Listener], bob: Listener
    ) -> None:
        """A session may publish the last thing it has to say and close."""
        bob.subscribe("topic=suite.count")
        ann = make().connect()
        for number in range(50):
            ann.hub.send(Event("suite.count", {"number": number}))
        ann.hub.close()
        assert [bob.next().data["number"] for _ in range(50)] == list(range(50))

    def test_connecting_again_after_closing_is_as_the_first_time(
        self, ann: Listener, make: Callable[[], Listener]
    ) -> None:
        """Subscriptions are remembered."""
        bob = make().connect()
        bob.subscribe("topic=suite.render")
        bob.hub.close()
        bob.connect().settle()
        ann.hub.send(Event("suite.render", {"number": 1}))
        assert bob.next().data["number"] == 1

    def test_closing_twice_is_no_error(self, ann: Listener) -> None:
        """The second call does nothing."""
        ann.hub.close()
        ann.hub.close()

    def test_closing_one_that_never_connected_is_no_error(
        self, make: Callable[[], Listener]
    ) -> None:
        """There is nothing to close."""
        make().hub.close()

    def test_a_closed_hub_receives_nothing_and_others_go_on(
        self, ann: Listener, bob: Listener, make: Callable[[], Listener]
    ) -> None:
        """Its end concerns nobody else."""
        carl = make().connect()
        bob.subscribe("topic=suite.render")
        carl.subscribe("topic=suite.render")
        bob.hub.close()
        ann.hub.send(Event("suite.render"))
        assert carl.next().topic == "suite.render"
        assert bob.is_empty

    # --- threads ---------------------------------------------------------------------------------

    def test_events_are_received_on_one_thread_of_the_hub(
        self, ann: Listener, bob: Listener
    ) -> None:
        """Not on that of the sender."""
        bob.subscribe("topic=suite.render")
        for _ in range(3):
            ann.hub.send(Event("suite.render"))
            bob.next()
        assert len(bob.threads) == 1
        assert threading.get_ident() not in bob.threads

    def test_a_slow_receiver_holds_up_neither_sender_nor_others(
        self, ann: Listener, bob: Listener, hubs: Callable[[], EventHub]
    ) -> None:
        """Only itself."""
        bob.subscribe("topic=suite.render")
        entered, go_on, gave_up = threading.Event(), threading.Event(), threading.Event()

        def dawdle(_: Event) -> None:
            entered.set()
            if not go_on.wait(self.patience):
                gave_up.set()

        slow = hubs()
        slow.subscribe(_subscription(f"topic=suite.render or topic={ann.topic}"))
        slow.connect(dawdle)
        try:
            for _ in range(100):  # the server may hear of the subscription in its own time
                ann.settle()
                if entered.wait(0.05):
                    break
            ann.hub.send(Event("suite.render"))
            assert bob.next().topic == "suite.render"
            assert entered.is_set()
            assert not gave_up.is_set()
        finally:
            go_on.set()
            slow.close()

    def test_a_receiver_that_raises_goes_on_receiving(self, hubs: Callable[[], EventHub]) -> None:
        """One bad event does not end the connection."""
        arrived: queue.Queue[Any] = queue.Queue()

        def stumble(event: Event) -> None:
            arrived.put(event.data["number"])
            raise ValueError("a receiver that is broken")

        hub = hubs()
        hub.subscribe(_subscription("topic=suite.count"))
        hub.connect(stumble)
        try:
            for number in range(2):
                hub.send(Event("suite.count", {"number": number}))
            assert [arrived.get(timeout=self.patience) for _ in range(2)] == [0, 1]
        finally:
            hub.close()

    def test_a_hub_may_be_closed_by_its_receiver(self, hubs: Callable[[], EventHub]) -> None:
        """It does not wait for itself."""
        hub = hubs()
        closed = threading.Event()

        def close(_: Event) -> None:
            hub.close()
            closed.set()

        hub.subscribe(_subscription("topic=suite.end"))
        hub.connect(close)
        hub.send(Event("suite.end"))
        assert closed.wait(self.patience)
        assert not hub.connected

    def test_many_threads_send_through_one_hub(self, ann: Listener, bob: Listener) -> None:
        """All events arrive, each once."""
        bob.subscribe("topic=suite.count")

        def send(number: int) -> None:
            ann.hub.send(Event("suite.count", {"number": number}))

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(send, range(200)))
        assert sorted(_numbers([bob.next() for _ in range(200)])) == list(range(200))
