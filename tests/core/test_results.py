"""Results of queries: what is fetched when, what they are made of, what a failure leaves."""

from __future__ import annotations

import gc
import weakref

import pytest
from ftrack_core.errors import ConnectionLostError, MultipleResultsError
from ftrack_core.store.cohort import Page
from ftrack_core.store.collector import PATIENCE
from ftrack_core.testing.memory_transport import MemoryTransport
from ftrack_core.testing.sessions import memory_session

TASKS = [{"__entity_type__": "Task", "id": f"t{n:02}", "name": f"task {n}"} for n in range(30)]
GROUPS = [{"count_id": 20, "status_id": "s1"}, {"count_id": 10, "status_id": None}]


class GroupingServer(MemoryTransport):
    """Answers grouped queries, which the server in memory does not, with two groups."""

    def execute(self, batch):
        if any("group by" in one.get("expression", "") for one in batch):
            self.batches.append(list(batch))
            groups = [dict(one) for one in GROUPS]
            return [{"action": "query", "data": groups, "metadata": {"next": {"offset": None}}}]
        return super().execute(batch)


@pytest.fixture
def server():
    return GroupingServer(rows=TASKS)


@pytest.fixture
def session(server):
    with memory_session(server, page_size=10) as session:
        session.connect()
        server.batches.clear()
        yield session


def windows(server):
    """The end of each text that was asked: its order, offset and limit."""
    found = [one["expression"] for batch in server.batches for one in batch]
    return [text[text.index(" order") :] if " order" in text else text for text in found]


def live_pages():
    gc.collect()
    return [one for one in gc.get_objects() if type(one) is Page]  # a proxy may have lost its own


def test_the_collector_is_patient_until_all_entities_are_there(session, server, monkeypatch):
    usual, seen = gc.get_threshold(), []

    def execute(batch):
        seen.append(gc.get_threshold()[0])
        return MemoryTransport.execute(server, batch)

    monkeypatch.setattr(server, "execute", execute)
    assert len(session.query("Task").all()) == len(TASKS)
    assert set(seen) == {PATIENCE}
    assert gc.get_threshold() == usual


# --- what is fetched when ------------------------------------------------------------------------


def test_asking_whether_there_is_anything_fetches_one_page(session, server):
    assert session.query("Task")
    assert not session.query("Task where name is nothing")
    assert len(server.batches) == 2


def test_a_slice_fetches_the_pages_it_needs(session, server):
    result = session.query("Task order by id")
    assert [one["id"] for one in result[2:5]] == ["t02", "t03", "t04"]
    assert [one["id"] for one in result[:10:5]] == ["t00", "t05"]
    assert len(server.batches) == 1
    assert [one["id"] for one in result[-2:]] == ["t28", "t29"]
    assert [one["id"] for one in result[25:]] == ["t25", "t26", "t27", "t28", "t29"]
    assert [one["id"] for one in result[1::-1]] == ["t01", "t00"]
    with pytest.raises(ValueError, match="zero"):
        result[::0]


def test_membership_looks_page_by_page(session, server):
    result = session.query("Task order by id")
    assert session.get("Task", "t03") in result
    server.batches.clear()
    assert session.get("Task", "t04") in result
    assert server.batches == []


def test_one_row_at_hand_is_not_taken_for_the_only_one(session):
    result = session.query("Task order by id", page_size=1)
    assert result[0]["id"] == "t00"
    with pytest.raises(MultipleResultsError):
        result.one()


def test_the_last_page_of_a_limit_has_the_order_of_the_others(session, server):
    assert len(session.query("select name from Task limit 25")) == 25
    assert windows(server) == [
        " order by id offset 0 limit 10",
        " order by id offset 10 limit 10",
        " order by id offset 20 limit 5",
    ]


def test_a_limit_of_nothing_asks_nothing(session, server):
    result = session.query("Task limit 0")
    assert result.all() == list(result.rows()) == list(result.stream()) == []
    assert result.first() is None
    assert server.batches == []


# --- what it says of itself ----------------------------------------------------------------------


