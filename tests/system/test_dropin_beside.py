"""The ways of having the drop-in where packages require the official client, each for real.

The wheels are those of the workspace, the installers pip and uv, the official client the one of
the registry. Two packages require it: one below 3, one from 3 on.
"""

from __future__ import annotations

import json
import runpy
import shutil
import subprocess
from pathlib import Path

import pytest
from ftrack_dropin.standin import build_stand_in

ENVIRONMENTS = runpy.run_path(str(Path(__file__).with_name("environments.py")))
PEERS = ENVIRONMENTS["PEERS"]
OFFICIAL = "ftrack-python-api==3.1.0"
USED = """
import importlib, sys
from ftrack_dropin.beside import look
for name in sys.argv[1:]:
    print(importlib.import_module(name).FILE)
print(look() and look().situation.value)
"""


@pytest.fixture(scope="module", autouse=True)
def installable():
    """Skip what the registry is needed for where it cannot be had."""
    try:
        PEERS["peer_python"](OFFICIAL)
    except PEERS["UnreachableError"]:
        pytest.skip("the official client cannot be installed here")


@pytest.fixture(scope="module")
def wheels(installable, tmp_path_factory):
    """A folder with the drop-in and the two packages."""
    folder = ENVIRONMENTS["build_wheels"](tmp_path_factory.mktemp("wheels"))
    ENVIRONMENTS["tiny_wheel"](folder, "needs-two", "ftrack-python-api>=2,<3")
    ENVIRONMENTS["tiny_wheel"](folder, "needs-three", "ftrack-python-api>=3")
    return folder


@pytest.fixture(scope="module")
def stand_ins(tmp_path_factory):
    folder = tmp_path_factory.mktemp("stand-ins")
    for version in ("2.5.4+dropin", "3.1.0+dropin"):
        build_stand_in(folder, version)
    return folder


@pytest.fixture
def make(tmp_path):
    """Make an environment that a named installer installs into."""

    def make(installer):
        if installer == "uv" and not ENVIRONMENTS["UV"]:
            pytest.skip("there is no uv")
        return ENVIRONMENTS["Environment"](tmp_path / "environment", pip=installer == "pip")

    return make


@pytest.fixture
def made(tmp_path):
    """An environment of whichever installer is the faster one here."""
    return ENVIRONMENTS["Environment"](tmp_path / "environment")


def uses_the_dropin(environment, *modules):
    done = environment.run("-W", "error::UserWarning", "-c", USED, *modules)
    assert done.returncode == 0, done.stdout
    *files, found = done.stdout.splitlines()
    assert found == "None"
    folders = {Path(one).parents[1] for one in files}
    assert all((one / "ftrack_dropin" / "beside.py").is_file() for one in folders)
    return len(files) == len(modules)


