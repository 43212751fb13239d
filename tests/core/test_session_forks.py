"""Forks: what they share with the session they came from, and what they do not."""

from __future__ import annotations


def test_a_row_that_the_session_has_is_there_without_a_request(session):
    session.query("select name from Task").all()
    with session.fork() as fork:
        before = session.request_count
        assert fork.get("Task", "t1")["name"] == "task 1"
        assert session.request_count == before


def test_what_a_fork_learns_later_is_newer_however_much_the_session_has_asked(session, server):
    task = session.query("select name, metadata from Task where id is t1").one()
    for _ in range(10):
        session.refresh(task)  # the session has counted further than the fork ever will
    with session.fork() as fork:
        theirs = fork.get("Task", "t1")
        server.execute(
            [
                {
                    "action": "update",
                    "entity_type": "Task",
                    "entity_key": ["t1"],
                    "entity_data": {"__entity_type__": "Task", "name": "relit"},
                }
            ]
        )
        fork.refresh(theirs)
        assert theirs["name"] == "relit"
        assert task["name"] == "task 1"
        theirs["metadata"]["colour"] = "blue"
        fork.commit()
        assert dict(theirs["metadata"]) == {"colour": "blue"}
        assert dict(task["metadata"]) == {"colour": "red"}


def test_rows_that_lead_back_to_themselves_are_no_trouble(session):
    project = session.query("select name, children.name, children.parent.name from Project").one()
    assert project["children"][0]["parent"] is project
    with session.fork() as fork:
        theirs = fork.get("Project", "p1")
        assert theirs["children"][0]["parent"] is theirs


def test_a_row_of_a_fork_is_kept_for_the_session(session):
    with session.fork() as fork:
        fork.query("select name, bid from Task").all()
    before = session.request_count
    assert session.get("Task", "t2")["name"] == "task 2"
    assert session.request_count == before
