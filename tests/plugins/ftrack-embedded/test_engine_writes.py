"""What creating, changing and deleting entities does, and what the server adds by itself."""

from __future__ import annotations

import pytest
from ftrack_core.errors import ServerError
from ftrack_embedded import Caller
from operations import create, delete

IN_PROGRESS = "44ddd0fe-4164-11df-9218-0019bb4983d8"
NOT_STARTED = "44dd9fb2-4164-11df-9218-0019bb4983d8"
FSTART = "acd86546-4082-11e2-95b1-0019bb4983d8"


def update(entity_type, key, **data):
    key = key if isinstance(key, list) else [key]
    return {"action": "update", "entity_type": entity_type, "entity_key": key, "entity_data": data}


def reference(entity_type, identifier):
    return {"__entity_type__": entity_type, "id": identifier}


@pytest.fixture
def studio(new_studio):
    with new_studio() as studio:
        studio.execute(
            [
                create("Project", id="p1", name="orbit"),
                create("Shot", id="sh1", name="sh010", parent=reference("Project", "p1")),
                create("Task", id="t1", name="animate", parent=reference("Shot", "sh1")),
            ]
        )
        yield studio


@pytest.fixture
def rows(studio):
    def ask(expression):
        return studio.execute([{"action": "query", "expression": expression}])[0]["data"]

    return ask


@pytest.fixture
def refused(studio):
    """Execute operations that have to fail and return the error."""

    def attempt(*operations):
        with pytest.raises(ServerError) as caught:
            studio.execute(operations)
        return caught.value

    return attempt


# --- create ------------------------------------------------------------------------------------


def test_a_task_needs_no_more_than_a_name_and_a_parent(studio):
    (answer,) = studio.execute([create("Task", name="light", parent=reference("Shot", "sh1"))])
    task = answer["data"]
    assert task["__entity_type__"] == "Task"
    assert len(task["id"]) == 36
    assert task["project_id"] == "p1"
    assert task["status_id"] == NOT_STARTED
    assert task["type_id"]
    assert task["priority_id"] == "9661b320-3a0c-11e2-81c1-0800200c9a66"
    assert task["bid"] == 0
    assert task["sort"] == 1
    assert task["parent"] == reference("Shot", "sh1")


def test_an_answer_leaves_out_what_nobody_has_set(studio):
    (answer,) = studio.execute([create("User", username="ann")])
    assert "email" not in answer["data"]
    assert answer["data"]["is_active"] is True


def test_an_object_type_makes_a_base_type_concrete(studio):
    folder = "3c133785-51cb-11e3-980a-20c9d0831e59"
    data = {"name": "chapter", "parent_id": "p1", "object_type_id": folder}
    (answer,) = studio.execute([create("TypedContext", **data)])
    assert answer["data"]["__entity_type__"] == "Folder"
    assert answer["data"].get("status_id") is None


def test_versions_count_up_by_themselves(studio, rows):
    asset = create("Asset", id="as1", name="plate", parent=reference("Shot", "sh1"))
    versions = [create("AssetVersion", asset=reference("Asset", "as1")) for _ in range(2)]
    answers = studio.execute([asset, *versions, create("AssetVersion", asset_id="as1", version=9)])
    assert [answer["data"]["version"] for answer in answers[1:]] == [1, 2, 9]
    latest = rows("select version, user.username from AssetVersion where is_latest_version is true")
    assert [(one["version"], one["user"]["username"]) for one in latest] == [(9, "admin")]


def test_a_time_is_stored_in_utc_and_a_fraction_is_echoed_but_not_kept(studio, rows):
    sent = {"__type__": "datetime", "value": "2031-05-06T09:08:07.250000+02:00"}
    data = {"start": sent, "duration": 5, "context_id": "t1"}
    (answer,) = studio.execute([create("Timelog", **data)])
    assert answer["data"]["start"] == sent
    (row,) = rows('select start from Timelog where start is "2031-05-06T07:08:07"')
    assert row["start"]["value"] == "2031-05-06T07:08:07"


