"""Accessors under their older names: the disk, and the server's own storage over HTTP."""

from __future__ import annotations

import contextlib
import errno
import os

import ftrack_api
import pytest
from ftrack_api import data, exception
from ftrack_api.accessor.base import Accessor
from ftrack_api.accessor.disk import DiskAccessor, error_handler
from ftrack_api.structure.standard import StandardStructure
from ftrack_core.testing.accessors import AccessorSuite

# --- what all have -----------------------------------------------------------------------------


class Nowhere(Accessor):
    def list(self, resource_identifier):
        return []

    def exists(self, resource_identifier):
        return False

    is_file = is_container = is_sequence = exists

    def open(self, resource_identifier, mode="rb"):
        return data.String()

    def remove(self, resource_identifier):
        return f"removed {resource_identifier}"

    def make_container(self, resource_identifier, recursive=True):
        pass

    def get_container(self, resource_identifier):
        return ""


def test_an_accessor_has_to_have_nine_methods_and_has_the_others():
    accessor = Nowhere()
    assert accessor.remove_container("a") == "removed a"
    for ask in (accessor.get_filesystem_path, accessor.get_url):
        with pytest.raises(exception.AccessorUnsupportedOperationError):
            ask("a")
    with pytest.raises(TypeError):
        Accessor()


# --- in a location of a session ----------------------------------------------------------------


@pytest.fixture
def session():
    with ftrack_api.Session("embedded:", "any", "admin", auto_connect_event_hub=False) as session:
        yield session


@pytest.fixture
def version(session):
    schema, kind = session.query("ProjectSchema").first(), session.query("AssetType").first()
    project = session.create("Project", {"name": "Orbit", "project_schema": schema})
    folder = session.create("Folder", {"name": "Sc 01", "parent": project})
    asset = session.create("Asset", {"name": "Comp", "parent": folder, "type": kind})
    version = session.create("AssetVersion", {"asset": asset})
    session.commit()
    return version


def test_a_version_is_published_to_a_disk_under_readable_names(session, version, tmp_path):
    for number in (1, 2):
        (tmp_path / f"in.{number:04d}.exr").write_bytes(b"pixels %d" % number)
    location = session.ensure("Location", {"name": "studio"})
    location.accessor = DiskAccessor(str(tmp_path / "out"))
    location.structure = StandardStructure()
    sequence = version.create_component(
        f"{tmp_path}/in.%04d.exr [1-2]", {"name": "Beauty"}, location=location
    )
    folder = tmp_path / "out" / "orbit" / "sc_01" / "comp" / "v001"
    assert location.get_filesystem_path(sequence) == str(folder / "beauty.%04d.exr")
    assert [one.name for one in sorted(folder.iterdir())] == ["beauty.0001.exr", "beauty.0002.exr"]
    assert (folder / "beauty.0002.exr").read_bytes() == b"pixels 2"
    location.remove_component(sequence)
    assert list(folder.iterdir()) == []


# --- the disk ----------------------------------------------------------------------------------


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / "root"
    folder.mkdir()
    return folder


@pytest.fixture
def disk(root):
    return DiskAccessor(str(root))


def write(accessor, identifier, content=b"x"):
    if container := accessor.get_container(identifier):
        accessor.make_container(container)
    with contextlib.closing(accessor.open(identifier, "wb")) as stream:
        stream.write(content)


class InBlocks(DiskAccessor):
    """Opens what can be used in a ``with`` block, as the suite does."""

    def open(self, resource_identifier, mode="rb"):
        return contextlib.closing(super().open(resource_identifier, mode))

    def is_sequence(self, resource_identifier):
        with pytest.raises(exception.AccessorUnsupportedOperationError):
            super().is_sequence(resource_identifier)
        return not self.get_filesystem_path(resource_identifier)


class TestOlderDiskAccessor(AccessorSuite):
    @pytest.fixture
    def accessor(self, root):
        return InBlocks(str(root))

    def test_an_unknown_mode_is_an_error(self, accessor):
        with pytest.raises(ValueError, match="mode"):
            accessor.open("a.txt", "q")


