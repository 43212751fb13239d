"""The accessor of the server's storage: the promises of the port, and what only a server has."""

from __future__ import annotations

import gc
import io
import subprocess
import sys
import tempfile

import pytest
import requests
from ftrack_accessor_server.accessor import ServerAccessor, server_accessor
from ftrack_accessor_server.names import file_name
from ftrack_accessor_server.plugin import ftrack_create_accessor, ftrack_locations
from ftrack_core.errors import (
    AccessorError,
    ConfigurationError,
    ResourceExistsError,
    ResourceNotFoundError,
    UnsupportedOperationError,
)
from ftrack_core.hookspecs import provided_names
from ftrack_core.ports import AccessorSpec
from ftrack_core.testing.accessors import AccessorSuite
from ftrack_core.testing.memory_accessor import MemoryAccessor
from ftrack_embedded import Server

from ftrack_core import LocationBinding, Session, hookimpl

KEY = "secret-key-7f3a"


class ByName:
    """The accessor, with a component for each name: a resource identifier is a component's id."""

    def __init__(self, session, accessor):
        self._session = session
        self._accessor = accessor
        self._ids = {}

    def _id(self, name, make=False):
        if make and name not in self._ids and ".." not in name and not name.startswith("/"):
            component = self._session.create("FileComponent", {"name": "x", "file_type": ".bin"})
            self._session.commit()
            self._ids[name] = component["id"]
        return self._ids.get(name, name if ".." in name or name[0] == "/" else f"no {hash(name)}")

    def open(self, name, mode="rb"):
        with Named(name):
            return self._accessor.open(self._id(name, make=mode == "wb"), mode)

    def open_atomic(self, name, *, overwrite=False):
        return self._accessor.open_atomic(self._id(name, make=True), overwrite=overwrite)

    def read_range(self, name, start, length):
        return self._accessor.read_range(self._id(name), start, length)

    def list(self, name):
        return self._accessor.list(self._id(name))

    def exists(self, name):
        return self._accessor.exists(self._id(name))

    def is_file(self, name):
        return self._accessor.is_file(self._id(name))

    def is_container(self, name):
        return self._accessor.is_container(self._id(name))

    def is_sequence(self, name):
        return self._accessor.is_sequence(self._id(name))

    def remove(self, name):
        with Named(name):
            self._accessor.remove(self._id(name))

    def make_container(self, name, recursive=True):
        self._accessor.make_container(self._id(name), recursive)

    def get_container(self, name):
        return self._accessor.get_container(self._id(name))

    def get_filesystem_path(self, name):
        return self._accessor.get_filesystem_path(self._id(name))

    def get_url(self, name):
        return self._accessor.get_url(self._id(name))


class Named:
    """Let an error name what the test has named."""

    def __init__(self, name):
        self._name = name

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if isinstance(error, AccessorError):
            error.args = (f"{error} ({self._name})",)
            error.resource_identifier = self._name


class TestServerStorage(AccessorSuite):
    """It keeps what can be kept without containers: nothing is in anything, nothing is listed."""

    @pytest.fixture
    def accessor(self, session, accessor):
        return ByName(session, accessor)

    # Of these each looks at a container, lists one, or gives a name to what has only an id.
    test_names_are_kept_as_they_are = None
    test_the_root_is_an_empty_container_at_first = None
    test_writing_creates_the_containers_above = None
    test_list_is_sorted = None
    test_list_shows_direct_children_only = None
    test_names_that_begin_alike_are_told_apart = None
    test_a_made_container_exists_and_is_empty = None
    test_making_a_container_twice_is_no_error = None
    test_making_a_container_makes_those_above = None
    test_removing_takes_that_one_and_no_other = None
    test_an_empty_container_can_be_removed = None
    test_a_container_that_holds_something_stays = None
    test_making_a_container_alone_needs_its_parent = None
    test_the_container_of_an_identifier_is_what_is_above = None
    test_a_container_is_not_a_file = None
    test_listing_what_is_missing_is_an_error = None
    test_no_foreign_error_escapes = None  # ... escapes_for_any_identifier below
    test_an_atomic_write_shows_nothing_before_its_end = None  # the others of uploads
    test_a_failed_atomic_write_leaves_nothing = None
    test_a_failed_atomic_write_leaves_the_old_content = None
    test_of_atomic_writers_that_race_exactly_one_wins = None  # the server offers no way
    # Optional, and not offered: sending needs a path, and removing many has no request.
    test_many_are_removed_and_the_others_stay = None
    test_removing_many_does_not_climb_out = None
    test_a_copy_holds_the_same_content = None
    test_a_copy_of_what_is_missing_is_an_error = None


