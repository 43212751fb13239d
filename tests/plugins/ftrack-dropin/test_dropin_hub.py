"""``ftrack_api.event.hub`` without a server: subscriptions, synchronous events, and the steps."""

from __future__ import annotations

import logging
import platform

import ftrack_api.exception
import pytest
from ftrack_api.event.base import Event
from ftrack_api.event.hub import EventHub, ServerDetails, _ProcessorThread

OFFLINE = "http://studio.example:8080"
KEY = "a key for tests"
PATIENCE = 20  # seconds; far more than anything here needs


@pytest.fixture
def offline():
    return EventHub(OFFLINE, "joe", KEY)


# --- the server -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("server_url", "details", "shown"),
    [
        ("http://localhost:8080", ("http", "localhost", 8080), "http://localhost:8080"),
        ("https://studio.example", ("https", "studio.example", None), "https://studio.example"),
        ("https://studio.example/path/", ("https", "studio.example", None), None),
    ],
)
def test_a_hub_knows_its_server(server_url, details, shown):
    hub = EventHub(server_url, "joe", KEY)
    assert hub.server == ServerDetails(*details)
    assert hub.secure is (details[0] == "https")
    assert hub.get_server_url() == shown or shown is None
    assert hub.get_server_url().endswith(hub.get_network_location())


@pytest.mark.parametrize("server_url", ["studio.example", "//studio.example", "http://"])
def test_a_url_without_scheme_or_host_is_refused(server_url):
    with pytest.raises(ValueError, match="server"):
        EventHub(server_url, "joe", KEY)


@pytest.mark.parametrize("option", ["headers", "cookies"])
def test_headers_and_cookies_are_mappings(option):
    with pytest.raises(TypeError, match="mapping"):
        EventHub(OFFLINE, "joe", KEY, **{option: ["x"]})


def test_the_key_does_not_show(offline, caplog):
    caplog.set_level(logging.DEBUG)
    with pytest.raises(ftrack_api.exception.EventHubConnectionError) as caught:
        EventHub("http://127.0.0.1:9", "joe", KEY).connect()
    assert KEY not in str(caught.value) + repr(caught.value) + repr(offline) + caplog.text


# --- subscribing ----------------------------------------------------------------------------------


def test_subscribing_returns_an_id_which_is_in_the_metadata(offline):
    metadata = {"application": "farm"}
    identifier = offline.subscribe("topic=render", print, metadata)
    assert metadata == {"application": "farm", "id": identifier}
    subscriber = offline.get_subscriber_by_identifier(identifier)
    assert subscriber.metadata is metadata
    assert subscriber.callback is print
    assert subscriber.priority == 100


def test_an_id_may_be_chosen_once(offline):
    assert offline.subscribe("topic=render", print, {"id": "farm"}) == "farm"
    with pytest.raises(ftrack_api.exception.NotUniqueError):
        offline.subscribe("topic=other", print, {"id": "farm"})
    assert len(offline._subscribers) == 1


def test_a_subscription_that_does_not_parse_is_refused(offline):
    with pytest.raises(ftrack_api.exception.ParseError):
        offline.subscribe("topic=", print)
    assert offline._subscribers == []


def test_what_was_unsubscribed_is_not_called(offline):
    seen = []
    identifier = offline.subscribe("topic=render", seen.append)
    offline.unsubscribe(identifier)
    assert offline.publish(Event("render"), synchronous=True) == []
    assert seen == []
    assert offline.get_subscriber_by_identifier(identifier) is None


def test_unsubscribing_an_unknown_id_is_an_error(offline):
    with pytest.raises(ftrack_api.exception.NotFoundError):
        offline.unsubscribe("nobody")


def test_a_subscription_for_the_length_of_a_block(offline):
    with offline.subscription("topic=render", lambda event: 1, {"id": "farm"}, priority=5):
        assert offline.get_subscriber_by_identifier("farm").priority == 5
        assert offline.publish(Event("render"), synchronous=True) == [1]
    assert offline.publish(Event("render"), synchronous=True) == []


