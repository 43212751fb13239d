"""Queries with very long lists are sent in pieces, where that finds the same rows."""

from __future__ import annotations

import pytest
from ftrack_core.errors import MultipleResultsError, NoResultError, UnknownEntityTypeError
from ftrack_core.query import bind, parse
from ftrack_core.store.splitting import LONGEST_LIST, QUERIES_PER_REQUEST, split_list
from ftrack_core.testing.memory_transport import MemoryTransport
from ftrack_core.testing.sessions import memory_session
from hypothesis import given, settings
from hypothesis import strategies as st

USERS = [{"__entity_type__": "User", "id": f"u{n}", "username": f"user {n}"} for n in range(3)]
TASKS = [
    {"__entity_type__": "Task", "id": f"t{n:04}", "name": f"task {n}", "bid": float(n % 7)}
    for n in range(0, 1000, 10)
]
ASSIGNMENTS = [
    {
        "__entity_type__": "Appointment",
        "id": f"a{task}{user}",
        "type": "assignment",
        "context_id": f"t00{task}0",
        "resource_id": f"u{user}",
    }
    for task in range(3)
    for user in range(3)
]
THERE = [one["id"] for one in TASKS]
MANY = [f"t{n:04}" for n in range(1000)]
"""Keys to look for, of which a tenth is there."""


@pytest.fixture
def server():
    return MemoryTransport(rows=[*USERS, *TASKS, *ASSIGNMENTS])


@pytest.fixture
def session(server):
    with memory_session(server) as session:
        session.connect()
        server.batches.clear()
        yield session


def query(session, text, **values):
    return session.query(bind(text, values))


def texts(server):
    """What was asked, request by request."""
    return [[one["expression"] for one in batch] for batch in server.batches]


def ids(found):
    return [one["id"] for one in found]


# --- in pieces -----------------------------------------------------------------------------------


def test_a_long_list_of_keys_takes_one_request(session, server):
    found = query(session, "select name from Task where id in :ids", ids=MANY)
    assert ids(found) == THERE
    (batch,) = texts(server)
    assert len(batch) == 3
    assert batch[0].startswith('select name from Task where id in ("t0000", "t0001"')
    assert batch[0].endswith('"t0399") order by id offset 0 limit 500')
    assert batch[2].startswith('select name from Task where id in ("t0800"')


def test_iterating_again_sends_nothing(session, server):
    found = query(session, "Task where id in :ids", ids=MANY)
    assert len(found) == len(list(found)) == 100
    assert len(server.batches) == 1


def test_the_rest_of_the_criteria_stands_in_every_piece(session, server):
    text = 'Task where bid > 3 and (id in :ids and name like "task%")'
    found = query(session, text, ids=MANY)
    assert len(found) == len([one for one in TASKS if one["bid"] > 3])
    assert all('bid > 3 and (id in ("t' in one for one in texts(server)[0])
    assert all('and name like "task%")' in one for one in texts(server)[0])


def test_very_many_pieces_take_several_requests(session, server):
    values = [f"x{n}" for n in range(LONGEST_LIST * (QUERIES_PER_REQUEST + 2))]
    text = 'Task where name is "task 70" and id in :ids'
    found = query(session, text, ids=[*values, "t0070"])
    assert ids(found) == ["t0070"]
    assert [len(batch) for batch in texts(server)] == [QUERIES_PER_REQUEST, 3]


def test_a_piece_that_finds_more_than_a_page_is_read_on(session, server):
    bids = [1, 2, *range(100, 100 + LONGEST_LIST), 3]
    found = session.query(bind("Task where bid in :bids", {"bids": bids}), page_size=10)
    assert set(ids(found)) == {one["id"] for one in TASKS if one["bid"] in (1, 2, 3)}
    assert len(found) == len(set(ids(found)))
    assert [len(batch) for batch in texts(server)] == [2, 2, 1]
    assert texts(server)[1][0].endswith("offset 10 limit 10")


