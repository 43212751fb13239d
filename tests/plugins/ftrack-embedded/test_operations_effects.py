"""What the server does besides what it is told: completes, counts, records, moves and cleans up."""

from __future__ import annotations

import json

import pytest
from ftrack_core.errors import ServerError
from ftrack_embedded import Caller, Studio
from ftrack_embedded.engine.write.dependents import DEPENDENTS
from ftrack_embedded.model.description import Inverse, Through
from operations import create, delete, update

IN_PROGRESS = "44ddd0fe-4164-11df-9218-0019bb4983d8"
NOT_STARTED = "44dd9fb2-4164-11df-9218-0019bb4983d8"
VFX = "caddd816-acb5-11e1-8668-f23c91df1211"
USER_TYPE = "ac9fa5aa-4361-11e0-b7cc-0019bb4983d8"


@pytest.fixture
def studio():
    with Studio() as studio:
        studio.execute(
            [
                create("Project", id="p1", name="orbit"),
                create("Sequence", id="sq1", name="sq010", parent_id="p1"),
                create("Shot", id="sh1", name="sh010", parent_id="sq1"),
                create("Task", id="t1", name="animate", parent_id="sh1"),
                create("User", id="u1", username="ann"),
            ]
        )
        yield studio


@pytest.fixture
def rows(studio):
    def ask(expression):
        return studio.execute([{"action": "query", "expression": expression}])[0]["data"]

    return ask


@pytest.fixture
def do(studio):
    """Execute operations and return the data of their answers."""

    def execute(*operations, as_user="admin"):
        answers = studio.execute(operations, caller=Caller(as_user))
        return [answer["data"] for answer in answers]

    return execute


@pytest.fixture
def refused(studio):
    def attempt(*operations):
        with pytest.raises(ServerError) as caught:
            studio.execute(operations)
        return caught.value

    return attempt


# --- contexts ----------------------------------------------------------------------------------


def test_a_project_begins_active_with_its_name_as_title(do):
    (project,) = do(create("Project", name="comet"))
    assert project["status"] == "active"
    assert project["full_name"] == "comet"
    assert project["context_type"] == "show"
    assert project["project_schema_id"] == VFX


def test_a_folder_has_neither_type_nor_status(do):
    (folder,) = do(create("Folder", name="chapter", parent_id="p1"))
    assert folder.get("status_id") is None
    assert folder.get("type_id") is None


def test_what_has_no_parent_is_put_below_its_project(do):
    (task,) = do(create("Task", name="x", project_id="p1"))
    assert task["parent_id"] == "p1"


def test_siblings_are_numbered_in_the_order_in_which_they_came(do):
    made = do(*(create("Task", name=str(number), parent_id="sq1") for number in range(3)))
    first = made[0]["sort"]
    assert [task["sort"] - first for task in made] == [0, 1, 2]


def test_null_in_place_of_a_default_is_answered_with_the_default(do):
    (task,) = do(create("Task", name=None, parent_id="p1"))
    assert task["name"] == ""


# --- moves -------------------------------------------------------------------------------------


def test_another_parent_in_the_same_project_is_just_that(do, rows):
    do(update("Task", "t1", parent={"__entity_type__": "Sequence", "id": "sq1"}))
    (task,) = rows("select parent_id, project_id, ancestors.name from Task")
    assert (task["parent_id"], task["project_id"]) == ("sq1", "p1")
    assert [one["name"] for one in task["ancestors"]] == ["sq010"]


def test_into_another_project_everything_below_comes_along(do, rows):
    do(create("Project", id="p2", name="comet"), update("Sequence", "sq1", parent_id="p2"))
    found = rows("select project_id, link from TypedContext")
    assert {row["project_id"] for row in found} == {"p2"}
    assert {row["link"][0]["name"] for row in found} == {"comet"}


@pytest.mark.parametrize("written", [{"project_id": "p2"}, {"project": {"id": "p2"}}])
def test_a_project_without_a_parent_means_the_top_of_that_project(do, rows, written):
    do(create("Project", id="p2", name="comet"), update("Shot", "sh1", **written))
    (shot,) = rows("select parent_id, project_id from Shot")
    assert (shot["parent_id"], shot["project_id"]) == ("p2", "p2")
    assert rows("select project_id from Task")[0]["project_id"] == "p2"


@pytest.mark.parametrize("parent", ["sq1", "sh1", "t1"])
def test_nothing_can_be_moved_below_itself(refused, parent):
    assert "below itself" in refused(update("Sequence", "sq1", parent_id=parent)).content


