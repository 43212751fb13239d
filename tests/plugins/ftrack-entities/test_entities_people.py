"""Users: jobs, timers, invitations and keys; who is assigned to what."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone

import pytest
from ftrack_core.errors import EntityError, NoResultError

from ftrack_core import Session, hookimpl


class Wire:
    """Remembers what was sent."""

    def __init__(self):
        self.sent = []

    @hookimpl(wrapper=True)
    def ftrack_execute_batch(self, batch):
        self.sent.extend(batch)
        return (yield)


@pytest.fixture
def wire():
    return Wire()


@pytest.fixture
def session(wire):
    with Session("embedded:?seed=demo", api_user="admin", plugins=[wire]) as session:
        yield session


@pytest.fixture
def user(session):
    return session.query(f'User where username is "{session.user}"').one()


@pytest.fixture
def task(session):
    return session.query("select name, parent from Task").first()


# --- jobs ----------------------------------------------------------------------------------------


def test_a_job_shows_what_goes_on(session, user):
    job = user.create_job("Publishing sh010", data={"frames": 24})
    session.commit()
    found = session.query(f'select status, data from Job where id is "{job["id"]}"').one()
    assert found["status"] == "running"
    assert json.loads(found["data"]) == {"description": "Publishing sh010", "frames": 24}
    assert (found.description, found.details["frames"]) == ("Publishing sh010", 24)


def test_a_description_may_say_how_far_it_has_come(session, user):
    job = user.create_job("Publishing", data={"frames": 24})
    job.describe("Publishing: 12 of 24")
    assert (job.description, job.details["frames"]) == ("Publishing: 12 of 24", 24)


@pytest.mark.parametrize("text", ["", "no json", "[1]", None])
def test_a_job_of_another_make_has_no_description(session, user, text):
    job = session.create("Job", {"user": user, "status": "done", "data": text})
    assert (job.description, job.details) == ("", {})


def test_a_block_of_work_is_a_job_from_its_beginning_to_its_end(session, user):
    pending = session.create("User", {"username": "mary"})
    with user.job("Publishing") as job:
        (running,) = session.query("select status from Job where status is running").all()
        assert running == job
    assert session.query(f'Job where id is "{job["id"]}" and status is done').one() == job
    assert session.created == [pending]


def test_a_block_that_raises_is_a_failed_job(session, user):
    with pytest.raises(ZeroDivisionError), user.job("Publishing") as job:
        1 / 0  # noqa: B018 -- it raises
    assert session.query(f'Job where id is "{job["id"]}" and status is failed').one() == job


def test_a_component_may_be_attached_to_a_job(session, user):
    job = user.create_job("Exporting")
    component = session.create("FileComponent", {"name": "report", "file_type": ".csv"})
    job.attach(component)
    session.commit()
    (link,) = session.query(f'JobComponent where job_id is "{job["id"]}"').all()
    assert link["component_id"] == component["id"]


# --- timers --------------------------------------------------------------------------------------


def test_a_timer_becomes_a_time_log_of_whole_seconds(session, user, task):
    timer = user.start_timer(task, comment="blocking", name="anim")
    timer["start"] = datetime.now(timezone.utc) - timedelta(seconds=90.7)
    session.commit()
    log = user.stop_timer()
    found = session.query(
        "select user_id, context_id, comment, name, duration from Timelog "
        f'where id is "{log["id"]}"'
    ).one()
    assert (found["user_id"], found["context_id"]) == (user["id"], task["id"])
    assert (found["comment"], found["name"]) == ("blocking", "anim")
    assert 90 <= found["duration"] < 120
    assert session.query("Timer").all() == []


def test_starting_and_stopping_leave_other_changes_pending(session, user, task):
    task["name"] = "renamed"
    user.start_timer(task)
    user.stop_timer()
    assert session.modified == [task]


def test_a_second_timer_is_refused_and_leaves_nothing_pending(session, user, task):
    user.start_timer(task)
    with pytest.raises(EntityError, match=r"has a running timer.*force=True"):
        user.start_timer(task)
    assert session.created == []
    assert len(session.query("Timer").all()) == 1


def test_a_timer_may_take_the_place_of_another_which_is_logged(session, user, task):
    first = user.start_timer(task, comment="first")
    second = user.start_timer(task, comment="second", force=True)
    assert session.query("Timer").all() == [second]
    assert second != first
    assert [one["comment"] for one in session.query("Timelog where comment is first")] == ["first"]


def test_force_needs_no_timer_to_stop(user, task):
    assert user.start_timer(task, force=True)


def test_stopping_without_a_timer_is_an_error(user):
    with pytest.raises(NoResultError):
        user.stop_timer()


def test_a_server_without_time_zones_counts_by_the_clock_on_the_wall():
    class OldServer:
        @hookimpl(wrapper=True)
        def ftrack_execute_batch(self, batch):
            answers = yield
            if batch[0]["action"] == "query_server_information":
                answers[0] = {**answers[0], "is_timezone_support_enabled": False}
            return answers

    with Session("embedded:?seed=demo", api_user="admin", plugins=[OldServer()]) as session:
        user = session.query(f'User where username is "{session.user}"').one()
        timer = user.start_timer()
        wall = datetime.now().replace(tzinfo=timezone.utc)
        timer["start"] = wall - timedelta(seconds=30)
        session.commit()
        assert 29 <= user.stop_timer()["duration"] < 60


def test_a_timer_needs_no_context(session, user):
    user.start_timer(comment="reading")
    log = user.stop_timer()
    assert (log["comment"], log["context_id"]) == ("reading", None)


# --- invitations and keys ------------------------------------------------------------------------


def test_the_server_sends_invitations(session, user, wire):
    user.send_invite()
    assert wire.sent[-1] == {"action": "send_user_invite", "user_id": user["id"]}


def test_a_review_session_invites_everybody_in_one_request(session, wire):
    review = session.create(
        "ReviewSession",
        {
            "name": "dailies",
            "project": session.query("Project").first(),
            "start_date": datetime.now(timezone.utc),
        },
    )
    for name in ("ann", "bob"):
        session.create(
            "ReviewSessionInvitee",
            {"review_session": review, "name": name, "email": f"{name}@studio.example"},
        )
    session.commit()
    before = session.request_count
    review.send_invites()
    assert session.request_count - before <= 2
    invited = [one for one in wire.sent if one["action"] == "send_review_session_invite"]
    assert len(invited) == 2
    review["review_session_invitees"][0].send_invite()
    assert wire.sent[-1] in invited


def test_a_review_session_without_invitees_sends_nothing(session, wire):
    review = session.create(
        "ReviewSession", {"name": "empty", "project": session.query("Project").first()}
    )
    before = session.request_count
    review.send_invites()
    assert session.request_count == before


def test_a_new_key_comes_from_the_server(user):
    key = user.reset_api_key()
    assert len(key) > 20
    assert user.reset_api_key() != key


# --- assignments ---------------------------------------------------------------------------------


def test_a_name_is_nobody_and_is_told_how_to_look_up(task):
    for put in (task.assign, task.unassign):
        with pytest.raises(EntityError, match="a user or a group is due, not 'ada'"):
            put("ada")


def test_people_are_assigned_once(session, user, task):
    other = session.create("User", {"username": "mary"})
    session.commit()
    task.unassign(*task.assignees)
    session.commit()
    assert len(task.assign(user, user, other)) == 2
    session.commit()
    assert task.assign(user) == []
    assert set(task.assignees) == {user, other}
    found = session.query(f'Task where assignments any (resource_id is "{user["id"]}")').all()
    assert task in found


def test_an_assignment_ends(session, user, task):
    task.assign(user)
    session.commit()
    task.unassign(user)
    session.commit()
    assert user not in task.assignees
    task.unassign(user)
    assert session.deleted == []


def test_a_group_can_be_assigned(session, task):
    group = session.create("Group", {"name": "lighting"})
    task.assign(group)
    session.commit()
    assert group in task.assignees


def test_a_project_has_a_team(session, user):
    project = session.query("Project").first()
    project.allocate(user)
    session.commit()
    assert user in project.team
    project.deallocate(user)
    session.commit()
    assert user not in project.team
