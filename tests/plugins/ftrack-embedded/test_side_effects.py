"""What the server adds to a write, and what a delete takes along or refuses, one line of each."""

from __future__ import annotations

import pytest
from operations import create, delete, update

VFX = "caddd816-acb5-11e1-8668-f23c91df1211"
NOW = "2024-05-06T07:08:09"
DAILIES = "77b9ab82-07c2-11e4-ba66-04011030cf01"
ORIGIN = "ce9b348f-8809-11e3-821c-20c9d081909b"
APPROVED = "44de097a-4164-11df-9218-0019bb4983d8"
CONCEPT = "c9747d6c-0efd-4bba-ab6b-9bae507790d0"
PENDING_REVIEW = "44dded64-4164-11df-9218-0019bb4983d8"


@pytest.fixture
def studio(new_studio):
    with new_studio() as studio:
        studio.execute(
            [
                create("Project", id="p1", name="orbit"),
                create("Project", id="p2", name="comet"),
                create("Shot", id="sh1", name="sh010", parent_id="p1"),
                create("Task", id="t1", name="animate", parent_id="sh1"),
                create("Task", id="t2", name="comp", parent_id="sh1"),
                create("Asset", id="a1", name="geo", context_id="sh1"),
                create("AssetVersion", id="v1", asset_id="a1", task_id="t1"),
                create("AssetVersion", id="v2", asset_id="a1"),
                create("User", id="u1", username="ann"),
            ]
        )
        yield studio


def shown(row, *names):
    return {name: row[name] for name in names}


# --- what is added -----------------------------------------------------------------------------

STATED = "name, type.name, status.name, priority.name, bid, sort, object_type.name, context_type"


def test_a_typed_context_begins_as_its_project_and_object_type_say(do, rows):
    do(create("Task", id="new", name="new", parent_id="sh1"))
    (task,) = rows(f"select {STATED}, project_id, created_by.username from Task where id is new")
    assert task["status"]["name"] == "Not started"
    assert task["type"]["name"] == "Concept"
    assert task["priority"]["name"] == "None"
    assert shown(task, "bid", "sort", "context_type") == {
        "bid": 0,
        "sort": 2,
        "context_type": "task",
    }
    assert task["object_type"]["name"] == "Task"
    assert task["project_id"] == "p1"
    assert task["created_by"]["username"] == "admin"


@pytest.mark.parametrize(
    ("object_type", "type_name", "status"),
    [
        ("Shot", None, "Not started"),
        ("AssetBuild", "Character", "Not started"),
        ("Milestone", "Deliverable", "Not started"),
        ("Episode", None, "Not started"),
        ("Sequence", None, None),
        ("Folder", None, None),
    ],
)
@pytest.mark.parametrize("order", ["parent first", "child first"])
def test_what_a_context_begins_with_does_not_depend_on_the_order_of_the_batch(
    do, rows, object_type, type_name, status, order
):
    """Where the parent comes later, its project is known only in the end."""
    batch = [
        create("Folder", id="above", name="above", parent_id="p1"),
        create(object_type, id="new", name="new", parent_id="above"),
    ]
    do(*(batch if order == "parent first" else reversed(batch)))
    (new,) = rows(f"select {STATED}, project_id from {object_type} where id is new")
    names = {name: (new[name] or {}).get("name") for name in ("type", "status", "priority")}
    assert names == {"type": type_name, "status": status, "priority": "None"}
    assert new["project_id"] == "p1"


def workflow_of_its_own():
    """Return what makes a project whose tasks begin otherwise."""
    return [
        create("WorkflowSchema", id="w1", name="w"),
        create("WorkflowSchemaStatus", workflow_schema_id="w1", status_id=PENDING_REVIEW),
        create(
            "ProjectSchema",
            id="s1",
            name="other",
            task_workflow_schema_id="w1",
            asset_version_workflow_schema_id="w1",
            task_type_schema_id="cadd9e5a-acb5-11e1-8668-f23c91df1211",
        ),
        create("Project", id="p3", name="other", project_schema_id="s1"),
    ]