def test_a_project_has_no_parent(do, refused):
    do(create("Project", id="p2", name="comet"))
    assert "cannot have a parent" in refused(update("Project", "p2", parent_id="p1")).content


# --- versions ----------------------------------------------------------------------------------


@pytest.fixture
def asset(do):
    do(create("Asset", id="as1", name="plate", context_id="sh1"))


def test_a_version_gets_number_status_author_and_date(do, asset):
    (version,) = do(create("AssetVersion", asset_id="as1"))
    assert version["version"] == 1
    assert version["status_id"]
    assert version["is_published"] is True
    assert version["date"]["__type__"] == "datetime"
    (second,) = do(create("AssetVersion", asset_id="as1"), as_user="ann")
    assert (second["version"], second["user_id"]) == (2, "u1")


def test_each_asset_counts_for_itself_and_after_the_highest(do, asset):
    do(create("Asset", id="as2", name="comp", context_id="sh1"))
    made = do(
        create("AssetVersion", asset_id="as1", version=7),
        create("AssetVersion", asset_id="as1"),
        create("AssetVersion", asset_id="as2"),
    )
    assert [one["version"] for one in made] == [7, 8, 1]


def test_the_latest_version_follows_what_is_deleted(do, rows, asset):
    do(
        create("AssetVersion", id="v1", asset_id="as1"),
        create("AssetVersion", id="v2", asset_id="as1"),
    )
    assert rows("select latest_version.id from Asset")[0]["latest_version"]["id"] == "v2"
    do(delete("AssetVersion", "v2"))
    assert rows("select latest_version.id from Asset")[0]["latest_version"]["id"] == "v1"


def test_a_change_of_status_is_recorded_for_versions_too(do, rows, asset):
    do(create("AssetVersion", id="v1", asset_id="as1"))
    (before,) = rows("select status_id from AssetVersion")
    do(update("AssetVersion", "v1", status_id=IN_PROGRESS))
    do(update("AssetVersion", "v1", status_id=IN_PROGRESS))
    (change,) = rows("select from_status_id, status_id, parent_id from AssetVersionStatusChange")
    assert (change["from_status_id"], change["status_id"]) == (before["status_id"], IN_PROGRESS)


def test_versions_used_are_appended_and_taken_away(do, rows, asset):
    do(*(create("AssetVersion", id=f"v{number}", asset_id="as1") for number in range(3)))
    do(update("AssetVersion", "v2", uses_versions=[{"id": "v0"}, {"id": "v1"}]))
    do(update("AssetVersion", "v2", uses_versions=[{"id": "v1"}]))
    links = rows("select from_id, to_id from AssetVersionLink")
    assert [(link["from_id"], link["to_id"]) for link in links] == [("v1", "v2")]


# --- notes -------------------------------------------------------------------------------------


def test_a_note_on_a_version_names_its_parent_either_way(do, rows, asset):
    do(create("AssetVersion", id="v1", asset_id="as1"))
    do(create("Note", id="n1", content="a"), update("AssetVersion", "v1", notes=[{"id": "n1"}]))
    do(create("Note", id="n2", content="b", parent_id="v1", parent_type="asset_version"))
    do(create("Note", id="n3", content="c", parent_id="v1"))
    found = rows("select parent_id, parent_type from Note order by content")
    assert {note["parent_id"] for note in found} == {"v1"}
    assert found[0]["parent_type"] == found[2]["parent_type"] == "AssetVersion"


def test_a_reply_makes_its_thread_the_latest(do, rows):
    old = {"__type__": "datetime", "value": "2001-01-01T00:00:00"}
    do(create("Note", id="n1", content="a", parent_id="t1", date=old, thread_activity=old))
    do(create("Note", id="n2", content="b"), update("Note", "n1", replies=[{"id": "n2"}]))
    head, reply = rows("select in_reply_to_id, thread_activity, parent_id from Note order by id")
    assert head["thread_activity"]["value"] > old["value"]
    assert (reply["in_reply_to_id"], reply["parent_id"]) == ("n1", "t1")


def test_the_second_label_leaves_the_category_as_it_is(do, rows):
    first, second = (row["id"] for row in rows("NoteLabel limit 2"))
    do(
        create("Note", id="n1", content="a", parent_id="t1"),
        create("NoteLabelLink", note_id="n1", label_id=first),
        create("NoteLabelLink", note_id="n1", label_id=second),
    )
    (note,) = rows("select category_id, note_label_links.label_id from Note")
    assert note["category_id"] == first
    assert len(note["note_label_links"]) == 2


