"""A connection that is lost: what the hub does until it is there again, and if it never is."""

from __future__ import annotations

import asyncio
import base64
import re
import socket
import threading
from hashlib import sha1

import pytest
from aiohttp import web
from ftrack_core.errors import EventError
from ftrack_core.ports import ConnectionSettings, Event, Subscription
from ftrack_embedded import Server, Studio
from waiting import wait_for

KEY = "the-secret-key-of-admin"
ENDS_WITHIN = 30
"""In seconds; what waits here ends at once or never."""
CONNECTED, DISCONNECTED = "topic=ftrack.meta.connected", "topic=ftrack.meta.disconnected"


def next_of(events):
    return events.get(timeout=ENDS_WITHIN)


def topics_of(events, count):
    return [next_of(events).topic for _ in range(count)]


async def greet_and_leave(visit):
    await visit.greet_and_confirm(3)


async def greet_and_stay(visit):
    await visit.greet()
    await visit.until_closed()


@pytest.fixture
def lost(receive, scripted):
    """A hub that has lost its connection and finds nobody there until `open` is set."""
    is_open = threading.Event()

    def greet(_):
        if is_open.is_set() or len(scripted.requests) == 1:
            return web.Response(text="id:15:60:websocket")
        return web.Response(status=503)

    def lost(**options):
        scripted.greeting = greet
        scripted.script(greet_and_leave)
        hub, events = receive(scripted.url, CONNECTED, DISCONNECTED, "topic=studio.*", **options)
        assert topics_of(events, 1) == ["ftrack.meta.connected"]
        scripted.heard()
        wait_for(lambda: not hub.connected)
        hub.open = is_open.set
        return hub, events

    yield lost
    is_open.set()


# --- and found again ------------------------------------------------------------------------------


def test_a_server_that_was_restarted_is_found_again(make, receive, caplog):
    """Subscriptions hold as before, and what was published meanwhile is sent."""
    with Studio() as studio:
        studio.register_api_key("admin", KEY)
        with Server(studio) as server:
            url, port = server.url, int(server.url.rpartition(":")[2])
            ann, of_ann = receive(url, CONNECTED, "topic=studio.*")
            bob, of_bob = receive(url, CONNECTED, "topic=studio.ping")
            assert topics_of(of_ann, 1) == topics_of(of_bob, 1) == ["ftrack.meta.connected"]
        wait_for(lambda: not (ann.connected or bob.connected))
        with Server(studio, port=port):
            assert "disconnected_at" in next_of(of_bob).data
            ann.send(Event("studio.ping", {"n": 1}))
            assert next_of(of_bob).data == {"n": 1}
            assert topics_of(of_ann, 2) == ["ftrack.meta.connected", "studio.ping"]
    assert f"the connection to {url} was lost" in caplog.text
    assert f"the connection to {url} is there again" in caplog.text


def test_what_is_published_meanwhile_is_sent_in_its_order(lost, scripted):
    async def take(visit):
        await visit.greet()
        return [(await visit.event("studio.count"))["data"]["n"] for _ in range(50)]

    hub, _ = lost()
    scripted.script(take)
    for number in range(50):
        hub.send(Event("studio.count", {"n": number}))
    hub.open()
    assert scripted.heard() == list(range(50))


def test_subscriptions_are_announced_as_they_are_by_then(lost, scripted):
    async def listen(visit):
        await visit.greet()
        return [(await visit.packet())[2]["data"] for _ in range(3)]

    hub, _ = lost()
    scripted.script(listen)
    hub.unsubscribe("s0")
    hub.unsubscribe("s1")
    hub.subscribe(Subscription("topic=studio.new", print, id="new"))
    hub.subscribe(Subscription("topic=studio.newer", print, id="new"))
    hub.send(Event("studio.last", {"is": "last"}))
    hub.open()
    first, second, last = scripted.heard()
    wanted = {one["subscription"] for one in (first, second)}
    assert wanted == {"topic=studio.*", "topic=studio.newer"}
    assert last == {"is": "last"}


