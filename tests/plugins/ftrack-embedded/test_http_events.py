"""The event server: handshake, websocket, subscriptions and who gets which event."""

from __future__ import annotations

import asyncio
import json
import re
import socket
import threading
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

import aiohttp
import pytest
import requests
from ftrack_core.errors import ConfigurationError
from ftrack_core.events import Packet, PacketKind, read_acknowledgement, read_packet
from ftrack_embedded import EventLimits, Server, Studio

KEY = "a-key-for-tests"
ENDS_WITHIN = 30
"""In seconds; what waits here ends at once or never."""


class Peer:
    """A client of the event server that reads and writes packets as they are, in one thread."""

    def __init__(self, loop, url, ticket):
        self._loop = loop
        self._url = f"{url.replace('http', 'ws', 1)}/socket.io/1/websocket/{ticket}"
        self._numbers = 0

    def open(self):
        async def open_both():
            self._http = aiohttp.ClientSession()
            self._socket = await self._http.ws_connect(self._url, max_msg_size=0)

        try:
            self._loop.run_until_complete(open_both())
        except aiohttp.WSServerHandshakeError:
            self._loop.run_until_complete(self._http.close())
            raise
        assert self.read() == "1::"
        return self

    def write(self, text):
        self._loop.run_until_complete(self._socket.send_str(text))

    def read(self):
        """Return the next packet that is no heartbeat; None at the end."""
        while (text := self._loop.run_until_complete(self._received())) == "2::":
            pass
        return text

    async def _received(self):
        message = await self._socket.receive(ENDS_WITHIN)
        return message.data if message.type is aiohttp.WSMsgType.TEXT else None

    def publish(self, topic, data=None, **members):
        """Publish an event and return what the server says of it, with the events that came."""
        self._numbers += 1
        event = {"topic": topic, "data": data or {}, **members}
        carried = {"name": "ftrack.event", "args": [event]}
        self.write(f"5:{self._numbers}+::{json.dumps(carried)}")
        text = self.read()
        while not text.startswith("6"):
            text = self.read()
        return read_acknowledgement(read_packet(text))

    def subscribe(self, expression, subscriber_id="s1", **metadata):
        subscriber = {**metadata, "id": subscriber_id}
        answer = self.publish(
            "ftrack.meta.subscribe", {"subscriber": subscriber, "subscription": expression}
        )
        assert answer.success, answer.message

    def unsubscribe(self, subscriber_id="s1"):
        answer = self.publish("ftrack.meta.unsubscribe", {"subscriber": {"id": subscriber_id}})
        assert answer.success, answer.message

    def event(self):
        """Return the next event."""
        text = self.read()
        assert text.startswith("5:::"), text
        return json.loads(text[4:])["args"][0]

    def events(self):
        """Return the events that have come; answers to what was sent last come behind them."""
        self.write('5:99+::{"name":"ftrack.event","args":[{"topic":"suite.none"}]}')
        found = []
        while not (text := self.read()).startswith("6:::99"):
            found.append(json.loads(text[4:])["args"][0])
        return found

    def is_at_its_end(self):
        with suppress(OSError):
            while self.read() is not None:
                pass
        return self._socket.closed

    def close(self):
        async def close_both():
            await self._socket.close()
            await self._http.close()

        self._loop.run_until_complete(close_both())


@pytest.fixture
def loop():
    loop = asyncio.new_event_loop()
    yield loop
    loop.close()


@pytest.fixture
def studio():
    with Studio() as studio:
        studio.register_api_key("admin", KEY)
        yield studio


@pytest.fixture
def limits():
    return EventLimits()


@pytest.fixture
def server(studio, limits):
    with Server(studio, events=limits) as server:
        yield server


@pytest.fixture
def greeting(server):
    """The answer to a handshake."""

    def shake_hands(*, by="headers", user="admin", key=KEY):
        address = f"{server.url}/socket.io/1/"
        if by == "query":
            given = {"api_user": user, "api_key": key, "t": "1234"}
            return requests.get(address, params=given, timeout=ENDS_WITHIN)
        headers = {"ftrack-user": user, "ftrack-api-key": key}
        return requests.get(address, headers=headers, timeout=ENDS_WITHIN)

    return shake_hands


@pytest.fixture
def visit(server, greeting, loop):
    """Connect a peer."""
    peers = []

    def visit(**asked):
        ticket = greeting(**asked).text.partition(":")[0]
        peers.append(Peer(loop, server.url, ticket).open())
        return peers[-1]

    yield visit
    for peer in peers:
        peer.close()