@pytest.mark.parametrize(
    ("operation", "exception", "text"),
    [
        (
            create("Task", nmae="x"),
            "ValidationError",
            'Attribute "nmae" does not exist on Task. Did',
        ),
        (create("Task", name=3), "ValidationError", "Task.name must be a text, got 3."),
        (create("Task", name="x", bid="much"), "ValidationError", "Task.bid must be a number"),
        (create("Task", name="x"), "ValidationError", "needs a parent or a project"),
        (create("Task", name="x", time_logged=4), "ValidationError", "computed"),
        (create("Tsak", name="x"), "ValidationError", "Did you mean 'Task'"),
        (create("Context", name="x"), "ValidationError", "cannot be created as such"),
        (create("Task", id="t1", name="x", parent_id="sh1"), "IntegrityError", "exists already"),
        (create("Task", name="x", parent_id="gone"), "IntegrityError", "Task.parent"),
        (create("Project", name="orbit"), "DuplicateEntryError", "another Project"),
        (create("Disk"), "ValidationError", "Disk needs a value for name"),
    ],
)
def test_what_cannot_be_created_is_refused_with_a_reason(refused, operation, exception, text):
    error = refused(operation)
    assert error.exception == exception
    assert text in error.content
    assert error.operation == 0


# --- update ------------------------------------------------------------------------------------


def test_an_update_answers_key_and_changes(studio):
    change = update("Task", "t1", status=reference("Status", IN_PROGRESS), bid=3600)
    (answer,) = studio.execute([change])
    task = answer["data"]
    assert task["status_id"] == IN_PROGRESS
    assert task["status"] == reference("Status", IN_PROGRESS)
    assert task["bid"] == 3600
    assert "name" not in task


def test_an_update_may_name_a_base_type_and_answers_the_concrete_one(studio):
    (answer,) = studio.execute([update("Context", "t1", name="anim")])
    assert answer["data"]["__entity_type__"] == "Task"


def test_an_update_of_nothing_is_legal(studio):
    (answer,) = studio.execute([update("Task", "t1", __entity_type__="Task")])
    assert answer["data"]["id"] == "t1"


def test_a_change_of_status_is_recorded(studio, rows):
    studio.execute([update("Task", "t1", status_id=IN_PROGRESS)])
    (task,) = rows(
        "select status_changes.from_status_id, status_changes.status_id, "
        "status_changes.user.username from Task"
    )
    (change,) = task["status_changes"]
    assert change["__entity_type__"] == "TypedContextStatusChange"
    assert (change["from_status_id"], change["status_id"]) == (NOT_STARTED, IN_PROGRESS)
    assert change["user"]["username"] == "admin"


def test_a_task_moves_to_another_project_with_everything_below(studio, rows):
    studio.execute(
        [create("Project", id="p2", name="comet"), update("Shot", "sh1", parent_id="p2")]
    )
    assert {row["project_id"] for row in rows("select project_id from TypedContext")} == {"p2"}


@pytest.mark.parametrize(
    ("operation", "exception", "text"),
    [
        (update("Task", "gone", name="x"), "ValueError", "Could not find entity Task with"),
        (update("Shot", "t1", name="x"), "ValueError", "Could not find entity Shot"),
        (update("Task", "t1", nam="x"), "ValidationError", "Did you mean 'name'"),
        (update("Task", "t1", id="t9"), "ValidationError", "cannot be changed"),
        (update("Shot", "sh1", type_id="x"), "ValidationError", "cannot be changed"),
        (update("Shot", "sh1", parent_id="t1"), "ValidationError", "below itself"),
        (update("Task", "t1", name=None), "ValidationError", "required"),
        (update("Task", "t1", status_id="gone"), "IntegrityError", "Status gone"),
        (update("Metadata", "t1", value="x"), "ValidationError", "parent_id, key"),
    ],
)
def test_what_cannot_be_changed_is_refused_with_a_reason(refused, operation, exception, text):
    error = refused(operation)
    assert error.exception == exception
    assert text in error.content


def test_an_immutable_attribute_may_be_sent_as_it_is(studio):
    (answer,) = studio.execute([update("Task", "t1", id="t1", name="anim")])
    assert answer["data"]["name"] == "anim"


# --- collections -------------------------------------------------------------------------------


