"""The edges of a session: what is odd, half done, or comes from two sides at once."""

from __future__ import annotations

import datetime
import threading
from concurrent.futures import ThreadPoolExecutor
from enum import Enum
from uuid import UUID

import pytest
from ftrack_core.errors import (
    CommitError,
    ConfigurationError,
    EntityError,
    LocationError,
    PluginError,
    TransportError,
)
from ftrack_core.publish import parse_sequence
from ftrack_core.testing.memory_accessor import MemoryAccessor
from ftrack_core.testing.sessions import memory_session

from ftrack_core import LocationBinding, Session, hookimpl, provides


def row(server, key):
    return next(one for one in server.rows("Task") if one["id"] == key)


# --- collections ---------------------------------------------------------------------------------


def test_a_collection_that_is_not_loaded_is_not_edited(server):
    with memory_session(server, auto_populate=False) as session:
        project = session.query("select name from Project").one()
        child = session.query("select name from Task").first()
        with pytest.raises(EntityError, match="not loaded"):
            project["children"].append(child)
        session.populate(project, "children")
        assert len(project["children"]) == 5


def test_what_expired_is_loaded_again_by_a_collection_that_is_held(session):
    project = session.get("Project", "p1")
    children = project["children"]
    there = list(children)
    session.expire(project)
    assert repr(children) == "Collection(not loaded)"
    assert list(children) == there
    new = session.create("Task", {"name": "new"})
    session.expire(project)
    children.append(new)
    assert list(project["children"]) == [*there, new]


def test_an_item_that_is_put_at_another_index_does_not_push_one_out(session):
    children = session.get("Project", "p1")["children"]
    there = list(children)
    with pytest.raises(EntityError, match="at another index; assign a list"):
        children[0], children[1] = children[1], children[0]
    children[0] = there[0]
    assert session.modified == []
    children.reverse()
    assert list(children) == there[::-1]


def test_a_collection_does_not_name_what_is_deleted_with_it(session, server):
    project = session.get("Project", "p1")
    gone, *there = project["children"]
    project["children"].append(session.create("Task", {"name": "brief"}))
    session.delete(project["children"][-1])
    session.delete(gone)
    session.commit()
    assert sorted(row["id"] for row in server.rows("Task")) == sorted(one["id"] for one in there)


def test_pop_takes_a_change_back_and_returns_what_was_seen(session):
    project = session.get("Project", "p1")
    there = list(project["children"])
    new = session.create("Task", {"name": "new"})
    project["children"].append(new)
    project["metadata"]["colour"] = "red"
    project["name"] = "renamed"
    assert project.pop("children") == [*there, new]
    assert project.pop("metadata") == {"colour": "red"}
    assert project.pop("name") == "renamed"
    assert (list(project["children"]), dict(project["metadata"])) == (there, {})
    assert project["name"] == "orbit"
    assert project.pop("nmae", None) is project.pop("nmae", default=None) is None
    with pytest.raises(KeyError, match="Did you mean 'name'"):
        project.pop("nmae")


def test_threads_that_append_to_one_collection_lose_no_item(session):
    project = session.get("Project", "p1")
    created = [session.create("Task", {"name": f"new {n}"}) for n in range(32)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(project["children"].append, created))
    assert len(project["children"]) == 5 + 32


def test_an_item_is_put_once(session):
    project = session.get("Project", "p1")
    new = session.create("Task", {"name": "new"})
    project["children"].extend([new, new, project["children"][0]])
    assert len(project["children"]) == 6


# --- pending changes -----------------------------------------------------------------------------


def test_what_was_created_and_deleted_is_gone_and_spoils_no_commit(session):
    task = session.get("Task", "t1")
    new = session.create("Task", {"name": "brief", "metadata": {"colour": "red"}})
    session.delete(new)
    new["name"] = "late"
    task["name"] = "kept"
    session.commit()
    assert session.query("select name from Task where id is t1").one()["name"] == "kept"
    assert session.get("Task", new["id"]) is None
    for use in (lambda: new.update(name="later"), lambda: session.delete(new)):
        with pytest.raises(EntityError, match="gone"):
            use()
    session.commit()


def test_metadata_of_what_is_deleted_is_not_sent(session, server):
    task = session.get("Task", "t1")
    new = session.create("Task", {"name": "brief", "metadata": {"colour": "red"}})
    task["metadata"]["colour"] = "red"
    session.delete(new)
    session.delete(task)
    task["metadata"]["size"] = "large"
    server.batches.clear()
    session.commit()
    ((sent,),) = server.batches
    assert (sent["action"], sent["entity_key"]) == ("delete", ["t1"])


def test_a_transaction_wins_over_what_was_assigned_before_it(session, server, task):
    task["name"] = "older"
    with session.transaction():
        task["name"] = "newer"
    session.commit()
    assert row(server, "t1")["name"] == task["name"] == "newer"


