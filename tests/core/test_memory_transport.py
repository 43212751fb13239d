"""The in-memory server that the kernel's own tests talk to."""

from __future__ import annotations

import pytest
from ftrack_core.errors import ConnectionLostError, ServerError
from ftrack_core.testing.memory_transport import MemoryTransport
from ftrack_core.testing.transports import TransportSuite, create, query, update

ROWS = [
    {"__entity_type__": "ProjectSchema", "id": "ps", "name": "VFX"},
    {"__entity_type__": "Project", "id": "p", "name": "DUNE"},
    {"__entity_type__": "Status", "id": "ready", "name": "Ready"},
    {"__entity_type__": "Shot", "id": "sh", "name": "sh010", "parent_id": "p", "project_id": "p"},
    {
        "__entity_type__": "Task",
        "id": "light",
        "name": "Lighting",
        "parent_id": "sh",
        "project_id": "p",
        "status_id": "ready",
        "bid": 3600,
        "start_date": {"__type__": "datetime", "value": "2031-05-06T07:08:09"},
    },
    {
        "__entity_type__": "Task",
        "id": "anim",
        "name": "animation",
        "parent_id": "sh",
        "project_id": "p",
        "status_id": "ready",
    },
    {"__entity_type__": "Metadata", "parent_id": "light", "key": "camera", "value": "A7"},
]


@pytest.fixture
def server():
    return MemoryTransport(rows=ROWS)


def ids(server, expression):
    return [row["id"] for row in server.execute([query(expression)])[0]["data"]]


class TestMemoryTransport(TransportSuite):
    @pytest.fixture
    def transport(self):
        return MemoryTransport(rows=ROWS[:1])


@pytest.mark.parametrize(
    ("criteria", "found"),
    [
        ('name is "lighting"', ["light"]),
        ("bid >= 3600", ["light"]),
        ("bid is none", ["anim"]),
        ("bid != 1", ["light"]),
        ("start_date after 2031-05-06", ["light"]),
        ('start_date = "2031-05-06T09:08:09+02:00"', ["light"]),
        ('name like "%ani%"', ["anim"]),
        ('name not_like "%ani%"', ["light"]),
        ("id in (light, anim) and not id is anim", ["light"]),
        ("id not_in (light)", ["anim"]),
        ("status.name is Ready and parent.name is sh010", ["anim", "light"]),
        ("status is ready", ["anim", "light"]),
        ("parent[Shot].name is sh010", ["anim", "light"]),
        ("parent[Sequence] has ()", []),
        ('metadata any (key is "camera" and value is "A7")', ["light"]),
        ("not metadata any ()", ["anim"]),
        ("id in (select parent_id from Metadata)", ["light"]),
        ("bid is 1 or status has (name is Ready)", ["anim", "light"]),
    ],
)
def test_criteria_choose_rows(server, criteria, found):
    assert ids(server, f"select id from Task where {criteria}") == found


def test_a_base_type_answers_with_concrete_types(server):
    (answer,) = server.execute([query("select name from Context order by name")])
    named = [(row["__entity_type__"], row["name"]) for row in answer["data"]]
    wanted = [("Task", "animation"), ("Project", "DUNE"), ("Task", "Lighting"), ("Shot", "sh010")]
    assert named == wanted


def test_rows_come_by_key_and_empty_values_first(server):
    assert ids(server, "select id from Task") == ["anim", "light"]
    assert ids(server, "select id from Task order by bid descending") == ["light", "anim"]
    assert ids(server, "select id from Task order by parent.name, name desc") == ["light", "anim"]


def test_an_entity_is_written_in_full_once_and_as_a_key_afterwards(server):
    (answer,) = server.execute([query("select status.name from Task")])
    first, second = answer["data"]
    assert first["status"] == {"__entity_type__": "Status", "id": "ready", "name": "Ready"}
    assert second["status"] == {"__entity_type__": "Status", "id": "ready"}


def test_nothing_that_was_asked_for_is_lost_when_two_paths_meet(server):
    """Here the shot is first met with its name and then, inside a task, with its description."""
    (answer,) = server.execute([query("select name, children.parent.description from Shot")])
    (shot,) = answer["data"]
    inner = shot["children"][0]["parent"]
    assert shot["name"] == "sh010"
    assert inner == {"__entity_type__": "Shot", "id": "sh", "description": None}


