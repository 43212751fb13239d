"""The hub over the event server's socket: connecting, and what it says to a server."""

from __future__ import annotations

import logging
import socket
import subprocess
import sys
import threading
import traceback

import pytest
from aiohttp import WSMsgType, web
from ftrack_core.errors import ConfigurationError, EventError
from ftrack_core.ports import Context, Credentials, Event, EventHub, Subscription
from ftrack_core.testing.hubs import EventHubSuite
from ftrack_events import plugin
from ftrack_events.errors import EventCredentialsError

KEY = "the-secret-key-of-admin"
ENDS_WITHIN = 30
"""In seconds; what waits here ends at once or never."""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class TestSocketHub(EventHubSuite):
    @pytest.fixture
    def hubs(self, server):
        context, credentials = Context(server.url, "admin"), Credentials("admin", KEY)
        return lambda: plugin.ftrack_create_event_hub(context, credentials)


# --- making one -----------------------------------------------------------------------------------


def test_the_hook_makes_a_hub_that_opens_nothing(make):
    hub = make("https://studio.invalid")
    hub.subscribe(Subscription("topic=studio.ping", print))
    assert isinstance(hub, EventHub)
    assert not hub.connected
    assert repr(hub) == "<SocketHub to https://studio.invalid, not connected>"


def test_the_library_is_imported_when_a_hub_connects_and_not_before(server):
    program = f"""
import sys
from ftrack_core.ports import Context, Credentials, Subscription
from ftrack_events import plugin
context, credentials = Context({server.url!r}, "admin"), Credentials("admin", {KEY!r})
hub = plugin.ftrack_create_event_hub(context, credentials)
hub.subscribe(Subscription("topic=studio.ping", print))
before = "websocket" in sys.modules
hub.connect(print)
print(before, "websocket" in sys.modules)
hub.close()
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False True"


def test_an_address_that_is_none_is_refused():
    context = Context("https://ann:secret@studio.example", "ann")
    with pytest.raises(ConfigurationError, match="leave them out"):
        plugin.ftrack_create_event_hub(context, Credentials("ann", KEY))


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"atempts": 3}, "no option 'atempts'. Did you mean 'attempts'"),
        ({"attempts": -1}, "attempts is a number from 0 on"),
        ({"attempts": True}, "attempts is a number from 0 on"),
        ({"waiting": 0}, "waiting is a number from 1 on"),
        ({"first_delay": "1"}, "first_delay is a number from 0 on, such as 1.0, not '1'"),
        ({"silence": float("nan")}, "silence is a number from 0 on"),
    ],
)
def test_senseless_options_are_refused(make, options, reason):
    with pytest.raises(ConfigurationError, match=reason):
        make("https://studio.example", **options)


# --- connecting -----------------------------------------------------------------------------------


def test_a_wrong_key_is_told_without_the_key(make, server):
    hub = make(server.url, key="a-key-that-nobody-has")
    with pytest.raises(EventCredentialsError, match=r"does not accept .* \(HTTP 401") as caught:
        hub.connect(print)
    assert "a-key-that" not in "".join(traceback.format_exception(caught.value))
    assert not hub.connected


def test_a_server_that_is_not_there_is_told(make):
    hub = make(f"http://127.0.0.1:{free_port()}")
    with pytest.raises(EventError, match=r"no connection to http://127\.0\.0\.1:\d+ \(Connection"):
        hub.connect(print)
    assert not hub.connected


def test_a_name_that_leads_nowhere_is_told(make):
    with pytest.raises(EventError, match=r"no connection to http://studio\.invalid"):
        make("http://studio.invalid").connect(print)


@pytest.mark.parametrize(
    ("greeting", "reason"),
    [
        ("<html>Welcome</html>", "something else than an event server's greeting"),
        ("", "something else than an event server's greeting"),
        ("../x:15:60:websocket", "something else than an event server's greeting"),
        ("abc:15:60:xhr-polling,jsonp-polling", "takes no websockets"),
        (lambda _: web.Response(status=404), "there is no event server at .* is the address right"),
        (lambda _: web.Response(status=503), r"lets nobody in \(HTTP 503 Service Unavailable\)"),
        (
            lambda _: web.Response(status=302, headers={"Location": "/x?key=1"}),
            "sends its visitors",
        ),
    ],
)
def test_who_does_not_greet_as_an_event_server_is_told(make, scripted, greeting, reason):
    scripted.greeting = greeting
    hub = make(scripted.url)
    with pytest.raises(EventError, match=reason):
        hub.connect(print)
    assert not hub.connected


def test_a_server_that_says_nothing_after_the_upgrade_is_given_up(make, scripted):
    async def say_nothing(visit):
        await visit.until_closed()

    scripted.script(say_nothing)
    with pytest.raises(EventError, match="does not say that we are connected"):
        make(scripted.url, silence=0.05).connect(print)


@pytest.mark.parametrize(("said", "reason"), [("7:::too many", "too many"), ("0::", "ended it")])
def test_one_that_will_not_have_us_says_why(make, scripted, said, reason):
    async def refuse(visit):
        await visit.send(said)
        await visit.until_closed()

    scripted.script(refuse)
    with pytest.raises(EventError, match=f"no connection to the event server.*{reason}"):
        make(scripted.url).connect(print)


def test_a_prefix_of_the_address_is_kept(make, scripted):
    """The official hub leaves it out."""
    scripted.greeting = "such_an~id:15:60:websocket"
    make(scripted.url + "/prefix/").connect(print)
    assert [one.path for one in scripted.requests] == [
        "/prefix/socket.io/1/",
        "/prefix/socket.io/1/websocket/such_an~id",
    ]


def test_an_id_that_the_server_does_not_know_again_is_told(make):
    """As when a proxy spreads requests over several servers."""
    with pytest.raises(EventError, match=r"no event server at .* \(HTTP 404"), Forgetful() as url:
        make(url).connect(print)


class Forgetful:
    """An address of which each request is answered by a server that knows nothing of others."""

    def __enter__(self):
        from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                known = self.path == "/socket.io/1/"
                body = b"abc:15:60:websocket" if known else b"unknown " + KEY.encode()
                self.send_response(200 if known else 404)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()
        return f"http://127.0.0.1:{self._server.server_port}"

    def __exit__(self, *_):
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def test_connecting_twice_is_an_error(listen, server):
    with pytest.raises(EventError, match="connected already"):
        listen(server.url).hub.connect(print)


def test_the_key_is_in_one_request_and_nowhere_else(receive, scripted, caplog):
    caplog.set_level(logging.DEBUG)

    async def answer(visit):
        await visit.greet()
        await visit.send("nonsense")
        await visit.event("studio.ping")

    scripted.script(answer)
    hub, _ = receive(scripted.url, "topic=studio.ping")
    hub.send(Event("studio.ping"))
    scripted.heard()
    hub.close()
    greeting, upgrade = scripted.requests[:2]
    assert greeting.headers["ftrack-api-key"] == KEY
    assert "ftrack-api-key" not in upgrade.headers
    told = [str(one.rel_url) for one in scripted.requests] + [repr(hub), repr(vars(hub))]
    assert KEY not in "".join(told) + caplog.text


# --- what is said to a server ---------------------------------------------------------------------


def test_subscriptions_are_announced_first_and_then_events_go_out(receive, scripted):
    async def listen(visit):
        await visit.greet()
        return [(await visit.packet())[2] for _ in range(3)]

    scripted.script(listen)
    hub, _ = receive(scripted.url, "topic = studio.ping and data.n=1", "topic=studio.pong")
    hub.send(Event("studio.ping", {"n": 1}, id="e1", source={"id": "x"}, in_reply_to_event="e0"))
    first, second, event = scripted.heard()
    assert [one["topic"] for one in (first, second)] == ["ftrack.meta.subscribe"] * 2
    assert first["data"] == {
        "subscriber": {"id": "s0"},
        "subscription": "topic = studio.ping and data.n=1",
    }
    assert event == {
        "id": "e1",
        "topic": "studio.ping",
        "data": {"n": 1},
        "source": {"id": "x"},
        "target": "",
        "sent": None,
        "inReplyToEvent": "e0",
    }


def test_each_subscription_is_announced_once_also_while_it_connects(receive, scripted):
    """The official hub announces those twice that are made between its two steps."""

    async def listen(visit):
        await visit.greet()
        found = []
        while not found or found[-1] != "studio.last":
            found.append((await visit.packet())[2]["topic"])
        return found

    scripted.script(listen)
    hub, _ = receive(scripted.url, "topic=a", "topic=b")
    hub.subscribe(Subscription("topic=c", print))
    hub.send(Event("studio.last"))
    assert scripted.heard() == ["ftrack.meta.subscribe"] * 3 + ["studio.last"]


def test_only_what_has_changed_of_a_subscription_is_told(receive, scripted):
    async def listen(visit):
        await visit.greet()
        return [(await visit.packet())[2] for _ in range(5)]

    scripted.script(listen)
    hub, _ = receive(scripted.url, "topic=a")
    hub.subscribe(Subscription("topic=a", repr, priority=3, id="s0"))
    hub.subscribe(Subscription("topic=b", print, id="s0"))
    hub.unsubscribe("s0")
    hub.unsubscribe("s0")
    hub.send(Event("studio.last"))
    said = scripted.heard()
    assert [one["topic"].rpartition(".")[2] for one in said] == [
        *("subscribe", "unsubscribe", "subscribe", "unsubscribe", "last")
    ]
    assert said[2]["data"]["subscription"] == "topic=b"
    assert said[3]["data"] == {"subscriber": {"id": "s0"}}


def test_metadata_goes_to_the_server_and_is_left_as_it_was(make, scripted):
    async def listen(visit):
        await visit.greet()
        return (await visit.packet())[2]

    scripted.script(listen)
    hub, metadata = make(scripted.url), {"applicationId": "maya"}
    hub.subscribe(Subscription("topic=a", print, id="s1", metadata=metadata))
    hub.connect(print)
    assert scripted.heard()["data"]["subscriber"] == {"applicationId": "maya", "id": "s1"}
    assert metadata == {"applicationId": "maya"}


@pytest.mark.parametrize("value", [object(), {1, 2}, float("nan")])
def test_what_no_server_could_carry_is_refused_where_it_is_given(listen, server, value):
    hub = listen(server.url).hub
    with pytest.raises(EventError, match=r"studio\.ping was not sent: its data must be what JSON"):
        hub.send(Event("studio.ping", {"value": value}))
    with pytest.raises(EventError, match="must be what JSON can hold"):
        hub.subscribe(Subscription("topic=a", print, metadata={"value": value}))


def test_heartbeats_are_answered(receive, scripted):
    async def beat(visit):
        await visit.greet()
        await visit.send("2::")
        return await visit.socket.receive_str()

    scripted.script(beat)
    receive(scripted.url)
    assert scripted.heard() == "2::"


def test_an_event_whose_sender_wants_to_know_is_acknowledged(receive, scripted):
    async def ask(visit):
        await visit.greet()
        await visit.send_event(7, topic="studio.ping")
        while not (text := await visit.socket.receive_str()).startswith("6"):
            pass
        return text

    scripted.script(ask)
    receive(scripted.url, "topic=studio.ping")
    assert scripted.heard() == "6:::7"


def test_a_refused_event_is_told_in_the_log_with_the_reason(receive, scripted, caplog):
    async def refuse(visit):
        await visit.greet()
        while (found := await visit.packet(confirms=False))[2]["topic"] != "studio.ping":
            await visit.send(f'6:::{found[1]}+[{{"success":true}}]')
        await visit.send(f'6:::{found[1]}+[{{"success":false,"message":"not on Sundays"}}]')
        await visit.send_event(topic="studio.done")
        await visit.until_closed()

    scripted.script(refuse)
    hub, events = receive(scripted.url, "topic=studio.done")
    hub.send(Event("studio.ping"))
    events.get(timeout=ENDS_WITHIN)
    assert "has refused studio.ping: not on Sundays" in caplog.text
    assert hub.connected


def test_a_refused_subscription_is_told_in_the_log(receive, scripted, caplog):
    async def refuse(visit):
        await visit.greet()
        _, number, _ = await visit.packet(confirms=False)
        await visit.send(f'6:::{number}+[{{"success":false,"message":"it is taken"}}]')
        await visit.send_event(topic="studio.done")
        await visit.until_closed()

    scripted.script(refuse)
    _, events = receive(scripted.url, "topic=studio.done")
    events.get(timeout=ENDS_WITHIN)
    assert "has refused subscription 's0': it is taken" in caplog.text


# --- what comes from a server ---------------------------------------------------------------------


def test_an_event_may_hold_more_than_we_know_and_its_data_is_left_alone(receive, scripted):
    async def send(visit):
        await visit.greet()
        await visit.send_event(
            topic="studio.ping", id="e1", strange=1, inReplyToEvent="e0", data={"inReplyToEvent": 2}
        )
        await visit.until_closed()

    scripted.script(send)
    _, events = receive(scripted.url, "topic=studio.ping")
    event = events.get(timeout=ENDS_WITHIN)
    assert (event.id, event.in_reply_to_event) == ("e1", "e0")
    assert event.data == {"inReplyToEvent": 2}


def test_an_event_that_comes_twice_is_received_once(receive, scripted):
    async def send(visit):
        await visit.greet()
        for number in ("e1", "e1", "e2"):
            await visit.send_event(topic="studio.ping", id=number)
        await visit.until_closed()

    scripted.script(send)
    _, events = receive(scripted.url, "topic=studio.ping")
    assert [events.get(timeout=ENDS_WITHIN).id for _ in range(2)] == ["e1", "e2"]


def test_messages_in_pieces_and_pings_between_them_are_read(receive, scripted):
    async def send(visit):
        await visit.greet()
        raw = visit.request.transport
        raw.write(b"\x01\x045:::")  # a text that goes on
        raw.write(b"\x89\x02hi")  # a ping
        rest = b'{"name":"ftrack.event","args":[{"topic":"studio.ping"}]}'
        for byte in bytes([0x80, len(rest)]) + rest:
            raw.write(bytes([byte]))
        await visit.until_closed()

    scripted.script(send)
    _, events = receive(scripted.url, "topic=studio.ping")
    assert events.get(timeout=ENDS_WITHIN).topic == "studio.ping"


def test_a_ping_is_answered(receive, scripted):
    async def ping(visit):
        await visit.greet()
        visit.socket._autoping = False
        await visit.socket.ping(b"are you there")
        while (message := await visit.socket.receive()).type is not WSMsgType.PONG:
            pass
        return message.data

    scripted.script(ping)
    receive(scripted.url)
    assert scripted.heard() == b"are you there"


def test_a_large_event_is_read_and_written(listen, server):
    ann, bob = listen(server.url), listen(server.url, "topic=studio.size")
    text = "ä" * 2_000_000
    ann.hub.send(Event("studio.size", {"text": text}))
    assert bob.next().data["text"] == text


def test_the_server_says_who_sent_an_event_and_when(listen, server):
    ann = listen(server.url, "topic=studio.ping")
    ann.hub.send(Event("studio.ping", source={"id": "s1", "user": {"username": "mallory"}}))
    event = ann.next()
    assert (event.source["id"], event.source["user"]["username"]) == ("s1", "admin")
    assert event.sent.endswith("+00:00")
