"""The data a studio starts with, and the show made up for trying things out."""

from __future__ import annotations

import json

import pytest
import sqlalchemy as sa
from ftrack_core.errors import ConfigurationError
from ftrack_embedded.model import Column, load_model
from ftrack_embedded.model.tables import FORMAT_VERSION, metadata_for
from ftrack_embedded.seed import seed_default, seed_demo

MODEL = load_model()
METADATA = metadata_for(MODEL)
TABLES = METADATA.tables


def _studio(**demo):
    engine = sa.create_engine("sqlite://")
    METADATA.create_all(engine)
    connection = engine.connect()
    seed_default(connection, TABLES, MODEL)
    if demo:
        seed_demo(connection, TABLES, MODEL, **demo)
    return engine, connection


@pytest.fixture(scope="module")
def default():
    engine, connection = _studio()
    yield connection
    connection.close()
    engine.dispose()


@pytest.fixture(scope="module")
def demo():
    engine, connection = _studio(seed=1)
    yield connection
    connection.close()
    engine.dispose()


def rows(connection, table, **where):
    found = connection.execute(sa.select(TABLES[table]).filter_by(**where)).mappings()
    return [dict(row) for row in found]


def names(connection, table, **where):
    return {row["name"] for row in rows(connection, table, **where)}


def contents(connection):
    return {name: sorted(map(repr, rows(connection, name))) for name in TABLES if name != "studio"}


def entities(connection, name):
    """All rows of the table that are of this very type."""
    entity_type = MODEL.types[name]
    return [
        row
        for row in rows(connection, entity_type.table)
        if dict(entity_type.classifiers).items() <= row.items()
    ]


# --- the default studio ------------------------------------------------------------------------


def test_the_studio_knows_its_format_and_seed(default):
    (studio,) = rows(default, "studio")

    assert (studio["format_version"], studio["seed"]) == (FORMAT_VERSION, "default")


def test_the_well_known_locations_exist(default):
    by_name = {row["name"]: row["id"] for row in rows(default, "location")}

    assert by_name["ftrack.server"] == "3a372bde-05bc-11e4-8908-20c9d081909b"
    assert set(by_name) == {
        "ftrack.origin",
        "ftrack.unmanaged",
        "ftrack.review",
        "ftrack.connect",
        "ftrack.server",
    }


def test_every_default_of_the_schema_that_is_an_id_exists(default):
    for entity_type in MODEL.types.values():
        for column, target in entity_type.foreign_keys().items():
            attribute = entity_type.attributes.get(column)
            if attribute is not None and attribute.has_default:
                assert rows(default, MODEL.types[target].table, id=attribute.default)


def test_each_typed_context_has_its_object_type(default):
    known = {row["id"]: row["name"].replace(" ", "") for row in rows(default, "object_type")}

    assert {
        known[dict(MODEL.types[name].classifiers)["object_type_id"]]
        for name in MODEL.types["TypedContext"].subtypes
    } == set(MODEL.types["TypedContext"].subtypes)


def test_statuses_have_a_state(default):
    states = {row["id"]: row["short"] for row in rows(default, "state")}
    found = {row["name"]: states[row["state_id"]] for row in rows(default, "status")}

    assert found["In progress"] == "IN_PROGRESS"
    assert found["Approved"] == "DONE"
    assert found["On Hold"] == "BLOCKED"


def test_the_vfx_schema_has_workflows_task_types_and_object_types(default):
    (schema,) = rows(default, "project_schema", name="VFX")

    def linked(table, **where):
        return len(rows(default, table, **where))

    assert linked("workflow_schema_status", workflow_schema_id=schema["task_workflow_schema_id"])
    assert linked(
        "workflow_schema_status", workflow_schema_id=schema["asset_version_workflow_schema_id"]
    )
    assert linked("task_type_schema_type", task_type_schema_id=schema["task_type_schema_id"])
    assert linked("project_schema_object_type", project_schema_id=schema["id"]) == 7


def test_every_statusable_object_type_but_task_has_a_schema_with_statuses(default):
    with_schema = {row["object_type_id"]: row["id"] for row in rows(default, "schema")}

    for object_type in rows(default, "object_type", is_statusable=True):
        if object_type["name"] != "Task":
            assert rows(default, "schema_status", schema_id=with_schema[object_type["id"]])


def test_there_is_a_custom_attribute_of_each_kind(default):
    kinds = {row["id"]: row["name"] for row in rows(default, "custom_attribute_type")}
    used = {
        kinds[row["type_id"]]
        for row in rows(default, "custom_configuration_base", kind="attribute")
    }

    assert used == set(kinds.values())


def test_hierarchical_attributes_are_registered_for_projects(default):
    hierarchical = rows(default, "custom_configuration_base", is_hierarchical=True)

    assert hierarchical
    assert {(row["entity_type"], row["object_type_id"]) for row in hierarchical} == {("show", None)}


