"""Ensure: find it, bring it up to date, or make it."""

import ftrack_api

with ftrack_api.Session() as session:
    made = session.ensure("User", {"username": "ensured@example.com"})
    assert session.ensure("User", {"username": "ensured@example.com"}) is made
    changed = session.ensure(
        "User",
        {"username": "ensured@example.com", "first_name": "Ensa", "email": "ensured@example.com"},
        identifying_keys=["username"],
    )
    assert changed is made
    assert made["first_name"] == "Ensa"
    found = session.query('User where username is "ensured@example.com"').one()
    print(found["username"], found["first_name"], found["is_active"])
    assert found["email"] == "ensured@example.com"
    assert found["is_active"] is True

    project = session.query("Project").first()
    folder = session.ensure("Folder", {"name": "ensured", "parent_id": project["id"]})
    assert folder["project_id"] == project["id"]
    assert session.ensure("Folder", {"name": "ensured", "parent_id": project["id"]}) is folder
    assert len(session.query("Folder where name is ensured")) == 1
    bare = session.ensure(
        "Folder",
        {"name": "ensured", "parent_id": project["id"], "description": None},
        identifying_keys=["name", "parent_id"],
    )
    assert bare is folder
    try:
        session.ensure("Shot", {"parent_id": session.query("Sequence").first()["id"]})
    except ftrack_api.exception.MultipleResultsFoundError as error:
        print(type(error).__name__)
    else:
        raise AssertionError("several shots were taken for one")

    for entity in (folder, made):
        session.delete(entity)
    session.commit()
    assert not session.query("Folder where name is ensured").all()
