"""Relations whose meaning the schema does not spell out, in criteria and in projections."""

from __future__ import annotations

import pytest
from ftrack_core.errors import ServerError
from ftrack_embedded import Caller
from operations import create, query

DAILIES = "77b9ab82-07c2-11e4-ba66-04011030cf01"


def update(entity_type, key, /, **data):
    key_of = {"entity_type": entity_type, "entity_key": [key]}
    return {"action": "update", **key_of, "entity_data": data}


SHOW = (
    create("Project", id="p1", name="orbit"),
    create("Sequence", id="sq1", name="sq010", parent_id="p1"),
    create("Shot", id="sh1", name="sh010", parent_id="sq1"),
    create("Task", id="t1", name="animate", parent_id="sh1", bid=100),
    create("Task", id="t2", name="light", parent_id="sh1"),
    create("User", id="u1", username="ann"),
    create("User", id="u2", username="bob"),
    create("Group", id="gr0", name="All"),
    create("Group", id="gr1", name="Lighting", parent_id="gr0"),
    create("Appointment", id="ap1", context_id="t1", resource_id="u1", type="assignment"),
    create("Appointment", id="ap2", context_id="t1", resource_id="gr1", type="allocation"),
    create("Timelog", id="g1", context_id="t1", user_id="u1", duration=30, start="2031-05-06"),
    create("Asset", id="as1", name="plate", context_id="sh1"),
    create("AssetVersion", id="v1", asset_id="as1"),
    create("AssetVersion", id="v2", asset_id="as1"),
    create("AssetVersionLink", id="vl1", from_id="v1", to_id="v2"),
    create("TypedContextLink", id="l1", from_id="t1", to_id="t2"),
    create(
        "TypedContextList",
        id="li1",
        name="rushes",
        project_id="p1",
        category_id=DAILIES,
        user_id="u1",
    ),
    create("ListObject", id="lo1", list_id="li1", entity_id="sh1"),
    create("AssetVersionList", id="li2", name="cuts", project_id="p1", category_id=DAILIES),
    create("ListObject", id="lo2", list_id="li2", entity_id="v1"),
    create("FileComponent", id="c1", name="main", file_type=".exr", version_id="v1"),
    create("Note", id="n1", content="hm", parent_id="t1", parent_type="Task", user_id="u1"),
    create("Note", id="n2", content="yes", in_reply_to_id="n1", parent_id="t1", parent_type="Task"),
    create("Note", id="n3", content="dark", parent_id="v1", parent_type="AssetVersion"),
    create("Recipient", note_id="n1", resource_id="u2"),
    create("Recipient", note_id="n1", resource_id="gr1"),
    create("ReviewSession", id="rs1", name="client", project_id="p1", start_date="2001-01-01"),
    create("ReviewSession", id="rs2", name="over", project_id="p1", end_date="2001-01-01"),
    create("ReviewSessionInvitee", id="ri1", name="Zoe", email="z@x", review_session_id="rs1"),
    create(
        "ReviewSessionObject",
        id="ro1",
        name="plate",
        version="1",
        review_session_id="rs1",
        version_id="v1",
    ),
    create(
        "ReviewSessionObjectStatus",
        id="rt1",
        status="approved",
        review_session_object_id="ro1",
        review_session_invitee_id="ri1",
    ),
    create("Note", id="n4", content="fine", parent_id="ro1", parent_type="ReviewSessionObject"),
    create(
        "EntitySetting",
        parent_id="rs1",
        group="look",
        name="dark",
        value="1",
        parent_type="ReviewSession",
    ),
    create("Setting", name="logo", group="studio", value="x"),
    create("SettingComponent", component_id="c1", name="logo", group="studio"),
    create("Dashboard", id="d1", name="mine"),
    create("DashboardResource", dashboard_id="d1", resource_id="u1"),
    create("Event", id=7, action="note", project_id="p1", user_id="u1"),
    create("Feed", id="f1", social_id=7, owner_id="u1", cluster_id="x"),
    create(
        "CustomAttributeLinkConfiguration",
        id="k1",
        key="lead",
        label="Lead",
        entity_type="task",
        entity_type_to="user",
    ),
    create("UserCustomAttributeLink", id="cl1", configuration_id="k1", from_id="t1", to_id="u1"),
    update("Project", "p1", scopes=[]),
)


