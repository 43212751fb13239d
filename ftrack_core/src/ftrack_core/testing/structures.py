"""The conformance suite of the Structure port.

Inherit it and give it a fixture::

    class TestShowStructure(StructureSuite):
        @pytest.fixture
        def structure(self):
            return ShowStructure()
"""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from ftrack_core.errors import StructureError
from ftrack_core.ports import Structure

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["StructureSuite", "sample_components"]

Component = dict[str, Any]

_HOSTILE = [
    "",
    " ",
    ".",
    "..",
    "../..",
    "a/../../b",
    "/etc",
    "C:\\temp",
    "..\\..",
    "~",
    "nul\0byte",
    "line\nbreak",
    "…",
    "\uff0f",
    "!!!",
    "trailing.",
]


def _version(
    project: str = "Dune", shot: str = "Shot 010", asset: str = "Comp", number: int = 3
) -> Component:
    project_row = {"__entity_type__": "Project", "id": "p1", "name": project}
    shot_row = {"__entity_type__": "Shot", "id": "s1", "name": shot, "project": project_row}
    asset_row = {"__entity_type__": "Asset", "id": "a1", "name": asset, "parent": shot_row}
    return {
        "__entity_type__": "AssetVersion",
        "id": f"0a1b2c3d-0000-4000-8000-{number:012d}",
        "version": number,
        "asset": asset_row,
        "link": [
            {"id": "p1", "name": project, "type": "Project"},
            {"id": "s1", "name": shot, "type": "TypedContext"},
            {"id": "v1", "name": f"{asset} v{number:03d}", "type": "AssetVersion"},
        ],
    }


def _component(entity_type: str, number: int, **values: Any) -> Component:
    return {
        "__entity_type__": entity_type,
        "id": f"6e4f17d2-0000-4000-8000-{number:012d}",
        "file_type": ".exr",
        "version": None,
        "container": None,
        **values,
    }


def sample_components(version: Component | None = None) -> dict[str, Component]:
    """Return components of one version as plain mappings, by what they are.

    ``file``, ``movie`` (another one), ``sequence`` and its member ``frame``, ``container`` and its
    member ``inner``.
    """
    version = version or _version()
    sequence = _component("SequenceComponent", 3, name="Beauty", padding=4, version=version)
    container = _component("ContainerComponent", 5, name="Setup", file_type=None, version=version)
    return {
        "file": _component("FileComponent", 1, name="Main", version=version),
        "movie": _component("FileComponent", 2, name="Main", file_type=".mov", version=version),
        "sequence": sequence,
        "frame": _component("FileComponent", 4, name="0012", container=sequence),
        "container": container,
        "inner": _component("FileComponent", 6, name="Lens", container=container),
    }


