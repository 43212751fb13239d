"""Custom attributes: for which entities they are, which values they hold, what goes with them."""

from __future__ import annotations

import pytest
from operations import create, delete, update

TYPES = {
    "text": "6268aef0-381c-11e0-acff-0019bb49847a",
    "number": "92009b00-381c-11e0-acff-0019bb49847a",
    "boolean": "ad1034d8-15e2-11e1-b21a-0019bb4983d8",
    "date": "79968e9e-381c-11e0-acff-0019bb49847a",
    "enumerator": "6ff9c812-ead3-11e2-846c-f23c91dfaa16",
    "dynamic enumerator": "882e4aee-fae6-11e3-b623-20c9d0831e59",
    "expression": "d2e6a530-357f-11e2-bd73-0019bb4985b8",
    "url": "ec616dcd-56e2-4147-99f8-7e4a4f040cf9",
}
SHOT = "bad911de-3bd6-47b9-8b46-3476e237cb36"
TASK = "11c137c0-ee7e-4f9c-91c5-8c77cec22b2c"
DAILIES = "77b9ab82-07c2-11e4-ba66-04011030cf01"


def attribute(identifier, entity_type, kind="number", **more):
    data = {"key": identifier, "label": identifier, "type_id": TYPES[kind], **more}
    return create("CustomAttributeConfiguration", id=identifier, entity_type=entity_type, **data)


@pytest.fixture(scope="module")
def seeded(new_studio):
    with new_studio() as studio:
        yield studio


@pytest.fixture
def studio(new_studio):
    with new_studio() as studio:
        studio.execute(
            [
                create("Project", id="p1", name="orbit"),
                create("Project", id="p2", name="comet"),
                create("Shot", id="sh1", name="sh010", parent_id="p1"),
                create("Task", id="t1", name="animate", parent_id="sh1"),
                create("Task", id="t2", name="comp", parent_id="p2"),
                create("Asset", id="a1", name="geo", context_id="sh1"),
                create("AssetVersion", id="v1", asset_id="a1"),
                create("User", id="u1", username="ann"),
                create("TypedContextList", id="l1", name="l", project_id="p1", category_id=DAILIES),
                create("ListObject", id="lo1", list_id="l1", entity_id="t1"),
            ]
        )
        yield studio


@pytest.fixture
def holders(rows):
    """Return the ids of all entities that have an attribute of a key."""

    def found(key):
        types = ("Context", "Asset", "AssetVersion", "User", "List", "ListObject")
        views = (f"{one}CustomAttributeValue" for one in types)
        return {row["entity_id"] for view in views for row in rows(f"{view} where key is {key}")}

    return found


# --- what a configuration is for ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("entity_type", "more", "expected"),
    [
        ("task", {"object_type_id": SHOT}, {"sh1"}),
        ("task", {"object_type_id": TASK}, {"t1", "t2"}),
        ("task", {"object_type_id": TASK, "project_id": "p1"}, {"t1"}),
        ("show", {}, {"p1", "p2"}),
        ("show", {"project_id": "p2"}, {"p2"}),
        ("show", {"is_hierarchical": True}, {"p1", "p2", "sh1", "t1", "t2"}),
        ("show", {"is_hierarchical": True, "project_id": "p1"}, {"p1", "sh1", "t1"}),
        ("asset", {}, {"a1"}),
        ("assetversion", {}, {"v1"}),
        ("list", {}, {"l1"}),
        ("listobject", {}, {"lo1"}),
    ],
)
def test_an_attribute_is_one_of_what_its_configuration_names(
    do, holders, entity_type, more, expected
):
    do(attribute("x", entity_type, **more))
    assert holders("x") == expected


def test_an_attribute_of_users_is_one_of_every_user(do, holders, rows):
    do(attribute("x", "user"))
    assert holders("x") == {row["id"] for row in rows("User")}