def test_the_prefix_is_expanded(monkeypatch, tmp_path):
    monkeypatch.setenv("SHOWS", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    assert DiskAccessor("$SHOWS/a").prefix == str(tmp_path / "a")
    assert DiskAccessor("~/a").prefix == str(tmp_path / "home" / "a")
    assert DiskAccessor("a/../b").prefix == str(tmp_path / "b")
    assert DiskAccessor(prefix="").prefix == ""


def test_an_unknown_argument_is_refused():
    with pytest.raises(TypeError):
        DiskAccessor("", unknown=True)


@pytest.mark.parametrize(
    ("identifier", "path"),
    [("a.txt", "a.txt"), ("a/../b", "b"), ("a//b/.", "a/b"), ("", ""), ("{root}/a", "a")],
)
def test_an_identifier_leads_to_a_path_below_the_prefix(disk, root, identifier, path):
    identifier = identifier.format(root=root)
    assert disk.get_filesystem_path(identifier) == str(root / path)


def test_no_identifier_leads_out_of_the_prefix(disk, root):
    (root.parent / "root_evil").mkdir()
    (root.parent / "root_evil" / "x").write_text("secret")
    for identifier in ("../x", "../root_evil/x", f"{root}_evil/x", "/etc/passwd", "a/../../x"):
        for ask in (disk.get_filesystem_path, disk.exists, disk.open, disk.list, disk.remove):
            with pytest.raises(exception.AccessorFilesystemPathError, match="leads to no path"):
                ask(identifier)
    assert (root.parent / "root_evil" / "x").exists()


@pytest.mark.parametrize(
    ("identifier", "path"), [("a/../b", "b"), ("/a/b", "/a/b"), ("a", "a"), ("", "")]
)
def test_without_a_prefix_identifiers_are_paths_as_they_are(identifier, path):
    assert DiskAccessor("").get_filesystem_path(identifier) == path


def test_without_a_prefix_relative_paths_begin_where_the_process_is(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    accessor = DiskAccessor("")
    write(accessor, "sub/a.txt", b"abc")
    assert accessor.exists("sub/a.txt")
    assert accessor.list("sub") == ["sub/a.txt"]
    assert accessor.get_container("sub/a.txt") == "sub"
    with contextlib.closing(accessor.open(str(tmp_path / "sub" / "a.txt"))) as file:
        assert file.read() == b"abc"


def test_what_is_listed_is_an_identifier_again(disk):
    for identifier in ("b.txt", "a.txt", "sub/c.txt"):
        write(disk, identifier)
    assert disk.list("") == ["a.txt", "b.txt", "sub"]
    assert disk.list("sub") == ["sub/c.txt"]
    assert all(disk.exists(one) for one in [*disk.list(""), *disk.list("sub")])


def test_files_and_folders_are_told_apart(disk):
    write(disk, "sub/a.txt")
    assert (disk.is_file("sub/a.txt"), disk.is_container("sub/a.txt")) == (True, False)
    assert (disk.is_file("sub"), disk.is_container("sub")) == (False, True)
    assert (disk.exists("none"), disk.is_file("none"), disk.is_container("none")) == (False,) * 3


@pytest.mark.parametrize("identifier", ["n" * 300, "file/inside", "loop"])
def test_what_may_not_be_looked_at_is_not_there(disk, root, identifier):
    write(disk, "file")
    (root / "loop").symlink_to("loop")
    assert disk.exists(identifier) is False
    assert disk.is_file(identifier) is False
    assert disk.is_container(identifier) is False


@pytest.mark.parametrize(
    ("mode", "content"), [("w", "text"), ("wb", b"bytes"), ("w+", "both"), ("ab", b"more")]
)
def test_a_file_opens_in_any_mode_and_is_data(disk, root, mode, content):
    with contextlib.closing(disk.open("a.txt", mode)) as file:
        assert isinstance(file, data.File)
        file.write(content)
    expected = content if isinstance(content, bytes) else content.encode()
    assert (root / "a.txt").read_bytes() == expected
    with contextlib.closing(disk.open("a.txt", "r")) as file:
        assert file.read() == expected.decode()


@pytest.mark.parametrize(
    ("identifier", "container"), [("a/b/c.txt", "a/b"), ("c.txt", ""), (".d/c.txt", ".d")]
)
def test_the_container_is_what_is_above(disk, identifier, container):
    assert disk.get_container(identifier) == container


def test_the_prefix_itself_is_in_no_container(disk):
    with pytest.raises(exception.AccessorParentResourceNotFoundError):
        disk.get_container("")


def test_making_a_folder_makes_those_above_only_if_recursive(disk, root):
    with pytest.raises(exception.AccessorParentResourceNotFoundError):
        disk.make_container("a/b", recursive=False)
    disk.make_container("a/b")
    disk.make_container("a/b")
    disk.make_container("a/c", recursive=False)
    assert sorted(one.name for one in (root / "a").iterdir()) == ["b", "c"]


@pytest.mark.parametrize(
    ("attempt", "error"),
    [
        (lambda disk: disk.open("none"), exception.AccessorResourceNotFoundError),
        (lambda disk: disk.open("none", "r"), exception.AccessorResourceNotFoundError),
        (lambda disk: disk.list("none"), exception.AccessorResourceNotFoundError),
        (lambda disk: disk.remove("none"), exception.AccessorResourceNotFoundError),
        (lambda disk: disk.list("file"), exception.AccessorResourceInvalidError),
        (lambda disk: disk.open("file/inside"), exception.AccessorResourceInvalidError),
        (lambda disk: disk.open("full"), exception.AccessorResourceInvalidError),
        (lambda disk: disk.open("full", "r"), exception.AccessorResourceInvalidError),
        (lambda disk: disk.make_container("file"), exception.AccessorResourceInvalidError),
        (lambda disk: disk.remove("full"), exception.AccessorContainerNotEmptyError),
        (lambda disk: disk.remove(""), exception.AccessorOperationFailedError),
        (lambda disk: disk.open("n" * 300, "wb"), exception.AccessorOperationFailedError),
        (lambda disk: disk.is_sequence("file"), exception.AccessorUnsupportedOperationError),
        (lambda disk: disk.get_url("file"), exception.AccessorUnsupportedOperationError),
    ],
)
def test_what_goes_wrong_is_told_by_the_errors_that_scripts_know(disk, attempt, error):
    write(disk, "file")
    write(disk, "full/file")
    with pytest.raises(error) as caught:
        attempt(disk)
    assert str(caught.value)


@pytest.mark.parametrize(
    ("number", "error"),
    [
        (errno.ENOENT, exception.AccessorResourceNotFoundError),
        (errno.EPERM, exception.AccessorPermissionDeniedError),
        (errno.EACCES, exception.AccessorPermissionDeniedError),
        (errno.ENOTEMPTY, exception.AccessorContainerNotEmptyError),
        (errno.ENOTDIR, exception.AccessorResourceInvalidError),
        (errno.EISDIR, exception.AccessorResourceInvalidError),
        (errno.EINVAL, exception.AccessorResourceInvalidError),
        (errno.ENOSPC, exception.AccessorOperationFailedError),
        (None, exception.AccessorOperationFailedError),
    ],
)
def test_the_numbers_of_the_system_have_their_errors(number, error):
    raised = OSError(number, os.strerror(number)) if number else OSError("no number")
    with (
        pytest.raises(error) as caught,
        error_handler(operation="open", resource_identifier="a"),
    ):
        raise raised
    assert type(caught.value) is error
    assert caught.value.details["resource_identifier"] == "a"
    assert caught.value.__cause__ is raised


def test_other_errors_pass_the_handler():
    with pytest.raises(ZeroDivisionError), error_handler(operation="open"):
        raise ZeroDivisionError


def test_a_full_disk_is_told_while_writing(disk, root):
    (root / "full").symlink_to("/dev/full")
    stream = disk.open("full", "wb")
    with pytest.raises(exception.AccessorOperationFailedError, match="no space left"):
        stream.write(b"x" * 1_000_000)
    with contextlib.suppress(exception.AccessorError):
        stream.close()


def test_an_accessor_whose_prefix_is_set_later_works(root):
    accessor = DiskAccessor("")
    accessor.prefix = str(root)
    write(accessor, "a.txt")
    assert (root / "a.txt").exists()
