"""What a location knows of components: where they are, how much of them, taking them away."""

from __future__ import annotations

import pytest
from ftrack_core.errors import (
    AccessorError,
    LocationError,
    StructureError,
    UnsupportedOperationError,
)
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


class Upper:
    """The server keeps identifiers in capitals."""

    def encode(self, resource_identifier, context=None):
        return resource_identifier.upper()

    def decode(self, resource_identifier, context=None):
        return resource_identifier.lower()


@pytest.fixture
def server():
    return MemoryTransport(rows=ROWS)


@pytest.fixture
def session(server):
    with memory_session(server) as session:
        for name, accessor in (("prod", MemoryAccessor()), ("site", PlainMemoryAccessor())):
            binding = LocationBinding(f"studio.{name}", accessor, FlatStructure())
            session.locations.bind(binding)
        yield session


@pytest.fixture
def prod(session):
    return session.locations.get("studio.prod")


@pytest.fixture
def site(session):
    return session.locations.get("studio.site")


@pytest.fixture
def still(session, tmp_path):
    path = tmp_path / "still.exr"
    path.write_bytes(b"still")
    return session.create_component(str(path), {"name": "still"}, "studio.prod")


@pytest.fixture
def plate(session, tmp_path):
    for frame in range(10):
        (tmp_path / f"plate.{frame:04d}.exr").write_bytes(b"x")
    path = str(tmp_path / "plate.%04d.exr")
    return session.create_component(path, {"name": "plate"}, "studio.prod")


def spent(session, work):
    before = session.request_count
    work()
    return session.request_count - before


# --- where ---------------------------------------------------------------------------------------


def test_a_location_knows_the_identifier_of_a_component(prod, still):
    assert prod.get_resource_identifier(still) == "still.exr"


def test_identifiers_come_in_the_order_asked_for_in_one_request(session, prod, still, plate):
    members = list(plate["members"])
    components = [members[7], still, members[2], still]
    found = []
    assert spent(session, lambda: found.extend(prod.get_resource_identifiers(components))) == 1
    assert found == ["plate.0007.exr", "still.exr", "plate.0002.exr", "still.exr"]


def test_a_component_that_is_not_there_is_named(site, still):
    with pytest.raises(LocationError, match=r"not in location 'studio\.site': .*still"):
        site.get_resource_identifier(still)


def test_a_storage_without_paths_says_so(prod, still):
    with pytest.raises(UnsupportedOperationError):
        prod.get_filesystem_path(still)
    with pytest.raises(UnsupportedOperationError):
        prod.get_url(still)


def test_without_an_accessor_there_is_no_path(prod, still):
    prod.accessor = None
    with pytest.raises(LocationError, match=r"session\.locations\.bind"):
        prod.get_filesystem_path(still)


def test_a_transformer_stands_between_server_and_accessor(session, server, prod, tmp_path):
    prod.resource_identifier_transformer = Upper()
    path = tmp_path / "still.exr"
    path.write_bytes(b"still")
    component = session.create_component(str(path), {"name": "still"}, prod)
    assert server.rows("ComponentLocation")[0]["resource_identifier"] == "STILL.EXR"
    assert prod.get_resource_identifier(component) == "still.exr"
    assert prod.accessor.exists("still.exr")


class Wrong:
    """A transformer that does not do what it is for."""

    def __init__(self, answer):
        self.answer = answer

    def encode(self, resource_identifier, context=None):
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    decode = encode


@pytest.mark.parametrize("answer", [None, "", 7, KeyError("show")], ids=repr)
def test_a_transformer_that_cannot_translate_is_named_and_leaves_no_data(
    session, server, prod, tmp_path, answer
):
    prod.resource_identifier_transformer = Wrong(answer)
    path = tmp_path / "still.exr"
    path.write_bytes(b"still")
    with pytest.raises(StructureError, match=r"Wrong\.encode, the transformer of .*'still\.exr'"):
        session.create_component(str(path), {"name": "still"}, prod)
    assert server.rows("ComponentLocation") == []
    assert not prod.accessor.exists("still.exr")


