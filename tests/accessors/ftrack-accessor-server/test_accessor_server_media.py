"""Thumbnails and review media, published from a session into the server's storage."""

from __future__ import annotations

import json

import pytest
from ftrack_core.errors import ResourceNotFoundError, TransferError
from ftrack_core.publish import publish_component
from ftrack_core.testing.faulty_server import page
from ftrack_embedded.engine.files import images


@pytest.fixture
def picture(tmp_path):
    path = tmp_path / "frame.png"
    path.write_bytes(images.placeholder())
    return path


@pytest.fixture
def version(session):
    return session.query("AssetVersion").first()


@pytest.fixture
def content(accessor):
    """Return what the server has of a component."""

    def content(component):
        with accessor.open(component["id"]) as stream:
            return stream.read()

    return content


def is_on_the_server(session, component):
    server = session.locations.get("ftrack.server")
    return server.get_component_availability(component) == 100.0


# --- components ----------------------------------------------------------------------------------


def test_a_file_is_published_to_the_server(session, content, picture):
    component = session.create_component(picture, {"name": "main"}, location="ftrack.server")
    assert content(component) == images.placeholder()
    assert is_on_the_server(session, component)
    server = session.locations.get("ftrack.server")
    assert server.get_resource_identifier(component) == component["id"]
    assert session.created == session.modified == []


def test_a_component_without_a_name_is_published_too(session, content, picture):
    component = session.create_component(picture, location="ftrack.server")
    assert content(component) == images.placeholder()


def test_frames_are_published_to_the_server(session, content, tmp_path):
    for frame in (1, 2, 3):
        (tmp_path / f"plate.{frame:04d}.exr").write_bytes(b"frame %d" % frame)
    sequence = session.create_component(
        f"{tmp_path}/plate.%04d.exr [1-3]", {"name": "plates"}, location="ftrack.server"
    )
    assert [content(one) for one in sequence["members"]] == [b"frame 1", b"frame 2", b"frame 3"]
    assert is_on_the_server(session, sequence)


def test_progress_and_a_checksum_are_told(session, content, picture):
    told = []
    component = publish_component(
        session, picture, {"name": "main"}, "ftrack.server", progress=told.append, checksum=True
    )
    assert content(component) == images.placeholder()
    assert told[-1].bytes == len(images.placeholder())


def test_a_removed_component_is_gone(session, accessor, picture):
    component = session.create_component(picture, {"name": "main"}, location="ftrack.server")
    session.locations.get("ftrack.server").remove_component(component)
    assert not is_on_the_server(session, component)
    with pytest.raises(ResourceNotFoundError):
        accessor.open(component["id"])


# --- thumbnails ----------------------------------------------------------------------------------


@pytest.mark.parametrize("entity_type", ["Task", "AssetVersion", "Project", "User"])
def test_a_picture_becomes_the_thumbnail(session, content, picture, entity_type):
    entity = session.query(entity_type).first()
    component = entity.create_thumbnail(picture)
    assert content(component) == images.placeholder()
    found = session.query(f'{entity_type} where thumbnail_id is "{component["id"]}"').one()
    assert found == entity
    assert (component["name"], component["file_type"]) == ("thumbnail", ".png")
    assert is_on_the_server(session, component)


def test_without_its_picture_an_entity_has_no_thumbnail(connected, faulty, picture):
    task = connected.query("Task where thumbnail_id is None").first()
    faulty.faults = [("PUT", "", page(403, "Forbidden"))]
    with pytest.raises(TransferError, match="HTTP 403"):
        task.create_thumbnail(picture)
    assert connected.created == connected.modified == []
    assert task["thumbnail_id"] is None


# --- review media --------------------------------------------------------------------------------


def made_by(session, job):
    """Return the components that a job has made."""
    session.refresh(job)
    assert job["status"] == "done", job["data"]
    output = json.loads(job["data"])["output"]
    return [session.get("FileComponent", one["component_id"]) for one in output]


def test_a_path_is_encoded_and_not_kept(session, version, content, picture):
    job = version.encode_media(picture)
    made = made_by(session, job)
    assert "ftrackreview-image" in [one["name"] for one in made]
    assert all(content(one) for one in made)
    source = json.loads(job["data"])["source_component_id"]
    with pytest.raises(ResourceNotFoundError):
        content({"id": source})


def test_a_component_of_the_server_is_encoded_and_kept(session, version, content, picture):
    component = version.create_component(picture, {"name": "main"}, location="ftrack.server")
    job = version.encode_media(component)
    assert made_by(session, job)
    assert content(component) == images.placeholder()
