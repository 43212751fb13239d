"""Every fault of a connection, at every kind of commit and read, over real sockets.

The error names cause and place, the session stays usable, nothing that was recorded is lost, and
nothing is written twice: the rows of the server are compared with those that the same work leaves
where nothing goes wrong.
"""

from __future__ import annotations

import json
import shutil
import socket
import threading
import uuid
from contextlib import suppress
from typing import NamedTuple

import pytest
from ftrack_core.errors import (
    AuthenticationError,
    ConnectionLostError,
    OutcomeUnknownError,
    ServerError,
    TransportError,
    TransportTimeoutError,
)
from ftrack_core.testing.faulty_server import (
    FaultyServer,
    carry_out_and_drop,
    drop,
    page,
    reply,
    serve,
)
from ftrack_embedded.engine.studio import Studio
from ftrack_embedded.transport import EmbeddedTransport

from ftrack_core import ConnectionSettings, RetryPolicy, Session, hookimpl

KEY = "secret-key-7f3a"
WRITES = ("create", "update", "delete")

# --- the studio ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def show(tmp_path_factory):
    """A database in which each kind of change has something to change."""
    path = tmp_path_factory.mktemp("show") / "studio.db"
    with Session(f"embedded://{path}", api_user="admin") as session:
        project = session.create("Project", {"name": "orbit", "full_name": "Orbit"})
        shot = session.create("Shot", {"name": "sh010", "parent": project})
        session.create("Scope", {"name": "main"})
        for name in ("light", "gone"):
            task = session.create("Task", {"name": name, "parent": shot})
            task["metadata"].update({"known": "1", "old": "1"})
        session.commit()
    return path


@pytest.fixture
def studio(show, tmp_path):
    with Studio(shutil.copy(show, tmp_path / "studio.db")) as studio:
        yield studio


@pytest.fixture
def server(studio):
    with FaultyServer(EmbeddedTransport(studio, "admin", owns=False)) as server:
        yield server


@pytest.fixture
def connect():
    """Return a session that is connected and holds what it is going to change."""
    sessions = []

    def connect(url, plugins=(), **settings):
        retry = RetryPolicy(first_delay=0)
        session = Session(
            url,
            KEY,
            "admin",
            plugins=plugins,
            read_ahead=False,
            connection=ConnectionSettings(retry=retry, **settings),
        )
        sessions.append(session.connect())
        return session

    yield connect
    for session in sessions:
        session.close()


def held(session):
    """Return shot, tasks and scope by name, with all that the changes look at."""
    tasks = session.query("select name, description, metadata, scopes, parent from Task").all()
    shots = session.query("select name, custom_attributes from Shot").all()
    scopes = session.query("select name from Scope").all()
    return {one["name"]: one for one in (*tasks, *shots, *scopes)}


def rows(studio):
    """Return what the server holds, without ids: a row that was written twice is there twice."""
    transport = EmbeddedTransport(studio, "admin", owns=False)
    texts = [
        "select name, description, parent_id, metadata, scopes from Task",
        "select name, custom_attributes from Shot",
        "select key, value from Metadata",
        "select value, configuration_id from ContextCustomAttributeValue",
    ]
    answers = transport.execute([{"action": "query", "expression": text} for text in texts])
    return [sorted(json.dumps(_plain(row)) for row in answer["data"]) for answer in answers]


def _plain(row):
    own_ids = ("id", "entity_id") if row["__entity_type__"] != "Metadata" else ("parent_id",)
    return {name: _plain_value(value) for name, value in row.items() if name not in own_ids}


def _plain_value(value):
    """Leave of what a row leads to what tells it from others; elsewhere in the answer is more."""
    if isinstance(value, dict):
        return {name: value[name] for name in ("id", "key", "value") if name in value}
    return sorted(map(_plain_value, value), key=str) if isinstance(value, list) else value


# --- the kinds of work ---------------------------------------------------------------------------


class Kind(NamedTuple):
    """*record* makes the change, *send* sends it, or does both where *record* is None.

    *creates* says that its outcome can be asked for, *keeps* that it stays pending when it could
    not be sent, *once* that the server refuses it where it was carried out before.
    """

    record: object
    send: object
    creates: bool = False
    keeps: bool = True
    once: bool = False


def create(session, held):
    session.create("Task", {"name": "new", "parent": held["sh010"]})


def create_several(session, held):
    task = session.create("Task", {"name": "new", "parent": held["sh010"]})
    task["metadata"]["made"] = "1"
    held["light"]["description"] = "lit"


def update(session, held):
    held["light"]["description"] = "lit"


def delete(session, held):
    session.delete(held["gone"])


def add_metadata(session, held):
    held["light"]["metadata"]["added"] = "2"


