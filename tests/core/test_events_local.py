"""``session.events`` without a connection: subscribing, publishing, replies, waiting."""

from __future__ import annotations

import platform
import signal
import threading

import pytest
from ftrack_core.errors import EventError, QuerySyntaxError
from ftrack_core.events import Events
from ftrack_core.ports import Event

PATIENCE = 10


@pytest.fixture
def failures():
    return []


@pytest.fixture
def make(failures):
    made = []

    def events(**options):
        def call(event, subscription):
            return subscription.callback(event)

        def failed(event, subscription, error):
            failures.append(error)

        made.append(Events(call, failed, **options))
        return made[-1]

    yield events
    for one in made:
        one.close()


@pytest.fixture
def events(make):
    return make(user="ann")


# --- within one session --------------------------------------------------------------------------


def test_an_event_is_handled_when_somebody_waits(events):
    handled = []
    events.subscribe("topic=render", handled.append)
    assert events.publish("render", {"frames": 3}) == []
    assert handled == []
    assert events.wait(0) == 1
    assert handled[0].data == {"frames": 3}


def test_a_synchronous_event_is_handled_at_once_and_its_results_come_back(events):
    events.subscribe("topic=render", lambda event: event.data["frames"] * 2)
    events.subscribe("topic=render", lambda event: None)
    assert events.publish("render", {"frames": 3}, synchronous=True) == [6, None]
    assert events.wait(0) == 0


def test_subscribing_is_a_decorator_too(events):
    @events.subscribe("topic=render", priority=5, id="farm")
    def render(event):
        return "done"

    assert render(None) == "done"
    assert events.publish("render", synchronous=True) == ["done"]
    events.unsubscribe("farm")
    assert events.publish("render", synchronous=True) == []


def test_the_id_is_given_or_made_or_stands_in_the_metadata(events):
    assert events.subscribe("topic=a", print, id="mine") == "mine"
    assert events.subscribe("topic=a", print, metadata={"id": "theirs"}) == "theirs"
    assert len(events.subscribe("topic=a", print)) == 32
    assert len(events.subscriptions) == 3


def test_metadata_is_not_changed_by_subscribing(events):
    metadata = {"applicationId": "maya"}
    events.subscribe("topic=a", lambda event: "reply", metadata=metadata)
    events.publish("a")
    events.wait(0)
    assert metadata == {"applicationId": "maya"}


def test_an_event_says_where_it_comes_from(events):
    handled = []
    events.subscribe("topic=render", handled.append)
    events.publish("render", synchronous=True)
    assert handled[0].source == {
        "id": events.id,
        "user": {"username": "ann"},
        "host": platform.node(),
    }


def test_a_source_that_is_given_stays(events):
    handled = []
    events.subscribe("topic=render", handled.append)
    events.publish(Event("render", source={"id": "x", "applicationId": "maya"}), synchronous=True)
    assert (handled[0].source["id"], handled[0].source["applicationId"]) == ("x", "maya")


def test_a_target_names_who_is_meant(events):
    events.subscribe("topic=render", lambda event: "maya", metadata={"applicationId": "maya"})
    events.subscribe("topic=render", lambda event: "nuke", metadata={"applicationId": "nuke"})
    assert events.publish("render", target="applicationId=nuke", synchronous=True) == ["nuke"]


@pytest.mark.parametrize("synchronous", [True, False])
def test_a_target_that_does_not_parse_is_the_publishers_fault(events, synchronous):
    events.subscribe("topic=render", print)
    with pytest.raises(QuerySyntaxError):
        events.publish("render", target="id=", synchronous=synchronous)


def test_data_beside_an_event_is_refused(events):
    with pytest.raises(EventError, match="an event holds its data and target itself"):
        events.publish(Event("render"), {"frames": 3})


def test_whoever_publishes_sees_that_an_event_was_stopped(events):
    event = Event("render")
    events.subscribe("topic=render", Event.stop)
    events.publish(event, synchronous=True)
    assert event.is_stopped


def test_an_event_that_nobody_asks_for_is_not_kept(events):
    events.publish("render")
    events.subscribe("topic=render", print)
    assert events.wait(0) == 0


def test_a_handler_that_raises_is_reported_and_the_others_run(events, failures):
    handled = []
    events.subscribe("topic=render", lambda event: 1 / 0)
    events.subscribe("topic=render", handled.append)
    events.publish("render")
    events.wait(0)
    assert len(handled) == 1
    assert [type(error) for error in failures] == [ZeroDivisionError]


def test_a_worker_needs_nobody_to_wait_once_it_has_its_event(events):
    handled = threading.Event()
    events.subscribe("topic=render", lambda event: handled.set(), worker=True)
    events.publish("render", synchronous=True)
    assert handled.wait(PATIENCE)


