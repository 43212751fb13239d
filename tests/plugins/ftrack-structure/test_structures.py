"""Under which names the structures keep components."""

from __future__ import annotations

import unicodedata
from types import SimpleNamespace

import pytest
from ftrack_core.entity import NOT_SET
from ftrack_core.errors import ConfigurationError, StructureError
from ftrack_core.hookspecs import provided_names
from ftrack_core.ports import Context
from ftrack_core.testing.memory_accessor import MemoryAccessor
from ftrack_core.testing.memory_transport import MemoryTransport
from ftrack_core.testing.sessions import memory_session
from ftrack_core.testing.structures import StructureSuite, sample_components
from ftrack_structure import plugin
from ftrack_structure.cleaning import Cleaner
from ftrack_structure.standard import StandardStructure
from hypothesis import example, given
from hypothesis import strategies as st

from ftrack_core import LocationBinding, hookimpl

CONTEXT = Context("https://studio.example", "ann")


def make(spec):
    return plugin.ftrack_create_structure(context=CONTEXT, spec=spec)


def identifiers(spec, components=None):
    structure = make(spec)
    components = components or sample_components()
    return {
        name: structure.get_resource_identifier(component) for name, component in components.items()
    }


def name_by(structure, component, **changes):
    return structure.get_resource_identifier({**component, **changes})


class TestStandardStructure(StructureSuite):
    @pytest.fixture
    def structure(self):
        return make("standard")


class TestStandardStructureThatDropsIllegalCharacters(StructureSuite):
    @pytest.fixture
    def structure(self):
        return make("standard?illegal=")


class TestIdStructure(StructureSuite):
    uses_version = uses_names = False

    @pytest.fixture
    def structure(self):
        return make("id")


class TestEntityIdStructure(StructureSuite):
    uses_version = uses_names = nests = False

    @pytest.fixture
    def structure(self):
        return make("entity_id")


# --- the hook ------------------------------------------------------------------------------------


def test_the_hook_knows_the_names_it_states():
    names = provided_names(plugin.ftrack_create_structure)
    assert names == ("standard", "id", "entity_id", "origin")
    assert all(make(name) for name in names)


def test_the_hook_leaves_other_names_to_other_plugins():
    assert make("flat") is None
    assert make("") is None


def test_an_unknown_option_says_what_may_be_meant():
    with pytest.raises(ConfigurationError, match=r"no option 'ilegal'.*Did you mean 'illegal'\?"):
        make("standard?ilegal=-")
    with pytest.raises(ConfigurationError, match="it has none"):
        make("origin?prefix=x")


@pytest.mark.parametrize("spec", ["standard?illegal=/", "standard?illegal=.", "standard?illegal=+"])
def test_a_substitute_that_is_illegal_itself_is_refused(spec):
    with pytest.raises(ConfigurationError, match="cannot stand for illegal characters"):
        make(spec)


@pytest.mark.parametrize("structure", ["standard", "id"])
@pytest.mark.parametrize("prefix", ["..", "a/../b", "a\\b"])
def test_a_prefix_that_does_not_lead_downwards_is_refused(structure, prefix):
    with pytest.raises(ConfigurationError, match="must be folders joined by '/'"):
        make(f"{structure}?prefix={prefix}")


# --- standard ------------------------------------------------------------------------------------


def test_standard_names_are_made_from_project_folders_asset_and_version():
    assert identifiers("standard") == {
        "file": "dune/shot_010/comp/v003/main.exr",
        "movie": "dune/shot_010/comp/v003/main.mov",
        "sequence": "dune/shot_010/comp/v003/beauty.%04d.exr",
        "frame": "dune/shot_010/comp/v003/beauty.0012.exr",
        "container": "dune/shot_010/comp/v003/setup",
        "inner": "dune/shot_010/comp/v003/setup/lens.exr",
    }


