"""What is no HTTP, and clients that break off: a short answer, no trace, nothing left over."""

from __future__ import annotations

import gc
import logging
import socket
import sys
import threading
import time
from contextlib import contextmanager
from urllib.parse import urlencode, urlsplit

import pytest
import requests
from ftrack_embedded import Caller, Server, Studio
from ftrack_embedded.engine.batch import writes
from ftrack_embedded.http import answer
from ftrack_embedded.http import server as server_module

KEY = "a-key-for-tests"
ENDS_WITHIN = 60
"""In seconds; what waits here ends at once or never."""
LARGE = 8 * 1024 * 1024
"""In bytes: more than the system keeps for a client that reads nothing."""
ENDINGS = 10
"""Of servers; each was enough in more than half of the tries."""
KNOCKS_FOR = 0.2
"""In seconds: what the system has not let in by then it drops without a word."""
LONGEST = 400
"""In bytes: an answer to what is no HTTP."""


@pytest.fixture
def studio():
    with Studio() as studio:
        studio.register_api_key("admin", KEY)
        row = {"id": "c1", "name": "large"}
        create = {"action": "create", "entity_type": "FileComponent", "entity_data": row}
        studio.execute([create])
        with studio.files.receive() as receiver:
            receiver.write(bytes(LARGE))
            studio.files.keep("c1", receiver.finish())
        yield studio


@pytest.fixture
def server(studio):
    with Server(studio) as server:
        yield server


def signalled(monkeypatch, owner, name):
    """Return an event that is set when function *name* of *owner* is called."""
    original, begun = getattr(owner, name), threading.Event()

    def call(*arguments, **named):
        begun.set()
        return original(*arguments, **named)

    monkeypatch.setattr(owner, name, call)
    return begun


@contextmanager
def connected(server, *lines, body=b""):
    """A connection on which *lines* and *body* were sent."""
    address = urlsplit(server.url)
    with socket.create_connection((address.hostname, address.port), timeout=ENDS_WITHIN) as one:
        one.sendall("\r\n".join((*lines, "", "")).encode("latin-1") + body)
        yield one


def answered(connection):
    """All that comes until the server closes the connection."""
    return b"".join(iter(lambda: connection.recv(65536), b""))


def is_well(server):
    headers = {"ftrack-user": "admin", "ftrack-api-key": KEY}
    answer = requests.post(f"{server.url}/api", json=[], headers=headers, timeout=ENDS_WITHIN)
    return answer.json() == []


# --- what is no HTTP ---------------------------------------------------------------------------

POST = "POST /api HTTP/1.1", "Host: x"
NO_HTTP = {
    "no request": ("NONSENSE",),
    "another version": ("GET / HTTP/9.9", "Host: x"),
    "encrypted": ("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",),
    "no header": ("GET / HTTP/1.1", "Host x"),
    "a zero in a header": ("GET / HTTP/1.1", "Host: x", "A\x00B: c"),
    "a long header": ("GET / HTTP/1.1", "Host: x", f"ftrack-api-key: {'k' * 20_000}"),
    "a long address": (f"GET /{'a' * 20_000} HTTP/1.1", "Host: x"),
    "no address": ("GET http://[ HTTP/1.1", "Host: x"),
    "a negative length": (*POST, "Content-Length: -5"),
    "no length": (*POST, "Content-Length: five"),
    "two lengths": (*POST, "Content-Length: 5", "Content-Length: 6"),
    "a length and pieces": (*POST, "Content-Length: 5", "Transfer-Encoding: chunked"),
}


@pytest.mark.parametrize("lines", NO_HTTP.values(), ids=NO_HTTP)
def test_what_is_no_http_gets_a_short_answer_and_the_connection_is_closed(server, lines):
    with connected(server, *lines) as connection:
        answer = answered(connection)
    # Old releases of aiohttp answer nothing where there is no address, and close the connection.
    is_old = not answer and lines == NO_HTTP["no address"]
    assert is_old or answer.startswith(b"HTTP/1.0 400 ")
    assert len(answer) < LONGEST
    for told in (b"Traceback", b"File ", b".py", b"k" * 200):
        assert told not in answer
    assert is_well(server)


def test_a_body_in_broken_pieces_gets_one_too(server):
    with connected(server, *POST, "Transfer-Encoding: chunked", body=b"zz\r\n") as connection:
        answer = answered(connection)
    assert answer.startswith(b"HTTP/1.0 400 ")
    assert len(answer) < LONGEST
    assert is_well(server)


def test_lines_without_anything_in_them_get_no_answer_and_do_no_harm(server):
    with connected(server, "", "", "") as connection:
        connection.shutdown(socket.SHUT_WR)
        assert answered(connection) == b""
    assert is_well(server)


# --- who breaks off ----------------------------------------------------------------------------


@pytest.fixture
def told(caplog, server):
    """What was logged as an error when the server has ended."""

    def close():
        assert is_well(server)
        server.close()
        return complaints(caplog)

    return close


def complaints(caplog):
    return [one.getMessage() for one in caplog.records if one.levelno >= logging.WARNING]


