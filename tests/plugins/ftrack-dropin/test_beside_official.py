"""Whose ``ftrack_api`` is in use where the official client is installed too.

The folders are laid out as installers leave them: pip writes a wheel's files over those that are
there, and takes away what a distribution's RECORD lists.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import ftrack_dropin
import pytest
from ftrack_dropin.beside import Finding, Situation, advice_for, explain, what_happened
from ftrack_dropin.standin import build_stand_in

SUPPORT = Path(ftrack_dropin.__file__).parent
OURS = "from ftrack_dropin.beside import warn_if_official_beside\nwarn_if_official_beside()\n"
THEIRS = "__version__ = '3.1.0'\n"


class Site:
    """A folder of installed packages."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir()

    def _install(self, name, version, files):
        for path, text in files.items():
            (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / path).write_text(text)
        info = f"{name}-{version}.dist-info"
        (self.folder / info).mkdir()
        said = f"Metadata-Version: 2.1\nName: {name.replace('_', '-')}\nVersion: {version}\n"
        (self.folder / info / "METADATA").write_text(said)
        listed = [*files, f"{info}/METADATA", f"{info}/RECORD"]
        (self.folder / info / "RECORD").write_text("".join(f"{one},,\n" for one in listed))
        return self

    def dropin(self):
        shutil.copytree(
            SUPPORT,
            self.folder / "ftrack_dropin",
            ignore=shutil.ignore_patterns("__pycache__"),
            dirs_exist_ok=True,
        )
        return self._install("ftrack_dropin", "0.1.0", {"ftrack_api/__init__.py": OURS})

    def official(self, version="3.1.0"):
        files = {"ftrack_api/__init__.py": THEIRS, "ftrack_api/session.py": "x = 1\n"}
        return self._install("ftrack_python_api", version, files)

    def official_checkout(self):
        return self._install("ftrack_python_api", "3.1.0", {"ftrack_python_api.pth": "/src\n"})

    def stand_in(self, version="3.1.0"):
        shutil.unpack_archive(build_stand_in(self.folder, version), self.folder, "zip")
        return self

    def uninstall_official(self):
        (info,) = self.folder.glob("ftrack_python_api-*")
        for line in (info / "RECORD").read_text().splitlines():
            (self.folder / line.split(",")[0]).unlink()
        info.rmdir()
        return self


@pytest.fixture
def site(tmp_path):
    return Site(tmp_path / "site")


@pytest.fixture
def other(tmp_path):
    return Site(tmp_path / "other")


LOOK = """
import json, sys
from ftrack_dropin.beside import {function}
found = {function}()
print(json.dumps(found and [found.situation.value, found.version, str(found.folder)]))
print("ftrack_api" in sys.modules, file=sys.stderr)
"""


