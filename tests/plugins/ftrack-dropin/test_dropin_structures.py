"""Structures under their older names: the names that components have always had, and safe ones."""

from __future__ import annotations

import pytest
from ftrack_api import exception
from ftrack_api.structure.base import Structure
from ftrack_api.structure.entity_id import EntityIdStructure
from ftrack_api.structure.id import IdStructure
from ftrack_api.structure.origin import OriginStructure
from ftrack_api.structure.standard import StandardStructure
from ftrack_api.symbol import NOT_SET
from ftrack_core.testing.structures import StructureSuite

PROJECT = {"id": "p1", "name": "Orbit"}


class Rows:
    """What a structure asks of a component's session."""

    created = ()

    def __init__(self, version=None):
        self._version = version

    def get(self, entity_type, key):
        return {"Project": PROJECT, "AssetVersion": self._version}[entity_type]


class Entity(dict):
    """A component as structures see it: a mapping with a type and a session."""

    session = Rows()

    def __init__(self, entity_type, **values):
        super().__init__({"container": None, "version": None, "version_id": None, **values})
        self.entity_type = entity_type


def version(*folders, number=3, asset="Comp", **changes):
    middle = [{"id": name, "name": name, "type": "TypedContext"} for name in folders]
    ends = [{"id": "p1", "name": "The Orbit", "type": "Project"}, {"id": "v1", "name": "v"}]
    return Entity(
        "AssetVersion",
        **{
            "version": number,
            "asset": {"name": asset, "parent": PROJECT},
            "link": [ends[0], *middle, ends[1]],
            **changes,
        },
    )


def file(name="plate", file_type=".exr", **values):
    return Entity("FileComponent", id="123456789", name=name, file_type=file_type, **values)


def sequence(padding=4, **values):
    values = {"name": "beauty", "file_type": ".exr", "id": "abcdefgh", **values}
    return Entity("SequenceComponent", padding=padding, **values)


def container(**values):
    values = {"name": "setup", "file_type": None, "id": "zyxwvuts", **values}
    return Entity("ContainerComponent", **values)


def named(structure, component, context=None):
    return structure.get_resource_identifier(component, context)


# --- the promises of the port ------------------------------------------------------------------


class TestOlderStandardStructure(StructureSuite):
    @pytest.fixture
    def structure(self):
        return StandardStructure()

    @pytest.mark.parametrize(("one", "other"), [("砂の惑星", "沙丘"), ("Дюна", "Дина"), ("ø", "ß")])
    def test_names_of_other_scripts_do_not_collide(self, structure, one, other):
        # Marks on our own letters go, as they always have: what is published stays where it was.
        super().test_names_of_other_scripts_do_not_collide(structure, one, other)


class TestOlderIdStructure(StructureSuite):
    uses_version = uses_names = False

    @pytest.fixture
    def structure(self):
        return IdStructure()


class TestOlderEntityIdStructure(StructureSuite):
    uses_version = uses_names = nests = False

    @pytest.fixture
    def structure(self):
        return EntityIdStructure()


# --- what all have -----------------------------------------------------------------------------


def test_a_structure_has_a_prefix_and_a_separator():
    class Flat(Structure):
        def get_resource_identifier(self, entity, context=None):
            return self.path_separator.join([self.prefix, entity["name"]])

    assert Flat().prefix == ""
    assert named(Flat("shows"), file()) == "shows/plate"
    with pytest.raises(TypeError):
        Structure()


@pytest.mark.parametrize(
    ("padding", "expression"), [(4, "%04d"), (1, "%01d"), (12, "%012d"), (0, "%d"), (None, "%d")]
)
def test_the_padding_says_how_frames_are_written(padding, expression):
    assert OriginStructure()._get_sequence_expression({"padding": padding}) == expression


@pytest.mark.parametrize("structure", [IdStructure(), StandardStructure()])
def test_only_components_are_named(structure):
    with pytest.raises(NotImplementedError):
        named(structure, Entity("Task", id="1234567", name="comp"))


# --- by id -------------------------------------------------------------------------------------