# --- people, time and jobs ---------------------------------------------------------------------


def test_a_user_without_a_name_gets_one_of_its_own(do):
    first, second = do(create("User"), create("User"))
    assert first["username"] != second["username"]
    assert first["is_active"] is True
    assert first["resource_type"] == "user"
    assert first["user_type_id"] == USER_TYPE


def test_a_user_may_be_made_inactive_from_the_start(do):
    (user,) = do(create("User", username="bob", is_active=False))
    assert user["is_active"] is False


def test_two_users_cannot_have_one_name(refused):
    assert refused(create("User", username="ann")).exception == "DuplicateEntryError"


def test_a_timer_starts_now_and_is_the_only_one_of_its_user(do, refused):
    (timer,) = do(create("Timer", context_id="t1"))
    assert timer["start"]["__type__"] == "datetime"
    assert refused(create("Timer", context_id="sh1")).exception == "DuplicateEntryError"
    assert do(create("Timer", context_id="t1"), as_user="ann")[0]["user_id"] == "u1"


def test_stopping_a_timer_leaves_the_time_that_was_spent(do, rows):
    (timer,) = do(create("Timer", context_id="t1"))
    do(create("Timelog", context_id="t1", duration=90.0), delete("Timer", timer["id"]))
    assert rows("Timer") == []
    assert rows("select time_logged from Task")[0]["time_logged"] == 90


@pytest.mark.parametrize(("status", "is_finished"), [("running", False), ("failed", True)])
def test_a_job_is_finished_when_its_status_says_so(do, rows, status, is_finished):
    (job,) = do(create("Job", data=json.dumps({"description": "x"})))
    assert (job["type"], job["status"]) == ("api_job", "queued")
    do(update("Job", job["id"], status=status))
    assert (rows("select finished_at from Job")[0]["finished_at"] is not None) is is_finished


def test_a_job_has_no_other_status(refused):
    assert "queued, running, done, failed" in refused(create("Job", status="asleep")).content


# --- lists -------------------------------------------------------------------------------------


def test_items_are_appended_and_taken_away(do, rows):
    category = rows("ListCategory limit 1")[0]["id"]
    shown = {"name": "dailies", "project_id": "p1", "category_id": category}
    do(create("TypedContextList", id="l1", **shown))
    do(update("TypedContextList", "l1", items=[{"id": "t1"}, {"id": "sh1"}]))
    do(update("TypedContextList", "l1", items=[{"id": "sh1"}]))
    assert [row["entity_id"] for row in rows("select entity_id from ListObject")] == ["sh1"]


def test_an_item_may_come_as_a_list_object_of_its_own(do, rows):
    category = rows("ListCategory limit 1")[0]["id"]
    shown = {"name": "dailies", "project_id": "p1", "category_id": category}
    do(create("TypedContextList", id="l1", **shown))
    do(create("ListObject", list_id="l1", entity_id="t1"))
    assert rows("select items.name from TypedContextList")[0]["items"][0]["name"] == "animate"


# --- custom attributes -------------------------------------------------------------------------


def configuration(rows, key, entity_type):
    criterion = f'key is "{key}" and entity_type is "{entity_type}"'
    return rows(f"CustomAttributeConfiguration where {criterion}")[0]["id"]


VALUES = [
    ("fps", "show", 23.976, 23.976),
    ("fps", "show", 24, 24),
    ("is_full_cg", "show", True, True),
    ("colorspace", "show", "ACEScg", "ACEScg"),
    ("complexity", "show", ["easy"], ["easy"]),
    ("complexity", "show", "hard", ["hard"]),
    ("complexity", "show", None, None),
    (
        "delivery_date",
        "show",
        {"__type__": "datetime", "value": "2031-05-06T09:00:00+02:00"},
        {"__type__": "datetime", "value": "2031-05-06T07:00:00"},
    ),
    ("delivery_date", "show", None, None),
]


@pytest.mark.parametrize(("key", "entity_type", "written", "stored"), VALUES)
def test_each_kind_takes_its_own_values(do, rows, key, entity_type, written, stored):
    identifier = configuration(rows, key, entity_type)
    do(update("ContextCustomAttributeValue", identifier, "p1", value=written))
    (row,) = rows("select value from CustomAttributeValue")
    assert row["value"] == stored


