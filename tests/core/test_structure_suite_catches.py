"""The conformance suite of structures is worth something only if a broken structure fails it.

Each structure below breaks one promise; the check of that promise must fail for it. The structure
that keeps all of them passes the whole suite, in the same class.
"""

from __future__ import annotations

import hashlib
import uuid

import pytest
from ftrack_core.errors import StructureError
from ftrack_core.testing.structures import StructureSuite

CAUGHT = (Exception, pytest.fail.Exception)
BROKEN = {}


def breaks(*checks):
    """Register a broken structure under the checks that must catch it."""

    def register(structure_class):
        BROKEN.update(dict.fromkeys(checks, structure_class))
        return structure_class

    return register


class HashStructure:
    """Keeps all promises: each part is what somebody called it, made safe by its digest."""

    def get_resource_identifier(self, entity, context=None):
        if not entity.get("__entity_type__"):
            raise StructureError("this is no component: it has no type")
        return "/".join(self.parts(entity))

    def parts(self, entity):
        container = entity.get("container")
        if container:
            return self.inside(container, entity)
        return [*self.folders(entity), self.file_name(entity)]

    def folders(self, entity):
        version = entity.get("version")
        if not version:
            raise StructureError("a component without a version has no name here")
        asset = version["asset"]
        names = (asset["parent"]["project"]["name"], asset["parent"]["name"], asset["name"])
        return [*map(self.clean, names), f"v{version['version']:03d}"]

    def file_name(self, entity):
        name = self.clean(entity["name"])
        if entity["__entity_type__"] == "SequenceComponent":
            name = f"{name}.%0{entity['padding']}d"
        return name + self.suffix(entity)

    def inside(self, container, entity):
        if container["__entity_type__"] == "ContainerComponent":
            return [*self.parts(container), self.file_name(entity)]
        *folders, sequence = self.parts(container)
        return [*folders, sequence.replace("%04d", self.frame(entity["name"]))]

    def frame(self, name):
        return name if name.isdigit() else self.clean(name)

    def suffix(self, entity):
        given = entity.get("file_type") or ""
        return given if given in ("", ".exr", ".mov") else f".{self.clean(given)}"

    def clean(self, name):
        return hashlib.sha256(name.encode()).hexdigest()[:12]


@breaks("test_it_satisfies_the_port")
class WithoutItsMethod(HashStructure):
    get_resource_identifier = None


@breaks("test_every_kind_of_component_gets_an_identifier_of_its_own")
class ForgetsTheSuffix(HashStructure):
    def suffix(self, entity):
        return ""


@breaks("test_identifiers_lead_downwards_only")
class BeginsAtTheRoot(HashStructure):
    def parts(self, entity):
        return ["", *super().parts(entity)]


@breaks("test_the_same_component_gets_the_same_identifier")
class MakesUpNames(HashStructure):
    def clean(self, name):
        return uuid.uuid4().hex


@breaks("test_naming_changes_nothing")
class WritesDownWhatItFound(HashStructure):
    def parts(self, entity):
        entity["resource_identifier"] = "/".join(super().parts(entity))
        return entity["resource_identifier"].split("/")


@breaks("test_members_are_kept_inside_their_container")
class KeepsMembersBesideTheirContainer(HashStructure):
    def inside(self, container, entity):
        return [*self.folders(container), "members", self.file_name(entity)]


@breaks("test_a_sequence_is_named_by_the_expression_of_its_frames")
class NamesSequencesLikeFiles(HashStructure):
    def file_name(self, entity):
        return super().file_name(entity).replace(".%04d", "")


@breaks("test_a_component_without_a_version_is_refused")
class TakesAVersionForGranted(HashStructure):
    def folders(self, entity):
        return super().folders(entity) if entity.get("version") else ["none", "none", "v000"]


@breaks("test_versions_do_not_share_identifiers")
class WritesOverTheVersionBefore(HashStructure):
    def folders(self, entity):
        return super().folders(entity)[:-1]


@breaks("test_no_name_leads_out_of_the_location")
class TrustsNames(HashStructure):
    def clean(self, name):
        return name


@breaks("test_names_of_other_scripts_do_not_collide")
class TakesAwayWhatIsNotAscii(HashStructure):
    def clean(self, name):
        return super().clean(name.encode("ascii", "ignore").decode())


@breaks("test_what_is_no_component_is_refused")
class NamesAnything(HashStructure):
    def get_resource_identifier(self, entity, context=None):
        return super().get_resource_identifier(entity, context) if entity else "unnamed"


class TestTheSuite(StructureSuite):
    @pytest.fixture
    def structure(self, request):
        return getattr(request, "param", HashStructure)()

    @pytest.mark.parametrize(("check", "structure"), sorted(BROKEN.items()), indirect=["structure"])
    def test_a_broken_structure_fails_the_check_of_what_it_breaks(
        self, check, structure, run_check
    ):
        with pytest.raises(CAUGHT):
            run_check(check)

    @pytest.mark.parametrize("check", sorted(BROKEN))
    def test_the_same_check_passes_for_a_structure_that_keeps_its_promises(self, check, run_check):
        run_check(check)


def test_every_check_has_a_structure_that_it_catches():
    assert {name for name in dir(StructureSuite) if name.startswith("test_")} == set(BROKEN)
