"""Every public name of the official Python client is in the drop-in, and is the same there.

Both packages are called ``ftrack_api`` and never share an environment: each describes itself in a
process of its own, and the two descriptions are compared. What may differ stands with its reason
in ``surface/allowed.json``; what may never differ, in ``surface/must_have.py``.
"""

from __future__ import annotations

import importlib.util
import json
import os
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
SURFACE = HERE / "surface"
DROPIN = HERE.parents[1] / "ftrack_plugins" / "ftrack-dropin" / "src"
PEERS = runpy.run_path(str(HERE / "peers.py"))
MUST = runpy.run_path(str(SURFACE / "must_have.py"))
COMPARE = runpy.run_path(str(SURFACE / "compare.py"))
EXCEPTIONS = runpy.run_path(str(SURFACE / "exceptions.py"))
ENDS_WITHIN = 120
"""In seconds; each takes a few."""


def variables(own_path=(), **more):
    """The environment of a process that finds no ``ftrack_api`` but the one it is meant to."""
    environment = {**os.environ, **more, "NO_PROXY": "*", "PYTHONIOENCODING": "utf-8"}
    for name in ("PYTHONPATH", "FTRACK_EVENT_PLUGIN_PATH", "FTRACK_API_FILE_CHUNK_SIZE"):
        environment.pop(name, None)
    if own_path:
        environment["PYTHONPATH"] = os.pathsep.join(map(str, own_path))
    return environment


def answer(python, *arguments, environment):
    done = subprocess.run(
        [python, *arguments],
        env=environment,
        capture_output=True,
        encoding="utf-8",
        timeout=ENDS_WITHIN,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="session")
def official():
    """The interpreter that has the official client, and its environment variables."""
    try:
        return PEERS["peer_python"]("ftrack-python-api==3.1.0"), variables()
    except PEERS["UnreachableError"]:
        pytest.skip("the official client cannot be installed here")


@pytest.fixture(scope="session")
def dropin():
    """The interpreter that has the drop-in, installed or from the checkout."""
    installed = importlib.util.find_spec("ftrack_api") is not None
    return sys.executable, variables(() if installed else [DROPIN])


def surface(package):
    python, environment = package
    described = [str(SURFACE / "describe.py"), "ftrack_api", "ftrack_"]
    return json.loads(answer(python, *described, environment=environment))


@pytest.fixture(scope="session")
def official_surface(official):
    return surface(official)


@pytest.fixture(scope="session")
def dropin_surface(dropin):
    return surface(dropin)


@pytest.fixture(scope="session")
def differences(official_surface, dropin_surface):
    return COMPARE["compare"](official_surface, dropin_surface, MUST["NAMES"] | MUST["COUNTED"])


@pytest.fixture(scope="session")
def allowed():
    return EXCEPTIONS["read"]()


def live(package, served, folder):
    python, environment = package
    environment = {**environment, **served, "FTRACK_API_SCHEMA_CACHE_PATH": str(folder)}
    return json.loads(answer(python, str(SURFACE / "live.py"), environment=environment))


@pytest.fixture(scope="module")
def official_live(official, served, tmp_path_factory):
    return live(official, served, tmp_path_factory.mktemp("official"))


@pytest.fixture(scope="module")
def dropin_live(dropin, served, tmp_path_factory):
    return live(dropin, served, tmp_path_factory.mktemp("dropin"))


@pytest.fixture(scope="module")
def live_differences(official_surface, dropin_surface, official_live, dropin_live):
    homes = COMPARE["homes_of"](official_surface, dropin_surface)
    required = MUST["LIVE_NAMES"] | MUST["COUNTED"]
    return COMPARE["compare_live"](official_live, dropin_live, homes, required)


def sentences(differences, allowed):
    entries = EXCEPTIONS["allowed_entries"](allowed)
    return [f"{one.sentence} [{one.entry}]" for one in differences if one.entry not in entries]


def test_the_two_packages_are_two(official, dropin):
    where = ("-c", "import ftrack_api; print(ftrack_api.__file__)")
    places = [answer(python, *where, environment=of) for python, of in (official, dropin)]
    assert [".peers" in Path(place).parts for place in places] == [True, False]


