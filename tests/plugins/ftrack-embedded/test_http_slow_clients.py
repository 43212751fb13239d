"""Clients that take their time with files: whoever asks a question does not wait for them."""

from __future__ import annotations

import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from urllib.parse import urlencode, urlsplit

import pytest
import requests
from ftrack_embedded import Caller, Server, Studio
from ftrack_embedded.engine.files import images
from operations import create

KEY = "a-key-for-tests"
CLIENTS = 40
"""More than there are threads of any kind."""
ENDS_WITHIN = 60
"""In seconds; what waits here ends at once or never."""
LARGE = 8 * 1024 * 1024
"""In bytes: more than the system keeps for a client that reads nothing."""


@pytest.fixture
def studio():
    with Studio() as studio:
        studio.register_api_key("admin", KEY)
        studio.execute(
            [
                create("FileComponent", id="c-large", name="large", file_type=".bin"),
                create("FileComponent", id="c-picture", name="picture", file_type=".png"),
            ]
        )
        for component_id, data in (("c-large", bytes(LARGE)), ("c-picture", images.placeholder())):
            with studio.files.receive() as receiver:
                receiver.write(data)
                studio.files.keep(component_id, receiver.finish())
        yield studio


@pytest.fixture
def server(studio):
    with Server(studio) as server:
        yield server


def usernames(server):
    batch = [{"action": "query", "expression": "select username from User"}]
    headers = {"ftrack-user": "admin", "ftrack-api-key": KEY}
    answer = requests.post(f"{server.url}/api", json=batch, headers=headers, timeout=ENDS_WITHIN)
    return [row["username"] for row in answer.json()[0]["data"]]


@contextmanager
def connected(server, head, *, first=b""):
    """A connection on which *head* was sent and whose answer, behind *first*, nobody reads."""
    address = urlsplit(server.url)
    with socket.create_connection((address.hostname, address.port), timeout=ENDS_WITHIN) as one:
        one.sendall(f"{head}\r\nHost: x\r\n\r\n".encode())
        assert one.recv(len(first)) == first
        yield one


@contextmanager
def blocked(monkeypatch, owner, name):
    """Let function *name* of *owner* wait until the block ends; give a semaphore of the waiting."""
    original = getattr(owner, name)
    reached, go_on = threading.Semaphore(0), threading.Event()

    def wait(*arguments):
        reached.release()
        assert go_on.wait(ENDS_WITHIN)
        return original(*arguments)

    with monkeypatch.context() as patched:
        patched.setattr(owner, name, wait)
        try:
            yield reached
        finally:
            go_on.set()


@contextmanager
def writing(studio):
    """Hold the database as somebody does who writes."""
    with studio.writing(Caller()):
        yield


def asked_at_once(pool, ask):
    """Begin with as many requests as there are clients."""
    begun = threading.Barrier(CLIENTS + 1)

    def begin():
        begun.wait(ENDS_WITHIN)
        return ask()

    asked = [pool.submit(begin) for _ in range(CLIENTS)]
    begun.wait(ENDS_WITHIN)
    return asked


def statuses(asked):
    return [one.result(ENDS_WITHIN).status_code for one in asked]


# --- who fetches -------------------------------------------------------------------------------

LARGE_FILE = {"id": "c-large", "username": "admin", "apiKey": KEY}


def test_clients_that_fetch_and_read_nothing_keep_nobody_from_an_answer(server):
    head = f"GET /component/get?{urlencode(LARGE_FILE)} HTTP/1.1"
    with ExitStack() as stack:
        for _ in range(CLIENTS):
            stack.enter_context(connected(server, head, first=b"HTTP/1.1 200 OK"))
        for _ in range(5):
            assert usernames(server) == ["admin"]
        # One that does read gets all of it, while the others still do not.
        answer = requests.get(f"{server.url}/component/get", params=LARGE_FILE, timeout=ENDS_WITHIN)
        assert len(answer.content) == LARGE


def test_pictures_that_take_long_to_be_made_smaller_keep_nobody_from_an_answer(server, monkeypatch):
    pytest.importorskip("PIL.Image")
    address = f"{server.url}/component/thumbnail?{urlencode({**LARGE_FILE, 'id': 'c-picture'})}"
    with ThreadPoolExecutor(CLIENTS) as pool:
        with blocked(monkeypatch, images, "scaled") as reached:
            asked = asked_at_once(pool, lambda: requests.get(address, timeout=ENDS_WITHIN))
            assert reached.acquire(timeout=ENDS_WITHIN)
            for _ in range(5):
                assert usernames(server) == ["admin"]
        assert set(statuses(asked)) == {200}


# --- who sends ---------------------------------------------------------------------------------


def upload_address(server, component_id):
    wanted = {"action": "get_upload_metadata", "file_name": "x.bin", "file_size": LARGE}
    (told,) = server.studio.execute([wanted | {"component_id": component_id}])
    return told["url"]


def test_clients_that_stop_in_the_middle_of_a_file_keep_nobody_from_an_answer(server):
    path = upload_address(server, "c-new").removeprefix(server.url)
    head = f"PUT {path} HTTP/1.1\r\nContent-Length: {LARGE}"
    with ExitStack() as stack:
        for _ in range(CLIENTS):
            stack.enter_context(connected(server, head)).sendall(bytes(100_000))
        for _ in range(5):
            assert usernames(server) == ["admin"]
    assert not server.studio.files.has("c-new")


def test_files_that_wait_for_a_writer_keep_nobody_from_an_answer_or_from_a_file(server):
    addresses = [upload_address(server, f"c-{number}") for number in range(CLIENTS)]
    data = bytes(LARGE)

    def put():
        return requests.put(addresses.pop(), data=data, timeout=ENDS_WITHIN)

    with ThreadPoolExecutor(CLIENTS) as pool:
        with writing(server.studio):
            asked = asked_at_once(pool, put)
            for _ in range(5):
                assert usernames(server) == ["admin"]
            fetched = requests.get(
                f"{server.url}/component/get", params=LARGE_FILE, timeout=ENDS_WITHIN
            )
            assert len(fetched.content) == LARGE
            assert not any(one.done() for one in asked)
        assert set(statuses(asked)) == {200}


@pytest.mark.parametrize(
    "ask",
    [
        lambda url: requests.post(
            f"{url}/user/sign_in",
            data={"username": "admin", "key": KEY},
            timeout=ENDS_WITHIN,
            allow_redirects=False,
        ),
        lambda url: requests.get(
            f"{url}/component/getPutMetadata", params=LARGE_FILE, timeout=ENDS_WITHIN
        ),
    ],
    ids=["sign in", "ask for an address"],
)
def test_whatever_waits_for_a_writer_keeps_nobody_from_an_answer(server, ask):
    with ThreadPoolExecutor(CLIENTS) as pool:
        with writing(server.studio):
            asked = asked_at_once(pool, lambda: ask(server.url))
            for _ in range(5):
                assert usernames(server) == ["admin"]
            fetched = requests.get(
                f"{server.url}/component/get", params=LARGE_FILE, timeout=ENDS_WITHIN
            )
            assert len(fetched.content) == LARGE
            assert not any(one.done() for one in asked)
        assert set(statuses(asked)) <= {200, 303}