@pytest.fixture(scope="module")
def studio(new_studio):
    with new_studio() as studio:
        studio.execute(SHOW)
        yield studio


@pytest.fixture(scope="module")
def rows(studio):
    def ask(expression):
        caller = Caller(lean=True, denormalize=True)
        return studio.execute([query(expression)], caller=caller)[0]["data"]

    return ask


def reached(row, path):
    """Return what a projected path leads to: one value, or those of all items."""
    value = row
    for name in path.replace("]", "").split("."):
        name = name.partition("[")[0]
        if isinstance(value, list):
            value = [one.get(name) for one in value]
        else:
            value = None if value is None else value[name]
    return value


REFERENCES = [
    ("Asset where id is as1", "parent.id", "sh1"),
    ("Note where id is n1", "author.username", "ann"),
    ("List where id is li1", "owner.username", "ann"),
    ("TypedContextList where id is li1", "owner.id", "u1"),
    ("ReviewSessionObject where id is ro1", "asset_version.id", "v1"),
    ("ReviewSessionObjectStatus where id is rt1", "invitee.name", "Zoe"),
    ("Recipient where resource_id is u2", "recipient.id", "u2"),
    ("Recipient where resource_id is u2", "user.username", "bob"),
    ("Recipient where resource_id is gr1", "recipient.id", "gr1"),
    ("Feed where id is f1", "event.action", "note"),
    ("SettingComponent where component_id is c1", "setting.value", "x"),
    ("UserCustomAttributeLink where id is cl1", "user.username", "ann"),
    ("Asset where id is as1", "latest_version.id", "v2"),
    ("DashboardResource where dashboard_id is d1", "resource.id", "u1"),
    ("DashboardResource where dashboard_id is d1", "dashboard.name", "mine"),
]


@pytest.mark.parametrize(("found", "path", "expected"), REFERENCES)
def test_references_lead_to_what_is_meant(rows, found, path, expected):
    entity_type, _, criterion = found.partition(" where ")
    (row,) = rows(f"select {path} from {found}")
    assert reached(row, path) == expected
    assert len(rows(f"{entity_type} where ({criterion}) and {path} is {expected!r}")) == 1
    assert rows(f"{entity_type} where ({criterion}) and {path} is nothing") == []


def test_the_user_of_a_recipient_that_is_a_group_is_none(rows):
    (row,) = rows("select user.username from Recipient where resource_id is gr1")
    assert row["user"] is None
    assert rows("Recipient where resource_id is gr1 and user has ()") == []


def test_a_project_schema_has_two_names_for_each_of_its_parts(rows):
    pairs = {
        "_task_workflow": "task_workflow_schema",
        "_version_workflow": "asset_version_workflow_schema",
        "_task_type_schema": "task_type_schema",
        "_schemas": "object_type_schemas",
        "_overrides": "task_workflow_schema_overrides",
    }
    for short, long in pairs.items():
        for row in rows(f"select {short}, {long} from ProjectSchema"):
            assert row[short] == row[long]
        assert len(rows(f"ProjectSchema where {short} any ()")) == len(
            rows(f"ProjectSchema where {long} any ()")
        )


def test_schemas_lead_to_statuses_and_types(rows):
    for relation, reference in (("statuses", "task_status"), ("types", "task_type")):
        found = rows(f"select {relation}.{reference}.name from Schema where {relation} any ()")
        assert found
        for row in found:
            assert all(one[reference]["name"] for one in row[relation])
            assert {one["schema_id"] for one in row[relation]} == {row["id"]}
    assert rows("WorkflowSchema where statuses.name is 'Not started'")
    assert rows("TaskTypeSchema where types any (name is Animation)")
    assert rows("Type where task_type_schemas any ()")