def test_collections_lead_to_rows(server):
    (answer,) = server.execute(
        [query("select children.name, metadata, descendants, ancestors from TypedContext")]
    )
    rows = {row["id"]: row for row in answer["data"]}
    assert [child["name"] for child in rows["sh"]["children"]] == ["Lighting", "animation"]
    assert [child["id"] for child in rows["sh"]["descendants"]] == ["light", "anim"]
    assert [above["id"] for above in rows["light"]["ancestors"]] == ["sh"]
    assert rows["light"]["metadata"][0]["value"] == "A7"


def test_a_create_answers_with_what_the_server_filled_in(server):
    parent = {"__entity_type__": "Shot", "id": "sh"}
    (answer,) = server.execute([create("Task", id="new", name="comp", parent=parent)])
    assert answer["data"]["parent"] == parent
    assert answer["data"]["project_id"] == "p"
    assert answer["data"]["context_type"] == "task"
    assert "bid" not in answer["data"]


def test_a_collection_that_is_written_is_replaced_as_a_whole(server):
    note = create("Note", id="n", content="hello")
    reference = {"__entity_type__": "Note", "id": "n"}
    server.execute([note, update("Task", "light", notes=[reference], metadata=[])])
    (answer,) = server.execute(
        [query("select notes.content, metadata from Task where id is light")]
    )
    assert answer["data"][0]["notes"][0]["content"] == "hello"
    assert answer["data"][0]["metadata"] == []
    assert server.rows("Metadata") == []


def test_deleting_an_owner_deletes_what_it_owns(server):
    delete = {"action": "delete", "entity_type": "Context", "entity_key": ["sh"]}
    again = {"action": "delete", "entity_type": "Task", "entity_key": ["light"]}
    server.execute([delete, again])
    assert server.rows("TypedContext") == []
    with pytest.raises(ServerError, match="Could not find entity Task"):
        server.execute([again])


@pytest.mark.parametrize(
    ("operation", "exception", "text"),
    [
        (query("select nam from Task"), "ParseError", "Did you mean 'name'"),
        (query("Tusk"), "ParseError", 'Entity type "Tusk" does not exist'),
        (query("Task where"), "ParseError", "Failed to parse: Task where"),
        (query("Task where children is none"), "ParseError", "any ()"),
        (query("Task where bid > big"), "ParseError", '"big" is no value for bid'),
        (create("Task", id="light", name="twice"), "IntegrityError", "already exists"),
        (create("Task", id="x", nam="x"), "ValidationError", "Did you mean 'name'"),
        (update("Task", "light", thumbnail_url={}), "ValidationError", "is computed"),
        ({"action": "frobnicate"}, "ServerError", "Invalid action u'frobnicate'"),
    ],
)
def test_a_refusal_says_why(server, operation, exception, text):
    with pytest.raises(ServerError) as caught:
        server.execute([query("Task"), operation])
    assert caught.value.exception == exception
    assert text in caught.value.content
    assert caught.value.operation == 1


def test_what_was_sent_is_remembered(server):
    server.execute([query("Task")])
    server.execute([query("Shot"), query("Status")])
    assert [len(batch) for batch in server.batches] == [1, 2]
    assert server.batches[1][0]["expression"] == "Shot"


def test_a_request_can_be_made_to_fail_before_and_after_it_is_carried_out(server):
    server.fail_next(ConnectionLostError("gone", sent=False))
    server.fail_next(ConnectionLostError("gone"), after=True)
    with pytest.raises(ConnectionLostError):
        server.execute([create("Status", id="one", name="One")])
    with pytest.raises(ConnectionLostError):
        server.execute([create("Status", id="two", name="Two")])
    assert [row["id"] for row in server.rows("Status")] == ["ready", "two"]


def test_something_can_happen_before_an_answer_returns(server):
    def meanwhile(batch):
        server.before_answer = None
        server.execute([update("Task", "light", name="changed meanwhile")])

    server.before_answer = meanwhile
    (answer,) = server.execute([query("select name from Task where id is light")])
    assert answer["data"][0]["name"] == "Lighting"
    assert server.rows("Task")[0]["name"] == "changed meanwhile"


def test_only_wire_values_can_be_sent(server):
    with pytest.raises(TypeError):
        server.execute([update("Task", "light", name=object())])


def test_files_are_kept_by_component(server):
    (upload,) = server.execute([{"action": "get_upload_metadata", "component_id": "c"}])
    assert server.stream("PUT", upload["url"], body=iter([b"by", b"tes"])).status == 200
    response = server.stream("GET", "/component/get?id=c")
    assert b"".join(response.iter_bytes(2)) == b"bytes"
    assert server.stream("GET", "/component/get?id=other").status == 404
