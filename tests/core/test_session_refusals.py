"""What a session refuses, where and in which words; it stays usable and loses nothing."""

from __future__ import annotations

import uuid

import pytest
from ftrack_core.errors import (
    CommitRefusedError,
    ComputedAttributeError,
    EntityError,
    ImmutableAttributeError,
    UnknownAttributeError,
)

from ftrack_core import NOT_SET

# --- entities of another session -----------------------------------------------------------------


def assign_reference(session, theirs):
    session.get("Task", "t1")["parent"] = theirs


def assign_collection(session, theirs):
    session.get("Project", "p1")["children"] = [theirs]


def append(session, theirs):
    session.get("Task", "t1")["children"].append(theirs)


def create_with_reference(session, theirs):
    session.create("Task", {"name": "new", "parent": theirs})


def create_with_collection(session, theirs):
    session.create("Project", {"name": "new", "children": [theirs]})


def delete(session, theirs):
    session.delete(theirs)


def populate(session, theirs):
    session.populate([theirs], "name")


def refresh(session, theirs):
    session.refresh(theirs)


USES = [
    assign_reference,
    assign_collection,
    append,
    create_with_reference,
    create_with_collection,
    delete,
    populate,
    refresh,
]


@pytest.mark.parametrize("use", USES, ids=lambda use: use.__name__)
def test_an_entity_of_another_session_is_refused_naming_both(session, other, use):
    theirs = other.get("Task", "t2")
    with pytest.raises(EntityError, match="another session") as refused:
        use(session, theirs)
    assert repr(session) in str(refused.value)
    assert repr(other) in str(refused.value)
    assert "session.merge" in str(refused.value)
    assert len(session.work.log) == 0
    assert session.created == []


def test_an_entity_of_another_server_is_told_as_that(session):
    class Elsewhere:
        server_url = "https://elsewhere.example"
        user = "bob"

        def __repr__(self):
            return "<Session bob@https://elsewhere.example (ready)>"

    theirs = session.decode('{"__entity_type__": "Task", "id": "t2"}')
    theirs._work.session = Elsewhere()
    with pytest.raises(EntityError, match="another server") as refused:
        session.delete(theirs)
    assert "https://elsewhere.example" in str(refused.value)


def test_a_decoded_entity_has_to_be_merged_first(session, task):
    decoded = session.decode('{"__entity_type__": "Status", "id": "s2"}')
    with pytest.raises(EntityError, match=r"decoded.*session\.merge"):
        task["status"] = decoded
    task["status"] = session.merge(decoded)
    session.commit()
    assert task["status_id"] == "s2"


def test_a_fork_takes_what_was_merged_into_it(session, server):
    status = session.get("Status", "s2")
    with session.fork() as fork:
        theirs = fork.get("Task", "t1")
        with pytest.raises(EntityError, match="another session"):
            theirs["status"] = status
        theirs["status"] = fork.merge(status)
        fork.commit()
    assert session.get("Task", "t1")["status"] is status


# --- attributes that are not assigned ------------------------------------------------------------


def test_a_computed_attribute_is_refused_when_it_is_assigned(session, task):
    computed = next(one.name for one in task.schema.attributes.values() if one.computed)
    with pytest.raises(ComputedAttributeError, match=f"Task.{computed} is computed"):
        task[computed] = "x"
    with pytest.raises(ComputedAttributeError, match="leave it out"):
        session.create("Task", {"name": "new", computed: "x"})
    assert len(session.work.log) == 0


def test_the_key_of_an_entity_never_changes(session, task):
    with pytest.raises(ImmutableAttributeError, match=r"Task\.id"):
        task["id"] = "other"
    new = session.create("Task", {"name": "new"})
    with pytest.raises(ImmutableAttributeError, match=r"Task\.id"):
        new["id"] = "other"


def test_taking_an_assignment_back_needs_no_attribute_to_be_mutable(session, task):
    del task["id"]
    assert task["id"] == "t1"
    with pytest.raises(UnknownAttributeError, match="Did you mean 'name'"):
        del task["nmae"]


