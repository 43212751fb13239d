"""Publishing a version: asset, version, components and thumbnail, all or nothing."""

from __future__ import annotations

import pytest
from ftrack_core.errors import CommitRefusedError, EntityError, ResourceNotFoundError, ServerError
from ftrack_core.publish import publish_version
from ftrack_core.testing.memory_accessor import MemoryAccessor
from ftrack_core.testing.memory_transport import MemoryTransport
from ftrack_core.testing.sessions import memory_session

from ftrack_core import LocationBinding, project_of

ROWS = [
    {"__entity_type__": "Project", "id": "p1", "name": "DUNE"},
    {"__entity_type__": "Shot", "id": "s1", "name": "sh010", "parent_id": "p1", "project_id": "p1"},
    {"__entity_type__": "Task", "id": "t1", "name": "comp", "parent_id": "s1", "project_id": "p1"},
    {"__entity_type__": "AssetType", "id": "at1", "name": "Upload", "short": "upload"},
    {"__entity_type__": "AssetType", "id": "at2", "name": "Geometry", "short": "geo"},
    {"__entity_type__": "Location", "id": "l-prod", "name": "studio.prod"},
]


class ByProject:
    def get_resource_identifier(self, entity, context=None):
        container = entity["container"]
        name = f"{container['name']}.{entity['name']}" if container else entity["name"]
        return f"{project_of(entity)['name']}/{name}{entity['file_type']}"


@pytest.fixture
def server():
    return MemoryTransport(rows=ROWS)


@pytest.fixture
def storage():
    return MemoryAccessor()


@pytest.fixture
def session(server, storage):
    with memory_session(server) as session:
        session.locations.bind(LocationBinding("studio.prod", storage, ByProject(), priority=1))
        yield session


@pytest.fixture
def task(session):
    return session.get("Task", "t1")


@pytest.fixture
def files(tmp_path):
    for frame in range(5):
        (tmp_path / f"comp.{frame:04d}.exr").write_bytes(b"x")
    (tmp_path / "comp.mov").write_bytes(b"movie")
    return {"main": str(tmp_path / "comp.%04d.exr"), "movie": str(tmp_path / "comp.mov")}


def test_a_version_with_its_components(session, server, storage, task, files):
    version = publish_version(session, task, "comp", files, data={"comment": "first light"})
    [asset] = server.rows("Asset")
    assert (asset["name"], asset["context_id"], asset["type_id"]) == ("comp", "s1", "at1")
    [row] = server.rows("AssetVersion")
    assert (row["task_id"], row["comment"]) == ("t1", "first light")
    assert row["id"] == version["id"]
    assert len(server.rows("ComponentLocation")) == 7
    assert storage.exists("DUNE/movie.mov")
    assert storage.exists("DUNE/main.0003.exr")


def test_the_components_follow_in_one_commit(session, server, task, files):
    publish_version(session, task, "comp", files)
    writing = [
        {one["entity_type"] for one in batch}
        for batch in server.batches
        if any(one["action"] == "create" for one in batch)
    ]
    assert writing == [
        {"Asset", "AssetVersion"},
        {"FileComponent", "SequenceComponent", "ComponentLocation"},
    ]


def test_the_next_version_uses_the_same_asset(session, server, task, files):
    publish_version(session, task, "comp", {"movie": files["movie"]}, location="ftrack.unmanaged")
    publish_version(session, task, "comp", {"movie": files["movie"]}, location="ftrack.unmanaged")
    assert len(server.rows("Asset")) == 1
    assert len(server.rows("AssetVersion")) == 2


def test_an_asset_may_be_given_itself(session, server, files):
    asset = session.create("Asset", {"name": "comp", "parent": session.get("Shot", "s1")})
    publish_version(session, asset, components=files)
    assert server.rows("AssetVersion")[0]["asset_id"] == asset["id"]


def test_a_version_needs_no_components(session, server, task):
    publish_version(session, task, "comp")
    assert len(server.rows("AssetVersion")) == 1


def test_a_thumbnail_goes_to_the_server(session, server, task, files):
    store = MemoryAccessor()
    session.locations.bind(LocationBinding("ftrack.server", store, None, priority=150))
    publish_version(session, task, "comp", thumbnail=files["movie"])
    thumbnail = server.rows("AssetVersion")[0]["thumbnail_id"]
    assert store.list("") == [thumbnail]


def refuse(server, entity_type):
    execute = server.execute

    def refusing(batch):
        if any(one.get("entity_type") == entity_type for one in batch):
            raise ServerError("PermissionError", "you may not publish")
        return execute(batch)

    server.execute = refusing


@pytest.mark.parametrize("entity_type", ["AssetVersion", "ComponentLocation"])
def test_a_refusal_leaves_nothing_behind(session, server, storage, task, files, entity_type):
    refuse(server, entity_type)
    with pytest.raises(CommitRefusedError, match="you may not publish"):
        publish_version(session, task, "comp", files)
    assert not storage.exists("DUNE") or storage.list("DUNE") == []
    assert len(session.work.log) == 0
    assert server.rows("Component") == server.rows("AssetVersion") == server.rows("Asset") == []


def test_a_file_that_is_missing_leaves_no_version_behind(session, server, task, tmp_path):
    with pytest.raises(ResourceNotFoundError):
        publish_version(session, task, "comp", {"main": str(tmp_path / "gone.mov")})
    assert server.rows("AssetVersion") == server.rows("Asset") == []


def test_an_asset_that_was_there_stays(session, server, task, files, tmp_path):
    publish_version(session, task, "comp", files)
    with pytest.raises(ResourceNotFoundError):
        publish_version(session, task, "comp", {"main": str(tmp_path / "gone.mov")})
    assert len(server.rows("AssetVersion")) == len(server.rows("Asset")) == 1


def test_an_unknown_asset_type_offers_near_names(session, task, files):
    with pytest.raises(EntityError, match=r"Did you mean 'upload'\?"):
        publish_version(session, task, "comp", files, asset_type="uplod")


def test_an_asset_needs_a_name(session, task, files):
    with pytest.raises(EntityError, match="the asset needs a name"):
        publish_version(session, task, components=files)
