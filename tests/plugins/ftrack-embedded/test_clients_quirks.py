"""What clients do that a server has to live with, each as it is sent on the wire."""

from __future__ import annotations

import uuid

import pytest
import requests
from ftrack_core.errors import ServerError
from ftrack_embedded import Caller, Server
from ftrack_embedded.engine.write.dependents import DEPENDENTS
from ftrack_embedded.model import load_model
from ftrack_embedded.model.description import Column, Reference
from operations import create, delete, query

TYPES = load_model().types
DAILIES = "77b9ab82-07c2-11e4-ba66-04011030cf01"
FSTART = "acd86546-4082-11e2-95b1-0019bb4983d8"
SERVER_LOCATION = "3a372bde-05bc-11e4-8908-20c9d081909b"
VFX = "caddd816-acb5-11e1-8668-f23c91df1211"


def update(entity_type, key, /, **data):
    return {"action": "update", "entity_type": entity_type, "entity_key": key, "entity_data": data}


def reference(entity_type, identifier):
    return {"__entity_type__": entity_type, "id": identifier}


SHOW = (
    create("Project", id="p1", name="orbit"),
    create("Shot", id="sh1", name="sh010", parent_id="p1"),
    create("Task", id="t1", name="animate", parent_id="sh1"),
    create("User", id="u1", username="ann"),
    create("Asset", id="as1", name="plate", context_id="sh1"),
    create("AssetVersion", id="v1", asset_id="as1"),
)


@pytest.fixture
def studio(new_studio):
    with new_studio() as studio:
        studio.execute(SHOW)
        yield studio


@pytest.fixture
def do(studio):
    return lambda *operations: [answer["data"] for answer in studio.execute(operations)]


@pytest.fixture
def rows(do):
    return lambda expression: do(query(expression))[0]


# --- Python: everything that has a default is sent along ---------------------------------------

NEEDED = {
    "Asset": {"name": "x", "context_id": "sh1"},
    "AssetVersion": {"asset_id": "as1"},
    "Component": {"name": "x"},
    "ComponentLocation": {"component_id": "c1", "location_id": SERVER_LOCATION},
    "ContainerComponent": {"name": "x"},
    "FileComponent": {"name": "x"},
    "Job": {},
    "Location": {"name": "x"},
    "Note": {"content": "x"},
    "Project": {"name": "x", "project_schema_id": VFX},
    "ReviewSession": {"name": "x", "project_id": "p1"},
    "SequenceComponent": {"name": "x"},
    "Timelog": {"context_id": "t1", "duration": 60},
    "Timer": {"context_id": "t1"},
    "TypedContextList": {"name": "x", "project_id": "p1", "category_id": DAILIES},
    "User": {"username": "x"},
    **{name: {"parent_id": "p1"} for name in ("AssetBuild", "Episode", "Folder", "Milestone")},
    **{name: {"parent_id": "p1"} for name in ("Sequence", "Shot", "Task")},
}


@pytest.mark.parametrize("name", NEEDED)
def test_the_defaults_of_the_schema_may_be_sent_with_every_create(studio, do, rows, name):
    (schemas,) = studio.execute([{"action": "query_schemas"}])
    properties = next(one for one in schemas if one["id"] == name)["properties"]
    defaults = {
        attribute: str(uuid.uuid4()) if told["default"] == "{uid}" else told["default"]
        for attribute, told in properties.items()
        if "default" in told
    }
    assert "id" in defaults
    do(create("FileComponent", id="c1", name="x"))
    data = {"__entity_type__": name, **defaults, **NEEDED[name]}
    (made,) = do({**create(name, **data), "entity_key": [defaults["id"]]})
    assert (made["__entity_type__"], made["id"]) == (name, defaults["id"])
    assert rows(f"select id from {name} where id is {defaults['id']}")


def test_a_folder_is_not_given_what_it_has_not_because_it_was_sent(do):
    data = {"name": "", "sort": 0, "bid": 0, "description": "", "status": None, "type": None}
    (folder,) = do(create("Folder", parent_id="p1", **data))
    assert (folder["status_id"], folder["type_id"]) == (None, None)


# --- Python: null under the name of a reference ------------------------------------------------

REFERENCES = [
    (one.name, attribute.name)
    for one in TYPES.values()
    for attribute in one.attributes.values()
    if isinstance(attribute.storage, Reference) and not attribute.restricted
    if one.name == "CustomAttributeValue" or not one.name.endswith("CustomAttributeValue")
]
"""Those of rows; the views of custom attributes have none of their own."""


@pytest.fixture(scope="module")
def filled(new_studio):
    """A studio with a row of each type in which every reference leads to nothing."""
    with new_studio() as studio:
        studio.execute(SHOW)
        with studio.writing(Caller()) as tx:
            for one in TYPES.values():
                tx.rows.insert(one.name, filled_row(one))
        yield studio


def key_of(entity_type):
    kinds = {name: entity_type.attributes[name].data_type for name in entity_type.primary_key}
    return {
        name: 7 if kind == "integer" else f"a {entity_type.name}" for name, kind in kinds.items()
    }