def test_options_stand_behind_the_name():
    component = sample_components()["file"]
    assert name_by(make("standard?illegal=-"), component) == "dune/shot-010/comp/v003/main.exr"
    assert name_by(make("standard?illegal="), component) == "dune/shot010/comp/v003/main.exr"
    assert name_by(make("standard?case=keep"), component) == "Dune/Shot_010/Comp/v003/Main.exr"
    assert name_by(make("standard?prefix=/a/b/"), component).startswith("a/b/dune/")


def test_a_case_that_is_neither_lower_nor_keep_is_refused():
    with pytest.raises(ConfigurationError, match="must be lower or keep"):
        make("standard?case=upper")


def project_asset():
    project = {"id": "p1", "name": "dune"}
    return {
        "version": 1,
        "asset": {"name": "edit", "parent": project},
        "link": [{"id": "p1", "name": "Dune: the film"}, {"id": "v1", "name": "edit v001"}],
    }


def test_an_asset_of_a_project_has_no_folders():
    component = sample_components(project_asset())["file"]
    assert name_by(make("standard"), component) == "dune/edit/v001/main.exr"


def test_a_folder_can_be_given_for_the_assets_of_projects():
    component = sample_components(project_asset())["file"]
    structure = make("standard?project_versions_prefix=_project/assets")
    assert name_by(structure, component) == "dune/_project/assets/edit/v001/main.exr"


def test_the_link_tells_the_project_where_nothing_else_does():
    version = project_asset()
    version["asset"] = {"name": "edit"}
    component = sample_components(version)["file"]
    assert name_by(make("standard"), component) == "dune__the_film/edit/v001/main.exr"


def test_a_sequence_without_padding_counts_without_zeros():
    sequence = sample_components()["sequence"]
    assert name_by(make("standard"), sequence, padding=0).endswith("beauty.%d.exr")
    assert name_by(make("id"), sequence, padding=None).endswith("file.%d.exr")


def test_a_sequence_within_a_container_lies_in_its_folder():
    components = sample_components()
    sequence = {**components["sequence"], "container": components["container"]}
    frame = {**components["frame"], "container": sequence}
    structure = make("standard")
    assert name_by(structure, sequence).endswith("v003/setup/beauty.%04d.exr")
    assert name_by(structure, frame).endswith("v003/setup/beauty.0012.exr")


def test_a_file_type_with_several_dots_is_kept():
    component = sample_components()["file"]
    assert name_by(make("standard"), component, file_type=".bgeo.sc").endswith("main.bgeo.sc")
    assert name_by(make("standard"), component, file_type=None).endswith("/main")


@pytest.mark.parametrize("missing", ["version", "link"])
def test_a_version_that_is_not_on_the_server_yet_is_to_be_committed_first(missing):
    component = sample_components()["file"]
    component["version"][missing] = NOT_SET
    with pytest.raises(StructureError, match=r"component Main .* commit the version first"):
        name_by(make("standard"), component)


def test_a_version_known_by_its_id_is_asked_for():
    class Component(dict):
        session = SimpleNamespace(get=lambda *key: {("AssetVersion", "v1"): project_asset()}[key])

    component = Component(sample_components()["file"], version=NOT_SET, version_id="v1")
    assert make("standard").get_resource_identifier(component) == "dune/edit/v001/main.exr"


def test_what_is_no_component_says_what_it_is():
    with pytest.raises(StructureError, match="not Task"):
        name_by(make("standard"), {"__entity_type__": "Task", "version": project_asset()})


def test_the_system_type_tells_the_kind_where_the_entity_type_does_not():
    sequence = {**sample_components()["sequence"], "__entity_type__": "Component"}
    assert name_by(make("standard"), sequence, system_type="sequence").endswith("beauty.%04d.exr")