REFUSED = [
    ("fps", "24", 'must be of type number. Got "24" of type str.'),
    ("fps", True, "must be of type number"),
    ("fps", float("inf"), "must be of type number"),
    ("is_full_cg", 1, 'must be of type boolean. Got "1" of type int.'),
    ("colorspace", 5, "must be of type text"),
    ("colorspace", ["x"], "must be of type text"),
    ("complexity", 5, "must be of type list"),
    ("complexity", "impossible", 'must be of easy, medium, hard. Got "impossible".'),
    ("complexity", ["easy", "hard"], "takes one value"),
    ("delivery_date", "tomorrow", "must be of type date"),
    ("delivery_date", 5, "must be of type date"),
]


@pytest.mark.parametrize(("key", "value", "text"), REFUSED)
def test_each_kind_refuses_the_values_of_others(refused, rows, key, value, text):
    identifier = configuration(rows, key, "show")
    error = refused(update("ContextCustomAttributeValue", identifier, "p1", value=value))
    assert error.exception == "ValidationError"
    assert error.content.startswith(f'Custom attribute value for "{key}"') or text in error.content
    assert text in error.content


def test_a_menu_of_several_takes_several(do, rows, asset):
    identifier = configuration(rows, "submitted_to", "assetversion")
    do(create("AssetVersion", id="v1", asset_id="as1"))
    chosen = ["lead", "client"]
    do(update("AssetVersionCustomAttributeValue", identifier, "v1", value=chosen))
    assert rows("select value from CustomAttributeValue")[0]["value"] == chosen


def test_a_hierarchical_value_is_kept_where_it_was_set_and_not_inherited(do, rows):
    criterion = "is_hierarchical is true and type.name is number"
    fps = rows(f"CustomAttributeConfiguration where {criterion} limit 1")[0]["id"]
    values = f"select value from ContextCustomAttributeValue where configuration_id is {fps}"
    found = rows(f"{values} and entity_id in (sq1, sh1, t1)")
    assert [row["value"] for row in found] == [None, None, None]
    do(update("ContextCustomAttributeValue", fps, "sq1", value=25))
    assert rows(f"{values} and entity_id is sq1")[0]["value"] == 25
    assert rows(f"{values} and entity_id is sh1")[0]["value"] is None


def test_the_stored_rows_can_be_created_changed_and_deleted(do, rows, refused):
    identifier = configuration(rows, "fps", "show")
    key = {"configuration_id": identifier, "entity_id": "p1"}
    do(create("CustomAttributeValue", **key, value=24))
    assert refused(create("CustomAttributeValue", **key, value=25)).exception == "IntegrityError"
    do(update("CustomAttributeValue", identifier, "p1", value=25))
    do(delete("CustomAttributeValue", identifier, "p1"))
    assert rows("CustomAttributeValue") == []
    again = refused(update("CustomAttributeValue", identifier, "p1", value=26))
    assert again.content.startswith("Could not find entity CustomAttributeValue with entity_key [")


def test_a_deleted_configuration_takes_its_values_along(do, rows):
    identifier = configuration(rows, "fps", "show")
    do(update("ContextCustomAttributeValue", identifier, "p1", value=24))
    do(delete("CustomAttributeConfiguration", identifier))
    assert rows("CustomAttributeValue") == []


def link_to(rows, key):
    return rows(f'CustomAttributeLinkConfiguration where key is "{key}"')[0]["id"]


def test_an_attribute_that_leads_to_one_leads_to_no_second(do, rows, refused):
    lead = {"configuration_id": link_to(rows, "lead"), "from_id": "sh1"}
    do(create("UserCustomAttributeLink", id="k1", to_id="u1", **lead))
    admin = rows("User where username is admin")[0]["id"]
    second = create("CustomAttributeLink", to_id=admin, **lead)
    assert refused(second).exception == "DuplicateEntryError"
    do(delete("CustomAttributeLink", "k1"), second)


def test_a_link_leads_to_what_its_configuration_says(rows, refused, asset):
    wrong = create(
        "CustomAttributeLink", configuration_id=link_to(rows, "lead"), from_id="sh1", to_id="as1"
    )
    assert "does not lead to a Asset" in refused(wrong).content


def test_links_go_with_either_end(do, rows):
    lead = {"configuration_id": link_to(rows, "lead"), "from_id": "sh1", "to_id": "u1"}
    do(create("UserCustomAttributeLink", **lead), delete("Shot", "sh1"))
    assert rows("CustomAttributeLink") == []


# --- what is deleted with what -----------------------------------------------------------------


