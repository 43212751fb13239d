"""Plugins of strangers: built as wheels outside the workspace, installed, used in a session.

They are the examples of ``examples/plugins``. The environment is one of its own; nothing of the
checkout is in it but the kernel and the embedded server, installed as anybody would.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from ftrack_core.testing.accessors import AccessorSuite
from ftrack_core.testing.structures import StructureSuite

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples" / "plugins"
NAMES = ("ftrack-accessor-sqlite", "ftrack-structure-editorial")
PEERS = ("ftrack_core", "ftrack_plugins/ftrack-embedded")
UV = shutil.which("uv")


def run(*command, **options):
    done = subprocess.run(
        [str(one) for one in command], capture_output=True, text=True, check=False, **options
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def make_environment(folder):
    """Make an empty environment and return its Python with the command that installs into it."""
    if UV:
        run(UV, "venv", "-q", "--python", sys.executable, folder)
        python = folder / "bin" / "python"
        return python, (UV, "pip", "install", "-q", "--python", python)
    run(sys.executable, "-m", "venv", folder)
    python = folder / "bin" / "python"
    return python, (python, "-m", "pip", "install", "-q")


def build_wheels(python, target, folder):
    for name in NAMES:
        source = folder / name
        shutil.copytree(EXAMPLES / name, source)
        if UV:
            run(UV, "build", "-q", "--wheel", "-o", target, source)
        else:
            run(python, "-m", "pip", "wheel", "-q", "--no-deps", "-w", target, source)
    return sorted(target.glob("*.whl"))


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    """A function that runs a program in the environment and returns what it prints, from JSON."""
    folder = tmp_path_factory.mktemp("strangers")
    python, install = make_environment(folder / "environment")
    wheels = build_wheels(python, folder / "wheels", folder)
    assert len(wheels) == len(NAMES)
    run(*install, *wheels, *(ROOT / one for one in PEERS))

    def start(text, *arguments):
        clean = {"PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1"}
        printed = run(python, "-I", "-c", textwrap.dedent(text), *arguments, cwd=folder, env=clean)
        return json.loads(printed)

    return start


PUBLISH = """
    import json, sys
    from pathlib import Path
    from ftrack_core import LocationBinding, Session

    folder = Path(sys.argv[1])
    (folder / "sky.exr").write_bytes(b"clouds")
    for number in (1, 2):
        (folder / f"beauty.{number:04d}.exr").write_bytes(b"frame %d" % number)

    with Session("embedded:", api_user="admin", plugin_folders=sys.argv[2:]) as session:
        url = f"sqlite:{folder / 'store.db'}"
        session.locations.bind(LocationBinding("edit", url, structure="editorial"))
        project = session.create(
            "Project",
            {"name": "orbit", "full_name": "Orbit",
             "project_schema": session.query("ProjectSchema").first()},
        )
        shot = session.create("Shot", {"name": "SH 010", "parent": project})
        asset = session.create("Asset", {"name": "comp", "parent": shot})
        version = session.create("AssetVersion", {"asset": asset, "version": 3})
        session.commit()
        sky = session.create_component(
            str(folder / "sky.exr"), {"name": "main", "version": version}, "edit")
        frames = session.create_component(
            str(folder / "beauty.%04d.exr"), {"name": "beauty", "version": version}, "edit")
        edit = session.locations.get("edit")
        identifiers = edit.get_resource_identifiers([sky, frames, *frames["members"]])
        contents = {}
        for one in identifiers:
            if edit.accessor.is_file(one):
                with edit.accessor.open(one) as stream:
                    contents[one] = stream.read().decode()
        print(json.dumps({"identifiers": identifiers, "contents": contents}))
"""

STUDIO_FILE = '''
"""Our show ORBIT lives in a folder of its own."""
from ftrack_core import hookimpl, project_of


@hookimpl(wrapper=True)
def ftrack_resource_identifier(component, location):
    identifier = yield
    return f"nas/{identifier}" if project_of(component)["name"] == "orbit" else identifier
'''


def test_both_are_found_with_their_distributions(program):
    found = program(
        """
        import json
        from ftrack_core import Session

        with Session("embedded:", api_user="admin") as session:
            infos = session.plugins.infos
            print(json.dumps([[one.name, one.distribution, one.version] for one in infos]))
        """
    )
    assert ["sqlite", "ftrack-accessor-sqlite", "1.0.0"] in found
    assert ["editorial", "ftrack-structure-editorial", "1.0.0"] in found
    assert {name for name, _, _ in found} == {"sqlite", "editorial", "embedded"}


def test_a_session_publishes_through_both(program, tmp_path):
    published = program(PUBLISH, tmp_path)
    folder = "orbit/SH_010_comp_v003"
    assert published["identifiers"] == [
        f"{folder}/main.exr",
        f"{folder}/beauty.%04d.exr",
        f"{folder}/beauty.0001.exr",
        f"{folder}/beauty.0002.exr",
    ]
    assert published["contents"] == {
        f"{folder}/main.exr": "clouds",
        f"{folder}/beauty.0001.exr": "frame 1",
        f"{folder}/beauty.0002.exr": "frame 2",
    }


def test_a_file_of_the_studio_stands_around_them(program, tmp_path):
    plugins = tmp_path / "plugins"
    plugins.mkdir()
    (plugins / "orbit.py").write_text(STUDIO_FILE)
    published = program(PUBLISH, tmp_path, plugins)
    assert published["contents"]["nas/orbit/SH_010_comp_v003/main.exr"] == "clouds"
    assert all(one.startswith("nas/") for one in published["identifiers"])


def test_a_name_that_nobody_claims_is_told_with_theirs(program, tmp_path):
    text = program(
        """
        import json
        from ftrack_core import LocationBinding, Session

        with Session("embedded:", api_user="admin") as session:
            session.locations.bind(LocationBinding("edit", "sqlit:/x", structure="editoral"))
            edit, told = session.locations.get("edit"), []
            for part in ("accessor", "structure"):
                try:
                    getattr(edit, part)
                except Exception as error:
                    told.append(str(error))
            print(json.dumps(told))
        """
    )
    assert "Did you mean 'sqlite'?" in text[0]
    assert "Did you mean 'editorial'?" in text[1]


# --- their first test is to inherit the suite ----------------------------------------------------


class TestSqliteAccessor(AccessorSuite):
    @pytest.fixture
    def accessor(self, tmp_path, monkeypatch):
        monkeypatch.syspath_prepend(EXAMPLES / "ftrack-accessor-sqlite" / "src")
        from ftrack_accessor_sqlite.accessor import SqliteAccessor

        return SqliteAccessor(str(tmp_path / "store.db"))


class TestEditorialStructure(StructureSuite):
    @pytest.fixture
    def structure(self, monkeypatch):
        monkeypatch.syspath_prepend(EXAMPLES / "ftrack-structure-editorial" / "src")
        from ftrack_structure_editorial.structure import EditorialStructure

        return EditorialStructure()