def change_metadata(session, held):
    held["light"]["metadata"]["known"] = "2"


def remove_metadata(session, held):
    del held["light"]["metadata"]["old"]


def set_custom_attribute(session, held):
    held["sh010"]["custom_attributes"]["fstart"] = 1009


def append(session, held):
    held["light"]["scopes"].append(held["main"])


def transaction_of(change):
    def send(session, held):
        with session.transaction():
            change(session, held)

    return send


def ensure_new(session, held):
    data = {"name": "new", "parent": held["sh010"], "description": "made"}
    session.ensure("Task", data, ["name", "parent"])


def ensure_known(session, held):
    data = {"name": "light", "parent": held["sh010"], "description": "lit"}
    session.ensure("Task", data, ["name", "parent"])


def call_create(session, held):
    held.setdefault("raw", str(uuid.uuid4()))
    data = {"__entity_type__": "Task", "name": "raw", "parent_id": held["sh010"]["id"]}
    data["id"] = held["raw"]
    session.call([{"action": "create", "entity_type": "Task", "entity_data": data}])


def call_update(session, held):
    data = {"__entity_type__": "Task", "description": "lit"}
    key = [held["light"]["id"]]
    operation = {"action": "update", "entity_type": "Task", "entity_key": key, "entity_data": data}
    session.call([operation])


def commit(session, held):
    session.commit()


KINDS = {
    "a create": Kind(create, commit, creates=True),
    "a create among others": Kind(create_several, commit, creates=True),
    "an update": Kind(update, commit),
    "a delete": Kind(delete, commit, once=True),
    "metadata added": Kind(add_metadata, commit, creates=True),
    "metadata changed": Kind(change_metadata, commit),
    "metadata removed": Kind(remove_metadata, commit, once=True),
    "a custom attribute": Kind(set_custom_attribute, commit),
    "a collection": Kind(append, commit),
    "a transaction that creates": Kind(None, transaction_of(create), creates=True, keeps=False),
    "a transaction that updates": Kind(None, transaction_of(update), keeps=False),
    "ensure of what is new": Kind(None, ensure_new, creates=True, keeps=False),
    "ensure of what is there": Kind(None, ensure_known, keeps=False),
}
CALLS = {"a call that creates": call_create, "a call that updates": call_update}

# --- the faults ----------------------------------------------------------------------------------


def carry_out(request):
    """Do what was asked, without an answer."""
    request.studio.execute(json.loads(request.body))


def then(*steps):
    """Return what does one step after the other."""

    def respond(request):
        for step in steps:
            step(request)

    return respond


def hang(request):
    """Send nothing until the client has given up."""
    request.rfile.read(1)


class Fault(NamedTuple):
    """*respond* answers the request; *error* and *text* are what a raw call gets to see.

    *open* says that nobody can tell from the answer whether the request was carried out.
    """

    respond: object
    error: type[Exception]
    text: str
    open: bool = True
    timeout: float = 60


REFUSAL = {"exception": "ValidationError", "content": "no such thing", "error_code": None}
KEY_REFUSED = {"exception": "InvalidCredentialsError", "content": f"{KEY} is no key"}
NO_REASON = {"message": "Internal server error"}
UNREADABLE = {
    "a truncated answer": (reply(b'[{"action": "crea'), "broke off or is damaged"),
    "an empty answer": (reply(b""), "with nothing at all"),
    "a web page": (page(200, "Sign in"), "a web page titled 'Sign in'"),
    "answers for something else": (reply([1, 2, 3, 4, 5, 6]), "with a list of 6"),
    "500 with a web page": (page(500, "Oops"), "titled 'Oops'.*HTTP 500"),
    "500 of a gateway": (reply(NO_REASON, 500), "answered: Internal server error.*HTTP 500"),
    "502 with a web page": (page(502, "Bad Gateway"), "'Bad Gateway'.*HTTP 502.*busy or down"),
    "503 of a gateway": (reply(NO_REASON, 503), "HTTP 503.*busy or down"),
    "504 with a web page": (page(504, "Time-out"), "titled 'Time-out'.*HTTP 504"),
    "a body that breaks off": (reply(b'[{"action"', length=500), "was lost"),
}
"""Answers from which nobody can tell what became of the request."""

