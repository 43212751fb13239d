"""The stand-in for the official client: a wheel of metadata, written whole or not at all."""

from __future__ import annotations

import base64
import csv
import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from email.parser import Parser
from importlib.metadata import Distribution
from typing import TYPE_CHECKING

import pytest
from ftrack_dropin.standin import StandInError, build_stand_in, checked_version, stand_in_bytes

if TYPE_CHECKING:
    from pathlib import Path

NAME = "ftrack_python_api-3.1.0-py3-none-any.whl"
INFO = "ftrack_python_api-3.1.0.dist-info"


@pytest.fixture
def wheel(tmp_path):
    return build_stand_in(tmp_path / "wheels", "3.1.0")


class TestTheWheel:
    def test_is_named_as_installers_expect(self, wheel, tmp_path):
        assert wheel == tmp_path / "wheels" / NAME

    def test_has_its_metadata_and_nothing_else(self, wheel):
        with zipfile.ZipFile(wheel) as archive:
            assert archive.testzip() is None
            assert archive.namelist() == [
                f"{INFO}/METADATA",
                f"{INFO}/WHEEL",
                f"{INFO}/RECORD",
            ]

    def test_says_what_it_is_and_asks_for_the_drop_in(self, wheel):
        with zipfile.ZipFile(wheel) as archive:
            said = Parser().parsestr(archive.read(f"{INFO}/METADATA").decode())
        assert said["Name"] == "ftrack-python-api"
        assert said["Version"] == "3.1.0"
        assert said.get_all("Requires-Dist") == ["ftrack-dropin"]
        assert "Stands in" in said["Summary"]

    def test_is_for_every_python_and_platform(self, wheel):
        with zipfile.ZipFile(wheel) as archive:
            said = Parser().parsestr(archive.read(f"{INFO}/WHEEL").decode())
        assert (said["Wheel-Version"], said["Root-Is-Purelib"], said["Tag"]) == (
            "1.0",
            "true",
            "py3-none-any",
        )

    def test_records_every_file_with_its_digest(self, wheel):
        with zipfile.ZipFile(wheel) as archive:
            lines = list(csv.reader(archive.read(f"{INFO}/RECORD").decode().splitlines()))
            assert [line[0] for line in lines] == archive.namelist()
            for name, digest, size in lines[:-1]:
                content = archive.read(name)
                found = base64.urlsafe_b64encode(hashlib.sha256(content).digest())
                assert digest == f"sha256={found.decode().rstrip('=')}"
                assert int(size) == len(content)
        assert lines[-1] == [f"{INFO}/RECORD", "", ""]

    def test_is_read_by_the_standard_library_once_unpacked(self, wheel, tmp_path):
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(tmp_path / "site")
        found = Distribution.at(tmp_path / "site" / INFO)
        assert (found.version, found.requires) == ("3.1.0", ["ftrack-dropin"])

    def test_has_the_same_bytes_whenever_and_wherever_it_is_made(self, wheel):
        program = (
            "import sys; from ftrack_dropin.standin import stand_in_bytes;"
            "sys.stdout.buffer.write(stand_in_bytes('3.1.0'))"
        )
        environment = {**os.environ, "TZ": "Asia/Tokyo", "PYTHONHASHSEED": "7"}
        done = subprocess.run(
            [sys.executable, "-c", program], capture_output=True, check=True, env=environment
        )
        assert done.stdout == wheel.read_bytes() == stand_in_bytes("3.1.0")

    def test_can_be_read_by_others(self, tmp_path):
        before = os.umask(0o022)
        try:
            assert build_stand_in(tmp_path, "3.1.0").stat().st_mode & 0o777 == 0o644
        finally:
            os.umask(before)


class TestVersions:
    @pytest.mark.parametrize(
        "version",
        [
            "3",
            "3.1.0",
            "2.5.4",
            "1!2.0",
            "0.0",
            "3.2.0a1",
            "3.2.0rc12",
            "3.1.0.post1",
            "3.1.0.dev3",
            "3.1.0rc1.post2.dev3",
            "3.1.0+dropin",
            "3.1.0+dropin.2",
        ],
    )
    def test_are_taken_as_installers_write_them(self, version):
        assert checked_version(version) == version

    @pytest.mark.parametrize(
        "version",
        [
            *("", "3.1.0 ", "3.1.0\n", "3.1.0/4", "../3.1.0", "\u0663.1"),
            *[
                "v3.1.0",
                ">=3",
                "3.1.*",
                "3.1.0-rc1",
                "3.1.0-1",
                "03.1",
                "3..1",
                "latest",
                "3.1.0+Drop",
                "3.1.0+a_b",
            ],
        ],
    )
    def test_that_are_none_are_told_how_to_write_one(self, version, tmp_path):
        with pytest.raises(StandInError) as caught:
            build_stand_in(tmp_path / "wheels", version)
        assert repr(version) in str(caught.value)
        assert "such as 3.1.0" in str(caught.value)
        assert "\n" not in str(caught.value)
        assert list(tmp_path.iterdir()) == []