def test_an_edit_during_a_commit_that_is_rolled_back_shows_what_was_committed(
    session, server, task
):
    def meanwhile(batch):
        if batch[0]["action"] == "update":
            task["name"] = "second"

    server.before_answer = meanwhile
    task["name"] = "first"
    session.commit()
    server.before_answer = None
    session.rollback()
    assert task["name"] == "first"
    server.execute(
        [
            {
                "action": "update",
                "entity_type": "Task",
                "entity_key": ["t1"],
                "entity_data": {"__entity_type__": "Task", "name": "elsewhere"},
            }
        ]
    )
    session.refresh(task)
    assert task["name"] == "elsewhere"


@pytest.mark.parametrize("values", [{"metadata": "abc"}, {"custom_attributes": {"nope": 1}}])
def test_a_create_that_fails_leaves_nothing_pending(session, values):
    with pytest.raises((EntityError, KeyError)):
        session.create("Task", {"name": "new", **values})
    assert len(session.work.log) == 0
    assert session.created == []


def test_what_is_gone_cannot_be_edited(session, task):
    session.delete(task)
    session.commit()
    with pytest.raises(EntityError, match="is gone"):
        task["name"] = "x"
    created = session.create("Task", {"name": "new"})
    session.rollback()
    with pytest.raises(EntityError, match="is gone"):
        session.delete(created)
    session.commit()


def test_a_value_that_cannot_be_sent_names_its_attribute(session, task):
    task["name"] = object()
    with pytest.raises(CommitError, match="Task t1: 'name' cannot be sent"):
        session.commit()
    task["name"] = "fine"
    session.commit()


@pytest.mark.parametrize("value", [object(), float("inf"), float("nan"), {1, 2}])
def test_a_value_that_cannot_be_sent_is_named_also_where_it_was_created_with_it(session, value):
    created = session.create("Task", {"name": "new", "description": value})
    with pytest.raises(CommitError, match=f"Task {created['id']}: 'description' cannot be sent"):
        session.commit()
    created["description"] = "fine"
    session.commit()


def test_a_value_that_is_created_with_is_sent_as_one_that_is_assigned(session, server):
    class Kind(Enum):
        BIG = "big"

    moment = datetime.datetime(2031, 5, 6, tzinfo=datetime.timezone.utc)
    number = UUID(int=1)
    session.create("Task", {"name": Kind.BIG, "description": number, "start_date": moment})
    session.commit()
    sent = server.batches[-1][0]["entity_data"]
    assert (sent["name"], sent["description"]) == ("big", str(number))
    assert sent["start_date"] == {"__type__": "datetime", "value": "2031-05-06T00:00:00+00:00"}


def test_an_entity_keeps_its_attributes(task):
    with pytest.raises(EntityError):
        task.clear()
    with pytest.raises(EntityError):
        task.popitem()


def test_all_items_come_in_one_request_without_those_for_criteria_only(session, task):
    before = session.request_count
    items = dict(task.items())
    assert session.request_count == before + 1
    assert items["name"] == "task 1"
    assert not any(session.schemas["Task"].attribute(name).restricted for name in items)


def test_an_entity_the_session_let_go_of_says_so(session):
    found = session.query("select name from Task").first()
    session.expunge(found)
    with pytest.raises(EntityError, match="let go of it"):
        found["bid"]


@pytest.mark.parametrize("name", ["refresh", "expire", "expunge", "delete"])
def test_entities_of_another_session_are_refused(session, server, name):
    with memory_session(server) as other:
        theirs = other.get("Task", "t1")
        with pytest.raises(EntityError, match="another session"):
            getattr(session, name)(theirs)


def test_ensure_compares_moments_as_the_server_keeps_them(session, server):
    values = {"name": "task 1", "start_date": datetime.datetime(2031, 5, 6, 7, 8, 9, 999)}
    session.ensure("Task", values, "name")
    commits = len([batch for batch in server.batches if batch[0]["action"] == "update"])
    session.ensure("Task", values, "name")
    assert len([one for one in server.batches if one[0]["action"] == "update"]) == commits


# --- plugins and caches that fail ----------------------------------------------------------------


def test_a_cache_that_fails_costs_no_work(server, caplog):
    class Broken:
        def fail(self, *args):
            raise OSError("the cache is down")

        get_many = put_page = drop = clear = close = fail

    class Plugin:
        @hookimpl
        def ftrack_create_cache(self):
            return Broken()

    with memory_session(server, plugins=[Plugin()]) as session:
        session.get("Task", "t1")["name"] = "x"
        session.create("Task", {"name": "new", "parent": session.get("Project", "p1")})
        session.commit()
        assert len(session.work.log) == 0
    assert row(server, "t1")["name"] == "x"
    assert "the cache is down" in caplog.text


