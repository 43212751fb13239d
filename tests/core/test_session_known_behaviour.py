"""What users of ftrack sessions know and rely on, and the weak spots that they no longer meet."""

from __future__ import annotations

import copy
import gc
import pickle
import weakref
from concurrent.futures import ThreadPoolExecutor

import pytest
from ftrack_core.errors import (
    CommitRefusedError,
    EntityError,
    ServerError,
    UnknownEntityTypeError,
)
from ftrack_core.testing.sessions import memory_session
from ftrack_core.work import identity, primary_key, state, states

from ftrack_core import NOT_SET


@pytest.fixture
def session(server):
    with memory_session(server) as session:
        session.connect()
        yield session


def elsewhere(server, **values):
    """Somebody else changes the task."""
    data = {"__entity_type__": "Task", **values}
    server.execute(
        [{"action": "update", "entity_type": "Task", "entity_key": ["t1"], "entity_data": data}]
    )


def written(server):
    return [(one["action"], one["entity_type"]) for one in server.batches[-1]]


# --- the session ---------------------------------------------------------------------------------


def test_the_servers_information_is_a_copy(session):
    session.server_information["version"] = "changed"
    assert session.server_information["version"] != "changed"


def test_a_new_entity_has_an_id_at_once_and_nothing_is_sent(session):
    before = session.request_count
    user = session.create("User")
    assert len(user["id"]) == 36
    assert user["username"] is NOT_SET
    assert session.create("User", {"id": "given"})["id"] == "given"
    assert session.request_count == before


def test_what_is_not_there_is_none_and_an_unknown_type_an_error(session):
    assert session.get("User", "missing") is None
    for use in (session.create, lambda name: session.get(name, "x"), session.build):
        with pytest.raises(UnknownEntityTypeError, match="Did you mean 'User'"):
            use("Usr")


@pytest.mark.parametrize(
    "text",
    [
        "  Task",
        "Task\nwhere name like 'task%'",
        "SELECT name\n  from Task",
        "\tselect name from Task",
    ],
)
def test_blanks_lines_and_case_make_no_difference(session, text):
    assert len(session.query(text)) == 5


def test_a_limit_within_a_text_is_no_limit(session, server):
    server.add({"__entity_type__": "Task", "id": "t9", "name": "limit 1 ton offset 2"})
    assert session.query('Task where name is "limit 1 ton offset 2"').one()["id"] == "t9"


def test_a_reset_tells_handlers_once_and_keeps_the_types(session, task):
    heard = []
    session.events.subscribe("topic=ftrack.api.session.reset", lambda event: heard.append(event))
    task["name"] = "x"
    types, before = session.types, session.request_count
    session.reset()
    assert [event.data["session"] for event in heard] == [session]
    assert session.types is types
    assert session.request_count == before
    assert session.modified == []
    with session.fork() as fork:
        fork.reset()
    assert len(heard) == 1


def test_an_unknown_action_is_for_the_server_to_judge(session):
    with pytest.raises(ServerError, match="nonsense"):
        session.call([{"action": "nonsense"}])


def test_a_query_that_is_no_text_and_an_operation_that_is_in_no_list_are_told(session):
    with pytest.raises(TypeError, match="a query is a text such as"):
        session.query(None)
    with pytest.raises(TypeError, match="operations are sent as a list"):
        session.call({"action": "query_server_information"})


def test_a_closed_session_can_be_collected(server):
    session = memory_session(server)
    task = session.get("Task", "t1")
    task["name"] = "x"
    session.close()
    gone = weakref.ref(session)
    del session, task
    gc.collect()
    assert gone() is None


# --- loading switched off ------------------------------------------------------------------------


def test_loading_is_switched_off_for_a_block(session):
    task = session.query("select name from Task where id is t1").one()
    before = session.request_count
    with session.auto_populating(False):
        assert task["bid"] is NOT_SET
        with session.auto_populating(True):
            assert task["description"] is not NOT_SET
        assert task["bid"] is NOT_SET
        assert session.request_count == before + 1
    assert task["bid"] == 1.0