def leading_to(catalogue, entity_type):
    """Yield type, table and column of everything by which rows lead to one another."""
    declared = catalogue.types[entity_type]
    for column, target in catalogue.reference_columns(entity_type).items():
        yield target, declared.table, column
    for attribute in declared.attributes.values():
        storage = attribute.storage
        if isinstance(storage, Inverse):
            yield entity_type, catalogue.table(storage.target).name, storage.column
        elif isinstance(storage, Through):
            yield entity_type, catalogue.link_table(storage.link).name, storage.near


def settled(catalogue, concrete):
    """Return the tables and columns for which a rule says what happens."""
    above = [name for name in catalogue.types if catalogue.is_a(concrete, name)]
    rules = [one for name in above for one in DEPENDENTS.get(name, ())]
    return {(catalogue.link_table(one.rows).name, one.column) for one in rules}


def without_subtypes(catalogue, entity_type):
    """Return the types that rows may have which are read as *entity_type*."""
    names = (entity_type, *catalogue.types[entity_type].subtypes)
    return [name for name in names if not catalogue.types[name].subtypes]


def test_every_column_that_leads_to_a_row_says_what_happens_when_that_row_goes(studio):
    catalogue = studio.catalogue
    forgotten = {
        (concrete, table, column)
        for name in catalogue.types
        for target, table, column in leading_to(catalogue, name)
        for concrete in without_subtypes(catalogue, target)
        if (table, column) not in settled(catalogue, concrete)
    }
    assert forgotten == set()


def test_a_collaborator_who_has_written_a_note_stays(do, refused):
    do(
        create("Collaborator", id="guest", first_name="Robin"),
        create("Note", id="n-guest", content="x", parent_id="t1", user_id="guest"),
    )
    assert "in use" in refused(delete("Collaborator", "guest")).content
    do(delete("Note", "n-guest"), delete("Collaborator", "guest"))


REVIEW = (
    create("ReviewSessionFolder", id="rf1", name="dailies", project_id="p1"),
    create("ReviewSession", id="rs1", project_id="p1", name="d1", review_session_folder_id="rf1"),
    create("Asset", id="ra1", name="plate", context_id="sh1"),
    create("AssetVersion", id="rv1", asset_id="ra1"),
    create("ReviewSessionObject", id="ro1", review_session_id="rs1", version_id="rv1"),
    create(
        "ReviewSessionObjectAnnotation", id="an1", review_session_object_id="ro1", frame_number=1
    ),
    create("FileComponent", id="drawing", name="drawing"),
    create(
        "ReviewSessionObjectAnnotationComponent",
        review_session_object_id="ro1",
        component_id="drawing",
        frame_number="1",
    ),
)


def test_an_annotation_says_when_it_was_made(do, rows):
    do(*REVIEW)
    (annotation,) = rows("select created_at from ReviewSessionObjectAnnotation")
    (item,) = rows("select created_at from ReviewSessionObject")
    assert annotation["created_at"] == item["created_at"] is not None


def test_a_folder_of_reviews_goes_without_them_and_a_review_with_its_annotations(do, rows):
    do(*REVIEW, delete("ReviewSessionFolder", "rf1"))
    (review,) = rows("select review_session_folder_id from ReviewSession")
    assert review["review_session_folder_id"] is None
    do(delete("ReviewSession", "rs1"))
    assert rows("ReviewSessionObjectAnnotation") == []
    assert rows("ReviewSessionObjectAnnotationComponent") == []
    assert [one["id"] for one in rows("Component where id is drawing")] == ["drawing"]


def test_an_annotation_goes_with_the_drawing_that_it_is(do, rows):
    do(*REVIEW, delete("Component", "drawing"))
    assert rows("ReviewSessionObjectAnnotationComponent") == []
    assert len(rows("ReviewSessionObjectAnnotation")) == 1


@pytest.mark.parametrize("gone", [("Note", "n1"), ("Component", "c1")])
def test_a_drawing_on_a_note_goes_with_the_note_or_the_drawing(do, rows, gone):
    do(
        create("Note", id="n1", content="x", parent_id="t1"),
        create("FileComponent", id="c1", name="drawing"),
        create("NoteAnnotationComponent", note_id="n1", component_id="c1", data={"frame": 1}),
        delete(*gone),
    )
    assert rows("NoteComponent") == []


def test_a_split_task_goes_with_its_parts(do, rows):
    dates = {"start_date": "2031-05-06", "end_date": "2031-05-07"}
    do(create("SplitTaskPart", task_id="t1", **dates), delete("Task", "t1"))
    assert rows("SplitTaskPart") == []