def test_a_block_that_raises_ends_its_subscription_too(offline):
    with pytest.raises(ZeroDivisionError), offline.subscription("topic=render", print):
        raise ZeroDivisionError
    assert offline._subscribers == []


# --- synchronous events ---------------------------------------------------------------------------


def test_results_come_in_the_order_of_priority_with_none_among_them(offline):
    for number, priority in enumerate((100, 10, 100, 50)):
        offline.subscribe("topic=render", lambda _, number=number: number or None, None, priority)
    assert offline.publish(Event("render"), synchronous=True) == [1, 3, None, 2]


def test_stopping_keeps_later_handlers_from_being_called(offline):
    def stop(event):
        event.stop()
        return "stopped"

    offline.subscribe("topic=render", lambda event: "first", priority=1)
    offline.subscribe("topic=render", stop, priority=2)
    offline.subscribe("topic=render", lambda event: "last", priority=3)
    event = Event("render")
    assert offline.publish(event, synchronous=True) == ["first", "stopped"]
    assert event.is_stopped()


def test_a_handler_that_raises_is_logged_and_the_next_one_runs(offline, caplog):
    def fail(event):
        raise ZeroDivisionError

    offline.subscribe("topic=render", fail)
    offline.subscribe("topic=render", lambda event: 2)
    assert offline.publish(Event("render"), synchronous=True) == [2]
    assert "ZeroDivisionError" in caplog.text


def test_a_target_chooses_subscribers_by_their_metadata(offline):
    offline.subscribe("topic=render", lambda event: 1, {"id": "one", "application": "farm"})
    offline.subscribe("topic=render", lambda event: 2, {"id": "two"})
    assert offline.publish(Event("render", target="id=two"), synchronous=True) == [2]
    assert offline.publish(Event("render", target="application=farm"), synchronous=True) == [1]
    assert offline.publish(Event("render", target="not id=two"), synchronous=True) == [1]


def test_publishing_says_in_the_event_where_it_comes_from(offline):
    event = Event("render")
    offline.publish(event, synchronous=True)
    assert event["source"] == {
        "id": offline.id,
        "user": {"username": "joe"},
        "host": platform.node(),
    }


def test_what_a_source_says_already_stays(offline):
    source = {"id": "farm", "user": {"username": "ann"}, "host": "node", "more": 1}
    event = Event("render", source=dict(source))
    offline.publish(event, synchronous=True)
    assert event["source"] == source


def test_handlers_and_publisher_share_one_event(offline):
    def change(event):
        event["data"]["frames"] = 5
        event["colour"] = "red"

    seen = []
    offline.subscribe("topic=render", change, priority=1)
    offline.subscribe("topic=render", seen.append, priority=2)
    event = Event("render", data={"frames": 1})
    offline.publish(event, synchronous=True)
    assert seen == [event]
    assert seen[0] is event
    assert (event["data"]["frames"], event["colour"]) == (5, "red")


def test_data_that_no_server_could_carry_reaches_handlers_here(offline):
    session = object()
    offline.subscribe("topic=ready", lambda event: event["data"]["session"] is session)
    assert offline.publish(Event("ready", data={"session": session}), synchronous=True) == [True]


# --- without a connection -------------------------------------------------------------------------


def test_publishing_without_a_connection_is_an_error(offline):
    with pytest.raises(ftrack_api.exception.EventHubConnectionError):
        offline.publish(Event("render"))


def test_the_error_may_be_ignored(offline):
    assert offline.publish(Event("render"), on_error="ignore") is None


def test_waiting_without_a_connection_is_an_error(offline):
    with pytest.raises(ftrack_api.exception.EventHubConnectionError):
        offline.wait(0)


def test_disconnecting_without_a_connection_is_an_error(offline):
    with pytest.raises(ftrack_api.exception.EventHubConnectionError):
        offline.disconnect()


