"""Errors word for word: what is wrong, where, what to do, and the status that goes with each."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager

import pytest
import requests
from ftrack_core.errors import ConfigurationError
from ftrack_embedded import Server, Studio
from ftrack_embedded.engine.batch import MAX_OPERATIONS
from ftrack_embedded.model.tables import FORMAT_VERSION
from operations import create, delete, query
from sqlalchemy import Engine, event

KEY = "a key for tests"
USER_ROLE = "4b09040a-3783-43c2-9fb2-c9babc566720"
NOT_STARTED = "44dd9fb2-4164-11df-9218-0019bb4983d8"


def update(entity_type, key, /, **data):
    return {"action": "update", "entity_type": entity_type, "entity_key": key, "entity_data": data}


@pytest.fixture(scope="module")
def server():
    with Studio() as studio:
        studio.execute(
            [
                create("Project", id="p1", name="orbit"),
                create("Shot", id="sh1", name="sh010", parent_id="p1"),
                create("Task", id="t1", name="animate", parent_id="sh1"),
                create("Timer", id="m1", context_id="t1"),
                create("User", id="u1", username="ann"),
                create("UserSecurityRole", user_id="u1", security_role_id=USER_ROLE),
            ]
        )
        for username in ("admin", "ann"):
            studio.register_api_key(username, f"{KEY} of {username}")
        with Server(studio, max_body=100_000) as server:
            yield server


@pytest.fixture(scope="module")
def send(server):
    with requests.Session() as session:

        def post(batch=None, *, body=None, user="admin", strict="true", key=None):
            headers = {"ftrack-user": user, "ftrack-strict-api": strict}
            headers["ftrack-api-key"] = key or f"{KEY} of {user}"
            sent = {"data": body} if body is not None else {"json": batch}
            return session.post(f"{server.url}/api", headers=headers, timeout=60, **sent)

        yield post


@pytest.fixture
def told(send):
    """Return status and body of a refusal, after looking at what all have in common."""

    def refused(batch=None, **options):
        answer = send(batch, **options)
        error = answer.json()
        assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
        assert {"exception", "content", "error_code"} <= set(error)
        for word in ("Traceback", 'File "', "sqlite", "sqlalchemy", "{", "}", "\n"):
            assert word not in error["content"]
        lenient = send(batch, **{**options, "strict": "false"})
        assert (lenient.status_code, lenient.json()) == (200, error)
        return answer.status_code, error

    return refused


# --- the catalogue -----------------------------------------------------------------------------

TASK = {"name": "x", "parent_id": "sh1"}
CATALOGUE = [
    (
        [create("Task", **TASK, nam="y")],
        (422, "ValidationError", "Attribute \"nam\" does not exist on Task. Did you mean 'name'?"),
    ),
    (
        [create("Task", **TASK, bid="much")],
        (422, "ValidationError", "Task.bid must be a number, got 'much'."),
    ),
    (
        [create("Task", **TASK, start_date="soon")],
        (422, "ValidationError", "Task.start_date must be a date and time, got 'soon'."),
    ),
    (
        [create("Task", **TASK, status=[])],
        (
            422,
            "ValidationError",
            'Task.status must be a reference to Status: an object with "id", got [].',
        ),
    ),
    (
        [create("Task", **TASK, scopes="s1")],
        (
            422,
            "ValidationError",
            "Task.scopes must be a list of references to Scope: an object with \"id\", got 's1'.",
        ),
    ),
    ([create("Disk")], (422, "ValidationError", "Disk needs a value for name.")),
    (
        [update("Task", ["t1"], status=None)],
        (422, "ValidationError", 'Attribute "status" of Task is required: it cannot be null.'),
    ),
    (
        [update("Task", ["t1"], status_id=None)],
        (422, "ValidationError", 'Attribute "status_id" of Task is required: it cannot be null.'),
    ),
    (
        [update("Task", ["t1"], id="t2")],
        (422, "ValidationError", 'Attribute "id" of Task cannot be changed.'),
    ),
    (
        [update("Task", ["t1"], time_logged=3)],
        (
            422,
            "ValidationError",
            'Attribute "time_logged" of Task is computed by the server and cannot be written.',
        ),
    ),
    (
        [create("Tsak", **TASK)],
        (422, "ValidationError", "Entity type \"Tsak\" does not exist. Did you mean 'Task'?"),
    ),
    (
        [query("Foo")],
        (400, "ParseError", 'Entity type "Foo" does not exist. (at position 0)'),
    ),
    (
        [query("select nme from Task")],
        (
            400,
            "ParseError",
            "No attribute 'nme' exists for schema 'Task'. Did you mean 'name'? (at position 7)",
        ),
    ),
    (
        [query("Task where nme is x")],
        (
            400,
            "ParseError",
            "No attribute 'nme' exists for schema 'Task'. Did you mean 'name'? (at position 11)",
        ),
    ),
    (
        [update("Task", ["gone"], name="x")],
        (404, "ValueError", "Could not find entity Task with entity_key ['gone']."),
    ),
    (
        [delete("Metadata", "t1", "camera")],
        (404, "ValueError", "Could not find entity Metadata with entity_key ['t1', 'camera']."),
    ),
    (
        [create("Task", id="t1", **TASK)],
        (
            409,
            "IntegrityError",
            "Operation 0: a Task with the key t1 exists already. "
            "Update it, or give the new one another key.",
        ),
    ),
    (
        [create("Task", **TASK, status_id="gone")],
        (
            409,
            "IntegrityError",
            "Operation 0: Task.status refers to Status gone, which does not exist. "
            "Create it in the same batch or before.",
        ),
    ),
    (
        [create("ContainerComponent", name="x", members=["gone"])],
        (
            409,
            "IntegrityError",
            "Operation 0: a collection names Component gone, which does not exist. "
            "Create it in the same batch or before.",
        ),
    ),
    (
        [delete("Status", NOT_STARTED)],
        (409, "IntegrityError", f"Operation 0: Status {NOT_STARTED} is in use by "),
    ),
    (
        [create("Timer", context_id="t1")],
        (409, "DuplicateEntryError", ""),
    ),
    (
        [create("Project", name="orbit")],
        (409, "DuplicateEntryError", "There is another Project with name 'orbit'."),
    ),
    ([{"action": "frobnicate"}], (400, "ServerError", "Invalid action u'frobnicate'")),
    (
        [{"action": "qurey", "expression": "Task"}],
        (400, "ServerError", "Invalid action u'qurey'. Did you mean 'query'"),
    ),
]


@pytest.mark.parametrize(
    ("batch", "expected"), CATALOGUE, ids=[f"{one[1][1]}-{n}" for n, one in enumerate(CATALOGUE)]
)
def test_what_is_refused_is_told_in_these_words(told, batch, expected):
    status, exception, content = expected
    found, error = told(batch)
    assert (found, error["exception"], error["error_code"]) == (status, exception, None)
    assert error["content"].startswith(content)
    assert error["operation"] == 0


def test_a_second_timer_is_refused_in_a_word_that_clients_look_for(told):
    _, error = told([create("Timer", context_id="sh1")])
    assert error["exception"] == "DuplicateEntryError"
    assert "imer" in error["content"]


def test_a_query_that_cannot_be_read_is_repeated_with_the_place(told):
    status, error = told([query("select name from Task where")])
    assert (status, error["exception"]) == (400, "ParseError")
    assert error["content"].startswith("Failed to parse: select name from Task where")
    assert error["content"].endswith("(at position 27)")


def test_what_is_not_permitted_is_told_with_what_was_asked(told):
    status, error = told([create("Status", name="x")], user="ann")
    assert (status, error["exception"], error["error_code"]) == (403, "PermissionError", None)
    assert error["content"].startswith("Permission denied to create Status")


@pytest.mark.parametrize(("user", "key"), [("admin", "wrong"), ("nobody", None), ("", "x")])
def test_wrong_credentials_are_told_with_the_code_that_clients_test_for(told, user, key):
    status, error = told([query("Task")], user=user, key=key)
    assert (status, error["exception"]) == (401, "InvalidCredentialsError")
    assert error["error_code"] == "api_credentials_invalid"
    assert error["content"].startswith("The supplied API key is not valid.")
    asked = [{"action": "query_server_information"}]
    assert told(asked, user=user, key=key)[1] == error


def test_a_failure_of_the_server_says_where_to_look(told, server, monkeypatch, caplog):
    def fail(*_, **__):
        raise RuntimeError("secret detail")

    monkeypatch.setattr(type(server.studio), "execute", fail)
    status, error = told([query("Task")])
    assert (status, error["exception"]) == (500, "InternalError")
    assert error["content"] == "The server failed; its log says more."
    assert "secret detail" in caplog.text


# --- what is no batch --------------------------------------------------------------------------

NO_JSON = "The body is not JSON ({}): send a list of operations."
BODIES = [
    (b"", NO_JSON.format("Expecting value: line 1 column 1 (char 0)")),
    (b"[1, 2", NO_JSON.format("Expecting ',' delimiter: line 1 column 6 (char 5)")),
    (
        b'[{"action": "query"}',
        NO_JSON.format("Expecting ',' delimiter: line 1 column 21 (char 20)"),
    ),
    (b"[" * 90_000, NO_JSON.format("the JSON text is nested too deeply")),
    (b"{}", "A batch is a list of operations: put a single one into brackets, too."),
    (b"null", "A batch is a list of operations: put a single one into brackets, too."),
    (b"[3]", "An operation is an object with an action."),
    (b"[{}]", 'An operation needs an "action".'),
]


@pytest.mark.parametrize(("body", "said"), BODIES, ids=[str(body[:12]) for body, _ in BODIES])
def test_a_body_that_is_no_batch_is_told_why(told, body, said):
    status, error = told(body=body)
    assert (status, error["exception"], error["content"]) == (422, "ValidationError", said)


def test_a_body_that_is_too_large_is_told_the_limit(told):
    status, error = told(body=b" " * 200_000)
    assert (status, error["exception"]) == (413, "PayloadTooLargeError")
    assert error["content"] == "The request is larger than 100 kB; send several batches."


def test_too_many_operations_are_told_the_limit():
    with Studio() as studio, pytest.raises(Exception, match="send several batches") as caught:
        studio.execute([query("Task")] * (MAX_OPERATIONS + 1))
    assert caught.value.content == (
        f"A batch has at most {MAX_OPERATIONS} operations, this one has {MAX_OPERATIONS + 1}: "
        "send several batches."
    )


def test_what_no_database_stores_is_told(told):
    data = '{"name": "\\ud800", "parent_id": "p1"}'
    body = f'[{{"action": "create", "entity_type": "Folder", "entity_data": {data}}}]'.encode()
    status, error = told(body=body)
    assert (status, error["exception"], error["operation"]) == (422, "ValidationError", 0)


LONG = "x" * 5_000
LONG_WORDS = [
    [{"action": LONG}],
    [create(LONG)],
    [create("Task", **TASK, **{LONG: 1})],
    [create("Task", **TASK, bid=LONG)],
    [update("Task", [LONG], name="x")],
    [query(f"select {LONG} from Task")],
    [query(LONG)],
    [{"action": "search", "entity_type": "Task", LONG: 1}],
    [{"action": "reset_remote", "reset_type": LONG, "entity_key": "u1"}],
    [{"action": "delayed_job", "job_type": LONG}],
    [{"action": "get_widget_url", "name": LONG}],
    [create("Task", **TASK, status_id=LONG)],
    [create("Setting", name=LONG, group="a", value="1")] * 2,
]


@pytest.mark.parametrize("batch", LONG_WORDS, ids=range(len(LONG_WORDS)))
def test_a_long_word_is_told_by_its_beginning(told, batch):
    _, error = told(batch)
    assert len(error["content"]) < 600


def test_braces_of_a_client_come_back_as_parentheses(told):
    for batch in (
        [create("Task", **TASK, **{"{name}": 1})],
        [update("Task", ["{t1}"], name="x")],
        [query("select {name} from Task")],
        [{"action": "{0}"}],
    ):
        assert "(" in told(batch)[1]["content"]


# --- the database ------------------------------------------------------------------------------


@contextmanager
def pragma(text):
    """Give each transaction a setting by which SQLite itself meets what a disk would do to it."""

    def begins(connection):
        connection.exec_driver_sql(f"PRAGMA {text}")

    event.listen(Engine, "begin", begins)
    try:
        yield
    finally:
        event.remove(Engine, "begin", begins)


OUTAGES = [
    (
        "max_page_count = 1",
        (
            507,
            "StorageFullError",
            "The server's disk is full: nothing was stored. Free some space first.",
        ),
    ),
    (
        "query_only = 1",
        (
            403,
            "PermissionError",
            "Permission denied to change anything: the server's database can only be read.",
        ),
    ),
]


@pytest.mark.parametrize(("setting", "expected"), OUTAGES, ids=["full", "read-only"])
def test_a_database_that_takes_nothing_is_told(told, send, setting, expected):
    batch = [create("Project", name="comet", metadata={"note": "x" * 90_000})]
    with pragma(setting):
        status, error = told(batch)
    assert (status, error["exception"], error["content"]) == expected
    assert send([query('Project where name is "comet"')]).json()[0]["data"] == []


def test_a_studio_of_a_newer_version_is_told_with_its_file_and_what_to_do(tmp_path):
    path = tmp_path / "studio.db"
    Studio(path).close()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE studio SET format_version = 99")
    with pytest.raises(ConfigurationError) as caught:
        Studio(path)
    assert str(caught.value) == (
        f"The database {path} was made by a newer version (format 99, this one reads "
        f"{FORMAT_VERSION}): upgrade ftrack-embedded."
    )


def test_a_database_that_is_no_studio_is_told_with_its_file(tmp_path):
    path = tmp_path / "recipes.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE recipes (name TEXT)")
    with pytest.raises(ConfigurationError) as caught:
        Studio(path)
    assert str(caught.value) == (
        f"The database {path} is not a studio: its tables are of another program. Name another one."
    )
    (tmp_path / "notes.txt").write_text("Remember the milk. " * 100)
    with pytest.raises(ConfigurationError) as caught:
        Studio(tmp_path / "notes.txt")
    assert str(caught.value) == (
        f"The database {tmp_path / 'notes.txt'} cannot be opened: file is not a database. "
        "Check that the folder exists and that the file is a studio of this server."
    )
