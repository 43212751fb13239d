"""Metadata and custom attributes come as rows, and are read through their owner."""

from __future__ import annotations

from ftrack_core.schema import Schemas
from ftrack_core.store.absorb import Absorber
from ftrack_core.store.identity import IdentityMap
from ftrack_core.testing.memory_schemas import memory_schemas


def item(**more):
    return {"__entity_type__": "Metadata", "parent_id": "t1", "key": "fps", **more}


def take(rows):
    absorber = Absorber(Schemas.from_wire(memory_schemas()), IdentityMap(), 1)
    return absorber.take(rows)


def test_whole_items_are_left_as_they_came():
    page = take([{"__entity_type__": "Task", "id": "t1", "metadata": [item(value="25")]}])
    assert page.rows[0]["metadata"] == [item(value="25")]
    assert "Metadata" not in page.index


def test_an_item_that_comes_again_as_a_bare_key_is_the_one_that_came_before():
    page = take(
        [
            {"__entity_type__": "Task", "id": "t1", "metadata": [item(value="25")]},
            {"__entity_type__": "Task", "id": "t2", "metadata": [item()]},
        ]
    )
    assert [row["metadata"][0]["value"] for row in page.rows] == ["25", "25"]


def test_a_bare_key_under_another_attribute_finds_the_item_too():
    page = take(
        [
            {
                "__entity_type__": "Task",
                "id": "t1",
                "metadata": [item(value="25")],
                "parent": {"__entity_type__": "Shot", "id": "s1", "metadata": [item()]},
            }
        ]
    )
    row = page.rows[0]
    assert row["metadata"][0]["value"] == "25"
    assert row["parent"]["metadata"][0]["value"] == "25"
