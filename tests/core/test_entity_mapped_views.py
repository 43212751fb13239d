"""The view of a mapped attribute: made once for each entity, alive, and no tie to it."""

from __future__ import annotations

import copy
import gc
from weakref import ref

import pytest
from ftrack_core.testing.sessions import memory_session


@pytest.fixture
def rows():
    return [
        {"__entity_type__": "Project", "id": "p1", "name": "orbit", "context_type": "show"},
        {"__entity_type__": "Task", "id": "t1", "name": "light", "project_id": "p1"},
        {
            "__entity_type__": "Metadata",
            "parent_id": "t1",
            "parent_type": "Task",
            "key": "camera",
            "value": "A",
        },
    ]


@pytest.fixture
def task(session):
    return session.query("select name, metadata from Task").one()


def test_the_same_view_is_given_as_long_as_nothing_newer_is_known(session, task):
    view = task["metadata"]
    assert task["metadata"] is view
    session.query("select metadata from Task").one()
    assert task["metadata"] == view == {"camera": "A"}


def test_a_view_shows_what_came_since_it_was_made(session, other, task):
    view = task["metadata"]
    assert view["camera"] == "A"
    metadata = other.query("select metadata from Task").one()["metadata"]
    metadata["camera"], metadata["lens"] = "B", "50"
    other.commit()
    session.query("select metadata from Task").one()
    assert (view["camera"], view["lens"]) == ("B", "50")
    assert (task["metadata"]["camera"], task["metadata"]["lens"]) == ("B", "50")


def test_a_view_shows_what_is_assigned_committed_and_taken_back(session, task):
    view = task["metadata"]
    assert view["camera"] == "A"
    task["metadata"]["camera"] = "B"
    assert view["camera"] == "B"
    session.commit()
    assert view["camera"] == task["metadata"]["camera"] == "B"
    view["camera"] = "C"
    assert task["metadata"]["camera"] == "C"
    session.rollback()
    assert view["camera"] == task["metadata"]["camera"] == "B"


def test_a_view_shows_what_is_said_of_an_item_by_itself(session, other, task):
    """Metadata are entities, too, and may be asked for as such."""
    assert task["metadata"]["camera"] == "A"
    other.query("select metadata from Task").one()["metadata"]["camera"] = "B"
    other.commit()
    items = session.query("select key, value, parent_id from Metadata").all()
    assert [item["value"] for item in items] == ["B"]
    session.query("select metadata from Task").one()
    assert task["metadata"]["camera"] == "B"


def test_an_entity_that_was_looked_at_goes_when_nobody_holds_it(session):
    task = session.query("select metadata from Task").one()
    assert task["metadata"]["camera"] == "A"
    gone = ref(task)
    gc.disable()
    try:
        del task
        assert gone() is None
    finally:
        gc.enable()


def test_who_holds_a_view_alone_can_read_and_assign(session):
    view = session.query("select metadata from Task").one()["metadata"]
    assert view["camera"] == "A"
    view["camera"] = "B"
    assert session.modified == [session.get("Task", "t1")]
    session.commit()
    assert view == {"camera": "B"}
    assert session.get("Task", "t1")["metadata"]["camera"] == "B"


def test_a_view_that_is_held_alone_loads_once(server):
    with memory_session(server, cache=None) as session:
        view = session.query("select metadata from Task").one()["metadata"]
        before = session.request_count
        for _ in range(3):
            assert view["camera"] == "A"
            assert dict(view) == {"camera": "A"}
        assert session.request_count - before <= 1


def test_a_mapping_that_the_server_has_as_null_is_empty(task):
    task._row["metadata"] = None
    view = task.mapped_view("metadata")
    assert dict(view) == {}
    with pytest.raises(KeyError):
        view["camera"]


def test_a_view_that_outlives_its_entity_finds_the_next_one(session):
    view = session.query("select metadata from Task").one()["metadata"]
    task = session.query("select name from Task").one()
    view["camera"] = "B"
    assert task["metadata"]["camera"] == "B"


@pytest.mark.parametrize("cache", [True, False], ids=["cache", "no cache"])
def test_a_view_of_what_was_created_here_outlives_it(server, cache):
    with memory_session(server, **({} if cache else {"cache": None})) as session:
        task = session.create("Task", {"name": "rig", "project": session.get("Project", "p1")})
        view = task["metadata"]
        view["camera"] = "A"
        session.commit()
        del task
        assert view["camera"] == "A"
        assert view == {"camera": "A"}
        view["camera"] = "B"
        session.commit()
        assert view["camera"] == "B"


def test_a_view_that_outlives_a_reset_brings_nothing_old_back(session, other):
    view = session.query("select name, metadata from Task").one()["metadata"]
    session.reset()
    other.get("Task", "t1")["name"] = "renamed"
    other.commit()
    view["camera"] = "B"
    assert session.get("Task", "t1")["name"] == "renamed"


def test_what_expired_is_loaded_again_by_a_view_that_is_held(session, other, task):
    view = task["metadata"]
    other.query("select metadata from Task").one()["metadata"]["camera"] = "B"
    other.commit()
    session.expire(task)
    assert view["camera"] == "B"
    session.expire(task)
    assert dict(view) == {"camera": "B"}


LOUD = """
from ftrack_core import hookimpl

class Loud:
    def mapped_view(self, name):
        return {key: value.upper() for key, value in super().mapped_view(name).items()}

@hookimpl
def ftrack_entity_mixins():
    return [Loud]
"""


def test_what_a_plugin_makes_of_a_mapping_takes_the_place_of_what_was_looked_at(server, tmp_path):
    with memory_session(server, plugin_folders=[tmp_path]) as session:
        task = session.query("select metadata from Task").one()
        task["metadata"]["camera"] = "a"
        session.commit()
        assert task["metadata"]["camera"] == "a"
        (tmp_path / "loud.py").write_text(LOUD)
        session.plugins.refresh()
        assert task["metadata"]["camera"] == "A"


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy])
def test_a_copy_of_a_view_is_another_view_of_the_same_entity(task, copied):
    made = copied(task["metadata"])
    made["camera"] = "B"
    assert task["metadata"]["camera"] == "B"


def test_a_key_that_is_not_there_is_none_of_those_that_have_no_value(session, task):
    task._row["metadata"] = [{"__entity_type__": "Metadata", "key": "empty"}]
    assert task["metadata"]["empty"] is None
    with pytest.raises(KeyError, match="lens"):
        task["metadata"]["lens"]