def test_one_that_cannot_translate_back_is_named_too(prod, still):
    prod.resource_identifier_transformer = Wrong(None)
    with pytest.raises(StructureError, match=r"it returned None"):
        prod.get_resource_identifier(still)


# --- how much ------------------------------------------------------------------------------------


def test_a_file_is_there_or_not(prod, site, still):
    assert prod.get_component_availability(still) == 100.0
    assert site.get_component_availability(still) == 0.0


def test_of_a_sequence_it_is_the_share_of_its_frames(session, prod, plate):
    prod.remove_components(plate["members"][:3])
    assert prod.get_component_availability(plate) == 70.0


def test_many_cost_one_request(session, prod, site, still, plate):
    def ask():
        found = session.locations.availabilities([still, plate], [prod, site])
        assert found == [{"l-prod": 100.0, "l-site": 0.0}] * 2

    assert spent(session, ask) == 1


def test_a_component_is_read_where_it_is(session, prod, site, still):
    site.priority, prod.priority = 1, 5
    assert session.locations.pick_source(still) is prod
    assert session.locations.pick(still) is site


# --- removing ------------------------------------------------------------------------------------


def test_removing_takes_record_and_data(server, prod, still):
    prod.remove_component(still)
    assert server.rows("ComponentLocation") == []
    assert prod.accessor.list("") == []
    assert len(server.rows("FileComponent")) == 1


@pytest.mark.parametrize("name", ["studio.prod", "studio.site"])
def test_a_sequence_is_removed_in_two_requests(session, server, tmp_path, name):
    for frame in range(10):
        (tmp_path / f"plate.{frame:04d}.exr").write_bytes(b"x")
    path = str(tmp_path / "plate.%04d.exr")
    location = session.locations.get(name)
    plate = session.create_component(path, {"name": "plate"}, location)
    assert spent(session, lambda: location.remove_component(plate)) == 2
    assert server.rows("ComponentLocation") == []
    assert location.accessor.list("") == []


def test_removing_leaves_pending_changes_alone(session, server, prod, still):
    session.create("Type", {"name": "Lookdev"})
    prod.remove_component(still)
    assert server.rows("Type") == []


def test_what_is_not_there_cannot_be_removed(site, still):
    with pytest.raises(LocationError, match=r"not in location 'studio\.site'"):
        site.remove_component(still)


def test_data_that_is_gone_already_is_no_obstacle(server, site, session, tmp_path):
    path = tmp_path / "still.exr"
    path.write_bytes(b"still")
    still = session.create_component(str(path), {"name": "still"}, site)
    site.accessor.remove("still.exr")
    site.remove_component(still)
    assert server.rows("ComponentLocation") == []


def test_without_an_accessor_nothing_is_removed(server, prod, still):
    prod.accessor = None
    with pytest.raises(LocationError, match="bind one first"):
        prod.remove_component(still)
    assert len(server.rows("ComponentLocation")) == 1


def test_data_that_cannot_be_removed_is_named(session, server, prod, still):
    class ReadOnly(MemoryAccessor):
        def remove_many(self, resource_identifiers):
            raise AccessorError("the disk is read-only")

    prod.accessor = ReadOnly()
    with pytest.raises(LocationError, match=r"read-only.*still\.exr"):
        prod.remove_component(still)
    assert server.rows("ComponentLocation") == []


def test_unmanaged_files_stay_where_they_are(session, server, tmp_path):
    path = tmp_path / "still.exr"
    path.write_bytes(b"still")
    unmanaged = session.locations.get("ftrack.unmanaged")
    component = session.create_component(str(path), {"name": "still"}, unmanaged)
    unmanaged.remove_component(component)
    assert server.rows("ComponentLocation") == []
    assert path.exists()


def test_handlers_hear_of_a_removal(session, prod, plate):
    heard = []

    @session.events.subscribe("topic=ftrack.location.component-removed")
    def on_removed(event):
        heard.append(dict(event.data))

    prod.remove_component(plate)
    assert heard == [{"component_id": plate["id"], "location_id": "l-prod"}]