def test_names_as_they_are_are_refused_where_they_lead_elsewhere():
    structure = StandardStructure(illegal_character_substitute=None)
    component = sample_components()["file"]
    assert name_by(structure, component) == "Dune/Shot 010/Comp/v003/Main.exr"
    for name in ("..", "a/b", "a\\b", ""):
        with pytest.raises(StructureError, match="cannot be the name of a file"):
            name_by(structure, component, name=name)


# --- cleaning ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "cleaned"),
    [
        ("Foo Bar", "foo_bar"),
        ("a/b", "a_b"),
        ("v1.2-final", "v1.2-final"),
        ("_", "_"),
        ("å!", "å_"),
        ("砂の惑星", "砂の惑星"),
        ("हिन्दी", "हिन्दी"),
        ("\uff21\uff11", "a1"),
        ("e\u0301", "\xe9"),
        ("../up", ".._up"),
        ("end..", "end__"),
        (12, "12"),
    ],
)
def test_names_are_cleaned(name, cleaned):
    assert Cleaner().name(name, "the asset") == cleaned


@pytest.mark.parametrize("name", ["", None, ".", "..", "…", "!!!", " ", "\uff0f", "?."])
def test_names_of_which_nothing_is_left_are_refused(name):
    with pytest.raises(StructureError, match=r"the asset .* cannot be the name of a file"):
        Cleaner().name(name, "the asset")


@example("E\u00af", "", True)
@given(st.text(), st.sampled_from(["_", "-", "", "__"]), st.booleans())
def test_a_clean_name_is_one_part_of_a_path_and_stays_as_it_is(text, substitute, keep_case):
    cleaner = Cleaner(substitute, keep_case=keep_case)
    try:
        name = cleaner.name(text, "the asset")
    except StructureError:
        return
    assert name.strip(". ")
    assert name == name.strip(" ").rstrip(".")
    assert not set(name) & set('/\\:*?"<>|\0\n\r\t')
    assert is_composed(name)
    assert cleaner.name(name, "the asset") == name


@given(st.text())
def test_a_clean_suffix_stays_in_the_folder(text):
    suffix = Cleaner().suffix(text)
    assert not set(suffix) & set("/\\\0")
    assert f"main{suffix}" == f"main{suffix}".rstrip(". ")


def is_composed(text):
    return unicodedata.normalize("NFKC", text) == text


@given(st.text(alphabet=st.characters(categories=["L", "Nd"]), min_size=1).filter(is_composed))
def test_letters_and_digits_of_any_script_stay(text):
    assert Cleaner(keep_case=True).name(text, "the asset") == text


# --- id, entity_id, origin -----------------------------------------------------------------------


def test_ids_are_spread_over_folders():
    assert identifiers("id") == {
        "file": "6/e/4/f/17d2-0000-4000-8000-000000000001.exr",
        "movie": "6/e/4/f/17d2-0000-4000-8000-000000000002.mov",
        "sequence": "6/e/4/f/17d2-0000-4000-8000-000000000003/file.%04d.exr",
        "frame": "6/e/4/f/17d2-0000-4000-8000-000000000003/file.0012.exr",
        "container": "6/e/4/f/17d2-0000-4000-8000-000000000005",
        "inner": "6/e/4/f/17d2-0000-4000-8000-000000000005/"
        "6e4f17d2-0000-4000-8000-000000000006.exr",
    }


def test_ids_may_lie_below_a_prefix():
    component = sample_components()["file"]
    assert name_by(make("id?prefix=/ftrack/"), component).startswith("ftrack/6/e/4/f/")


def test_an_entity_id_is_the_whole_name():
    component = sample_components()["file"]
    assert name_by(make("entity_id"), component) == component["id"]


@pytest.mark.parametrize("structure", ["id", "entity_id"])
@pytest.mark.parametrize("entity_id", [NOT_SET, None, "", "../../x", "a b"])
def test_an_id_that_cannot_be_a_name_is_refused(structure, entity_id):
    with pytest.raises(StructureError, match="has no id of letters"):
        name_by(make(structure), sample_components()["file"], id=entity_id)


