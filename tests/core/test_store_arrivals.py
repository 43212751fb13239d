"""What is remembered of an answer: how its rows lead to it, and how long it lives."""

from __future__ import annotations

import gc
import pickle
import sys
from weakref import ref

import pytest
from ftrack_core.entity import rows as rows_module
from ftrack_core.entity.rows import arrival_of, serial_of_row
from ftrack_core.schema import Schemas
from ftrack_core.store.absorb import Absorber
from ftrack_core.store.cohort import Page
from ftrack_core.store.identity import IdentityMap
from ftrack_core.testing.memory_schemas import memory_schemas


@pytest.fixture(autouse=True)
def _no_collector():
    """What ends here ends with its last owner, not when the collector comes by."""
    gc.disable()
    yield
    gc.enable()


def task(**more):
    return {"__entity_type__": "Task", "id": "t1", "name": "comp", **more}


def take(*rows, serial=1):
    return Absorber(Schemas.from_wire(memory_schemas()), IdentityMap(), serial).take(list(rows))


def test_rows_tell_where_they_came_from_without_outgrowing_their_dict():
    page = take(task(), serial=7)
    row = page.rows[0]
    assert list(row) == ["__entity_type__", "id", "name"]
    assert row["__entity_type__"] == "Task"
    assert arrival_of(row) is page.arrival
    assert serial_of_row(row) == 7


def test_a_row_that_nobody_took_in_came_from_nowhere():
    assert arrival_of(task()) is None
    assert serial_of_row(task()) is None


@pytest.mark.skipif(sys.version_info >= (3, 14), reason="Python 3.14 looks into every dictionary")
def test_a_row_of_texts_and_numbers_is_none_of_the_collectors_business():
    row = take(task(bid=3600.0, sort=None)).rows[0]
    assert not gc.is_tracked(row)


def test_a_page_ends_with_its_last_owner_and_its_rows_lead_nowhere_then():
    page = take(task(), serial=7)
    row, ended = page.rows[0], ref(page)
    del page
    assert ended() is None
    assert arrival_of(row) is None
    assert serial_of_row(row) is None
    assert row == task()


def test_who_keeps_the_rows_of_an_answer_by_key_keeps_what_is_remembered_of_it():
    page = take(task(), {**task(), "id": "t2"})
    kept, row = page.index["Task"], page.rows[0]
    del page
    assert arrival_of(row).siblings("Task", "t1", 500) == ["t1", "t2"]
    del kept
    assert arrival_of(row) is None


def test_an_entity_keeps_what_is_remembered_of_its_answer(session):
    held = session.query("select name from Task").first()
    assert arrival_of(held._row) is held._arrival
    assert serial_of_row(held._row) > 0


def test_nothing_is_left_of_a_stamp_when_its_arrival_ends():
    before = set(rows_module._ARRIVALS)
    page = take(task(), {**task(), "id": "t2"})
    assert len(set(rows_module._ARRIVALS) - before) == 1
    del page
    assert not set(rows_module._ARRIVALS) - before


@pytest.mark.parametrize("name", ["Task", "T", "Tâche", "é"])
def test_a_stamp_is_the_name_of_the_type_and_leads_to_one_arrival(name):
    first, second = Page(1).arrival, Page(2).arrival
    stamps = [first.stamp(name), second.stamp(name)]
    assert stamps == [name, name]
    assert [serial_of_row({"__entity_type__": one}) for one in stamps] == [1, 2]
    assert serial_of_row({"__entity_type__": name}) is None
    assert first.stamp(name) is stamps[0]


def test_a_row_that_was_written_down_and_read_again_came_in_no_answer():
    page = take(task())
    assert serial_of_row(pickle.loads(pickle.dumps(page.rows[0]))) is None


def test_what_a_loop_reads_of_a_reference_is_not_made_anew_each_time(session):
    task = session.query("select status.name from Task").first()
    first = id(task["status"])
    assert [id(task["status"]) for _ in range(3)] == [first] * 3


def test_a_reset_lets_go_of_what_was_read_of_references(session):
    status = ref(session.query("select status.name from Task").first()["status"])
    assert status() is not None
    session.reset()
    gc.collect()
    assert status() is None