class TestAStandIn:
    @pytest.mark.parametrize(
        ("installer", "package", "version"),
        [
            ("pip", "needs-two", "2.5.4"),
            ("uv", "needs-two", "2.5.4"),
            ("uv", "needs-three", "3.1.0"),
        ],
    )
    def test_is_taken_although_the_index_has_the_official_client(
        self, make, wheels, stand_ins, installer, package, version
    ):
        environment = make(installer)
        environment.prepare("--find-links", wheels, "ftrack-dropin")
        found = ("--find-links", wheels, "--find-links", stand_ins)
        environment.install(*found, package, f"ftrack-python-api=={version}+dropin")
        assert uses_the_dropin(environment, package.replace("-", "_"))

    def test_is_pinned_by_a_file_of_constraints(self, make, wheels, stand_ins, tmp_path):
        environment = make("pip")
        environment.prepare("--find-links", wheels, "ftrack-dropin")
        constraints = tmp_path / "constraints.txt"
        constraints.write_text("ftrack-python-api==3.1.0+dropin\n")
        found = ("--find-links", wheels, "--find-links", stand_ins)
        environment.install(*found, "-c", constraints, "needs-three")
        assert uses_the_dropin(environment, "needs_three")

    def test_leaves_everything_in_place_when_it_is_uninstalled(self, made, wheels, stand_ins):
        found = ("--find-links", wheels, "--find-links", stand_ins)
        made.install(*found, "needs-three", "ftrack-python-api==3.1.0+dropin")
        made.uninstall("ftrack-python-api")
        assert uses_the_dropin(made, "needs_three")

    def test_of_the_very_version_of_the_official_client_is_passed_over_by_pip(
        self, make, tmp_path, wheels
    ):
        """It is the reason for ``+dropin``; once this fails, the advice may become simpler."""
        build_stand_in(tmp_path / "stand-in", "3.1.0")
        environment = make("pip")
        found = ("--find-links", wheels, "--find-links", tmp_path / "stand-in")
        report = tmp_path / "report.json"
        environment.install("--no-deps", "--dry-run", "--report", report, *found, OFFICIAL)
        (taken,) = json.loads(report.read_text())["install"]
        assert "ftrack-dropin" not in taken["metadata"]["requires_dist"]
        build_stand_in(tmp_path / "stand-in", "3.1.0+dropin")
        environment.install("--no-deps", "--dry-run", "--report", report, *found, OFFICIAL)
        (taken,) = json.loads(report.read_text())["install"]
        assert taken["metadata"]["requires_dist"] == ["ftrack-dropin"]

    def test_of_the_command_is_installed_as_it_says(self, made, wheels, tmp_path):
        made.install("--find-links", wheels, "ftrack-dropin", "ftrack-cli")
        command = ("-m", "ftrack_cli", "dropin", "stand-in", tmp_path / "made")
        done = made.run(*command, "--version", "3.1.0+dropin")
        assert done.returncode == 0, done.stdout
        said = next(one for one in done.stdout.splitlines() if one.startswith("  pip install"))
        arguments = said.split()[2:-1]
        assert arguments == [
            "--find-links",
            str(tmp_path / "made"),
            "ftrack-python-api==3.1.0+dropin",
        ]
        made.install("--find-links", wheels, *arguments, "needs-three")
        assert uses_the_dropin(made, "needs_three")

    def test_of_a_version_that_is_none_is_refused_in_one_line(self, made, wheels, tmp_path):
        made.install("--find-links", wheels, "ftrack-dropin", "ftrack-cli")
        command = ("-m", "ftrack_cli", "dropin", "stand-in", tmp_path / "made")
        done = made.run(*command, "--version", ">=3")
        assert done.returncode == 1
        assert done.stdout.startswith("error: '>=3' is no version that installers read")
        assert not (tmp_path / "made").exists()


class TestWithoutAStandIn:
    def test_pip_leaves_out_what_a_package_requires(self, make, wheels):
        environment = make("pip")
        environment.prepare("--find-links", wheels, "ftrack-dropin")
        environment.install("--find-links", wheels, "--no-deps", "needs-two", "needs-three")
        assert uses_the_dropin(environment, "needs_two", "needs_three")

    def test_uv_overrides_it_by_a_file(self, make, wheels, tmp_path):
        environment = make("uv")
        overrides = tmp_path / "overrides.txt"
        overrides.write_text("ftrack-python-api ; python_version < '3'\n")
        found = ("--find-links", wheels, "--overrides", overrides)
        environment.install(*found, "ftrack-dropin", "needs-two", "needs-three")
        assert uses_the_dropin(environment, "needs_two", "needs_three")

    def test_a_project_of_uv_overrides_it_for_both(self, wheels, tmp_path):
        if not ENVIRONMENTS["UV"]:
            pytest.skip("there is no uv")
        project = tmp_path / "show"
        project.mkdir()
        (project / "pyproject.toml").write_text(f"""
[project]
name = "show"
version = "1"
requires-python = ">=3.10"
dependencies = ["ftrack-dropin", "needs-two", "needs-three"]

[tool.uv]
find-links = ["{wheels}"]
override-dependencies = ["ftrack-python-api ; python_version < '3'"]
""")
        PEERS["run"](ENVIRONMENTS["UV"], "sync", "-q", "--project", str(project))
        python = project / ".venv" / "bin" / "python"
        assert python.exists()
        done = subprocess.run(
            [python, "-W", "error::UserWarning", "-c", USED, "needs_two", "needs_three"],
            capture_output=True,
            text=True,
            check=False,
            env=ENVIRONMENTS["CLEAN"],
        )
        assert done.returncode == 0, done.stderr
        assert done.stdout.splitlines()[-1] == "None"
        assert not list(project.glob(".venv/lib/*/site-packages/ftrack_python_api*"))