def test_a_context_that_comes_before_its_parents_begins_in_the_workflow_of_their_project(do, rows):
    do(*workflow_of_its_own())
    do(
        create("Task", id="new", name="new", parent_id="seq"),
        create("Task", id="said", name="said", parent_id="seq", status_id=None),
        create("Task", id="done", name="done", parent_id="seq"),
        update("Task", "done", status_id=APPROVED),
        create("Sequence", id="seq", name="seq", parent_id="above"),
        create("Folder", id="above", name="above", parent_id="p3"),
    )
    found = rows("select name, status_id, type_id from Task where parent_id is seq")
    statuses = {row["name"]: row["status_id"] for row in found}
    assert statuses == {"new": PENDING_REVIEW, "said": PENDING_REVIEW, "done": APPROVED}
    assert {row["type_id"] for row in found} == {CONCEPT}


def test_a_context_that_comes_before_its_parents_and_goes_again_asks_for_nothing(do, rows):
    do(
        create("Task", id="new", name="new", parent_id="seq"),
        delete("Task", "new"),
        create("Sequence", id="seq", name="seq", parent_id="p1"),
    )
    assert rows("Task where id is new") == []


@pytest.mark.parametrize("order", ["asset first", "version first"])
def test_a_version_begins_in_the_workflow_of_its_project(do, rows, order):
    do(*workflow_of_its_own())
    batch = [
        create("Asset", id="a3", name="geo", context_id="p3"),
        create("AssetVersion", id="v3", asset_id="a3"),
    ]
    do(*(batch if order == "asset first" else reversed(batch)))
    (version,) = rows("select status.name, version, is_published from AssetVersion where id is v3")
    assert version["status"]["name"] == "Pending Review"
    assert (version["version"], version["is_published"]) == (1, True)


def test_the_number_of_a_version_is_a_whole_one(refused):
    assert (
        refused(create("AssetVersion", asset_id="a1", version=1.5)).exception == "ValidationError"
    )
    assert (
        refused(create("AssetVersion", asset_id="a1", version="x")).exception == "ValidationError"
    )


def test_an_asset_is_stored_as_it_is_given(do, rows):
    do(create("Asset", id="a9", name="plain", context_id="p1"))
    (asset,) = rows("select type_id, metadata from Asset where id is a9")
    assert shown(asset, "type_id", "metadata") == {"type_id": None, "metadata": []}


def test_a_project_begins_active_open_and_of_no_disk(do, rows):
    do(create("Project", id="p9", name="new"))
    names = "context_type, status, is_global, is_private, root, disk_id, project_schema_id"
    (project,) = rows(f"select {names} from Project where id is p9")
    assert shown(project, *names.split(", ")) == {
        "context_type": "show",
        "status": "active",
        "is_global": False,
        "is_private": False,
        "root": None,
        "disk_id": None,
        "project_schema_id": VFX,
    }


def test_two_projects_have_not_one_name_and_each_has_a_schema(do, refused):
    assert refused(create("Project", name="orbit")).exception == "DuplicateEntryError"
    do(*workflow_of_its_own())
    assert "project_schema_id" in refused(create("Project", name="which")).content


@pytest.mark.parametrize(
    ("entity_type", "identifier", "change_type"),
    [
        ("Task", "t1", "TypedContextStatusChange"),
        ("AssetVersion", "v1", "AssetVersionStatusChange"),
    ],
)
def test_a_change_of_status_is_told_with_both_statuses_and_who_and_when(
    do, rows, entity_type, identifier, change_type
):
    (before,) = rows(f"select status_id from {entity_type} where id is {identifier}")
    do(update(entity_type, identifier, status_id="a0bc3f24-15e2-11e1-b21a-0019bb4983d8"))
    names = "from_status_id, status.name, user.username, parent_id, date"
    (change,) = rows(f"select {names} from StatusChange")
    assert change["__entity_type__"] == change_type
    assert change["from_status_id"] == before["status_id"]
    assert change["status"]["name"] == "Omitted"
    assert change["user"]["username"] == "admin"
    assert change["parent_id"] == identifier
    assert change["date"]


