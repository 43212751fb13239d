"""Files over HTTP: sent and received in pieces, and the key never to a stranger."""

from __future__ import annotations

import io
import logging

import pytest
from ftrack_core.errors import ConnectionLostError, TransportError
from ftrack_core.ports import ConnectionSettings, Context, Credentials
from ftrack_core.testing.faulty_server import FaultyServer, echo, reply
from ftrack_core.testing.memory_transport import MemoryTransport
from ftrack_transport_requests.transport import RequestsTransport

KEY = "secret-key-7f3a"


@pytest.fixture
def server():
    with FaultyServer(MemoryTransport()) as server:
        yield server


@pytest.fixture
def connect(server):
    made = []

    def connect(**settings):
        context = Context(server.url, "ann", ConnectionSettings(**settings))
        made.append(RequestsTransport(context, Credentials("ann", KEY)))
        return made[-1]

    yield connect
    for transport in made:
        transport.close()


@pytest.fixture
def transport(connect):
    return connect()


class Unseekable(io.RawIOBase):
    """A pipe: readable, of unknown length."""

    def __init__(self, data):
        self._file = io.BytesIO(data)

    def readable(self):
        return True

    def read(self, size=-1):
        return self._file.read(size)

    def tell(self):
        raise OSError("a pipe has no position")


@pytest.mark.parametrize(
    ("body", "length"),
    [
        (b"some bytes", "10"),
        (io.BytesIO(b"some bytes"), "10"),
        (iter([b"some ", b"bytes"]), None),
        (Unseekable(b"some bytes"), None),
    ],
    ids=["bytes", "file", "iterator", "pipe"],
)
def test_a_body_may_be_bytes_a_file_or_an_iterator(transport, server, body, length):
    server.script = [echo]
    response = transport.stream("PUT", "/upload", body=body)
    assert response.status == 200
    assert b"".join(response.iter_bytes(4)) == b"some bytes"
    assert server.requests[0].headers["content-length"] == length
    response.close()


def test_the_query_of_an_upload_is_not_logged(transport, server, caplog):
    """Whoever knows it may send the file."""
    caplog.set_level(logging.DEBUG)
    server.script = [echo]
    transport.stream("PUT", "/upload/c1?token=t-0123456789", body=b"x").close()
    assert server.requests[0].path == "/upload/c1?token=t-0123456789"
    assert "/upload/c1" in caplog.text
    assert "t-0123456789" not in caplog.text


def test_an_iterator_whose_length_is_known_is_sent_with_it(transport, server):
    """A storage that is reached by a signed URL takes no chunked body."""
    server.script = [echo]
    body = iter([b"some ", b"bytes"])
    transport.stream("PUT", "/upload", {"Content-Length": "10"}, body).close()
    (request,) = server.requests
    assert request.headers["content-length"] == "10"
    assert request.headers["transfer-encoding"] is None
    assert request.body == b"some bytes"


def test_an_empty_file_has_the_length_nought(transport, server):
    server.script = [echo]
    transport.stream("PUT", "/upload", body=io.BytesIO()).close()
    assert server.requests[0].headers["content-length"] == "0"


def test_a_large_body_arrives_in_pieces_of_at_most_the_size_asked_for(transport, server):
    data = bytes(range(256)) * 4096
    server.script = [reply(data)]
    response = transport.stream("GET", "component/get?id=c")
    pieces = list(response.iter_bytes(100_000))
    assert b"".join(pieces) == data
    assert max(map(len, pieces)) <= 100_000
    assert server.requests[0].path == "/component/get?id=c"


def test_a_missing_file_is_an_answer_and_no_error(transport, server):
    server.script = [reply(b"gone", 404)]
    response = transport.stream("GET", "/component/get?id=c")
    assert response.status == 404
    assert response.headers["Content-Length"] == response.headers["content-length"] == "4"


def test_a_download_that_breaks_off_is_noticed(transport, server):
    server.script = [reply(b"half", length=8)]
    response = transport.stream("GET", "/component/get?id=c")
    with pytest.raises(ConnectionLostError):
        list(response.iter_bytes())


def test_an_error_of_the_callers_own_file_is_passed_on(transport, server):
    def broken():
        yield b"some "
        raise OSError("the disk is gone")

    with pytest.raises(OSError, match="the disk is gone"):
        transport.stream("PUT", "/upload", {"Content-Length": "10"}, broken())


@pytest.fixture
def storage():
    """Another host, as a signed URL leads to."""
    with FaultyServer(MemoryTransport()) as server:
        yield server


def test_the_key_goes_to_the_server_and_to_no_other_host(connect, server, storage):
    transport = connect(headers={"X-Token": "t"}, cookies={"a": "1"})
    storage.script = [echo]
    server.script = [echo]
    transport.stream("PUT", f"{storage.url}/bucket?signature=x", {"X-Mine": "m"}, b"data").close()
    transport.stream("PUT", f"{server.url}/upload", {"X-Mine": "m"}, b"data").close()
    foreign, own = storage.requests[0].headers, server.requests[0].headers
    assert own["ftrack-api-key"] == KEY
    assert own["x-token"] == "t"
    assert foreign["x-mine"] == own["x-mine"] == "m"
    for name in ("ftrack-api-key", "ftrack-user", "x-token", "cookie"):
        assert foreign[name] is None


def test_a_download_that_is_redirected_leaves_the_key_behind(transport, server, storage):
    server.script = [reply(b"", 302, location=f"{storage.url}/bucket/c")]
    storage.script = [reply(b"data")]
    response = transport.stream("GET", "/component/get?id=c")
    assert b"".join(response.iter_bytes()) == b"data"
    assert storage.requests[0].headers["ftrack-api-key"] is None


def test_redirects_in_a_circle_end(transport, server):
    server.script = [reply(b"", 302, location="/component/get")] * 9
    with pytest.raises(TransportError, match="in circles"):
        transport.stream("GET", "/component/get")