def test_an_entity_is_kept_under_its_id():
    assert named(EntityIdStructure(), Entity("Task", id="t-1")) == "t-1"
    assert named(EntityIdStructure("ignored"), file()) == "123456789"


BEAUTY = sequence()
SETUP = container()


@pytest.mark.parametrize(
    ("component", "identifier"),
    [
        (file(), "1/2/3/4/56789.exr"),
        (file(container=BEAUTY, name="0012"), "a/b/c/d/efgh/file.0012.exr"),
        (file(container=SETUP), "z/y/x/w/vuts/123456789.exr"),
        (BEAUTY, "a/b/c/d/efgh/file.%04d.exr"),
        (sequence(padding=None), "a/b/c/d/efgh/file.%d.exr"),
        (sequence(file_type=None), "a/b/c/d/efgh/file.%04d"),
        (SETUP, "z/y/x/w/vuts"),
    ],
)
@pytest.mark.parametrize(
    ("prefix", "start"), [("", ""), ("shows", "shows/"), ("/mnt/shows/", "mnt/shows//")]
)
def test_ids_are_spread_over_folders_of_one_letter(component, identifier, prefix, start):
    assert named(IdStructure(prefix), component) == start + identifier


def test_an_id_that_could_lead_elsewhere_is_refused():
    with pytest.raises(exception.StructureError):
        named(IdStructure(), Entity("FileComponent", id="../../etc", name="plate"))


# --- as it was ---------------------------------------------------------------------------------


def test_origin_keeps_the_identifier_of_the_source():
    context = {"source_resource_identifier": "/mnt/in/plate.exr"}
    assert named(OriginStructure(), file(), context) == "/mnt/in/plate.exr"


@pytest.mark.parametrize("context", [None, {}, {"source_resource_identifier": None}])
def test_origin_needs_to_know_the_source(context):
    with pytest.raises(ValueError, match="source"):
        named(OriginStructure(), file(), context)


# --- to be read by people ----------------------------------------------------------------------

DEEP = version("Sc 01", "Sh 010")
TOP = version()


@pytest.mark.parametrize(
    ("component", "identifier"),
    [
        (file(version=DEEP), "orbit/sc_01/sh_010/comp/v003/plate.exr"),
        (file(version=TOP), "orbit/comp/v003/plate.exr"),
        (file(version=version(number=1234)), "orbit/comp/v1234/plate.exr"),
        (file("My Plate", ".EXR", version=TOP), "orbit/comp/v003/my_plate.exr"),
        (file("plate", "", version=TOP), "orbit/comp/v003/plate"),
        (sequence(version=TOP), "orbit/comp/v003/beauty.%04d.exr"),
        (sequence(version=TOP, padding=None), "orbit/comp/v003/beauty.%d.exr"),
        (sequence(version=TOP, file_type=".EXR"), "orbit/comp/v003/beauty.%04d.exr"),
        (container(version=TOP), "orbit/comp/v003/setup"),
        (file("0012", container=sequence(version=TOP)), "orbit/comp/v003/beauty.0012.exr"),
        (file("lens", container=container(version=TOP)), "orbit/comp/v003/setup/lens.exr"),
    ],
)
def test_names_are_made_from_project_folders_asset_and_version(component, identifier):
    assert named(StandardStructure(), component) == identifier


@pytest.mark.parametrize(
    ("prefix", "identifier"),
    [
        ("Assets", "orbit/assets/comp/v003/plate.exr"),
        (None, "orbit/comp/v003/plate.exr"),
        ("", "orbit/comp/v003/plate.exr"),
        ("a b/c", "orbit/a_b_c/comp/v003/plate.exr"),
    ],
)
def test_a_prefix_stands_for_the_folders_only_where_there_are_none(prefix, identifier):
    structure = StandardStructure(project_versions_prefix=prefix)
    assert named(structure, file(version=TOP)) == identifier
    assert named(structure, file(version=version("sc"))) == "orbit/sc/comp/v003/plate.exr"


def test_a_version_known_by_its_id_only_is_fetched():
    component = file(version_id="v1")
    component.session = Rows(TOP)
    component["version"] = NOT_SET
    assert named(StandardStructure(), component) == "orbit/comp/v003/plate.exr"