def test_all_modules_are_compared(official_surface):
    assert set(official_surface) == set(MUST["MODULES"].split())
    assert [one["error"] for one in official_surface.values() if one["error"]] == []


def is_public(name):
    return not name.startswith("_") or name.endswith("__")


def without(surface, **lost):
    """The surface whose classes have lost what *lost* names: their members, their signature."""

    def bare(name):
        return {**name, **lost} if name["kind"] == "class" else name

    return {
        module: {**content, "names": {key: bare(one) for key, one in content["names"].items()}}
        for module, content in surface.items()
    }


def test_no_public_name_of_a_module_could_go_missing_unseen(official_surface):
    bare = {module: {**content, "names": {}} for module, content in official_surface.items()}
    found = {one.entry for one in COMPARE["compare"](official_surface, bare, ())}
    names = [
        f"{module}.{name} missing"
        for module, content in official_surface.items()
        for name, value in content["names"].items()
        if is_public(name) and not value["foreign"]
    ]
    assert len(names) > 200
    assert set(names) == found


def test_no_public_member_of_a_class_could_go_missing_unseen(official_surface):
    bare = without(official_surface, members={})
    found = {one.entry for one in COMPARE["compare"](official_surface, bare, ())}
    derived = COMPARE["SIGNED_BY_THE_CLASS"] | COMPARE["ANSWERED_BY_PYTHON"]
    members = {
        f"{value['home']}.{name} missing"
        for content in official_surface.values()
        for class_name, value in content["names"].items()
        if value["kind"] == "class" and is_public(class_name) and not value["foreign"]
        for name, member in value["members"].items()
        if member["kind"] != "inherited" and is_public(name) and name not in derived
    }
    assert len(members) > 500
    assert members <= found


def test_no_signature_or_base_could_change_unseen(official_surface):
    bare = without(official_surface, signature=None, mro=[], metaclass=[])
    found = {one.entry for one in COMPARE["compare"](official_surface, bare, ())}
    assert sum(one.endswith(" signature") for one in found) > 100
    assert sum(" base " in one for one in found) > 200


@pytest.mark.parametrize("module", MUST["MODULES"].split())
def test_a_module_offers_all_that_the_official_one_does(module, differences, allowed):
    of_module = [one for one in differences if one.module == module]
    left = sentences(of_module, allowed)
    assert not left, "\n".join(left)


def test_live_objects_carry_all_that_the_official_ones_do(live_differences, allowed):
    left = sentences(live_differences, allowed)
    assert not left, "\n".join(left)


def test_the_official_live_objects_are_all_described(official_live):
    assert len(official_live) > 60
    # In the list of exceptions a name ends at the first space.
    assert [name for name in official_live if " " in name] == []
    assert {name: one["error"] for name, one in official_live.items() if "error" in one} == {}


def test_no_exception_is_stale_unfounded_or_about_a_name_that_must_be_there(
    differences, live_differences, allowed
):
    found = {one.entry for one in [*differences, *live_differences]}
    faults = EXCEPTIONS["faults_of"](allowed, found, MUST["is_must_have"])
    assert not faults, "\n".join(faults)


def test_the_names_that_must_be_there_are_names_of_the_official_client(official_surface):
    unknown = [
        name
        for name in sorted(MUST["NAMES"])
        if COMPARE["find"](official_surface, name.removesuffix(".*")) is None
    ]
    assert unknown == []


def test_the_private_names_that_count_are_names_of_the_official_client(
    official_surface, official_live
):
    unknown = [
        name
        for name in sorted(MUST["COUNTED"])
        if COMPARE["find"](official_surface, name) is None
        and name.partition(".")[2] not in official_live.get("Task", {}).get("attributes", {})
    ]
    assert unknown == []


def test_the_attributes_that_must_be_there_are_those_of_official_live_objects(official_live):
    unknown = [
        f"{thing}.{name}"
        for thing, names in MUST["LIVE"].items()
        for name in names
        if name not in official_live[thing]["attributes"]
    ]
    assert unknown == []


@pytest.mark.parametrize("name", MUST["BEYOND"])
def test_what_the_official_client_has_dropped_is_still_there(name, dropin_surface):
    assert COMPARE["find"](dropin_surface, name) is not None
