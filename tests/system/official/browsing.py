"""Reading a show: projects, what is in them, and the way back up."""

import ftrack_api

with ftrack_api.Session() as session:
    project = session.query("Project where status is active").first()
    print(project["full_name"], "as", project["name"])
    (step,) = project["link"]
    assert (step["type"], step["id"]) == ("Project", project["id"])
    assert project["project_schema"]["name"]

    children = project["children"]
    print("children:", sorted({child.entity_type for child in children}))
    assert {"Sequence", "Folder"} <= {child.entity_type for child in children}
    for child in children:
        assert child["parent"] is project
        assert child["project"] is project

    sequence = session.query(
        f'Sequence where project.id is "{project["id"]}" and name is sq010'
    ).one()
    shot = sorted(sequence["children"], key=lambda one: one["name"])[0]
    assert isinstance(shot, session.types["Shot"])
    assert shot["parent"] is sequence
    assert sequence["parent"] is project
    print(" / ".join(step["name"] for step in shot["link"]))
    assert [step["id"] for step in shot["link"]] == [project["id"], sequence["id"], shot["id"]]
    assert [one["type"] for one in shot["link"]] == ["Project", "TypedContext", "TypedContext"]
    assert list(shot["ancestors"]) == [sequence]
    descendants = {one["id"] for one in sequence["descendants"]}
    assert shot["id"] in descendants

    task = shot["children"][0]
    assert task.entity_type == "Task"
    assert task["id"] in descendants
    print(task["name"], task["type"]["name"], task["status"]["name"], task["priority"]["name"])
    assert task["status"]["state"]["name"]
    assert task["object_type"]["name"] == "Task"
    assert task["bid"] >= 0
    assert task["start_date"].tzinfo is not None

    # Everything in one request, then nothing is fetched any more.
    rows = session.query(
        "select name, status.name, status.state.short, type.name, parent.name, parent.parent.name, "
        f'assignments.resource.username from Task where project_id is "{project["id"]}"'
    ).all()
    with session.auto_populating(False):
        for row in rows:
            assert isinstance(row["name"], str)
            assert row["status"]["name"]
            assert row["status"]["state"]["short"]
            assert row["type"]["name"]
            assert row["parent"]["name"]
            for assignment in row["assignments"]:
                assert assignment["resource"]["username"]
    print(len(rows), "tasks with all of that")
    assert len(rows) == 100
    again = session.query(f'Task where id is "{task["id"]}"').one()
    assert again is task

    # Fetching one attribute for many entities.
    versions = session.query("select version from AssetVersion").all()
    session.populate(
        versions, "asset.name, task.name, components.name, user.username, is_published"
    )
    with session.auto_populating(False):
        labels = {f"{one['asset']['name']} v{one['version']:03d}" for one in versions}
        assert all(len(one["components"]) for one in versions)
    print(len(labels), "of", len(versions), "versions differ by name")

    # The schema of the project says what may be chosen.
    schema = project["project_schema"]
    assert task["status"] in schema.get_statuses("Task", task["type_id"])
    assert task["type"] in schema.get_types("Task")
    assert schema.get_statuses("Shot")
    assert schema.get_statuses("AssetVersion")
    print("types of tasks:", sorted(one["name"] for one in schema.get_types("Task")))
