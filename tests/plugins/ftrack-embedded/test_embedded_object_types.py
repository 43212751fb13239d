"""Object types of a studio's own: each is an entity type, and the schema follows the data."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from ftrack_embedded import Caller, Studio
from ftrack_embedded.model import load_model
from ftrack_embedded.model.object_types import OwnObjectType, own_object_types
from operations import create, query

SCENE = "34b122f0-bd5c-11eb-96ea-d6270330280e"


def row(identifier, name, **abilities):
    able = {"is_typeable": True, "is_statusable": True, "is_schedulable": True}
    return {"id": identifier, "name": name, **able, **abilities}


@pytest.fixture
def studio():
    with Studio() as studio:
        yield studio


@pytest.fixture
def scene(studio):
    studio.execute([create("ObjectType", id=SCENE, name="Scene", is_typeable=False)])
    return studio


# --- what becomes an entity type ---------------------------------------------------------------


def test_the_name_of_the_entity_type_is_that_of_the_object_type_without_blanks():
    (own,) = own_object_types(load_model(), [row("1", "Motion Capture Take")])

    assert own == OwnObjectType("1", "MotionCaptureTake", is_schedulable=True)


@pytest.mark.parametrize(
    "name", ["User", "2D", "Shot / Take", "", None], ids=["taken", "digit", "sign", "empty", "none"]
)
def test_what_is_no_free_name_stays_a_plain_typed_context(name):
    assert own_object_types(load_model(), [row("1", name)]) == ()


def test_the_object_types_of_every_server_keep_their_entity_type_under_any_name():
    shot = dict(load_model().types["Shot"].classifiers)["object_type_id"]

    assert own_object_types(load_model(), [row(shot, "Take")]) == ()


def test_of_two_object_types_of_one_name_the_first_gets_the_entity_type():
    own = own_object_types(load_model(), [row("2", "Scene"), row("1", "Sce ne")])

    assert [one.id for one in own] == ["1"]


def test_what_the_object_type_cannot_do_is_immutable():
    own = OwnObjectType("1", "Scene", is_typeable=False, is_prioritizable=False)
    attributes = load_model(own).types["Scene"].attributes

    fixed = {name for name, one in attributes.items() if one.immutable}

    assert {"type_id", "priority_id", "bid", "start_date", "split_parts"} <= fixed
    assert "status_id" not in fixed


# --- in a studio -------------------------------------------------------------------------------


def test_the_schema_has_the_new_type_and_another_hash(studio):
    (before,) = studio.execute([{"action": "query_server_information"}])
    studio.execute([create("ObjectType", id=SCENE, name="Scene")])

    schemas, after = studio.execute(
        [{"action": "query_schemas"}, {"action": "query_server_information"}]
    )

    assert "Scene" in {one["id"] for one in schemas}
    assert before["schema_hash"] != after["schema_hash"]


def test_entities_of_the_new_type_are_created_and_queried_by_its_name(scene):
    (made,) = scene.execute([create("Project", name="orbit")])
    project = made["data"]["id"]
    scene.execute([create("Scene", name="opening", parent_id=project)])

    (found,) = scene.execute([query("select name from Scene")])
    (all_typed,) = scene.execute([query("select name from TypedContext")])

    assert [one["name"] for one in found["data"]] == ["opening"]
    assert [one["__entity_type__"] for one in all_typed["data"]] == ["Scene"]


def test_a_studio_that_is_opened_again_knows_its_object_types(tmp_path):
    with Studio(tmp_path / "studio.db") as studio:
        studio.execute([create("ObjectType", id=SCENE, name="Scene")])

    with Studio(tmp_path / "studio.db") as studio:
        assert "Scene" in studio.catalogue.types


def test_another_studio_of_the_process_knows_nothing_of_it(scene):
    assert "Scene" in scene.catalogue.types
    with Studio() as other:
        assert "Scene" not in other.catalogue.types


def test_without_its_object_type_the_entity_type_is_gone(scene):
    scene.execute([{"action": "delete", "entity_type": "ObjectType", "entity_key": [SCENE]}])

    assert "Scene" not in scene.catalogue.types


# --- batches at the same time ------------------------------------------------------------------


def test_a_batch_keeps_the_shape_it_began_with_while_another_adds_an_object_type(studio):
    with studio.reading(Caller()) as tx:
        before = tx.catalogue
        studio.execute([create("ObjectType", id=SCENE, name="Scene")])
        assert tx.catalogue is before
        assert "Scene" not in tx.catalogue.types
    with studio.reading(Caller()) as tx:
        assert "Scene" in tx.catalogue.types


def test_object_types_that_are_added_at_the_same_time_are_all_known(studio):
    names = [f"Scene{number}" for number in range(12)]

    def add(name):
        studio.execute([create("ObjectType", name=name)])

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(add, names))
    assert set(names) <= studio.catalogue.types.keys()
