"""An answer that comes late: it shows what was there when it was asked, and undoes nothing.

Another thread commits, deletes and lets go while the server is answering. It is played here by what
runs between a question and its answer.
"""

from __future__ import annotations

import gc

import pytest
from ftrack_core.changes import Update
from ftrack_core.store import questions
from ftrack_core.testing.memory_transport import MemoryTransport
from ftrack_core.testing.sessions import memory_session

TEXT = "select comment, components, asset.name from AssetVersion"


@pytest.fixture
def server():
    return MemoryTransport(
        rows=[
            {"__entity_type__": "Asset", "id": "a0", "name": "hull"},
            {"__entity_type__": "AssetVersion", "id": "v0", "comment": "old", "asset_id": "a0"},
            *[
                {"__entity_type__": "FileComponent", "id": f"c{n}", "version_id": "v0"}
                for n in range(3)
            ],
        ]
    )


@pytest.fixture(params=["memory:", None])
def session(server, request):
    with memory_session(server, cache=request.param) as session:
        session.connect()
        yield session


@pytest.fixture
def meanwhile(server):
    """Let something happen before the next answer comes."""

    def let(happen):
        def once(batch):
            server.before_answer = None
            happen()

        server.before_answer = once

    return let


def keys(entities):
    return [one["id"] for one in entities]


def test_it_does_not_undo_what_was_committed_and_let_go(session, meanwhile):
    def another_thread():
        version = session.get("AssetVersion", "v0")
        version["comment"], version["components"] = "new", []
        session.commit()

    meanwhile(another_thread)
    (version,) = session.query(TEXT).all()
    assert (version["comment"], keys(version["components"])) == ("new", [])


def test_it_does_not_undo_what_was_committed_of_an_entity_that_came_along(session, meanwhile):
    def another_thread():
        session.get("Asset", "a0")["name"] = "keel"
        session.commit()

    meanwhile(another_thread)
    (version,) = session.query(TEXT).all()
    assert version["asset"]["name"] == "keel"


def test_it_does_not_undo_a_change_that_was_recorded_by_key(session, meanwhile):
    def another_thread():
        session.work.record(Update("AssetVersion", "v0", "comment", "new"))
        session.commit()

    meanwhile(another_thread)
    (version,) = session.query(TEXT).all()
    assert version["comment"] == "new"


def test_what_it_says_of_a_deleted_row_is_not_kept(session, meanwhile):
    def another_thread():
        session.delete(session.get("FileComponent", "c1"))
        session.commit()

    meanwhile(another_thread)
    session.query("select name from FileComponent").all()
    gc.collect()
    assert session.get("FileComponent", "c1") is None
    assert session.get("FileComponent", "c2") is not None


def test_what_it_says_of_a_session_that_forgot_everything_is_not_kept(session, server, meanwhile):
    def another_thread():
        server.execute(
            [
                {
                    "action": "update",
                    "entity_type": "AssetVersion",
                    "entity_key": ["v0"],
                    "entity_data": {"comment": "of somebody else"},
                }
            ]
        )
        session.reset()

    meanwhile(another_thread)
    session.query(TEXT).all()
    gc.collect()
    assert session.get("AssetVersion", "v0")["comment"] == "of somebody else"


def test_what_was_committed_is_let_go_when_the_answer_is_taken_in(session, meanwhile):
    def another_thread():
        session.get("AssetVersion", "v0")["comment"] = "new"
        session.commit()
        gc.collect()
        assert held() == ["v0"]

    def held():
        return [one.key for one in session.work.store.identity]

    meanwhile(another_thread)
    session.query("select name from Asset").all()
    gc.collect()
    assert held() == []