@pytest.fixture
def component(session):
    component = session.create("FileComponent", {"name": "plate", "file_type": ".exr"})
    session.commit()
    return component


def write(accessor, component, content):
    with accessor.open(component["id"], "wb") as stream:
        stream.write(content)


def read(accessor, component):
    with accessor.open(component["id"]) as stream:
        return stream.read()


# --- how it comes into being ---------------------------------------------------------------------


def test_the_servers_location_has_it_without_being_asked(session):
    location = session.locations.get("ftrack.server")
    assert isinstance(location.accessor, ServerAccessor)
    assert location.priority == 150
    assert location.structure is None


def test_nothing_lands_on_the_server_unless_it_is_asked_for(session):
    assert session.pick_location()["name"] == "ftrack.unmanaged"


def test_another_binding_wins():
    other = MemoryAccessor()

    class Studio:
        @hookimpl
        def ftrack_locations(self):
            return [LocationBinding("ftrack.server", other, None, priority=150)]

    with Session("embedded:", api_user="admin", plugins=[Studio()]) as session:
        assert session.locations.get("ftrack.server").accessor is other


def test_the_plugin_states_its_scheme():
    assert provided_names(ftrack_create_accessor) == ("server",)
    assert ftrack_create_accessor(AccessorSpec("disk:/mnt")) is None
    (binding,) = ftrack_locations()
    assert (binding.name, binding.accessor) == ("ftrack.server", "server:")


@pytest.mark.parametrize(
    ("url", "options", "message"),
    [
        ("server:", {}, "through a session"),
        ("server:/mnt", {"session": 1}, "nothing behind it"),
        ("server:", {"session": 1, "conections": 2}, "Did you mean 'connections'"),
        ("server:", {"session": 1, "connections": 0}, "from 1 on"),
        ("server:", {"session": 1, "connections": True}, "from 1 on"),
    ],
)
def test_bad_settings_are_told(url, options, message):
    with pytest.raises(ConfigurationError, match=message):
        server_accessor(AccessorSpec(url, options))


def test_the_plugin_imports_no_accessor():
    program = (
        "import sys, ftrack_accessor_server.plugin as plugin\n"
        "plugin.ftrack_locations()\n"
        "print('ftrack_accessor_server.accessor' in sys.modules)"
    )
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert answer.stdout.strip() == "False", answer.stderr


# --- identifiers and errors ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "identifier", ["", " ", "..", "a/b", "..\\x", "nul\0byte", "lone\ud800surrogate"]
)
@pytest.mark.parametrize(
    "call",
    [
        lambda accessor, one: accessor.exists(one),
        lambda accessor, one: accessor.is_container(one),
        lambda accessor, one: accessor.open(one),
        lambda accessor, one: accessor.open(one, "wb"),
        lambda accessor, one: accessor.remove(one),
        lambda accessor, one: accessor.get_url(one),
        lambda accessor, one: accessor.list(one),
    ],
)
def test_what_is_no_id_is_refused(accessor, call, identifier):
    with pytest.raises(AccessorError, match="no id of a component"):
        call(accessor, identifier)


@pytest.mark.parametrize("identifier", ["missing", "x" * 5000, "a & b=c", "日本"])
def test_no_foreign_error_escapes_for_any_identifier(accessor, identifier):
    for call in (accessor.open, accessor.remove, accessor.get_url, accessor.make_container):
        with pytest.raises(AccessorError) as caught:
            call(identifier)
        assert caught.value.resource_identifier == identifier


