"""What is remembered of an answer: how its rows lead to it, and how long it lives."""

from __future__ import annotations

import gc
import pickle
import sys
from weakref import ref

import pytest
from ftrack_core.entity import stamps as stamps_module
from ftrack_core.entity.rows import arrival_of, serial_of_row
from ftrack_core.errors import UnknownAttributeError
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


def test_a_page_ends_with_its_last_owner_and_its_rows_still_tell_when_they_came():
    page = take(task(), {**task(), "id": "t2"}, serial=7)
    row, ended = page.rows[0], ref(page)
    del page
    assert ended() is None
    assert serial_of_row(row) == 7
    assert arrival_of(row).siblings("Task", "t1", 500) == ["t1", "t2"]


def test_who_keeps_the_rows_of_an_answer_by_key_keeps_what_came_along():
    page = take(task(status={"__entity_type__": "Status", "id": "s1", "name": "ready"}))
    kept, companions = page.index["Task"], ref(page.companions)
    del page
    assert companions() is not None
    del kept
    assert companions() is None


def test_an_entity_keeps_what_came_along_with_its_row(session):
    held = session.query("select name, status.name from Task").first()
    companions = ref(held._luggage[0])
    session._cache.clear()
    assert companions() is not None
    del held
    assert companions() is None


def test_stamps_that_no_row_bears_are_forgotten_when_others_come():
    held = [take(task()) for _ in range(50)]
    for _ in range(stamps_module.stamps_count()):
        take(task())
    most = stamps_module.stamps_count()
    last = held.pop()
    held.clear()
    for _ in range(most):
        take(task())
    assert stamps_module.stamps_count() <= most - 40
    assert serial_of_row(last.rows[0]) == 1


def test_a_long_life_does_not_make_the_stamps_grow():
    counts = []
    for _ in range(500):
        take(task())
        counts.append(stamps_module.stamps_count())
    assert counts[-1] <= counts[20]


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


def test_what_is_read_of_a_reference_is_held_by_who_leads_there(session):
    task = session.query("select status.name from Task").first()
    first = id(task["status"])
    assert [id(task["status"]) for _ in range(3)] == [first] * 3
    held = ref(task["status"])
    session._cache.clear()
    del task
    assert held() is None


def test_after_a_reset_references_are_found_anew(session):
    task = session.query("select status.name from Task").first()
    status = task["status"]
    session.reset()
    again = session.get("Status", status["id"])
    assert again is not status
    assert task["status"] is again


def test_the_stamps_of_a_row_are_no_attributes(session):
    task = session.query("select name from Task").first()
    task["name"] = "another"
    session.commit()
    assert "__serials__" in task._row
    with pytest.raises(UnknownAttributeError):
        task["__serials__"]


def test_after_an_expunge_references_lead_to_a_new_object(session):
    task = session.query("select status.name from Task").first()
    status = task["status"]
    session.expunge(status)
    assert task["status"] is not status
    assert status["name"] == task["status"]["name"]


def test_a_row_behind_another_one_keeps_its_place_in_time(session):
    """It is an answer of its own that its task joins, and nobody has looked at the status."""
    task = session.query("select status.name from Task").first()
    came = serial_of_row(task._row["status"])
    held = session.query("select name from Task").all()
    assert serial_of_row(task._row) > came
    assert serial_of_row(task._row["status"]) == came
    assert task in held