def test_origin_keeps_the_name_of_the_source():
    context = {"source_resource_identifier": "/mnt/in/plate.0001.exr"}
    structure = make("origin")
    component = sample_components()["file"]
    assert structure.get_resource_identifier(component, context) == "/mnt/in/plate.0001.exr"


@pytest.mark.parametrize("context", [None, {}, {"source_resource_identifier": ""}])
def test_origin_without_a_source_says_what_is_missing(context):
    with pytest.raises(StructureError, match="needs a source_resource_identifier"):
        make("origin").get_resource_identifier(sample_components()["file"], context)


# --- names cleaned by plugins --------------------------------------------------------------------


@pytest.fixture
def shelf(tmp_path):
    """A function that publishes one file with the given plugins and returns its identifier."""

    def publish(*plugins, structure="standard", name="Main Plate"):
        server = MemoryTransport(rows=VERSION_ROWS)
        accessor = MemoryAccessor()
        (tmp_path / "main.exr").write_bytes(b"pixels")
        with memory_session(server, plugins=[plugin, *plugins]) as session:
            session.locations.bind(LocationBinding("shelf", accessor, structure))
            version = session.get("AssetVersion", "v1")
            component = session.create_component(
                str(tmp_path / "main.exr"), {"name": name, "version": version}, "shelf"
            )
            return session.locations.get("shelf").get_resource_identifier(component)

    return publish


VERSION_ROWS = [
    {"__entity_type__": "Project", "id": "p1", "name": "Dune"},
    {
        "__entity_type__": "Shot",
        "id": "s1",
        "name": "Shot 010",
        "parent_id": "p1",
        "project_id": "p1",
    },
    {"__entity_type__": "Asset", "id": "a1", "name": "Comp", "context_id": "s1"},
    {
        "__entity_type__": "AssetVersion",
        "id": "v1",
        "version": 3,
        "asset_id": "a1",
        "link": [
            {"id": "p1", "name": "Dune", "type": "Project"},
            {"id": "s1", "name": "Shot 010", "type": "TypedContext"},
            {"id": "v1", "name": "Comp v003", "type": "AssetVersion"},
        ],
    },
]


def test_without_a_plugin_the_structure_cleans_by_its_options(shelf):
    assert shelf() == "dune/shot_010/comp/v003/main_plate.exr"
    assert (
        shelf(structure="standard?illegal=-&case=keep") == "Dune/Shot-010/Comp/v003/Main-Plate.exr"
    )


def test_a_plugin_cleans_names_in_its_own_way(shelf):
    class Camel:
        @hookimpl
        def ftrack_clean_name(self, name):
            return name.title().replace(" ", "") if name != "Dune" else None

    assert shelf(Camel()) == "dune/Shot010/Comp/v003/MainPlate.exr"


def test_a_wrapper_is_given_what_the_structure_makes_of_a_name(shelf):
    class Upper:
        @hookimpl(wrapper=True)
        def ftrack_clean_name(self, location):
            cleaned = yield
            return cleaned.upper() if location["name"] == "shelf" else cleaned

    assert (
        shelf(Upper(), structure="standard?illegal=-") == "DUNE/SHOT-010/COMP/v003/MAIN-PLATE.exr"
    )


def test_a_name_of_which_nothing_is_left_is_told_as_ever(shelf):
    with pytest.raises(StructureError, match=r"the component '!!!' cannot be the name of a file"):
        shelf(name="!!!")


@pytest.mark.parametrize("cleaned", ["a/b", "..", "", "a\\b"])
def test_what_is_no_name_of_a_file_is_refused(shelf, cleaned):
    class Wrong:
        @hookimpl
        def ftrack_clean_name(self):
            return cleaned

    with pytest.raises(StructureError, match="ftrack_clean_name, cannot be that of a file"):
        shelf(Wrong())
