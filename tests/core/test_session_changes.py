"""Changing: create, edit, delete, commit, rollback, and what happens when the server refuses."""

from __future__ import annotations

import threading

import pytest
from ftrack_core.errors import (
    CommitRefusedError,
    ConnectionLostError,
    EntityError,
    ImmutableAttributeError,
    OutcomeUnknownError,
    PluginError,
    ServerError,
    TransportError,
    UnknownAttributeError,
)
from ftrack_core.testing.sessions import memory_session

from ftrack_core import NOT_SET, hookimpl


@pytest.fixture
def rows(rows):
    """Without the key that a task has: nobody has metadata."""
    return [row for row in rows if row["__entity_type__"] != "Metadata"]


def row(server, key):
    return next(one for one in server.rows("Task") if one["id"] == key)


# --- edits ---------------------------------------------------------------------------------------


def test_an_edit_shows_at_once_and_reaches_the_server_with_the_commit(session, server, task):
    task["name"] = "animate"
    assert task["name"] == "animate"
    assert row(server, "t1")["name"] == "task 1"
    session.commit()
    assert task["name"] == "animate"
    assert row(server, "t1")["name"] == "animate"


def test_a_commit_is_one_request_however_many_changes_there_are(session, server):
    for one in session.query("Task"):
        one["name"] = one["id"]
        one["bid"] = 1
    before = len(server.batches)
    session.commit()
    assert len(server.batches) == before + 1
    assert len(server.batches[-1]) == 5


def test_a_commit_without_changes_sends_nothing(session, server):
    session.connect()
    before = len(server.batches)
    session.commit()
    assert len(server.batches) == before


def test_a_reference_is_assigned_as_an_entity(session, server, task):
    task["status"] = session.get("Status", "s2")
    session.commit()
    assert row(server, "t1")["status_id"] == "s2"
    assert task["status"]["name"] == "Status 2"


def test_the_identifier_behind_a_reference_follows_it(session, task):
    assert task["status_id"] == "s0"
    task["status"] = session.get("Status", "s2")
    session.commit()
    assert task["status_id"] == "s2"


@pytest.mark.parametrize("wrong", ["red", [1], [], "", 5, {1: "red"}])
def test_what_is_no_dictionary_of_texts_is_refused_by_a_mapping_and_changes_nothing(
    session, task, wrong
):
    task["metadata"]["colour"] = "red"
    session.commit()
    with pytest.raises(EntityError, match=r"Task\.metadata takes (a dictionary|texts as keys)"):
        task["metadata"] = wrong
    assert dict(task["metadata"]) == {"colour": "red"}
    assert len(session.work.log) == 0
    with pytest.raises(EntityError, match=r"Task\.metadata takes (a dictionary|texts as keys)"):
        session.create("Task", {"name": "new", "metadata": wrong})
    assert len(session.work.log) == 0


def test_of_several_attributes_all_are_assigned_or_none(session, task):
    with pytest.raises(UnknownAttributeError, match="Did you mean 'name'"):
        task.update({"bid": 7.0, "nmae": "x"})
    assert len(session.work.log) == 0
    task.update({"bid": 7.0}, name="x")
    assert (task["bid"], task["name"]) == (7.0, "x")


def test_of_several_keys_all_are_assigned_or_none(session, task):
    with pytest.raises(EntityError, match="takes texts as keys, not 1"):
        task["metadata"].update({"size": "large", 1: "red"})
    assert len(session.work.log) == 0
    task["metadata"].update({"size": "large"}, colour="blue")
    assert dict(task["metadata"]) == {"size": "large", "colour": "blue"}


@pytest.mark.parametrize("is_new", [True, False])
def test_a_value_that_is_assigned_again_during_a_commit_is_not_taken_for_an_earlier_one(
    session, server, task, is_new
):
    one = session.create("Task", {"name": "a"}) if is_new else task

    def assign(value):
        one["name"] = one["metadata"]["colour"] = value

    assign("a")
    assign("b")
    server.before_answer = lambda batch: assign("a") if batch[0]["action"] != "query" else None
    session.commit()
    server.before_answer = None
    assert (one["name"], one["metadata"]["colour"]) == ("a", "a")
    session.rollback()
    assert (one["name"], one["metadata"]["colour"]) == ("b", "b")


