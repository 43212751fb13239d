"""Links, scopes, lists, metadata and what a project schema allows."""

from __future__ import annotations

import pytest
from ftrack_core.errors import EntityError, UnknownEntityTypeError

from ftrack_core import Session


@pytest.fixture
def session():
    with Session("embedded:?seed=demo", api_user="admin") as session:
        yield session


@pytest.fixture
def project(session):
    return session.query("Project").first()


@pytest.fixture
def tasks(session):
    return session.query("select name, parent, project from Task order by id limit 2").all()


@pytest.fixture
def versions(session):
    return session.query("select asset.name, version from AssetVersion limit 2").all()


# --- links ---------------------------------------------------------------------------------------


def test_a_link_leads_from_what_comes_first(session, tasks):
    first, second = tasks
    first.link_to(second)
    session.commit()
    session.populate(tasks, "outgoing_links, incoming_links")
    found = session.query(f'TypedContextLink where from_id is "{first["id"]}"').all()
    assert [one["to"] for one in found] == [second]


def test_a_link_ends(session, tasks):
    first, second = tasks
    link = first.link_to(second)
    session.commit()
    first.unlink_from(second)
    session.commit()
    assert session.query(f'TypedContextLink where id is "{link["id"]}"').all() == []


def test_versions_are_linked_to_what_was_made_from_them(session, versions):
    plate, comp = versions
    plate.link_to(comp)
    session.commit()
    found = session.query(f'AssetVersion where uses_versions any (id is "{plate["id"]}")').all()
    assert found == [comp]


# --- scopes --------------------------------------------------------------------------------------


def test_scopes_are_found_by_name_or_made(session, tasks):
    session.create("Scope", {"name": "Main unit"})
    session.commit()
    tasks[0].add_scopes("Main unit", "Second unit")
    session.commit()
    names = 'select scopes.name from Task where scopes any (name is "Second unit")'
    (found,) = session.query(names).all()
    assert {one["name"] for one in found["scopes"]} == {"Main unit", "Second unit"}
    assert len(session.query('Scope where name is "Main unit"').all()) == 1


def test_one_scope_serves_many(session, tasks):
    first = tasks[0].add_scopes("Pick-ups")
    session.commit()
    assert tasks[1].add_scopes("Pick-ups") == first


def test_a_scope_is_left_again(session, tasks):
    task = tasks[0]
    task.add_scopes("Main unit", "Second unit")
    session.commit()
    task.remove_scopes("Main unit", "no such")
    session.commit()
    (found,) = session.query('Task where scopes any (name is "Second unit")').all()
    assert found == task
    assert session.query('Task where scopes any (name is "Main unit")').all() == []


def test_no_names_change_nothing(session, tasks):
    assert tasks[0].add_scopes() == []


# --- lists ---------------------------------------------------------------------------------------


def test_a_list_of_tasks(session, project, tasks):
    made = project.create_list("today", tasks)
    session.commit()
    (found,) = session.query('select items from TypedContextList where name is "today"').all()
    assert found == made
    assert set(found["items"]) == set(tasks)


def test_a_list_of_versions_with_an_owner_and_a_category(session, project, versions):
    owner = session.create("User", {"username": "mary"})
    category = session.query("ListCategory").all()[-1]
    project.create_list("dailies", versions, category, owner)
    session.commit()
    (found,) = session.query('AssetVersionList where name is "dailies"').all()
    assert set(found["items"]) == set(versions)
    assert (found["owner"], found["category"]) == (owner, category)


def test_the_content_of_a_list_changes(session, project, tasks):
    made = project.create_list("today")
    made["items"].append(tasks[0])
    session.commit()
    made["items"].extend(tasks)
    made["items"].remove(tasks[0])
    session.commit()
    (found,) = session.query('select items from TypedContextList where name is "today"').all()
    assert list(found["items"]) == [tasks[1]]


# --- metadata and custom attributes: the kernel's own --------------------------------------------


def test_metadata_is_a_dictionary(session, tasks):
    task = tasks[0]
    task["metadata"]["lens"] = "35"
    task["metadata"].update({"camera": "A7", "unit": "main"})
    session.commit()
    del task["metadata"]["unit"]
    session.commit()
    found = session.query('Task where metadata any (key is "camera" and value is "A7")').one()
    assert dict(found["metadata"]) == {"lens": "35", "camera": "A7"}


def test_custom_attributes_are_one_too(session):
    shot = session.query("Shot").first()
    shot["custom_attributes"]["fstart"] = 1001
    session.commit()
    criteria = 'custom_attributes any (key is "fstart" and value is 1001)'
    assert shot in session.query(f"Shot where {criteria}").all()


# --- project schemas -----------------------------------------------------------------------------


def test_a_project_schema_says_which_statuses_and_types_there_are(session, project, tasks):
    schema = project["project_schema"]
    statuses = schema.get_statuses("Task")
    assert tasks[0]["status"] in statuses
    assert tasks[0]["type"] in schema.get_types("Task")
    assert schema.get_statuses("AssetVersion")
    assert schema.get_statuses("Shot")


def names(entities):
    return [one["name"] for one in entities]


@pytest.mark.parametrize(
    ("entity_type", "statuses", "types"),
    [
        ("AssetBuild", "Not started, In progress, Completed, On Hold, Omitted", "Character, Prop"),
        ("Milestone", "Not started, In progress, Completed", "Deliverable, Production"),
    ],
)
def test_a_type_that_is_an_object_type_has_its_own(project, entity_type, statuses, types):
    schema = project["project_schema"]
    assert names(schema.get_statuses(entity_type)) == statuses.split(", ")
    assert names(schema.get_types(entity_type))[:2] == types.split(", ")


def test_a_task_type_may_have_a_workflow_of_its_own(session, project):
    schema = project["project_schema"]
    animation, other = schema.get_types("Task")[:2]
    workflow = session.create("WorkflowSchema", {"name": "Short"})
    done = session.query("Status where name is Completed").one()
    keys = {"workflow_schema_id": workflow["id"], "status_id": done["id"]}
    session.create("WorkflowSchemaStatus", keys)
    session.create(
        "ProjectSchemaOverride",
        {
            "project_schema_id": schema["id"],
            "type_id": animation["id"],
            "workflow_schema_id": workflow["id"],
        },
    )
    session.commit()
    session.expire(schema)
    assert schema.get_statuses("Task", animation["id"]) == [done]
    assert len(schema.get_statuses("Task", other["id"])) > 1
    assert len(schema.get_statuses("Task")) > 1


def test_a_type_that_the_project_schema_does_not_know_says_which_it_does(project):
    for look in (project["project_schema"].get_statuses, project["project_schema"].get_types):
        with pytest.raises(EntityError, match="says nothing of Folder; it does of AssetBuild, "):
            look("Folder")
        with pytest.raises(EntityError, match="says nothing of User"):
            look("User")


def test_a_type_that_does_not_exist_says_what_may_be_meant(project):
    with pytest.raises(UnknownEntityTypeError, match="Did you mean 'Task'"):
        project["project_schema"].get_statuses("Tsak")
