"""Entities as text and back: encode, decode, and merge into a session."""

from __future__ import annotations

import datetime
import json

import pytest
from ftrack_core.errors import EncodingError, EntityError, UnknownEntityTypeError

from ftrack_core import NOT_SET

START = {"__type__": "datetime", "value": "2031-05-06T07:08:09"}
MOMENT = datetime.datetime(2031, 5, 6, 7, 8, 9, tzinfo=datetime.timezone.utc)


@pytest.fixture
def rows(rows):
    for row in rows:
        if row["__entity_type__"] == "Task":
            row["start_date"] = START
    return rows


@pytest.fixture
def task(session):
    text = "select name, start_date, status.name, metadata, parent from Task where id is t1"
    return session.query(text).one()


def encoded(session, value, *strategy):
    return json.loads(session.encode(value, *strategy))


# --- encoding ------------------------------------------------------------------------------------


def test_text_has_sorted_keys_and_one_form(session):
    value = {"b": [1, 2.5, None, True], "a": "\u00e4", "c": MOMENT}
    assert session.encode(value) == (
        '{"a": "\\u00e4", "b": [1, 2.5, null, true], "c": {"__type__": "datetime", '
        '"value": "2031-05-06T07:08:09+00:00"}}'
    )


def test_what_is_here_is_written_and_what_it_leads_to_by_reference(session, task):
    found = encoded(session, task)
    for named_by_the_server in ("context_type", "object_type_id", "project_id"):
        del found[named_by_the_server]
    assert found == {
        "__entity_type__": "Task",
        "id": "t1",
        "name": "task 1",
        "start_date": {"__type__": "datetime", "value": "2031-05-06T07:08:09"},
        "status": {"__entity_type__": "Status", "id": "s0"},
        "parent": {"__entity_type__": "Project", "id": "p1"},
        "metadata": [
            {"__entity_type__": "Metadata", "parent_id": "t1", "key": "colour", "value": "red"}
        ],
    }


def test_encoding_what_is_here_sends_nothing(session, task):
    before = session.request_count
    for strategy in ("set_only", "modified_only", "persisted_only"):
        session.encode(task, strategy)
    assert session.request_count == before


def test_what_was_assigned_wins_and_its_identifier_follows(session, task):
    task["status"] = session.get("Status", "s2")
    task["name"] = "light"
    found = encoded(session, task)
    assert (found["name"], found["status_id"]) == ("light", "s2")
    assert found["status"] == {"__entity_type__": "Status", "id": "s2"}


def test_only_what_differs_from_the_server(session, task):
    assert encoded(session, task, "modified_only") == {"__entity_type__": "Task", "id": "t1"}
    task["name"] = "task 1"
    task["start_date"] = MOMENT
    task["status"] = session.get("Status", "s0")
    assert encoded(session, task, "modified_only") == {"__entity_type__": "Task", "id": "t1"}
    task["name"] = "light"
    task["metadata"]["size"] = "big"
    found = encoded(session, task, "modified_only")
    assert set(found) == {"__entity_type__", "id", "name", "metadata"}
    assert {one["key"]: one["value"] for one in found["metadata"]} == {
        "colour": "red",
        "size": "big",
    }


def test_only_what_the_server_has(session, task):
    task["name"] = "light"
    assert encoded(session, task, "persisted_only")["name"] == "task 1"


def test_computed_attributes_are_not_persisted(session):
    computed = [one.name for one in session.schemas["Task"].attributes.values() if one.computed]
    text = f"select name, {', '.join(computed)} from Task where id is t1"
    task = session.query(text).one()
    assert computed
    assert set(encoded(session, task, "set_only")) >= set(computed)
    assert not set(encoded(session, task, "persisted_only")) & set(computed)


def test_all_loads_what_is_not_here_in_one_request(session):
    task = session.query("select name from Task where id is t1").one()
    before = session.request_count
    found = encoded(session, task, "all")
    assert session.request_count == before + 1
    assert set(found) == {"__entity_type__", *task}