def test_what_a_person_has_set_up_goes_with_the_person(do, rows):
    do(
        create("UserView", id="w1", name="mine", user_id="u1"),
        create("UserSession", id="us1", user_id="u1"),
        delete("User", "u1"),
    )
    assert rows("UserView") == rows("UserSession") == []


@pytest.mark.parametrize("gone", ["SecurityRole", "Status", "StatusRuleGroup"])
def test_rules_for_a_status_go_with_what_they_are_about(do, rows, gone):
    schema = rows("ProjectSchema limit 1")[0]["id"]
    state = {"__entity_type__": "State", "id": rows("State limit 1")[0]["id"]}
    do(
        create("Status", id="Status", name="Odd", state=state),
        create("SecurityRole", id="SecurityRole", name="Odd"),
        create(
            "AssetVersionStatusRuleGroup",
            id="StatusRuleGroup",
            schema_id=schema,
            status_id="Status",
            role_id="SecurityRole",
        ),
        create("StatusRule", status_rule_group_id="StatusRuleGroup", status_id="Status"),
        delete(gone, gone),
    )
    assert rows("StatusRuleGroup") == rows("StatusRule") == []


def test_a_component_that_was_a_thumbnail_leaves_none(do, rows):
    do(
        create("FileComponent", id="c1", name="thumb"),
        update("Task", "t1", thumbnail_id="c1"),
        update("User", "u1", thumbnail_id="c1"),
        delete("Component", "c1"),
    )
    assert rows("select thumbnail_id from Task")[0]["thumbnail_id"] is None
    assert rows("select thumbnail_id from User where id is u1")[0]["thumbnail_id"] is None


def test_a_container_takes_its_members_along(do, rows):
    do(
        create("SequenceComponent", id="seq", name="main", padding=4),
        create("FileComponent", id="c1", name="1", container_id="seq"),
        delete("SequenceComponent", "seq"),
    )
    assert rows("Component") == []


def test_a_location_in_use_stays(do, refused):
    do(
        create("Location", id="l1", name="studio.disk"),
        create("FileComponent", id="c1", name="main"),
        create("ComponentLocation", id="cl1", component_id="c1", location_id="l1"),
    )
    assert "in use" in refused(delete("Location", "l1")).content
    do(delete("ComponentLocation", "cl1"), delete("Location", "l1"))


@pytest.mark.parametrize(
    "made",
    [
        create("Note", content="x", parent_id="t1", user_id="u1"),
        create("Timelog", context_id="t1", user_id="u1", duration=1),
        create("Task", name="x", parent_id="sh1", created_by_id="u1"),
    ],
)
def test_who_has_made_something_cannot_be_deleted(do, refused, made):
    do(made)
    error = refused(delete("User", "u1"))
    assert error.exception == "IntegrityError"
    assert "in use" in error.content


def test_who_has_made_nothing_goes_with_all_that_was_given(do, rows):
    group = do(create("Group", name="Lighting"))[0]["id"]
    role = rows("SecurityRole limit 1")[0]["id"]
    do(
        create("Membership", user_id="u1", group_id=group),
        create("UserSecurityRole", user_id="u1", security_role_id=role),
        create("Appointment", type="assignment", context_id="t1", resource_id="u1"),
        create("Timer", context_id="t1", user_id="u1"),
        create("Job", user_id="u1"),
        delete("User", "u1"),
    )
    for entity_type in ("Membership", "Appointment", "Timer", "Job"):
        assert rows(entity_type) == []


@pytest.mark.parametrize(
    ("entity_type", "criterion"),
    [
        ("Status", 'name is "Not started"'),
        ("Priority", 'name is "None"'),
        ("ObjectType", 'name is "Shot"'),
        ("ProjectSchema", 'name is "VFX"'),
        ("State", 'short is "DONE"'),
    ],
)
def test_configuration_in_use_cannot_be_deleted(rows, refused, entity_type, criterion):
    (row,) = rows(f"{entity_type} where {criterion}")
    assert refused(delete(entity_type, row["id"])).exception == "IntegrityError"


def test_a_project_goes_whole_however_deep_it_is(do, rows):
    parent = "t1"
    for depth in range(30):
        do(create("Folder", id=f"deep{depth}", name="x", parent_id=parent))
        parent = f"deep{depth}"
    do(delete("Project", "p1"))
    assert rows("Context") == []