STRAY = [
    ("ContextCustomAttributeValue", "t1", "task", {"object_type_id": SHOT}, "it is for Shot"),
    ("ContextCustomAttributeValue", "p1", "task", {"object_type_id": SHOT}, "it is for Shot"),
    ("ContextCustomAttributeValue", "sh1", "show", {}, "it is for Project"),
    ("ContextCustomAttributeValue", "sh1", "asset", {}, "it is for Asset"),
    ("AssetCustomAttributeValue", "a1", "task", {"object_type_id": SHOT}, "it is for Shot"),
    ("AssetVersionCustomAttributeValue", "v1", "asset", {}, "it is for Asset"),
    ("UserCustomAttributeValue", "u1", "list", {}, "it is for List"),
    (
        "ContextCustomAttributeValue",
        "t2",
        "show",
        {"is_hierarchical": True, "project_id": "p1"},
        "projects and all contexts in the project orbit",
    ),
    (
        "ContextCustomAttributeValue",
        "t2",
        "task",
        {"object_type_id": TASK, "project_id": "p1"},
        "it is for Task in the project orbit",
    ),
]


@pytest.mark.parametrize(("view", "entity", "entity_type", "more", "said"), STRAY)
@pytest.mark.parametrize("how", ["update", "create", "stored"])
def test_a_value_for_what_has_no_such_attribute_is_refused(
    do, refused, rows, view, entity, entity_type, more, said, how
):
    """It would be kept and never be seen."""
    do(attribute("x", entity_type, **more))
    key = {"configuration_id": "x", "entity_id": entity, "value": 3}
    operation = {
        "update": update(view, "x", entity, value=3),
        "create": create(view, **key),
        "stored": create("CustomAttributeValue", **key),
    }[how]
    error = refused(create("Scope", name="s"), operation)
    assert error.exception == "ValidationError"
    assert error.operation == 1
    assert 'The custom attribute "x" of the configuration x does not apply to' in error.content
    assert entity in error.content
    assert said in error.content
    assert rows("CustomAttributeValue where configuration_id is x") == []


def test_the_error_names_the_attribute_of_the_same_key_that_was_meant(rows, refused):
    """A frame rate is configured for shots, sequences and projects: three of one key."""
    of_shots = f'CustomAttributeConfiguration where key is "fps" and object_type_id is "{SHOT}"'
    (shots,) = rows(of_shots)
    (shows,) = rows('CustomAttributeConfiguration where key is "fps" and entity_type is "show"')
    error = refused(update("ContextCustomAttributeValue", shots["id"], "p1", value=25))
    assert f"Did you mean the configuration {shows['id']}, which has the same key?" in error.content


def test_what_an_entity_is_counts_when_the_batch_is_complete(do, refused, rows):
    do(attribute("x", "task", object_type_id=SHOT))
    value = update("ContextCustomAttributeValue", "x", "new", value=3)
    do(value, create("Shot", id="new", name="x", parent_id="p1"))
    assert rows("select value from CustomAttributeValue where entity_id is new")[0]["value"] == 3
    value = update("ContextCustomAttributeValue", "x", "other", value=3)
    error = refused(value, create("Task", id="other", name="x", parent_id="p1"))
    assert (error.exception, error.operation) == ("ValidationError", 0)
    do(value, create("Task", id="other", name="x", parent_id="p1"), delete("Task", "other"))


# --- values ------------------------------------------------------------------------------------


def test_creating_a_configuration_changes_no_schema(studio, do):
    (before,) = studio.execute([{"action": "query_server_information"}])
    do(attribute("x", "user"))
    (after,) = studio.execute([{"action": "query_server_information"}])
    assert before["schema_hash"] == after["schema_hash"]


@pytest.mark.parametrize(("name", "identifier"), TYPES.items())
def test_the_kinds_have_the_ids_that_clients_know(seeded, name, identifier):
    expression = f'select name from CustomAttributeType where id is "{identifier}"'
    (answer,) = seeded.execute([{"action": "query", "expression": expression}])
    assert [row["name"] for row in answer["data"]] == [name]