def test_a_cache_that_nobody_makes_is_an_error(server):
    with (
        memory_session(server, cache="memroy:") as session,
        pytest.raises(ConfigurationError, match="Did you mean 'memory'"),
    ):
        session.connect()


class Watching:
    """Stands around a batch and changes nothing."""

    @hookimpl(wrapper=True)
    def ftrack_execute_batch(self, batch):
        return (yield)


class Silent:
    @hookimpl(wrapper=True)
    def ftrack_execute_batch(self, batch):
        answers = yield
        return [] if batch[0]["action"] == "update" else answers


class SilentUnasked:
    """Takes no batch, so that nobody can count for it."""

    @hookimpl(wrapper=True)
    def ftrack_execute_batch(self):
        answers = yield
        return answers if len(answers) > 1 else []


@pytest.mark.parametrize("others", [(), (Watching,)], ids=["alone", "with others"])
def test_a_wrapper_that_drops_the_answers_is_named(server, others):
    plugins = [Silent(), *[other() for other in others]]
    with memory_session(server, plugins=plugins) as session:
        session.get("Task", "t1")["name"] = "x"
        with pytest.raises(PluginError, match="a list of 0 for a batch of 1") as caught:
            session.commit()
    assert (caught.value.plugin, caught.value.hook) == ("Silent", "ftrack_execute_batch")


def test_one_that_takes_no_batch_is_named_among_those_that_stand_around(server):
    with (
        memory_session(server, plugins=[SilentUnasked()]) as session,
        pytest.raises(TransportError, match="'SilentUnasked' in ftrack_execute_batch"),
    ):
        session.get("Task", "t1")


def test_a_transport_that_answers_too_little_is_told(server):
    server.execute = lambda batch: []
    with (
        memory_session(server) as session,
        pytest.raises(TransportError, match=r"2 operation\(s\) were sent .* does the transport"),
    ):
        session.connect()


def test_a_commit_within_a_commit_is_refused(server):
    class Eager:
        @hookimpl
        def ftrack_before_commit(self, session):
            session.commit()

    with memory_session(server, plugins=[Eager()]) as session:
        session.get("Task", "t1")["name"] = "x"
        with pytest.raises(CommitError, match="going on already"):
            session.commit()


def test_handlers_of_ready_may_query_from_threads_of_their_own(server):
    found = []

    class Threaded:
        @hookimpl
        def ftrack_session_started(self, session):
            worker = threading.Thread(target=lambda: found.extend(session.query("Task")))
            worker.start()
            worker.join(10)

    with memory_session(server, plugins=[Threaded()]) as session:
        session.connect()
    assert len(found) == 5


# --- settings ------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [0, -1, "abc", True])
def test_a_page_size_that_is_none_is_an_error(server, size):
    with pytest.raises(ConfigurationError, match="page_size"):
        memory_session(server, page_size=size)


def test_a_server_url_with_a_key_in_it_is_refused():
    with pytest.raises(ConfigurationError, match="FTRACK_API_KEY") as refused:
        Session("https://studio.example?api_key=secret")
    assert "secret" not in str(refused.value)


def test_a_closed_session_does_not_connect(session):
    session.close()
    with pytest.raises(Exception, match="closed"):
        session.connect()


# --- publishing ----------------------------------------------------------------------------------


@pytest.mark.parametrize("ranges", ["4-1", "1--2", ",", "-", "1-", "1 2"])
def test_a_range_that_is_none_is_told(ranges):
    with pytest.raises(LocationError, match=r"write \[1001"):
        parse_sequence(f"plate.%04d.exr [{ranges}]")


def test_publishing_within_a_transaction_is_refused_before_anything_moves(server, tmp_path):
    shelf = MemoryAccessor()

    class Shelf:
        @provides("shelf")
        @hookimpl
        def ftrack_create_accessor(self, spec):
            return shelf if spec.scheme == "shelf" else None

        @hookimpl
        def ftrack_create_structure(self, spec):
            return self

        def get_resource_identifier(self, entity, context=None):
            return "name.exr"

        @hookimpl
        def ftrack_locations(self):
            return [LocationBinding("studio.shelf", "shelf:", "flat")]

    (tmp_path / "a.exr").write_bytes(b"pixels")
    with memory_session(server, plugins=[Shelf()]) as session:
        with pytest.raises(LocationError, match="before or after the block"), session.transaction():
            session.create_component(str(tmp_path / "a.exr"), {"name": "a"}, "studio.shelf")
        assert not shelf.exists("name.exr")
        session.create_component(str(tmp_path / "a.exr"), {"name": "a"}, "studio.shelf")
        assert shelf.exists("name.exr")