def test_what_is_created_has_changed_no_status(do, rows):
    do(create("Task", name="x", parent_id="later"), create("Folder", id="later", parent_id="p1"))
    assert rows("StatusChange") == []


def test_a_note_that_names_its_parent_needs_no_collection(do, rows):
    do(create("Note", id="n1", content="x", parent_id="t1", parent_type="task"))
    (task,) = rows("select notes.content from Task where id is t1")
    assert [note["content"] for note in task["notes"]] == ["x"]


def test_a_note_has_its_dates_and_is_received_by_its_author_and_those_named(do, rows):
    do(
        create("Note", id="n1", content="x", parent_id="t1"),
        create("Recipient", note_id="n1", resource_id="u1"),
        update("Note", "n1", recipients=[{"note_id": "n1", "resource_id": "u1"}]),
    )
    (note,) = rows("select date, thread_activity, recipients.resource_id from Note")
    assert note["date"] == note["thread_activity"]
    assert len(note["recipients"]) == 2


def test_a_reply_joins_the_thread(do, rows):
    do(
        create("Note", id="n1", content="x", parent_id="t1"),
        create("Note", id="n2", content="y"),
        update("Note", "n1", replies=[{"id": "n2"}]),
    )
    (reply,) = rows("select in_reply_to_id, parent_id, parent_type from Note where id is n2")
    told = ("n1", "t1", "Task")
    assert (reply["in_reply_to_id"], reply["parent_id"], reply["parent_type"]) == told
    (task,) = rows("select notes.id from Task where id is t1")
    assert [note["id"] for note in task["notes"]] == ["n1"]


def test_a_timer_is_one_of_a_user_and_the_error_says_the_word_clients_look_for(do, refused, rows):
    do(create("Timer", id="m1", context_id="t1"))
    error = refused(create("Timer", context_id="t2"))
    assert error.exception == "DuplicateEntryError"
    (timer,) = rows("select start, user.username from Timer")
    assert timer["start"]
    assert timer["user"]["username"] == "admin"
    do(create("Timelog", context_id="t1", duration=5), delete("Timer", "m1"))
    do(create("Timer", context_id="t2"))


def test_a_job_is_one_of_the_api_and_made_now(do, rows):
    do(create("Job", id="j1"))
    (job,) = rows("select type, created_at, finished_at, user.username from Job")
    assert (job["type"], job["finished_at"]) == ("api_job", None)
    assert job["created_at"]
    assert job["user"]["username"] == "admin"


def test_a_user_begins_with_a_name_of_its_own_active_and_of_the_usual_type(do, rows):
    do(create("User", id="new"))
    (user,) = rows(
        "select username, is_active, resource_type, user_type_id from User where id is new"
    )
    assert len(user["username"]) == 36
    assert user["is_active"] is True
    assert user["resource_type"] == "user"
    assert user["user_type_id"] == "ac9fa5aa-4361-11e0-b7cc-0019bb4983d8"


def test_the_size_of_a_container_is_what_it_was_given(do, rows):
    do(
        create("SequenceComponent", id="c1", name="seq", size=30),
        create("FileComponent", name="1", size=10, container_id="c1"),
    )
    assert rows("select size from SequenceComponent")[0]["size"] == 30


# --- what goes along ---------------------------------------------------------------------------

