"""Components and locations: registered, copied, found again, removed."""

from pathlib import Path

import ftrack_api
import ftrack_api.accessor.disk
import ftrack_api.entity.location
import ftrack_api.structure.entity_id
import ftrack_api.structure.id
import ftrack_api.structure.standard
import ftrack_api.symbol as symbol
import pytest
import requests
from ftrack_api.exception import (
    ComponentInLocationError,
    ComponentNotInLocationError,
    LocationError,
)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "plate.txt"
    path.write_bytes(b"hello")
    return str(path)


@pytest.fixture
def sequence(tmp_path):
    """The text of a sequence of three frames that are there."""
    for frame in (1, 2, 3):
        (tmp_path / f"f.{frame:04d}.exr").write_bytes(b"x" * frame)
    return f"{tmp_path}/f.%04d.exr [1-3]"


@pytest.fixture
def disk(session, unique, tmp_path):
    """A location on the disk, preferred to all others."""
    location = session.create("Location", {"name": unique})
    location.accessor = ftrack_api.accessor.disk.DiskAccessor(prefix=str(tmp_path / "store"))
    location.structure = ftrack_api.structure.id.IdStructure()
    location.priority = 1
    (tmp_path / "store").mkdir()
    session.commit()
    return location


@pytest.fixture
def origin(session):
    return session.get("Location", symbol.ORIGIN_LOCATION_ID)


def test_the_built_in_locations_are_picked_last(session):
    """56: priority 95 by default; without configuration `ftrack.unmanaged` is picked."""
    assert session.create("Location", {"name": "x"}).priority == 95
    session.rollback()
    assert session.pick_location()["name"] == "ftrack.unmanaged"


def test_the_built_in_locations_are_known_without_asking(session, wire):
    """57: `get` gives the configured instance."""
    wire.clear()
    expected = {
        symbol.ORIGIN_LOCATION_ID: ("ftrack.origin", 100),
        symbol.UNMANAGED_LOCATION_ID: ("ftrack.unmanaged", 90),
        symbol.REVIEW_LOCATION_ID: ("ftrack.review", 110),
        symbol.SERVER_LOCATION_ID: ("ftrack.server", 150),
    }
    for identifier, (name, priority) in expected.items():
        location = session.get("Location", identifier)
        assert (location["name"], location.priority) == (name, priority)
        assert location.accessor
        assert location.structure
    assert wire.requests == []
    assert session.query('Location where name is "ftrack.server"').one() is location


def test_a_component_in_origin_only(session, origin, file, wire):
    """58: `location=None`; the path is its identifier there."""
    wire.clear()
    component = session.create_component(file, location=None)
    assert origin.get_filesystem_path(component) == file
    assert origin.get_resource_identifier(component) == file
    assert component.entity_type == "FileComponent"
    assert (component["file_type"], component["size"]) == (".txt", 5)
    assert wire.requests == []
    assert session.created == [component]


def test_a_component_goes_where_locations_are_picked(session, file, ask):
    """1.14: `location="auto"`; the registration is committed."""
    component = session.create_component(file, {"name": "x"})
    assert not session.recorded_operations
    (row,) = ask(
        "select location.name, resource_identifier from ComponentLocation"
        f' where component_id is "{component["id"]}"'
    )
    assert row["location"]["name"] == "ftrack.unmanaged"
    assert row["resource_identifier"] == file


@pytest.mark.parametrize("name", ["ftrackreview-mp4", "ftrackreview-webm", "ftrackreview-image"])
def test_review_media_goes_to_the_review_location(session, file, name):
    """59: by the component's name."""
    component = session.create_component(file, {"name": name})
    held = session.get_component_availability(component)
    assert held[symbol.REVIEW_LOCATION_ID] == 100.0
    assert held[symbol.UNMANAGED_LOCATION_ID] == 0.0


def test_a_sequence_has_members(session, sequence):
    """60: named as the frames are, padding 4."""
    component = session.create_component(sequence, {"name": "frames"}, location=None)
    assert component.entity_type == "SequenceComponent"
    assert component["padding"] == 4
    assert [one["name"] for one in component["members"]] == ["0001", "0002", "0003"]
    assert [one["size"] for one in component["members"]] == [1, 2, 3]
    assert (component["size"], component["file_type"]) == (6, ".exr")
    assert {one["file_type"] for one in component["members"]} == {".exr"}
    assert all(one["container"] is component for one in component["members"])


def test_a_file_goes_to_a_disk(session, disk, file, tmp_path, ask):
    """8.2: copied under the name that the structure says, registered, committed."""
    component = session.create_component(file, {"name": "x"}, location=disk)
    path = disk.get_filesystem_path(component)
    assert path.startswith(str(tmp_path / "store"))
    assert Path(path).read_bytes() == b"hello"
    assert len(ask(f'ComponentLocation where component_id is "{component["id"]}"')) == 1
    identifier = disk.get_resource_identifier(component)
    assert path == str(tmp_path / "store" / identifier)
    assert session.pick_location(component) is disk
    assert session.pick_locations([component]) == [disk]
    assert disk.get_component_availability(component) == 100.0