def test_the_oldest_events_are_dropped_where_nobody_waits(make, caplog):
    events, handled = make(limit=3), []
    events.subscribe("topic=count", lambda event: handled.append(event.data["number"]))
    for number in range(5):
        events.publish("count", {"number": number})
    events.wait(0)
    assert handled == [2, 3, 4]
    assert caplog.text.count("the oldest are dropped") == 1


# --- replies -------------------------------------------------------------------------------------


def test_results_of_handlers_come_back_as_replies(events):
    replies = []
    events.subscribe("topic=sum", lambda event: {"sum": sum(event.data["numbers"])}, id="adder")
    events.subscribe("topic=sum", lambda event: None)
    sent = Event("sum", {"numbers": [1, 2]})
    events.publish(sent, on_reply=replies.append)
    events.wait(0)  # handles the event
    events.wait(0)  # handles the reply
    (reply,) = replies
    assert reply.data == {"sum": 3}
    assert (reply.topic, reply.in_reply_to_event) == ("ftrack.meta.reply", sent.id)
    assert (reply.source["id"], reply.target) == ("adder", f"id={events.id}")


def test_replies_go_to_the_callback_of_their_event(events):
    replies = {"a": [], "b": []}
    events.subscribe("topic=echo", lambda event: event.data["name"])
    for name, got in replies.items():
        events.publish("echo", {"name": name}, on_reply=lambda event, got=got: got.append(event))
    while events.wait(0):
        pass
    assert {name: [one.data for one in got] for name, got in replies.items()} == {
        "a": ["a"],
        "b": ["b"],
    }


def test_a_reply_to_an_odd_source_reaches_only_it(events):
    handled = []
    events.subscribe("topic=ftrack.meta.reply", handled.append, id="me or not *")
    events.subscribe("topic=ftrack.meta.reply", handled.append, id="somebody else")
    events.subscribe("topic=echo", lambda event: "reply")
    events.publish(Event("echo", source={"id": "me or not *"}))
    while events.wait(0):
        pass
    assert len(handled) == 1


def test_a_reply_is_not_replied_to(events):
    events.subscribe("topic=ftrack.meta.reply", lambda event: "thanks", id="polite")
    events.publish(Event("ftrack.meta.reply", source={"id": "polite"}, target="id=polite"))
    assert [events.wait(0), events.wait(0)] == [1, 0]


# --- waiting -------------------------------------------------------------------------------------


def test_waiting_for_no_time_handles_what_is_there_and_no_more(events):
    def again(event):
        events.publish("render")

    events.subscribe("topic=render", again)
    events.publish("render")
    events.publish("render")
    assert events.wait(0) == 2


def test_waiting_ends_when_the_time_is_over(events):
    assert events.wait(0.01) == 0


def test_a_handler_may_end_the_waiting(events):
    handled = []

    @events.subscribe("topic=count")
    def count(event):
        handled.append(event)
        events.stop_waiting()

    events.publish("count")
    events.publish("count")
    assert events.wait() == 1
    assert events.wait(0) == 1


def test_another_thread_may_end_the_waiting(events):
    started = threading.Event()
    events.subscribe("topic=start", lambda event: started.set())
    events.publish("start")
    waiting = threading.Thread(target=events.wait)
    waiting.start()
    assert started.wait(PATIENCE)
    events.stop_waiting()
    waiting.join(PATIENCE)
    assert not waiting.is_alive()


def test_closing_ends_the_waiting(events):
    started = threading.Event()
    events.subscribe("topic=start", lambda event: started.set())
    events.publish("start")
    waiting = threading.Thread(target=events.wait)
    waiting.start()
    assert started.wait(PATIENCE)
    events.close()
    waiting.join(PATIENCE)
    assert not waiting.is_alive()


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="needs a timer signal")
def test_a_signal_handler_may_end_the_waiting(events):
    former = signal.signal(signal.SIGALRM, lambda *_: events.stop_waiting())
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.05, 0.05)
        assert events.wait(PATIENCE) == 0
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, former)


def test_a_handler_may_wait_itself(events):
    handled = []

    @events.subscribe("topic=outer")
    def outer(event):
        events.publish("inner")
        events.wait(0)
        handled.append("outer")

    events.subscribe("topic=inner", lambda event: handled.append("inner"))
    events.publish("outer")
    events.wait(0)
    assert handled == ["inner", "outer"]


def test_several_threads_that_wait_share_the_events(events):
    handled = []
    events.subscribe("topic=count", lambda event: handled.append(event.data["number"]))
    for number in range(200):
        events.publish("count", {"number": number})
    threads = [threading.Thread(target=events.wait, args=(0,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(handled) == list(range(200))


def test_a_closed_session_publishes_nothing_more(events):
    events.close()
    events.close()
    with pytest.raises(EventError, match="session is closed"):
        events.publish("render")
    with pytest.raises(EventError, match="session is closed"):
        events.connect()
    assert events.wait() == 0
