"""With a cache folder a session begins with the schemas that the server had the last time."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from ftrack_core.errors import (
    AuthenticationError,
    CommitRefusedError,
    ConnectionLostError,
    ServerError,
)
from ftrack_core.session.schema_memory import Remembered, SchemaMemory
from ftrack_core.testing.memory_schemas import memory_schemas
from ftrack_core.testing.memory_transport import MemoryTransport
from ftrack_core.testing.sessions import MemoryPlugin, memory_session

from ftrack_core import Session

ROWS = [
    {"__entity_type__": "Status", "id": "s1", "name": "Ready"},
    {"__entity_type__": "Task", "id": "t1", "name": "light", "status_id": "s1"},
]
INFORMATION, SCHEMAS = "query_server_information", "query_schemas"


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "kept"


@pytest.fixture
def open_session(folder):
    sessions = []

    def make(transport=None, **options):
        made = memory_session(
            transport or MemoryTransport(rows=ROWS), cache_folder=folder, **options
        )
        sessions.append(made)
        return made

    yield make
    for one in sessions:
        one.close()


@pytest.fixture
def warm(open_session):
    """A folder in which another session has left the schemas."""
    open_session().connect()


def actions(transport):
    return [[one["action"] for one in batch] for batch in transport.batches]


def renamed_schemas(type_name="Task", attribute="label"):
    """The small studio's schemas after an update of the server: one attribute more."""
    schemas = memory_schemas()
    for schema in schemas:
        if schema["id"] == type_name:
            schema["properties"][attribute] = {"type": "string"}
    return schemas


# --- how many requests it takes ------------------------------------------------------------------


def test_the_first_session_asks_for_everything_at_once_and_keeps_the_schemas(open_session, folder):
    transport = MemoryTransport(rows=ROWS)
    assert open_session(transport).query("Task").first()["name"] == "light"
    assert actions(transport) == [[INFORMATION, SCHEMAS], ["query"]]
    assert [path.suffix for path in folder.iterdir()] == [".json"]


def test_the_next_one_has_its_first_entity_after_one_request(warm, open_session):
    transport = MemoryTransport(rows=ROWS)
    assert open_session(transport).query("Task").first()["name"] == "light"
    assert actions(transport) == [[INFORMATION, "query"]]


def test_later_requests_are_as_ever(warm, open_session):
    transport = MemoryTransport(rows=ROWS)
    session = open_session(transport)
    session.query("Task").first()
    session.query("Status").first()
    assert actions(transport)[1:] == [["query"]]


def test_without_a_folder_nothing_is_kept(folder):
    transport = MemoryTransport(rows=ROWS)
    with memory_session(transport) as session:
        session.connect()
    assert not folder.exists()


def test_connecting_asks_the_server_even_so(warm, open_session):
    transport = MemoryTransport(rows=ROWS)
    open_session(transport).connect()
    assert actions(transport) == [[INFORMATION]]


def test_the_information_is_asked_for_when_it_is_wanted(warm, open_session):
    transport = MemoryTransport(rows=ROWS)
    session = open_session(transport)
    assert session.server_information["version"]
    assert session.server_information["version"]
    assert actions(transport) == [[INFORMATION]]


def test_creating_needs_no_server_and_the_commit_asks_before_it_writes(warm, open_session):
    transport = MemoryTransport(rows=ROWS)
    session = open_session(transport)
    session.create("Task", {"name": "comp"})
    assert transport.batches == []
    session.commit()
    assert actions(transport) == [[INFORMATION], ["create"]]


def test_the_servers_of_a_studio_are_kept_apart(warm, folder):
    transport = MemoryTransport(rows=ROWS)
    options = {"plugins": [MemoryPlugin(transport)], "installed": False, "cache": None}
    with Session("memory://other", "key", "ann", cache_folder=folder, **options) as session:
        session.query("Task").first()
    assert actions(transport)[0] == [INFORMATION, SCHEMAS]
    assert len(list(folder.iterdir())) == 2


# --- when the server has others meanwhile --------------------------------------------------------


def test_schemas_that_have_changed_are_taken_in_before_the_answer_is(warm, open_session):
    transport = MemoryTransport(renamed_schemas(), ROWS)
    session = open_session(transport)
    task = session.query("select label from Task").first()
    assert "label" in task
    assert actions(transport) == [[INFORMATION, "query"], [SCHEMAS]]


def test_the_next_session_knows_the_new_ones(warm, open_session):
    open_session(MemoryTransport(renamed_schemas(), ROWS)).connect()
    transport = MemoryTransport(renamed_schemas(), ROWS)
    assert "label" in open_session(transport).query("Task").first()
    assert actions(transport) == [[INFORMATION, "query"]]


def test_entities_that_were_created_before_follow(warm, open_session):
    session = open_session(MemoryTransport(renamed_schemas(), ROWS))
    task = session.create("Task", {"name": "comp"})
    assert "label" not in task
    session.connect()
    task["label"] = "new"
    session.commit()
    assert session.query("select label from Task where name is comp").one()["label"] == "new"


def test_a_query_that_the_new_server_refuses_says_so_and_the_next_one_works(warm, open_session):
    transport = MemoryTransport(renamed_schemas(), ROWS)
    transport.fail_next(ServerError("ParseError", "no such attribute", operation=1))
    session = open_session(transport)
    with pytest.raises(ServerError, match="no such attribute") as refused:
        session.query("select nothing from Task").first()
    assert refused.value.operation == 0, "its place among what the caller sent"
    assert "label" in session.query("Task").first()


