"""More rows than one page holds."""

import ftrack_api

COUNT = 1203


class CountingSession(ftrack_api.Session):
    """Counts its requests."""

    requests = 0

    def call(self, data):
        self.requests += 1
        return super().call(data)


with CountingSession() as session:
    schema = session.query("ProjectSchema").first()
    project = session.create(
        "Project", {"name": "many_pages", "full_name": "Many pages", "project_schema": schema}
    )
    session.commit()
    session.call(
        [
            {
                "action": "create",
                "entity_type": "Folder",
                "entity_data": {
                    "__entity_type__": "Folder",
                    "name": f"folder {number:04d}",
                    "parent_id": project["id"],
                    "project_id": project["id"],
                },
            }
            for number in range(COUNT)
        ]
    )
    question = f'select name from Folder where project_id is "{project["id"]}"'

    session.requests = 0
    folders = session.query(f"{question} order by name")
    assert session.requests == 0
    assert folders[0]["name"] == "folder 0000"
    assert session.requests == 1
    assert folders[600]["name"] == "folder 0600"
    assert session.requests == 2
    assert len(folders) == COUNT
    print(len(folders), "rows in", session.requests, "requests")
    assert session.requests == 3
    assert [one["name"] for one in folders] == [f"folder {one:04d}" for one in range(COUNT)]

    # Without an order no row comes twice and none is left out.
    session.requests = 0
    assert len({one["id"] for one in session.query(question, page_size=100)}) == COUNT
    assert session.requests == 13
    assert len(session.query(f"{question} limit 700").all()) == 700
    assert len(session.query(f"{question} offset 1200").all()) == 3
    assert len(project["children"]) == COUNT

    session.delete(project)
    session.commit()
    assert not session.query(question).all()