# --- keys ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", [None, 5, True, 1.5, b"t1", object(), ["a", None], {"id": None}])
def test_what_is_no_key_is_refused(session, key):
    session.connect()
    before = session.request_count
    with pytest.raises(EntityError, match=r"key of Task"):
        session.get("Task", key)
    assert session.request_count == before


def test_a_key_may_be_a_uuid(session, server):
    key = uuid.uuid4()
    created = session.create("Task", {"id": key, "name": "new", "parent_id": "p1"})
    assert created["id"] == str(key)
    session.commit()
    session.expunge(created)
    assert session.get("Task", key)["name"] == "new"
    assert session.get("Task", key) is session.get("Task", str(key))


@pytest.mark.parametrize(
    "key",
    [
        ["t1", "colour"],
        ("t1", "colour"),
        {"key": "colour", "parent_id": "t1"},
        {"parent_id": "t1", "key": "colour"}.values(),
        (part for part in ("t1", "colour")),
    ],
    ids=["list", "tuple", "mapping", "values", "generator"],
)
def test_a_key_of_several_parts_in_any_form(session, key):
    assert session.get("Metadata", key)["value"] == "red"


def test_a_key_with_other_names_is_refused(session):
    with pytest.raises(EntityError, match=r"key of Metadata has 2 part\(s\) \(parent_id, key\)"):
        session.get("Metadata", {"parent": "t1", "key": "colour"})
    with pytest.raises(EntityError, match="not 1"):
        session.get("Metadata", "t1")


# --- states and mappings -------------------------------------------------------------------------


def test_an_edit_of_metadata_alone_makes_its_owner_modified(session, task):
    from ftrack_core.work import state

    task["metadata"]["size"] = "big"
    assert state(task).name == "MODIFIED"
    assert session.modified == [task]
    del task["metadata"]["colour"]
    assert state(task).name == "MODIFIED"
    assert session.deleted == []
    session.commit()
    assert state(task) is NOT_SET
    assert session.modified == []
    task["metadata"]["size"] = "small"
    session.rollback()
    assert state(task) is NOT_SET


def test_a_new_entity_with_metadata_is_created_and_no_more(session):
    from ftrack_core.work import state

    new = session.create("Task", {"name": "new", "metadata": {"a": "1"}})
    assert state(new).name == "CREATED"
    assert session.created == [new]
    session.rollback()


def test_a_dictionary_of_an_entity_costs_one_request(session):
    task = session.query("select name from Task where id is t1").one()
    before = session.request_count
    values = dict(task)
    assert session.request_count == before + 1
    assert values["bid"] == 1.0
    assert dict(task) == values
    assert session.request_count == before + 1


def test_looking_at_names_costs_nothing(session):
    task = session.query("select name from Task where id is t1").one()
    before = session.request_count
    assert "bid" in task.keys()  # noqa: SIM118 -- the view is what is tested
    assert len(task.keys()) == len(task) == len(list(task))
    assert session.request_count == before


# --- a commit that is refused --------------------------------------------------------------------


def test_a_refusal_names_operation_entity_and_attributes(session, server, task):
    task["name"] = "fine"
    second = session.get("Task", "t2")
    second["status_id"] = "s1"
    server.execute([{"action": "delete", "entity_type": "Task", "entity_key": ["t2"]}])
    with pytest.raises(CommitRefusedError) as refused:
        session.commit()
    text = str(refused.value)
    assert "operation 2 of 2, update of Task t2 (status_id)" in text
    assert refused.value.operation.entity_type == "Task"
    assert refused.value.operation.key == "t2"
    assert (task["name"], second["status_id"]) == ("fine", "s1")


def test_a_refusal_about_metadata_names_owner_and_key(session, server, task):
    task["metadata"]["colour"] = "blue"
    server.execute(
        [{"action": "delete", "entity_type": "Metadata", "entity_key": ["t1", "colour"]}]
    )
    with pytest.raises(CommitRefusedError, match=r"metadata\['colour'\] of Task t1"):
        session.commit()