def test_project_schemas_and_object_types_know_one_another(rows):
    (schema, *_) = rows("select object_types.name from ProjectSchema where object_types any ()")
    name = schema["object_types"][0]["name"]
    found = rows(f"ObjectType where name is '{name}' and project_schemas.id is {schema['id']}")
    assert len(found) == 1


COLLECTIONS = [
    ("Task where id is t1", "notes", ["n1"]),
    ("AssetVersion where id is v1", "notes", ["n3"]),
    ("ReviewSessionObject where id is ro1", "notes", ["n4"]),
    ("Note where id is n1", "replies", ["n2"]),
    ("Shot where id is sh1", "lists", ["li1"]),
    ("AssetVersion where id is v1", "lists", ["li2"]),
    ("TypedContextList where id is li1", "items", ["sh1"]),
    ("AssetVersionList where id is li2", "items", ["v1"]),
    ("Task where id is t2", "incoming_links", ["l1"]),
    ("Task where id is t1", "outgoing_links", ["l1"]),
    ("AssetVersion where id is v2", "incoming_links", ["vl1"]),
    ("AssetVersion where id is v1", "outgoing_links", ["vl1"]),
    ("AssetVersion where id is v2", "uses_versions", ["v1"]),
    ("AssetVersion where id is v1", "used_in_versions", ["v2"]),
    ("Task where id is t1", "assignments", ["ap1"]),
    ("Task where id is t1", "allocations", ["ap2"]),
    ("Task where id is t1", "appointments", ["ap1", "ap2"]),
    ("User where id is u1", "assignments", ["ap1"]),
    ("User where id is u1", "allocations", []),
    ("Group where id is gr1", "allocations", ["ap2"]),
    ("Group where id is gr0", "children", ["gr1"]),
    ("Task where id is t1", "ancestors", ["sq1", "sh1"]),
    ("Sequence where id is sq1", "ancestors", []),
    ("Sequence where id is sq1", "descendants", ["sh1", "t1", "t2"]),
    ("Project where id is p1", "descendants", ["sq1", "sh1", "t1", "t2"]),
    ("Project where id is p1", "children", ["sq1"]),
    ("Shot where id is sh1", "children", ["t1", "t2"]),
    ("Shot where id is sh1", "assets", ["as1"]),
    ("ReviewSession where id is rs1", "review_session_objects", ["ro1"]),
    ("ReviewSessionObject where id is ro1", "statuses", ["rt1"]),
    ("ReviewSessionInvitee where id is ri1", "statuses", ["rt1"]),
    ("Event where id is 7", "feeds", ["f1"]),
]


@pytest.mark.parametrize(("found", "name", "expected"), COLLECTIONS)
def test_collections_hold_what_is_meant(rows, found, name, expected):
    (row,) = rows(f"select {name} from {found}")
    ids = [one["id"] for one in row[name]]
    assert ids == expected if name == "ancestors" else sorted(ids) == sorted(expected)
    entity_type, _, criterion = found.partition(" where ")
    for one in expected:
        assert len(rows(f"{entity_type} where ({criterion}) and {name}.id is {one}")) == 1
    assert bool(expected) == bool(rows(f"{entity_type} where ({criterion}) and {name} any ()"))


@pytest.mark.parametrize(
    ("expression", "name", "expected"),
    [
        ("ReviewSession where settings any (name is dark)", "settings", "value"),
        (
            "User where dashboard_resources any (dashboard.name is mine)",
            "dashboard_resources",
            "dashboard_id",
        ),
        (
            "Dashboard where dashboard_resources.resource.id is u1",
            "dashboard_resources",
            "resource_id",
        ),
        ("Note where recipients any (resource_id is gr1)", "recipients", "resource_id"),
    ],
)
def test_collections_of_what_has_no_single_key(rows, expression, name, expected):
    entity_type, _, criterion = expression.partition(" where ")
    (row,) = rows(f"select {name}.{expected} from {entity_type} where {criterion}")
    assert all(one[expected] for one in row[name])


