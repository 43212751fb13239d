"""Transactions: all or nothing, apart from what else the session has pending."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from ftrack_core.changes import Update
from ftrack_core.errors import CommitRefusedError, ConflictError, EntityError

MANY = [
    {
        "__entity_type__": "Task",
        "id": f"t{n}",
        "name": f"task {n}",
        "project_id": "p1",
        "parent_id": "p1",
    }
    for n in range(5, 40)
]


@pytest.fixture
def rows(rows):
    return [*rows, *MANY]


def names(server):
    return {row["id"]: row["name"] for row in server.rows("Task")}


def test_a_block_is_committed_at_its_end(session, server):
    task = session.get("Task", "t1")
    with session.transaction():
        task["name"] = "animate"
        session.create("Task", {"name": "new", "parent": session.get("Project", "p1")})
        assert names(server)["t1"] == "task 1"
    assert names(server)["t1"] == "animate"
    assert len(server.batches[-1]) == 2


def test_what_else_is_pending_stays_pending(session, server):
    first, second = session.get("Task", "t1"), session.get("Task", "t2")
    first["name"] = "pending"
    with session.transaction():
        second["name"] = "done"
    assert (names(server)["t1"], names(server)["t2"]) == ("task 1", "done")
    assert first["name"] == "pending"
    session.commit()
    assert names(server)["t1"] == "pending"


def test_a_block_that_raises_takes_its_own_changes_back_and_no_others(session, server):
    first, second = session.get("Task", "t1"), session.get("Task", "t2")
    first["name"] = "pending"
    second["bid"] = 7
    with pytest.raises(ZeroDivisionError), session.transaction():
        second["name"] = "gone"
        second["bid"] = 8
        second["metadata"]["a"] = "1"
        created = session.create("Task", {"name": "new"})
        raise ZeroDivisionError
    assert (first["name"], second["name"], second["bid"]) == ("pending", "task 2", 7)
    assert dict(second["metadata"]) == {}
    assert session.get("Task", created["id"]) is None
    session.commit()
    assert names(server)["t1"] == "pending"


def test_what_was_pending_before_a_block_shows_again_however_often_it_assigned(session):
    task = session.get("Task", "t1")
    task["name"] = "pending"
    with pytest.raises(ZeroDivisionError), session.transaction():
        task["name"] = "once"
        task["name"] = "twice"
        raise ZeroDivisionError
    assert task["name"] == "pending"


def test_a_refused_transaction_takes_its_changes_back(session, server):
    task = session.get("Task", "t1")
    with pytest.raises(CommitRefusedError), session.transaction():
        task["name"] = "animate"
        session.work.record(Update("Task", "nobody", "name", "x"))
    assert task["name"] == "task 1"
    assert len(session.work.log) == 0
    assert names(server)["t1"] == "task 1"


def test_a_transaction_within_another_becomes_a_part_of_it(session, server):
    first, second = session.get("Task", "t1"), session.get("Task", "t2")
    before = len(server.batches)
    with session.transaction():
        first["name"] = "outer"
        with session.transaction():
            second["name"] = "inner"
        with pytest.raises(ZeroDivisionError), session.transaction():
            second["bid"] = 99
            raise ZeroDivisionError
    assert (names(server)["t1"], names(server)["t2"]) == ("outer", "inner")
    assert second["bid"] == 2
    assert len([one for one in server.batches[before:] if one[0]["action"] == "update"]) == 1


def test_committing_within_a_transaction_is_refused(session):
    with pytest.raises(EntityError, match="commits by itself"), session.transaction():
        session.commit()


def test_it_belongs_to_the_thread_that_opened_it(session, server):
    first, second = session.get("Task", "t1"), session.get("Task", "t2")
    with session.transaction():
        first["name"] = "mine"
        other = threading.Thread(target=lambda: second.__setitem__("name", "theirs"))
        other.start()
        other.join()
    assert names(server)["t2"] == "task 2"
    session.commit()
    assert names(server)["t2"] == "theirs"


def test_it_can_be_carried_to_another_thread(session, server):
    task = session.get("Task", "t1")
    with session.transaction() as transaction, ThreadPoolExecutor(1) as pool:
        pool.submit(transaction.run, task.__setitem__, "name", "carried").result()
    assert names(server)["t1"] == "carried"
    assert len(session.work.log) == 0


def test_an_attribute_that_another_open_transaction_changed_is_refused_at_once(session):
    task = session.get("Task", "t1")
    with session.transaction():
        task["name"] = "first"
        with ThreadPoolExecutor(1) as pool:
            assigned = pool.submit(task.__setitem__, "name", "second")
            with pytest.raises(ConflictError, match="'name' of Task t1"):
                assigned.result()
            pool.submit(task.__setitem__, "bid", 5).result()
    assert task["name"] == "first"
    task["name"] = "second"


def test_thirty_two_threads_lose_no_change_and_send_no_half_made_entity(session, server):
    tasks = {task["id"]: task for task in session.query("Task")}
    project = session.get("Project", "p1")
    seen = []

    def watch(batch):
        created = [one for one in batch if one["action"] == "create"]
        seen.append(sorted(one["entity_data"]["name"] for one in created))

    server.before_answer = watch

    def work(number):
        task = tasks[f"t{number}"]
        task["bid"] = 100 + number
        with session.transaction():
            for part in ("a", "b"):
                session.create("Task", {"name": f"{number}{part}", "parent": project})
        session.commit()

    with ThreadPoolExecutor(32) as pool:
        list(pool.map(work, range(32)))
    rows = {row["id"]: row for row in server.rows("Task")}
    assert [rows[f"t{n}"]["bid"] for n in range(32)] == [100 + n for n in range(32)]
    assert len(rows) == 40 + 64
    pairs = [one for one in seen if one]
    assert all(len(one) == 2 and one[0][:-1] == one[1][:-1] for one in pairs)
    assert len(session.work.log) == 0