def test_only_so_many_events_wait_and_the_next_is_refused(lost, scripted):
    hub, _ = lost(waiting=2)
    for _ in range(2):
        hub.send(Event("studio.ping"))
    with pytest.raises(EventError, match=r"studio\.ping was not sent: 2 events wait"):
        hub.send(Event("studio.ping"))
    hub.subscribe(Subscription("topic=studio.new", print))  # no event, and never refused


@pytest.mark.parametrize("said", ["0::", None])
def test_a_server_that_ends_the_connection_is_visited_again(receive, scripted, said):
    async def end(visit):
        await visit.greet_and_confirm(1)
        if said:
            await visit.send(said)
            await visit.until_closed()

    scripted.script(end, greet_and_stay)
    hub, events = receive(scripted.url, CONNECTED)
    assert topics_of(events, 2) == ["ftrack.meta.connected"] * 2
    assert hub.connected


def test_a_connection_that_breaks_is_made_again(receive, scripted):
    async def break_off(visit):
        await visit.greet_and_confirm(1)
        visit.request.transport.abort()

    scripted.script(break_off, greet_and_stay)
    _, events = receive(scripted.url, CONNECTED)
    assert topics_of(events, 2) == ["ftrack.meta.connected"] * 2


def test_a_frame_that_is_none_breaks_it_and_it_is_made_again(receive, scripted, caplog):
    async def send_garbage(visit):
        await visit.greet_and_confirm(1)
        visit.request.transport.write(b"\x83\x00")  # of a kind that there is not
        await visit.until_closed()

    scripted.script(send_garbage, greet_and_stay)
    hub, events = receive(scripted.url, CONNECTED)
    assert topics_of(events, 2) == ["ftrack.meta.connected"] * 2
    assert hub.connected
    assert "was lost: it broke" in caplog.text


def test_silence_is_the_end_of_a_connection(receive, scripted, caplog):
    """The server may be gone without a word, or the machine have slept."""
    scripted.script(greet_and_stay, greet_and_stay)
    _, events = receive(scripted.url, CONNECTED, silence=0.2)
    assert topics_of(events, 2) == ["ftrack.meta.connected"] * 2
    assert "was lost: nothing came for 0.2 s" in caplog.text