FAULTS = {
    "dropped": Fault(drop, ConnectionLostError, "the connection to .* was lost"),
    "dropped, though carried out": Fault(
        carry_out_and_drop, ConnectionLostError, "the connection to .* was lost"
    ),
    "too slow": Fault(hang, TransportTimeoutError, "did not answer in time", timeout=1),
    "too slow, though carried out": Fault(
        then(carry_out, hang), TransportTimeoutError, "did not answer in time", timeout=1
    ),
    **{
        name: Fault(respond, ConnectionLostError, text)
        for name, (respond, text) in UNREADABLE.items()
    },
    **{
        f"{name}, though carried out": Fault(then(carry_out, respond), ConnectionLostError, text)
        for name, (respond, text) in UNREADABLE.items()
    },
    "refused": Fault(reply(REFUSAL, 422), ServerError, "no such thing", open=False),
    "a refused key": Fault(
        reply(KEY_REFUSED, 401), AuthenticationError, r"\*\*\* is no key", open=False
    ),
    "403 with a web page": Fault(
        page(403, "Blocked"), TransportError, "titled 'Blocked'.*HTTP 403.*proxy", open=False
    ),
    "429 with a web page": Fault(
        page(429, "Slow down"), ConnectionLostError, "titled 'Slow down'.*HTTP 429", open=False
    ),
    "moved": Fault(
        reply(b"", 301, location="https://other/api?x=1"),
        TransportError,
        "elsewhere to https://other ",
        open=False,
    ),
}


# --- commits -------------------------------------------------------------------------------------


class Gatekeeper:
    """Lets *respond* answer the next request that *is_meant*; all others are served.

    *met* counts the requests that were meant, the first one and those after it.
    """

    def __init__(self, server, is_meant, respond):
        self.met = 0
        self._server = server
        self._is_meant = is_meant
        self._respond = respond
        server.script = [self]

    def __call__(self, request):
        self._server.script.insert(0, self)
        meant = self._is_meant(json.loads(request.body))
        self.met += meant
        if meant and self.met == 1:
            self._respond(request)
        else:
            serve(request)


def is_write(batch):
    return any(one["action"] in WRITES for one in batch)


@pytest.fixture(scope="module")
def left_by():
    """The rows that each kind leaves where nothing goes wrong, found out once."""
    return {}


@pytest.fixture
def after(kind, left_by, show, tmp_path, connect):
    if kind not in left_by:
        with Studio(shutil.copy(show, tmp_path / "twin.db")) as twin:
            with FaultyServer(EmbeddedTransport(twin, "admin", owns=False)) as server:
                session, known = prepared(connect, server.url, kind)
                kind.send(session, known)
            left_by[kind] = rows(twin)
    return left_by[kind]


def prepared(connect, url, kind, **settings):
    """Return a session in which *kind* is recorded, and the entities that it is about."""
    session = connect(url, **settings)
    known = held(session)
    if kind.record:
        kind.record(session, known)
    return session, known


def is_usable(session):
    return session.query("User").first() is not None


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_a_commit_loses_nothing_and_writes_nothing_twice(
    kind, fault, server, studio, connect, after
):
    before = rows(studio)
    session, known = prepared(connect, server.url, kind, timeout=fault.timeout)
    pending = list(session.work.log)
    writes = Gatekeeper(server, is_write, fault.respond)
    if fault.open and kind.creates:
        kind.send(session, known)  # it finds out by itself
    else:
        error = OutcomeUnknownError if fault.open else fault.error
        text = "may or may not have been carried out" if fault.open else fault.text
        with pytest.raises(error, match=text) as caught:
            kind.send(session, known)
        assert KEY not in f"{caught.value!r} {caught.value} {vars(caught.value)}"
        assert writes.met == 1
        assert rows(studio) in ([before, after] if fault.open else [before])
        assert is_usable(session)
        if kind.keeps:
            assert list(session.work.log) == pending
        if kind.once and rows(studio) == after:
            session.rollback()
        else:
            kind.send(session, known)
    assert rows(studio) == after
    assert list(session.work.log) == []
    assert is_usable(session)


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_a_raw_call_is_sent_once_and_tells_what_happened(call, fault, server, studio, connect):
    session = connect(server.url, timeout=fault.timeout)
    known = held(session)
    writes = Gatekeeper(server, is_write, fault.respond)
    with pytest.raises(fault.error, match=fault.text) as caught:
        call(session, known)
    assert writes.met == 1
    assert getattr(caught.value, "sent", False) is fault.open
    assert KEY not in f"{caught.value!r} {caught.value} {vars(caught.value)}"
    assert is_usable(session)


# --- reads ---------------------------------------------------------------------------------------


def query_all(session):
    return [task["name"] for task in session.query("select name from Task order by name")]


def loop(session):
    tasks = session.query("select id from Task").all()
    return sorted(task["parent"]["name"] for task in tasks)


def call_query(session):
    operation = {"action": "query", "expression": "select name from Task order by name"}
    (answer,) = session.call([operation])
    return [row["name"] for row in answer["data"]]