def stated(value):
    return {"key": "x", "value": value}


@pytest.mark.parametrize(
    ("kind", "config", "written", "read"),
    [
        ("text", "{}", "word", "word"),
        ("text", "{}", "", ""),
        ("number", "{}", 3, 3),
        ("number", '{"isdecimal": true}', 2.5, 2.5),
        ("boolean", "{}", True, True),
        ("enumerator", '{"data": "[{\\"menu\\": \\"R\\", \\"value\\": \\"r\\"}]"}', "r", ["r"]),
        ("enumerator", '{"data": "[{\\"menu\\": \\"R\\", \\"value\\": \\"r\\"}]"}', ["r"], ["r"]),
        ("dynamic enumerator", "{}", ["any"], ["any"]),
        ("expression", "{}", "{self.a + 1}", "{self.a + 1}"),
        ("url", "{}", "https://a.b", "https://a.b"),
        ("url", "{}", None, None),
        ("date", "{}", None, None),
    ],
)
def test_a_kind_answers_the_values_it_takes(do, rows, kind, config, written, read):
    do(attribute("x", "user", kind, config=config))
    do(update("UserCustomAttributeValue", "x", "u1", value=written))
    (value,) = rows("select value from UserCustomAttributeValue where key is x and entity_id is u1")
    assert value["value"] == read


def test_a_date_is_answered_as_a_date(do, rows):
    do(attribute("x", "user", "date"))
    moment = {"__type__": "datetime", "value": "2024-05-06T07:08:09"}
    do(update("UserCustomAttributeValue", "x", "u1", value=moment))
    (value,) = rows("select value from UserCustomAttributeValue where key is x and entity_id is u1")
    assert value["value"] == moment


def test_a_hierarchical_value_that_is_not_stored_is_null_and_not_the_default(do, rows):
    do(
        attribute("x", "show", is_hierarchical=True, default=5),
        attribute("y", "show", default=5),
    )
    expression = "select key, value from ContextCustomAttributeValue where entity_id is {}"
    values = {row["key"]: row["value"] for row in rows(expression.format("p1"))}
    assert (values["x"], values["y"]) == (None, 5)
    do(update("ContextCustomAttributeValue", "x", "p1", value=7))
    values = {row["key"]: row["value"] for row in rows(expression.format("sh1"))}
    assert values["x"] is None


def test_values_that_are_asked_for_by_both_halves_of_their_key_are_dense(do, rows):
    do(attribute("x", "task", object_type_id=TASK, default=5))
    key = "entity_id in (t1, sh1) and configuration_id in (x)"
    found = rows(f"select value from ContextCustomAttributeValue where {key}")
    assert [(row["entity_id"], row["value"]) for row in found] == [("t1", 5)]


def test_the_stored_rows_are_those_that_somebody_has_set(do, rows, refused):
    do(attribute("x", "task", object_type_id=TASK, default=5))
    key = {"configuration_id": "x", "entity_id": "t1"}
    where = "where configuration_id is x and entity_id is t1"
    stored = f"select value from CustomAttributeValue {where}"
    assert refused(update("CustomAttributeValue", "x", "t1", value=1)).exception == "ValueError"
    do(create("CustomAttributeValue", value=1, **key))
    assert refused(create("CustomAttributeValue", value=1, **key)).exception == "IntegrityError"
    do(update("CustomAttributeValue", "x", "t1", value=2))
    assert [row["value"] for row in rows(stored)] == [2]
    do(delete("CustomAttributeValue", "x", "t1"))
    assert rows(stored) == []
    dense = rows(f"select value from ContextCustomAttributeValue {where}")
    assert [row["value"] for row in dense] == [5]