class TestTheFolder:
    def test_is_made_with_those_above_it(self, tmp_path):
        assert build_stand_in(tmp_path / "a" / "b", "3.1.0").is_file()

    def test_holds_nothing_but_the_wheel(self, wheel):
        assert list(wheel.parent.iterdir()) == [wheel]

    def test_may_hold_others_and_other_versions(self, wheel):
        second = build_stand_in(wheel.parent, "2.5.4")
        assert sorted(wheel.parent.iterdir()) == [second, wheel]

    def test_the_same_file_stays_as_it_is(self, wheel):
        os.utime(wheel, (1, 1))
        assert build_stand_in(wheel.parent, "3.1.0") == wheel
        assert wheel.stat().st_mtime == 1

    def test_another_file_of_that_name_is_not_touched(self, wheel):
        wheel.write_bytes(b"the real one")
        with pytest.raises(StandInError, match="--force replaces it"):
            build_stand_in(wheel.parent, "3.1.0")
        assert wheel.read_bytes() == b"the real one"

    def test_unless_that_is_asked_for(self, wheel):
        wheel.write_bytes(b"the real one")
        build_stand_in(wheel.parent, "3.1.0", force=True)
        assert wheel.read_bytes() == stand_in_bytes("3.1.0")


class TestWhatCannotBeWritten:
    def told(self, folder):
        with pytest.raises(StandInError) as caught:
            build_stand_in(folder, "3.1.0")
        assert "\n" not in str(caught.value)
        assert NAME in str(caught.value)
        assert str(caught.value).endswith("; name another folder")
        return str(caught.value)

    def test_a_file_stands_where_the_folder_should_be(self, tmp_path):
        (tmp_path / "wheels").write_text("a file")
        assert "not a directory" in self.told(tmp_path / "wheels")
        assert (tmp_path / "wheels").read_text() == "a file"

    def test_a_folder_stands_where_the_wheel_should_be(self, tmp_path):
        (tmp_path / NAME).mkdir()
        assert "is a directory" in self.told(tmp_path)

    def test_a_disk_that_is_read_only(self, tmp_path):
        with mounted(tmp_path / "disk", "ro") as disk:
            assert "read-only file system" in self.told(disk / "wheels")
            assert list(disk.iterdir()) == []

    def test_a_disk_that_is_full(self, tmp_path):
        with mounted(tmp_path / "disk", "size=64k") as disk:
            (disk / "filler").write_bytes(bytes(64 * 1024))
            assert "no space left on device" in self.told(disk / "wheels" / "new")
            assert [one.name for one in disk.iterdir()] == ["filler"]

    def test_a_file_that_breaks_off_in_the_middle_is_not_left_behind(self, tmp_path):
        program = (
            "import resource, sys; from pathlib import Path\n"
            "from ftrack_dropin.standin import StandInError, build_stand_in\n"
            "resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))\n"
            "try:\n"
            "    build_stand_in(Path(sys.argv[1]), '3.1.0', force=True)\n"
            "except StandInError as error:\n"
            "    print(error)\n"
        )
        old = tmp_path / NAME
        old.write_bytes(b"old")
        done = subprocess.run(
            [sys.executable, "-c", program, tmp_path], capture_output=True, text=True, check=True
        )
        assert "file too large" in done.stdout
        assert list(tmp_path.iterdir()) == [old]
        assert old.read_bytes() == b"old"


class mounted:  # noqa: N801 -- reads as a function in a with statement
    """A small file system in memory."""

    def __init__(self, folder: Path, options: str) -> None:
        self.folder, self.options = folder, options

    def __enter__(self) -> Path:
        self.folder.mkdir()
        mount = [shutil.which("mount") or "mount", "-t", "tmpfs", "-o", self.options, "tmpfs"]
        try:
            done = subprocess.run([*mount, str(self.folder)], capture_output=True, check=False)
        except OSError:
            pytest.skip("mounting a small file system needs root")
        if done.returncode:
            pytest.skip("mounting a small file system needs root")
        return self.folder

    def __exit__(self, *_: object) -> None:
        subprocess.run(["umount", str(self.folder)], check=True)


class TestTheCommand:
    @pytest.fixture
    def run(self):
        from ftrack_dropin.plugin import ftrack_commands

        (command,) = ftrack_commands()
        assert command.name == "dropin stand-in"
        return command.run

    def test_says_what_to_do_next(self, run, tmp_path, capsys):
        folder = tmp_path / "our wheels"
        assert run(folder=str(folder), version="3.1.0+dropin", force=False) == 0
        lines = capsys.readouterr().out.splitlines()
        assert lines[0] == str(folder / "ftrack_python_api-3.1.0+dropin-py3-none-any.whl")
        text = "\n".join(lines)
        assert f"pip install --find-links '{folder}' ftrack-python-api==3.1.0+dropin" in text
        assert "index of your studio" in text
        assert "pip uninstall ftrack-python-api" in text

    @pytest.mark.parametrize(("version", "warned"), [("3.1.0", True), ("3.1.0+dropin", False)])
    def test_warns_of_a_version_that_the_official_client_may_have(
        self, run, tmp_path, capsys, version, warned
    ):
        assert run(folder=str(tmp_path), version=version, force=False) == 0
        assert ("--version 3.1.0+dropin" in capsys.readouterr().out) is warned

    def test_takes_a_home_folder(self, run, tmp_path, monkeypatch):
        monkeypatch.setenv("HOME", str(tmp_path))
        assert run(folder="~/wheels", version="3.1.0", force=False) == 0
        assert (tmp_path / "wheels" / NAME).is_file()

    def test_needs_no_third_party_library(self):
        program = (
            "import sys, ftrack_dropin.plugin as plugin; list(plugin.ftrack_commands())\n"
            "list(plugin.ftrack_examine())\n"
            "print([one for one in ('ftrack_api', 'requests', 'arrow', 'click') if one in "
            "sys.modules])"
        )
        done = subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, check=True
        )
        assert done.stdout.strip() == "[]"