@pytest.mark.parametrize("committed", ["blue", None])
def test_a_key_that_is_assigned_during_a_commit_and_rolled_back_shows_what_was_committed(
    session, server, task, committed
):
    metadata = task["metadata"]
    metadata["colour"] = "red"
    session.commit()
    if committed is None:
        del metadata["colour"]
    else:
        metadata["colour"] = committed

    def meanwhile(batch):
        if batch[0]["action"] != "query":
            metadata["colour"] = "green"

    server.before_answer = meanwhile
    session.commit()
    server.before_answer = None
    session.rollback()
    assert metadata.get("colour") == committed


def test_deleting_an_item_takes_an_edit_back(session, server, task):
    task["name"] = "animate"
    del task["name"]
    assert task["name"] == "task 1"
    before = len(server.batches)
    session.commit()
    assert len(server.batches) == before


def test_rollback_takes_everything_back(session, task):
    task["name"] = "animate"
    created = session.create("Task", {"name": "x", "parent": session.get("Project", "p1")})
    session.rollback()
    assert task["name"] == "task 1"
    assert len(session.work.log) == 0
    assert session.get("Task", created["id"]) is None


def test_an_immutable_attribute_cannot_be_assigned(task):
    with pytest.raises(ImmutableAttributeError, match=r"Task\.id"):
        task["id"] = "other"


def test_an_unknown_attribute_cannot_be_assigned_or_created(session, task):
    with pytest.raises(UnknownAttributeError, match="Did you mean 'name'"):
        task["nmae"] = "x"
    with pytest.raises(UnknownAttributeError, match="Did you mean 'name'"):
        session.create("Task", {"nmae": "x"})


# --- create and delete ---------------------------------------------------------------------------


def test_a_created_entity_can_be_used_before_the_server_knows_it(session, server):
    created = session.create("Task", {"name": "new", "parent": session.get("Project", "p1")})
    before = len(server.batches)
    assert created["name"] == "new"
    assert created["parent"]["name"] == "orbit"
    assert created["bid"] is NOT_SET
    assert list(created["children"]) == []
    assert len(server.batches) == before


def test_created_entities_may_refer_to_one_another(session, server):
    parent = session.create("Sequence", {"name": "sq", "parent": session.get("Project", "p1")})
    child = session.create("Shot", {"name": "sh", "parent": parent})
    child["description"] = "the first"
    session.commit()
    assert session.query('Shot where parent.name is "sq"').one() is child
    assert server.rows("Shot")[0]["parent_id"] == parent["id"]


def test_after_the_commit_what_the_server_filled_in_can_be_read(session):
    created = session.create("Task", {"name": "new", "parent": session.get("Project", "p1")})
    session.commit()
    assert created["context_type"] == "task"
    assert session.get("Task", created["id"]) is created


def test_a_deleted_entity_is_gone(session, server, task):
    session.delete(task)
    session.commit()
    assert session.get("Task", "t1") is None
    assert all(one["id"] != "t1" for one in server.rows("Task"))


def test_an_entity_of_another_session_is_refused(session, server, task):
    with memory_session(server) as other, pytest.raises(EntityError, match="another session"):
        other.delete(task)


# --- metadata ------------------------------------------------------------------------------------


def test_metadata_is_a_dictionary(session, server, task):
    task["metadata"]["camera"] = "A"
    task["metadata"]["lens"] = "50"
    session.commit()
    task["metadata"]["camera"] = "B"
    del task["metadata"]["lens"]
    session.commit()
    assert dict(task["metadata"]) == {"camera": "B"}
    assert [(one["key"], one["value"]) for one in server.rows("Metadata")] == [("camera", "B")]


