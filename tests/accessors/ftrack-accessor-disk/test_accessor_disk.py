"""The disk accessor: the promises of the port, and what only a disk has."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest
from ftrack_accessor_disk.accessor import DiskAccessor, disk_accessor
from ftrack_accessor_disk.plugin import ftrack_create_accessor
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
from ftrack_core.testing.memory_accessor import MemoryAccessor, PlainMemoryAccessor


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / "root"
    folder.mkdir()
    return folder


@pytest.fixture
def disk(root):
    return DiskAccessor(str(root))


def write(accessor, identifier, content=b"x"):
    with accessor.open(identifier, "wb") as stream:
        stream.write(content)


class TestDiskAccessor(AccessorSuite):
    @pytest.fixture
    def accessor(self, root):
        return DiskAccessor(str(root))


class TestDiskWithoutHardLinks(AccessorSuite):
    """Some file systems know no hard links; the name is then claimed before it is replaced."""

    @pytest.fixture
    def accessor(self, root, monkeypatch):
        def refuse(self, target):
            raise OSError(errno.EPERM, "no hard links here")

        monkeypatch.setattr(Path, "hardlink_to", refuse)
        return DiskAccessor(str(root))


class TestAtTheRootOfTheDisk:
    """Without a root folder identifiers are absolute paths: what origin locations need."""

    def test_identifiers_are_paths_as_they_are(self, tmp_path):
        origin = disk_accessor(AccessorSpec("disk:"))
        identifier = (tmp_path / "plate.exr").as_posix()
        write(origin, identifier, b"content")
        assert (tmp_path / "plate.exr").read_bytes() == b"content"
        assert origin.list(tmp_path.as_posix()) == [identifier]
        assert origin.get_container(identifier) == tmp_path.as_posix()
        assert origin.get_filesystem_path(identifier) == str(tmp_path / "plate.exr")

    def test_a_relative_identifier_is_refused(self):
        with pytest.raises(AccessorError, match="no absolute path"):
            disk_accessor(AccessorSpec("disk:")).exists("plate.exr")


class TestTheUrl:
    def test_names_a_folder(self, root):
        accessor = disk_accessor(AccessorSpec(f"disk:{root}"))
        assert accessor.get_filesystem_path("a/b.exr") == str(root / "a" / "b.exr")

    def test_may_begin_with_three_slashes(self, root):
        accessor = disk_accessor(AccessorSpec(f"disk://{root}"))
        assert accessor.get_filesystem_path("b.exr") == str(root / "b.exr")

    def test_expands_the_home_folder_and_nothing_else(self, root, monkeypatch):
        monkeypatch.setenv("HOME", str(root))
        monkeypatch.setenv("STUDIO", "x")
        accessor = disk_accessor(AccessorSpec("disk:~/$STUDIO"))
        assert accessor.get_filesystem_path("b.exr") == str(root / "$STUDIO" / "b.exr")

    @pytest.mark.parametrize("url", ["disk:relative", "disk://host/folder", "disk:./here"])
    def test_must_be_absolute(self, url):
        with pytest.raises(ConfigurationError, match="disk:/mnt/prod"):
            disk_accessor(AccessorSpec(url))

    def test_comes_with_options_that_are_known(self):
        with pytest.raises(ConfigurationError, match="Did you mean 'fsync'"):
            disk_accessor(AccessorSpec("disk:/mnt", {"fsnc": True}))


class TestThePlugin:
    def test_answers_for_disk_only(self, root):
        assert isinstance(ftrack_create_accessor(AccessorSpec(f"disk:{root}")), DiskAccessor)
        assert ftrack_create_accessor(AccessorSpec("file:/mnt")) is None
        assert provided_names(ftrack_create_accessor) == ("disk",)

    def test_loads_without_the_accessor(self):
        code = (
            "import sys, ftrack_accessor_disk.plugin;"
            "assert 'ftrack_accessor_disk.accessor' not in sys.modules"
        )
        subprocess.run([sys.executable, "-c", code], check=True)


class TestUrlsOfFiles:
    def test_need_the_option(self, disk):
        with pytest.raises(UnsupportedOperationError, match="url_prefix"):
            disk.get_url("plate.exr")

    def test_are_built_from_it_and_quoted(self, root):
        served = DiskAccessor(str(root), url_prefix="https://files.studio/prod/")
        assert served.get_url("a b/50%.exr") == "https://files.studio/prod/a%20b/50%25.exr"


class TestUnfinishedWrites:
    def test_hide_under_a_dotted_name_beside_the_target(self, disk, root):
        with disk.open_atomic("shots/plate.exr") as stream:
            stream.write(b"x")
            (temporary,) = (root / "shots").iterdir()
            assert temporary.name.startswith(".")
            assert disk.list("shots") == []

    def test_are_removed_when_publishing_fails(self, disk, root, monkeypatch):
        def refuse(self, target):
            raise OSError(errno.EIO, "the disk broke")

        monkeypatch.setattr(Path, "replace", refuse)
        with (
            pytest.raises(AccessorError, match="fault"),
            disk.open_atomic("plate.exr", overwrite=True) as stream,
        ):
            stream.write(b"x")
        assert list(root.iterdir()) == []

    def test_let_an_error_of_the_caller_pass_as_it_is(self, disk):
        with pytest.raises(ConnectionResetError), disk.open_atomic("plate.exr"):
            raise ConnectionResetError

    def test_leave_the_rights_that_any_new_file_has(self, disk, root):
        with disk.open_atomic("atomic.exr"):
            pass
        write(disk, "plain.exr")
        assert (root / "atomic.exr").stat().st_mode == (root / "plain.exr").stat().st_mode

    def test_may_be_closed_within_the_block(self, disk):
        with disk.open_atomic("plate.exr") as stream:
            stream.write(b"x")
            stream.close()
        assert disk.is_file("plate.exr")

    def test_refuse_the_name_of_a_folder(self, disk):
        disk.make_container("shots")
        with pytest.raises(AccessorError, match="folder"), disk.open_atomic("shots"):
            pass

    def test_refuse_the_name_of_a_link_that_leads_nowhere(self, disk, root):
        (root / "plate.exr").symlink_to(root / "missing")
        with pytest.raises(ResourceExistsError), disk.open_atomic("plate.exr"):
            pass


class TestCopies:
    def test_go_from_one_disk_accessor_to_another(self, disk, tmp_path):
        content = os.urandom(3_000_000)
        write(disk, "plate.exr", content)
        other = DiskAccessor(str(tmp_path / "other"))
        assert other.copy_from(disk, "plate.exr", "shots/plate.exr")
        assert (tmp_path / "other" / "shots" / "plate.exr").read_bytes() == content

    def test_go_from_any_accessor_whose_resources_are_files_here(self, disk, root, tmp_path):
        (tmp_path / "render.exr").write_bytes(b"content")
        origin = DiskAccessor("")
        assert disk.copy_from(origin, str(tmp_path / "render.exr"), "plate.exr")
        assert (root / "plate.exr").read_bytes() == b"content"
        assert not disk.copy_from(PlainMemoryAccessor(), "plate.exr", "other.exr")

    def test_fall_back_to_plain_copying(self, disk, root, monkeypatch):
        def refuse(*_):
            raise OSError(errno.EXDEV, "not between these two")

        monkeypatch.setattr(os, "copy_file_range", refuse, raising=False)
        write(disk, "plate.exr", b"content")
        assert disk.copy_from(disk, "plate.exr", "copy.exr")
        assert (root / "copy.exr").read_bytes() == b"content"

    def test_overwrite_only_when_told(self, disk, root):
        write(disk, "plate.exr", b"new")
        write(disk, "copy.exr", b"old")
        with pytest.raises(ResourceExistsError):
            disk.copy_from(disk, "plate.exr", "copy.exr")
        disk.copy_from(disk, "plate.exr", "copy.exr", overwrite=True)
        assert (root / "copy.exr").read_bytes() == b"new"

    def test_of_a_folder_are_refused(self, disk):
        disk.make_container("shots")
        with pytest.raises(AccessorError, match="no file"):
            disk.copy_from(disk, "shots", "copy")

    def test_from_elsewhere_are_left_to_the_caller(self, disk):
        assert disk.copy_from(MemoryAccessor(), "plate.exr", "plate.exr") is False


class TestErrorsAreClear:
    def test_a_file_where_a_folder_is_needed_is_named(self, disk, root):
        write(disk, "shots/plate.exr")
        for call in (
            lambda: write(disk, "shots/plate.exr/deeper/x.exr"),
            lambda: disk.make_container("shots/plate.exr"),
            lambda: disk.list("shots/plate.exr"),
            lambda: disk.open_atomic("shots/plate.exr/x.exr").__enter__(),
        ):
            with pytest.raises(AccessorError) as caught:
                call()
            assert f"{root}/shots/plate.exr is a file where a folder is needed" in str(caught.value)

    def test_a_missing_file_is_named(self, disk, root):
        with pytest.raises(ResourceNotFoundError, match="there is nothing") as caught:
            disk.open("missing.exr")
        assert str(root / "missing.exr") in str(caught.value)

    def test_a_folder_that_is_not_empty_is_named(self, disk):
        write(disk, "shots/plate.exr")
        with pytest.raises(AccessorError, match="not empty"):
            disk.remove("shots")

    @pytest.mark.parametrize(
        ("number", "words"),
        [
            (errno.EACCES, "permission is denied"),
            (errno.EROFS, "read-only"),
            (errno.EDQUOT, "quota"),
            (errno.ESTALE, "mount it again"),
            (errno.EADDRINUSE, "in use"),
        ],
    )
    def test_the_reason_is_a_sentence(self, disk, monkeypatch, number, words):
        def refuse(self, *_, **__):
            raise OSError(number, os.strerror(number))

        monkeypatch.setattr(Path, "mkdir", refuse)
        with pytest.raises(AccessorError, match=words):
            write(disk, "shots/plate.exr")

    def test_the_root_is_never_removed(self, disk, root):
        with pytest.raises(AccessorError, match="root"):
            disk.remove("")
        assert root.is_dir()


class TestLinks:
    def test_inside_the_root_are_followed(self, disk, root, tmp_path):
        (tmp_path / "volume").mkdir()
        (root / "linked").symlink_to(tmp_path / "volume")
        write(disk, "linked/plate.exr")
        assert (tmp_path / "volume" / "plate.exr").exists()

    def test_do_not_lead_the_way_up(self, disk, root, tmp_path):
        (tmp_path / "volume" / "deep").mkdir(parents=True)
        (root / "linked").symlink_to(tmp_path / "volume" / "deep")
        write(disk, "linked/../plate.exr")
        assert (root / "plate.exr").exists()

    def test_are_removed_and_what_they_lead_to_stays(self, disk, root, tmp_path):
        (tmp_path / "volume").mkdir()
        (root / "linked").symlink_to(tmp_path / "volume")
        disk.remove("linked")
        assert not (root / "linked").is_symlink()
        assert (tmp_path / "volume").is_dir()


@pytest.fixture
def small_disk(tmp_path):
    """Return a mount of one MiB: (accessor, folder)."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    try:
        mounted = os.geteuid() == 0 and subprocess.run(mount, capture_output=True).returncode == 0
    except (AttributeError, OSError):
        mounted = False
    if not mounted:
        pytest.skip("mounting a small file system needs root")
    yield DiskAccessor(str(folder)), folder
    subprocess.run(["umount", str(folder)], check=True)


