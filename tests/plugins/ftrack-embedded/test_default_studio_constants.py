"""What clients know by heart of every studio: identifiers, names, colours and abilities."""

from __future__ import annotations

import pytest

OLD = "-4164-11df-9218-0019bb4983d8"
FIRST = "-acb5-11e1-8668-f23c91df1211"
PRIORITY = "-ead3-11e2-846c-f23c91dfaa16"

ABILITIES = ("typeable", "statusable", "schedulable", "taskable", "leaf", "time_reportable")
OBJECT_TYPES = {
    "11c137c0-ee7e-4f9c-91c5-8c77cec22b2c": ("Task", "111011"),
    "01decdd1-51cb-11e3-9d5b-20c9d0831e59": ("Milestone", "111010"),
    "3c133785-51cb-11e3-980a-20c9d0831e59": ("Folder", "000100"),
    "4be63b64-5010-42fb-bf1f-428af9d638f0": ("Asset Build", "110100"),
    "22139355-61da-4c8f-9db4-3abc870166bc": ("Episode", "010100"),
    "e5139355-61da-4c8f-9db4-3abc870166bc": ("Sequence", "000100"),
    "bad911de-3bd6-47b9-8b46-3476e237cb36": ("Shot", "010100"),
}
STATES = {
    f"cea0ba04{FIRST}": "NOT_STARTED",
    f"cea0efc4{FIRST}": "IN_PROGRESS",
    f"cea116d4{FIRST}": "DONE",
    "5709c04e-2f4b-11e2-b663-0019bb4983d8": "BLOCKED",
}
STATUSES = {
    f"44dd9fb2{OLD}": ("Not started", "NOT_STARTED", "#CACACA"),
    f"cadb9a06{FIRST}": ("WIP", "NOT_STARTED", "#CC99FF"),
    f"44ddd0fe{OLD}": ("In progress", "IN_PROGRESS", "#3498DB"),
    f"44dded64{OLD}": ("Pending Review", "IN_PROGRESS", "#F1C40F"),
    f"44de097a{OLD}": ("Approved", "DONE", "#1cbc90"),
    "d5d6d8ca-ebb2-11e2-aef9-f23c91dfaa16": ("Client approved", "DONE", "#1CBC90"),
    "9bb65936-88e7-11e3-9264-04011030cf01": ("Completed", "DONE", "#1cbc90"),
    "a0bc2444-15e2-11e1-b21a-0019bb4983d8": ("On Hold", "BLOCKED", "#E74C3C"),
    "a0bc3f24-15e2-11e1-b21a-0019bb4983d8": ("Omitted", "BLOCKED", "#E74C3C"),
}
PRIORITIES = {
    f"847fb90e{PRIORITY}": "Urgent",
    f"847f9cda{PRIORITY}": "High",
    f"847f8146{PRIORITY}": "Medium",
    f"847f663e{PRIORITY}": "Low",
    "9661b320-3a0c-11e2-81c1-0800200c9a66": "None",
}
TASK_TYPES = {
    f"44dc53c8{OLD}": "Modeling",
    f"44dd5868{OLD}": "Rigging",
    f"44dc8cd0{OLD}": "Lookdev",
    f"44dc6ffc{OLD}": "Previz",
    f"44dc3636{OLD}": "Animation",
    f"44dcea86{OLD}": "FX",
    f"44dd08fe{OLD}": "Lighting",
    f"44dd23b6{OLD}": "Compositing",
    f"44dd3ed2{OLD}": "Tracking",
    "c3bcfdb4-ad7d-11e1-a444-f23c91df1211": "Rotoscoping",
    "b628a004-ad7d-11e1-896c-f23c91df1211": "Production",
    "cc46c4c6-13d2-11e3-8915-f23c91dfaa16": "Editing",
}
OTHER_TYPES = {
    "Character": "-13c6-11e3-abf2-f23c91dfaa16",
    "Prop": "-13c6-11e3-abf2-f23c91dfaa16",
    "Environment": "-13c6-11e3-abf2-f23c91dfaa16",
    "Matte Painting": "-13c6-11e3-abf2-f23c91dfaa16",
    "Deliverable": "ae1e2480-f24e-11e2-bd1f-f23c91dfaa16",
}
SCHEMA = {
    "id": f"caddd816{FIRST}",
    "name": "VFX",
    "task_type_schema_id": f"cadd9e5a{FIRST}",
    "task_workflow_schema_id": f"cadb0afa{FIRST}",
    "asset_version_workflow_schema_id": f"cadb4c0e{FIRST}",
}