def test_scopes_are_replaced_by_the_list_that_is_given(studio, rows):
    studio.execute(
        [
            create("Scope", id="s1", name="vfx"),
            create("Scope", id="s2", name="sound"),
            update("Shot", "sh1", scopes=[reference("Scope", "s1")]),
            update("Shot", "sh1", scopes=[reference("Scope", "s2")]),
        ]
    )
    (answer,) = studio.execute([update("Shot", "sh1", scopes=[{"id": "s2", "name": "sound"}])])
    assert answer["data"]["scopes"] == [reference("Scope", "s2")]
    (shot,) = rows("select scopes.name from Shot")
    assert [scope["name"] for scope in shot["scopes"]] == ["sound"]


def test_items_of_a_list_become_list_objects(studio, rows):
    category = rows("ListCategory limit 1")[0]["id"]
    data = {"id": "l1", "name": "dailies", "project_id": "p1", "category_id": category}
    studio.execute(
        [
            create("TypedContextList", **data),
            update("TypedContextList", "l1", items=[reference("Task", "t1")]),
        ]
    )
    (row,) = rows("select items.name, owner.username from TypedContextList")
    assert row["items"][0]["name"] == "animate"
    assert row["owner"]["username"] == "admin"
    assert [one["id"] for one in rows('Task where lists any (name is "dailies")')] == ["t1"]


def test_used_versions_are_linked(studio, rows):
    studio.execute(
        [
            create("Asset", id="as1", name="plate", context_id="sh1"),
            create("AssetVersion", id="v1", asset_id="as1"),
            create("AssetVersion", id="v2", asset_id="as1"),
            update("AssetVersion", "v2", uses_versions=[reference("AssetVersion", "v1")]),
        ]
    )
    (row,) = rows("select used_in_versions.version from AssetVersion where id is v1")
    assert [one["id"] for one in row["used_in_versions"]] == ["v2"]


@pytest.mark.parametrize("members_first", [True, False])
def test_a_sequence_may_name_its_members_before_or_after_they_are_made(studio, rows, members_first):
    members = [
        create("FileComponent", id=f"c{frame}", name=str(frame), file_type=".exr")
        for frame in range(3)
    ]
    listed = [reference("FileComponent", f"c{frame}") for frame in range(3)]
    sequence = create("SequenceComponent", id="seq", name="main", padding=4, members=listed)
    studio.execute([*members, sequence] if members_first else [sequence, *members])
    (row,) = rows("select members.name from SequenceComponent")
    assert [member["name"] for member in row["members"]] == ["0", "1", "2"]


def test_a_reference_to_what_never_comes_about_is_refused_at_the_end(refused):
    listed = [reference("FileComponent", "c1")]
    error = refused(
        create("Scope", name="other"), create("SequenceComponent", id="seq", members=listed)
    )
    assert error.exception == "IntegrityError"
    assert error.operation == 1
    assert "c1" in error.content


# --- metadata ----------------------------------------------------------------------------------


def metadata_row(key, value=None):
    row = {"__entity_type__": "Metadata", "parent_id": "t1", "key": key}
    return row if value is None else {**row, "value": value}


@pytest.mark.parametrize("parent_first", [True, False])
def test_metadata_comes_as_rows_and_as_a_list_on_the_parent_in_any_order(
    studio, rows, parent_first
):
    single = create("Metadata", parent_type="Task", **metadata_row("camera", "A7"))
    whole = update("Task", "t1", metadata=[metadata_row("camera")])
    studio.execute([whole, single] if parent_first else [single, whole])
    assert [(row["key"], row["value"]) for row in rows("Metadata")] == [("camera", "A7")]


def test_metadata_that_is_no_longer_listed_is_gone_and_may_be_deleted_besides(studio, rows):
    studio.execute([update("Task", "t1", metadata={"a": "1", 'b"ö': "2"})])
    studio.execute(
        [update("Task", "t1", metadata=[metadata_row("a")]), delete("Metadata", "t1", 'b"ö')]
    )
    assert [row["key"] for row in rows("Metadata")] == ["a"]


# --- custom attributes -------------------------------------------------------------------------


def custom_values(rows):
    (shot,) = rows("select custom_attributes from Shot where id is sh1")
    return {one["key"]: one["value"] for one in shot["custom_attributes"]}


