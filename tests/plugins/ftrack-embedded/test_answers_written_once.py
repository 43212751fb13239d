"""What an entity object holds, and how an answer writes each entity in full only once."""

from __future__ import annotations

import pytest
from ftrack_embedded import Caller
from operations import create, query

TASK = "11c137c0-ee7e-4f9c-91c5-8c77cec22b2c"
DAILIES = "77b9ab82-07c2-11e4-ba66-04011030cf01"
SERVER = "3a372bde-05bc-11e4-8908-20c9d081909b"


SHOW = (
    create("Project", id="p1", name="orbit", full_name="The Orbit"),
    create("Sequence", id="sq1", name="sq010", parent_id="p1"),
    create("Shot", id="sh1", name="sh010", parent_id="sq1", description="Rain"),
    create("Task", id="t1", name="animate", parent_id="sh1"),
    create("Task", id="t2", name="light", parent_id="sh1"),
    create("Task", id="t3", name="plan", parent_id="p1"),
    create("User", id="u1", username="ann", first_name="Ann"),
    create("Group", id="gr1", name="Lighting"),
    create("Membership", id="mb1", user_id="u1", group_id="gr1"),
    create("Appointment", id="a1", context_id="t1", resource_id="u1", type="assignment"),
    create("Appointment", id="a2", context_id="t2", resource_id="gr1", type="assignment"),
    create("Timelog", id="g1", context_id="t1", user_id="u1", duration=60, start="2031-05-06"),
    create("Asset", id="as1", name="plate", context_id="sh1"),
    create("AssetVersion", id="v1", asset_id="as1", task_id="t1", user_id="u1"),
    create("AssetVersion", id="v2", asset_id="as1", comment="better"),
    create("FileComponent", id="c1", name="main", file_type=".exr", version_id="v1"),
    create("ComponentLocation", id="cl1", component_id="c1", location_id=SERVER),
    create("Note", id="n1", content="hm", parent_id="t1", parent_type="Task", user_id="u1"),
    create("Metadata", parent_id="t1", key="camera", value="A7", parent_type="Task"),
    create("TypedContextList", id="li1", name="Dailies", project_id="p1", category_id=DAILIES),
)


@pytest.fixture(scope="module")
def studio(new_studio):
    with new_studio() as studio:
        studio.execute(SHOW)
        yield studio


@pytest.fixture(scope="module")
def rows(studio):
    def ask(*expressions, **options):
        batch = [query(one) for one in expressions]
        answers = studio.execute(batch, caller=Caller(**options))
        return answers[0]["data"] if len(answers) == 1 else [one["data"] for one in answers]

    return ask


@pytest.fixture(scope="module")
def lean(rows):
    """Ask for entities without the attributes that come unasked."""
    return lambda *expressions: rows(*expressions, lean=True)


# --- what comes unasked ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expression", "unasked"),
    [
        ("Task", {"context_type", "object_type_id", "project_id"}),
        ("Shot", {"context_type", "object_type_id", "project_id"}),
        ("Project", {"context_type"}),
        ("Asset", {"context_id"}),
        ("AssetVersion", {"asset_id"}),
        ("FileComponent", {"system_type", "version_id", "container_id"}),
        ("User", {"resource_type"}),
        ("Group", {"resource_type"}),
        ("ComponentLocation", {"location_id", "component_id"}),
        ("Timelog", {"user_id", "context_id"}),
    ],
)
def test_the_system_attributes_of_a_family_come_unasked(rows, expression, unasked):
    (first, *_) = rows(f"select id from {expression}")
    assert set(first) == {"__entity_type__", "id", *unasked}
    (first, *_) = rows(f"select id from {expression}", lean=True)
    assert set(first) == {"__entity_type__", "id"}


def test_a_list_says_its_project(rows):
    (row,) = rows("select name from List")
    assert {"project_id", "name", "id"} <= set(row)
    assert row["__entity_type__"] == "TypedContextList"


def test_what_comes_unasked_bears_its_public_name_and_value(rows):
    (row,) = rows("select id from Task where id is t1")
    assert row == {
        "__entity_type__": "Task",
        "id": "t1",
        "context_type": "task",
        "object_type_id": TASK,
        "project_id": "p1",
    }


def test_what_was_asked_for_is_there_also_where_there_is_no_value(lean):
    (row,) = lean("select description, thumbnail, timelogs, notes from Task where id is t3")
    assert row == {
        "__entity_type__": "Task",
        "id": "t3",
        "description": None,
        "thumbnail": None,
        "timelogs": [],
        "notes": [],
    }