class TestTheOfficialClientBeside:
    def doctor(self, environment):
        done = environment.run("-m", "ftrack_cli", "doctor", "--format", "json")
        (found,) = (one for one in json.loads(done.stdout) if one["check"] == "ftrack_api")
        return found

    def dropin(self, environment, wheels):
        environment.prepare("--find-links", wheels, "ftrack-dropin", "ftrack-cli")

    def follow(self, environment, wheels, advice):
        """Do what the doctor advises."""
        assert "pip install --force-reinstall --no-deps ftrack-dropin" in advice
        if "pip uninstall ftrack-python-api" in advice:
            environment.uninstall("ftrack-python-api")
        reinstall = "--force-reinstall" if environment.pip else "--reinstall"
        environment.install("--find-links", wheels, reinstall, "--no-deps", "ftrack-dropin")

    def test_alone_and_with_a_stand_in_all_is_well(self, made, wheels, stand_ins):
        self.dropin(made, wheels)
        assert self.doctor(made)["verdict"] == "ok"
        made.install("--no-deps", "--find-links", stand_ins, "ftrack-python-api==3.1.0+dropin")
        assert self.doctor(made)["verdict"] == "ok"

    def test_first_the_official_client_then_the_drop_in(self, made, wheels):
        # Without what it requires, which nobody needs and the drop-in could not live with.
        made.install("--no-deps", OFFICIAL)
        self.dropin(made, wheels)
        done = made.run("-c", "import ftrack_api; print(ftrack_api.Session.__module__)")
        assert done.returncode == 0, done.stdout
        assert "<string>:1: OfficialClientBesideWarning: ftrack-python-api 3.1.0" in done.stdout
        assert done.stdout.count("OfficialClientBesideWarning") == 1
        found = self.doctor(made)
        assert found["verdict"] == "warning"
        assert "ftrack-python-api 3.1.0 is installed into the folder" in found["message"]
        self.follow(made, wheels, found["advice"])
        assert self.doctor(made)["verdict"] == "ok"
        assert uses_the_dropin(made)

    @pytest.mark.parametrize("installer", ["pip", "uv"])
    def test_first_the_drop_in_then_the_official_client(self, make, wheels, installer):
        environment = make(installer)
        self.dropin(environment, wheels)
        environment.install("--no-deps", OFFICIAL)
        found = self.doctor(environment)
        assert found["verdict"] == "fails"
        assert "ftrack-python-api 3.1.0 was installed over ftrack-dropin" in found["message"]
        self.follow(environment, wheels, found["advice"])
        assert self.doctor(environment)["verdict"] == "ok"
        assert uses_the_dropin(environment)

    def test_uninstalled_it_has_taken_the_drop_in_with_it(self, made, wheels):
        self.dropin(made, wheels)
        made.install("--no-deps", OFFICIAL)
        made.uninstall("ftrack-python-api")
        found = self.doctor(made)
        assert found["verdict"] == "fails"
        assert "its package ftrack_api is not there" in found["message"]
        self.follow(made, wheels, found["advice"])
        assert self.doctor(made)["verdict"] == "ok"
        assert uses_the_dropin(made)


def test_the_wheel_of_the_drop_in_holds_both_packages(wheels, tmp_path):
    (wheel,) = wheels.glob("ftrack_dropin-*.whl")
    shutil.unpack_archive(wheel, tmp_path, "zip")
    packages = {one.parent.name for one in tmp_path.glob("*/__init__.py")}
    assert packages == {"ftrack_api", "ftrack_dropin"}
