"""Adding components that exist already to further locations."""

from __future__ import annotations

import pytest
from ftrack_core.errors import LocationError, ResourceExistsError
from ftrack_core.testing.memory_accessor import MemoryAccessor, PlainMemoryAccessor
from ftrack_core.testing.memory_transport import MemoryTransport
from ftrack_core.testing.sessions import memory_session

from ftrack_core import LocationBinding

ROWS = [
    {"__entity_type__": "Location", "id": f"l-{name}", "name": f"studio.{name}"}
    for name in ("prod", "site")
]


class FlatStructure:
    def get_resource_identifier(self, entity, context=None):
        container = entity["container"]
        return f"{container['name'] + '.' if container else ''}{entity['name']}.exr"


class SameName:
    """Keeps the name that a component has where it comes from."""

    def get_resource_identifier(self, entity, context=None):
        return "copy/" + context["source_resource_identifier"]


@pytest.fixture
def server():
    return MemoryTransport(rows=ROWS)


@pytest.fixture
def session(server):
    with memory_session(server) as session:
        session.locations.bind(LocationBinding("studio.prod", MemoryAccessor(), FlatStructure()))
        session.locations.bind(LocationBinding("studio.site", PlainMemoryAccessor(), SameName()))
        yield session


@pytest.fixture
def prod(session):
    return session.locations.get("studio.prod")


@pytest.fixture
def site(session):
    return session.locations.get("studio.site")


@pytest.fixture
def plates(tmp_path):
    for frame in range(10):
        (tmp_path / f"plate.{frame:04d}.exr").write_bytes(b"x" * frame)
    return str(tmp_path / "plate.%04d.exr")


@pytest.fixture
def plate(session, plates):
    return session.create_component(plates, {"name": "plate"}, "studio.prod")


def test_a_new_component_is_added_from_its_origin(session, server, prod, plates):
    plate = session.create_component(plates, {"name": "plate"}, None)
    prod.add_component(plate)
    assert len(server.rows("Component")) == 11
    assert len(server.rows("ComponentLocation")) == 11
    assert len(prod.accessor.list("")) == 10


def test_a_component_is_copied_from_another_location(server, prod, site, plate):
    site.add_component(plate, prod)
    assert len(site.accessor.list("copy")) == 10
    assert len(server.rows("ComponentLocation")) == 22
    assert len(prod.accessor.list("")) == 10


def test_a_source_may_be_given_by_name(site, plate):
    site.add_component(plate, "studio.prod")
    assert site.accessor.exists("copy/plate.0003.exr")


def test_the_number_of_requests_does_not_grow_with_the_frames(session, prod, site, plate):
    before = session.request_count
    site.add_component(plate, prod)
    assert session.request_count - before == 3


def test_it_works_for_a_component_from_the_server(server, plate, prod):
    accessor = MemoryAccessor()
    with memory_session(server) as session:
        session.locations.bind(LocationBinding("studio.prod", prod.accessor, FlatStructure()))
        session.locations.bind(LocationBinding("studio.site", accessor, FlatStructure()))
        found = session.get("SequenceComponent", plate["id"])
        session.locations.get("studio.site").add_component(found, "studio.prod")
    assert len(accessor.list("")) == 10


def test_what_is_there_already_is_refused(prod, site, plate):
    site.add_component(plate, prod)
    with pytest.raises(LocationError, match=r"in location 'studio\.site' already"):
        site.add_component(plate, prod)


def test_a_source_that_does_not_have_it_is_refused(session, server, prod, site, plate):
    with pytest.raises(LocationError, match=r"is not in location 'ftrack\.unmanaged'"):
        site.add_component(plate, "ftrack.unmanaged")
    assert len(server.rows("ComponentLocation")) == 11


def test_data_without_a_record_is_not_replaced(server, prod, site, plate):
    with site.accessor.open("copy/plate.0004.exr", "wb") as stream:
        stream.write(b"theirs")
    with pytest.raises(ResourceExistsError):
        site.add_component(plate, prod)
    assert site.accessor.list("copy") == ["copy/plate.0004.exr"]
    assert len(server.rows("ComponentLocation")) == 11


def test_several_components_share_one_commit(session, server, prod, site, tmp_path):
    components = []
    for name in ("a", "b"):
        (tmp_path / f"{name}.exr").write_bytes(b"x")
        path = str(tmp_path / f"{name}.exr")
        components.append(session.create_component(path, {"name": name}, prod))
    before = session.request_count
    site.add_components(components, prod)
    assert session.request_count - before == 3
    assert site.accessor.list("copy") == ["copy/a.exr", "copy/b.exr"]


def test_sources_are_one_for_all_or_one_for_each(prod, site, plate):
    with pytest.raises(ValueError, match="one for all or one each"):
        site.add_components([plate], [prod, prod])


def test_in_the_origin_the_source_is_a_path(session, plates):
    component = session.create("FileComponent", {"name": "main"})
    origin = session.locations.get("ftrack.origin")
    origin.add_component(component, "/plates/main.exr")
    assert origin.get_resource_identifier(component) == "/plates/main.exr"


def test_a_list_that_was_read_before_has_the_new_place(session, prod, site, plate):
    assert len(plate["component_locations"]) == 1
    site.add_component(plate, prod)
    assert len(plate["component_locations"]) == 2