def test_one_key_of_metadata_is_looked_for_and_no_other_is_decoded(session, task):
    task["metadata"]["camera"] = "A"
    session.commit()
    damaged = {"__type__": "datetime", "value": "no moment"}
    task._row["metadata"].append({"__entity_type__": "Metadata", "key": "odd", "value": damaged})
    assert task["metadata"]["camera"] == "A"
    with pytest.raises(ValueError, match="no moment"):
        task["metadata"]["odd"]
    with pytest.raises(KeyError, match="lens"):
        task["metadata"]["lens"]


def test_of_two_items_with_one_key_the_last_one_counts(session, task):
    items = [{"__entity_type__": "Metadata", "key": "camera", "value": one} for one in "AB"]
    task["metadata"]["lens"] = "50"
    session.commit()
    task._row["metadata"].extend(items)
    assert task["metadata"]["camera"] == dict(task["metadata"])["camera"] == "B"


def test_a_key_that_was_assigned_is_read_beside_one_that_is_known(session, task):
    task["metadata"]["camera"] = "A"
    session.commit()
    task["metadata"]["lens"] = "50"
    assert (task["metadata"]["camera"], task["metadata"]["lens"]) == ("A", "50")


def test_only_a_mapped_attribute_has_a_mapping(task):
    with pytest.raises(EntityError, match=r"Task\.name is a scalar"):
        task.mapped_view("name")
    with pytest.raises(UnknownAttributeError, match="metadata"):
        task.mapped_view("metadatas")


def test_metadata_can_be_given_when_creating(session, server):
    created = session.create(
        "Task", {"name": "x", "parent": session.get("Project", "p1"), "metadata": {"a": "1"}}
    )
    assert created["metadata"]["a"] == "1"
    session.commit()
    assert created["metadata"]["a"] == "1"
    assert server.rows("Metadata")[0]["parent_id"] == created["id"]


def test_assigning_a_dictionary_replaces_the_content(session, server, task):
    task["metadata"] = {"a": "1", "b": "2"}
    session.commit()
    task["metadata"] = {"b": "3"}
    session.commit()
    assert dict(task["metadata"]) == {"b": "3"}
    assert len(server.rows("Metadata")) == 1


def test_a_taken_back_edit_of_metadata_shows_no_more(session, task):
    task["metadata"]["a"] = "1"
    session.rollback()
    assert dict(task["metadata"]) == {}


# --- refusals ------------------------------------------------------------------------------------


def test_a_refused_commit_leaves_everything_as_it_was(session, server, task):
    task["name"] = "animate"
    session.work.record(_update("Task", "nobody", "name", "x"))
    with pytest.raises(CommitRefusedError) as refused:
        session.commit()
    assert isinstance(refused.value, ServerError)
    assert refused.value.operation.key == "nobody"
    assert task["name"] == "animate"
    assert row(server, "t1")["name"] == "task 1"
    assert len(session.work.log) == 2
    session.rollback()
    task["name"] = "light"
    session.commit()
    assert row(server, "t1")["name"] == "light"


def _update(entity_type, key, name, value):
    from ftrack_core.changes import Update

    return Update(entity_type, key, name, value)


def test_a_plugin_may_refuse_a_commit(server):
    class NoDeletes:
        @hookimpl
        def ftrack_before_commit(self, operations):
            if any(one["action"] == "delete" for one in operations):
                raise ValueError("nothing is deleted here")

    with memory_session(server, plugins=[NoDeletes()]) as session:
        session.delete(session.get("Task", "t1"))
        with pytest.raises(PluginError, match="nothing is deleted here"):
            session.commit()
        assert len(session.work.log) == 1
        assert row(server, "t1")


def test_what_another_thread_records_during_a_commit_stays(session, server, task):
    other = session.get("Task", "t2")

    def meanwhile(batch):
        if batch[0]["action"] == "update":
            server.before_answer = None
            worker = threading.Thread(target=lambda: other.__setitem__("name", "meanwhile"))
            worker.start()
            worker.join()
            task["bid"] = 50

    server.before_answer = meanwhile
    task["name"] = "animate"
    task["bid"] = 10
    session.commit()
    assert (task["name"], task["bid"], other["name"]) == ("animate", 50, "meanwhile")
    assert row(server, "t1")["bid"] == 10
    session.commit()
    assert row(server, "t1")["bid"] == 50
    assert row(server, "t2")["name"] == "meanwhile"