def test_a_sequence_goes_to_a_disk(session, disk, sequence, tmp_path):
    """8.2: its members, and then itself."""
    component = session.create_component(sequence, {"name": "frames"}, location=disk)
    paths = disk.get_filesystem_paths(list(component["members"]))
    assert [Path(path).name for path in paths] == [
        "file.0001.exr", "file.0002.exr", "file.0003.exr",
    ]  # fmt: skip
    assert [Path(path).stat().st_size for path in paths] == [1, 2, 3]
    assert disk.get_filesystem_path(component).endswith("file.%04d.exr")
    assert disk.get_component_availability(component) == 100.0


def test_a_component_is_added_once(session, disk, file, origin, ask):
    """61: ComponentInLocationError, and nothing changes."""
    component = session.create_component(file, {"name": "x"}, location=disk)
    session.commit()
    with pytest.raises(ComponentInLocationError):
        disk.add_component(component, origin)
    assert not session.recorded_operations
    assert len(ask(f'ComponentLocation where component_id is "{component["id"]}"')) == 1


def test_data_that_is_there_is_not_overwritten(session, disk, file, origin, tmp_path, ask):
    """62: LocationError before any write."""
    component = session.create_component(file, {"name": "x"}, location=None)
    session.commit()
    identifier = disk.structure.get_resource_identifier(component)
    target = tmp_path / "store" / identifier
    target.parent.mkdir(parents=True)
    target.write_bytes(b"other")
    with pytest.raises(LocationError):
        disk.add_component(component, origin)
    assert target.read_bytes() == b"other"
    assert ask(f'ComponentLocation where component_id is "{component["id"]}"') == []


def test_half_a_sequence_is_half_available(session, disk, sequence, origin, tmp_path):
    """63: 50.0; and 0.0 elsewhere."""
    (tmp_path / "f.0004.exr").write_bytes(b"x")
    text = sequence.replace("[1-3]", "[1-4]")
    component = session.create_component(text, {"name": "frames"}, location=None)
    session.commit()
    disk.add_components(list(component["members"])[:2], origin)
    held = session.get_component_availability(component)
    assert held[disk["id"]] == 50.0
    assert component.get_availability([disk]) == {disk["id"]: 50.0}
    assert session.get_component_availabilities([component], [disk]) == [{disk["id"]: 50.0}]
    assert held[symbol.SERVER_LOCATION_ID] == 0.0
    assert disk.get_component_availabilities(list(component["members"])) == [100.0, 100.0, 0.0, 0.0]


def test_what_is_not_there_is_told(session, disk, file):
    """8.2: ComponentNotInLocationError."""
    component = session.create_component(file, {"name": "x"}, location=None)
    for ask in (disk.get_resource_identifier, disk.get_filesystem_path, disk.remove_component):
        with pytest.raises(ComponentNotInLocationError):
            ask(component)


def test_a_component_is_removed(session, disk, file, ask):
    """8.2: data and registration."""
    component = session.create_component(file, {"name": "x"}, location=disk)
    path = disk.get_filesystem_path(component)
    disk.remove_component(component)
    assert not Path(path).exists()
    assert ask(f'ComponentLocation where component_id is "{component["id"]}"') == []
    assert disk.get_component_availability(component) == 0.0


def test_a_sequence_is_removed(session, disk, sequence, ask):
    """8.2: members first."""
    component = session.create_component(sequence, {"name": "frames"}, location=disk)
    paths = disk.get_filesystem_paths(list(component["members"]))
    disk.remove_component(component)
    assert not any(Path(path).exists() for path in paths)
    assert ask(f'ComponentLocation where location_id is "{disk["id"]}"') == []


def test_several_components_from_one_source(session, disk, file, origin):
    """8.2: one source for all, or one for each; else ValueError."""
    made = [session.create_component(file, {"name": name}, location=None) for name in "abc"]
    disk.add_components(made[:2], origin)
    disk.add_components(made[2:], [origin])
    assert disk.get_component_availabilities(made) == [100.0, 100.0, 100.0]
    with pytest.raises(ValueError):
        disk.add_components(made, [origin, origin])


def test_a_location_without_structure_is_refused(session, file, unique, origin):
    """8.2: LocationError, and without an accessor as well."""
    location = session.create("Location", {"name": unique})
    session.commit()
    component = session.create_component(file, {"name": "x"}, location=None)
    with pytest.raises(LocationError):
        location.add_component(component, origin)
    location.structure = ftrack_api.structure.entity_id.EntityIdStructure()
    with pytest.raises(LocationError):
        location.add_component(component, origin)
    assert not location.accessor


def test_errors_of_a_transfer_have_details(session, disk, file, origin):
    """8.2: component, location, error and what was transferred."""
    component = session.create_component(file, {"name": "x"}, location=None)
    Path(file).unlink()
    with pytest.raises(LocationError) as caught:
        disk.add_component(component, origin)
    assert {"component", "location", "error", "transferred"} <= set(caught.value.details)