def nothing(target):
    """Return a key of a type that leads to no row."""
    (name, *_), attributes = TYPES[target].primary_key, TYPES[target].attributes
    return 404 if attributes[name].data_type == "integer" else "gone"


def filled_row(entity_type):
    row = {}
    for storage in (one.storage for one in entity_type.attributes.values()):
        if isinstance(storage, Reference):
            row[storage.column] = nothing(storage.target)
        elif isinstance(storage, Column) and storage.refers_to:
            row[storage.name] = nothing(storage.refers_to)
    for name, value in key_of(entity_type).items():
        row[entity_type.attributes[name].storage.name] = value
    classified = dict(entity_type.classifiers)
    if classified.get("context_type") == "task":
        row |= {"parent_id": "p1", "project_id": "p1"}
    return {**row, **classified}


@pytest.mark.parametrize("name", sorted({name for name, _ in REFERENCES}))
def test_null_under_a_references_name_clears_it_or_is_told_to_be_impossible(filled, name):
    key = list(key_of(TYPES[name]).values())
    for written in (one for owner, one in REFERENCES if owner == name):
        answer, error = carried_out(filled, update(name, key, **{written: None}))
        if error is not None:
            assert error.exception == "ValidationError", written
            assert f'"{written}"' in error.content, written
            assert error.content.endswith(("cannot be null.", "cannot be changed.")), written
        elif (name, written) not in PUT_BACK:
            assert answer["data"][written] is None, written


def carried_out(studio, operation):
    """Return the answer to an operation or the error."""
    try:
        return studio.execute([operation])[0], None
    except ServerError as error:
        return None, error


PUT_BACK = {
    (one.name, attribute)
    for one in TYPES.values()
    if ("context_type", "task") in one.classifiers
    for attribute in ("parent", "project")
}
"""Nothing of a project is nowhere: without a parent it is at the top, and the project stays."""


def test_a_context_without_a_parent_is_at_the_top_of_its_project(do, rows):
    (answer,) = do(update("Task", ["t1"], parent=None))
    assert answer["parent"] == reference("Project", "p1")
    assert rows("select parent_id from Task")[0]["parent_id"] == "p1"


def test_a_timer_of_nothing_is_as_the_client_makes_it(do):
    data = {"__entity_type__": "Timer", "id": "m1", "comment": "", "name": "n", "context": None}
    (timer,) = do(create("Timer", **data, user=reference("User", "u1")))
    assert (timer["context"], timer["user"]) == (None, reference("User", "u1"))


# --- Python: one delete for each entity of a tree, in any order --------------------------------

BELOW = [
    (owner, one.rows, one.column)
    for owner, dependents in DEPENDENTS.items()
    for one in dependents
    if one.action == "delete" and one.rows in TYPES
]


@pytest.fixture(scope="module")
def emptied(new_studio):
    with new_studio() as studio:
        studio.execute(SHOW)
        yield studio


@pytest.mark.parametrize(
    ("owner", "below", "column"), BELOW, ids=[f"{a}-{b}.{c}" for a, b, c in BELOW]
)
def test_what_has_gone_with_its_owner_may_be_deleted_once_more(emptied, owner, below, column):
    declared = TYPES[below]
    with emptied.writing(Caller()) as tx:
        tx.rows.insert(owner, {**dict(TYPES[owner].classifiers), "id": owner_id(owner)})
        row = {
            declared.attributes[name].storage.name: value
            for name, value in key_of(declared).items()
        }
        row |= {**dict(declared.classifiers), column: owner_id(owner)}
        tx.rows.insert(below, row)
        key = tx.rows.key_of(below, row)
    again = delete(below, *key)
    answers = emptied.execute([delete(owner, owner_id(owner)), again, again])
    assert [answer["data"] for answer in answers] == [True, True, True]
    with pytest.raises(ServerError, match="Could not find entity"):
        emptied.execute([again])


def owner_id(name):
    return 9 if TYPES[name].attributes["id"].data_type == "integer" else f"the {name}"


def test_a_whole_show_may_be_deleted_one_by_one_from_either_end(do, rows, studio):
    tree = [delete("Project", "p1"), delete("Shot", "sh1"), delete("Task", "t1")]
    tree += [delete("Asset", "as1"), delete("AssetVersion", "v1"), delete("TypedContext", "t1")]
    tree += [delete("ContextCustomAttributeValue", FSTART, "sh1"), delete("Context", "p1")]
    assert do(*tree) == [True] * len(tree)
    do(*(one for one in SHOW if one["entity_type"] != "User"))
    back = [delete("AssetVersion", "v1"), delete("Asset", "as1"), delete("Task", "t1")]
    assert do(*back, delete("Shot", "sh1"), delete("Project", "p1")) == [True] * 5
    assert rows("Context") == []


def test_what_is_in_use_may_go_in_the_batch_that_ends_the_use(do, rows):
    new = create("Status", id="s1", name="new", state=rows("State limit 1")[0])
    do(new, update("Task", ["t1"], status_id="s1"))
    do(delete("Status", "s1"), *(delete("Task", "t1"), delete("Shot", "sh1")))
    assert rows("Status where id is s1") == []