def test_a_relation_at_the_end_of_a_path_answers_keys_and_what_comes_unasked(rows):
    (row,) = rows("select children from Project where id is p1")
    found = {child["id"]: child for child in row["children"]}
    assert set(found) == {"sq1", "t3"}
    assert found["t3"] == {
        "__entity_type__": "Task",
        "id": "t3",
        "context_type": "task",
        "object_type_id": TASK,
        "project_id": "p1",
    }


def test_mapped_collections_answer_their_rows(lean):
    (row,) = lean("select metadata from Task where id is t1")
    assert row["metadata"] == [
        {
            "__entity_type__": "Metadata",
            "parent_id": "t1",
            "key": "camera",
            "value": "A7",
            "parent_type": "Task",
        }
    ]
    (row,) = lean("select custom_attributes from Shot where id is sh1")
    assert row["custom_attributes"]
    for value in row["custom_attributes"]:
        assert value["__entity_type__"] == "ContextCustomAttributeValue"
        assert set(value) == {"__entity_type__", "configuration_id", "entity_id", "key", "value"}


# --- once in full, then only the key -----------------------------------------------------------


def test_a_nested_entity_is_written_in_full_where_it_is_met_first(lean):
    first, second = lean(
        "select parent.name, parent.parent.name from Task where parent_id is sh1 order by id"
    )
    sequence = {"__entity_type__": "Sequence", "id": "sq1", "name": "sq010"}
    shot = {"__entity_type__": "Shot", "id": "sh1", "name": "sh010", "parent": sequence}
    assert first["parent"] == shot
    assert second["parent"] == {"__entity_type__": "Shot", "id": "sh1"}


def test_the_row_itself_counts_as_met_while_it_is_written(lean):
    first, second = lean("select comment, asset.versions.comment from AssetVersion order by id")
    assert first["asset"]["versions"] == [
        {"__entity_type__": "AssetVersion", "id": "v1"},
        {"__entity_type__": "AssetVersion", "id": "v2", "comment": "better"},
    ]
    assert second["asset"] == {"__entity_type__": "Asset", "id": "as1"}
    assert "comment" not in second


def test_two_paths_to_one_entity_write_it_once(lean):
    (row,) = lean("select task.parent.name, asset.parent.name from AssetVersion where id is v1")
    found = [row["task"]["parent"], row["asset"]["parent"]]
    assert sorted(found, key=len) == [
        {"__entity_type__": "Shot", "id": "sh1"},
        {"__entity_type__": "Shot", "id": "sh1", "name": "sh010"},
    ]


def test_what_only_one_of_two_paths_asks_is_not_lost(lean):
    (row,) = lean(
        "select task.parent.name, asset.parent.name, asset.parent[Shot].description "
        "from AssetVersion where id is v1"
    )
    written = {}
    for shot in (row["task"]["parent"], row["asset"]["parent"]):
        assert not written.keys() & (shot.keys() - {"__entity_type__", "id"})
        written |= {name: shot[name] for name in shot.keys() - {"__entity_type__", "id"}}
    assert written == {"name": "sh010", "description": "Rain"}


def test_a_later_path_may_go_deeper_into_an_entity_that_was_met(lean):
    near, far = lean(
        "select parent.name from Task where id is t1",
        "select parent.name, parent.parent.name from Task where id is t2",
    )
    assert near[0]["parent"] == {"__entity_type__": "Shot", "id": "sh1", "name": "sh010"}
    sequence = {"__entity_type__": "Sequence", "id": "sq1", "name": "sq010"}
    assert far[0]["parent"] == {"__entity_type__": "Shot", "id": "sh1", "parent": sequence}


def test_the_operations_of_one_batch_are_one_answer(lean):
    once, again, more = lean(
        "select name from Task where id is t1",
        "select name from Task where id is t1",
        "select name, description from Task where id is t1",
    )
    assert once == [{"__entity_type__": "Task", "id": "t1", "name": "animate"}]
    assert again == [{"__entity_type__": "Task", "id": "t1"}]
    assert more == [{"__entity_type__": "Task", "id": "t1", "description": None}]


def test_a_change_within_the_batch_lets_everything_be_written_again(studio):
    asked = query("select username, first_name from User where id is u1")
    update = {"action": "update", "entity_type": "User", "entity_key": ["u1"]}
    before, _, after, _ = studio.execute(
        [
            asked,
            {**update, "entity_data": {"first_name": "Anna"}},
            asked,
            {**update, "entity_data": {"first_name": "Ann"}},
        ],
        caller=Caller(lean=True),
    )
    assert before["data"][0]["first_name"] == "Ann"
    assert after["data"][0] == {
        "__entity_type__": "User",
        "id": "u1",
        "username": "ann",
        "first_name": "Anna",
    }


