"""Working with a session: states, refresh, expire, expunge, ensure, fork, explain."""

from __future__ import annotations

import datetime
import gc
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeout

import pytest
from ftrack_core.entity import State
from ftrack_core.errors import EntityError, MultipleResultsError, UnknownAttributeError
from ftrack_core.testing.sessions import MemoryPlugin, memory_session
from ftrack_core.work import identity, primary_key, state, states

from ftrack_core import NOT_SET, Session


def rename_on_server(server, key, name):
    data = {"__entity_type__": "Task", "name": name}
    operation = {"action": "update", "entity_type": "Task", "entity_key": [key]}
    server.execute([{**operation, "entity_data": data}])


# --- states --------------------------------------------------------------------------------------


def test_an_entity_is_named_by_its_type_and_key(session, task):
    assert identity(task) == ("Task", ["t1"])
    assert primary_key(task) == {"id": "t1"}
    task["metadata"]["a"] = "1"
    session.commit()
    metadata = session.get("Metadata", ["t1", "a"])
    assert primary_key(metadata) == {"parent_id": "t1", "key": "a"}


def test_states_tell_what_the_next_commit_does(session, task):
    second = session.get("Task", "t2")
    assert state(task) is NOT_SET
    task["name"] = "x"
    session.delete(second)
    created = session.create("Task", {"name": "new"})
    created["bid"] = 3
    assert states([task, second, created]) == [State.MODIFIED, State.DELETED, State.CREATED]
    assert (session.modified, session.deleted, session.created) == ([task], [second], [created])
    session.rollback()
    assert (session.modified, session.deleted, session.created) == ([], [], [])
    assert not state(task)


# --- forgetting ----------------------------------------------------------------------------------


def test_refresh_asks_again_and_keeps_local_edits(session, server, task):
    assert (task["name"], task["bid"]) == ("task 1", 1)
    rename_on_server(server, "t1", "renamed elsewhere")
    task["bid"] = 9
    session.refresh(task)
    assert (task["name"], task["bid"]) == ("renamed elsewhere", 9)


def test_expire_loads_again_when_read(session, server, task):
    assert task["name"] == "task 1"
    rename_on_server(server, "t1", "renamed elsewhere")
    session.expire(task)
    before = session.request_count
    assert task["id"] == "t1"
    assert session.request_count == before
    assert task["name"] == "renamed elsewhere"


def test_expire_waits_for_an_answer_that_another_thread_takes_in(session, task):
    name = task["name"]
    with ThreadPoolExecutor(1) as pool:
        with session.work.store.lock:
            expired = pool.submit(session.expire, task)
            with pytest.raises(FutureTimeout):
                expired.result(timeout=0.1)
            assert task.loaded("name") == name
        expired.result()
    assert task.loaded("name") is NOT_SET


def test_expunge_lets_an_object_go(session, task):
    session.expunge(task)
    again = session.get("Task", "t1")
    assert again is not task
    assert again == task


def test_reset_forgets_everything(session, task):
    task["name"] = "x"
    session.reset()
    assert len(session.work.log) == 0
    assert session.get("Task", "t1") is not task


def test_memory_is_bounded_by_what_is_held(server):
    with memory_session(server, cache=None) as session:
        session.query("Task").all()
        gc.collect()
        assert list(session.work.store.identity) == []


# --- ensure --------------------------------------------------------------------------------------


def test_ensure_finds_what_is_there(session, server, task):
    found = session.ensure("Task", {"name": "task 1", "bid": 1.0}, identifying_keys=["name"])
    assert found is task
    assert not any(one["action"] != "query" for batch in server.batches[1:] for one in batch)


def test_ensure_brings_other_values_up_to_date(session, server):
    session.ensure("Task", {"name": "task 1", "bid": 8.0}, identifying_keys=["name"])
    assert next(row for row in server.rows("Task") if row["id"] == "t1")["bid"] == 8.0


def test_ensure_creates_what_is_not_there(session, server):
    project = session.get("Project", "p1")
    created = session.ensure("Task", {"name": "new", "parent": project}, ["name"])
    assert session.query('Task where name is "new"').one() is created
    assert not state(created)


def test_ensure_takes_values_as_values(session):
    name = 'x" or name like "%'
    created = session.ensure("Task", {"name": name, "parent": session.get("Project", "p1")})
    assert created["name"] == name
    assert session.ensure("Task", {"name": name}) is created