# --- letting in -----------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["headers", "query"])
def test_whoever_shows_a_key_is_greeted(greeting, by):
    answer = greeting(by=by)
    assert (answer.status_code, answer.headers["content-type"]) == (
        200,
        "text/plain; charset=utf-8",
    )
    assert re.fullmatch(r"[0-9a-f]{32}:15:60:websocket", answer.text)


@pytest.mark.parametrize("by", ["headers", "query"])
@pytest.mark.parametrize("asked", [{"key": "wrong"}, {"user": "nobody"}, {"user": "", "key": ""}])
def test_others_are_refused_in_words(greeting, by, asked):
    answer = greeting(by=by, **asked)
    assert answer.status_code == 401
    assert answer.json()["error_code"] == "api_credentials_invalid"
    assert KEY not in answer.text


def test_an_id_is_good_for_one_visit(server, greeting, loop):
    ticket = greeting().text.partition(":")[0]
    first, second = Peer(loop, server.url, ticket), Peer(loop, server.url, ticket)
    first.open()
    with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
        second.open()
    assert caught.value.status == 404
    first.close()


class TestTicketsThatAreShort:
    @pytest.fixture
    def limits(self):
        return EventLimits(ticket=1e-9)

    def test_an_id_is_forgotten_after_a_while(self, server, greeting):
        ticket = greeting().text.partition(":")[0]
        answer = requests.get(
            f"{server.url}/socket.io/1/websocket/{ticket}",
            headers={
                "Connection": "Upgrade",
                "Upgrade": "websocket",
                "Sec-WebSocket-Version": "13",
                "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
            },
            timeout=ENDS_WITHIN,
        )
        assert answer.status_code == 404
        assert "GET /socket.io/1/" in answer.json()["content"]


class TestFewTickets:
    @pytest.fixture
    def limits(self):
        return EventLimits(tickets=2)

    def test_the_oldest_ids_make_room(self, server, greeting, loop):
        tickets = [greeting().text.partition(":")[0] for _ in range(3)]
        for ticket in tickets[1:]:
            Peer(loop, server.url, ticket).open().close()
        oldest = Peer(loop, server.url, tickets[0])
        with pytest.raises(aiohttp.WSServerHandshakeError):
            oldest.open()


def test_the_address_of_a_websocket_is_for_websockets(server, greeting):
    ticket = greeting().text.partition(":")[0]
    answer = requests.get(f"{server.url}/socket.io/1/websocket/{ticket}", timeout=ENDS_WITHIN)
    assert answer.status_code == 400
    assert "websockets only" in answer.json()["content"]


def test_other_ways_of_transport_are_not_there(server):
    answer = requests.get(f"{server.url}/socket.io/1/xhr-polling/x", timeout=ENDS_WITHIN)
    assert answer.status_code == 404


def test_a_measure_that_is_not_above_zero_is_refused():
    with pytest.raises(ConfigurationError, match="heartbeat"):
        EventLimits(heartbeat=0)


# --- delivery -------------------------------------------------------------------------------------


def test_an_event_is_acknowledged_and_comes_to_all_who_ask_for_it_its_sender_too(visit):
    ann, bob, carl = visit(), visit(), visit()
    ann.subscribe("topic=studio.ping")
    bob.subscribe("topic=studio.ping")
    carl.subscribe("topic=studio.pong")
    assert ann.publish("studio.ping", {"n": 1}, id="e1").success
    assert [ann.event()["data"], bob.event()["data"]] == [{"n": 1}, {"n": 1}]
    assert carl.events() == []


def test_the_acknowledgement_is_as_clients_read_it(visit):
    ann = visit()
    ann.write('5:12+::{"name": "ftrack.event", "args": [{"topic": "studio.ping"}]}')
    assert ann.read() == '6:::12+[{"success":true}]'


def test_an_event_that_asks_for_no_acknowledgement_gets_none(visit):
    ann = visit()
    ann.subscribe("topic=studio.ping")
    ann.write('5:::{"name": "ftrack.event", "args": [{"topic": "studio.ping"}]}')
    assert ann.read().startswith('5:::{"name": "ftrack.event"')


