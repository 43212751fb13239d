"""Types and attributes that only newer servers know, in a studio."""

from __future__ import annotations

import pytest
from ftrack_embedded import Studio
from operations import create


def update(entity_type, key, **data):
    return {
        "action": "update",
        "entity_type": entity_type,
        "entity_key": [key],
        "entity_data": data,
    }


@pytest.fixture(scope="module")
def show():
    with Studio(seed="demo", demo={"shots": 4, "tasks": 40, "users": 3}) as studio:
        yield studio


@pytest.fixture
def found(show):
    def find(expression):
        (answer,) = show.execute([{"action": "query", "expression": expression}])
        return answer["data"]

    return find


def test_the_task_of_a_version_may_be_a_milestone(show, found):
    version = found("select id from AssetVersion limit 1")[0]["id"]
    milestone = found("select id from Milestone where name is 'First delivery'")[0]["id"]
    show.execute([update("AssetVersion", version, task_id=milestone)])

    (read,) = found(f"select task.name from AssetVersion where id is {version}")

    assert read["task"]["__entity_type__"] == "Milestone"
    assert read["task"]["name"] == "First delivery"


def test_base_users_are_people_and_not_groups(found):
    people = found("select id from BaseUser")
    users = found("select id from User")

    assert {one["__entity_type__"] for one in people} == {"User"}
    assert len(people) == len(users)
    assert len(found("select id from Resource")) > len(users)


def test_a_collaborator_may_write_a_note(show, found):
    (person, _) = show.execute(
        [
            create("Collaborator", id="c" * 32, first_name="Robin"),
            create("Note", content="Nice!", user_id="c" * 32),
        ]
    )

    (note,) = found("select author.first_name from Note where content is 'Nice!'")

    assert person["data"]["__entity_type__"] == "Collaborator"
    assert note["author"]["__entity_type__"] == "Collaborator"
    assert note["author"]["first_name"] == "Robin"


def test_an_author_can_be_asked_for_what_only_users_have(found):
    author = found("select author.username from Note where author.username is_not ''")[0]["author"]

    assert author["username"]


def test_notes_of_the_show_are_in_its_project(found):
    (project,) = found("select id from Project")

    assert found(f"select id from Note where project_id is {project['id']}")
    assert found(f"select id from Note where project.id is {project['id']}")


def test_a_link_between_tasks_says_how_they_depend(show, found):
    first, second = (task["id"] for task in found("select id from Task limit 2"))
    (made,) = show.execute([create("TypedContextLink", from_id=first, to_id=second, lag=2)])

    (link,) = found(f"select type, lag from TypedContextLink where id is {made['data']['id']}")

    assert (link["type"], link["lag"]) == ("end_to_start", 2.0)


def test_a_view_is_shared_with_people_and_groups(show, found):
    (group,) = found("select id from Group where name is Animation")
    show.execute([create("UserView", name="Mine", shared_with=[{"id": group["id"]}])])

    (view,) = found("select shared_with from UserView where name is Mine")

    assert [one["id"] for one in view["shared_with"]] == [group["id"]]


def test_a_task_is_split_into_parts(show, found):
    task = found("select id from Task limit 1")[0]["id"]
    dates = {"start_date": "2026-02-02T09:00:00", "end_date": "2026-02-03T18:00:00"}
    show.execute([create("SplitTaskPart", task_id=task, label="blocking", **dates)])

    (read,) = found(f"select split_parts.label from Task where id is {task}")

    assert [part["label"] for part in read["split_parts"]] == ["blocking"]


def test_an_annotation_is_a_component_of_a_note_with_data(show, found):
    note = found("select id from Note limit 1")[0]["id"]
    component = found("select id from Component limit 1")[0]["id"]
    ids = {"note_id": note, "component_id": component}
    show.execute([create("NoteAnnotationComponent", **ids, data={"strokes": [1, 2]})])

    (read,) = found(f"select data from NoteAnnotationComponent where note_id is {note}")
    (plain,) = found(f"select component_id from NoteComponent where note_id is {note}")

    assert read["data"] == {"strokes": [1, 2]}
    assert plain["__entity_type__"] == "NoteAnnotationComponent"


def test_rules_for_statuses_are_of_contexts_or_of_versions(show, found):
    (schema,) = found("select id from ProjectSchema")
    status = found("select id from Status limit 1")[0]["id"]
    about = {"schema_id": schema["id"], "status_id": status}
    show.execute([create("AssetVersionStatusRuleGroup", **about)])

    (group,) = found("select entity_type from StatusRuleGroup")

    assert group["__entity_type__"] == "AssetVersionStatusRuleGroup"
    assert found("select id from TypedContextStatusRuleGroup") == []


def test_conversations_of_older_servers_go_on(show, found):
    (made,) = show.execute([create("Conversation")])
    show.execute([create("Message", text="Hello", conversation_id=made["data"]["id"])])

    (message,) = found("select text from Message")

    assert message["text"] == "Hello"