def test_it_says_how_much_was_read(session):
    result = session.query("Task order by id")
    assert repr(result) == "<QueryResult 'Task order by id' (0 rows so far)>"
    assert result[0]
    assert repr(result) == "<QueryResult 'Task order by id' (10 rows so far)>"
    assert len(result) == 30
    assert repr(result) == "<QueryResult 'Task order by id' (30 rows)>"


def test_a_very_long_text_is_shortened_for_people(session):
    values = ", ".join(f"t{n}" for n in range(10_000))
    shown = repr(session.query(f"Task where id in ({values}) and name is x"))
    assert len(shown) < 600
    assert "t1, t2" in shown
    assert "and name is x" in shown


# --- without entities ----------------------------------------------------------------------------


def test_rows_and_streams_ask_anew_each_time(session, server):
    result = session.query("select name from Task")
    assert len(list(result.rows())) == len(list(result.rows())) == 30
    assert len(list(result.stream())) == 30
    assert len([one for one in windows(server) if "offset 0 " in one]) == 3


def test_a_stream_that_is_left_asks_no_more(session, server):
    for one in session.query("select name from Task order by id").stream():
        if one["id"] == "t03":
            break
    assert len(server.batches) == 1


def test_a_stream_lets_go_of_a_page_before_it_asks_for_the_next(session, server):
    identity, remembered = session.work.store.identity, []
    pages = [len(live_pages())]

    class Watching(list):
        def append(self, batch):
            super().append(batch)
            remembered.append(sum(map(len, identity.buckets.values())))
            pages.append(len(live_pages()))

    server.batches = Watching()
    assert [one["name"] for one in session.query("select name from Task order by id").stream()]
    assert remembered == [0, 1, 2, 3]  # the last entity of a page is still somebody's
    assert len(set(pages)) == 1


def test_plain_rows_are_let_go_before_the_next_are_asked_for():
    kept = []

    class Row(dict):
        """A row that can be watched."""

    class Watched(GroupingServer):
        def execute(self, batch):
            kept.append(len([one for one in rows if one() is not None]))
            answers = super().execute(batch)
            for answer in answers if batch[0]["action"] == "query" else ():
                answer["data"] = [Row(one) for one in answer["data"]]
                rows.extend(weakref.ref(one) for one in answer["data"])
            return answers

    rows = []
    with memory_session(Watched(rows=TASKS), page_size=10) as session:
        session.connect()
        kept.clear()
        for _ in session.query("select name from Task order by id").rows():
            pass
    assert kept == [0, 1, 1, 1]  # the last row is still in the loop's variable


def test_the_rows_of_groups_are_plain_dictionaries(session, server):
    result = session.query("select count(id) from Task group by status_id")
    assert list(result) == result.all() == list(result.rows()) == GROUPS
    assert len(result) == 2
    assert result[1]["status_id"] is None
    assert {type(one) for one in result} == {dict}
    assert server.batches[0][0]["expression"] == (
        "select count(id) from Task group by status_id offset 0 limit 10"
    )


# --- what a failure leaves -----------------------------------------------------------------------


def test_after_a_failure_reading_goes_on_where_it_was(session, server):
    result = session.query("Task order by id")
    assert result[9]["id"] == "t09"
    server.fail_next(ConnectionLostError("gone"))
    with pytest.raises(ConnectionLostError):
        result.all()
    assert repr(result).endswith("(10 rows so far)>")
    assert [one["id"] for one in result] == [one["id"] for one in TASKS]


@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError])
def test_a_page_that_could_not_be_taken_in_is_not_lost(session, server, monkeypatch, error):
    result = session.query("select name from Task")
    read = iter(result)
    next(read)
    store = session.work.store

    def interrupted(*args, **options):
        monkeypatch.undo()
        raise error

    monkeypatch.setattr(store, "absorb", interrupted)
    with pytest.raises(error):
        list(read)
    assert [one["name"] for one in result] == [one["name"] for one in TASKS]
    assert windows(server) == [f" order by id offset {n} limit 10" for n in (0, 10, 20, 30)]