READS = {
    "a query": (query_all, ["gone", "light"]),
    "references in a loop": (loop, ["sh010", "sh010"]),
    "a raw call": (call_query, ["gone", "light"]),
}
TRIED_AGAIN = {name for name in FAULTS if name[:3] in ("429", "502", "503", "504")}
TRIED_AGAIN |= {"dropped", "a body that breaks off"}
"""After these a read is sent again; after all others it is told what happened."""


@pytest.mark.parametrize("name", [name for name in FAULTS if "carried out" not in name])
@pytest.mark.parametrize(("read", "found"), READS.values(), ids=READS)
def test_a_read_is_tried_again_or_told_what_happened(name, read, found, server, connect):
    fault = FAULTS[name]
    session = connect(server.url, timeout=fault.timeout)
    requests = Gatekeeper(server, lambda batch: True, fault.respond)
    if name in TRIED_AGAIN:
        assert read(session) == found
    else:
        with pytest.raises(fault.error, match=fault.text) as caught:
            read(session)
        assert requests.met == 1
        assert KEY not in f"{caught.value!r} {caught.value} {vars(caught.value)}"
    assert read(session) == found


@pytest.mark.parametrize("name", [name for name in FAULTS if "carried out" not in name])
def test_connecting_is_tried_again_or_told_and_can_be_repeated(name, server):
    fault = FAULTS[name]
    settings = ConnectionSettings(retry=RetryPolicy(first_delay=0), timeout=fault.timeout)
    with Session(server.url, KEY, "admin", connection=settings) as session:
        Gatekeeper(server, lambda batch: True, fault.respond)
        if name not in TRIED_AGAIN:
            with pytest.raises(fault.error, match=fault.text):
                session.connect()
        assert is_usable(session.connect())


class Gate:
    """A way to a server that can be shut; it is cut once *mark* has gone through it."""

    def __init__(self, upstream):
        self._upstream = ("127.0.0.1", int(upstream.rpartition(":")[2]))
        self._port = 0
        self._open = []
        self.mark = None
        self.open()
        self.url = f"http://127.0.0.1:{self._port}"

    def open(self):
        self._listener = socket.create_server(("127.0.0.1", self._port))
        self._port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def shut(self):
        """Refuse new connections and drop those that there are."""
        for one in (self._listener, *self._open):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        self._open = []

    def _accept(self, listener):
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                server = socket.create_connection(self._upstream)
                self._open += [client, server]
                for ends in ((client, server), (server, client)):
                    threading.Thread(target=self._carry, args=ends, daemon=True).start()

    def _carry(self, source, target):
        seen = b""
        with suppress(OSError):
            while piece := source.recv(65536):
                seen = seen + piece if self.mark else b""
                if self.mark and self.mark in seen and source.getsockname()[1] == self._port:
                    rest = len(seen) - seen.index(self.mark) - len(self.mark)
                    self.mark = None
                    target.sendall(piece[: len(piece) - rest])
                    break
                target.sendall(piece)
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def gate(server):
    gate = Gate(server.url)
    yield gate
    gate.shut()


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_a_commit_that_cannot_be_sent_stays_pending(kind, gate, studio, connect, after):
    before = rows(studio)
    session, known = prepared(connect, gate.url, kind)
    pending = list(session.work.log)
    gate.shut()
    with pytest.raises(ConnectionLostError, match="no connection to http://127") as caught:
        kind.send(session, known)
    assert caught.value.sent is False
    assert rows(studio) == before
    if kind.keeps:
        assert list(session.work.log) == pending
    gate.open()
    kind.send(session, known)
    assert rows(studio) == after
    assert list(session.work.log) == []


class Cutter:
    """Has the gate cut the first request that writes after *mark*."""

    def __init__(self, gate, mark):
        self._gate = gate
        self._mark = mark

    @hookimpl(wrapper=True)
    def ftrack_execute_batch(self, batch):
        if is_write(batch):
            self._gate.mark, self._mark = self._mark, None
        return (yield)


@pytest.mark.parametrize("mark", [b"POST /api", b'[{"action"'], ids=["headers", "body"])
@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_a_commit_that_is_cut_while_it_is_sent_is_settled_or_told(
    kind, mark, gate, studio, connect, after
):
    session, known = prepared(connect, gate.url, kind, plugins=[Cutter(gate, mark)])
    if kind.creates:
        kind.send(session, known)
    else:
        with pytest.raises(OutcomeUnknownError, match="may or may not have been carried out"):
            kind.send(session, known)
        kind.send(session, known)
    assert rows(studio) == after
    assert list(session.work.log) == []


def test_a_connection_that_was_closed_meanwhile_is_made_anew(gate, studio, connect):
    session = connect(gate.url)
    known = held(session)
    gate.shut()
    gate.open()
    update(session, known)
    session.commit()
    assert query_all(session) == ["gone", "light"]
