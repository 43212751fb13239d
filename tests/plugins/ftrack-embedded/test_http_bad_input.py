"""Whatever is sent, the answer is one clear error, nothing is lost and no stack trace is shown."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
import textwrap

import pytest
import requests
from ftrack_core.errors import ServerError
from ftrack_embedded import Server, Studio
from operations import create

KEY = "a key for tests"
HEADERS = {"ftrack-user": "admin", "ftrack-api-key": KEY, "ftrack-strict-api": "true"}
CLEAR = {
    "DuplicateEntryError",
    "IntegrityError",
    "ParseError",
    "PermissionError",
    "ServerError",
    "ValidationError",
    "ValueError",
}


@pytest.fixture(scope="module")
def server():
    with Studio() as studio:
        studio.register_api_key("admin", KEY)
        studio.execute([create("Project", id="p1", name="orbit")])
        with Server(studio, max_body=100_000) as server:
            yield server


@pytest.fixture(scope="module")
def session():
    with requests.Session() as session:
        yield session


@pytest.fixture
def send(server, session):
    def post(batch=None, body=None, **headers):
        sent = {"data": body} if body is not None else {"json": batch}
        return session.post(f"{server.url}/api", headers={**HEADERS, **headers}, timeout=30, **sent)

    return post


def check(answer):
    """Return the error of an answer that has to be a clear one."""
    assert 400 <= answer.status_code < 500
    error = answer.json()
    assert set(error) >= {"exception", "content", "error_code"}
    assert error["exception"] in CLEAR
    assert error["content"]
    for word in ("Traceback", 'File "', "sqlite3", "sqlalchemy", "{", "}"):
        assert word not in error["content"]
    return error


# --- what is no batch --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[",
        b"nonsense",
        b'[{"action": "query", "expression": "Task"',
        b"[" * 90_000,
        b'{"action": ' * 5_000,
        b"\xff\xfe\x00",
        b'["\\ud800"]',
        b"null",
        b"3",
        b'"query"',
        b"{}",
        b"[null]",
        b"[[]]",
        b"[3]",
        b"[{}]",
    ],
)
def test_what_is_no_batch_is_refused(send, body):
    check(send(body=body))


def test_a_batch_that_is_too_large_is_refused_with_the_limit(send):
    answer = send(body=b" " * 200_000)
    assert answer.status_code == 413
    assert answer.json()["exception"] == "PayloadTooLargeError"


def test_a_batch_of_unknown_length_may_not_be_larger_either(server):
    pieces = (b" " * 10_000 for _ in range(20))
    answer = requests.post(f"{server.url}/api", data=pieces, headers=HEADERS, timeout=30)
    assert answer.status_code == 413


@pytest.mark.parametrize("action", ["frobnicate", "", 3, [], {"a": 1}])
def test_an_unknown_action_is_named(send, action):
    error = check(send([{"action": action}]))
    assert error["content"].startswith("Invalid action u'")


# --- members of the wrong type -----------------------------------------------------------------

STRANGE = [
    None,
    True,
    3,
    -1.5,
    "",
    "x\x00y",
    "\ud800",
    "%",
    [],
    [[]],
    {},
    {"id": {"id": []}},
    10**30,
]
OPERATIONS = [
    ({"action": "query", "expression": "Task"}, ["expression"]),
    (create("Task", name="x", parent_id="p1"), ["entity_type", "entity_data"]),
    (
        {"action": "update", "entity_type": "Project", "entity_key": ["p1"], "entity_data": {}},
        ["entity_type", "entity_key", "entity_data"],
    ),
    (
        {"action": "delete", "entity_type": "Task", "entity_key": ["x"]},
        ["entity_type", "entity_key"],
    ),
    (
        {"action": "search", "entity_type": "Task", "terms": ["x"]},
        ["entity_type", "terms", "expression", "context_id", "object_type_ids"],
    ),
    (
        {"action": "get_upload_metadata", "component_id": "c"},
        ["component_id", "file_name", "file_size", "checksum", "parts"],
    ),
    (
        {"action": "complete_multipart_upload", "component_id": "c", "upload_id": "u"},
        ["component_id", "upload_id", "parts"],
    ),
    ({"action": "get_widget_url", "name": "info"}, ["name", "theme", "entity_type", "entity_key"]),
    ({"action": "encode_media", "component_id": "c"}, ["component_id", "version_id"]),
    (
        {"action": "reset_remote", "reset_type": "password", "entity_key": "x"},
        ["reset_type", "entity_key", "entity_type"],
    ),
    ({"action": "delayed_job", "job_type": "x"}, ["job_type"]),
    ({"action": "send_user_invite"}, ["user_id"]),
    ({"action": "send_review_session_invite"}, ["review_session_invitee_id"]),
    ({"action": "grant_user_security_role_project"}, ["user_id", "role_id", "project_id"]),
    ({"action": "query_server_information"}, ["values"]),
]
MEMBERS = [(operation, name) for operation, names in OPERATIONS for name in names]


@pytest.mark.parametrize(
    ("operation", "member"), MEMBERS, ids=[f"{one['action']}-{name}" for one, name in MEMBERS]
)
def test_a_member_of_the_wrong_type_is_an_error_or_makes_no_difference(send, operation, member):
    for value in STRANGE:
        answer = send([{**operation, member: value}])
        if answer.status_code != 200:
            check(answer)


ATTRIBUTES = [
    "name",
    "parent_id",
    "parent",
    "bid",
    "start_date",
    "sort",
    "metadata",
    "scopes",
    "notes",
]
ATTRIBUTES += [
    "custom_attributes",
    "status",
    "link",
    "assignments",
    "id",
    "context_type",
    "is_private",
]


@pytest.mark.parametrize("attribute", ATTRIBUTES)
@pytest.mark.parametrize("entity_type", ["Task", "Project"])
def test_an_attribute_of_the_wrong_type_is_an_error_or_can_be_read_back(
    send, entity_type, attribute
):
    for number, value in enumerate(STRANGE):
        data = {"name": f"{attribute}{number}", "parent_id": "p1", attribute: value}
        answer = send([create(entity_type, **data)])
        if answer.status_code != 200:
            check(answer)
            continue
        identifier = answer.json()[0]["data"]["id"]
        key = {"entity_type": entity_type, "entity_key": [identifier]}
        assert send([{"action": "delete", **key}]).status_code == 200


@pytest.mark.parametrize("value", STRANGE)
@pytest.mark.parametrize("kind", ["fps", "colorspace", "is_full_cg", "complexity", "delivery_date"])
def test_a_custom_value_of_the_wrong_kind_is_an_error_or_can_be_read_back(send, kind, value):
    criterion = f'key is {kind} and entity_type is "show"'
    asked = {"action": "query", "expression": f"CustomAttributeConfiguration where {criterion}"}
    found = send([asked]).json()[0]["data"]
    key = [found[0]["id"], "p1"]
    change = {"action": "update", "entity_type": "ContextCustomAttributeValue", "entity_key": key}
    answer = send([{**change, "entity_data": {"value": value}}])
    if answer.status_code != 200:
        check(answer)
    read = [{"action": "query", "expression": "select custom_attributes from Project"}]
    assert send(read).status_code == 200


def test_an_id_that_is_taken_is_refused(send):
    error = check(send([create("Project", id="p1", name="other")]))
    assert error["exception"] == "IntegrityError"
    batch = [create("Scope", id="s1", name="a"), create("Scope", id="s1", name="b")]
    assert check(send(batch))["operation"] == 1


def test_a_reference_to_nothing_is_refused_with_its_name(send):
    error = check(send([create("Task", name="x", parent_id="p1", status_id="gone")]))
    assert "Status gone" in error["content"]


def test_an_error_of_ours_says_nothing_of_itself(send, server, monkeypatch, caplog):
    def fail(*_):
        raise RuntimeError("secret detail")

    monkeypatch.setattr(type(server.studio), "reading", fail)
    answer = send([{"action": "query", "expression": "Task"}])
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "secret detail" in caplog.text
    fetched = requests.get(f"{server.url}/component/get?id=x", headers=HEADERS, timeout=30)
    assert fetched.status_code == 500
    assert "secret" not in fetched.text


@pytest.mark.parametrize(
    "path", ["/component/get", "/component/thumbnail", "/widget/x", "/upload/x"]
)
@pytest.mark.parametrize("query", ["", "?id=", "?id=%00", "?id=%ff", "?id='\"\\", "?size=x&id=x"])
def test_a_strange_request_for_a_file_is_a_clear_error(server, session, path, query):
    method = "PUT" if path == "/upload/x" else "GET"
    answer = session.request(method, server.url + path + query, headers=HEADERS, timeout=30)
    assert answer.status_code in (400, 403, 404, 422)
    assert answer.json()["exception"]


# --- kill -9 -----------------------------------------------------------------------------------

WRITER = textwrap.dedent(
    """
    import sys
    from ftrack_embedded import Studio

    with Studio(sys.argv[1]) as studio:
        for number in range(100_000):
            studio.execute([
                {
                    "action": "create",
                    "entity_type": "Folder",
                    "entity_data": {"name": f"{number}-{one}", "parent_id": "p1"},
                }
                for one in range(20)
            ])
            print(number, flush=True)
    """
)
DYING = textwrap.dedent(
    """
    import os, signal, sys
    from ftrack_embedded import Studio
    from ftrack_embedded.engine import studio as engine

    def die(*_):
        os.kill(os.getpid(), signal.SIGKILL)

    with Studio(sys.argv[1]) as studio:
        from sqlalchemy import event
        from sqlalchemy.engine import Engine

        event.listen(Engine, "commit", die)
        studio.execute([
            {
                "action": "create",
                "entity_type": "Folder",
                "entity_data": {"name": "late", "parent_id": "p1"},
            }
        ])
    """
)
posix = pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")


def founded(path):
    with Studio(path) as studio:
        studio.execute([create("Project", id="p1", name="orbit")])


def folders(path):
    """Open the database again and return the names of what is in it."""
    with Studio(path) as studio:
        query = {"action": "query", "expression": "select name from Folder"}
        return [row["name"] for row in studio.execute([query])[0]["data"]]


@posix
@pytest.mark.parametrize("acknowledged", [1, 4, 9])
def test_a_killed_server_leaves_whole_batches_and_all_that_it_had_answered(tmp_path, acknowledged):
    path = tmp_path / "studio.db"
    founded(path)
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True
    ) as process:
        for line in itertools.islice(process.stdout, acknowledged):
            last = int(line)
        process.send_signal(signal.SIGKILL)
        process.stdout.close()
    counts: dict[str, int] = {}
    for name in folders(path):
        batch = name.partition("-")[0]
        counts[batch] = counts.get(batch, 0) + 1
    assert set(counts.values()) == {20}, "no batch is there in part"
    assert {str(number) for number in range(last + 1)} <= set(counts), "no answer was a lie"
    with Studio(path) as studio:
        studio.execute([create("Folder", name="after", parent_id="p1")])


@posix
def test_a_batch_that_was_about_to_be_committed_is_not_there(tmp_path):
    path = tmp_path / "studio.db"
    founded(path)
    died = subprocess.run([sys.executable, "-c", DYING, str(path)], check=False)
    assert died.returncode == -signal.SIGKILL
    assert folders(path) == []


def test_a_database_of_a_newer_version_is_left_alone(tmp_path):
    import sqlite3
    from contextlib import closing

    path = tmp_path / "studio.db"
    founded(path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE studio SET format_version = 99")
    connection.close()
    with pytest.raises(Exception, match="newer version"):
        Studio(path)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM context").fetchone() == (1,)


def test_a_batch_that_fails_in_process_leaves_nothing_either():
    with Studio() as studio:
        with pytest.raises(ServerError):
            studio.execute([create("Project", id="p1", name="x"), create("Nothing")])
        assert studio.execute([{"action": "query", "expression": "Project"}])[0]["data"] == []
