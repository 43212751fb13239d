"""What a studio has built on the older accessors and locations goes on being asked."""

from __future__ import annotations

import ftrack_api
import pytest
from ftrack_api.accessor.disk import DiskAccessor
from ftrack_api.exception import LocationError
from ftrack_api.structure.entity_id import EntityIdStructure


@pytest.fixture
def session():
    with ftrack_api.Session("embedded:?seed=demo", schema_cache_path=False) as session:
        yield session


@pytest.fixture
def plate(tmp_path):
    path = tmp_path / "plate.txt"
    path.write_bytes(b"pixels")
    return str(path)


def location_with(session, accessor, name="studio.prod"):
    location = session.ensure("Location", {"name": name})
    location.accessor, location.structure = accessor, EntityIdStructure()
    return location


def test_an_accessor_that_opens_in_its_own_way_is_asked(session, tmp_path, plate):
    class Shouting(DiskAccessor):
        def open(self, resource_identifier, mode="rb"):
            opened.append((resource_identifier, mode))
            return super().open(resource_identifier, mode)

    opened = []
    location = location_with(session, Shouting(str(tmp_path / "prod")))
    component = session.create_component(plate, {"name": "plate"}, location=location)
    assert opened == [(component["id"], "wb")]
    shelf = location_with(session, DiskAccessor(str(tmp_path / "shelf")), "studio.shelf")
    shelf.add_component(component, location)
    assert opened[1:] == [(component["id"], "rb")]


def test_what_it_raises_is_an_error_of_the_location(session, tmp_path, plate):
    class Burning(DiskAccessor):
        def open(self, resource_identifier, mode="rb"):
            raise RuntimeError("the disk is on fire")

    location = location_with(session, Burning(str(tmp_path / "prod")))
    with pytest.raises(LocationError, match="on fire"):
        session.create_component(plate, {"name": "plate"}, location=location)
    assert session.query("FileComponent where name is plate").all() == []


def test_a_plain_accessor_has_what_new_transfers_ask_for(tmp_path):
    assert callable(DiskAccessor(str(tmp_path)).open_atomic)


def test_a_missing_file_is_an_error_of_the_location(session, tmp_path):
    location = location_with(session, DiskAccessor(str(tmp_path / "prod")))
    with pytest.raises(LocationError, match=r"nothing at|no file"):
        session.create_component(str(tmp_path / "none.exr"), {"name": "x"}, location=location)