def python(*folders, program, options=()):
    """Run a program with *folders* in front of the path, and without this environment's own."""
    return subprocess.run(
        [sys.executable, "-S", *options, "-c", program],
        env={"PYTHONPATH": ":".join(map(str, folders)), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def said_by(function, *folders):
    done = python(*folders, program=LOOK.format(function=function))
    assert done.stderr == "False\n", done.stderr  # looking imports nothing
    return json.loads(done.stdout)


class TestNothingToSay:
    @pytest.mark.parametrize("function", ["official_beside", "look"])
    def test_the_drop_in_alone(self, site, function):
        assert said_by(function, site.dropin().folder) is None

    @pytest.mark.parametrize("function", ["official_beside", "look"])
    def test_with_a_stand_in(self, site, function):
        assert said_by(function, site.dropin().stand_in("2.5.4").folder) is None

    def test_a_stand_in_of_somebody_else(self, site):
        site.dropin()._install("ftrack_python_api", "3.0.0", {})
        assert said_by("look", site.folder) is None

    @pytest.mark.parametrize("function", ["official_beside", "look"])
    def test_an_official_client_of_the_host_that_is_searched_later(self, site, other, function):
        assert said_by(function, site.dropin().folder, other.official().folder) is None

    def test_folders_on_the_path_that_are_none(self, site, tmp_path):
        (tmp_path / "archive.zip").write_bytes(b"PK")
        missing = tmp_path / "nowhere"
        folders = (missing, tmp_path / "archive.zip", site.dropin().folder)
        assert said_by("look", *folders) is None


class TestTheOfficialClientFirstAndTheDropInAfter:
    def test_the_drop_in_answers_and_lies_among_its_files(self, site):
        folder = site.official().dropin().folder
        expected = ["beside", "3.1.0", str(folder / "ftrack_api")]
        assert said_by("official_beside", folder) == expected == said_by("look", folder)

    def test_uninstalling_it_takes_our_files_away(self, site):
        folder = site.official().dropin().uninstall_official().folder
        assert said_by("official_beside", folder) is None
        assert said_by("look", folder)[:2] == ["incomplete", ""]

    def test_a_stand_in_further_in_front_does_not_hide_it(self, site, other):
        folder = site.official().dropin().folder
        assert said_by("look", other.stand_in().folder, folder)[0] == "beside"


class TestTheDropInFirstAndTheOfficialClientAfter:
    def test_it_answers(self, site):
        folder = site.dropin().official("2.5.4").folder
        expected = ["overwritten", "2.5.4", str(folder / "ftrack_api")]
        assert said_by("official_beside", folder) == expected == said_by("look", folder)

    def test_uninstalling_it_leaves_the_drop_in_without_its_package(self, site):
        folder = site.dropin().official().uninstall_official().folder
        assert said_by("look", folder)[0] == "incomplete"

    def test_replacing_it_by_a_stand_in_does_so_too(self, site):
        folder = site.dropin().official().uninstall_official().stand_in().folder
        assert said_by("look", folder)[0] == "incomplete"


class TestTheOfficialClientInAFolderSearchedEarlier:
    def test_it_answers(self, site, other):
        folders = (other.official().folder, site.dropin().folder)
        assert said_by("look", *folders) == ["hidden", "3.1.0", str(folders[0] / "ftrack_api")]

    def test_a_copy_without_metadata_is_seen_by_the_longer_look(self, site, other):
        (other.folder / "ftrack_api").mkdir()
        (other.folder / "ftrack_api" / "__init__.py").write_text(THEIRS)
        folders = (other.folder, site.dropin().folder)
        assert said_by("official_beside", *folders) is None
        assert said_by("look", *folders)[:2] == ["hidden", ""]

    def test_a_checkout_of_it_counts(self, site, other):
        (other.folder / "ftrack_api").mkdir()
        (other.folder / "ftrack_api" / "__init__.py").write_text(THEIRS)
        folders = (other.folder, site.dropin().official_checkout().folder)
        assert said_by("official_beside", *folders)[:2] == ["hidden", "3.1.0"]


class TestTheWarning:
    PROGRAM = (
        "import warnings\nwarnings.simplefilter('always')\nimport ftrack_api\nimport ftrack_api"
    )

    def test_is_given_once_and_points_to_whoever_imports(self, site, tmp_path):
        (tmp_path / "script.py").write_text("import ftrack_api\n")
        folder = site.official().dropin().folder
        done = python(folder, tmp_path, program="import script, ftrack_api\nprint('runs')")
        assert done.stdout == "runs\n"
        assert done.stderr.count("OfficialClientBesideWarning") == 1
        assert f"{tmp_path / 'script.py'}:1: OfficialClientBesideWarning" in done.stderr
        assert "pip uninstall ftrack-python-api" in done.stderr

    def test_is_not_given_where_there_is_nothing_to_say(self, site):
        done = python(site.dropin().stand_in().folder, program=self.PROGRAM)
        assert (done.returncode, done.stderr) == (0, "")

    def test_can_be_turned_off_as_any_other(self, site):
        folder = site.official().dropin().folder
        program = "import ftrack_api"
        done = python(folder, program=program, options=("-W", "ignore::UserWarning"))
        assert (done.returncode, done.stderr) == (0, "")

    def test_importlib_metadata_is_not_imported_where_there_is_nothing_to_say(self, site):
        program = "import sys, ftrack_api; print('importlib.metadata' in sys.modules)"
        done = python(site.dropin().stand_in().folder, program=program)
        assert (done.stdout, done.stderr) == ("False\n", "")


class TestTheWords:
    @pytest.mark.parametrize("situation", Situation, ids=lambda one: one.value)
    def test_say_what_happened_and_the_way_out(self, situation):
        text = explain(Finding(situation, "3.1.0", Path("/site/ftrack_api")))
        assert "ftrack-dropin" in text
        assert "pip" in text
        assert "  " not in text
        assert text.endswith(".")

    def test_name_version_and_folder(self):
        found = Finding(Situation.OVERWRITTEN, "3.1.0", Path("/site/ftrack_api"))
        assert "ftrack-python-api 3.1.0 was installed over ftrack-dropin" in what_happened(found)
        assert str(Path("/site/ftrack_api")) in what_happened(found)
        assert "--force-reinstall --no-deps ftrack-dropin" in advice_for(found)
        assert "ftrack dropin stand-in" in advice_for(found)

    def test_do_without_a_version_that_nobody_knows(self):
        found = Finding(Situation.HIDDEN, "", Path("/site/ftrack_api"))
        assert "another package" in what_happened(found)


class TestTheDoctor:
    @pytest.mark.parametrize(
        ("layout", "verdict"),
        [
            ("dropin", "OK"),
            ("dropin stand_in", "OK"),
            ("official dropin", "WARNING"),
            ("dropin official", "FAILS"),
            ("dropin official uninstall_official", "FAILS"),
        ],
    )
    def test_is_told(self, site, layout, verdict):
        for step in layout.split():
            getattr(site, step)()
        kernel = Path(sys.modules["ftrack_core"].__file__).parents[1]
        program = (
            "from ftrack_dropin.plugin import ftrack_examine\n"
            "(found,) = ftrack_examine()\n"
            "print(found.verdict.name, found.check, bool(found.advice))"
        )
        pluggy = Path(sys.modules["pluggy"].__file__).parents[1]
        done = python(site.folder, kernel, pluggy, program=program)
        assert done.stdout.split() == [verdict, "ftrack_api", str(verdict != "OK")], done.stderr