# --- lost answers --------------------------------------------------------------------------------


def lost(*, sent):
    return ConnectionLostError("the connection broke", sent=sent)


def create_one(session):
    return session.create("Task", {"name": "new", "parent": session.get("Project", "p1")})


def test_nothing_is_lost_when_nothing_was_sent(session, server):
    create_one(session)
    server.fail_next(lost(sent=False))
    with pytest.raises(ConnectionLostError):
        session.commit()
    session.commit()
    assert len(server.rows("Task")) == 6


def test_after_a_lost_answer_a_create_that_arrived_is_not_sent_again(session, server):
    created = create_one(session)
    server.fail_next(lost(sent=True), after=True)
    session.commit()
    assert len(server.rows("Task")) == 6
    assert created["name"] == "new"
    assert len(session.work.log) == 0


def test_what_a_lost_answer_would_have_said_is_read_back_in_one_request(session, server, task):
    created = [create_one(session) for _ in range(20)]
    task["name"] = "animate"
    task["metadata"]["a"] = "1"
    session.delete(session.get("Task", "t2"))
    before = session.request_count
    server.fail_next(lost(sent=True), after=True)
    session.commit()
    assert session.request_count == before + 3  # the commit, is it there, read back
    assert len(server.batches[-1]) == 3  # tasks that were created, the one updated, its metadata
    assert [one["name"] for one in created] == ["new"] * 20
    assert (task["name"], dict(task["metadata"])) == ("animate", {"a": "1"})
    assert session.get("Task", "t2") is None
    assert len(session.work.log) == 0


def test_after_a_lost_answer_a_create_that_did_not_arrive_is_sent_again(session, server):
    create_one(session)
    server.fail_next(lost(sent=True))
    session.commit()
    assert len(server.rows("Task")) == 6


def test_without_a_create_the_outcome_is_unknown_and_nothing_is_lost(session, server, task):
    task["name"] = "animate"
    server.fail_next(lost(sent=True), after=True)
    with pytest.raises(OutcomeUnknownError, match="may or may not") as unknown:
        session.commit()
    assert unknown.value.batch[0]["entity_data"]["name"] == "animate"
    assert len(session.work.log) == 1


def test_an_unknown_outcome_names_the_cause_and_the_first_operation(session, server, task):
    task["name"] = "animate"
    server.fail_next(lost(sent=True))
    with pytest.raises(OutcomeUnknownError, match=r"1 operation.*update of Task t1.*broke"):
        session.commit()


def refusal():
    return ServerError("ValidationError", "it is there already")


def test_a_server_that_was_still_at_it_is_not_believed_when_it_refuses_the_second(session, server):
    """Asked while it was at work it had nothing yet; sent again it refuses to do it twice."""
    created = create_one(session)

    class Late(type(server)):
        def execute(self, batch):
            written = [one for one in batch if one["action"] == "create"]
            if not written:
                return super().execute(batch)
            self.first = getattr(self, "first", 0) + 1
            if self.first == 1:
                raise lost(sent=True)
            super().execute(batch)
            raise refusal()

    server.__class__ = Late
    session.commit()
    assert server.first == 2
    assert len(server.rows("Task")) == 6
    assert created["name"] == "new"
    assert len(session.work.log) == 0


def test_what_is_refused_when_it_is_sent_again_is_a_refused_commit(session, server, task):
    create_one(session)
    pending = list(session.work.log)
    faults = {"create": [lost(sent=True), refusal()]}

    class Refusing(type(server)):
        def execute(self, batch):
            waiting = faults.get(batch[0]["action"])
            if waiting:
                raise waiting.pop(0)
            return super().execute(batch)

    server.__class__ = Refusing
    with pytest.raises(CommitRefusedError, match=r"it is there already.*what was pending still is"):
        session.commit()
    assert list(session.work.log) == pending
    assert len(server.rows("Task")) == 5
    session.commit()
    assert len(server.rows("Task")) == 6