def test_a_refusal_of_the_question_itself_is_no_operation_of_the_caller(warm, open_session):
    transport = MemoryTransport(rows=ROWS)
    transport.fail_next(ServerError("PermissionError", "not for you", operation=0))
    with pytest.raises(ServerError, match="not for you") as refused:
        open_session(transport).query("Task").first()
    assert refused.value.operation is None


def test_a_refused_commit_names_its_own_operation(warm, open_session):
    transport = MemoryTransport(rows=ROWS)
    session = open_session(transport)
    session.create("Task", {"name": "comp"})
    task = session.create("Task", {"id": "t1", "name": "there already"})
    with pytest.raises(CommitRefusedError) as refused:
        session.commit()
    assert refused.value.operation.key == task["id"]


# --- when the server cannot be asked -------------------------------------------------------------


def test_a_lost_connection_loses_no_question(warm, open_session):
    transport = MemoryTransport(rows=ROWS)
    transport.fail_next(ConnectionLostError("gone", sent=False))
    session = open_session(transport)
    with pytest.raises(ConnectionLostError):
        session.query("Task").first()
    assert session.query("Task").first()["name"] == "light"
    assert actions(transport)[-1] == [INFORMATION, "query"]


def test_a_wrong_key_is_told_at_the_first_request(warm, open_session):
    transport = MemoryTransport(rows=ROWS)
    transport.fail_next(AuthenticationError("ServerError", "wrong key"))
    with pytest.raises(AuthenticationError, match="wrong key"):
        open_session(transport).query("Task").first()


def test_threads_that_come_meanwhile_wait_for_the_answer(warm, open_session):
    transport = MemoryTransport(renamed_schemas(), ROWS)
    session = open_session(transport)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: "label" in session.query("Task").first(), range(8)))
    assert all(found)
    assert sum(batch.count(INFORMATION) for batch in actions(transport)) == 1


# --- the file ------------------------------------------------------------------------------------


@pytest.fixture
def memory(folder):
    return SchemaMemory(folder, "https://studio.example")


def the_file(folder):
    (path,) = folder.iterdir()
    return path


def test_what_is_kept_is_read_again(memory):
    memory.write("h1", memory_schemas())
    assert memory.read() == Remembered("h1", memory_schemas())


def test_nothing_is_no_error(memory):
    assert memory.read() is None


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "cannot be read"),
        (b'{"format": "ftrack-schemas-1", "serv', "cannot be read"),
        (b"\xff\xfe\x00", "cannot be read"),
        (b"[]", "no file of schemas"),
        (b'[{"id": "Task"}]', "no file of schemas"),
        (b'{"format": "ftrack-schemas-0"}', "no file of schemas"),
        (b'{"format": "ftrack-schemas-1", "server": "https://other.example"}', "another server's"),
    ],
)
def test_a_file_that_cannot_be_used_is_passed_over_and_written_anew(
    memory, folder, caplog, content, fault
):
    memory.write("h1", memory_schemas())
    the_file(folder).write_bytes(content)
    assert memory.read() is None
    assert fault in caplog.text
    assert str(the_file(folder)) in caplog.text
    memory.write("h2", memory_schemas())
    assert memory.read().schema_hash == "h2"


@pytest.mark.parametrize(
    "schemas",
    [
        None,
        [],
        ["Task"],
        [{"id": "Task"}],
        [{"id": "Task", "properties": [], "primary_key": ["id"]}],
        [{"id": "Task", "properties": {"id": None}, "primary_key": ["id"]}],
    ],
)
def test_content_that_is_no_list_of_schemas_is_passed_over(memory, folder, caplog, schemas):
    memory.write("h1", memory_schemas())
    path = the_file(folder)
    path.write_text(json.dumps({**json.loads(path.read_text()), "schemas": schemas}))
    assert memory.read() is None
    assert "no list of schemas" in caplog.text


def test_a_folder_that_cannot_be_written_costs_a_line_in_the_log(tmp_path, open_session, caplog):
    place = tmp_path / "kept"
    place.write_text("this is a file")
    assert open_session().query("Task").first()["name"] == "light"
    assert "could not be kept" in caplog.text
    assert str(place) in caplog.text


def test_a_full_disk_leaves_no_half_file(memory, folder, monkeypatch, caplog):
    memory.write("h1", memory_schemas())

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", full)
    memory.write("h2", memory_schemas())
    assert "No space left on device" in caplog.text
    assert len(list(folder.iterdir())) == 1
    assert memory.read().schema_hash == "h1"


def test_the_file_is_its_owners_and_holds_no_key(warm, folder):
    path = the_file(folder)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "key" not in json.loads(path.read_text()).keys() - {"schemas"}


WRITES_AND_READS = """
import os, sys
from pathlib import Path
from ftrack_core.session.schema_memory import SchemaMemory
from ftrack_core.testing.memory_schemas import memory_schemas
memory = SchemaMemory(Path(sys.argv[1]), "https://studio.example")
for turn in range(2):
    memory.write(f"h{os.getpid()}-{turn}", memory_schemas())
    assert memory.read().schemas == memory_schemas()
"""


def test_many_processes_at_once_read_whole_files_only(folder):
    command = [sys.executable, "-c", WRITES_AND_READS, str(folder)]
    processes = [subprocess.Popen(command) for _ in range(64)]
    assert [one.wait(120) for one in processes] == [0] * 64
    assert len(list(folder.iterdir())) == 1