def test_an_event_comes_with_what_clients_know_and_nothing_else(visit):
    ann = visit()
    ann.subscribe("topic=studio.ping")
    ann.publish(
        "studio.ping",
        {"a": {"inReplyToEvent": 1}},
        id="e1",
        source={"id": "h1", "applicationId": "maya", "user": {"username": "mallory", "x": 1}},
        strange="member",
        inReplyToEvent="e0",
    )
    event = ann.event()
    assert event.pop("sent").endswith("+00:00")
    user = event["source"].pop("user")
    assert (user["username"], user["x"]) == ("admin", 1)
    assert re.fullmatch(r"[0-9a-f-]{36}", user["id"])
    assert event == {
        "id": "e1",
        "topic": "studio.ping",
        "data": {"a": {"inReplyToEvent": 1}},
        "source": {"id": "h1", "applicationId": "maya"},
        "target": "",
        "inReplyToEvent": "e0",
    }


@pytest.mark.parametrize(
    "expression",
    [
        "",
        "topic=studio.*",
        "topic = 'studio.ping' and data.n > 1",
        "not topic=studio.pong",
        "(topic=x or data.deep.name=Ä) and source.user.username=admin".replace("Ä", '"Ä b"'),
    ],
)
def test_expressions_of_every_kind_find_an_event(visit, expression):
    ann = visit()
    ann.subscribe(expression)
    ann.publish("studio.ping", {"n": 2, "deep": {"name": "Ä b"}})
    assert ann.event()["topic"] == "studio.ping"


@pytest.mark.parametrize(
    "expression", ["topic=studio.pong", "data.n>5", "data.none!=1", "not data.n=2"]
)
def test_and_others_do_not(visit, expression):
    ann = visit()
    ann.subscribe(expression)
    ann.publish("studio.ping", {"n": 2})
    assert ann.events() == []


def test_it_comes_once_however_many_subscriptions_ask_for_it(visit):
    ann = visit()
    ann.subscribe("topic=studio.ping", "s1")
    ann.subscribe("topic=studio.*", "s2")
    ann.publish("studio.ping")
    assert len(ann.events()) == 1


def test_a_target_is_matched_against_the_subscriber_that_asks_for_the_event(visit):
    ann, bob = visit(), visit()
    ann.subscribe("topic=studio.ping", "s1", applicationId="maya")
    ann.subscribe("topic=studio.other", "s2", applicationId="nuke")
    bob.subscribe("topic=studio.ping", "s3", applicationId="nuke")
    ann.publish("studio.ping", target="applicationId=nuke")
    assert ann.events() == []
    assert bob.event()["target"] == "applicationId=nuke"


def test_a_reply_finds_who_has_asked(visit):
    ann, bob = visit(), visit()
    ann.subscribe("topic=ftrack.meta.reply", "ann")
    bob.subscribe("topic=ftrack.meta.reply", "bob")
    bob.publish("ftrack.meta.reply", {"items": []}, target="id=ann", inReplyToEvent="e1")
    assert (ann.event()["inReplyToEvent"], bob.events()) == ("e1", [])


def test_nothing_comes_after_unsubscribing(visit):
    ann = visit()
    ann.subscribe("topic=studio.ping")
    ann.unsubscribe()
    ann.unsubscribe("never-there")
    ann.publish("studio.ping")
    assert ann.events() == []


def test_a_subscription_with_a_known_id_takes_the_place_of_the_former(visit):
    ann = visit()
    ann.subscribe("topic=studio.ping")
    ann.subscribe("topic=studio.pong")
    ann.publish("studio.ping")
    ann.publish("studio.pong")
    assert [event["topic"] for event in ann.events()] == ["studio.pong"]


def test_who_asks_and_who_no_longer_does_is_told_to_nobody(visit):
    ann, bob = visit(), visit()
    ann.subscribe("")
    bob.subscribe("topic=studio.ping")
    bob.unsubscribe()
    assert ann.events() == []


def test_a_large_event_keeps_its_place(visit):
    ann, bob = visit(), visit()
    bob.subscribe("topic=studio.size")
    for size in (1, 3 * 1024 * 1024, 2):
        ann.publish("studio.size", {"text": "x" * size})
    assert [len(bob.event()["data"]["text"]) for _ in range(3)] == [1, 3 * 1024 * 1024, 2]


def test_text_of_every_kind_is_carried(visit):
    ann = visit()
    ann.subscribe("topic=studio.text")
    text = 'Ärmel 砂 😀 \ud800 ::"\\ \n\x00'
    ann.publish("studio.text", {"text": text})
    assert ann.event()["data"]["text"] == text


# --- what is wrong --------------------------------------------------------------------------------