def test_updating_a_custom_value_stores_it_and_deleting_it_brings_the_default_back(studio, rows):
    key = [FSTART, "sh1"]
    studio.execute([update("ContextCustomAttributeValue", key, value=990)])
    assert custom_values(rows)["fstart"] == 990
    assert [row["value"] for row in rows("select value from CustomAttributeValue")] == [990]
    assert rows('Shot where custom_attributes any (key is fstart and value is "990")')
    studio.execute([delete("CustomAttributeValue", *key)])
    assert custom_values(rows)["fstart"] == 1001


def test_a_custom_value_can_be_set_in_the_batch_that_makes_its_entity(studio, rows):
    studio.execute(
        [
            create("Shot", id="sh2", name="sh020", parent=reference("Project", "p1")),
            update("ContextCustomAttributeValue", [FSTART, "sh2"], value=1),
        ]
    )
    found = rows('Shot where custom_attributes any (key is "fstart" and value < 10)')
    assert [row["id"] for row in found] == ["sh2"]


def test_a_custom_value_of_the_wrong_kind_is_refused(refused):
    error = refused(update("ContextCustomAttributeValue", [FSTART, "sh1"], value="soon"))
    assert error.exception == "ValidationError"
    assert error.content == (
        'Custom attribute value for "fstart" must be of type number. Got "soon" of type str.'
    )


def test_the_stored_view_of_values_refuses_to_update_what_is_not_stored(refused):
    assert refused(update("CustomAttributeValue", [FSTART, "sh1"], value=1)).exception == (
        "ValueError"
    )


def test_a_custom_attribute_can_be_configured_once_for_each_kind_of_entity(studio, rows, refused):
    (number,) = rows("select id from CustomAttributeType where name is number")
    kinds = {row["name"]: row["id"] for row in rows("select name from ObjectType")}

    def configure(kind):
        return create(
            "CustomAttributeConfiguration",
            key="layers",
            label="Layers",
            type_id=number["id"],
            entity_type="task",
            object_type_id=kinds[kind],
            default=3,
        )

    studio.execute([configure("Task"), configure("Shot")])
    (task,) = rows("select custom_attributes from Task")
    assert {row["key"]: row["value"] for row in task["custom_attributes"]}["layers"] == 3
    assert refused(configure("Task")).exception == "DuplicateEntryError"


def test_links_of_custom_attributes_are_asked_from_both_ends(studio, rows):
    (lead,) = rows('CustomAttributeLinkConfiguration where key is "lead"')
    ends = {"configuration_id": lead["id"], "from_id": "sh1", "to_id": "u1"}
    studio.execute(
        [create("User", id="u1", username="ann"), create("UserCustomAttributeLink", **ends)]
    )
    criterion = 'configuration.key is "lead" and user.username is "ann"'
    assert rows(f"Shot where custom_attribute_links any ({criterion})")[0]["id"] == "sh1"
    assert rows("User where custom_attribute_links_from any (context.name is sh010)")
    (link,) = rows("select user.username from UserCustomAttributeLink")
    assert link["user"]["username"] == "ann"


# --- notes -------------------------------------------------------------------------------------


def test_a_note_gets_its_parent_from_the_collection_of_the_parent(studio, rows):
    studio.execute(
        [
            create("Note", id="n1", content="Too dark"),
            update("Task", "t1", notes=[reference("Note", "n1")]),
        ]
    )
    (note,) = rows("select parent_id, parent_type, author.username, date from Note")
    assert (note["parent_id"], note["parent_type"]) == ("t1", "Task")
    assert note["author"]["username"] == "admin"
    assert note["date"]["__type__"] == "datetime"


def test_a_reply_joins_the_thread_of_its_head_and_a_short_list_deletes_no_note(studio, rows):
    studio.execute(
        [create("Note", id="n1", content="Too dark", parent_id="t1", parent_type="task")]
    )
    studio.execute(
        [create("Note", id="n2", content="Better?"), update("Note", "n1", replies=[{"id": "n2"}])]
    )
    studio.execute([update("Task", "t1", notes=[])])
    (task,) = rows("select notes.content, notes.replies.parent_id from Task")
    assert [note["content"] for note in task["notes"]] == ["Too dark"]
    assert task["notes"][0]["replies"][0]["parent_id"] == "t1"