def test_it_is_switched_off_for_one_thread_only(session):
    tasks = session.query("select name from Task").all()
    with ThreadPoolExecutor(1) as pool, session.auto_populating(False):
        assert tasks[0]["bid"] is NOT_SET
        assert pool.submit(lambda: tasks[0]["bid"]).result() == 0.0
    with ThreadPoolExecutor(1) as pool:
        pool.submit(session.auto_populating(False).__enter__).result()
    with ThreadPoolExecutor(1) as pool:  # a new thread, perhaps of the same number
        assert pool.submit(lambda: tasks[1]["description"]).result() is not NOT_SET


def test_looking_into_a_collection_that_is_not_loaded_leaves_no_mark(session):
    project = session.query("select name from Project").one()
    with session.auto_populating(False):
        assert list(project["children"]) == []
        assert "anything" not in project["children"]
    assert len(project["children"]) == 5


def test_populating_is_one_request_and_passes_over_what_is_new(session):
    new = session.create("Task", {"name": "new"})
    tasks = [*session.query("select name from Task where id in (t1, t2)"), new]
    before = session.request_count
    session.populate(tasks, "bid, description")
    assert session.request_count == before + 1
    session.populate([new], "bid")
    session.populate([], "bid")
    assert session.request_count == before + 1


# --- entities ------------------------------------------------------------------------------------


def test_a_local_edit_survives_a_query_and_taking_it_back_shows_what_is_new(session, server, task):
    task["name"] = "mine"
    elsewhere(server, name="theirs")
    session.query("select name from Task").all()
    assert task["name"] == "mine"
    del task["name"]
    assert task["name"] == "theirs"


def test_assigning_no_value_takes_a_change_back(session, server, task):
    task["name"] = "mine"
    task["name"] = NOT_SET
    task["id"] = NOT_SET
    assert (task["name"], task["id"]) == ("task 1", "t1")
    before = session.request_count
    session.commit()
    assert session.request_count == before
    assert state(task) is NOT_SET


def test_an_unknown_name_is_a_key_error_and_get_gives_the_default(task):
    with pytest.raises(KeyError, match="Did you mean 'name'"):
        task["nmae"]
    assert task.get("nmae", 1) == 1


def test_entities_of_two_sessions_are_equal_if_they_are_one_row(server, task):
    with memory_session(server) as other:
        theirs = other.get("Task", "t1")
        assert theirs == task
        assert hash(theirs) == hash(task)
        assert len({theirs, task}) == 1
        assert other.get("Task", "t2") != task


def test_identity_and_states_come_in_the_order_asked_for(session, task):
    second, new = session.get("Task", "t2"), session.create("Task")
    second["name"] = "x"
    assert identity(task) == ("Task", ["t1"])
    assert primary_key(task) == {"id": "t1"}
    assert [str(one).rpartition(".")[2] for one in states([new, task, second, new])] == [
        "CREATED",
        "NOT_SET",
        "MODIFIED",
        "CREATED",
    ]
    assert states([]) == []


def test_the_mark_for_no_value_stays_one_object():
    assert copy.copy(NOT_SET) is copy.deepcopy(NOT_SET) is NOT_SET
    assert pickle.loads(pickle.dumps({"a": NOT_SET}))["a"] is NOT_SET
    assert (str(NOT_SET), repr(NOT_SET)) == ("NOT_SET", "Symbol(NOT_SET)")


def test_a_copy_of_an_entity_is_the_entity(task):
    assert copy.copy(task) is task
    assert copy.deepcopy({"found": [task]})["found"][0] is task


def test_an_entity_cannot_be_pickled_and_says_what_can(task):
    with pytest.raises(EntityError, match=r"cannot be pickled: send session\.encode"):
        pickle.dumps(task)


def test_plain_rows_can_be_copied_and_pickled(session):
    (row,) = session.query("select name from Task where id is t1").rows()
    assert pickle.loads(pickle.dumps(copy.deepcopy(row))) == row


# --- collections and mappings --------------------------------------------------------------------


def test_a_collection_of_a_new_entity_is_an_empty_list_without_a_request(session):
    project = session.create("Project", {"name": "new"})
    before = session.request_count
    assert list(project["children"]) == []
    assert len(project["metadata"]) == 0
    assert session.request_count == before