def test_a_new_entity_is_written_with_what_it_was_given(session, task):
    new = session.create("Task", {"name": "new", "parent": task["parent"], "bid": 3})
    new["metadata"]["a"] = "1"
    for strategy in ("set_only", "modified_only"):
        found = encoded(session, new, strategy)
        assert (found["id"], found["bid"]) == (new["id"], 3)
        assert found["parent"] == {"__entity_type__": "Project", "id": "p1"}
        assert found["metadata"] == [
            {"__entity_type__": "Metadata", "parent_id": new["id"], "key": "a", "value": "1"}
        ]


def test_lists_results_and_mappings_of_entities(session, task):
    found = encoded(
        session, {"tasks": [task], "statuses": session.query("select name from Status")}
    )
    assert found["tasks"][0]["name"] == "task 1"
    assert [one["name"] for one in found["statuses"]] == ["Status 0", "Status 1", "Status 2"]


def test_a_collection_is_a_list_of_references(session):
    project = session.get("Project", "p1")
    assert encoded(session, project["children"]) == [
        {"__entity_type__": "Task", "id": f"t{n}"} for n in range(5)
    ]


def test_operations_are_written_as_call_sends_them(session, server, task):
    batch = [
        {
            "action": "update",
            "entity_type": "Task",
            "entity_key": ["t2"],
            "entity_data": {"__entity_type__": "Task", "status": task["status"], "bid": 2},
        }
    ]
    session.call(batch)
    assert json.loads(session.encode(batch)) == server.batches[-1]


def test_another_strategy_is_refused(session, task):
    with pytest.raises(EncodingError, match="Did you mean 'set_only'"):
        session.encode(task, "set_onyl")
    with pytest.raises(ValueError, match="no entity_attribute_strategy"):
        session.encode([], "")


def test_what_json_cannot_hold_is_refused(session):
    with pytest.raises(TypeError, match="use a list"):
        session.encode({"a": {1}})


# --- decoding ------------------------------------------------------------------------------------


def test_an_entity_comes_back_equal_but_belongs_to_no_session(session, task):
    found = session.decode(session.encode(task))
    assert found == task
    assert found is not task
    assert (found["name"], found["start_date"]) == ("task 1", MOMENT)
    assert found["status"] == task["status"]
    assert dict(found["metadata"]) == {"colour": "red"}
    assert found["bid"] is NOT_SET


def test_a_decoded_entity_asks_nobody_and_is_not_changed(session, task):
    found = session.decode(session.encode(task))
    before = session.request_count
    assert found["bid"] is NOT_SET
    with pytest.raises(EntityError, match=r"session\.merge"):
        found["name"] = "x"
    with pytest.raises(EntityError, match=r"session\.merge"):
        found["metadata"]["a"] = "1"
    assert session.request_count == before


def test_moments_offsets_and_null_moments(session):
    text = """[{"__type__": "datetime", "value": "2031-05-06T09:08:09+02:00"},
               {"__type__": "date", "value": "2031-05-06"},
               {"__type__": "datetime", "value": null}]"""
    assert session.decode(text) == [MOMENT, MOMENT.replace(hour=0, minute=0, second=0), None]


def test_plain_values_come_back_as_they_were(session):
    value = {"a": [1, {"b": None}], "c": "text"}
    assert session.decode(session.encode(value)) == value


def test_the_same_row_is_the_same_object_within_one_text(session):
    row = {"__entity_type__": "Status", "id": "s1"}
    first, second = session.decode(json.dumps([row, {**row, "name": "Ready"}]))
    assert first is second
    assert first["name"] == "Ready"


def test_what_cannot_be_decoded_says_why(session):
    with pytest.raises(EncodingError, match="no JSON"):
        session.decode("{")
    with pytest.raises(EncodingError, match="id is missing"):
        session.decode('{"__entity_type__": "Task", "name": "x"}')
    with pytest.raises(UnknownEntityTypeError, match="Did you mean 'Task'"):
        session.decode('{"__entity_type__": "Tsak", "id": "x"}')


