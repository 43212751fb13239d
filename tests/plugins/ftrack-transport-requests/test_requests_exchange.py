"""What follows the first request goes over a connection that is open: nobody can tell it apart.

Each answer is given to a transport that has sent nothing yet, where urllib3 opens a connection and
reads the answer, and to one whose connection is open, where it comes the short way.
"""

from __future__ import annotations

import gzip
import http.client
import json
import socket
import threading
import time
import zlib
from select import select

import pytest
from ftrack_core.errors import (
    ConnectionLostError,
    ServerError,
    TransportError,
    TransportTimeoutError,
)
from ftrack_core.ports import ConnectionSettings, Context, Credentials
from ftrack_core.testing.faulty_server import FaultyServer, drop, page, reply
from ftrack_core.testing.memory_transport import MemoryTransport
from ftrack_core.testing.transports import create, query
from ftrack_transport_requests import exchange
from ftrack_transport_requests.transport import RequestsTransport
from urllib3.connection import HTTPConnection
from urllib3.exceptions import NewConnectionError

READ = [query("select id from Project")]
WRITE = [create("Status", id="s1", name="Ready")]
ANSWER = [{"action": "query", "data": [], "metadata": {"next": {"offset": None}}}]
TEXT = json.dumps(ANSWER).encode()


def in_pieces(request):
    """Answer with a body of unknown length."""
    request.send_response(200)
    request.send_header("transfer-encoding", "chunked")
    request.end_headers()
    for piece in (TEXT[:7], TEXT[7:], b""):
        request.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))


def until_it_closes(request):
    """Answer as HTTP/1.0 does: the body ends with the connection."""
    request.protocol_version = "HTTP/1.0"
    request.send_response(200)
    request.end_headers()
    request.wfile.write(TEXT)
    request.close_connection = True


def go_on_first(request):
    """Say that the body is welcome before the answer."""
    request.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    reply(ANSWER)(request)


def no_http(request):
    request.wfile.write(b"hello there\r\n\r\n")
    request.close_connection = True


def gzip_twice(request):
    """Say how the body is packed in two lines."""
    body = gzip.compress(gzip.compress(TEXT))
    request.send_response(200)
    for _ in range(2):
        request.send_header("content-encoding", "gzip")
    request.send_header("content-length", str(len(body)))
    request.end_headers()
    request.wfile.write(body)


ANSWERS = {
    "plain": reply(ANSWER),
    "gzip": reply(gzip.compress(TEXT), content_encoding="gzip"),
    "deflate": reply(zlib.compress(TEXT), content_encoding="deflate"),
    "gzip twice": gzip_twice,
    "in pieces": in_pieces,
    "until it closes": until_it_closes,
    "100 first": go_on_first,
    "goodbye": reply(ANSWER, connection="close"),
}


def announce_another(request):
    """Send an interim answer that nobody asked for, and the answer when it is too late."""
    request.wfile.write(b"HTTP/1.1 103 Early Hints\r\n\r\n")
    time.sleep(0.1)
    reply([{"action": "query", "data": ["another's"], "metadata": {}}])(request)


FAULTS = {
    "103": announce_another,
    "dropped": drop,
    "broken off": reply(b'[{"action"', length=500),
    "damaged": reply(b"no gzip at all", content_encoding="gzip"),
    "no HTTP": no_http,
    "502": page(502, "Bad Gateway"),
    "429": page(429, "Slow down"),
    "moved": reply(b"", 301, location="https://other/api?x=1"),
    "refused": reply({"exception": "ValidationError", "content": "no"}),
}


@pytest.fixture
def server():
    with FaultyServer(MemoryTransport()) as server:
        yield server


@pytest.fixture
def connect(server):
    made = []

    def connect(*, is_open, **settings):
        context = Context(server.url, "ann", ConnectionSettings(**settings))
        transport = RequestsTransport(context, Credentials("ann", "secret-key-7f3a"))
        made.append(transport)
        if is_open:
            transport.execute(READ)
        return transport

    yield connect
    for transport in made:
        transport.close()


@pytest.fixture
def short_ways(monkeypatch):
    """Collect what came the short way; None for each request that did not."""
    came = []
    exchanged = exchange.exchanged

    def noted(*arguments):
        came.append(None)
        came[-1] = exchanged(*arguments)
        return came[-1]

    monkeypatch.setattr("ftrack_transport_requests.adapter.exchanged", noted)
    return came


def failure(transport):
    with pytest.raises(TransportError) as caught:
        transport.execute(WRITE)
    return type(caught.value), vars(caught.value), str(caught.value)


def test_the_first_request_opens_a_connection_and_the_others_go_the_short_way(connect, short_ways):
    transport = connect(is_open=True)
    transport.execute(READ)
    transport.execute(WRITE)
    first, *others = short_ways
    assert first is None
    assert [one.status for one in others] == [200, 200]


def test_the_server_is_sent_the_same_whatever_way_it_comes(connect, server, short_ways):
    connect(is_open=True, headers={"x-studio": "Ålesund"}).execute(READ)
    first, second = (one.requestline + "\n" + str(one.headers) for one in server.requests)
    assert short_ways[1] is not None
    assert second == first


def test_a_batch_leaves_with_its_head_in_one_piece(connect, monkeypatch):
    transport = connect(is_open=True)
    sent = []
    sendall = socket.socket.sendall
    monkeypatch.setattr(
        socket.socket, "sendall", lambda self, data: sent.append(data) or sendall(self, data)
    )
    transport.execute(READ)
    (request,) = [data for data in sent if data.startswith(b"POST")]
    assert request.endswith(b'"select id from Project"}]')


