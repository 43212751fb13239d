"""Compact rows: those of a page that point at the same thing share one text, if it is wished."""

from __future__ import annotations

from ftrack_core.schema import Schemas
from ftrack_core.store.absorb import Absorber
from ftrack_core.store.identity import IdentityMap
from ftrack_core.testing.memory_schemas import memory_schemas


def task(number, **more):
    return {"__entity_type__": "Task", "id": f"t{number}", **more}


def take(*rows, compact=True):
    schemas = Schemas.from_wire(memory_schemas())
    absorber = Absorber(schemas, IdentityMap(), 1, compact=compact)
    return absorber.take(list(rows)).rows


def text(value):
    """A text of its own, as a decoder makes one for each value."""
    return "".join(list(value))


def test_equal_foreign_keys_are_one_text():
    rows = take(
        *(task(n, status_id=text("s1"), parent_id=text(f"p{n % 2}"), name="x") for n in range(6))
    )
    assert [row["parent_id"] for row in rows] == ["p0", "p1"] * 3
    assert len({id(row["status_id"]) for row in rows}) == 1
    assert len({id(row["parent_id"]) for row in rows}) == 2


def test_rows_are_as_they_came_where_it_is_not_wished():
    rows = take(*(task(n, status_id=text("s1")) for n in range(2)), compact=False)
    assert rows[0]["status_id"] is not rows[1]["status_id"]


def test_values_that_are_no_foreign_keys_are_left_alone():
    rows = take(task(1, name=text("comp")), task(2, name=text("comp")))
    assert rows[0]["name"] is not rows[1]["name"]


def test_rows_of_one_width_may_have_other_names():
    rows = take(task(1, status_id="s1"), task(2, name="x"), task(3, status_id=None))
    assert [set(row) - {"__entity_type__", "id"} for row in rows] == [
        {"status_id"},
        {"name"},
        {"status_id"},
    ]


def test_what_cannot_be_looked_up_stays_as_it_came():
    odd = {"__type__": "unknown"}
    rows = take(task(1, status_id="s1"), task(2, status_id=odd), task(3, status_id=5))
    assert [row["status_id"] for row in rows] == ["s1", odd, 5]
