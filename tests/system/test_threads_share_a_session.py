"""One session shared by 32 threads, on the embedded server: no change is lost, none half sent."""

from __future__ import annotations

import threading
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor

import pytest
from ftrack_core.errors import CommitRefusedError, ServerError

from ftrack_core import Session, hookimpl

THREADS = 32
ROUNDS = 4


class Watcher:
    """Notes what each commit creates; refuses a batch that names something *unwanted*."""

    def __init__(self):
        self.created = []

    @hookimpl(wrapper=True)
    def ftrack_execute_batch(self, batch):
        names = [
            one["entity_data"]["name"]
            for one in batch
            if one["action"] == "create" and one["entity_type"] == "Task"
        ]
        if any("unwanted" in name for name in names):
            raise ServerError("ValidationError", "unwanted")
        answer = yield
        if names:
            self.created.append(names)
        return answer


@pytest.fixture
def watcher():
    return Watcher()


@pytest.fixture
def session(watcher):
    with Session("embedded:", api_user="admin", plugins=[watcher]) as session:
        yield session


@pytest.fixture
def tasks(session):
    project = session.create("Project", {"name": "orbit", "full_name": "Orbit"})
    shot = session.create("Shot", {"name": "sh010", "parent": project})
    made = [session.create("Task", {"name": f"task {n}", "parent": shot}) for n in range(THREADS)]
    session.commit()
    return made


def in_threads(work):
    """Call *work* with the number of each thread, all at the same moment."""
    start = threading.Barrier(THREADS)

    def run(number):
        start.wait(30)
        work(number)

    with ThreadPoolExecutor(THREADS) as pool:
        for one in [pool.submit(run, number) for number in range(THREADS)]:
            one.result()


def test_edits_commits_and_transactions_mixed(session, watcher, tasks):
    shot = tasks[0]["parent"]
    watcher.created.clear()

    def work(number):
        task = tasks[number]
        for turn in range(ROUNDS):
            task["description"] = f"{number}.{turn}"
            task["metadata"]["turn"] = str(turn)
            with session.transaction():
                for part in ("a", "b", "c"):
                    name = f"{number}.{turn}.{part}"
                    made = session.create("Task", {"name": name, "parent": shot})
                    made["description"] = "whole"
                    made["metadata"]["part"] = part
            session.commit()

    in_threads(work)
    assert len(session.work.log) == 0
    with session.fork() as fork:
        rows = fork.query("select name, description, metadata from Task").all()
        found = {row["name"]: (row["description"], dict(row["metadata"])) for row in rows}
    last = ROUNDS - 1
    for number in range(THREADS):
        expected = (f"{number}.{last}", {"turn": str(last)})
        assert found[f"task {number}"] == expected
        for turn in range(ROUNDS):
            for part in ("a", "b", "c"):
                assert found[f"{number}.{turn}.{part}"] == ("whole", {"part": part})
    assert len(found) == THREADS + 3 * THREADS * ROUNDS
    for names in watcher.created:
        parts = defaultdict(list)
        for name in names:
            transaction, _, part = name.rpartition(".")
            parts[transaction].append(part)
        assert all(one == ["a", "b", "c"] for one in parts.values())


def test_transactions_that_fail_take_back_their_own_only(session, watcher, tasks):
    shot = tasks[0]["parent"]
    refused = []

    def work(number):
        task = tasks[number]
        task["description"] = f"kept {number}"
        if number % 2:
            session.commit()
            return
        try:
            with session.transaction():
                task["name"] = f"gone {number}"
                session.create("Task", {"name": f"unwanted {number}", "parent": shot})
        except CommitRefusedError:
            refused.append(number)
        session.commit()

    in_threads(work)
    assert sorted(refused) == list(range(0, THREADS, 2))
    assert [task["name"] for task in tasks] == [f"task {n}" for n in range(THREADS)]
    assert session.created == session.modified == []
    with session.fork() as fork:
        found = {row["name"]: row["description"] for row in fork.query("Task")}
    assert found == {f"task {n}": f"kept {n}" for n in range(THREADS)}


def test_forks_commit_what_is_theirs(session, tasks):
    session.get("Task", tasks[0]["id"])["description"] = "pending in the session"

    def work(number):
        with session.fork() as fork:
            mine = fork.get("Task", tasks[number]["id"])
            mine["name"] = f"renamed {number}"
            fork.commit()

    in_threads(work)
    assert session.modified == [tasks[0]]
    session.refresh(*tasks)
    assert [task["name"] for task in tasks] == [f"renamed {n}" for n in range(THREADS)]
