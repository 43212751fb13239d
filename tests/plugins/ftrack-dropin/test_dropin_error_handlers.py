"""What scripts do when something has gone wrong, or besides: it goes on as they know it."""

from __future__ import annotations

import ftrack_api
import pytest
from ftrack_api.exception import ServerError


@pytest.fixture
def open_session(tmp_path):
    opened = []
    url = f"embedded:///{tmp_path.as_posix().lstrip('/')}/studio.db?seed=demo"

    def open_session(kind=ftrack_api.Session):
        opened.append(kind(url, schema_cache_path=False))
        return opened[-1]

    yield open_session
    for session in opened:
        session.close()


@pytest.fixture
def session(open_session):
    return open_session()


@pytest.fixture
def task(session):
    return session.query("select name, description from Task").first()


def requests_of(session, do):
    before = session.kernel.request_count
    do()
    return session.kernel.request_count - before


def test_what_was_rolled_back_can_still_be_named(session):
    shot = session.create("Shot", {"name": "sh010"})  # it lacks a parent
    with pytest.raises(ServerError):
        session.commit()
    session.rollback()
    assert requests_of(session, lambda: shot["name"]) == 0
    assert shot["name"] == "sh010"
    assert session.created == []
    with pytest.raises(ftrack_api.exception.Error, match="is gone"):
        shot["name"] = "sh020"


def test_entities_of_another_session_on_the_server_are_taken(open_session):
    one, other = open_session(), open_session()
    task = one.query("Task").first()
    user, parent = other.query("User").first(), other.get("Task", task["id"])["parent"]
    task["parent"] = parent
    made = one.create("Task", {"name": "x", "parent": parent})
    note = task.create_note("look", author=user)
    one.commit()
    assert made["parent"] == parent
    assert note["author"]["id"] == user["id"]
    one.delete(other.get("Task", made["id"]))
    one.commit()
    assert one.get("Task", made["id"]) is None


def test_one_that_is_new_there_is_refused(open_session):
    one, other = open_session(), open_session()
    new = other.create("Folder", {"name": "new", "parent": other.query("Project").first()})
    with pytest.raises(ftrack_api.exception.Error, match="another session"):
        one.create("Task", {"name": "x", "parent": new})


@pytest.mark.parametrize("end", ["commit", "rollback"])
def test_what_was_not_recorded_ends_with_the_next_commit_or_rollback(session, task, end):
    description = task["description"]
    with session.operation_recording(False):
        task["description"] = "for the eyes of this script"
    assert task["description"] == "for the eyes of this script"
    session.query("Task").first()["bid"] = 3600
    getattr(session, end)()
    assert task["description"] == description


def test_cleared_operations_take_their_values_along(session, task):
    description = task["description"]
    task["description"] = "cleared"
    session.recorded_operations.clear()
    session.rollback()
    assert task["description"] == description


def test_a_value_that_is_pending_stays_beside_those_that_were_not_recorded(session, task):
    task["name"] = "pending"
    with session.operation_recording(False):
        task["description"] = "unrecorded"
    session.kernel.work.drop_unrecorded()
    assert task["name"] == "pending"
    assert task["description"] != "unrecorded"


class DryRun(ftrack_api.Session):
    """Commits nothing, and counts how often it was to."""

    wanted = 0

    def commit(self):
        self.wanted += 1


def test_a_session_whose_commit_does_nothing_writes_nothing(open_session):
    dry = open_session(DryRun)
    user = dry.query("User").first()
    user.start_timer(name="dry")
    dry.ensure("User", {"username": "dry_run"})
    assert dry.wanted == 2
    check = open_session()
    assert check.query("Timer").all() == []
    assert check.query("User where username is dry_run").all() == []


class Counting(ftrack_api.Session):
    """Counts commits, and makes them."""

    count = 0

    def commit(self):
        self.count += 1
        super().commit()


def test_a_commit_of_a_subclass_is_asked_once_for_each_commit(open_session):
    session = open_session(Counting)
    timer = session.query("User").first().start_timer(name="real")
    session.ensure("User", {"username": "real_run"})
    session.query("Task").first()["name"] = "renamed"
    session.commit()
    assert session.count == 3
    check = open_session()
    assert check.get("Timer", timer["id"])["name"] == "real"
    assert len(check.query("User where username is real_run").all()) == 1
    assert len(check.query("Task where name is renamed").all()) == 1


def test_places_of_many_components_are_found_in_as_many_requests_as_of_one(session, tmp_path):
    (tmp_path / "a.txt").write_text("a")
    made = [
        session.create_component(str(tmp_path / "a.txt"), {"name": str(number)}, location=None)
        for number in range(20)
    ]
    session.commit()
    assert requests_of(session, lambda: session.pick_locations(made)) <= 2


def test_cleaning_up_after_the_end_is_no_error(session, task):
    session.close()
    session.rollback()
    session.reset()
    session.close()


def test_what_is_referred_to_is_shown_with_its_usual_attributes(session):
    from ftrack_api import formatter

    shown = formatter.format(session.query("Task").first())
    assert "status: Status\n" in shown
    assert "name: " in shown.partition("status: Status\n")[2].partition("\n status_id")[0]
