"""What this client sends without being asked to, and what it does with the answers."""

import json

import ftrack_api
from ftrack_api.session import Session


class ListeningSession(Session):
    """Keeps what it sends: the operations as they travel, one list for each request."""

    def __init__(self, *args, **named):
        self.sent = []
        super().__init__(*args, **named)

    def call(self, data):
        self.sent.append(json.loads(self.encode(data, entity_attribute_strategy="modified_only")))
        return super().call(data)

    def heard(self):
        """What was sent since the last time."""
        sent, self.sent = self.sent, []
        return sent


with ListeningSession(schema_cache_path=False) as session:
    # Two requests at the start, and nothing about locations or users.
    first, second = session.heard()
    assert [one["action"] for one in first + second] == [
        "query_server_information",
        "query_schemas",
    ]

    # Each page has its limit; one and first have limits of their own.
    session.query("Project").all()
    session.query("select name from Task").first()
    session.query('User where username is "admin"').one()
    expressions = [one["expression"] for (one,) in session.heard()]
    print(*expressions, sep="\n")
    assert expressions[0].endswith("from Project offset 0 limit 500")
    assert expressions[1].endswith(" limit 1")
    assert expressions[2].endswith(" limit 2")

    # What is created bears the defaults of the description, as if somebody had given them.
    project = session.query("Project").first()
    session.heard()
    task = session.create("Task", {"name": "with defaults", "parent": project})
    task["description"] = "told later"
    task["description"] = "told last"
    session.commit()
    ((create,),) = session.heard()
    data = create["entity_data"]
    print(sorted(data))
    assert create["entity_key"] == [task["id"]]
    assert data["description"] == "told last"
    assert data["parent"] == {"__entity_type__": "Project", "id": project["id"]}
    assert "priority_id" in data
    assert task["priority_id"] == data["priority_id"]
    with ftrack_api.Session() as other:
        assert other.get("Task", task["id"])["priority"]["name"] == "None"

    # Changes of one thing travel as one.
    task["bid"] = 60
    task["name"] = "renamed"
    task["bid"] = 120
    session.commit()
    ((update,),) = session.heard()
    assert update["action"] == "update"
    assert update["entity_data"] == {"__entity_type__": "Task", "bid": 120, "name": "renamed"}

    # Nothing instead of a reference travels under the name of the reference.
    version = session.query("AssetVersion where task_id is_not none").first()
    before = version["task"]
    version["task"] = None
    session.heard()
    session.commit()
    ((update,),) = session.heard()
    assert update["entity_data"] == {"__entity_type__": "AssetVersion", "task": None}
    with ftrack_api.Session() as other:
        again = other.get("AssetVersion", version["id"])
        assert again["task"] is None
        assert again["task_id"] is None
    version["task"] = before
    session.commit()

    # A flood of small questions: each attribute of each entity by itself.
    shots = session.query("select id from Shot").all()
    session.heard()
    names = [shot["name"] for shot in shots for _ in [shot["description"]]]
    assert len(session.heard()) == 2 * len(shots)
    assert len(set(names)) == len(shots) == 24

    # An entity of another session is merged, with whatever of it is known there.
    with ftrack_api.Session() as other:
        theirs = other.query(
            f'select name, parent.name, metadata from Task where id is "{task["id"]}"'
        ).one()
        theirs["name"] = "of another session"
        merged = session.merge(theirs)
    assert merged is task
    assert session.merge(task) is task

    # What a reference led to is gone.
    component = session.create("FileComponent", {"name": "picture", "file_type": ".png"})
    session.commit()
    version["thumbnail_id"] = component["id"]
    session.commit()
    with ftrack_api.Session() as other:
        other.delete(other.get("FileComponent", component["id"]))
        other.commit()
        again = other.query(
            f'select thumbnail.name, thumbnail_id from AssetVersion where id is "{version["id"]}"'
        ).one()
        assert again["thumbnail"] is None
        again = other.get("AssetVersion", version["id"])
        other.populate(again, "thumbnail, thumbnail.version.asset.name")
        assert again["thumbnail"] is None

    # Both a thing and what is in it are deleted, one operation for each, the larger one first.
    folder = session.create("Folder", {"name": "outer", "parent": project})
    inner = session.create("Folder", {"name": "inner", "parent": folder})
    leaf = session.create("Task", {"name": "leaf", "parent": inner})
    session.commit()
    session.heard()
    for entity in (folder, leaf, inner):
        session.delete(entity)
    session.commit()
    (deleted,) = session.heard()
    assert [one["entity_key"] for one in deleted] == [[one["id"]] for one in (folder, leaf, inner)]
    for entity in (folder, inner, leaf):
        assert session.query(f'Context where id is "{entity["id"]}"').first() is None

    # Parts of a container in one batch with it, in whichever order.
    container = session.create("ContainerComponent", {"name": "package"})
    members = [
        session.create("FileComponent", {"name": name, "container": container})
        for name in ("a", "b")
    ]
    session.commit()
    session.call(
        [
            {
                "action": "create",
                "entity_type": entity_type,
                "entity_data": {"__entity_type__": entity_type, **data},
            }
            for entity_type, data in (
                ("FileComponent", {"id": "early-member", "name": "c", "container_id": "late"}),
                ("ContainerComponent", {"id": "late", "name": "late"}),
            )
        ]
    )
    late = session.get("ContainerComponent", "late")
    assert [one["id"] for one in late["members"]] == ["early-member"]
    for entity in (task, container, late):
        session.delete(entity)
    session.commit()
    assert session.query("Component where id is early-member").first() is None
    assert session.get("Component", members[0]["id"]) is None
    print("done")