def test_there_are_no_containers_and_it_says_so(accessor, component):
    for call in (accessor.list, accessor.make_container, accessor.get_filesystem_path):
        with pytest.raises(UnsupportedOperationError, match="the server's storage"):
            call(component["id"])
    assert accessor.is_container(component["id"]) is accessor.is_sequence(component["id"]) is False
    assert accessor.get_container(component["id"]) == ""


def test_without_a_component_nothing_is_sent(accessor):
    with pytest.raises(ResourceNotFoundError, match="create the FileComponent first"):
        accessor.open("no-such-component", "wb")


def test_a_closed_session_is_an_error_of_the_accessor(component):
    with Session("embedded:", api_user="admin") as session:
        accessor = session.locations.get("ftrack.server").accessor
    with pytest.raises(AccessorError, match="session is closed"):
        accessor.exists(component["id"])


# --- reading and writing -------------------------------------------------------------------------


def test_a_component_without_a_file_has_none(accessor, component):
    assert not accessor.exists(component["id"])
    assert not accessor.is_file(component["id"])
    with pytest.raises(ResourceNotFoundError, match="HTTP 404"):
        accessor.open(component["id"])


@pytest.mark.parametrize("content", [b"", b"x", bytes(range(256)) * 5000])
def test_a_file_of_any_size_is_there_once_it_is_written(accessor, component, content):
    write(accessor, component, content)
    assert accessor.exists(component["id"])
    assert accessor.is_file(component["id"])
    assert read(accessor, component) == content
    accessor.remove(component["id"])
    assert not accessor.exists(component["id"])


def test_a_stream_seeks(accessor, component):
    write(accessor, component, bytes(range(200)) * 5000)
    with accessor.open(component["id"]) as stream:
        assert stream.seek(-3, io.SEEK_END) == 999_997
        assert stream.read() == bytes([197, 198, 199])
        stream.seek(201)
        assert (stream.read(2), stream.tell()) == (bytes([1, 2]), 203)
        with pytest.raises((AccessorError, ValueError)):
            stream.seek(-1)
        stream.seek(5_000_000)
        assert stream.read() == b""


def test_a_range_is_read_without_the_rest(connected, faulty):
    component = connected.create("FileComponent", {"name": "x"})
    connected.commit()
    accessor = connected.locations.get("ftrack.server").accessor
    write(accessor, component, b"0123456789")
    assert accessor.read_range(component["id"], 4, 3) == b"456"
    (asked,) = faulty.sent("GET", component["id"])[-1:]
    assert asked.headers["range"] == "bytes=4-6"


def test_nothing_is_sent_where_the_block_raises_or_the_stream_is_forgotten(accessor, component):
    with pytest.raises(ZeroDivisionError), accessor.open(component["id"], "wb") as stream:
        stream.write(b"half")
        raise ZeroDivisionError
    accessor.open(component["id"], "wb").write(b"forgotten")
    gc.collect()
    with (
        pytest.raises(ZeroDivisionError),
        accessor.open_atomic(component["id"]) as stream,
    ):
        stream.write(b"half")
        raise ZeroDivisionError
    assert not accessor.exists(component["id"])


def test_an_atomic_write_that_fails_leaves_the_old_content(accessor, component):
    write(accessor, component, b"old")
    with (
        pytest.raises(ZeroDivisionError),
        accessor.open_atomic(component["id"], overwrite=True) as stream,
    ):
        stream.write(b"new")
        raise ZeroDivisionError
    assert read(accessor, component) == b"old"


def test_what_was_closed_is_sent_once_and_takes_nothing_more(connected, faulty):
    component = connected.create("FileComponent", {"name": "x"})
    connected.commit()
    stream = connected.locations.get("ftrack.server").accessor.open(component["id"], "wb")
    assert (stream.write(b"abc"), stream.tell(), stream.writable()) == (3, 3, True)
    stream.close()
    stream.close()
    assert len(faulty.sent("PUT")) == 1
    with pytest.raises(ValueError, match="closed"):
        stream.write(b"more")


def test_where_nothing_can_be_gathered_the_temporary_file_is_named(
    accessor, component, tmp_path, monkeypatch
):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "no such folder"))
    with (
        pytest.raises(AccessorError, match="cannot write the temporary file") as caught,
        accessor.open(component["id"], "wb") as stream,
    ):
        stream.write(bytes(2 * 1024 * 1024))
    assert not isinstance(caught.value, ResourceNotFoundError)
    assert caught.value.resource_identifier == component["id"]
    assert not accessor.exists(component["id"])


