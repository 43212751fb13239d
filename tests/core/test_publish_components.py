"""Publishing: from a path to a component, its data in a location and its record on the server."""

from __future__ import annotations

import pytest
from ftrack_core.errors import LocationError, StructureError
from ftrack_core.locations import UNMANAGED
from ftrack_core.publish import publish_component
from ftrack_core.testing.memory_accessor import MemoryAccessor, PlainMemoryAccessor
from ftrack_core.testing.memory_transport import MemoryTransport
from ftrack_core.testing.sessions import memory_session

from ftrack_core import LocationBinding, hookimpl

PROD = {"__entity_type__": "Location", "id": "l-prod", "name": "studio.prod"}


class FlatStructure:
    """Names a component by its name, members by that of their sequence too."""

    def get_resource_identifier(self, entity, context=None):
        container = entity["container"]
        if container:
            return f"{container['name']}/{container['name']}.{entity['name']}{entity['file_type']}"
        return f"{entity['name']}{entity['file_type']}"


@pytest.fixture
def server():
    return MemoryTransport(rows=[PROD])


@pytest.fixture
def session(server):
    with memory_session(server) as session:
        yield session


@pytest.fixture
def storage(session):
    """A location of the studio, picked before all others."""
    accessor = MemoryAccessor()
    session.locations.bind(LocationBinding("studio.prod", accessor, FlatStructure(), priority=10))
    return accessor


@pytest.fixture
def movie(tmp_path):
    path = tmp_path / "cut.mov"
    path.write_bytes(b"moving pictures")
    return str(path)


@pytest.fixture
def plates(tmp_path):
    for frame in range(1001, 1011):
        (tmp_path / f"plate.{frame}.exr").write_bytes(b"x" * frame)
    return str(tmp_path / "plate.%04d.exr")


def read(accessor, identifier):
    with accessor.open(identifier) as stream:
        return stream.read()


def records(server, component):
    rows = server.rows("ComponentLocation")
    return [row for row in rows if row["component_id"] == component["id"]]


# --- one file ------------------------------------------------------------------------------------


def test_a_file_is_copied_and_recorded(session, server, storage, movie):
    component = session.create_component(movie, {"name": "main"})
    assert read(storage, "main.mov") == b"moving pictures"
    [record] = records(server, component)
    assert (record["location_id"], record["resource_identifier"]) == ("l-prod", "main.mov")


def test_size_and_file_type_are_filled_in(session, storage, movie):
    component = session.create_component(movie, {"name": "main"})
    assert (component["size"], component["file_type"]) == (15, ".mov")
    assert component.entity_type == "FileComponent"


def test_what_is_given_is_kept_and_not_changed(session, storage, movie):
    data = {"name": "main", "file_type": ".qt"}
    component = session.create_component(movie, data)
    assert component["file_type"] == ".qt"
    assert data == {"name": "main", "file_type": ".qt"}


def test_a_plugin_may_say_the_file_type(server, tmp_path):
    class Houdini:
        @hookimpl
        def ftrack_file_type(self, path):
            return ".bgeo.sc" if path.endswith(".bgeo.sc") else None

    path = tmp_path / "smoke.bgeo.sc"
    path.write_bytes(b"")
    with memory_session(server, plugins=[Houdini()]) as session:
        assert session.create_component(str(path), location=None)["file_type"] == ".bgeo.sc"


def test_component_and_record_are_committed_in_one_request(session, server, storage, movie):
    session.locations.get("studio.prod")
    before = session.request_count
    session.create_component(movie, {"name": "main"})
    assert session.request_count - before == 1
    assert [operation["entity_type"] for operation in server.batches[-1]] == [
        "FileComponent",
        "ComponentLocation",
    ]


def test_what_else_is_pending_is_committed_along(session, server, storage, movie):
    version = session.create("AssetVersion", {"comment": "first"})
    component = session.create_component(movie, {"name": "main", "version": version})
    assert [row["id"] for row in server.rows("AssetVersion")] == [version["id"]]
    assert server.rows("FileComponent")[0]["version_id"] == version["id"]
    assert component["version"] is version


def test_metadata_is_published_with_the_component(session, server, storage, movie):
    session.create_component(movie, {"name": "main", "metadata": {"lens": "35"}})
    [row] = server.rows("Metadata")
    assert (row["key"], row["value"]) == ("lens", "35")


