"""The model: which entity types there are, how they relate, and what query_schemas answers."""

from __future__ import annotations

import json

import pytest
from ftrack_core.schema import Schemas
from ftrack_embedded.model import Column, Computed, Inverse, Reference, Through, load_model
from ftrack_embedded.model.attributes import integer, key, reference, text
from ftrack_embedded.model.declaration import assemble, entity
from ftrack_embedded.model.wire import schema_answer, schema_hash


@pytest.fixture(scope="module")
def model():
    return load_model()


@pytest.fixture(scope="module")
def answer(model):
    return schema_answer(model)


# --- the declarations --------------------------------------------------------------------------


def test_a_subtype_inherits_what_it_does_not_declare():
    model = assemble(
        [
            entity("Vehicle", key(), text("name", default=""), table="vehicle"),
            entity("Car", integer("doors"), base="Vehicle", rows={"kind": "car"}),
        ]
    )

    car = model.types["Car"]

    assert set(car.attributes) == {"id", "name", "doors"}
    assert (car.table, car.primary_key) == ("vehicle", ("id",))
    assert model.types["Vehicle"].subtypes == ("Car",)


def test_a_base_may_be_declared_after_its_subtypes():
    model = assemble(
        [entity("Car", integer("doors"), base="Vehicle"), entity("Vehicle", key(), table="vehicle")]
    )

    assert model.types["Car"].table == "vehicle"


def test_a_reference_brings_the_scalar_that_holds_its_key():
    declared = entity("Car", reference("owner", "User", key_alias="ownerid"), table="car")

    owner, owner_id = declared.attributes

    assert owner.storage == Reference("owner_id", "User")
    assert owner_id.storage == Column("owner_id", refers_to="User")
    assert owner_id.wire["alias_for"] == "ownerid"


def test_the_model_is_built_once(model):
    assert load_model() is model


# --- the hierarchy -----------------------------------------------------------------------------


def test_there_are_the_entity_types_of_both_generations_of_servers(model):
    known_to = [one.generation for one in model.types.values()]

    assert len(known_to) == 130
    assert (known_to.count("older"), known_to.count("newer")) == (3, 14)


def test_typed_contexts_share_the_table_of_all_contexts(model):
    tables = {model.types[name].table for name in ("Context", "Project", "TypedContext", "Shot")}

    assert tables == {"context"}


def test_a_shot_is_a_typed_context_and_a_context(model):
    assert model.depth("Shot") == 2
    assert "Shot" in model.types["TypedContext"].subtypes
    assert "Shot" in model.types["Context"].subtypes


@pytest.mark.parametrize(
    ("table", "row", "expected"),
    [
        ("context", {"context_type": "show"}, "Project"),
        ("component", {"system_type": "sequence"}, "SequenceComponent"),
        ("component", {"system_type": "container"}, "ContainerComponent"),
        ("component", {"system_type": None}, "Component"),
        ("resource", {"resource_type": "group"}, "Group"),
        ("resource", {"resource_type": "user"}, "User"),
        ("resource", {"resource_type": "collaborator"}, "Collaborator"),
        ("note_component", {"note_component_type": None}, "NoteComponent"),
        ("note_component", {"note_component_type": "annotation"}, "NoteAnnotationComponent"),
        ("list", {"system_type": "assetversion"}, "AssetVersionList"),
        ("status_change", {"parent_type": "task"}, "TypedContextStatusChange"),
        ("note_label", {}, "NoteCategory"),
    ],
)
def test_a_row_is_of_the_deepest_type_it_matches(model, table, row, expected):
    assert model.concrete(table, row) == expected


def test_a_studios_own_object_type_reads_as_typed_context(model):
    row = {"context_type": "task", "object_type_id": "an id no type knows"}

    assert model.concrete("context", row) == "TypedContext"


def test_one_link_row_is_read_from_both_of_its_ends(model):
    row = {"from_entity_type": "Context", "to_entity_type": "User"}

    outwards = model.concrete("custom_attribute_link", row, "CustomAttributeLink")
    inwards = model.concrete("custom_attribute_link", row, "CustomAttributeLinkFrom")

    assert (outwards, inwards) == ("UserCustomAttributeLink", "ContextCustomAttributeLinkFrom")


def test_selectors_find_the_rows_of_subtypes_too(model):
    container = model.types["ContainerComponent"]

    assert container.classifiers == (("system_type", "container"),)
    assert container.selectors == (("system_type", ("container", "sequence")),)


def test_a_base_without_a_mark_of_its_own_holds_the_rows_of_its_subtypes(model):
    selectors = dict(model.types["BaseUser"].selectors)

    assert set(selectors["resource_type"]) == {"user", "collaborator"}
    assert model.types["Resource"].selectors == ()


# --- attributes --------------------------------------------------------------------------------


def test_every_relation_leads_to_a_declared_type_and_a_real_column(model):
    for entity_type in model.types.values():
        for attribute in entity_type.attributes.values():
            storage = attribute.storage
            if isinstance(storage, Reference | Inverse | Through):
                assert storage.target in model.types, (entity_type.name, attribute.name)
            if isinstance(storage, Inverse):
                shown = {
                    getattr(one.storage, "name", getattr(one.storage, "column", None))
                    for one in model.types[storage.target].attributes.values()
                }
                assert {storage.column, *(name for name, _ in storage.where)} <= shown