def test_the_way_to_a_server_does_not_show_the_key(connect):
    transport = connect(is_open=True)
    (way,) = transport._connection._ways.values()
    assert b"secret-key-7f3a" in way.head
    assert "secret-key-7f3a" not in repr(way)


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
@pytest.mark.parametrize("is_open", [False, True], ids=["new", "open"])
def test_an_answer_is_read_in_whatever_form_it_comes(connect, server, answer, is_open):
    transport = connect(is_open=is_open)
    server.script = [answer]
    assert transport.execute(WRITE) == ANSWER
    assert transport.execute(READ) == ANSWER  # what comes next is not mixed up with it


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_fault_is_told_in_the_same_words(connect, server, fault):
    new, opened = connect(is_open=False), connect(is_open=True)
    server.script = [fault, fault]
    assert failure(opened) == failure(new)


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_after_a_fault_the_next_request_is_answered(connect, server, fault):
    transport = connect(is_open=True)
    server.script = [fault]
    failure(transport)
    assert transport.execute(READ) == ANSWER


@pytest.mark.parametrize("is_open", [False, True], ids=["new", "open"])
def test_an_answer_is_waited_for_longer_than_a_connection(connect, server, is_open):
    transport = connect(is_open=is_open, connect_timeout=0.6, timeout=20)
    if is_open:  # as urllib3 1.26 leaves it
        (way,) = transport._open()._ways.values()
        way.pool.pool.queue[-1].timeout = 0.6
    server.script = [lambda request: (time.sleep(1.2), reply(ANSWER)(request))]
    assert transport.execute(WRITE) == ANSWER


@pytest.mark.parametrize("is_open", [False, True], ids=["new", "open"])
def test_no_answer_in_time_gives_the_connection_up(connect, server, is_open):
    transport = connect(is_open=is_open, timeout=1.0)
    go_on = threading.Event()
    server.script = [lambda request: (go_on.wait(20), reply([{"action": "late"}])(request))]
    with pytest.raises(TransportTimeoutError, match="did not answer in time") as caught:
        transport.execute(WRITE)
    go_on.set()
    assert caught.value.sent is True
    assert transport.execute(READ) == ANSWER  # and not what came too late
    late, next_one = server.requests[-2:]
    assert late.client_address != next_one.client_address


def test_a_server_that_closed_the_connection_meanwhile_is_asked_by_a_new_one(
    connect, server, short_ways
):
    transport = connect(is_open=True)
    server.script = [lambda request: (reply(ANSWER)(request), drop(request))]
    transport.execute(READ)
    (way,) = transport._open()._ways.values()
    kept = way.pool.pool.queue[-1]
    assert select([kept.sock], [], [], 10)[0]  # the server's farewell is here
    assert transport.execute(READ) == ANSWER
    assert short_ways[-1] is None
    assert len(server.requests) == 3


def test_an_interrupted_request_leaves_no_half_answer_behind(connect, server, monkeypatch):
    transport = connect(is_open=True)

    def interrupted(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(http.client.HTTPResponse, "begin", interrupted)
        with pytest.raises(KeyboardInterrupt):
            transport.execute(READ)
    assert transport.execute(READ) == ANSWER
    cut_off, next_one = server.requests[-2:]
    assert cut_off.client_address != next_one.client_address


@pytest.mark.parametrize("fault", [BrokenPipeError, ConnectionResetError])
def test_who_refuses_a_large_body_before_all_of_it_came_is_heard(
    connect, server, monkeypatch, fault
):
    transport = connect(is_open=True)
    request = HTTPConnection.request

    def cut_short(*arguments, **named):
        request(*arguments, **named)
        raise fault

    monkeypatch.setattr(HTTPConnection, "request", cut_short)
    server.script = [reply({"exception": "TooLarge", "content": "no"}, 413)]
    with pytest.raises(ServerError, match="TooLarge"):
        transport.execute(WRITE)


def test_a_length_in_the_settings_is_no_bodys(connect, server):
    transport = connect(is_open=True, headers={"Content-Length": "5"})
    assert transport.execute(WRITE)[0]["action"] == "create"
    assert [one.headers.get_all("content-length") for one in server.requests] == [
        [str(len(one.body))] for one in server.requests
    ]


def test_a_connection_that_comes_back_to_a_pool_that_was_closed_is_closed(connect, server):
    transport = connect(is_open=True)
    (way,) = transport._connection._ways.values()

    def answer_when_it_is_closed(request):
        way.pool.close()
        reply(ANSWER)(request)

    server.script = [answer_when_it_is_closed]
    idle = way.pool.pool
    assert transport.execute(WRITE) == ANSWER
    assert not [one for one in idle.queue if one is not None and one.sock is not None]


def test_by_a_proxy_everything_goes_the_long_way(connect, server, short_ways):
    transport = connect(is_open=True, proxy=server.url)
    assert transport.execute(READ) == ANSWER
    assert short_ways == [None, None]


def test_connections_of_another_kind_are_left_to_urllib3(connect, server, short_ways):
    """Such as those over HTTP/2, which a program can set up for all of urllib3."""

    another = type("HTTP2Connection", (HTTPConnection,), {"__module__": "urllib3.http2.connection"})
    transport = connect(is_open=True)
    (way,) = transport._open()._ways.values()
    way.pool.ConnectionCls = another
    assert transport.execute(READ) == ANSWER
    assert short_ways == [None, None]


@pytest.mark.parametrize("is_open", [False, True], ids=["new", "open"])
def test_what_the_caller_was_handling_says_nothing_of_this_request(connect, server, is_open):
    """A commit in an except block that is lost must not pass for one that was never sent."""
    transport = connect(is_open=is_open)
    server.script = [drop]
    try:
        raise NewConnectionError(None, "another server is down")
    except NewConnectionError:
        with pytest.raises(ConnectionLostError) as lost:
            transport.execute(WRITE)
    assert lost.value.sent is True