def test_ensure_finds_what_waits_to_be_sent(session, server):
    """In a transaction, or after a commit that failed: it is created once."""
    data = {"name": "new", "parent": session.get("Project", "p1")}
    with session.transaction():
        assert session.ensure("Task", data) is session.ensure("Task", data)
    assert len(server.rows("Task")) == 6
    other = session.create("Task", {**data, "name": "newest"})
    assert session.ensure("Task", {**data, "name": "newest", "bid": 2.0}, ["name"]) is other
    assert len(server.rows("Task")) == 7


def test_ensure_refuses_what_it_cannot_do(session):
    with pytest.raises(EntityError, match="at least one"):
        session.ensure("Task", {})
    with pytest.raises(EntityError, match="without a value in data: id"):
        session.ensure("Task", {"name": "x"}, ["id"])
    with pytest.raises(UnknownAttributeError, match="Did you mean 'name'"):
        session.ensure("Task", {"nmae": "x"})
    with pytest.raises(MultipleResultsError):
        session.ensure("Task", {"project_id": "p1"})


# --- forks ---------------------------------------------------------------------------------------


def test_a_fork_has_entities_and_changes_of_its_own(session, server, task):
    before = session.request_count
    with session.fork() as fork:
        assert session.request_count == before
        other = fork.get("Task", "t1")
        assert other is not task
        assert other.session is fork
        assert isinstance(other, session.types["Task"])
        other["name"] = "forked"
        assert task["name"] == "task 1"
        task["bid"] = 50
        fork.commit()
    row = next(row for row in server.rows("Task") if row["id"] == "t1")
    assert (row["name"], row["bid"]) == ("forked", 1.0)
    assert session.get("Task", "t1") is task


def test_closing_a_fork_leaves_the_session_open(session):
    fork = session.fork()
    fork.close()
    assert fork.closed
    assert session.query("Task").first()


def test_workers_with_forks_commit_only_their_own(session, server):
    def work(number):
        with session.fork() as fork:
            fork.get("Task", f"t{number}")["name"] = f"by {number}"
            fork.commit()

    with ThreadPoolExecutor(5) as pool:
        list(pool.map(work, range(5)))
    assert sorted(row["name"] for row in server.rows("Task")) == [f"by {n}" for n in range(5)]


# --- explain -------------------------------------------------------------------------------------


def test_explain_tells_which_lines_caused_requests(session):
    session.connect()
    with session.explain() as requests:
        tasks = session.query("select name from Task").all()
        total = sum(task["bid"] for task in tasks)
    assert total == 10
    assert len(requests) == 2
    assert all(__file__ in one.place for one in requests.requests)
    assert "select bid from Task" in str(requests)
    session.query("Task").all()
    assert len(requests) == 2


# --- seams ---------------------------------------------------------------------------------------


class LogThatCounts:
    """A change log of somebody else's: it has the methods, and counts."""

    def __init__(self, log):
        self._log = log
        self.appended = 0

    def append(self, change):
        self.appended += 1
        self._log.append(change)

    def __getattr__(self, name):
        return getattr(self._log, name)

    def __len__(self):
        return len(self._log)

    def __iter__(self):
        return iter(self._log)


def test_the_change_log_can_be_replaced(server):
    class Counting(Session):
        def make_log(self):
            return LogThatCounts(super().make_log())

    with Counting(
        "memory:", "key", "ann", plugins=[MemoryPlugin(server)], installed=False
    ) as session:
        session.get("Task", "t1")["name"] = "x"
        assert session.work.log.appended == 1
        session.commit()
        assert len(session.work.log) == 0


# --- values --------------------------------------------------------------------------------------


def test_moments_are_aware_datetimes(session, server):
    server.add(
        {
            "__entity_type__": "Task",
            "id": "dated",
            "name": "dated",
            "project_id": "p1",
            "parent_id": "p1",
            "start_date": {"__type__": "datetime", "value": "2031-05-06T07:08:09"},
        }
    )
    task = session.get("Task", "dated")
    assert task["start_date"] == datetime.datetime(
        2031, 5, 6, 7, 8, 9, tzinfo=datetime.timezone.utc
    )
    task["end_date"] = datetime.datetime(2031, 5, 7, tzinfo=datetime.timezone.utc)
    session.commit()
    session.expire(task)
    assert task["end_date"].isoformat() == "2031-05-07T00:00:00+00:00"


@pytest.mark.parametrize("cache", ["memory:", "copies:", None])
def test_what_expired_is_asked_for_anew_also_where_nobody_holds_it(server, cache):
    with memory_session(server, cache=cache) as session:
        task = session.query("select name from Task where id is t0").one()
        rename_on_server(server, "t0", "theirs")
        session.expire(task)
        del task
        assert session.get("Task", "t0")["name"] == "theirs"