def test_a_page_that_nobody_ever_takes_in_holds_so_much_and_no_more(session, monkeypatch):
    monkeypatch.setattr(questions, "_MOST_HELD", 2)
    late = session.work.store.send([TEXT])
    for number in range(3):
        session.create("Asset", {"name": str(number)})
    session.get("AssetVersion", "v0")["comment"] = "new"
    session.commit()
    gc.collect()
    assert list(session.work.store.identity) == []
    session.work.store.take_in(late)
    assert session.get("AssetVersion", "v0")["comment"] == "new"


def test_deletions_are_remembered_for_such_a_page_up_to_the_same_number(session, monkeypatch):
    monkeypatch.setattr(questions, "_MOST_HELD", 2)
    late = session.work.store.send([TEXT])
    for component in session.query("FileComponent").all():
        session.expunge(component)
    assert late.question.is_outdated
    session.get("AssetVersion", "v0")["comment"] = "new"
    session.commit()
    gc.collect()
    assert list(session.work.store.identity) == []


def test_an_entity_of_a_deleted_row_that_it_lists_is_not_found(session, server):
    late = session.work.store.send(["select name from FileComponent"])
    session.delete(session.get("FileComponent", "c1"))
    session.commit()
    listed = session.work.store.entities_of(session.work.store.take_in(late))
    assert keys(listed) == ["c0", "c1", "c2"]  # what was there when it was asked
    assert session.get("FileComponent", "c1") is None


def test_it_does_not_undo_what_was_learnt_and_let_go(session):
    late = session.work.store.send([TEXT])
    learnt = {"__entity_type__": "AssetVersion", "id": "v0", "comment": "new"}
    session.work.store.learn([learnt])
    del learnt
    (version,) = session.work.store.entities_of(session.work.store.take_in(late))
    assert version["comment"] == "new"


@pytest.mark.parametrize("names", [None, ["comment"]])
def test_it_does_not_bring_back_what_expired_after_a_commit(session, names):
    version = session.get("AssetVersion", "v0")
    late = session.work.store.send([TEXT])
    version["comment"] = "new"
    session.commit()
    session.work.expire([version], names)
    session.work.store.take_in(late)
    assert version["comment"] == "new"
    session.work.expire([version], names)
    older, newer = (session.work.store.send([TEXT]) for _ in range(2))
    session.work.store.take_in(newer)
    session.work.store.take_in(older)
    assert version["comment"] == "new"


def test_of_several_questions_in_one_request_each_waits_for_its_answer(session):
    first, second = session.work.store.send_each([TEXT, "select name from Asset"])
    session.work.store.take_in(second)
    session.get("AssetVersion", "v0")["comment"] = "new"
    session.commit()
    (version,) = session.work.store.entities_of(session.work.store.take_in(first))
    assert version["comment"] == "new"


@pytest.mark.parametrize("read", ["rows", "stream"])
def test_what_is_committed_in_a_loop_over_a_page_is_let_go(session, read):
    for _ in getattr(session.query("select name from FileComponent"), read)():
        session.create("Asset", {"name": "new"})
        session.commit()
    gc.collect()
    kept = [one for one in session.work.store.identity if one.entity_type == "Asset"]
    assert kept == []
    for _ in getattr(session.query("select name from FileComponent"), read)():
        session.create("Asset", {"name": "new"})
        session.commit()
        gc.collect()
        assert [one for one in session.work.store.identity if one.entity_type == "Asset"] == []


def test_a_row_that_is_looked_at_later_says_nothing_newer_than_its_values_are(session, server):
    def write(value):
        data = {"comment": value}
        names = {"entity_type": "AssetVersion", "entity_key": ["v0"], "entity_data": data}
        server.execute([{"action": "update", **names}])

    store = session.work.store
    (version,) = store.entities_of(store.ask([TEXT]))
    write("newer")
    late = store.send(["select comment from AssetVersion"])
    page = store.ask(["select version from AssetVersion"])  # its row holds the old comment, too
    session.expunge(version)
    version = session.get("AssetVersion", "v0")
    store.take_in(late)
    assert version["comment"] == "newer"
    store.entities_of(page)
    assert version["comment"] == "newer"