def test_the_storage_may_be_of_the_oldest_kind(session, server, movie):
    accessor = PlainMemoryAccessor()
    session.locations.bind(LocationBinding("studio.prod", accessor, FlatStructure(), priority=10))
    session.create_component(movie, {"name": "main"})
    assert read(accessor, "main.mov") == b"moving pictures"


def test_progress_is_told(session, storage, movie):
    told = []
    publish_component(session, movie, {"name": "main"}, progress=told.append)
    assert (told[-1].items, told[-1].total_items) == (1, 1)
    assert (told[-1].bytes, told[-1].total_bytes) == (15, 15)


# --- which location ------------------------------------------------------------------------------


def test_a_location_is_given_by_name_id_or_itself(session, server, storage, movie):
    for number, location in enumerate(("studio.prod", "l-prod", session.get("Location", "l-prod"))):
        component = session.create_component(movie, {"name": f"take {number}"}, location)
        assert records(server, component)[0]["location_id"] == "l-prod"


def test_without_any_binding_a_file_stays_where_it_is(session, server, movie):
    component = session.create_component(movie, {"name": "main"})
    [record] = records(server, component)
    assert (record["location_id"], record["resource_identifier"]) == (UNMANAGED.id, movie)


def test_a_relative_path_is_recorded_in_full(session, server, movie, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    component = session.create_component("cut.mov", {"name": "main"}, "ftrack.unmanaged")
    assert records(server, component)[0]["resource_identifier"] == movie


def test_a_path_of_another_system_is_recorded_as_it_is(session, server):
    path = "P:\\shows\\dune\\cut.mov"
    component = session.create_component(path, {"name": "main"}, "ftrack.unmanaged")
    assert records(server, component)[0]["resource_identifier"] == path


def test_review_media_goes_to_the_review_location_by_itself(session, server, storage, movie):
    component = session.create_component(movie, {"name": "ftrackreview-mp4"})
    location = session.locations.get("ftrack.review")
    assert records(server, component)[0]["location_id"] == location["id"]


@pytest.mark.parametrize("location", [None, "ftrack.origin"])
def test_without_a_location_the_component_stays_pending(session, server, storage, movie, location):
    component = session.create_component(movie, {"name": "main"}, location)
    assert server.rows("FileComponent") == []
    session.commit()
    assert [row["id"] for row in server.rows("FileComponent")] == [component["id"]]
    assert server.rows("ComponentLocation") == []


def test_the_origin_of_a_component_is_known_in_its_session(session, movie):
    component = session.create_component(movie, location=None)
    origin = session.locations.get("ftrack.origin")
    assert origin.get_filesystem_path(component) == movie


def test_a_bound_location_is_created_with_the_first_component(session, server, movie):
    binding = LocationBinding("studio.new", MemoryAccessor(), FlatStructure(), priority=1)
    session.locations.bind(binding)
    assert session.locations.get("studio.new")["name"] == "studio.new"
    assert len(server.rows("Location")) == 1
    component = session.create_component(movie, {"name": "main"})
    created = next(row for row in server.rows("Location") if row["name"] == "studio.new")
    assert records(server, component)[0]["location_id"] == created["id"]


def test_creating_a_location_leaves_pending_changes_alone(session, server, movie):
    binding = LocationBinding("studio.new", MemoryAccessor(), FlatStructure())
    session.locations.bind(binding)
    session.create("Type", {"name": "Lookdev"})
    session.locations.ensure(session.locations.get("studio.new"))
    assert server.rows("Type") == []


def test_a_location_that_somebody_else_created_meanwhile_is_used(session, server, movie):
    session.locations.bind(LocationBinding("studio.new", MemoryAccessor(), FlatStructure()))
    location = session.locations.get("studio.new")
    server.add({"__entity_type__": "Location", "id": "theirs", "name": "studio.new"})
    component = session.create_component(movie, {"name": "main"}, location)
    assert records(server, component)[0]["location_id"] == "theirs"


# --- sequences -----------------------------------------------------------------------------------


def test_a_sequence_is_one_component_with_a_member_for_each_frame(session, storage, plates):
    component = session.create_component(f"{plates} [1001-1010]", {"name": "plate"})
    assert component.entity_type == "SequenceComponent"
    assert (component["padding"], component["file_type"]) == (4, ".exr")
    assert component["size"] == sum(range(1001, 1011))
    members = component["members"]
    assert [one["name"] for one in members] == [str(frame) for frame in range(1001, 1011)]
    assert members[3]["size"] == 1004
    assert members[3]["container"] is component


def test_all_frames_are_copied(session, storage, plates):
    session.create_component(plates, {"name": "plate"})
    assert len(storage.list("plate")) == 10
    assert read(storage, "plate/plate.1007.exr") == b"x" * 1007


def test_a_sequence_costs_no_more_requests_than_a_file(session, server, storage, plates):
    session.locations.get("studio.prod")
    before = session.request_count
    component = session.create_component(plates, {"name": "plate"})
    assert session.request_count - before == 1
    assert len(server.rows("ComponentLocation")) == 11
    assert [row["resource_identifier"] for row in records(server, component)] == ["plate.exr"]


def test_the_server_knows_the_members(session, server, storage, plates):
    key = session.create_component(plates, {"name": "plate"})["id"]
    with memory_session(server) as other:
        members = other.get("SequenceComponent", key)["members"]
        assert len(members) == 10


def test_a_sequence_may_be_given_as_a_list_of_files(session, storage, tmp_path, plates):
    files = sorted(str(path) for path in tmp_path.glob("*.exr"))
    component = session.create_component(files[2:5], {"name": "plate"})
    assert [one["name"] for one in component["members"]] == ["1003", "1004", "1005"]


def test_an_unmanaged_sequence_is_recorded_by_its_pattern(session, server, plates, tmp_path):
    component = session.create_component(f"{plates} [1001-1010]", {"name": "plate"})
    assert records(server, component)[0]["resource_identifier"] == plates
    member = records(server, component["members"][0])[0]
    assert member["resource_identifier"] == str(tmp_path / "plate.1001.exr")


# --- the event -----------------------------------------------------------------------------------


def test_handlers_hear_of_it_once_the_server_knows(session, server, storage, plates):
    heard = []

    @session.events.subscribe("topic=ftrack.location.component-added")
    def on_added(event):
        heard.append((dict(event.data), len(server.rows("ComponentLocation"))))

    component = session.create_component(plates, {"name": "plate"})
    assert heard == [({"component_id": component["id"], "location_id": "l-prod"}, 11)]


def test_a_handler_that_raises_does_not_undo_a_publish(session, storage, movie):
    @session.events.subscribe("topic=ftrack.location.component-added")
    def on_added(event):
        raise RuntimeError("the farm is down")

    session.create_component(movie, {"name": "main"})
    assert storage.exists("main.mov")


# --- naming --------------------------------------------------------------------------------------


def test_a_plugin_may_name_a_component(server, movie):
    class Names:
        @hookimpl
        def ftrack_resource_identifier(self, component, location):
            return f"by-hook/{component['name']}"

    with memory_session(server, plugins=[Names()]) as session:
        accessor = MemoryAccessor()
        session.locations.bind(
            LocationBinding("studio.prod", accessor, FlatStructure(), priority=1)
        )
        session.create_component(movie, {"name": "main"})
    assert accessor.exists("by-hook/main")


def test_a_wrapper_sees_what_the_structure_says(server, movie):
    class Dune:
        @hookimpl(wrapper=True)
        def ftrack_resource_identifier(self, component, location):
            identifier = yield
            return f"dune/{identifier}"

    with memory_session(server, plugins=[Dune()]) as session:
        accessor = MemoryAccessor()
        session.locations.bind(
            LocationBinding("studio.prod", accessor, FlatStructure(), priority=1)
        )
        session.create_component(movie, {"name": "main"})
    assert accessor.exists("dune/main.mov")


@pytest.mark.parametrize("answer", ["/etc/passwd", "../up", "a/../../b", "", "C:\\x", "\\\\srv\\x"])
def test_a_name_that_leads_elsewhere_is_refused(session, server, movie, answer):
    class Loose:
        def get_resource_identifier(self, entity, context=None):
            return answer

    accessor = MemoryAccessor()
    session.locations.bind(LocationBinding("studio.prod", accessor, Loose(), priority=1))
    with pytest.raises(StructureError, match=r"studio\.prod"):
        session.create_component(movie, {"name": "main"})
    assert accessor.list("") == []


def test_two_members_of_one_name_are_refused_before_anything_moves(session, server, plates):
    class Forgetful:
        def get_resource_identifier(self, entity, context=None):
            return "plate.exr"

    accessor = MemoryAccessor()
    session.locations.bind(LocationBinding("studio.prod", accessor, Forgetful(), priority=1))
    with pytest.raises(LocationError, match="tell them apart"):
        session.create_component(plates, {"name": "plate"})
    assert accessor.list("") == []