BELOW_A_TASK = [
    create("Note", id="x1", content="x", parent_id="t1"),
    create("Metadata", parent_id="t1", key="k", value="x"),
    create("Appointment", id="x1", type="assignment", context_id="t1", resource_id="u1"),
    create("Appointment", id="x1", type="allocation", context_id="t1", resource_id="u1"),
    create("Timelog", id="x1", context_id="t1", duration=1),
    create("Timer", id="x1", context_id="t1"),
    create("TypedContextLink", id="x1", from_id="t1", to_id="t2"),
    create("TypedContextLink", id="x1", from_id="t2", to_id="t1"),
    create("TypedContextStatusChange", id="x1", parent_id="t1"),
    create("Manager", id="x1", context_id="t1", user_id="u1"),
    create("Asset", id="x1", name="x", context_id="t1"),
    create("Task", id="x1", name="x", parent_id="t1"),
]
BELOW_A_VERSION = [
    create("FileComponent", id="x1", name="x", version_id="v1"),
    create("Note", id="x1", content="x", parent_id="v1"),
    create("Metadata", parent_id="v1", key="k", value="x"),
    create("AssetVersionLink", id="x1", from_id="v1", to_id="v2"),
    create("AssetVersionLink", id="x1", from_id="v2", to_id="v1"),
    create("AssetVersionStatusChange", id="x1", parent_id="v1"),
]
BELOW_A_COMPONENT = [
    create("FileComponent", id="x1", name="x", container_id="c1"),
    create("ComponentLocation", id="x1", component_id="c1", location_id=ORIGIN),
    create("Metadata", parent_id="c1", key="k", value="x"),
]
BELOW_A_PROJECT = [
    create("TypedContextList", id="x1", name="x", project_id="p1", category_id=DAILIES),
    create("AssetVersionList", id="x1", name="x", project_id="p1", category_id=DAILIES),
    create("ReviewSession", id="x1", name="x", project_id="p1"),
    create("CalendarEvent", id="x1", name="x", project_id="p1", start=NOW, end=NOW),
    create("Asset", id="x1", name="x", context_id="p1"),
    create("Note", id="x1", content="x", parent_id="p1"),
    create("Metadata", parent_id="p1", key="k", value="x"),
]


def described(operation):
    data = operation["entity_data"]
    return f"{operation['entity_type']}-{data.get('type') or next(iter(data))}"


def is_gone(do, rows, made, gone):
    entity_type = made["entity_type"]
    before = len(rows(entity_type))
    do(made)
    assert len(rows(entity_type)) == before + 1
    do(gone)
    where = "key is k" if entity_type == "Metadata" else "id is x1"
    assert rows(f"{entity_type} where {where}") == []


@pytest.mark.parametrize("made", BELOW_A_TASK, ids=described)
def test_a_context_takes_along_what_is_about_it(do, rows, made):
    is_gone(do, rows, made, delete("Task", "t1"))


@pytest.mark.parametrize("made", BELOW_A_VERSION, ids=described)
def test_a_version_takes_along_what_is_about_it(do, rows, made):
    is_gone(do, rows, made, delete("AssetVersion", "v1"))


@pytest.mark.parametrize("made", BELOW_A_COMPONENT, ids=described)
def test_a_component_takes_along_what_is_about_it(do, rows, made):
    do(create("SequenceComponent", id="c1", name="c"))
    is_gone(do, rows, made, delete("SequenceComponent", "c1"))


@pytest.mark.parametrize("made", BELOW_A_PROJECT, ids=described)
def test_a_project_takes_along_what_is_in_it(do, rows, made):
    is_gone(do, rows, made, delete("Project", "p1"))


def test_an_asset_takes_its_versions_and_metadata_along(do, rows):
    do(create("Metadata", parent_id="a1", key="k", value="x"), delete("Asset", "a1"))
    assert rows("AssetVersion") == rows("Metadata") == []


def test_a_list_takes_its_objects_and_leaves_what_was_in_it(do, rows):
    do(
        create("TypedContextList", id="l1", name="x", project_id="p1", category_id=DAILIES),
        update("TypedContextList", "l1", items=[{"id": "t1"}]),
        delete("TypedContextList", "l1"),
    )
    assert rows("ListObject") == []
    assert rows("Task where id is t1")