@pytest.fixture(scope="module")
def rows(new_studio):
    """Ask a default studio that nobody has changed."""
    with new_studio() as studio:

        def ask(expression):
            return studio.execute([{"action": "query", "expression": expression}])[0]["data"]

        yield ask


@pytest.mark.parametrize(("identifier", "expected"), OBJECT_TYPES.items())
def test_an_object_type_has_its_id_and_abilities(rows, identifier, expected):
    asked = ", ".join(f"is_{one}" for one in ABILITIES)
    (found,) = rows(f"select name, {asked} from ObjectType where id is {identifier}")
    able = "".join(str(int(found[f"is_{one}"])) for one in ABILITIES)
    assert (found["name"], able) == expected


def test_there_are_no_other_object_types(rows):
    assert {row["id"] for row in rows("ObjectType")} == set(OBJECT_TYPES)


def test_states_have_their_ids(rows):
    assert {row["id"]: row["short"] for row in rows("select short from State")} == STATES


@pytest.mark.parametrize(("identifier", "expected"), STATUSES.items())
def test_a_status_has_its_id_state_and_colour(rows, identifier, expected):
    (found,) = rows(f"select name, state.short, color from Status where id is {identifier}")
    assert (found["name"], found["state"]["short"], found["color"]) == expected


def test_priorities_go_from_urgent_to_none(rows):
    found = rows("select name from Priority order by sort")
    assert {row["id"]: row["name"] for row in found} == PRIORITIES
    assert [row["name"] for row in found] == list(PRIORITIES.values())


@pytest.mark.parametrize(("identifier", "name"), TASK_TYPES.items())
def test_a_type_of_tasks_has_its_id_and_belongs_to_the_schema(rows, identifier, name):
    (found,) = rows(f"select name, is_billable from Type where id is {identifier}")
    assert (found["name"], found["is_billable"]) == (name, name != "Production")
    schemas = rows(f"TaskTypeSchema where types.id is {identifier}")
    assert [row["id"] for row in schemas] == [SCHEMA["task_type_schema_id"]]


@pytest.mark.parametrize(("name", "ending"), OTHER_TYPES.items())
def test_types_of_asset_builds_and_milestones_have_their_ids(rows, name, ending):
    (found,) = rows(f'Type where name is "{name}"')
    assert found["id"].endswith(ending)


def test_the_schema_of_visual_effects_has_its_ids(rows):
    (found,) = rows(f"select {', '.join(SCHEMA)} from ProjectSchema")
    assert {name: found[name] for name in SCHEMA} == SCHEMA


def test_a_project_schema_answers_what_clients_read_of_it(rows):
    """The names with which statuses and types of a project are looked up."""
    parts = "_task_workflow.statuses, _version_workflow.statuses, _task_type_schema.types"
    (found,) = rows(
        f"select {parts}, _overrides, _schemas.statuses, _schemas.types from ProjectSchema"
    )
    assert found["_overrides"] == []
    assert len(found["_task_workflow"]["statuses"]) == len(STATUSES)
    assert found["_version_workflow"]["statuses"]
    assert {row["id"] for row in found["_task_type_schema"]["types"]} >= set(TASK_TYPES)
    assert len(found["_schemas"]) == 4


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("ListCategory where name is Dailies", "77b9ab82-07c2-11e4-ba66-04011030cf01"),
        ("ListCategory where name is Delivery", "712f0fee-ead3-11e2-846c-f23c91dfaa16"),
        ("UserType", "ac9fa5aa-4361-11e0-b7cc-0019bb4983d8"),
        ("User where username is admin", "bcdf57b0-acc6-11e1-a554-f23c91df1211"),
    ],
)
def test_other_well_known_rows_have_their_ids(rows, expression, expected):
    assert [row["id"] for row in rows(expression)] == [expected]


def test_there_are_the_usual_roles_of_the_usual_kinds(rows):
    found = {row["name"]: row["type"] for row in rows("select name, type from SecurityRole")}
    assert {"Administrator", "Project Manager", "User", "API"} <= set(found)
    assert set(found.values()) == {"PROJECT", "API", "ASSIGNED"}


@pytest.mark.parametrize("short", ["geo", "rig", "anim", "comp", "img", "cam", "upload"])
def test_there_are_the_asset_types_of_pipelines(rows, short):
    assert len(rows(f'AssetType where short is "{short}"')) == 1


@pytest.mark.parametrize("entity_type", ["ManagerType", "NoteLabel", "NoteCategory", "Scope"])
def test_there_are_some_of_our_own(rows, entity_type):
    assert rows(entity_type)