def test_who_writes_a_note_receives_answers_besides_those_named(studio, rows):
    studio.execute(
        [
            create("User", id="u1", username="ann"),
            create("Note", id="n1", content="Too dark"),
            create("Recipient", note_id="n1", resource_id="u1"),
            update("Note", "n1", recipients=[{"note_id": "n1", "resource_id": "u1"}]),
        ]
    )
    assert len(rows("Recipient where note_id is n1")) == 2


def test_the_first_label_of_a_note_is_its_category(studio, rows):
    label = rows("NoteLabel limit 1")[0]["id"]
    studio.execute(
        [
            create("Note", id="n1", content="Too dark"),
            create("NoteLabelLink", note_id="n1", label_id=label),
        ]
    )
    (note,) = rows("select category.name from Note")
    assert note["category"]["id"] == label


# --- jobs and time -----------------------------------------------------------------------------


def test_a_user_has_one_timer_at_most(studio, refused):
    studio.execute([create("Timer", id="m1", context_id="t1")])
    error = refused(create("Timer", context_id="t1"))
    assert error.exception == "DuplicateEntryError"
    stop = [create("Timelog", context_id="t1", duration=4), delete("Timer", "m1")]
    assert studio.execute(stop)[1]["data"] is True


def test_a_finished_job_says_when(studio, rows):
    studio.execute([create("Job", id="j1"), update("Job", "j1", status="done")])
    (job,) = rows("select type, created_at, finished_at, user.username from Job")
    assert job["type"] == "api_job"
    assert job["finished_at"] is not None
    assert job["user"]["username"] == "admin"


def test_the_caller_is_the_one_who_acts(studio, rows):
    studio.execute([create("User", id="u1", username="ann")])
    studio.execute([create("Job", id="j1")], caller=Caller("ann"))
    assert rows("select user.username from Job")[0]["user"]["username"] == "ann"


# --- delete ------------------------------------------------------------------------------------


def test_a_project_takes_everything_below_it_along(studio, rows):
    studio.execute(
        [
            create("Asset", id="as1", name="plate", context_id="sh1"),
            create("AssetVersion", id="v1", asset_id="as1", task_id="t1"),
            create("FileComponent", id="c1", name="main", version_id="v1"),
            create("Note", id="n1", content="x", parent_id="t1", parent_type="Task"),
            create("Note", id="n2", content="y", in_reply_to_id="n1"),
            update("Task", "t1", metadata={"a": "1"}),
            update("ContextCustomAttributeValue", [FSTART, "sh1"], value=1),
            delete("Project", "p1"),
        ]
    )
    kinds = "Context Asset AssetVersion Component Note Recipient Metadata CustomAttributeValue"
    assert {kind: rows(kind) for kind in kinds.split()} == {kind: [] for kind in kinds.split()}


def test_a_deleted_task_leaves_its_versions_without_task(studio, rows):
    studio.execute(
        [
            create("Asset", id="as1", name="plate", context_id="sh1"),
            create("AssetVersion", id="v1", asset_id="as1", task_id="t1"),
            delete("Task", "t1"),
        ]
    )
    (version,) = rows("select task_id, task.name from AssetVersion")
    assert version["task_id"] is None
    assert version["task"] is None


def test_what_the_batch_has_removed_may_be_deleted_again(studio):
    batch = [delete("Shot", "sh1"), delete("Task", "t1"), delete("Task", "t1")]
    assert [answer["data"] for answer in studio.execute(batch)] == [True, True, True]


def test_what_was_never_there_cannot_be_deleted(refused):
    assert refused(delete("Task", "gone")).exception == "ValueError"


@pytest.mark.parametrize(
    ("entity_type", "identifier"),
    [("Status", NOT_STARTED), ("ObjectType", "11c137c0-ee7e-4f9c-91c5-8c77cec22b2c")],
)
def test_what_is_in_use_cannot_be_deleted(refused, entity_type, identifier):
    error = refused(delete(entity_type, identifier))
    assert error.exception == "IntegrityError"
    assert "in use" in error.content
