"""Reading: queries, entities, and what is loaded when somebody looks."""

from __future__ import annotations

import gc

import pytest
from ftrack_core.errors import (
    EntityError,
    MultipleResultsError,
    NoResultError,
    ServerError,
    UnknownAttributeError,
    UnknownEntityTypeError,
)
from ftrack_core.testing.memory_transport import MemoryTransport
from ftrack_core.testing.sessions import memory_session

from ftrack_core import NOT_SET, Entity, FtrackError

PROJECT = {"__entity_type__": "Project", "id": "p1", "name": "orbit", "context_type": "show"}
STATUSES = [{"__entity_type__": "Status", "id": f"s{n}", "name": f"Status {n}"} for n in range(3)]


def task(number, **values):
    return {
        "__entity_type__": "Task",
        "id": f"t{number:04}",
        "name": f"task {number}",
        "status_id": f"s{number % 3}",
        "project_id": "p1",
        "parent_id": "p1",
        "bid": float(number),
        "description": "",
        **values,
    }


@pytest.fixture
def server():
    return MemoryTransport(rows=[PROJECT, *STATUSES, *map(task, range(30))])


@pytest.fixture
def session(server):
    with memory_session(server) as session:
        yield session


class Requests:
    """Counts what was sent since the last look."""

    def __init__(self, server):
        self._server = server
        self._before = len(server.batches)

    def __call__(self):
        before, self._before = self._before, len(self._server.batches)
        return self._before - before


@pytest.fixture
def requests(session, server):
    session.connect()
    return Requests(server)


# --- results -------------------------------------------------------------------------------------


def test_a_query_sends_nothing_until_somebody_looks(session, requests):
    result = session.query("Task")
    assert requests() == 0
    assert len(result) == 30
    assert requests() == 1


def test_iterating_a_second_time_sends_nothing(session, requests):
    result = session.query("Task")
    assert [one["name"] for one in result] == [one["name"] for one in result]
    assert requests() == 1


def test_a_result_is_read_page_by_page(session, requests):
    result = session.query("Task", page_size=10)
    for _, _ in zip(range(5), result, strict=False):
        pass
    assert requests() == 1
    assert len(list(result)) == 30
    assert requests() == 3  # two more pages, and the empty one behind a full page


def test_pages_have_an_order_so_that_they_do_not_overlap(session, server):
    session.query("select name from Task", page_size=10).all()
    assert server.batches[-1][0]["expression"] == (
        "select name from Task order by id offset 30 limit 10"
    )


def test_an_order_that_the_text_gives_is_kept(session, server):
    session.query("select name from Task order by name descending").all()
    assert "order by name descending offset 0" in server.batches[-1][0]["expression"]


def ids_of_all(result):
    return [one["id"] for one in result.all()]


def ids_of_held(result):
    return [one["id"] for one in list(result)]


def ids_of_forgotten(result):
    return [one["id"] for one in result]


def ids_of_begun(result):
    """Somebody has looked at the first page and holds nothing of it when all is read."""
    assert result[0]["id"]
    return [one["id"] for one in result.all()]


@pytest.mark.parametrize("text", ["select name from Task", "select name from TypedContext"])
@pytest.mark.parametrize("read", [ids_of_all, ids_of_held, ids_of_forgotten, ids_of_begun])
def test_a_row_that_moved_between_two_pages_is_yielded_once(session, server, text, read):
    moved = iter(["a-first", "b-second"])

    def meanwhile(batch):
        if "offset" in batch[0].get("expression", "") and (name := next(moved, None)):
            server.add(task(0, id=name))

    server.before_answer = meanwhile
    found = read(session.query(text, page_size=10))
    assert sorted(found) == sorted({*found, *(f"t{n:04}" for n in range(30))})


@pytest.mark.parametrize("forget", ["reset", "expunge"])
def test_it_is_yielded_once_also_where_the_session_forgets_meanwhile(session, server, forget):
    def meanwhile(batch):
        if "offset 0 " in batch[0].get("expression", ""):
            server.add(task(0, id="a-first"))
        elif "offset 10 " in batch[0].get("expression", ""):
            if forget == "reset":
                session.reset()
            else:
                session.work.expunge(list(session.work.store.identity))

    server.before_answer = meanwhile
    found = [one["id"] for one in session.query("select name from Task", page_size=10).all()]
    assert len(found) == len(set(found)) == 30