def test_a_client_that_leaves_in_the_middle_of_a_file_is_no_error(server, told):
    query = urlencode({"id": "c1", "username": "admin", "apiKey": KEY})
    with connected(server, f"GET /component/get?{query} HTTP/1.1", "Host: x") as connection:
        assert connection.recv(15) == b"HTTP/1.1 200 OK"
    assert told() == []


def test_a_client_that_leaves_while_it_sends_a_file_leaves_nothing_behind(
    server, studio, told, monkeypatch
):
    wanted = {"action": "get_upload_metadata", "component_id": "c2", "file_size": LARGE}
    (address,) = studio.execute([wanted | {"file_name": "x.bin"}])
    path = address["url"].removeprefix(server.url)
    incoming = studio.files.folder / "incoming"
    begun = signalled(monkeypatch, studio.files, "receive")
    head = f"PUT {path} HTTP/1.1", "Host: x", f"Content-Length: {LARGE}"
    with connected(server, *head, body=bytes(100_000)):
        assert begun.wait(ENDS_WITHIN)
    assert told() == []
    assert list(incoming.iterdir()) == []
    assert not studio.files.has("c2")


@pytest.mark.parametrize("path", ["/api", "/user/sign_in"])
def test_a_client_that_leaves_while_it_sends_a_batch_is_no_error(server, told, path):
    kind = "Content-Type: application/x-www-form-urlencoded"
    with connected(
        server, f"POST {path} HTTP/1.1", "Host: x", kind, "Content-Length: 1000", body=b"[{"
    ):
        pass
    assert told() == []


def test_a_batch_is_carried_out_although_its_client_has_left(server, studio, told, monkeypatch):
    batch = b'[{"action": "create", "entity_type": "Scope", "entity_data": {"name": "meanwhile"}}]'
    who = "ftrack-user: admin", f"ftrack-api-key: {KEY}", f"Content-Length: {len(batch)}"
    begun = signalled(monkeypatch, studio, "execute")
    heard = []
    studio.add_listener(heard.append)
    with studio.writing(Caller()), connected(server, *POST, *who, body=batch):
        assert begun.wait(ENDS_WITHIN)
    assert told() == []
    assert [one.entity_type for record in heard for one in record.entities] == ["Scope"]


def test_a_server_that_ends_lets_a_request_end_whose_client_has_left(
    server, studio, caplog, monkeypatch
):
    batch = b'[{"action": "create", "entity_type": "Scope", "entity_data": {"name": "at last"}}]'
    who = "ftrack-user: admin", f"ftrack-api-key: {KEY}", f"Content-Length: {len(batch)}"
    begun, go_on = threading.Event(), threading.Event()

    def wait(operations):
        begun.set()
        assert go_on.wait(ENDS_WITHIN)
        return writes(operations)

    monkeypatch.setattr(answer, "writes", wait)
    with connected(server, *POST, *who, body=batch):
        assert begun.wait(ENDS_WITHIN)
    with connected(server, "GET / HTTP/1.1", "Host: x") as idle:
        assert idle.recv(1)
        ending = threading.Thread(target=server.close)
        ending.start()
        answered(idle)  # until the server closes what is idle
    go_on.set()
    ending.join()
    assert complaints(caplog) == []
    query = {"action": "query", "expression": "Scope where name is 'at last'"}
    assert len(studio.execute([query])[0]["data"]) == 1


def complaints_of_the_collector(monkeypatch):
    """What Python says of connections, and of anything else, that nobody has closed."""
    gc.collect()  # what other tests have left is theirs
    forgotten = []
    monkeypatch.setattr(sys, "unraisablehook", forgotten.append)
    return forgotten


def knock(server):
    """Connect again and again until nobody listens."""
    address = urlsplit(server.url)
    while True:
        try:
            socket.create_connection((address.hostname, address.port), KNOCKS_FOR).close()
        except OSError:
            return


def test_a_server_that_ends_forgets_nobody_whom_it_has_accepted(studio, monkeypatch):
    """asyncio forgets those who are accepted in the turn of the loop in which it closes."""
    forgotten = complaints_of_the_collector(monkeypatch)
    for _ in range(ENDINGS):
        with Server(studio) as server:
            clients = [threading.Thread(target=knock, args=(server,)) for _ in range(2)]
            for client in clients:
                client.start()
            time.sleep(0.02)  # let them come in great numbers
        for client in clients:
            client.join()
    gc.collect()
    assert forgotten == []


def test_a_server_that_ends_cuts_off_who_reads_nothing(studio, monkeypatch):
    forgotten = complaints_of_the_collector(monkeypatch)
    monkeypatch.setattr(server_module, "_GRACE", 0.2)
    query = urlencode({"id": "c1", "username": "admin", "apiKey": KEY})
    server = Server(studio).start()
    with connected(server, f"GET /component/get?{query} HTTP/1.1", "Host: x") as connection:
        assert connection.recv(15) == b"HTTP/1.1 200 OK"
        server.close()
        assert len(answered(connection)) < LARGE
    gc.collect()
    assert forgotten == []