class StructureSuite:
    """What every structure does that makes up the names it keeps things under.

    The class that inherits it has a fixture ``structure``. *uses_version* says that names are made
    from the asset version, *uses_names* that they are made from what people call things, *nests*
    that the members of a container are kept inside it. *context* is given with each call.
    """

    uses_version: ClassVar[bool] = True
    uses_names: ClassVar[bool] = True
    nests: ClassVar[bool] = True
    context: ClassVar[Mapping[str, Any] | None] = None

    @pytest.fixture
    def components(self) -> dict[str, Component]:
        """Return the components that the suite asks about; see `sample_components`."""
        return sample_components()

    def test_it_satisfies_the_port(self, structure: Structure) -> None:
        """All methods of the protocol are there."""
        assert isinstance(structure, Structure)

    def test_every_kind_of_component_gets_an_identifier_of_its_own(
        self, structure: Structure, components: dict[str, Component]
    ) -> None:
        """No two are kept under one name."""
        names = [self._name(structure, component) for component in components.values()]
        assert len(set(names)) == len(names)

    def test_identifiers_lead_downwards_only(
        self, structure: Structure, components: dict[str, Component]
    ) -> None:
        """They are relative, with ``/`` between parts that are names."""
        for component in components.values():
            _assert_downwards(self._name(structure, component))

    def test_the_same_component_gets_the_same_identifier(
        self, structure: Structure, components: dict[str, Component]
    ) -> None:
        """Now, later, and from a copy of what is known of it."""
        for component in components.values():
            first = self._name(structure, component)
            assert self._name(structure, component) == first
            assert self._name(structure, deepcopy(component)) == first

    def test_naming_changes_nothing(
        self, structure: Structure, components: dict[str, Component]
    ) -> None:
        """A structure only reads."""
        before = deepcopy(components)
        for component in components.values():
            self._name(structure, component)
        assert components == before

    def test_members_are_kept_inside_their_container(
        self, structure: Structure, components: dict[str, Component]
    ) -> None:
        """Frames beside one another in the folder of their sequence."""
        if not self.nests:
            pytest.skip("this structure keeps all components side by side")
        sequence = self._name(structure, components["sequence"])
        frame = self._name(structure, components["frame"])
        assert frame.rpartition("/")[0] == sequence.rpartition("/")[0]
        container = self._name(structure, components["container"])
        assert self._name(structure, components["inner"]).startswith(container + "/")

    def test_a_sequence_is_named_by_the_expression_of_its_frames(
        self, structure: Structure, components: dict[str, Component]
    ) -> None:
        """Filling in a number gives the name of that frame."""
        if not self.nests:
            pytest.skip("this structure keeps all components side by side")
        sequence = self._name(structure, components["sequence"])
        assert "%04d" in sequence
        assert sequence.replace("%04d", "0012") == self._name(structure, components["frame"])

    def test_a_component_without_a_version_is_refused(
        self, structure: Structure, components: dict[str, Component]
    ) -> None:
        """Where a name is made from one."""
        component = {**components["file"], "version": None}
        if not self.uses_version:
            _assert_downwards(self._name(structure, component))
            return
        with pytest.raises(StructureError):
            self._name(structure, component)

    def test_versions_do_not_share_identifiers(self, structure: Structure) -> None:
        """The next version must not overwrite the one before."""
        if not self.uses_version:
            pytest.skip("this structure does not look at versions")
        names = {
            self._name(structure, sample_components(_version(number=number))["file"])
            for number in (1, 2, 1000)
        }
        assert len(names) == 3

    @pytest.mark.parametrize("name", _HOSTILE)
    @pytest.mark.parametrize("where", ["project", "shot", "asset", "component", "frame", "suffix"])
    def test_no_name_leads_out_of_the_location(
        self, structure: Structure, where: str, name: str
    ) -> None:
        """It is cleaned or refused, wherever somebody put it."""
        for component in _named(where, name):
            try:
                identifier = self._name(structure, component)
            except StructureError:
                continue
            _assert_downwards(identifier)

    @pytest.mark.parametrize(("one", "other"), [("砂の惑星", "沙丘"), ("Дюна", "Дина"), ("é", "è")])
    def test_names_of_other_scripts_do_not_collide(
        self, structure: Structure, one: str, other: str
    ) -> None:
        """Taking away what is not ASCII would make them one."""
        if not self.uses_names:
            pytest.skip("this structure does not look at names")
        names = {
            self._name(structure, sample_components(_version(asset=asset))["file"])
            for asset in (one, other)
        }
        assert len(names) == 2

    def test_what_is_no_component_is_refused(self, structure: Structure) -> None:
        """An empty mapping has neither an id nor a type."""
        with pytest.raises(StructureError):
            self._name(structure, {})

    def _name(self, structure: Structure, component: Component) -> str:
        return structure.get_resource_identifier(component, self.context)


def _named(where: str, name: str) -> list[Component]:
    if where in ("project", "shot", "asset"):
        names: dict[str, Any] = {where: name}
        return list(sample_components(_version(**names)).values())
    components = sample_components()
    if where == "frame":
        return [{**components["frame"], "name": name}]
    member = "name" if where == "component" else "file_type"
    return [{**component, member: name} for component in components.values()]


def _assert_downwards(identifier: str) -> None:
    parts = identifier.split("/")
    assert all(part.strip() not in ("", ".", "..") for part in parts), identifier
    assert "\\" not in identifier
    assert identifier.isprintable()
    assert not any(part.endswith((".", " ")) for part in parts), identifier