def test_it_is_yielded_once_also_after_an_error(session, server):
    """What was read before the error is not held by anybody when the rest is."""

    def meanwhile(batch):
        if "offset 10 " in batch[0].get("expression", ""):
            server.before_answer = None
            server.fail_next(ServerError("Refused", "not now"))  # the third page

    server.before_answer = meanwhile
    result = session.query("select name from Task", page_size=10)
    with pytest.raises(ServerError):
        result.all()
    for number in range(25):  # what comes next begins with rows of the first page
        server.add(task(0, id=f"a{number:02}"))
    gc.collect()
    found = [one["id"] for one in result.all()]
    assert len(found) == len(set(found)) == 35


def test_rows_that_lead_round_in_a_ring_can_be_asked_for_again(session, server):
    shots = [
        {"__entity_type__": "Shot", "id": f"h{n}", "name": f"sh{n}", "parent_id": "p1"}
        for n in range(3)
    ]
    for shot in shots:
        server.add(shot)
    text = "select name, project.children.parent.name from Task order by id"
    held = session.query(text).all()
    assert [id(one) for one in session.query(text).all()] == [id(one) for one in held]
    assert held[0]["project"]["children"][0]["parent"] is held[0]["project"]


def test_limit_and_offset_of_the_text_are_honoured(session):
    result = session.query("Task order by id limit 5 offset 10")
    assert [one["id"] for one in result] == [f"t{n:04}" for n in range(10, 15)]


def test_indexes_slices_and_negative_indexes(session):
    result = session.query("Task order by id", page_size=10)
    assert result[12]["id"] == "t0012"
    assert result[-1]["id"] == "t0029"
    assert [one["id"] for one in result[1:3]] == ["t0001", "t0002"]
    with pytest.raises(IndexError, match="found 30 rows"):
        result[30]


def test_first_asks_for_one_row_only(session, server):
    assert session.query("Task order by id").first()["id"] == "t0000"
    assert server.batches[-1][0]["expression"].endswith("limit 1")
    assert session.query("Task where name is nothing").first() is None


def test_one_wants_exactly_one(session):
    assert session.query('Task where name is "task 7"').one()["id"] == "t0007"
    with pytest.raises(NoResultError, match="no row matches"):
        session.query("Task where name is nothing").one()
    with pytest.raises(MultipleResultsError):
        session.query("Task").one()


def test_rows_are_plain_values(session):
    rows = list(session.query("select name from Task order by id limit 2").rows())
    assert [row["name"] for row in rows] == ["task 0", "task 1"]
    assert all(type(row) is dict for row in rows)


def test_a_stream_yields_entities_page_by_page(session, requests):
    stream = session.query("select name from Task", page_size=10).stream()
    assert next(stream)["name"] == "task 0"
    assert requests() == 1
    assert len(list(stream)) == 29


# --- entities ------------------------------------------------------------------------------------


def test_one_row_is_one_object(session):
    task = session.get("Task", "t0001")
    assert session.query('Task where id is "t0001"').one() is task
    assert session.get("Project", "p1")["children"][1] is task


def test_an_entity_is_a_mapping_of_all_its_attributes(session):
    found = session.get("Task", "t0001")
    assert isinstance(found, Entity)
    assert "status" in found
    assert set(found) == set(session.schemas["Task"].attributes)
    assert repr(found) == "<Task (t0001)>" or "task 1" in repr(found)


def test_a_reference_is_an_entity(session):
    assert session.get("Task", "t0001")["status"]["name"] == "Status 1"


def test_a_repeated_entity_is_the_same_object_though_it_came_as_a_bare_key(session, requests):
    tasks = session.query("select name, status.name from Task").all()
    assert requests() == 1
    assert tasks[0]["status"] is tasks[3]["status"]
    assert {one["status"]["name"] for one in tasks} == {"Status 0", "Status 1", "Status 2"}
    assert requests() == 0


def test_an_unset_reference_is_none(session, server):
    server.add(task(99, status_id=None))
    assert session.get("Task", "t0099")["status"] is None


def test_a_collection_is_a_list_of_entities(session):
    children = session.get("Project", "p1")["children"]
    assert len(children) == 30
    assert children[0]["name"] == "task 0"


# --- loading for siblings ------------------------------------------------------------------------


def test_a_loop_over_an_attribute_that_was_not_asked_for_makes_one_request(session, requests):
    tasks = session.query("select name from Task").all()
    requests()
    assert [one["bid"] for one in tasks] == [float(n) for n in range(30)]
    assert requests() == 1


def test_it_does_so_while_the_result_is_being_iterated(session, requests):
    total = sum(one["bid"] for one in session.query("select name from Task"))
    assert total == sum(range(30))
    assert requests() == 2