def test_locations_may_keep_registrations_in_memory(session, file, unique):
    """8.4: a mixed-in MemoryLocationMixin: no rows, no commit."""
    location = session.create("Location", {"name": unique})
    location.structure = ftrack_api.structure.entity_id.EntityIdStructure()
    ftrack_api.mixin(location, ftrack_api.entity.location.MemoryLocationMixin, name="Memory")
    ftrack_api.mixin(location, ftrack_api.entity.location.UnmanagedLocationMixin)
    location.accessor = ftrack_api.accessor.disk.DiskAccessor(prefix="")
    origin = session.get("Location", symbol.ORIGIN_LOCATION_ID)
    component = session.create_component(file, location=None)
    pending = len(session.recorded_operations)
    location.add_component(component, origin)
    assert location.get_resource_identifier(component) == component["id"]
    assert len(session.recorded_operations) == pending
    location.remove_component(component)
    with pytest.raises(ComponentNotInLocationError):
        location.get_resource_identifier(component)


def test_extension_points_of_a_location_are_called(session, disk, file, origin):
    """8.2: a subclass of the studio overrides single steps."""
    called = []

    class Noting(ftrack_api.entity.location.MemoryLocationMixin):
        def _add_data(self, component, resource_identifier, source):
            called.append(("add", resource_identifier, source))

        def _get_context(self, component, source):
            called.append(("context", component, source))
            return super()._get_context(component, source)

    ftrack_api.mixin(disk, Noting)
    component = session.create_component(file, location=None)
    disk.add_component(component, origin)
    assert called[0] == ("context", component, origin)
    assert called[1][::2] == ("add", origin)


def test_a_transformer_stands_between_structure_and_registration(session, disk, file, ask):
    """8.2: encode when it is registered, decode when it is read."""
    from ftrack_api.resource_identifier_transformer.base import ResourceIdentifierTransformer

    class Prefixing(ResourceIdentifierTransformer):
        def encode(self, resource_identifier, context=None):
            assert context["component"].entity_type == "FileComponent"
            return f"coded:{resource_identifier}"

        def decode(self, resource_identifier, context=None):
            return resource_identifier.removeprefix("coded:")

    disk.resource_identifier_transformer = Prefixing(session)
    component = session.create_component(file, {"name": "x"}, location=disk)
    identifier = disk.get_resource_identifier(component)
    (row,) = ask(
        "select resource_identifier from ComponentLocation"
        f' where component_id is "{component["id"]}"'
    )
    assert row["resource_identifier"] == f"coded:{identifier}"


def test_a_version_has_components(session, new_version, disk, file):
    """5.5: `create_component` of a version; names of the standard structure."""
    disk.structure = ftrack_api.structure.standard.StandardStructure()
    component = new_version.create_component(file, {"name": "main"}, location=disk)
    session.commit()
    assert component["version"] is new_version
    asset = new_version["asset"]
    assert disk.get_resource_identifier(component) == (
        f"crooked_quarry/{asset['name']}/v{new_version['version']:03d}/main.txt"
    )
    session.populate(new_version, "components")
    assert list(new_version["components"]) == [component]


def test_a_file_goes_to_the_server_and_comes_back(session, file, origin, new_version, disk):
    """8.5: uploaded, addressed, downloaded."""
    server = session.get("Location", symbol.SERVER_LOCATION_ID)
    component = new_version.create_component(file, {"name": "main"}, location=server)
    session.commit()
    assert server.get_resource_identifier(component) == component["id"]
    assert requests.get(server.get_url(component), timeout=30).content == b"hello"
    accessor = server.accessor
    assert accessor.open(component["id"], "rb").read() == b"hello"
    disk.add_component(component, server)
    assert Path(disk.get_filesystem_path(component)).read_bytes() == b"hello"
    server.remove_component(component)
    assert server.get_component_availability(component) == 0.0


def test_an_address_on_the_server_can_be_pasted_into_a_browser(session, server, unique):
    """77: id, username and apiKey are in it."""
    location = session.get("Location", symbol.SERVER_LOCATION_ID)
    component = session.create("FileComponent", {"name": unique, "file_type": ".txt"})
    session.create(
        "ComponentLocation",
        {"component": component, "location": location, "resource_identifier": component["id"]},
    )
    session.commit()
    address = location.get_url(component)
    for part in (component["id"], f"username={server.user}", f"apiKey={server.key}"):
        assert part in address
    shown = location.get_thumbnail_url(component, size=100)
    assert "size=100" in shown
    assert component["id"] in shown


def test_what_a_disk_lists_can_be_given_back_to_it(tmp_path):
    """78: `list("")` gives identifiers."""
    accessor = ftrack_api.accessor.disk.DiskAccessor(prefix=str(tmp_path))
    accessor.make_container("a/b")
    opened = accessor.open("a/b/c.txt", "wb")
    opened.write(b"x")
    opened.close()
    (first,) = accessor.list("")
    assert accessor.is_container(first)
    (second,) = accessor.list(first)
    (third,) = accessor.list(second)
    assert accessor.is_file(third)
    assert accessor.get_filesystem_path(third) == str(tmp_path / "a" / "b" / "c.txt")
    assert accessor.get_container(third) == "a/b"