def test_collections_compare_without_order(session):
    project = session.get("Project", "p1")
    tasks = list(project["children"])
    other = session.create("Project", {"name": "new"})
    other["children"] = reversed(tasks)
    assert other["children"] == project["children"]
    other["children"].pop()
    assert other["children"] != project["children"]
    assert project["children"] != {}


def test_slices_of_a_collection_are_deleted(session, server):
    project = session.get("Project", "p1")
    gone = list(project["children"])[1:3]
    del project["children"][1:3]
    assert not set(gone) & set(project["children"])
    project["children"].append(gone[0])
    assert len(project["children"]) == 4
    session.commit()
    left = [row["id"] for row in server.rows("Task") if row["parent_id"] is None]
    assert left == [gone[1]["id"]]


def test_a_key_that_was_removed_can_be_added_again(session, server, task):
    del task["metadata"]["colour"]
    task["metadata"]["colour"] = "again"
    session.commit()
    del task["metadata"]["colour"]
    session.commit()
    task["metadata"]["colour"] = "once more"
    session.commit()
    assert [row["value"] for row in server.rows("Metadata")] == ["once more"]


def test_edits_of_metadata_are_taken_back_together(session, server, task):
    task["name"] = "stays"
    task["metadata"].update({"colour": "new", "a": "1"})
    task["metadata"]["a"] = "2"
    del task["metadata"]
    assert dict(task["metadata"]) == {"colour": "red"}
    session.commit()
    assert written(server) == [("update", "Task")]
    assert [row["value"] for row in server.rows("Metadata")] == ["red"]


def test_assigning_the_same_mapping_again_is_harmless(session, server, task):
    for _ in range(2):
        task["metadata"] = {"colour": "new", "a": "1"}
        session.commit()
    assert dict(task["metadata"]) == {"colour": "new", "a": "1"}
    assert len(server.rows("Metadata")) == 2


# --- commits -------------------------------------------------------------------------------------


def test_what_comes_to_nothing_is_not_sent_and_leaves_nothing_pending(session, task):
    session.delete(session.create("Task", {"name": "new"}))
    task["name"] = "x"
    del task["name"]
    before = session.request_count
    session.commit()
    assert session.request_count == before
    assert len(session.work.log) == 0
    assert session.created == session.modified == session.deleted == []


def test_an_update_folds_into_its_create_only_if_nothing_lies_between(session, server):
    first = session.create("Task", {"name": "first"})
    first["bid"] = 1
    second = session.create("Task", {"name": "second"})
    first["description"] = "later"
    session.commit()
    assert written(server) == [("create", "Task"), ("create", "Task"), ("update", "Task")]
    assert server.batches[-1][0]["entity_data"]["bid"] == 1
    assert states([first, second]) == [NOT_SET, NOT_SET]


def test_created_modified_and_deleted_entities_are_listed(session, task):
    gone = session.get("Task", "t2")
    task["name"] = "x"
    new = session.create("Task", {"name": "new"})
    new["name"] = "newer"
    session.delete(gone)
    assert (session.created, session.modified, session.deleted) == ([new], [task], [gone])
    session.rollback()
    assert session.created == session.modified == session.deleted == []


def test_a_deleted_entity_is_not_found_any_more(session, task):
    session.delete(task)
    session.commit()
    assert session.get("Task", "t1") is None
    again = session.create("Task", {"id": "t1", "name": "again"})
    session.commit()
    assert session.get("Task", "t1") is again


def test_a_sentence_of_the_server_is_not_ended_twice(session, server, task):
    server.fail_next(ServerError("ValidationError", "That is no name."))
    task["name"] = "other"
    with pytest.raises(CommitRefusedError, match=r"That is no name\. Nothing was"):
        session.commit()


@pytest.mark.parametrize("content", ["{name} is {0}", "100% of %s", "}{", "caf\u00e9 \u2603"])
def test_an_error_shows_the_servers_words_whatever_they_hold(session, server, task, content):
    task["name"] = "x"
    server.fail_next(ServerError("ValidationError", content))
    with pytest.raises(CommitRefusedError) as refused:
        session.commit()
    assert content in str(refused.value)
    assert (refused.value.exception, refused.value.content) == ("ValidationError", content)