def test_the_name_of_a_reference_comes_along_with_it(session, requests):
    tasks = session.query("select name from Task").all()
    requests()
    assert len({one["status"]["name"] for one in tasks}) == 3
    assert requests() == 1


def test_who_has_no_name_but_a_username_is_asked_for_that(session, server):
    server.add({"__entity_type__": "AssetVersion", "id": "v1"})
    asked = []
    session._connection.observers.append(asked.extend)
    session.query("select id from AssetVersion").first()["user"]
    assert "user.username" in asked[-1]["expression"]
    assert "user.name" not in asked[-1]["expression"]


def test_a_collection_is_loaded_for_all_siblings(session, server, requests):
    server.add(*[task(100 + n, parent_id=f"t{n:04}") for n in range(10)])
    tasks = session.query('select name from Task where parent_id is "p1"').all()
    requests()
    assert sum(len(one["children"]) for one in tasks) == 10
    assert requests() == 1


def test_the_cohort_is_capped(server):
    with memory_session(server) as session:
        tasks = session.query("select name from Task").all()
        session.work.store.loader._cap = 10
        before = session.request_count
        assert [one["bid"] for one in tasks]
        assert session.request_count - before == 3


def test_sibling_loading_can_be_switched_off(server):
    with memory_session(server, sibling_loading=False) as session:
        tasks = session.query("select name from Task limit 5").all()
        before = session.request_count
        assert [one["bid"] for one in tasks]
        assert session.request_count - before == 5


def test_loading_can_be_switched_off_altogether(server):
    with memory_session(server, auto_populate=False) as session:
        found = session.query("select name from Task").first()
        assert found["bid"] is NOT_SET
        assert found.loaded("name") == "task 0"


def test_what_is_loaded_never_replaces_a_local_edit(session):
    tasks = session.query("select name from Task").all()
    tasks[1]["bid"] = 99
    assert tasks[0]["bid"] == 0
    assert tasks[1]["bid"] == 99


def test_attributes_can_be_asked_for_beforehand(session, requests):
    tasks = session.query("select name from Task").all()
    session.populate(tasks, "bid, status.name")
    requests()
    assert [(one["bid"], one["status"]["name"]) for one in tasks]
    assert requests() == 0


# --- the cache -----------------------------------------------------------------------------------


def test_get_drop_collect_get_again_sends_nothing(session, requests):
    found = session.get("Task", "t0001")
    requests()
    del found
    gc.collect()
    assert session.get("Task", "t0001")["id"] == "t0001"
    assert requests() == 0


def test_without_a_cache_it_is_asked_for_again(server):
    with memory_session(server, cache=None) as session:
        session.get("Task", "t0001")
        gc.collect()
        before = session.request_count
        session.get("Task", "t0001")
        assert session.request_count - before == 1


def test_an_entity_with_values_of_its_own_is_kept(session, requests):
    found = session.get("Task", "t0001")
    found.colour = "red"
    identity = id(found)
    del found
    gc.collect()
    assert id(session.get("Task", "t0001")) == identity
    assert session.get("Task", "t0001").colour == "red"


# --- what goes wrong -----------------------------------------------------------------------------


def test_an_unknown_attribute_is_told_with_near_names(session):
    with pytest.raises(UnknownAttributeError, match="Did you mean 'name'"):
        session.get("Task", "t0001")["nmae"]


def test_an_unknown_type_is_told_with_near_names(session):
    with pytest.raises(UnknownEntityTypeError, match="Did you mean 'Task'"):
        session.query("Taks").all()
    with pytest.raises(UnknownEntityTypeError, match="Did you mean 'Task'"):
        session.get("Taks", "t1")


def test_a_query_that_does_not_parse_is_refused_in_the_servers_words(session):
    with pytest.raises(ServerError, match="wher"):
        session.query("select name from Task wher name is x").all()


def test_a_key_of_the_wrong_size_is_told(session):
    with pytest.raises(EntityError, match="parent_id, key"):
        session.get("Metadata", "one part")


def test_an_entity_that_is_gone_says_so(session, server):
    found = session.query("select name from Task").first()
    server.execute([{"action": "delete", "entity_type": "Task", "entity_key": ["t0000"]}])
    with pytest.raises(EntityError, match="no such entity"):
        found["bid"]


def test_a_closed_session_says_so(session):
    session.connect().close()
    with pytest.raises(FtrackError, match="closed"):
        session.query("Task").all()