class TestAFullDisk:
    def test_is_said_and_nothing_stays_behind(self, small_disk):
        accessor, folder = small_disk
        with (
            pytest.raises(AccessorError, match="no space left"),
            accessor.open_atomic("shots/plate.exr") as stream,
        ):
            stream.write(bytes(3 * 1024 * 1024))
        assert list((folder / "shots").iterdir()) == []

    def test_keeps_the_old_content(self, small_disk):
        accessor, folder = small_disk
        write(accessor, "plate.exr", b"old")
        with (
            pytest.raises(AccessorError, match="no space left"),
            accessor.open_atomic("plate.exr", overwrite=True) as stream,
        ):
            stream.write(bytes(3 * 1024 * 1024))
        assert (folder / "plate.exr").read_bytes() == b"old"

    def test_is_said_by_plain_writes(self, small_disk):
        accessor, _ = small_disk
        with pytest.raises(AccessorError, match="no space left"):
            write(accessor, "plate.exr", bytes(3 * 1024 * 1024))

    def test_is_said_by_copies(self, small_disk, disk):
        accessor, folder = small_disk
        write(disk, "plate.exr", bytes(3 * 1024 * 1024))
        with pytest.raises(AccessorError, match="no space left"):
            accessor.copy_from(disk, "plate.exr", "plate.exr")
        assert list(folder.iterdir()) == []

    def test_that_is_read_only_says_so(self, small_disk):
        accessor, folder = small_disk
        write(accessor, "plate.exr")
        subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
        for call in (lambda: write(accessor, "x.exr"), lambda: accessor.remove("plate.exr")):
            with pytest.raises(AccessorError, match="read-only"):
                call()