def test_what_is_deleted_leaves_the_lists_and_reviews_it_was_in(do, rows):
    do(
        create("TypedContextList", id="l1", name="x", project_id="p1", category_id=DAILIES),
        update("TypedContextList", "l1", items=[{"id": "t1"}, {"id": "t2"}]),
        create("ReviewSession", id="r1", name="x", project_id="p1"),
        create("ReviewSessionObject", id="o1", review_session_id="r1", version_id="v1"),
    )
    do(delete("Task", "t1"), delete("AssetVersion", "v1"))
    assert [row["entity_id"] for row in rows("select entity_id from ListObject")] == ["t2"]
    assert rows("ReviewSessionObject") == []


def test_a_review_takes_its_objects_guests_and_settings_along(do, rows):
    do(
        create("ReviewSession", id="r1", name="x", project_id="p1"),
        create("ReviewSessionObject", id="o1", review_session_id="r1", version_id="v1"),
        create("ReviewSessionInvitee", id="i1", name="x", email="x@y.z", review_session_id="r1"),
        create(
            "EntitySetting",
            parent_id="r1",
            parent_type="ReviewSession",
            group="g",
            name="n",
            value="x",
        ),
        create("Note", id="n1", content="x", parent_id="o1"),
    )
    do(delete("ReviewSession", "r1"))
    for entity_type in ("ReviewSessionObject", "ReviewSessionInvitee", "EntitySetting", "Note"):
        assert rows(entity_type) == [], entity_type


def test_a_note_takes_its_thread_and_all_that_belongs_to_it_along(do, rows):
    (label,) = rows("NoteLabel limit 1")
    do(
        create("Note", id="n1", content="x", parent_id="t1"),
        create("Note", id="n2", content="y", in_reply_to_id="n1"),
        create("FileComponent", id="c1", name="x"),
        create("NoteComponent", note_id="n1", component_id="c1"),
        create("NoteLabelLink", note_id="n1", label_id=label["id"]),
        create("Metadata", parent_id="n1", key="k", value="x"),
    )
    do(delete("Note", "n1"))
    for entity_type in ("Note", "Recipient", "NoteComponent", "NoteLabelLink", "Metadata"):
        assert rows(entity_type) == [], entity_type
    assert rows("FileComponent where id is c1")


def test_a_group_with_groups_below_it_stays_and_one_without_takes_its_memberships(
    do, rows, refused
):
    do(
        create("Group", id="g1", name="g"),
        create("Group", id="g2", name="h", parent_id="g1"),
        create("Membership", user_id="u1", group_id="g2"),
    )
    assert refused(delete("Group", "g1")).exception == "IntegrityError"
    do(delete("Group", "g2"), delete("Group", "g1"))
    assert rows("Membership") == []


def test_a_location_with_components_stays_until_the_last_has_gone(do, refused):
    do(
        create("Location", id="lo1", name="x"),
        create("FileComponent", id="c1", name="x"),
        create("ComponentLocation", id="cl1", component_id="c1", location_id="lo1"),
    )
    assert refused(delete("Location", "lo1")).exception == "IntegrityError"
    do(delete("ComponentLocation", "cl1"), delete("Location", "lo1"))


@pytest.mark.parametrize(
    ("entity_type", "attribute"),
    [
        ("Status", "status_id"),
        ("Type", "type_id"),
        ("Priority", "priority_id"),
        ("ObjectType", "object_type_id"),
    ],
)
def test_what_a_task_is_made_of_stays(rows, refused, entity_type, attribute):
    (task,) = rows(f"select {attribute} from Task where id is t1")
    error = refused(delete(entity_type, task[attribute]))
    assert error.exception == "IntegrityError"
    assert "is in use by" in error.content


def test_the_schema_of_a_project_stays(refused):
    assert refused(delete("ProjectSchema", VFX)).exception == "IntegrityError"


def test_latest_follows_when_the_latest_version_goes(do, rows):
    expression = "select latest_version.version, versions.is_latest_version from Asset"
    assert rows(expression)[0]["latest_version"]["version"] == 2
    do(delete("AssetVersion", "v2"))
    (asset,) = rows(expression)
    assert asset["latest_version"]["version"] == 1
    assert [one["is_latest_version"] for one in asset["versions"]] == [True]
