"""What listeners are told after a batch: who changed what, and what it belongs to."""

from __future__ import annotations

import pytest
from ftrack_core.errors import ServerError
from ftrack_embedded import Caller, Studio
from operations import create, delete, update

FSTART = "acd86546-4082-11e2-95b1-0019bb4983d8"
TASK = "11c137c0-ee7e-4f9c-91c5-8c77cec22b2c"


@pytest.fixture
def studio():
    with Studio() as studio:
        studio.execute(
            [
                create("Project", id="p1", name="orbit"),
                create("Shot", id="sh1", name="sh010", parent_id="p1"),
                create("Shot", id="sh2", name="sh020", parent_id="p1"),
                create("Task", id="t1", name="animate", parent_id="sh1"),
                create("Asset", id="as1", name="plate", context_id="sh1"),
                create("AssetVersion", id="v1", asset_id="as1"),
            ]
        )
        yield studio


@pytest.fixture
def told(studio):
    """Carry out operations and return the record that a listener gets."""

    def execute(*operations, **caller):
        records = []
        studio.add_listener(records.append)
        try:
            studio.execute(operations, caller=Caller(**caller))
        finally:
            studio.remove_listener(records.append)
        (record,) = records
        return record

    return execute


def chain(change):
    return [(one.entity_type, one.id, one.parent_id) for one in change.parents]


def test_an_update_tells_old_and_new_values_and_the_way_up_to_the_project(told):
    (change,) = told(update("Task", "t1", name="light")).entities
    assert (change.action, change.entity_type, change.key) == ("update", "Task", ("t1",))
    assert change.changes == {"name": ("animate", "light")}
    assert chain(change) == [
        ("Task", "t1", "sh1"),
        ("Shot", "sh1", "p1"),
        ("Project", "p1", None),
    ]
    assert change.parent_id == "sh1"
    assert change.object_type_id == TASK


def test_a_change_of_parent_is_a_move_and_leads_to_the_new_one(told):
    (change,) = told(update("Task", "t1", parent_id="sh2")).entities
    assert change.action == "move"
    assert change.changes == {"parent_id": ("sh1", "sh2")}
    assert change.parent_id == "sh2"


def test_what_was_created_in_the_same_batch_is_part_of_the_chain(told):
    record = told(
        create("Task", id="t2", name="comp", parent_id="sh9"),
        create("Shot", id="sh9", name="sh090", parent_id="p1"),
    )
    task = next(one for one in record.entities if one.key == ("t2",))
    assert task.action == "add"
    assert task.changes["name"] == (None, "comp")
    assert [one.id for one in task.parents] == ["t2", "sh9", "p1"]


def test_what_was_removed_tells_where_it_was(told):
    record = told(delete("Shot", "sh1"))
    removed = {one.key[0]: one for one in record.entities if one.action == "remove"}
    assert [one.id for one in removed["t1"].parents] == ["t1", "sh1", "p1"]
    assert [one.id for one in removed["v1"].parents] == ["v1", "as1", "sh1", "p1"]
    assert removed["t1"].changes["name"] == ("animate", None)


def test_a_version_leads_over_its_asset_and_a_note_over_what_it_is_about(told):
    (change,) = told(update("AssetVersion", "v1", comment="better")).entities
    assert chain(change)[:2] == [("AssetVersion", "v1", "as1"), ("Asset", "as1", "sh1")]
    note = create("Note", id="n1", content="x", parent_id="v1", parent_type="AssetVersion")
    change = told(note).entities[0]
    assert [one.id for one in change.parents] == ["n1", "v1", "as1", "sh1", "p1"]


def test_what_lies_between_two_entities_has_the_parents_of_both(told):
    (change,) = told(create("TypedContextLink", id="l1", from_id="t1", to_id="sh2")).entities
    assert {one.id for one in change.parents} == {"l1", "t1", "sh1", "sh2", "p1"}


def test_a_custom_attribute_value_belongs_to_its_entity(told):
    value = update("ContextCustomAttributeValue", FSTART, "sh1", value=7)
    (change,) = told(value).entities
    assert change.changes["value"] == (None, 7)
    assert [one.id for one in change.parents] == ["sh1", "p1"]


def test_the_record_tells_who_acted_and_which_client(told):
    record = told(update("Task", "t1", bid=60), client_token="c1", push_token="k1")
    assert record.user.username == "admin"
    assert record.user.id
    assert record.user.name
    assert (record.caller.client_token, record.caller.push_token) == ("c1", "k1")
    assert record.parents == {"t1", "sh1", "p1"}


def test_a_user_belongs_to_no_project(told):
    (change,) = told(create("User", id="u1", username="ann")).entities
    assert chain(change) == [("User", "u1", None)]


def test_a_batch_that_fails_or_only_reads_is_not_told(studio):
    records = []
    studio.add_listener(records.append)
    studio.execute([{"action": "query", "expression": "Task"}])
    with pytest.raises(ServerError):
        studio.execute([update("Task", "t1", name="light"), update("Task", "gone", name="x")])
    assert records == []
