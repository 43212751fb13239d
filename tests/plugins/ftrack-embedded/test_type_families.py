"""Families of types: what a base answers, what tells subtypes apart, and what can be created."""

from __future__ import annotations

import pytest
from operations import create

DAILIES = "77b9ab82-07c2-11e4-ba66-04011030cf01"
SHOT = "bad911de-3bd6-47b9-8b46-3476e237cb36"
TASK = "11c137c0-ee7e-4f9c-91c5-8c77cec22b2c"


@pytest.fixture
def studio(new_studio):
    with new_studio() as studio:
        studio.execute(
            [
                create("Project", id="p1", name="orbit"),
                create("Shot", id="sh1", name="sh010", parent_id="p1"),
                create("Task", id="t1", name="animate", parent_id="sh1"),
                create("Milestone", id="m1", name="end", parent_id="p1"),
                create("Asset", id="a1", name="geo", context_id="sh1"),
                create("AssetVersion", id="v1", asset_id="a1", task_id="t1"),
                create("Component", id="c0", name="any"),
                create("FileComponent", id="c1", name="file"),
                create("ContainerComponent", id="c2", name="container"),
                create("SequenceComponent", id="c3", name="sequence"),
                create("User", id="u1", username="ann"),
                create("Group", id="g1", name="fx"),
                create("TypedContextList", id="l1", name="a", project_id="p1", category_id=DAILIES),
                create("AssetVersionList", id="l2", name="b", project_id="p1", category_id=DAILIES),
            ]
        )
        yield studio


@pytest.mark.parametrize(
    ("base", "expected"),
    [
        ("Context", {"p1": "Project", "sh1": "Shot", "t1": "Task", "m1": "Milestone"}),
        ("TypedContext", {"sh1": "Shot", "t1": "Task", "m1": "Milestone"}),
        ("Task", {"t1": "Task"}),
        (
            "Component",
            {
                "c0": "Component",
                "c1": "FileComponent",
                "c2": "ContainerComponent",
                "c3": "SequenceComponent",
            },
        ),
        ("ContainerComponent", {"c2": "ContainerComponent", "c3": "SequenceComponent"}),
        ("FileComponent", {"c1": "FileComponent"}),
        ("Resource where id in (u1, g1)", {"u1": "User", "g1": "Group"}),
        ("BaseUser where id in (u1, g1)", {"u1": "User"}),
        ("Group", {"g1": "Group"}),
        ("List", {"l1": "TypedContextList", "l2": "AssetVersionList"}),
        ("AssetVersionList", {"l2": "AssetVersionList"}),
    ],
)
def test_a_base_answers_the_rows_of_its_subtypes_each_by_its_own_type(rows, base, expected):
    assert {row["id"]: row["__entity_type__"] for row in rows(base)} == expected


def test_configurations_of_both_kinds_are_one_family(rows):
    found = {row["__entity_type__"] for row in rows("CustomConfigurationBase")}
    assert found == {"CustomAttributeConfiguration", "CustomAttributeLinkConfiguration"}


def test_labels_and_categories_of_notes_are_the_same_rows(rows):
    labels, categories = ({row["id"] for row in rows(one)} for one in ("NoteLabel", "NoteCategory"))
    assert labels == categories


@pytest.mark.parametrize(
    ("entity_type", "data", "concrete"),
    [
        ("TypedContext", {"object_type_id": SHOT, "parent_id": "p1"}, "Shot"),
        ("TypedContext", {"object_type": {"id": TASK}, "parent_id": "sh1"}, "Task"),
        ("Component", {}, "Component"),
        ("Component", {"system_type": "file"}, "FileComponent"),
        ("List", {"system_type": "task", "project_id": "p1", "category_id": DAILIES}, None),
    ],
)
def test_a_base_with_what_tells_its_subtypes_apart_creates_one(
    do, rows, entity_type, data, concrete
):
    (made,) = do(create(entity_type, id="new", name="new", **data))
    concrete = concrete or "TypedContextList"
    assert made["__entity_type__"] == concrete
    assert [row["__entity_type__"] for row in rows(f"{entity_type} where id is new")] == [concrete]


@pytest.mark.parametrize(
    ("entity_type", "data"),
    [
        ("Context", {"parent_id": "p1"}),
        ("Context", {}),
        ("TypedContext", {"parent_id": "p1"}),
        ("Resource", {}),
    ],
)
def test_a_base_that_does_not_say_which_subtype_creates_nothing(refused, entity_type, data):
    assert refused(create(entity_type, name="new", **data)).exception == "ValidationError"


@pytest.mark.parametrize(
    ("entity_type", "data"),
    [
        ("Shot", {"object_type_id": TASK, "parent_id": "p1"}),
        ("Shot", {"context_type": "show", "parent_id": "p1"}),
        ("FileComponent", {"system_type": "sequence"}),
        ("User", {"resource_type": "group"}),
    ],
)
def test_a_subtype_that_is_said_to_be_another_is_refused(refused, entity_type, data):
    data = data if entity_type == "User" else {"name": "new", **data}
    assert refused(create(entity_type, **data)).exception == "ValidationError"


@pytest.mark.parametrize(
    ("entity_type", "attribute", "expected"),
    [
        ("Shot", "object_type_id", SHOT),
        ("Shot", "context_type", "task"),
        ("Project", "context_type", "show"),
        ("SequenceComponent", "system_type", "sequence"),
        ("AssetVersionList", "system_type", "assetversion"),
        ("Group", "resource_type", "group"),
    ],
)
def test_a_subtype_is_marked_as_such_whatever_is_sent(rows, entity_type, attribute, expected):
    assert {row[attribute] for row in rows(f"select {attribute} from {entity_type}")} == {expected}


def test_references_and_collections_lead_to_concrete_types(rows):
    (shot,) = rows("select parent.name, children.name from Shot where id is sh1")
    assert shot["parent"]["__entity_type__"] == "Project"
    assert [child["__entity_type__"] for child in shot["children"]] == ["Task"]
    (version,) = rows("select task.name, asset.parent.name from AssetVersion")
    assert version["task"]["__entity_type__"] == "Task"
    assert version["asset"]["parent"]["__entity_type__"] == "Shot"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (create("Task", id="p1", name="x", parent_id="sh1"), "Task"),
        (create("Group", id="u1", name="x"), "Group"),
        (create("SequenceComponent", id="c1", name="x"), "SequenceComponent"),
    ],
)
def test_an_id_is_there_once_in_a_family(refused, first, second):
    error = refused(first)
    assert error.exception == "IntegrityError"
    assert f"a {second} with the key" in error.content


@pytest.mark.parametrize(
    ("entity_type", "fixed"),
    [
        ("Milestone", {"start_date"}),
        ("Folder", {"type", "type_id", "status", "status_id"}),
        ("Shot", {"type", "type_id", "bid", "start_date", "end_date"}),
        ("Sequence", {"type", "type_id", "status", "status_id", "bid", "start_date", "end_date"}),
        ("Task", set()),
    ],
)
def test_what_an_object_type_is_not_able_to_is_immutable(studio, entity_type, fixed):
    able = {"type", "type_id", "status", "status_id", "bid", "start_date", "end_date"}
    always = {"object_type_id", "time_logged", "id", "link", "thumbnail_url", "created_at"}
    (schemas,) = studio.execute([{"action": "query_schemas"}])
    found = next(one for one in schemas if one["id"] == entity_type)
    immutable = set(found["immutable"])
    assert always <= immutable
    expected = fixed | ({"bid", "start_date", "end_date"} if entity_type == "Folder" else set())
    assert immutable & able == expected
