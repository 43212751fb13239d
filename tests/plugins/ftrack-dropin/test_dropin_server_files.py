"""Files in the server's own storage: sent once, loaded when read, over real HTTP."""

from __future__ import annotations

import contextlib
import logging
from urllib.parse import parse_qs, urlsplit

import ftrack_api
import pytest
import requests
from ftrack_api import data, exception
from ftrack_api.accessor.base import Accessor
from ftrack_api.accessor.server import ServerFile, _ServerAccessor
from ftrack_core.errors import AccessorError, ResourceNotFoundError
from ftrack_core.testing.faulty_server import FaultyServer, drop, reply
from ftrack_core.testing.memory_transport import MemoryTransport
from ftrack_embedded import Server, Studio

KEY = "a key & more for tests"
DATA = bytes(range(256)) * 5000


@pytest.fixture(scope="module")
def server():
    with Studio() as studio:
        studio.register_api_key("admin", KEY)
        with Server(studio) as server:
            yield server


@pytest.fixture(scope="module")
def session(server):
    with ftrack_api.Session(server.url, KEY, "admin", auto_connect_event_hub=False) as session:
        yield session


@pytest.fixture(scope="module")
def accessor(session):
    return _ServerAccessor(session)


@pytest.fixture
def component(session):
    component = session.create("FileComponent", {"name": "plate", "file_type": ".bin"})
    session.commit()
    return component


@pytest.fixture
def opened(accessor):
    """Open files, which are closed when the test ends."""
    with contextlib.ExitStack() as stack:

        def open_file(identifier, mode="rb"):
            return stack.enter_context(contextlib.closing(accessor.open(identifier, mode)))

        yield open_file


@pytest.fixture
def puts(server, monkeypatch):
    """Collect an item for each time that bytes are put."""
    times, really = [], server.studio.files.receive
    monkeypatch.setattr(server.studio.files, "receive", lambda: times.append("put") or really())
    return times


def write(accessor, identifier, content=DATA):
    with contextlib.closing(accessor.open(identifier, "wb")) as file:
        file.write(content)


def test_it_is_an_accessor_and_its_files_are_data(accessor, component, opened):
    assert isinstance(accessor, Accessor)
    file = opened(component["id"])
    assert isinstance(file, ServerFile)
    assert isinstance(file, data.String)
    assert (file.mode, file.resource_identifier) == ("rb", component["id"])


@pytest.mark.parametrize("content", [DATA, b"x", b""])
def test_what_was_written_is_read_back(accessor, component, opened, content):
    write(accessor, component["id"], content)
    assert opened(component["id"]).read() == content


def test_it_is_read_in_pieces_and_from_anywhere(accessor, component, opened):
    write(accessor, component["id"], b"abcdef")
    file = opened(component["id"], "r")
    assert (file.read(2), file.read(2)) == (b"ab", b"cd")
    file.seek(1)
    assert (file.read(), file.tell()) == (b"bcdef", 6)


def test_nothing_is_loaded_before_it_is_read(accessor, opened):
    file = opened("no-such-component")
    assert file.tell() == 0
    with pytest.raises(exception.AccessorOperationFailedError):
        file.read()


# --- sending -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "use",
    [
        lambda file: file.close(),
        lambda file: (file.flush(), file.close()),
        lambda file: (file.flush(), file.flush(), file.close(), file.close()),
    ],
)
def test_it_is_sent_once_however_often_it_is_flushed_and_closed(accessor, component, puts, use):
    file = accessor.open(component["id"], "wb")
    file.write(DATA)
    assert puts == []
    use(file)
    assert puts == ["put"]


def test_a_flush_sends_what_is_there_and_what_follows_is_sent_later(
    accessor, component, opened, server
):
    file = opened(component["id"], "wb")
    file.write(b"first")
    file.flush()
    assert server.studio.files.path(component["id"]).read_bytes() == b"first"
    file.write(b" second")
    file.close()
    assert server.studio.files.path(component["id"]).read_bytes() == b"first second"


def test_half_of_a_file_is_not_sent(accessor, component, puts):
    with accessor.open(component["id"], "wb") as file:
        file.write(DATA)
    assert puts == ["put"]
    with (
        pytest.raises(ZeroDivisionError),
        accessor.open(component["id"], "wb") as file,
    ):
        file.write(DATA[:10])
        raise ZeroDivisionError
    assert file.closed
    assert puts == ["put"]


@pytest.mark.parametrize(
    ("mode", "result"),
    [("wb", b"new"), ("w", b"new"), ("w+b", b"new"), ("r+b", b"newold"), ("ab", b"old-oldnew")],
)
def test_every_mode_that_writes_sends(accessor, component, opened, mode, result):
    write(accessor, component["id"], b"old-old")
    file = opened(component["id"], mode)
    file.write(b"new")
    file.close()
    expected = b"new-old" if mode == "r+b" else result
    assert opened(component["id"]).read() == expected


def test_a_file_opened_for_reading_is_not_written(accessor, component, opened, puts):
    file = opened(component["id"])
    with pytest.raises(exception.AccessorUnsupportedOperationError, match="rb"):
        file.write(b"lost")
    file.close()
    assert puts == []


