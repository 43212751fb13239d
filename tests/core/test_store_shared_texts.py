"""Compact rows: those of a page that point at the same thing share one text."""

from __future__ import annotations

import pytest
from ftrack_core.schema import Schemas
from ftrack_core.store.absorb import Absorber
from ftrack_core.store.identity import IdentityMap
from ftrack_core.testing.memory_schemas import memory_schemas
from ftrack_core.testing.memory_transport import MemoryTransport
from ftrack_core.testing.sessions import memory_session


def task(number, **more):
    return {"__entity_type__": "Task", "id": f"t{number:03}", **more}


def take(*rows, compact=True):
    schemas = Schemas.from_wire(memory_schemas())
    absorber = Absorber(schemas, IdentityMap(), 1, compact=compact)
    return absorber.take(list(rows)).rows


def text(value):
    """A text of its own, as a decoder makes one for each value."""
    return "".join(list(value))


def texts(rows, name):
    """How many objects stand under *name* in *rows*."""
    return len({id(row[name]) for row in rows})


# --- what is shared ------------------------------------------------------------------------------


def test_equal_foreign_keys_are_one_text():
    rows = take(
        *(task(n, status_id=text("s1"), parent_id=text(f"p{n % 2}"), name="x") for n in range(6))
    )
    assert [row["parent_id"] for row in rows] == ["p0", "p1"] * 3
    assert texts(rows, "status_id") == 1
    assert texts(rows, "parent_id") == 2


def test_rows_are_as_they_came_where_it_is_not_wished():
    rows = take(*(task(n, status_id=text("s1")) for n in range(2)), compact=False)
    assert texts(rows, "status_id") == 2


def test_texts_that_stand_in_few_rows_each_are_left_alone():
    came = [task(n, status_id=text(f"s{n % 2}"), parent_id=text(f"p{n // 2}")) for n in range(99)]
    assert texts(take(*came), "parent_id") == 99
    assert texts(came, "status_id") == 2


@pytest.mark.parametrize(("count", "left"), [(11, 11), (12, 500)])
def test_of_a_full_page_some_rows_tell_how_many_there_are(count, left):
    came = [task(n, status_id=text(f"s{n % count}")) for n in range(500)]
    assert texts(take(*came), "status_id") == left


def test_a_text_that_seemed_to_be_the_only_one_is_shared_where_it_stands():
    rows = take(*(task(n, status_id=text("s2" if n == 50 else "s1")) for n in range(99)))
    assert [n for n, row in enumerate(rows) if row["status_id"] != "s1"] == [50]
    assert texts(rows, "status_id") == 2


def test_values_that_are_no_foreign_keys_are_left_alone():
    rows = take(task(1, name=text("comp")), task(2, name=text("comp")))
    assert texts(rows, "name") == 2


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


# --- when ----------------------------------------------------------------------------------------

QUERY = "select name, status_id from Task"
LEADING_ON = "select name, status_id, parent.name from Task"


@pytest.fixture
def session_of():
    """Open a session on 25 tasks in pages of 10."""

    def opened(**options):
        rows = [task(n, name=f"n{n}", status_id=text("s1")) for n in range(25)]
        return memory_session(MemoryTransport(rows=rows), page_size=10, **options)

    return opened


@pytest.mark.parametrize("read_ahead", [True, False])
def test_each_page_is_compact(session_of, read_ahead):
    with session_of(read_ahead=read_ahead) as session:
        tasks = session.query(QUERY).all()
        assert [one["name"] for one in tasks] == [f"n{n}" for n in range(25)]
        assert texts(tasks, "status_id") == 3  # one for each page


def test_what_a_loop_brings_later_is_compact_as_well(session_of):
    with session_of() as session:
        tasks = session.query("select name from Task").all()
        assert texts(tasks, "status_id") == 3  # one for each page that is asked for again


@pytest.mark.parametrize("text", [QUERY, LEADING_ON])
def test_what_comes_again_is_compact_as_well(session_of, text):
    with session_of() as session:
        held = session.query(text).all()
        again = session.query(text).all()
        assert [id(one) for one in held] == [id(one) for one in again]
        assert texts(again, "status_id") == 3


def test_rows_that_nobody_keeps_are_as_they_came(session_of):
    with session_of() as session:
        assert texts(list(session.query(QUERY).stream()), "status_id") == 25


def test_rows_are_as_they_came_in_a_session_that_says_so(session_of):
    with session_of(compact_rows=False) as session:
        assert texts(session.query(QUERY).all(), "status_id") == 25