@pytest.mark.parametrize("again", [TransportError("a proxy answered"), lost(sent=True), refusal()])
def test_whoever_cannot_be_asked_leaves_the_outcome_unknown(session, server, again):
    create_one(session)
    server.fail_next(lost(sent=True))
    server.fail_next(again)
    with pytest.raises(OutcomeUnknownError, match=str(again)[-8:]):
        session.commit()
    assert len(session.work.log) == 1
    session.commit()
    assert len(server.rows("Task")) == 6


def test_nobody_merges_an_answer_while_a_commit_is_confirmed(session, monkeypatch):
    """Both write the serials of a row; one would undo what the other wrote."""
    store = session.work.store
    (task,) = session.query("Task where id is t1").all()
    older = [{"__entity_type__": "Task", "id": "t1", "name": "older"}]
    other = threading.Thread(target=lambda: store.absorb(older, 0, adopt=False, compact=False))
    was_kept_out = []

    def put_in_cache(_):
        other.start()
        other.join(0.05)
        was_kept_out.append(other.is_alive())

    task["name"] = "newer"
    monkeypatch.setattr(store, "put_in_cache", put_in_cache)
    session.commit()
    other.join()
    assert was_kept_out == [True]
    assert task["name"] == "newer"


# --- what was given to a create, and changed before the commit -----------------------------------


@pytest.fixture
def asset(session):
    return session.create("Asset", {"id": "a1", "name": "hull"})


def given_between(session):
    """Something else is recorded, so that what follows folds into no create."""
    session.create("Asset", {"name": "between"})


def test_what_was_given_and_taken_back_is_not_sent(session, server):
    new = session.create("AssetVersion", {"comment": "x"})
    given_between(session)
    del new["comment"]
    shown = new["comment"]
    session.commit()
    assert (new["comment"], server.rows("AssetVersion")[0]["comment"]) == (shown, shown)


def test_the_items_given_and_replaced_stay_where_they_are(session, server):
    item = session.create("FileComponent", {"id": "c1"})
    session.create("AssetVersion", {"id": "v1", "components": [item]})
    session.commit()
    new = session.create("AssetVersion", {"id": "new", "components": [item]})
    given_between(session)
    new["components"] = []
    session.commit()
    assert [row["version_id"] for row in server.rows("FileComponent")] == ["v1"]
    assert list(new["components"]) == []


@pytest.mark.parametrize("name", ["asset", "asset_id"])
def test_a_new_entity_moves_away_from_what_is_deleted(session, server, asset, name):
    session.commit()
    version = session.create("AssetVersion", {"asset": asset})
    other = session.create("Asset", {"id": "a2", "name": "keel"})
    session.commit()
    new = session.create("AssetVersion", {"id": "new", "asset": asset})
    session.delete(version)
    session.delete(asset)
    new[name] = other if name == "asset" else other.key
    session.commit()
    assert [(row["id"], row["asset_id"]) for row in server.rows("AssetVersion")] == [("new", "a2")]
    assert new["asset"] is other


def test_a_new_entity_that_moved_twice_is_where_it_was_moved_last(session, server, asset):
    first, last = (session.create("Asset", {"id": key, "name": key}) for key in ("b1", "b2"))
    session.commit()
    new = session.create("AssetVersion", {"id": "new", "asset": asset})
    given_between(session)
    new["asset"] = first
    session.delete(asset)
    new["asset"] = last
    session.commit()
    assert [row["asset_id"] for row in server.rows("AssetVersion")] == ["b2"]
    actions = [(one["action"], one.get("entity_key")) for one in server.batches[-1]]
    assert [one for one in actions if one[1] == ["new"]] == [("create", ["new"])]


def test_a_new_collection_names_nothing_that_was_deleted_meanwhile(session, server):
    item = session.create("FileComponent", {"id": "c1"})
    session.commit()
    session.create("AssetVersion", {"id": "new", "components": [item]})
    with session.transaction():
        session.delete(item)
    session.commit()
    assert [row["id"] for row in server.rows("AssetVersion")] == ["new"]
