"""Reading ahead: the next pages are on their way while one is being read."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor, wait

import pytest
from ftrack_core.errors import ConnectionLostError
from ftrack_core.store.questions import Question
from ftrack_core.store.read_ahead import Answer, ReadAhead, is_worth_it
from ftrack_core.store.reading import Reading


class Server:
    """Has *rows* rows; waits before it answers, and notes what it was asked."""

    def __init__(self, rows, wait=0.01):
        self.rows = list(range(rows))
        self.wait = wait
        self.asked = []
        self.most_at_once = 0
        self._at_once = 0
        self._lock = threading.Lock()
        self.faults = {}

    def ask(self, offset, size):
        with self._lock:
            self.asked.append((offset, size))
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            time.sleep(self.wait)
            if offset in self.faults:
                raise self.faults.pop(offset)
            found = self.rows[offset : offset + size]
            full = len(found) == size
            return Answer(found, Question(1), offset + size if full else None)
        finally:
            with self._lock:
                self._at_once -= 1


@pytest.fixture
def pool():
    with ThreadPoolExecutor(8) as pool:
        yield lambda: pool


def read_all(reader):
    rows = []
    while True:
        answer = reader.next()
        rows += answer.rows
        if answer.next_offset is None:
            return rows


def test_pages_come_in_order_and_several_are_on_their_way(pool):
    server = Server(205)
    reader = ReadAhead(server.ask, pool, offset=0, size=10)
    assert read_all(reader) == server.rows
    assert server.most_at_once > 1


def test_nothing_is_read_ahead_of_the_first_page(pool):
    server = Server(205)
    ReadAhead(server.ask, pool, offset=0, size=10).next()
    assert server.asked == [(0, 10)]


def test_where_all_are_wanted_it_begins_with_the_first_page(pool):
    server = Server(205)
    reader = ReadAhead(server.ask, pool, offset=0, size=10, most=205)
    reader.want_all()
    assert [row for part in Reading(reader, 205).rest() for row in part.rows] == server.rows
    assert server.most_at_once == 8
    assert max(server.asked) == (200, 5)


def test_who_wants_few_pages_in_memory_has_few_on_their_way(pool):
    server = Server(205)
    reader = ReadAhead(server.ask, pool, offset=0, size=10, most=205, ahead=2)
    assert [row for part in Reading(reader, 205).rest() for row in part.rows] == server.rows
    assert server.most_at_once == 2


def test_where_nobody_knows_the_end_four_are_sent_at_first_and_then_eight(pool):
    """An answer of 20 full pages takes four times the wait for one, and one page beyond the end."""
    server = Server(200)
    reader = ReadAhead(server.ask, pool, offset=0, size=10)
    reader.want_all()
    groups = []
    for _ in range(20):
        before = len(server.asked)
        reader.next()
        wait([future for _, future in reader._flying])
        groups.append(len(server.asked) - before)
    assert [size for size in groups if size] == [1 + 4, 8, 8]
    assert reader.next().rows == []
    assert len(server.asked) == 21
    assert server.most_at_once == 8


def test_of_a_short_answer_little_is_asked_for_beyond_its_end(pool):
    server = Server(15)
    reader = ReadAhead(server.ask, pool, offset=0, size=10)
    reader.want_all()
    assert read_all(reader) == server.rows
    assert len(server.asked) <= 5  # who is not on the way yet is called off


def test_nothing_is_sent_beyond_an_answer_of_one_page(pool):
    server = Server(9)
    reader = ReadAhead(server.ask, pool, offset=0, size=10)
    reader.want_all()
    assert read_all(reader) == server.rows
    assert len(server.asked) == 1


def test_who_may_stop_has_two_on_their_way_at_first(pool):
    server = Server(205)
    reader = ReadAhead(server.ask, pool, offset=0, size=10)
    reader.next()
    reader.next()
    wait([future for _, future in reader._flying])
    assert len(server.asked) == 4


def test_it_is_worth_it_where_an_answer_is_mostly_waited_for():
    assert is_worth_it(elapsed=0.030, work=0.003)
    assert not is_worth_it(elapsed=0.004, work=0.003)


def test_no_more_is_asked_for_than_there_is_to_read(pool):
    server = Server(1000)
    reader = ReadAhead(server.ask, pool, offset=20, size=10, most=35)
    rows = []
    for _ in range(4):
        rows += reader.next().rows
    assert rows == server.rows[20:55]
    assert max(offset + size for offset, size in server.asked) == 55


def test_a_page_that_failed_can_be_asked_for_again(pool):
    server = Server(55)
    server.faults[20] = ConnectionLostError("gone", sent=False)
    reader = ReadAhead(server.ask, pool, offset=0, size=10)
    rows = reader.next().rows + reader.next().rows
    with pytest.raises(ConnectionLostError):
        reader.next()
    assert rows + read_all(reader) == server.rows