def test_foreign_keys_name_the_type_each_column_must_point_to(model):
    keys = model.types["Task"].foreign_keys()

    assert keys["parent_id"] == "Context"
    assert keys["status_id"] == "Status"
    assert "id" not in keys


def test_a_key_that_no_attribute_shows_is_a_foreign_key_too(model):
    assert model.types["Status"].foreign_keys() == {"state_id": "State"}


def test_a_recipient_may_be_a_group_although_its_user_is_declared_a_user(model):
    assert model.types["Recipient"].foreign_keys()["resource_id"] == "Resource"


def test_assignments_are_the_appointments_of_that_kind(model):
    assert model.types["Task"].attributes["assignments"].storage == Inverse(
        "Appointment", "context_id", where=(("type", "assignment"),)
    )


def test_the_notes_of_a_context_are_the_heads_of_its_threads(model):
    assert model.types["Shot"].attributes["notes"].storage == Inverse(
        "Note", "parent_id", where=(("in_reply_to_id", None),)
    )


def test_list_items_are_any_typed_context_although_declared_as_task(model):
    items = model.types["TypedContextList"].attributes["items"]

    assert items.target == "Task"
    assert items.storage == Through("TypedContext", "ListObject", "list_id", "entity_id")


def test_a_version_is_of_any_typed_context_although_declared_as_of_a_task(model):
    version = model.types["AssetVersion"]

    assert version.attributes["task"].target == "Task"
    assert version.attributes["task"].storage == Reference("task_id", "TypedContext")
    assert version.attributes["task_id"].wire["description"] == "Foreign key(s): Task.id"


def test_uses_versions_come_in_through_the_incoming_links(model):
    assert model.types["AssetVersion"].attributes["uses_versions"].storage == Through(
        "AssetVersion", "AssetVersionLink", near="to_id", far="from_id"
    )


def test_computed_rules_are_listed_in_the_documentation_of_the_model(model):
    import ftrack_embedded.model as package

    rules = {
        attribute.storage.rule
        for entity_type in model.types.values()
        for attribute in entity_type.attributes.values()
        if isinstance(attribute.storage, Computed)
    }

    assert {rule for rule in rules if f"``{rule}``" not in package.__doc__} == set()


@pytest.mark.parametrize(
    ("name", "fixed", "free"),
    [
        ("Task", (), ("type_id", "status_id", "bid", "start_date", "end_date")),
        ("Milestone", ("start_date",), ("type_id", "status_id", "bid", "end_date")),
        ("Shot", ("type_id", "bid", "end_date"), ("status_id",)),
        ("AssetBuild", ("bid", "start_date"), ("type_id", "status_id")),
        ("Folder", ("type_id", "status_id", "bid"), ("name", "parent_id")),
    ],
)
def test_what_an_object_type_cannot_do_is_immutable(model, name, fixed, free):
    attributes = model.types[name].attributes

    assert all(attributes[one].immutable for one in fixed)
    assert not any(attributes[one].immutable for one in free)


def test_system_projections_have_public_names_and_tell_the_types_apart(model):
    extras = {name: set(one.system_projections) for name, one in model.types.items()}

    assert extras["Task"] == {"context_type", "object_type_id", "project_id"}
    assert extras["AssetVersion"] == {"asset_id"}
    assert extras["FileComponent"] == {"system_type", "version_id", "container_id"}
    assert extras["User"] == {"resource_type"}
    assert extras["Dashboard"] == set()


def test_undeclared_names_of_the_projections_may_be_asked_for():
    parts = (key(), text("name"), text("mark", hidden=True))
    model = assemble([entity("Car", *parts, table="car", projections="id mark")])
    (shown,) = schema_answer(model)

    assert model.types["Car"].attributes["mark"].hidden
    assert model.types["Car"].default_projections == ("id",)
    assert "mark" not in shown["properties"]
    assert "mark" in shown["default_projections"]


# --- the schema answer -------------------------------------------------------------------------


def test_the_answer_is_json_and_names_the_bases(answer):
    by_name = {one["id"]: one for one in json.loads(json.dumps(answer))}

    assert by_name["Shot"]["$mixin"] == {"$ref": "TypedContext"}
    assert "$mixin" not in by_name["Context"]
    assert by_name["Shot"]["alias_for"]["id"] == "Task"


def test_the_answer_says_what_may_be_grouped(answer):
    by_name = {one["id"]: one for one in answer}

    assert by_name["Shot"]["metadata"] == {"group_by": True}
    assert "metadata" not in by_name["User"]


def test_the_kernel_reads_the_answer(answer):
    schemas = Schemas.from_wire(answer)

    assert schemas["Shot"].base == "TypedContext"
    assert schemas["Task"].attribute("status").target == "Status"
    assert schemas["Metadata"].primary_key == ("parent_id", "key")


def test_the_hash_does_not_depend_on_the_order_of_keys(answer):
    turned = [dict(reversed(one.items())) for one in answer]

    assert schema_hash(turned) == schema_hash(answer)
    assert len(schema_hash(answer)) == 32


def test_the_hash_changes_with_the_schema(answer):
    assert schema_hash(answer[:-1]) != schema_hash(answer)