def test_an_entity_may_be_deleted_and_made_anew_in_one_batch(do, rows):
    do(delete("Task", "t1"), create("Task", id="t1", name="new", parent_id="sh1"))
    assert rows("select name from Task")[0]["name"] == "new"
    do(delete("Task", "t1"), create("Shot", id="t1", name="newer", parent_id="p1"))
    assert rows("select name from Context where id is t1")[0]["__entity_type__"] == "Shot"


# --- Python: metadata and notes ----------------------------------------------------------------


def test_a_dictionary_of_metadata_is_replaced_row_by_row_and_as_a_whole(do, rows):
    row = {"__entity_type__": "Metadata", "parent_id": "t1"}
    first = [{**row, "key": key, "value": "1", "parent_type": "Task"} for key in ("a", "b")]
    bare = [{**row, "key": key} for key in ("a", "b")]
    do(*(create("Metadata", **one) for one in first), update("Task", ["t1"], metadata=bare))
    assert {one["key"] for one in rows("Metadata")} == {"a", "b"}
    changed = update("Metadata", ["t1", "a"], __entity_type__="Metadata", value="2")
    do(changed, update("Task", ["t1"], metadata=bare[:1]), delete("Metadata", "t1", "b"))
    assert [(one["key"], one["value"]) for one in rows("select value from Metadata")] == [
        ("a", "2")
    ]
    do(update("Task", ["t1"], metadata=[]), delete("Metadata", "t1", "a"))
    assert rows("Metadata") == []


# --- JavaScript --------------------------------------------------------------------------------


def test_a_browser_creates_without_an_id_and_goes_on_with_the_one_it_is_told(do, rows):
    (made,) = do(create("Task", __entity_type__="Task", name="x", parent_id="sh1"))
    key = made["id"]
    changed = {"action": "update", "entity_type": "Task", "entity_key": key}
    do({**changed, "entity_data": {"name": "y"}})
    assert rows(f"select name from Task where id is {key}")[0]["name"] == "y"
    do({"action": "delete", "entity_type": "Task", "entity_key": key})
    assert rows(f"Task where id is {key}") == []


@pytest.mark.parametrize(
    ("sent", "heard"),
    [("undefined", None), ("", None), ("4f2c", "4f2c")],
    ids=["the word undefined", "empty", "a token"],
)
def test_a_push_token_that_is_none_is_none(studio, sent, heard):
    studio.register_api_key("admin", "a key for tests")
    records = []
    studio.add_listener(records.append)
    headers = {
        "ftrack-user": "admin",
        "ftrack-api-key": "a key for tests",
        "ftrack-pushtoken": sent,
    }
    with Server(studio) as server:
        batch = [update("Task", ["t1"], name="x")]
        answer = requests.post(f"{server.url}/api", json=batch, headers=headers, timeout=60)
    assert answer.status_code == 200
    assert [record.caller.push_token for record in records] == [heard]


# --- integrations ------------------------------------------------------------------------------


def test_pages_are_asked_for_until_one_is_short(do, rows):
    do(*(create("Task", name=f"{number:02}", parent_id="sh1") for number in range(10)))
    names, offset = [], 0
    while True:
        page = rows(f"select name from Task order by name limit 4 offset {offset}")
        names += [row["name"] for row in page]
        if len(page) < 4:
            break
        offset += len(page)
    assert names == [*(f"{number:02}" for number in range(10)), "animate"]


@pytest.mark.parametrize("sent", ["task", "Task", "show", "asset_version"])
def test_rows_of_metadata_are_written_raw_with_the_id_of_a_schema(do, rows, sent):
    (made,) = do(create("Metadata", parent_id="t1", key="a", value="1", parent_type=sent))
    (row,) = rows("select parent_type from Metadata")
    assert made["parent_type"] == row["parent_type"] == sent
    do(update("Metadata", ["t1", "a"], value="2"))
    assert rows("select metadata from Task")[0]["metadata"][0]["value"] == "2"
    do(delete("Metadata", "t1", "a"))
    assert rows("Metadata") == []


def test_values_of_custom_attributes_are_written_raw(do, rows):
    key = {"configuration_id": FSTART, "entity_id": "sh1"}
    (made,) = do(create("CustomAttributeValue", **key, value=7))
    assert made == {"__entity_type__": "CustomAttributeValue", **key, "value": 7}
    do(update("CustomAttributeValue", [FSTART, "sh1"], value=8))
    assert rows("select value from CustomAttributeValue")[0]["value"] == 8
    do(delete("CustomAttributeValue", FSTART, "sh1"))
    assert rows("CustomAttributeValue") == []


def test_notes_are_written_raw_with_their_parent(do, rows):
    do(create("Note", id="n1", content="hm", parent_id="t1", parent_type="task"))
    assert rows("select notes.content from Task")[0]["notes"][0]["content"] == "hm"
    do(update("Note", ["n1"], content="better"))
    do(delete("Note", "n1"))
    assert rows("Note") == []
