"""Connecting: who is there, what types there are, and the schema cache."""

import tempfile
from pathlib import Path

import ftrack_api
from ftrack_api.session import Session


class CountingSession(Session):
    """Notes the actions that it sends."""

    def __init__(self, *args, **named):
        self.sent = []
        super().__init__(*args, **named)

    def call(self, data):
        self.sent += [operation["action"] for operation in data]
        return super().call(data)


# Address, user and key come from FTRACK_SERVER, FTRACK_API_USER and FTRACK_API_KEY.
with ftrack_api.Session(schema_cache_path=False) as session:
    information = session.server_information
    print("server", information["version"], information.get("product"))
    assert tuple(int(part) for part in information["version"].split(".")) > (3, 3, 11)
    assert information["is_timezone_support_enabled"] is True
    assert len(information["schema_hash"]) == 32
    assert not (information["storage_scenario"] or {}).get("scenario")

    print(len(session.types), "types")
    assert {"Task", "Shot", "Project", "AssetVersion", "FileComponent", "Note"} <= set(
        session.types
    )
    task = session.types["Task"]
    assert [attribute.name for attribute in task.attributes if attribute.name == "status"]
    assert task.primary_key_attributes == ["id"]
    assert session.types["Metadata"].primary_key_attributes == ["parent_id", "key"]

    me = session.query(f'User where username is "{session.api_user}"').one()
    print("I am", me["first_name"], me["last_name"])
    assert me["id"] == session.get("User", me["id"])["id"]
    assert session.get("User", "nobody-of-that-id") is None

    locations = {one["name"]: one for one in session.query("Location")}
    print("locations", sorted(locations))
    wanted = {"ftrack.origin", "ftrack.unmanaged", "ftrack.server", "ftrack.review"}
    assert wanted <= set(locations)
    assert session.pick_location()["name"] == "ftrack.unmanaged"

# The second session finds the description of the types where the first one has kept it.
with tempfile.TemporaryDirectory() as folder:
    with CountingSession(schema_cache_path=folder) as first:
        assert first.sent == ["query_server_information", "query_schemas"]
        kept = [path.name for path in Path(folder).iterdir()]
        assert kept == ["ftrack_api_schema_cache.json"], kept
    with CountingSession(schema_cache_path=folder) as second:
        print("sent at the second start:", second.sent)
        assert second.sent == ["query_server_information"]
        assert second.query("Project").first() is not None
