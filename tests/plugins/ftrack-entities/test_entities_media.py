"""Components of versions, thumbnails and review media."""

from __future__ import annotations

from pathlib import Path

import pytest
from ftrack_core.errors import EntityError, LocationError
from ftrack_core.testing.memory_accessor import MemoryAccessor

from ftrack_core import LocationBinding, Session, hookimpl


class ById:
    def get_resource_identifier(self, entity, context=None):
        return str(entity["id"])


class ServerStorage:
    """Keeps the files of the server's location in memory."""

    def __init__(self):
        self.accessor = MemoryAccessor()

    @hookimpl
    def ftrack_locations(self):
        return [LocationBinding("ftrack.server", self.accessor, ById(), priority=150)]


class Encoder:
    """Stands in for a server that makes review media: it answers each request with one job."""

    def __init__(self):
        self.asked = []

    @hookimpl
    def ftrack_execute_batch(self, session, batch):
        if batch[0]["action"] != "encode_media":
            return None
        self.asked.extend(batch)
        job = {"action": "create", "entity_type": "Job", "entity_data": {"status": "queued"}}
        (answer,) = session.call([job])
        return [{"job_id": answer["data"]["id"]}]


@pytest.fixture
def storage():
    return ServerStorage()


@pytest.fixture
def encoder():
    return Encoder()


@pytest.fixture
def session(storage, encoder):
    plugins = [storage, encoder]
    with Session("embedded:?seed=demo", api_user="admin", plugins=plugins) as session:
        yield session


@pytest.fixture
def version(session):
    return session.query("AssetVersion").first()


@pytest.fixture
def picture(tmp_path):
    path = tmp_path / "frame.jpg"
    path.write_bytes(b"a picture")
    return str(path)


def content(storage, component):
    with storage.accessor.open(component["id"]) as stream:
        return stream.read()


# --- components ----------------------------------------------------------------------------------


def test_a_version_creates_its_components(session, storage, version, picture):
    component = version.create_component(picture, {"name": "main"}, location="ftrack.server")
    assert component["version"] == version
    assert content(storage, component) == b"a picture"


def test_a_version_id_in_the_data_gives_way_to_the_version(version, picture):
    component = version.create_component(picture, {"version_id": "x", "name": "main"}, None)
    assert component["version"] == version


def test_a_component_says_where_it_is(session, version, picture):
    component = version.create_component(picture, {"name": "main"}, location="ftrack.server")
    server = session.locations.get("ftrack.server")
    assert component.get_availability()[server["id"]] == 100.0
    unmanaged = session.locations.get("ftrack.unmanaged")
    assert component.get_availability([unmanaged]) == {unmanaged["id"]: 0.0}


# --- thumbnails ----------------------------------------------------------------------------------


@pytest.mark.parametrize("entity_type", ["Task", "AssetVersion", "Project", "User"])
def test_a_picture_becomes_the_thumbnail(session, storage, picture, entity_type):
    entity = session.query(entity_type).first()
    component = entity.create_thumbnail(picture)
    assert content(storage, component) == b"a picture"
    found = session.query(
        f'select thumbnail.name from {entity_type} where thumbnail_id is "{component["id"]}"'
    ).one()
    assert found == entity
    assert found["thumbnail"]["name"] == "thumbnail"
    assert session.modified == []


def test_a_thumbnail_may_be_called_otherwise_and_the_data_given_stays(version, picture):
    data = {"name": "poster"}
    assert version.create_thumbnail(picture, data)["name"] == "poster"
    assert data == {"name": "poster"}


def test_without_storage_of_the_server_there_is_no_thumbnail(picture):
    with Session("embedded:?seed=demo", api_user="admin") as session:
        task = session.query("Task").first()
        session.locations.bind(LocationBinding("ftrack.server", None, None))
        with pytest.raises(LocationError, match=r"ftrack\.server"):
            task.create_thumbnail(picture)
        assert session.created == session.modified == []


# --- review media --------------------------------------------------------------------------------


def test_a_file_is_uploaded_and_encoded(session, storage, encoder, version, picture):
    job = version.encode_media(picture)
    (asked,) = encoder.asked
    assert job["status"] == "queued"
    assert (asked["version_id"], asked["keep_original"]) == (version["id"], False)
    component = session.get("FileComponent", asked["component_id"])
    assert component["version"] is None
    assert content(storage, component) == b"a picture"


def test_a_path_may_be_a_path_object(session, encoder, version, picture):
    version.encode_media(Path(picture))
    assert encoder.asked[0]["keep_original"] is False
    assert version.create_component(Path(picture), {"name": "main"}, None)["name"] == "main"
    assert version.create_thumbnail(Path(picture))["name"] == "thumbnail"


def test_a_kept_component_may_be_given_up(encoder, version, picture):
    component = version.create_component(picture, {"name": "main"}, location="ftrack.server")
    version.encode_media(component, keep_original=False)
    assert encoder.asked[0]["keep_original"] is False


def test_the_original_may_be_kept_with_the_version(session, encoder, version, picture):
    version.encode_media(picture, keep_original=True)
    (asked,) = encoder.asked
    assert asked["keep_original"] is True
    assert session.get("FileComponent", asked["component_id"])["version"] == version


def test_a_component_that_is_there_is_encoded_and_kept(encoder, version, picture):
    component = version.create_component(picture, {"name": "main"}, location="ftrack.server")
    version.encode_media(component)
    assert encoder.asked[0]["component_id"] == component["id"]
    assert encoder.asked[0]["keep_original"] is True


@pytest.mark.parametrize("media", [None, 3, b"bytes"])
def test_what_is_neither_is_refused(encoder, version, media):
    with pytest.raises(EntityError, match="a path, or a FileComponent"):
        version.encode_media(media)
    assert encoder.asked == []