@pytest.mark.parametrize("entity_type", ["Status", "Type", "Priority", "ObjectType"])
def test_workflow_entities_know_the_tasks_that_have_them(rows, entity_type):
    name = {"ObjectType": "object_type"}.get(entity_type, entity_type.lower())
    (task,) = rows(f"select {name}.id from Task where id is t1")
    (row,) = rows(f"select tasks.id from {entity_type} where tasks.id is t1")
    assert row["id"] == task[name]["id"]
    assert "t1" in {one["id"] for one in row["tasks"]}


def test_status_changes_are_of_the_type_of_what_has_changed(rows, studio):
    (status,) = rows("select id from Status where name is 'In progress'")
    studio.execute([update("Task", "t2", status_id=status["id"])])
    (task,) = rows("select status_changes.status.name from Task where id is t2")
    change = task["status_changes"][-1]
    assert change["__entity_type__"] == "TypedContextStatusChange"
    assert change["status"]["name"] == "In progress"
    (found,) = rows("select parent.name from TypedContextStatusChange where parent.id is t2")
    assert found["parent"]["name"] == "light"


def test_link_types_answer_what_their_default_projections_name(rows):
    (row,) = rows("select id, to_id, to_entity_type from UserCustomAttributeLink")
    assert (row["to_id"], row["to_entity_type"]) == ("u1", "User")


def test_custom_attribute_links_are_for_criteria_only(rows):
    assert [one["id"] for one in rows("Task where custom_attribute_links.to_id is u1")] == ["t1"]
    assert [one["id"] for one in rows("User where custom_attribute_links_from.from_id is t1")] == [
        "u1"
    ]
    for name, entity_type in (
        ("custom_attribute_links", "Task"),
        ("custom_attribute_links_from", "User"),
    ):
        with pytest.raises(ServerError, match="criteria only"):
            rows(f"select {name} from {entity_type}")


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        ("Task where time_logged is 30", ["t1"]),
        ("Task where bid_time_logged_difference is 70", ["t1"]),
        ("AssetVersion where is_latest_version is true", ["v2"]),
        ("ReviewSession where is_open is true", ["rs1"]),
        ("ReviewSession where is_open is false", ["rs2"]),
        ("Task where id in (t1, t2) order by time_logged desc", ["t1", "t2"]),
    ],
)
def test_computed_values_can_be_asked_for(rows, expression, found):
    assert [one["id"] for one in rows(expression)] == found


def test_computed_values_are_answered(rows):
    (task,) = rows("select time_logged, bid_time_logged_difference from Task where id is t1")
    assert (task["time_logged"], task["bid_time_logged_difference"]) == (30, 70)
    (group,) = rows("select link from Group where id is gr1")
    assert [part["name"] for part in group["link"]] == ["All", "Lighting"]
    (shot,) = rows("select link, _link from Shot where id is sh1")
    assert shot["_link"] == shot["link"]
    assert [part["type"] for part in shot["link"]] == ["Project", "TypedContext", "TypedContext"]
    (version,) = rows("select link from AssetVersion where id is v2")
    assert version["link"][-1] == {"type": "AssetVersion", "id": "v2", "name": "plate v002"}
    (picture,) = rows("select thumbnail_url from Task where id is t1")
    assert picture["thumbnail_url"]["url"] == picture["thumbnail_url"]["value"]


@pytest.mark.parametrize(
    "expression",
    [
        "Task where link is x",
        "Task where thumbnail_url is x",
        "select url from Component",
        "Task where statusid is x",
        "Task where showid is x",
        "select showid from Task",
        "Task where Name is x",
        "task where name is x",
    ],
)
def test_names_that_are_none_or_cannot_be_compared_are_refused(rows, expression):
    with pytest.raises(ServerError) as caught:
        rows(expression)
    assert caught.value.exception == "ParseError"