def test_mended_a_server_that_is_not_there_is_an_error_with_details():
    hub = EventHub("http://127.0.0.1:9", "joe", KEY)
    with pytest.raises(ftrack_api.exception.EventHubConnectionError) as caught:
        hub.connect()
    assert caught.value.details["server_url"] == "http://127.0.0.1:9"
    assert caught.value.details["error"] in str(caught.value)


def test_reconnecting_gives_up_and_says_where_and_how_often():
    hub = EventHub("http://127.0.0.1:9", "joe", KEY)
    with pytest.raises(ftrack_api.exception.EventHubConnectionError) as caught:
        hub.reconnect(attempts=2, delay=0)
    assert "http://127.0.0.1:9 after 2 attempts" in str(caught.value)


def test_mended_reconnecting_leaves_the_log_on(caplog):
    logging.disable(logging.DEBUG)
    try:
        with pytest.raises(ftrack_api.exception.EventHubConnectionError):
            EventHub("http://127.0.0.1:9", "joe", KEY).reconnect(attempts=1, delay=0)
        assert logging.root.manager.disable == logging.DEBUG
    finally:
        logging.disable(logging.NOTSET)


def test_an_announced_connection_lets_events_wait(offline):
    offline.init_connection()
    assert offline.publish(Event("render")) is True
    assert offline.wait(0) is None


def test_mended_waiting_for_ever_for_a_connection_that_failed_is_an_error():
    hub = EventHub("http://127.0.0.1:9", "joe", KEY)
    hub.init_connection()
    with pytest.raises(ftrack_api.exception.EventHubConnectionError):
        hub.connect()
    with pytest.raises(ftrack_api.exception.EventHubConnectionError, match="reconnect"):
        hub.wait()
    assert hub.publish(Event("render")) is True


def test_mended_only_so_many_events_wait(offline, caplog):
    offline.init_connection()
    for number in range(10_001):
        offline.publish(Event("render", id=str(number)))
    assert offline._event_send_queue.qsize() == 10_000
    assert offline._event_send_queue.get()[0]["id"] == "1"
    assert "the oldest is dropped" in caplog.text


def test_mended_a_target_that_does_not_parse_is_an_error(offline):
    offline.subscribe("topic=render", print)
    event = Event("render", target="id==two")
    with pytest.raises(ftrack_api.exception.ParseError):
        offline.publish(event, synchronous=True)
    assert offline.publish(event, synchronous=True, on_error="ignore") is None


# --- the names below the surface ------------------------------------------------------------------


def test_codes_and_names_of_packets_are_found_both_ways(offline):
    names = offline._code_name_mapping
    assert (names["5"], names["event"]) == ("event", "5")
    assert (names["2"], names["heartbeat"]) == ("heartbeat", "2")
    assert len(names) == 16


def test_an_event_packet_that_is_handled_waits_in_the_queue(offline):
    data = '{"name": "ftrack.event", "args": [{"topic": "a.b", "id": "1", "inReplyToEvent": "0"}]}'
    offline._handle_packet("5", "", "", data)
    event = offline._event_queue.get(timeout=0)
    assert (event["topic"], event["id"], event["in_reply_to_event"]) == ("a.b", "1", "0")


def test_mended_strange_packets_are_passed_over(offline):
    for code, data in (
        ("8", ""),
        ("9", ""),
        ("6", ""),
        ("5", '{"name": "x"}'),
        ("5", '{"args": [1]}'),
        ("5", "[]"),
    ):
        offline._handle_packet(code, "", "", data)
    assert offline._event_queue.empty()


def test_mended_keys_that_are_not_known_do_not_cost_an_event(offline):
    data = '{"name": "ftrack.event", "args": [{"topic": "a.b", "shape": "round"}]}'
    offline._handle_packet("5", "", "", data)
    assert offline._event_queue.get(timeout=0)["topic"] == "a.b"


def test_connections_are_told_of_by_packets(offline):
    offline._handle_packet("1", "", "", "")
    offline._handle_packet("0", "", "", "")
    topics = [offline._event_queue.get(timeout=0)["topic"] for _ in range(2)]
    assert topics == ["ftrack.meta.connected", "ftrack.meta.disconnected"]


