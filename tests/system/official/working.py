"""Time, jobs, links, and keys."""

import json

import arrow
import ftrack_api

with ftrack_api.Session() as session:
    me = session.query(f'User where username is "{session.api_user}"').one()
    task = session.query("Task order by id").first()

    # A timer, a second one that is refused, and the time it has taken.
    timer = me.start_timer(task, name="animate", comment="the first pass")
    assert session.query(f'Timer where user_id is "{me["id"]}"').one() is timer
    try:
        me.start_timer(task)
    except ftrack_api.exception.NotUniqueError as error:
        print(type(error).__name__, error)
    else:
        raise AssertionError("two timers are running")
    session.rollback()
    timelog = me.stop_timer()
    assert timelog["context_id"] == task["id"]
    assert timelog["comment"] == "the first pass"
    assert not session.query(f'Timer where user_id is "{me["id"]}"').all()
    session.create(
        "Timelog",
        {"user": me, "context_id": task["id"], "duration": 3600, "start": arrow.get(2031, 5, 6, 8)},
    )
    session.commit()
    session.populate(task, "timelogs, time_logged")
    assert len(task["timelogs"]) >= 2
    assert task["time_logged"] >= 3600
    assert session.query("Timelog where start is 2031-05-06T08:00:00 and duration is 3600").one()

    # A job tells its progress.
    job = session.create(
        "Job",
        {"user": me, "status": "running", "data": json.dumps({"description": "Räksmörgås"})},
    )
    session.commit()
    assert job["type"] == "api_job"
    job["status"] = "done"
    session.commit()
    again = session.query(f'Job where id is "{job["id"]}" and status is done').one()
    assert json.loads(again["data"]) == {"description": "Räksmörgås"}

    # What it has made.
    report = session.create("FileComponent", {"name": "report", "file_type": ".txt", "size": 3})
    session.create("JobComponent", {"job_id": job["id"], "component_id": report["id"]})
    session.commit()
    again = session.query(
        f'select job_components.component.name from Job where id is "{job["id"]}"'
    ).one()
    assert [one["component"]["name"] for one in again["job_components"]] == ["report"]
    assert job["finished_at"] is not None
    session.delete(job)
    session.delete(report)
    session.commit()
    with ftrack_api.Session() as other:
        assert other.get("Job", job["id"]) is None

    # What must come before what.
    shot = session.query("Shot order by name").first()
    earlier, later = (
        session.create("Task", {"name": name, "parent": shot}) for name in ("earlier", "later")
    )
    session.create("TypedContextLink", {"from": earlier, "to": later})
    session.commit()
    session.populate([earlier, later], "outgoing_links, incoming_links")
    assert [one["to"] for one in earlier["outgoing_links"]] == [later]
    assert [one["from"] for one in later["incoming_links"]] == [earlier]
    for one in (earlier, later):
        session.delete(one)
    session.commit()

    # Groups and memberships.
    group = session.create("Group", {"name": "Nightshift"})
    session.create("Membership", {"group": group, "user": me})
    session.commit()
    assert session.query('User where memberships any (group.name is "Nightshift")').one() is me
    session.delete(group)
    session.commit()

    # A new key for somebody else, who can work with it.
    other = session.create("User", {"username": "keyholder"})
    session.commit()
    key = session.reset_remote("api_key", entity=other)["api_key"]
    with ftrack_api.Session(api_user="keyholder", api_key=key) as theirs:
        assert theirs.query("User where username is keyholder").one()["id"] == other["id"]
    session.delete(other)
    session.commit()
    try:
        session.reset_remote("reset_something", entity=me)
    except ftrack_api.exception.ServerError as error:
        print(error)
    else:
        raise AssertionError("an unknown reset was carried out")