def upgraded(request):
    """Return the answer to a request for a websocket, with the packet that greets."""
    key = re.search(rb"Sec-WebSocket-Key: (\S+)", request)[1]
    accepted = base64.b64encode(sha1(key + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest())
    head = b"HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
    return head + accepted + b"\r\n\r\n\x81\x031::"


def test_a_server_that_reads_nothing_is_given_up_and_holds_up_no_sender(make, caplog):
    with socket.create_server(("127.0.0.1", 0)) as listening:
        hub = make(
            f"http://127.0.0.1:{listening.getsockname()[1]}",
            settings=ConnectionSettings(timeout=0.5),
            attempts=0,
        )
        connecting = threading.Thread(target=hub.connect, args=(print,))
        connecting.start()
        with listening.accept()[0] as greeting:
            greeting.recv(4096)
            body = b"id:15:60:websocket"
            greeting.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        with listening.accept()[0] as idle:
            idle.sendall(upgraded(idle.recv(4096)))
            connecting.join()
            for _ in range(30):
                hub.send(Event("studio.size", {"text": "x" * 1_000_000}))
            wait_for(lambda: "none is tried any more" in caplog.text)
    assert "was lost: writing failed (the server reads nothing)" in caplog.text
    assert not hub.connected


# --- events on the way when it was lost -----------------------------------------------------------


async def confirm_one_and_break_off(visit):
    """Confirm what comes up to an event, read another one, and say nothing of that."""
    await visit.greet()
    await visit.event("studio.first")
    await visit.event("studio.second", confirms=False)
    await visit.is_read()
    visit.request.transport.abort()


def test_an_event_that_was_not_confirmed_is_sent_once_more(receive, scripted):
    async def take(visit):
        await visit.greet()
        return [(await visit.event(f"studio.{name}"))["id"] for name in ("second", "third")]

    scripted.script(confirm_one_and_break_off, take)
    hub, _ = receive(scripted.url)
    for name in ("first", "second"):
        hub.send(Event(f"studio.{name}", id=name))
    scripted.heard()
    hub.send(Event("studio.third", id="third"))
    assert scripted.heard() == ["second", "third"]


def test_but_not_a_third_time(receive, scripted, caplog):
    async def read_and_break_off(visit):
        await visit.greet()
        await visit.event("studio.second", confirms=False)
        visit.request.transport.abort()

    async def take(visit):
        await visit.greet()
        return (await visit.packet())[2]["topic"]

    scripted.script(confirm_one_and_break_off, read_and_break_off, take)
    hub, _ = receive(scripted.url)
    for name in ("first", "second"):
        hub.send(Event(f"studio.{name}"))
    scripted.heard()
    scripted.heard()
    wait_for(lambda: hub.connected and "may not have arrived" in caplog.text)
    hub.send(Event("studio.last"))
    assert scripted.heard() == "studio.last"
    assert "1 events were sent" in caplog.text


def test_a_server_that_confirms_nothing_is_sent_nothing_twice(receive, scripted, caplog):
    async def read_and_break_off(visit):
        await visit.greet()
        await visit.packet(confirms=False)
        visit.request.transport.abort()

    async def take(visit):
        await visit.greet()
        return (await visit.packet())[2]["topic"]

    scripted.script(read_and_break_off, take)
    hub, _ = receive(scripted.url)
    hub.send(Event("studio.first"))
    scripted.heard()
    wait_for(lambda: hub.connected and "may not have arrived" in caplog.text)
    hub.send(Event("studio.second"))
    assert scripted.heard() == "studio.second"


# --- what is malformed ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["nonsense", "", "9::", "5::", "8::", "3:::hello", "4:::{}", "5:::{", "6:::x", "7:::no",
     '5:::{"name":"x"}', '5:::{"name":"ftrack.event","args":[{"data":1}]}', "5:::" + "[" * 100_000],
)  # fmt: skip
def test_a_packet_that_is_none_harms_nothing(receive, scripted, text):
    """The official hub stops reading for ever, and says that it is connected."""

    async def send(visit):
        await visit.greet()
        await visit.send(text)
        await visit.send_event(topic="studio.ping")
        await visit.until_closed()

    scripted.script(send)
    hub, events = receive(scripted.url, "topic=studio.ping")
    assert next_of(events).topic == "studio.ping"
    assert hub.connected


def test_text_that_is_not_utf8_harms_nothing_either(receive, scripted):
    async def send(visit):
        await visit.greet()
        visit.request.transport.write(b"\x81\x03\xff\xfe\xfd")
        data = b'{"name":"ftrack.event","args":[{"topic":"studio.ping","data":"\xff"}]}'
        packet = b"5:::" + data
        visit.request.transport.write(bytes([0x81, len(packet)]) + packet)
        await visit.until_closed()

    scripted.script(send)
    _, events = receive(scripted.url, "topic=studio.ping")
    assert next_of(events).data == "\ufffd"


def test_malformed_packets_are_told_once_for_each_connection(receive, scripted, caplog):
    async def send(visit):
        await visit.greet()
        for _ in range(5):
            await visit.send("nonsense")
        await visit.send_event(topic="studio.ping")
        await visit.until_closed()

    scripted.script(send)
    _, events = receive(scripted.url, "topic=studio.ping")
    next_of(events)
    assert caplog.text.count("was passed over") == 1