def test_what_a_new_entity_shows_by_default_is_written(session):
    new = session.create("AssetVersion", {"comment": "mine"})
    for strategy in ("all", "set_only", "modified_only"):
        found = encoded(session, new, strategy)
        assert (found["comment"], found["is_published"]) == ("mine", new["is_published"])
        assert session.decode(json.dumps(found))["is_published"] is new["is_published"]
    assert encoded(session, new, "persisted_only").keys() == {"__entity_type__", "id"}


# --- merging -------------------------------------------------------------------------------------


def test_merging_gives_the_one_entity_of_the_session(session, task):
    assert session.merge(task) is task
    assert session.merge(session.decode(session.encode(task))) is task


def test_what_was_decoded_becomes_known_without_a_request(session):
    text = '{"__entity_type__": "Task", "id": "t2", "name": "from text", "bid": 5.0}'
    session.connect()
    before = session.request_count
    task = session.merge(session.decode(text))
    assert (task["name"], task["bid"]) == ("from text", 5.0)
    assert session.request_count == before
    assert task["project_id"] == "p1"
    task["name"] = "mine"
    session.commit()


def test_merging_is_newer_than_what_was_known_and_older_than_a_local_edit(session, task):
    task["name"] = "mine"
    text = '{"__entity_type__": "Task", "id": "t1", "name": "theirs", "bid": 7.0}'
    session.merge(session.decode(text))
    assert (task["name"], task["bid"]) == ("mine", 7.0)
    session.rollback()
    assert task["name"] == "theirs"


def test_an_entity_of_another_session_with_the_rows_it_leads_to(session, other):
    theirs = other.query("select name, status.name, parent.name from Task where id is t1").one()
    theirs["parent"]["children"]  # a ring: the project leads back to its tasks
    assert len(theirs["parent"]["children"]) == 5
    session.connect()
    before = session.request_count
    ours = session.merge(theirs)
    assert ours == theirs
    assert ours.session is session
    assert (ours["status"]["name"], ours["parent"]["name"]) == ("Status 0", "orbit")
    assert ours in list(ours["parent"]["children"])
    assert ours["parent"].session is session
    assert session.request_count == before
    assert theirs.session is other


def test_nested_rows_reach_entities_that_are_here_already(session, other, server):
    status = session.get("Status", "s0")
    assert status["name"] == "Status 0"
    server.execute(
        [
            {
                "action": "update",
                "entity_type": "Status",
                "entity_key": ["s0"],
                "entity_data": {"__entity_type__": "Status", "name": "Renamed"},
            }
        ]
    )
    session.merge(other.query("select status.name from Task where id is t1").one())
    assert status["name"] == "Renamed"


def test_what_was_asked_for_here_since_stays(session, other, server):
    theirs = other.query("select name, description, status.name from Task where id is t1").one()
    change = {"action": "update", "entity_type": "Task", "entity_key": ["t1"]}
    server.execute([{**change, "entity_data": {"__entity_type__": "Task", "name": "renamed"}}])
    ours = session.query("select name from Task where id is t1").one()
    assert session.merge(theirs) is ours
    assert ours["name"] == "renamed"
    assert ours["status"]["name"] == "Status 0"
    server.execute([{**change, "entity_data": {"__entity_type__": "Task", "name": "again"}}])
    other.populate(theirs, "name")
    assert session.merge(theirs)["name"] == "again"


def test_edits_of_another_session_stay_there(session, other):
    theirs = other.get("Task", "t1")
    theirs["name"] = "pending there"
    assert session.merge(theirs)["name"] == "task 1"
    assert session.modified == []


def test_what_another_session_has_not_committed_is_refused(session, other):
    new = other.create("Task", {"name": "new", "parent": other.get("Project", "p1")})
    with pytest.raises(EntityError, match="commit it there first"):
        session.merge(new)
    other.commit()
    assert session.merge(new)["name"] == "new"


def test_lists_mappings_and_collections_are_merged_item_by_item(session, other):
    project = other.get("Project", "p1")
    found = session.merge({"tasks": project["children"], "n": 1, "text": "x"})
    assert [one.session for one in found["tasks"]] == [session] * 5
    assert (found["n"], found["text"]) == (1, "x")