def test_defaults_and_menus_of_custom_attributes_are_json(default):
    for row in rows(default, "custom_configuration_base"):
        config = json.loads(row["config"])
        value = None if row["default"] is None else json.loads(row["default"])
        if "data" in config:
            menu = {item["value"] for item in json.loads(config["data"])}
            assert set(value) <= menu


def test_the_administrator_has_the_administrator_role_everywhere(default):
    (user,) = rows(default, "resource", username="admin")
    (role,) = rows(default, "user_security_role", user_id=user["id"])

    assert names(default, "security_role", id=role["security_role_id"]) == {"Administrator"}
    assert role["is_all_open_projects"]


def test_there_are_asset_types_labels_categories_and_managers(default):
    assert {"geo", "rig", "anim", "comp", "img", "cam", "upload"} <= {
        row["short"] for row in rows(default, "asset_type")
    }
    assert names(default, "list_category") == {"Dailies", "Delivery"}
    assert names(default, "note_label")
    assert names(default, "manager_type")


def test_all_default_studios_are_the_same(default):
    engine, other = _studio()

    assert contents(other) == contents(default)
    other.close()
    engine.dispose()


# --- the demo show -----------------------------------------------------------------------------


def test_the_show_has_as_much_of_everything_as_was_asked_for(demo):
    assert len(entities(demo, "Project")) == 1
    assert len(entities(demo, "Sequence")) == 4
    assert len(entities(demo, "Shot")) == 24
    assert len(entities(demo, "Task")) == 100
    assert len(entities(demo, "User")) == 6 + 1  # and the administrator


def test_there_is_work_to_look_at(demo):
    for table in ("asset_version", "component_location", "note", "timelog", "appointment"):
        assert rows(demo, table), table
    assert entities(demo, "SequenceComponent")
    assert rows(demo, "custom_attribute_value")
    assert rows(demo, "list_object")


def test_every_row_leads_to_rows_that_exist(demo):
    keys = {
        name: {row["id"] for row in rows(demo, one.table) if "id" in row}
        for name, one in MODEL.types.items()
    }
    for table in {one.table for one in MODEL.types.values()}:
        for row in rows(demo, table):
            concrete = MODEL.types[MODEL.concrete(table, row)]
            for column, target in concrete.foreign_keys().items():
                assert row[column] is None or row[column] in keys[target], (concrete.name, column)


def test_what_is_required_is_there(demo):
    for entity_type in MODEL.types.values():
        columns = {
            one.storage.name
            for one in entity_type.attributes.values()
            # Object types without types (shots, folders) have none, whatever the schema requires.
            if one.required and isinstance(one.storage, Column) and one.name != "type_id"
        }
        for row in entities(demo, entity_type.name):
            assert [name for name in columns if row[name] is None] == [], entity_type.name


def test_versions_of_an_asset_count_from_one(demo):
    numbers = {}
    for version in rows(demo, "asset_version"):
        numbers.setdefault(version["asset_id"], []).append(version["version"])

    assert all(sorted(found) == list(range(1, len(found) + 1)) for found in numbers.values())


def test_the_members_of_a_sequence_have_a_container_and_no_version(demo):
    for member in rows(demo, "component"):
        assert (member["container_id"] is None) != (member["version_id"] is None)


def test_the_same_seed_makes_the_same_show(demo):
    engine, again = _studio(seed=1)

    assert contents(again) == contents(demo)
    again.close()
    engine.dispose()


def test_another_seed_makes_another_show_with_the_same_people(demo):
    engine, connection = _studio(seed=1)
    seed_demo(connection, TABLES, MODEL, seed=2)

    assert len(entities(connection, "Project")) == 2
    assert len(entities(connection, "User")) == len(entities(demo, "User"))
    connection.close()
    engine.dispose()


def test_tasks_beyond_the_pipeline_get_numbered_names():
    engine, connection = _studio(shots=1, sequences=1, tasks=40)
    tasks = entities(connection, "Task")

    assert len(tasks) == 40
    assert len({(task["parent_id"], task["name"]) for task in tasks}) == 40
    connection.close()
    engine.dispose()


def test_a_show_without_users_or_shots_is_possible():
    engine, connection = _studio(shots=0, tasks=5, users=0)

    assert len(entities(connection, "Task")) == 5
    assert rows(connection, "note") == []
    connection.close()
    engine.dispose()


def test_the_show_needs_the_default_studio():
    engine = sa.create_engine("sqlite://")
    METADATA.create_all(engine)
    with engine.connect() as connection, pytest.raises(ConfigurationError, match="seed_default"):
        seed_demo(connection, TABLES, MODEL)
    engine.dispose()
