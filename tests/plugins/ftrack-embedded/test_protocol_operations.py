"""Each operation, member by member: what it takes, and all that its answer holds."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, urlsplit

import pytest
from ftrack_core.errors import ServerError
from ftrack_embedded import Caller
from operations import create, query

IN_PROGRESS = "44ddd0fe-4164-11df-9218-0019bb4983d8"
NOT_STARTED = "44dd9fb2-4164-11df-9218-0019bb4983d8"
DAILIES = "77b9ab82-07c2-11e4-ba66-04011030cf01"
USER_ROLE = "4b09040a-3783-43c2-9fb2-c9babc566720"
FSTART = "acd86546-4082-11e2-95b1-0019bb4983d8"


def update(entity_type, key, /, **data):
    return {"action": "update", "entity_type": entity_type, "entity_key": key, "entity_data": data}


def delete(entity_type, key):
    return {"action": "delete", "entity_type": entity_type, "entity_key": key}


def reference(entity_type, identifier):
    return {"__entity_type__": entity_type, "id": identifier}


@pytest.fixture
def studio(new_studio):
    with new_studio() as studio:
        studio.execute(
            [
                create("Project", id="p1", name="orbit"),
                create("Shot", id="sh1", name="sh010", parent_id="p1"),
                create("Task", id="t1", name="animate", parent_id="sh1"),
                create("Task", id="t2", name="light", parent_id="sh1"),
                create("User", id="u1", username="ann"),
            ]
        )
        yield studio


@pytest.fixture
def do(studio):
    """Carry out operations and return the last answer."""

    def execute(*operations, **options):
        return studio.execute(operations, caller=Caller(**options))[-1]

    return execute


@pytest.fixture
def call(do):
    return lambda action, **members: do({"action": action, **members})


@pytest.fixture
def rows(do):
    return lambda expression: do(query(expression))["data"]


@pytest.fixture
def refused(studio):
    def attempt(*operations, **options):
        with pytest.raises(ServerError) as caught:
            studio.execute(operations, caller=Caller(**options))
        return f"{caught.value.exception}: {caught.value.content}"

    return attempt


# --- query -------------------------------------------------------------------------------------


def test_a_page_of_a_query_is_answered_whole(do):
    expression = "select name, status.name from Task where project_id is p1 order by name"
    answer = do(query(f"{expression} offset 0 limit 2"))
    status = reference("Status", NOT_STARTED)
    (first, second) = answer["data"]
    system = {name: first[name] for name in ("context_type", "object_type_id", "project_id")}
    assert answer == {
        "action": "query",
        "data": [
            {
                **reference("Task", "t1"),
                **system,
                "name": "animate",
                "status": {**status, "name": "Not started"},
            },
            {**reference("Task", "t2"), **system, "name": "light", "status": status},
        ],
        "metadata": {"next": {"offset": 2}},
    }
    assert second["id"] == "t2"


@pytest.mark.parametrize(
    ("page", "offset"),
    [
        ("", None),
        ("limit 1", 1),
        ("limit 2", 2),
        ("limit 3", None),
        ("offset 1 limit 1", 2),
        ("limit 1 offset 1", 2),
        ("offset 1", None),
        ("offset 2 limit 1", None),
        ("limit 0", None),
    ],
)
def test_only_a_full_page_has_a_next_one(do, page, offset):
    assert do(query(f"Task order by name {page}"))["metadata"] == {"next": {"offset": offset}}


# --- create ------------------------------------------------------------------------------------


def test_a_create_answers_what_was_sent_and_what_the_server_has_filled_in(do):
    start = {"__type__": "datetime", "value": "2031-05-06T08:00:00Z"}
    sent = {"user_id": "u1", "context_id": "t1", "duration": 3600, "comment": "blocking"}
    answer = do(create("Timelog", __entity_type__="Timelog", start=start, **sent))
    identifier = answer["data"]["id"]
    assert answer == {
        "action": "create",
        "data": {
            **reference("Timelog", identifier),
            **sent,
            "start": {**start, "value": "2031-05-06T08:00:00"},
        },
    }


def test_the_key_of_a_create_may_stand_beside_its_data(do):
    operation = create("Scope", __entity_type__="Scope", id="s1", name="vfx")
    assert do({**operation, "entity_key": ["s1"]})["data"]["id"] == "s1"
    row = {"parent_id": "t1", "key": "camera", "value": "A7", "parent_type": "Task"}
    made = do({**create("Metadata", **row), "entity_key": ["t1", "camera"]})["data"]
    assert made == {"__entity_type__": "Metadata", **row}


def test_the_type_of_the_operation_counts_and_not_that_of_its_data(do):
    made = do(create("Folder", __entity_type__="Shot", id="f1", name="f", parent_id="p1"))
    assert made["data"]["__entity_type__"] == "Folder"
    changed = do(update("Context", ["f1"], __entity_type__="Task", name="g"))
    assert changed["data"]["__entity_type__"] == "Folder"


def test_collections_may_be_given_with_the_entity(do, rows):
    made = do(
        create("Scope", id="s1", name="vfx"),
        create("Note", id="n1", content="hm"),
        create(
            "Task",
            id="t9",
            name="comp",
            parent=reference("Shot", "sh1"),
            scopes=[reference("Scope", "s1")],
            notes=[reference("Note", "n1")],
            metadata={"camera": "A7"},
        ),
    )["data"]
    assert made["scopes"] == [reference("Scope", "s1")]
    assert made["notes"] == [reference("Note", "n1")]
    (row,) = rows("select scopes.name, notes.content, metadata from Task where id is t9")
    assert [one["name"] for one in row["scopes"]] == ["vfx"]
    assert [one["content"] for one in row["notes"]] == ["hm"]
    assert [(one["key"], one["value"]) for one in row["metadata"]] == [("camera", "A7")]


def test_what_cannot_be_changed_later_may_be_set_at_first(do, refused):
    made = {"created_at": {"__type__": "datetime", "value": "2001-02-03T04:05:06"}}
    made["created_by_id"] = "u1"
    (answer,) = [do(create("Task", id="t9", name="x", parent_id="sh1", **made))["data"]]
    assert made.items() <= answer.items()
    assert refused(update("Task", ["t9"], created_by_id="u2")) == (
        'ValidationError: Attribute "created_by_id" of Task cannot be changed.'
    )
    assert refused(update("Task", ["t9"], created_by=reference("User", "u2"))) == (
        'ValidationError: Attribute "created_by" of Task cannot be changed.'
    )


# --- update ------------------------------------------------------------------------------------


def test_an_update_answers_the_key_and_what_has_changed(do):
    status = reference("Status", IN_PROGRESS)
    answer = do(update("Task", ["t1"], __entity_type__="Task", status=status, bid=7200), lean=True)
    assert answer == {
        "action": "update",
        "data": {
            **reference("Task", "t1"),
            "status": status,
            "status_id": IN_PROGRESS,
            "bid": 7200.0,
        },
    }


@pytest.mark.parametrize("key", ["t1", ["t1"]], ids=["bare", "list"])
@pytest.mark.parametrize("named", ["Task", "TypedContext", "Context"])
def test_a_key_may_be_bare_and_a_type_a_base(do, rows, named, key):
    assert do(update(named, key, name="x"))["data"]["__entity_type__"] == "Task"
    assert rows("Task where id is t1")[0]["name"] == "x"
    assert do(delete(named, key)) == {"action": "delete", "data": True}
    assert rows("Task where id is t1") == []


@pytest.mark.parametrize(
    ("base", "made"),
    [
        (
            "List",
            create("TypedContextList", id="x1", name="a", project_id="p1", category_id=DAILIES),
        ),
        ("Component", create("SequenceComponent", id="x1", name="a", padding=4)),
        ("Component", create("Component", id="x1", name="a")),
        ("ContainerComponent", create("SequenceComponent", id="x1", name="a", padding=4)),
        ("Resource", create("Group", id="x1", name="a")),
    ],
    ids=lambda one: one if isinstance(one, str) else one["entity_type"],
)
def test_rows_of_every_family_are_written_by_the_name_of_a_base(do, rows, base, made):
    do(made)
    assert (
        do(update(base, "x1", name="b"))["data"].items()
        >= reference(made["entity_type"], "x1").items()
    )
    assert rows(f"select name from {base} where id is x1")[0]["name"] == "b"
    do(delete(base, "x1"))
    assert rows(f"{base} where id is x1") == []


def test_a_key_of_several_parts_comes_in_the_order_of_the_schema(do, rows, refused):
    do(create("Metadata", parent_id="t1", key="camera", value="A7", parent_type="Task"))
    do(update("Metadata", ["t1", "camera"], value="A9"))
    assert rows("select value from Metadata")[0]["value"] == "A9"
    do(update("ContextCustomAttributeValue", [FSTART, "sh1"], value=990))
    assert rows("select value from CustomAttributeValue")[0]["value"] == 990
    assert refused(update("Metadata", ["camera", "t1"], value="x")) == (
        "ValueError: Could not find entity Metadata with entity_key ['camera', 't1']."
    )
    for key in ("t1", ["t1"], ["t1", "camera", "x"]):
        for operation in (update("Metadata", key, value="x"), delete("Metadata", key)):
            assert refused(operation) == (
                "ValidationError: The entity_key of Metadata is a list: parent_id, key."
            )


@pytest.mark.parametrize(
    ("name", "value"),
    [("configuration_id", "other"), ("configuration", None), ("entity_id", "t1")],
)
def test_a_value_of_a_custom_attribute_cannot_become_that_of_another(refused, name, value):
    said = refused(update("ContextCustomAttributeValue", [FSTART, "sh1"], **{name: value}, value=1))
    assert said.startswith('ValidationError: Attribute "')
    assert said.endswith("of ContextCustomAttributeValue cannot be changed.")
    same = {"configuration_id": FSTART, "entity_id": "sh1"}
    error = refused(
        update("ContextCustomAttributeValue", [FSTART, "sh1"], **same, value=1),
        update("Task", ["gone"], name="x"),
    )
    assert error.startswith("ValueError: Could not find entity Task")


# What a collection no longer names: deleted where it cannot be without its owner, else let go.
RELEASED = [
    ("AssetVersion", "v1", "components", "Component", "c1", "version_id"),
    ("Asset", "a1", "versions", "AssetVersion", "v1", "asset_id"),
    ("ReviewSession", "r1", "review_session_objects", "ReviewSessionObject", "ro1", None),
    ("Group", "g1", "memberships", "Membership", "m1", None),
    ("Task", "t1", "appointments", "Appointment", "ap1", None),
    ("Shot", "sh1", "timelogs", "Timelog", "g1", "context_id"),
]
LINKED = (
    create("Asset", id="a1", name="plate", context_id="sh1"),
    create("AssetVersion", id="v1", asset_id="a1"),
    create("Component", id="c1", name="main", version_id="v1"),
    create("ReviewSession", id="r1", name="dailies", project_id="p1"),
    create("ReviewSessionObject", id="ro1", name="x", review_session_id="r1", version_id="v1"),
    create("Group", id="g1", name="people"),
    create("Membership", id="m1", group_id="g1", user_id="u1"),
    create("Appointment", id="ap1", context_id="t1", resource_id="u1", type="assignment"),
    create("Timelog", id="g1", context_id="sh1", user_id="u1", duration=60),
)


@pytest.mark.parametrize(
    ("owner", "key", "name", "item", "item_key", "column"),
    RELEASED,
    ids=[f"{one[0]}.{one[2]}" for one in RELEASED],
)
def test_what_a_collection_no_longer_names_is_let_go_or_gone(
    do, rows, owner, key, name, item, item_key, column
):
    do(*LINKED)
    do(update(owner, [key], **{name: [reference(item, item_key)]}))
    assert len(rows(f"{item} where id is {item_key}")) == 1
    assert do(update(owner, [key], **{name: []}))["data"][name] == []
    found = rows(f"select {column or 'id'} from {item} where id is {item_key}")
    assert [row[column] for row in found] == [None] if column else found == []


# --- delete ------------------------------------------------------------------------------------


def test_what_is_absent_cannot_be_deleted(refused):
    assert refused(delete("Task", ["gone"])) == (
        "ValueError: Could not find entity Task with entity_key ['gone']."
    )
    assert refused(delete("Shot", ["t1"])).startswith("ValueError: Could not find entity Shot")


def test_a_deleted_value_of_a_custom_attribute_is_its_default_again(do, rows):
    key = [FSTART, "sh1"]
    asked = f"select value from ContextCustomAttributeValue where configuration_id is {FSTART}"
    for value_type in ("CustomAttributeValue", "ContextCustomAttributeValue"):
        do(update("ContextCustomAttributeValue", key, value=990))
        assert rows(asked)[0]["value"] == 990
        assert do(delete(value_type, key)) == {"action": "delete", "data": True}
        assert rows(asked)[0]["value"] == 1001
    assert do(delete("ContextCustomAttributeValue", key))["data"] is True


@pytest.mark.parametrize("key", [["gone", "sh1"], [FSTART, "gone"], [FSTART, "u1"]])
def test_there_is_no_value_of_what_is_not_there(refused, key):
    assert refused(delete("ContextCustomAttributeValue", key)).startswith(
        "ValueError: Could not find entity ContextCustomAttributeValue with entity_key ["
    )


# --- the server itself -------------------------------------------------------------------------

FACTS = {
    "version": str,
    "schema_hash": str,
    "is_timezone_support_enabled": bool,
    "is_nested_subqueries_enabled": bool,
    "storage_scenario": type(None),
    "user_information": dict,
    "product": dict,
    "company_information": dict,
    "custom_widget": list,
    "default_colors": list,
    "display_task_dates_as_time": bool,
    "display_week_numbers": bool,
    "license": dict,
    "preferred_language": str,
    "storage_limit": type(None),
    "week_startday": int,
    "workday_length": int,
}


def test_the_server_information_is_one_bare_object(call):
    facts = call("query_server_information")
    assert {name: type(value) for name, value in facts.items()} == FACTS
    assert tuple(map(int, facts["version"].split("."))) >= (3, 3, 11)
    assert facts["is_timezone_support_enabled"] is True
    assert set(facts["company_information"]) == {"logo_url", "name"}
    assert "expires_at" in facts["license"]
    assert facts["workday_length"] == 28_800
    assert set(facts["user_information"]) == {
        "id",
        "username",
        "first_name",
        "last_name",
        "is_global_access_key",
        "restricted_user",
        "permissions",
        "thumbnail_url",
        "access_key_id",
    }


def test_only_administrators_are_told_of_rights(do):
    asked = {"action": "query_server_information", "values": ["user_information"]}
    assert do(asked)["user_information"]["permissions"]
    told = do(asked, username="ann")["user_information"]
    assert (told["id"], told["username"], told["permissions"]) == ("u1", "ann", [])


def test_single_facts_may_be_asked_for_and_unknown_ones_are_passed_over(call):
    asked = ["license", "version", "mood"]
    assert set(call("query_server_information", values=asked)) == {"license", "version"}
    assert call("query_server_information", values=[]) == {}
    assert set(call("query_server_information", values=None)) == set(FACTS)


@pytest.mark.parametrize("values", ["version", [3], {"version": True}, True])
def test_the_names_of_facts_are_a_list_of_texts(refused, values):
    said = refused({"action": "query_server_information", "values": values})
    assert said.startswith(
        'ValidationError: "values" of query_server_information must be a list of texts or null'
    )


def test_a_storage_scenario_is_what_a_client_has_stored_as_json(do, call):
    scenario = {"scenario": "ftrack.centralized-storage", "data": {"location_id": "l1"}}
    setting = {"name": "storage_scenario", "group": "STORAGE"}
    do(create("Setting", **setting, value=json.dumps(scenario)))
    assert call("query_server_information")["storage_scenario"] == scenario
    for value in ("", "nonsense", "3", "null"):
        do(update("Setting", ["storage_scenario", "STORAGE"], value=value))
        assert call("query_server_information")["storage_scenario"] is None


def test_the_schemas_come_as_a_bare_list_and_are_the_same_each_time(call):
    schemas = call("query_schemas")
    assert isinstance(schemas, list)
    assert {"id", "properties", "primary_key", "required", "default_projections"} <= set(schemas[0])
    assert call("query_schemas") == schemas


# --- files -------------------------------------------------------------------------------------

UPLOAD = {"action": "get_upload_metadata", "component_id": "c1", "file_name": "x.txt"}


@pytest.fixture
def filing(studio, tmp_path):
    """Let a studio keep files wherever its database is."""
    if studio.path is None:
        from ftrack_embedded.engine.files.store import FileStore

        studio.files = FileStore.beside(None, tmp_path)
    return studio


@pytest.mark.parametrize("more", [{}, {"parts": None}, {"parts": 0}], ids=str)
def test_an_upload_in_one_piece_is_told_an_address_and_headers_and_no_action(filing, do, more):
    asked = {**UPLOAD, "file_size": 5, "checksum": "XUFAKrxLKna5cZ2REBfFkg==", **more}
    answer = do(asked)
    assert set(answer) == {"url", "component_id", "headers"}
    assert answer["component_id"] == "c1"
    assert answer["headers"] == {
        "Content-Type": "text/plain",
        "Content-Disposition": answer["headers"]["Content-Disposition"],
        "Content-Length": "5",
        "Content-MD5": "XUFAKrxLKna5cZ2REBfFkg==",
    }
    assert 'x.txt"' in answer["headers"]["Content-Disposition"]


@pytest.mark.parametrize("parts", [1, 3])
def test_an_upload_in_parts_is_told_an_address_for_each(filing, do, parts):
    answer = do({**UPLOAD, "file_size": 5, "checksum": None, "parts": parts})
    assert set(answer) == {"component_id", "upload_id", "urls"}
    assert [set(one) for one in answer["urls"]] == [{"part_number", "signed_url"}] * parts
    assert [one["part_number"] for one in answer["urls"]] == list(range(1, parts + 1))


def test_an_upload_may_be_announced_in_the_batch_that_makes_its_component(filing, studio):
    made, told = studio.execute([create("FileComponent", id="c1", name="x"), UPLOAD])
    assert made["data"]["id"] == told["component_id"] == "c1"


# --- widgets, media, jobs ----------------------------------------------------------------------


@pytest.mark.parametrize("name", ["info", "tasks", "tasks_browser"])
@pytest.mark.parametrize("theme", ["light", "dark", "blue", None])
def test_each_widget_has_an_address_with_a_token(call, name, theme):
    answer = call("get_widget_url", name=name, theme=theme)
    assert set(answer) == {"widget_url"}
    address = urlsplit(answer["widget_url"])
    assert address.path == f"/widget/{name}"
    assert set(parse_qs(address.query)) == {"token"}


@pytest.mark.parametrize("key", ["t1", ["t1"]])
def test_a_widget_may_be_about_an_entity(call, key):
    assert call("get_widget_url", name="info", entity_type="Task", entity_key=key)["widget_url"]


@pytest.mark.parametrize("keep", ["true", 1, [], {}])
def test_whether_an_original_is_kept_is_true_or_false(do, refused, keep):
    do(create("FileComponent", id="c1", name="x", file_type=".png"))
    said = refused({"action": "encode_media", "component_id": "c1", "keep_original": keep})
    assert said.startswith('ValidationError: "keep_original" of encode_media must be true, false')


def test_an_encoding_is_answered_with_its_job_alone(do):
    do(create("FileComponent", id="c1", name="x", file_type=".txt"))
    asked = {"action": "encode_media", "component_id": "c1", "version_id": None}
    assert set(do({**asked, "keep_original": True})) == {"job_id"}


def test_an_unknown_kind_of_job_is_refused_with_those_there_are(refused):
    assert refused({"action": "delayed_job", "job_type": "EXPORT"}) == (
        "ValidationError: There is no job type 'EXPORT'; there are ICONIK_SYNC_STRUCTURE, "
        "SYNC_USERS_LDAP."
    )


# --- roles -------------------------------------------------------------------------------------


def test_a_role_may_be_given_as_an_entity_and_holds_at_once(do, refused):
    do(create("Project", id="px", name="secret", is_private=True))
    asked = query("select name from Project where id is px")
    assert do(asked, username="ann")["data"] == []
    do(
        create("UserSecurityRole", id="r1", user_id="u1", security_role_id=USER_ROLE),
        create("UserSecurityRoleProject", user_security_role_id="r1", project_id="px"),
    )
    assert [row["name"] for row in do(asked, username="ann")["data"]] == ["secret"]