def test_an_acknowledgement_calls_who_waits_for_it(offline):
    told = []
    assert offline._add_packet_callback(told.append) == "1+"
    assert offline._add_packet_callback(told.append) == "2+"
    offline._handle_packet("6", "", "", '2+[{"success": true}]')
    assert told == [{"success": True}]
    assert offline._pop_packet_callback(1) == told.append
    with pytest.raises(KeyError):
        offline._pop_packet_callback(1)


def test_events_are_written_as_the_server_reads_them(offline):
    event = Event("a.b", id="1", data={"x": "ö"}, in_reply_to_event="0")
    text = offline._encode({"name": "ftrack.event", "args": [event]})
    assert text == (
        '{"name": "ftrack.event", "args": [{"id": "1", "data": {"x": "ö"}, "topic": "a.b", '
        '"sent": null, "source": {}, "target": "", "inReplyToEvent": "0"}]}'
    )
    assert offline._decode(text)["args"] == [dict(event)]
    with pytest.raises(TypeError):
        offline._encode(object())


def test_a_reply_is_addressed_to_who_asked(offline):
    reply = Event("ftrack.meta.reply")
    offline._prepare_reply_event(reply, Event("ask", id="1", source={"id": "asker"}), {"id": "me"})
    assert (reply["target"], reply["in_reply_to_event"]) == ("id=asker", "1")
    assert reply["source"] == {"id": "me"}


def test_mended_what_a_socket_did_is_refused_with_the_name_of_what_to_use(offline):
    for call in (
        offline._receive_packet,
        offline._get_socket_io_session,
        lambda: offline._send_packet("0"),
        lambda: offline._acknowledge_packet("1"),
    ):
        with pytest.raises(ftrack_api.exception.EventHubError) as caught:
            call()
        assert "plugin for the connection" in str(caught.value)


class Reading(EventHub):
    """Has packets from elsewhere."""

    def _receive_packet(self):
        if not self.packets:
            raise ftrack_api.exception.EventHubConnectionError
        return self.packets.pop(0)


def test_a_subclass_that_reads_packets_may_have_a_thread_for_it():
    hub = Reading(OFFLINE, "joe", KEY)
    event = '{"name": "ftrack.event", "args": [{"topic": "a.b"}]}'
    hub.packets = [("5", "", "", "no JSON"), ("5", "", "", event)]
    thread = _ProcessorThread(hub)
    assert thread.daemon is True
    thread.start()
    assert hub._event_queue.get(timeout=PATIENCE)["topic"] == "a.b"
    thread.cancel()
    thread.join(PATIENCE)
    assert not thread.is_alive()


# --- the kernel behind it -------------------------------------------------------------------------


def test_stopping_holds_for_both(offline):
    events = offline._events
    events.subscribe("topic=suite.first", lambda event: event.stop(), priority=1)
    offline.subscribe("topic=suite.first", lambda event: "too late", priority=2)
    offline.subscribe("topic=suite.second", lambda event: event.stop(), priority=1)
    events.subscribe("topic=suite.second", lambda event: "too late", priority=2)
    for topic in ("suite.first", "suite.second"):
        event = Event(topic)
        assert offline.publish(event, synchronous=True) == [None]
        assert event.is_stopped()


def test_an_identifier_of_the_kernels_is_taken_too(offline):
    offline._events.subscribe("topic=render", print, id="farm")
    with pytest.raises(ftrack_api.exception.NotUniqueError):
        offline.subscribe("topic=render", print, {"id": "farm"})


def test_what_a_closed_session_is_asked_is_an_error(offline):
    offline._events.close()
    with pytest.raises(ftrack_api.exception.ConnectionClosedError):
        offline.publish(Event("render"), synchronous=True)
    with pytest.raises(ftrack_api.exception.ConnectionClosedError):
        offline.subscribe("topic=render", print)