def test_values_go_with_their_entity_and_with_their_configuration(do, rows):
    do(attribute("x", "task", object_type_id=TASK), attribute("y", "user"))
    do(
        update("ContextCustomAttributeValue", "x", "t1", value=1),
        update("ContextCustomAttributeValue", "x", "t2", value=1),
        update("UserCustomAttributeValue", "y", "u1", value=1),
    )
    stored = "CustomAttributeValue where configuration_id in (x, y)"
    do(delete("Task", "t1"))
    assert {row["entity_id"] for row in rows(stored)} == {"t2", "u1"}
    do(delete("CustomAttributeConfiguration", "x"))
    assert {row["entity_id"] for row in rows(stored)} == {"u1"}


def test_values_can_be_sent_with_the_entity_they_are_of(do, rows):
    do(attribute("x", "show", is_hierarchical=True))
    do(create("Shot", id="new", name="x", parent_id="p1", custom_attributes=[stated(4)]))
    (shot,) = rows("select custom_attributes from Shot where id is new")
    assert [one["value"] for one in shot["custom_attributes"] if one["key"] == "x"] == [4]


def test_a_key_exists_once_for_each_kind_of_entity_and_project(do, refused):
    do(
        attribute("x", "task", object_type_id=SHOT),
        attribute("y", "task", object_type_id=TASK, project_id="p1"),
    )

    def again(entity_type, key, **more):
        operation = attribute("again", entity_type, **more)
        operation["entity_data"]["key"] = key
        return operation

    assert refused(again("task", "x", object_type_id=SHOT)).exception == "DuplicateEntryError"
    twice = again("task", "y", object_type_id=TASK, project_id="p1")
    assert refused(twice).exception == "DuplicateEntryError"
    do(again("task", "y", object_type_id=TASK, project_id="p2"))


# --- links -------------------------------------------------------------------------------------


def link_attribute(identifier, entity_type, to, **more):
    data = {"key": identifier, "label": identifier, "entity_type": entity_type, **more}
    return create("CustomAttributeLinkConfiguration", id=identifier, entity_type_to=to, **data)


@pytest.mark.parametrize(
    ("to", "target", "link_type", "reference"),
    [
        ("user", "u1", "UserCustomAttributeLink", "user"),
        ("asset", "a1", "AssetCustomAttributeLink", "asset"),
        ("asset_version", "v1", "AssetVersionCustomAttributeLink", "asset_version"),
        ("list", "l1", "ListCustomAttributeLink", "list"),
        ("task", "t1", "ContextCustomAttributeLink", "context"),
        ("show", "p2", "ContextCustomAttributeLink", "context"),
    ],
)
@pytest.mark.parametrize("generic", [True, False])
def test_a_link_leads_to_the_far_entity(do, rows, to, target, link_type, reference, generic):
    do(link_attribute("x", "task", to, object_type_id=SHOT))
    made = "CustomAttributeLink" if generic else link_type
    do(create(made, id="k1", configuration_id="x", from_id="sh1", to_id=target))
    (link,) = rows(f"select {reference}.id, from_id, to_id from {link_type}")
    assert link[reference]["id"] == target
    assert (link["from_id"], link["to_id"]) == ("sh1", target)
    (back,) = rows("select context.id from ContextCustomAttributeLinkFrom")
    assert back["context"]["id"] == "sh1"
    assert [row["id"] for row in rows("Shot where custom_attribute_links any (to_id is_not none)")]
    refers = link_type.removesuffix("CustomAttributeLink")
    found = rows(f"{refers} where custom_attribute_links_from any (from_id is sh1)")
    assert [row["id"] for row in found] == [target]


def test_an_attribute_of_one_link_takes_no_second_from_the_same_source(do, refused):
    do(link_attribute("x", "show", "user", one_to_one=True))
    first = create("UserCustomAttributeLink", configuration_id="x", from_id="p1", to_id="u1")
    do(first, create("UserCustomAttributeLink", configuration_id="x", from_id="p2", to_id="u1"))
    assert refused(first).exception == "DuplicateEntryError"