def test_what_was_written_is_read_from_where_it_is(accessor, component, opened):
    write(accessor, component["id"], b"the old one")
    file = opened(component["id"], "wb")
    file.write(b"new")
    file.seek(0)
    assert file.read() == b"new"


def test_text_is_sent_as_utf_8(accessor, component, opened):
    write(accessor, component["id"], "größer")
    assert opened(component["id"]).read() == "größer".encode()


def test_a_component_that_is_not_committed_can_be_sent(session, accessor, server):
    component = session.create("FileComponent", {"name": "plate", "file_type": ".bin"})
    write(accessor, component["id"], b"early")
    session.commit()
    assert server.studio.files.path(component["id"]).read_bytes() == b"early"


def test_a_component_without_a_name_is_sent_under_its_id(session, accessor):
    component = session.create("FileComponent")
    write(accessor, component["id"], b"nameless")
    session.commit()
    answer = requests.get(accessor.get_url(component["id"]), timeout=30)
    assert answer.content == b"nameless"
    assert "NOT_SET" not in answer.headers["Content-Disposition"]


def test_sending_for_no_component_is_an_error(accessor):
    file = accessor.open("no-such-component", "wb")
    file.write(DATA)
    with pytest.raises(exception.AccessorOperationFailedError, match="no such component"):
        file.close()
    assert file.wrapped_file.closed


# --- removing, and what the server does not tell -----------------------------------------------


def test_a_file_is_removed_and_its_component_stays(session, accessor, component, opened):
    write(accessor, component["id"])
    accessor.remove(component["id"])
    with pytest.raises(exception.AccessorOperationFailedError, match="HTTP 404") as caught:
        opened(component["id"]).read()
    # New transfers tell what is missing from other failures by this class.
    assert isinstance(caught.value, ResourceNotFoundError)
    assert caught.value.details["resource_identifier"] == component["id"]
    with pytest.raises(exception.AccessorOperationFailedError, match="HTTP 404"):
        accessor.remove(component["id"])


def test_there_are_no_containers_and_nothing_stands_in_the_way(accessor, component):
    write(accessor, component["id"])
    assert accessor.exists(component["id"]) is False
    assert accessor.get_container(component["id"]) is None
    assert accessor.make_container("anything") is None


@pytest.mark.parametrize("name", ["list", "is_file", "is_container", "is_sequence"])
def test_what_the_server_does_not_tell_is_not_implemented(accessor, name):
    with pytest.raises(NotImplementedError) as caught:
        getattr(accessor, name)("c1")
    assert isinstance(caught.value, AccessorError)


# --- addresses and secrets ---------------------------------------------------------------------


def test_an_address_opens_in_a_browser(accessor, component, server):
    write(accessor, component["id"], b"abc")
    url = accessor.get_url(component["id"])
    assert url.startswith(f"{server.url}/component/get?id={component['id']}&username=admin&apiKey=")
    assert requests.get(url, timeout=30).content == b"abc"


@pytest.mark.parametrize(("size", "more"), [(None, {}), (300, {"size": ["300"]})])
def test_an_address_of_a_picture_has_its_size(accessor, component, server, size, more):
    write(accessor, component["id"])
    url = urlsplit(accessor.get_thumbnail_url(component["id"], size))
    assert url.path == "/component/thumbnail"
    assert parse_qs(url.query) == {
        "id": [component["id"]],
        "username": ["admin"],
        "apiKey": [KEY],
        **more,
    }
    assert requests.get(url.geturl(), timeout=30).status_code == 200


def read(accessor, identifier):
    with contextlib.closing(accessor.open(identifier)) as file:
        return file.read()


@pytest.mark.parametrize(
    ("attempt", "path"),
    [
        (lambda accessor: read(accessor, "c 1"), "/component/get?id=c+1"),
        (lambda accessor: accessor.remove("c 1"), "/component/remove?id=c+1"),
    ],
)
def test_the_key_goes_into_headers_and_nowhere_else(attempt, path, caplog):
    caplog.set_level(logging.DEBUG)
    with (
        FaultyServer(MemoryTransport()) as faulty,
        ftrack_api.Session(faulty.url, KEY, "ada", auto_connect_event_hub=False) as session,
    ):
        session.kernel.connect()
        faulty.script = [reply(b"", 403)]
        with pytest.raises(exception.AccessorOperationFailedError, match="HTTP 403") as caught:
            attempt(_ServerAccessor(session))
        (asked,) = faulty.requests[-1:]
    assert asked.path == path
    assert (asked.headers["ftrack-user"], asked.headers["ftrack-api-key"]) == ("ada", KEY)
    assert KEY not in f"{caught.value} {caught.value!r} {caplog.text}"


def test_a_lost_connection_is_an_error_of_the_accessor():
    with (
        FaultyServer(MemoryTransport()) as faulty,
        ftrack_api.Session(faulty.url, KEY, "ada", auto_connect_event_hub=False) as session,
    ):
        session.kernel.connect()
        faulty.script = [drop]
        with pytest.raises(exception.AccessorOperationFailedError, match="connection"):
            _ServerAccessor(session).remove("c1")