def test_what_the_server_reports_is_told(receive, scripted, caplog):
    async def report(visit):
        await visit.greet()
        await visit.send("7:::the studio is closing")
        await visit.send_event(topic="studio.ping")
        await visit.until_closed()

    scripted.script(report)
    _, events = receive(scripted.url, "topic=studio.ping")
    next_of(events)
    assert "reports: the studio is closing" in caplog.text


# --- and not found again --------------------------------------------------------------------------


def test_after_so_many_attempts_the_hub_gives_up_and_says_so(lost, caplog):
    hub, events = lost(attempts=2)
    event = next_of(events)
    assert event.topic == "ftrack.meta.disconnected"
    assert "HTTP 503" in event.data["reason"]
    assert not hub.connected
    assert "none is tried any more" in caplog.text
    with pytest.raises(EventError, match=r"studio\.ping was not sent.*not connected.*HTTP 503"):
        hub.send(Event("studio.ping"))


def test_without_attempts_it_gives_up_at_once(receive, scripted):
    scripted.script(greet_and_leave)
    _, events = receive(scripted.url, "topic=x", "topic=y", DISCONNECTED, attempts=0)
    assert next_of(events).data == {"reason": "the server closed it (code 1001)"}


def test_a_hub_that_has_given_up_can_be_connected_again(lost):
    hub, events = lost(attempts=1)
    assert next_of(events).topic == "ftrack.meta.disconnected"
    hub.open()
    wait_for(lambda: can_connect(hub, events))
    assert hub.connected


def can_connect(hub, events):
    try:
        hub.connect(events.put)
    except EventError:
        return False
    return True


def test_a_key_that_is_no_longer_accepted_ends_all_attempts(receive, scripted):
    scripted.script(greet_and_leave)
    hub, events = receive(scripted.url, CONNECTED, DISCONNECTED, "topic=x")
    scripted.greeting = lambda _: web.Response(status=401, text=KEY)
    assert topics_of(events, 1) == ["ftrack.meta.connected"]
    event = next_of(events)
    while event.topic != "ftrack.meta.disconnected":
        event = next_of(events)
    assert "does not accept the user or the key" in event.data["reason"]
    assert KEY not in event.data["reason"]
    assert not hub.connected


def test_closing_while_it_is_lost_waits_for_nothing_and_tells_what_was_not_sent(lost, caplog):
    hub, _ = lost(first_delay=3600, longest_delay=3600)
    hub.send(Event("studio.ping"))
    hub.close()
    assert "1 events were not sent" in caplog.text
    with pytest.raises(EventError, match="not connected"):
        hub.send(Event("studio.ping"))


# --- closing --------------------------------------------------------------------------------------


def test_what_was_published_is_sent_before_it_closes(listen, make, server):
    bob = listen(server.url, "topic=studio.count")
    hub = make(server.url)
    hub.connect(print)
    for number in range(500):
        hub.send(Event("studio.count", {"n": number}))
    hub.close()
    assert [bob.next().data["n"] for _ in range(500)] == list(range(500))


def test_a_server_that_does_not_take_leave_is_not_waited_for_for_ever(receive, scripted):
    done = threading.Event()

    async def stay(visit):
        await visit.greet()
        visit.request.transport.pause_reading()
        while not done.is_set():
            await asyncio.sleep(0.02)

    scripted.script(stay)
    hub, _ = receive(scripted.url)
    hub.close()
    assert not hub.connected
    done.set()


def test_no_thread_and_no_socket_are_left(make, server):
    def count():
        return sum(one.name == "ftrack-hub" for one in threading.enumerate())

    before = count()
    hub = make(server.url)
    hub.connect(print)
    assert count() == before + 1
    hub.close()
    assert count() == before


def test_a_connection_that_is_refused_leaves_no_thread(make):
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        hub = make(url, settings=ConnectionSettings(timeout=0.05))
        with pytest.raises(EventError, match=r"no answer of .* in time"):
            hub.connect(print)
    assert not any(one.name == "ftrack-hub" for one in threading.enumerate())