def subscribing(**data):
    return {"topic": "ftrack.meta.subscribe", "data": data}


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        ({"topic": ""}, "without a topic"),
        ({"data": {}}, "without a topic"),
        ({"topic": "studio.ping", "target": "id="}, "expected a value"),
        ({"topic": "studio.ping", "target": "a=1 or " * 5000}, "beyond 16384 characters"),
        ({"topic": "ftrack.meta.subscribe", "data": [1]}, "needs a subscriber with an id"),
        ({"topic": "ftrack.meta.unsubscribe"}, "needs a subscriber with an id"),
        (subscribing(subscriber={"x": 1}), "needs a subscriber with an id"),
        (subscribing(subscriber={"id": "s"}, subscription=7), "the text of an expression"),
        (subscribing(subscriber={"id": "s"}, subscription="topic="), "expected a value"),
        (subscribing(subscriber={"id": "s"}, subscription="a=1 or " * 5000), "beyond 16384"),
    ],
)
def test_what_cannot_be_done_is_answered_with_the_reason_and_harms_nobody(visit, event, reason):
    ann, bob = visit(), visit()
    for peer in (ann, bob):
        peer.subscribe("topic=studio.ping")
    ann.write(f"5:7+::{json.dumps({'name': 'ftrack.event', 'args': [event]})}")
    answer = read_acknowledgement(read_packet(ann.read()))
    assert (answer.number, answer.success) == (7, False)
    assert reason in answer.message
    ann.publish("studio.ping")
    assert [ann.event()["topic"], bob.event()["topic"]] == ["studio.ping", "studio.ping"]


@pytest.mark.parametrize(
    "text",
    ["", "nonsense", "9::", "5", "5:", "5::", "5:x+::{}", "5:::", "5:::{", "5:::[]", "5:::{}",
     '5:::{"name":"other","args":[{}]}', '5:::{"name":"ftrack.event","args":[]}',
     '5:::{"name":"ftrack.event","args":[1]}', '5:::{"name":"ftrack.event","args":[{},{}]}',
     '5:::{"name":"ftrack.event","args":[{"topic":"a","data":NaN}]}', "5:::" + "[" * 100_000],
)  # fmt: skip
def test_a_packet_that_is_none_is_answered_with_an_error_and_ends_nothing(visit, text):
    ann = visit()
    ann.write(text)
    packet = read_packet(ann.read())
    assert packet.kind is PacketKind.ERROR
    assert packet.data
    ann.subscribe("topic=studio.ping")
    ann.publish("studio.ping")
    assert ann.event()["topic"] == "studio.ping"


@pytest.mark.parametrize(
    "text", ["2", "2::", "2:::", "1::", "3:::hello", '4:::{"a":1}', "6:::7", "8::"]
)
def test_packets_that_ask_for_nothing_are_passed_over(visit, text):
    ann = visit()
    ann.write(text)
    assert ann.events() == []


def test_a_packet_of_bytes_is_passed_over(visit, loop):
    ann = visit()
    loop.run_until_complete(ann._socket.send_bytes(b"5:::{}"))
    assert ann.events() == []


def test_a_client_that_disconnects_is_let_go(visit):
    ann = visit()
    ann.write("0::")
    assert ann.is_at_its_end()


class TestSmallMeasures:
    @pytest.fixture
    def limits(self):
        return EventLimits(subscriptions=2, packet_size=10_000)

    def test_a_client_may_have_so_many_subscriptions(self, visit):
        ann, bob = visit(), visit()
        for number in (1, 2, 1):
            ann.subscribe("topic=studio.ping", f"s{number}")
        answer = ann.publish(
            "ftrack.meta.subscribe", {"subscriber": {"id": "s3"}, "subscription": ""}
        )
        assert (answer.success, answer.message) == (False, "a client may have 2 subscriptions")
        bob.subscribe("topic=studio.ping")

    def test_a_packet_that_is_too_large_ends_its_connection_only(self, visit):
        ann, bob = visit(), visit()
        bob.subscribe("topic=studio.ping")
        ann.write("5:1+::" + "x" * 20_000)
        assert ann.is_at_its_end()
        bob.publish("studio.ping")
        assert bob.event()["topic"] == "studio.ping"


# --- clients that do not take part ----------------------------------------------------------------


class TestQuickHeart:
    @pytest.fixture
    def limits(self):
        return EventLimits(heartbeat=0.02, silence=0.5)

    def test_hearts_beat(self, visit, loop):
        ann = visit()
        assert loop.run_until_complete(ann._received()) == "2::"

    def test_who_is_silent_is_dropped(self, visit):
        assert visit().is_at_its_end()

    def test_who_answers_is_not(self, visit, loop):
        ann = visit()
        for _ in range(50):
            while loop.run_until_complete(ann._received()) != "2::":
                pass
            ann.write("2::")
        ann.subscribe("topic=studio.ping")