def test_keys_of_several_parts_tell_entities_apart(lean):
    (row,) = lean("select metadata, custom_attributes from Task where id is t1")
    keys = {one["configuration_id"] for one in row["custom_attributes"]}
    assert len(keys) == len(row["custom_attributes"])
    assert all("value" in one for one in row["custom_attributes"])


# --- one entity under two names ----------------------------------------------------------------


def test_two_attributes_for_one_collection_write_its_entities_once(lean):
    asked = "select _schemas.id, object_type_schemas.type_id from ProjectSchema limit 1"
    (row,) = lean(asked)
    seen = {}
    for name in ("_schemas", "object_type_schemas"):
        for one in row[name]:
            fresh = one.keys() - {"__entity_type__", "id"}
            assert not fresh & seen.setdefault(one["id"], set())
            seen[one["id"]] |= fresh
    assert seen
    assert all(names == {"type_id"} for names in seen.values())


def test_a_reference_and_its_key_are_two_attributes(lean):
    (row,) = lean("select parent_id, parent.name, project, project_id from Task where id is t3")
    project = {"__entity_type__": "Project", "id": "p1"}
    assert row["parent_id"] == row["project_id"] == "p1"
    assert sorted([row["parent"], row["project"]], key=len) == [
        project,
        {**project, "name": "orbit"},
    ]


# --- families of types -------------------------------------------------------------------------


def test_one_row_bears_one_type_whatever_it_was_asked_as(lean):
    asked = [f"select name from {kind} where id is t1" for kind in ("Context", "TypedContext")]
    first, second, third = lean(*asked, "select name from Task where id is t1")
    assert first == [{"__entity_type__": "Task", "id": "t1", "name": "animate"}]
    assert second == third == [{"__entity_type__": "Task", "id": "t1"}]


def test_a_row_that_was_met_as_its_base_type_still_answers_what_only_it_has(lean):
    first, second = lean(
        "select name from Context where id is p1", "select full_name from Project where id is p1"
    )
    assert first == [{"__entity_type__": "Project", "id": "p1", "name": "orbit"}]
    assert second == [{"__entity_type__": "Project", "id": "p1", "full_name": "The Orbit"}]


def test_rows_of_several_types_each_answer_what_they_have(lean):
    found = lean("select resource.name, resource.username from Appointment order by id")
    user, group = (one["resource"] for one in found)
    assert user == {"__entity_type__": "User", "id": "u1", "username": "ann"} | {
        name: user[name] for name in ("name",) if name in user
    }
    assert group == {"__entity_type__": "Group", "id": "gr1", "name": "Lighting"}


def test_a_cast_writes_an_attribute_of_rows_of_that_type_only(lean):
    found = lean("select parent.name, parent[Shot].description from Task order by id")
    assert found[0]["parent"] == {
        "__entity_type__": "Shot",
        "id": "sh1",
        "name": "sh010",
        "description": "Rain",
    }
    assert found[1]["parent"] == {"__entity_type__": "Shot", "id": "sh1"}
    assert found[2]["parent"] == {"__entity_type__": "Project", "id": "p1", "name": "orbit"}


def test_one_user_met_in_several_roles_is_written_once(lean):
    (row,) = lean("select timelogs.user.username, notes.author.username from Task where id is t1")
    user = {"__entity_type__": "User", "id": "u1"}
    found = [row["timelogs"][0]["user"], row["notes"][0]["author"]]
    assert sorted(found, key=len) == [user, {**user, "username": "ann"}]


# --- without normalising -----------------------------------------------------------------------


def test_a_denormalised_answer_writes_every_occurrence_as_it_was_asked(rows):
    options = {"lean": True, "denormalize": True}
    expression = "select comment, asset.name, asset.versions.comment from AssetVersion order by id"
    first, second = rows(expression, **options)
    assert first["asset"] == second["asset"]
    assert first["asset"]["versions"] == [
        {"__entity_type__": "AssetVersion", "id": "v1", "comment": first["comment"]},
        {"__entity_type__": "AssetVersion", "id": "v2", "comment": "better"},
    ]
    once, again = rows(expression, expression, **options)
    assert once == again


def test_denormalising_needs_the_lean_form(rows):
    first, second = rows("select parent.name from Task where parent_id is sh1", denormalize=True)
    assert "name" in first["parent"]
    assert "name" not in second["parent"]
