"""Reading ahead: against a slow server the pages of an answer are asked for together.

It shows in nothing but the time: the rows are the same ones in the same order.
"""

from __future__ import annotations

import threading
import time

import pytest
from ftrack_core.errors import ConnectionLostError
from ftrack_core.testing.memory_transport import MemoryTransport
from ftrack_core.testing.sessions import MemoryPlugin, memory_session

from ftrack_core import Session

TASKS = [
    {"__entity_type__": "Task", "id": f"t{n:03}", "name": f"task {n % 7}", "bid": float(n)}
    for n in range(123)
]
QUERIES = [
    "Task order by id",
    "select name from Task where bid < 90 order by bid descending",
    "select id, bid from Task order by name, id limit 95 offset 7",
]


class SlowServer(MemoryTransport):
    """Takes 20 ms for each answer, and counts how many it works on at once."""

    def __init__(self):
        super().__init__(rows=TASKS)
        self.most_at_once = 0
        self._inside = 0
        self._counting = threading.Lock()

    def execute(self, batch):
        with self._counting:
            self._inside += 1
            self.most_at_once = max(self.most_at_once, self._inside)
        try:
            time.sleep(0.02)
            return super().execute(batch)
        finally:
            with self._counting:
                self._inside -= 1


@pytest.fixture
def server():
    return SlowServer()


@pytest.fixture
def ahead(server):
    with memory_session(server, read_ahead=True, page_size=10) as session:
        yield session.connect()


@pytest.fixture
def in_turn(server):
    with memory_session(server, read_ahead=False, page_size=10) as session:
        yield session.connect()


def seen(entities):
    """What somebody sees of tasks: which, and their values."""
    return [(one["id"], one["name"], one["bid"]) for one in entities]


@pytest.mark.parametrize("text", QUERIES)
def test_several_requests_are_on_their_way_and_the_rows_are_the_same(server, ahead, in_turn, text):
    one_by_one = in_turn.query(text).all()
    assert server.most_at_once == 1
    together = ahead.query(text).all()
    assert server.most_at_once > 1
    assert seen(together) == seen(one_by_one)


def test_a_session_reads_ahead_unless_it_is_told_otherwise(server):
    plugins = [MemoryPlugin(server)]
    with Session("memory:", "key", "ann", plugins=plugins, installed=False, page_size=10) as one:
        assert [task["id"] for task in one.query("Task order by id").all()] == [
            row["id"] for row in TASKS
        ]
    assert server.most_at_once > 1


def test_a_loop_reads_ahead_too(server, ahead):
    assert [task["id"] for task in ahead.query("Task order by id")] == [row["id"] for row in TASKS]
    assert server.most_at_once > 1


def test_an_answer_of_one_page_is_one_request(server, ahead):
    before = len(server.batches)
    assert len(ahead.query("Task where bid < 5").all()) == 5
    assert len(server.batches) == before + 1
    assert server.most_at_once == 1


def test_never_more_than_eight_are_on_their_way(server, ahead):
    assert len(ahead.query("Task", page_size=1).all()) == len(TASKS)
    assert 1 < server.most_at_once <= 8


class LostOnce:
    """Loses the answer to one page, the first time."""

    def __init__(self, offset):
        self._offset = f"offset {offset}"
        self.happened = False

    def __call__(self, batch):
        if not self.happened and self._offset in batch[0].get("expression", ""):
            self.happened = True
            raise ConnectionLostError("lost half way", sent=True)


def test_a_page_that_is_lost_is_an_error_and_the_next_query_finds_all(server, ahead):
    server.before_answer = lost = LostOnce(offset=50)
    with pytest.raises(ConnectionLostError, match="half way"):
        ahead.query("Task order by id").all()
    assert lost.happened
    assert [task["id"] for task in ahead.query("Task order by id").all()] == [
        row["id"] for row in TASKS
    ]