class TestShortQueues:
    @pytest.fixture
    def limits(self):
        return EventLimits(waiting=100)

    def test_a_client_that_does_not_read_is_dropped_and_holds_up_nobody(self, visit, server):
        idle, ann, bob = visit(), visit(), visit()
        for peer in (idle, bob):
            peer.subscribe("topic=studio.size")
        sent = 0
        while sent < 400:  # far more than the system keeps for one that reads nothing
            ann.publish("studio.size", {"text": "x" * 100_000, "n": sent})
            assert bob.event()["data"]["n"] == sent
            sent += 1
        assert idle.is_at_its_end()


class TestNarrowQueues:
    @pytest.fixture
    def limits(self):
        return EventLimits(waiting_size=1_000_000)

    def test_what_waits_is_measured_too(self, visit):
        idle, ann, bob = visit(), visit(), visit()
        for peer in (idle, bob):
            peer.subscribe("topic=studio.size")
        for number in range(40):
            ann.publish("studio.size", {"text": "x" * 900_000, "n": number})
            assert bob.event()["data"]["n"] == number
        assert idle.is_at_its_end()


def test_many_events_at_once_drop_nobody_who_reads(visit):
    ann, bob = visit(), visit()
    bob.subscribe("topic=studio.count")
    for number in range(3000):
        ann.write(
            f'5:::{{"name":"ftrack.event","args":[{{"topic":"studio.count","data":{number}}}]}}'
        )
    assert [bob.event()["data"] for _ in range(3000)] == list(range(3000))


def test_a_client_that_breaks_off_leaves_nothing_behind(visit, greeting, server):
    ann = visit()
    ticket = greeting().text.partition(":")[0]
    address = urlsplit(server.url)
    with socket.create_connection((address.hostname, address.port)) as broken:
        broken.sendall(
            f"GET /socket.io/1/websocket/{ticket} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n"
            "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
        )
        assert broken.recv(12) == b"HTTP/1.1 101"
    ann.subscribe("topic=studio.ping")
    ann.publish("studio.ping")
    assert ann.event()["topic"] == "studio.ping"


# --- the end --------------------------------------------------------------------------------------


def test_the_server_ends_while_clients_are_connected_and_tells_them(studio, loop):
    with Server(studio) as server:
        headers = {"ftrack-user": "admin", "ftrack-api-key": KEY}
        peers = []
        for _ in range(3):
            greeting = requests.get(f"{server.url}/socket.io/1/", headers=headers, timeout=30)
            peers.append(Peer(loop, server.url, greeting.text.partition(":")[0]).open())
        reader = loop.run_in_executor(None, server.close)
        said = [peer.read() for peer in peers]
        ended = [peer.is_at_its_end() for peer in peers]
        loop.run_until_complete(reader)
    assert said == ["0::"] * 3
    assert ended == [True] * 3
    for peer in peers:
        peer.close()


@contextmanager
def one_that_reads_nothing(loop, server):
    """A client for whom 10 MB wait, and the packet that adds half a MB."""
    headers = {"ftrack-user": "admin", "ftrack-api-key": KEY}
    greeting = requests.get(f"{server.url}/socket.io/1/", headers=headers, timeout=30)
    idle = Peer(loop, server.url, greeting.text.partition(":")[0]).open()
    idle.subscribe("topic=studio.size")
    event = {"topic": "studio.size", "data": "x" * 500_000}
    packet = f"5:::{json.dumps({'name': 'ftrack.event', 'args': [event]})}"
    for _ in range(20):
        idle.write(packet)
    yield idle, packet
    idle.close()


def test_it_ends_though_a_client_reads_nothing(studio, loop):
    server = Server(studio).start()
    with one_that_reads_nothing(loop, server) as (idle, _):
        server.close()
        assert idle.is_at_its_end()


def test_it_ends_though_a_client_is_dropped_to_whom_it_says_farewell(studio, loop):
    server = Server(studio, events=EventLimits(waiting_size=12_000_000)).start()
    with one_that_reads_nothing(loop, server) as (idle, packet):
        ending = threading.Thread(target=server.close)
        ending.start()
        with suppress(OSError):
            while ending.is_alive():
                idle.write(packet)
        ending.join()
        assert idle.is_at_its_end()


def test_a_packet_is_written_as_it_is_read():
    for packet in (
        Packet(PacketKind.EVENT, "{}", 7, wants_ack=True),
        Packet(PacketKind.ERROR, "a: b"),
        Packet(PacketKind.HEARTBEAT),
    ):
        assert read_packet(str(packet)) == packet