def test_a_row_that_several_pieces_find_comes_once(session):
    names = ["user 0", *(f"x{n}" for n in range(LONGEST_LIST)), "user 1", "user 2"]
    text = "Task where assignments.resource[User].username in :names"
    found = query(session, text, names=names)
    assert sorted(ids(found)) == ["t0000", "t0010", "t0020"]
    assert sorted(row["id"] for row in found.rows()) == ["t0000", "t0010", "t0020"]
    assert sorted(ids(found.stream())) == ["t0000", "t0010", "t0020"]
    assert found.first()["id"] == "t0000"
    with pytest.raises(MultipleResultsError):
        query(session, text, names=names).one()


def test_one_row_found_by_several_pieces_is_one(session):
    names = ["user 0", *(f"x{n}" for n in range(LONGEST_LIST)), "user 1"]
    text = "Task where id is t0010 and assignments.resource[User].username in :names"
    assert query(session, text, names=names).one()["id"] == "t0010"


def test_first_and_one_ask_for_few_rows(session, server):
    found = query(session, "Task where id in :ids", ids=MANY)
    assert found.first()["id"] == "t0000"
    assert all(one.endswith("offset 0 limit 1") for one in texts(server)[0])
    with pytest.raises(MultipleResultsError):
        found.one()


def test_rows_and_stream_read_pieces_too(session):
    found = query(session, "select name from Task where id in :ids", ids=MANY)
    assert [row["id"] for row in found.rows()] == THERE
    assert ids(found.stream()) == THERE


def test_what_is_missing_is_loaded_for_siblings_of_all_pieces(session, server):
    found = query(session, "select name from Task where id in :ids", ids=MANY).all()
    server.batches.clear()
    assert sum(one["bid"] for one in found) == sum(one["bid"] for one in TASKS)
    assert len(server.batches) == 1


# --- as it is ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "Task where id in :ids order by name",
        "Task where id in :ids limit 10",
        "Task where id in :ids offset 3",
        "Task where id not_in :ids",
        "Task where id in :ids or name is x",
        "Task where not id in :ids",
        "select count(id) from Task where id in :ids group by status_id",
        "select count(id) from Task where id in :ids",
    ],
)
def test_what_needs_the_whole_list_is_sent_as_it_is(text):
    whole = bind(text, {"ids": MANY})
    assert split_list(whole, parse(whole)) == [whole]


def test_an_order_over_the_whole_is_kept(session, server):
    found = query(session, "Task where id in :ids order by id descending", ids=MANY)
    assert ids(found) == THERE[::-1]
    assert all(len(batch) == 1 for batch in texts(server))


def test_a_list_of_usual_length_is_sent_as_it_is(session, server):
    query(session, "Task where id in :ids", ids=MANY[:LONGEST_LIST]).all()
    assert len(texts(server)) == len(texts(server)[0]) == 1


@settings(deadline=None, max_examples=60)
@given(st.lists(st.text() | st.integers(), min_size=1, max_size=3), st.integers(1, 3))
def test_the_pieces_hold_each_value_once_and_in_order(some, times):
    values = [*some * (LONGEST_LIST * times // len(some) + 1), "the last"]
    whole = bind("Task where name is x and id in :values and bid > 3", {"values": values})
    pieces = [parse(one) for one in split_list(whole, parse(whole))]
    assert len(pieces) == -(-len(values) // LONGEST_LIST)
    listed = [value.text for one in pieces for value in one.criterion.operands[1].choices]
    assert listed == [str(value) for value in values]
    around = {(one.criterion.operands[0], one.criterion.operands[2]) for one in pieces}
    assert len(around) == 1


# --- an empty list -------------------------------------------------------------------------------


def test_an_empty_list_finds_nothing_and_nothing_is_sent(session, server):
    found = query(session, "Task where bid > 1 and id in :ids order by name", ids=[])
    assert found.all() == []
    assert len(found) == 0
    assert not found
    assert found.first() is None
    assert list(found.rows()) == list(found.stream()) == []
    with pytest.raises(NoResultError):
        found.one()
    assert server.batches == []


def test_an_empty_list_beside_an_or_is_the_servers_business(session, server):
    assert ids(query(session, "Task where id in :ids or id is t0010", ids=[])) == ["t0010"]
    assert len(server.batches) == 1


def test_a_misspelt_type_is_told_all_the_same(session):
    with pytest.raises(UnknownEntityTypeError, match="'Task'"):
        query(session, "Taks where id in :ids", ids=[]).all()