# --- copying from this machine -------------------------------------------------------------------


class OnDisk:
    """As much of an accessor as copying asks for."""

    def get_filesystem_path(self, identifier):
        return identifier


def test_a_file_of_this_machine_is_sent_from_where_it_is(accessor, component, tmp_path):
    path = tmp_path / "plate.exr"
    path.write_bytes(b"pixels")
    assert accessor.copy_from(OnDisk(), str(path), component["id"])
    assert read(accessor, component) == b"pixels"
    with pytest.raises(ResourceExistsError, match="publish a new component"):
        accessor.copy_from(OnDisk(), str(path), component["id"])
    path.write_bytes(b"others")
    assert accessor.copy_from(OnDisk(), str(path), component["id"], overwrite=True)
    assert read(accessor, component) == b"others"


def test_what_has_no_path_is_not_copied(accessor, component):
    assert accessor.copy_from(MemoryAccessor(), "plate.exr", component["id"]) is False
    assert accessor.copy_from(accessor, component["id"], component["id"]) is False


def test_a_missing_or_unreadable_source_is_named(accessor, component, tmp_path):
    with pytest.raises(ResourceNotFoundError, match=r"gone\.exr"):
        accessor.copy_from(OnDisk(), str(tmp_path / "gone.exr"), component["id"])
    with pytest.raises(AccessorError, match=str(tmp_path)):
        accessor.copy_from(OnDisk(), str(tmp_path), component["id"])


# --- names and links -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "file_type", "path", "expected"),
    [
        ("plate", ".exr", "", "plate.exr"),
        ("plate", "exr", "/x/y.png", "plate.exr"),
        ("plate", None, "/x/y.png", "plate.png"),
        (None, None, "/x/y.png", "c1.png"),
        ("", "", "", "c1"),
        (object(), object(), "/x/y", "c1"),
    ],
)
def test_a_file_is_offered_under_a_name_of_its_own(name, file_type, path, expected):
    assert file_name({"id": "c1", "name": name, "file_type": file_type}, path) == expected


def test_a_link_of_the_server_needs_no_key(studio, tmp_path):
    path = tmp_path / "note.txt"
    path.write_bytes(b"hello")
    with Server(studio) as server, Session(server.url, KEY, "admin") as session:
        location = session.locations.get("ftrack.server")
        component = session.create_component(path, {"name": "note"}, location=location)
        url = location.get_url(component)
        answer = requests.get(url, timeout=30)
    assert KEY not in url
    assert answer.content == b"hello"
    assert 'filename="note.txt"' in answer.headers["Content-Disposition"]


def test_a_server_without_an_address_makes_no_links(tmp_path):
    path = tmp_path / "note.txt"
    path.write_bytes(b"hello")
    with Session("embedded:", api_user="admin") as session:
        location = session.locations.get("ftrack.server")
        component = session.create_component(path, {"name": "note"}, location=location)
        with pytest.raises(UnsupportedOperationError, match="no address"):
            location.get_url(component)


def test_what_is_not_recorded_on_the_server_has_no_link(accessor, component):
    with pytest.raises(UnsupportedOperationError, match=r"not recorded in ftrack\.server"):
        accessor.get_url(component["id"])


@pytest.mark.parametrize(
    ("url", "message"),
    [
        (None, "makes no links to it"),
        ({"value": "http://x/component/get?id=c1&apiKey=k"}, "would hold a key"),
    ],
)
def test_a_link_that_is_none_or_holds_a_key_is_not_given(url, message):
    class Other:
        @hookimpl
        def ftrack_execute_batch(self, batch):
            return [{"data": [{"url": url}]}] if "select url" in str(batch[0]) else None

    with Session("embedded:", api_user="admin", plugins=[Other()]) as session:
        accessor = session.locations.get("ftrack.server").accessor
        with pytest.raises(UnsupportedOperationError, match=message):
            accessor.get_url("c1")