@pytest.mark.parametrize(
    "component",
    [file(version=version(link=[])), sequence(version=version(link=None))],
)
def test_a_component_without_a_committed_version_cannot_be_named(component):
    with pytest.raises(exception.StructureError):
        named(StandardStructure(), component)


def test_a_component_without_any_version_cannot_be_named():
    with pytest.raises(exception.StructureError, match="version"):
        named(StandardStructure(), file())


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("Foo Bar", "foo_bar"),
        ("a/b", "a_b"),
        ("a\\b:c*d", "a_b_c_d"),
        ("å!", "a_"),
        ("Åsa \u2013 Ünder", "asa__under"),
        ("ﬁlm™", "filmtm"),
        ("v1.2-x_y", "v1.2-x_y"),
        (" x ", "_x_"),
        ("", ""),
        (7, "7"),
    ],
)
def test_names_are_cleaned_as_they_have_always_been(name, clean):
    assert StandardStructure().sanitise_for_filesystem(name) == clean


@pytest.mark.parametrize(
    ("name", "clean"),
    [("映画", "映画"), ("Straße", "straße"), ("Кино 2", "кино_2"), ("क्षण", "क्षण")],
)
def test_letters_of_all_scripts_are_kept_so_that_no_two_names_become_one(name, clean):
    assert StandardStructure().sanitise_for_filesystem(name) == clean


@pytest.mark.parametrize("name", ["..", ".", "...", "!?"])
def test_a_name_of_which_nothing_is_left_is_refused(name):
    with pytest.raises(exception.StructureError, match="name"):
        StandardStructure().sanitise_for_filesystem(name)
    with pytest.raises(exception.StructureError):
        named(StandardStructure(), file(version=version(name)))


@pytest.mark.parametrize(("substitute", "clean"), [("-", "foo-bar"), ("", "foobar")])
def test_what_stands_for_other_characters_can_be_chosen(substitute, clean):
    structure = StandardStructure(illegal_character_substitute=substitute)
    assert structure.sanitise_for_filesystem("Foo Bar") == clean


def test_names_stay_as_they_are_where_nothing_stands_for_other_characters():
    structure = StandardStructure(illegal_character_substitute=None)
    assert structure.sanitise_for_filesystem("Foo Bär") == "Foo Bär"
    assert named(structure, file("A b", version=version("Sc 1"))) == "Orbit/Sc 1/Comp/v003/A b.exr"


@pytest.mark.parametrize("name", ["..", "../x", "a/../../x", "..\\x"])
def test_no_name_leads_out_of_its_folder(name):
    structure = StandardStructure(illegal_character_substitute=None)
    with pytest.raises(exception.StructureError, match="leads out"):
        named(structure, file(name, "", version=TOP))


def test_a_substitute_that_is_illegal_itself_is_refused():
    with pytest.raises(TypeError, match="cannot stand for illegal characters"):
        StandardStructure(illegal_character_substitute="\\")


def test_a_component_without_a_name_is_refused():
    with pytest.raises(exception.StructureError, match="name"):
        named(StandardStructure(), file(None, version=TOP))


class Studio(StandardStructure):
    """As studios write them: each step that can be replaced is."""

    def sanitise_for_filesystem(self, value):
        return str(value).upper().replace(" ", "-")

    def _format_version(self, number):
        return f"take{number}"

    def _get_sequence_expression(self, sequence):
        return "####"

    def _get_parts(self, entity):
        return ["root", *super()._get_parts(entity)]


def test_a_subclass_replaces_the_steps():
    assert named(Studio(), sequence(version=DEEP)) == (
        "root/ORBIT/SC-01/SH-010/COMP/TAKE3/BEAUTY.####.EXR"
    )


def test_the_separator_can_be_another_one():
    structure = StandardStructure()
    structure.path_separator = "|"
    assert named(structure, file(version=DEEP)) == "orbit|sc_01|sh_010|comp|v003|plate.exr"
    frame = file("0012", container=sequence(version=TOP))
    assert named(structure, frame) == "orbit|comp|v003|beauty.0012.exr"
