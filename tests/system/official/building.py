"""Building a project, changing it and taking it down."""

import datetime

import arrow
import ftrack_api

with ftrack_api.Session() as session:
    schema = session.query('ProjectSchema where name is "VFX"').one()
    default_status = schema.get_statuses("Shot")[0]
    task_types = {one["name"]: one for one in schema.get_types("Task")}
    task_status = schema.get_statuses("Task", task_types["Animation"]["id"])

    project = session.create(
        "Project", {"name": "tutorial", "full_name": "The tutorial", "project_schema": schema}
    )
    for sequence_number in range(1, 3):
        sequence = session.create(
            "Sequence", {"name": f"seq_{sequence_number:03d}", "parent": project}
        )
        for shot_number in range(1, 4):
            shot = session.create(
                "Shot",
                {
                    "name": f"{shot_number * 10:03d}",
                    "parent": sequence,
                    "status": default_status,
                    "description": 'A "wide" shot: åäö, 漢字, \\ and {braces}',
                },
            )
            for name in ("Animation", "Lighting"):
                session.create(
                    "Task", {"name": name.lower(), "parent": shot, "type": task_types[name]}
                )
    print(len(session.created), "entities to create")
    session.commit()
    assert not session.created
    assert not session.recorded_operations

    # What the server has filled in.
    assert project["status"] == "active"
    assert project["created_by"]["username"] == session.api_user
    assert project["created_at"] <= arrow.utcnow().shift(minutes=1)
    tasks = session.query(f'Task where project_id is "{project["id"]}"').all()
    assert len(tasks) == 12
    one = tasks[0]
    assert one["project_id"] == project["id"]
    assert one["status"]["name"]
    assert one["priority"]["name"]
    assert one["object_type"]["name"] == "Task"
    print(" / ".join(step["name"] for step in one["link"]))
    assert [step["type"] for step in one["link"]] == ["Project"] + 3 * ["TypedContext"]
    assert one["link"][-1] == {"type": "TypedContext", "id": one["id"], "name": one["name"]}

# A second session sees the same.
with ftrack_api.Session() as session:
    project = session.query("Project where name is tutorial").one()
    assert sorted(child["name"] for child in project["children"]) == ["seq_001", "seq_002"]
    shots = session.query(
        f'Shot where parent.name is "seq_001" and project_id is "{project["id"]}" order by name'
    ).all()
    assert [one["name"] for one in shots] == ["010", "020", "030"]
    shot = shots[0]
    assert shot["description"] == 'A "wide" shot: åäö, 漢字, \\ and {braces}'

    # Changes of every kind: text, number, time, reference, nothing.
    schema = project["project_schema"]
    statuses = schema.get_statuses("Task", shot["children"][0]["type_id"])
    task = shot["children"][0]
    task["name"] = "blocking"
    task["bid"] = 3.5 * 3600
    task["status"] = statuses[1]
    task["start_date"] = arrow.get("2031-05-06T10:00:00+02:00")
    task["end_date"] = datetime.datetime(2031, 5, 16, 12, 30)
    shot["description"] = None
    shot["status"] = schema.get_statuses("Shot")[-1]
    print(len(session.modified), "entities to change")
    session.commit()
    assert not session.modified

with ftrack_api.Session() as session:
    task = session.query("Task where name is blocking").one()
    assert task["bid"] == 12600
    assert task["status"]["id"] == statuses[1]["id"]
    assert task["start_date"] == arrow.get("2031-05-06T08:00:00+00:00")
    assert task["end_date"] == arrow.get("2031-05-16T12:30:00+00:00")
    assert task["parent"]["description"] is None
    assert session.query('Task where start_date is "2031-05-06T08:00:00"').one() is task

    # Moving: under another shot, with the link following.
    other = session.query('Shot where name is "020" and parent.name is "seq_001"').one()
    task["parent"] = other
    session.commit()
    session.populate(task, "link")
    assert task["link"][-2]["id"] == other["id"], task["link"]

    # Taken back before it is sent.
    task["name"] = "never"
    session.rollback()
    assert task["name"] == "blocking"

    # People who work on it.
    me = session.query(f'User where username is "{session.api_user}"').one()
    session.create("Appointment", {"context": task, "resource": me, "type": "assignment"})
    session.commit()
    assert session.query('Task where assignments any (resource.username is "admin")').all()
    session.populate(task, "assignments")
    assert [one["resource"]["username"] for one in task["assignments"]] == ["admin"]

    # Scopes: a collection of references.
    scopes = session.query("Scope").all()
    task["scopes"].append(scopes[0])
    session.commit()
    assert list(task["scopes"]) == [scopes[0]]  # the answer to the commit says so already
    session.populate(task, "scopes")
    assert list(task["scopes"]) == [scopes[0]]
    task["scopes"].remove(scopes[0])
    session.commit()
    session.populate(task, "scopes")
    assert not list(task["scopes"])

    # Parents and children in one go, the children after what they hang on.
    sequence = session.query("Sequence where name is seq_002").one()
    for entity in [sequence, *sequence["children"]]:
        session.delete(entity)
    session.commit()
    assert not session.query(f'Shot where parent_id is "{sequence["id"]}"').all()

    project = session.query("Project where name is tutorial").one()
    session.delete(project)
    session.commit()
    assert not session.query("Project where name is tutorial").all()
    assert not session.query("Task where name is blocking").all()
    print("and gone")
