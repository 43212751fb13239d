"""Names that people can read."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any

from ftrack_structure.cleaning import Cleaner
from ftrack_structure.reading import identify, read, version_of
from ftrack_structure.standard import StandardStructure as _StandardStructure

from ftrack_api._translation import known_errors
from ftrack_api.exception import StructureError

from ._components import component_kind
from .base import Structure

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["StandardStructure"]


class StandardStructure(Structure):
    """Keeps ``<project>/<folders>/<asset>/v001/<component>.exr``.

    *project_versions_prefix* stands in the place of the folders for assets directly under a
    project. What cannot be in the name of a file becomes *illegal_character_substitute*; None
    leaves names as they are. A subclass may replace how names are cleaned, how versions and frames
    are written, and which folders come first.
    """

    def __init__(
        self,
        project_versions_prefix: str | None = None,
        illegal_character_substitute: str | None = "_",
    ) -> None:
        super().__init__()
        self.project_versions_prefix = project_versions_prefix
        self.illegal_character_substitute = illegal_character_substitute
        with known_errors():
            Cleaner(illegal_character_substitute)  # refuses what cannot be in a name

    def get_resource_identifier(self, entity: Any, context: Mapping[str, Any] | None = None) -> str:
        """Return the identifier of component *entity*.

        Raises `StructureError` where it has no committed version, or a name that cannot be that of
        a file; it is a NotImplementedError too for what is no component.
        """
        kind, container = component_kind(entity), read(entity, "container")
        if not container:
            parts = [*self._get_parts(entity), self._leaf(entity, kind)]
            return self.path_separator.join(parts)
        above = self.get_resource_identifier(container, context)
        if component_kind(container) != "sequence":
            return self.path_separator.join([above, self._leaf(entity, kind)])
        frame = self.sanitise_for_filesystem(
            f"{_name_of(container)}.{_name_of(entity)}{read(entity, 'file_type') or ''}"
        )
        return self.path_separator.join([*above.split(self.path_separator)[:-1], frame])

    def sanitise_for_filesystem(self, value: Any) -> Any:
        """Return *value* as the name of a file or folder, in lower case.

        Letters of other scripts than ours stay; marks on ours go. Raises `StructureError` where
        nothing would be left, and for ``..``.
        """
        if self.illegal_character_substitute is None or value == "":
            return _leading_downwards(value)
        with known_errors():
            cleaner = Cleaner(self.illegal_character_substitute)
            return cleaner.name(_without_marks(str(value)), "the name")

    def _get_parts(self, entity: Any) -> list[str]:
        """Return the folders of *entity*'s version, from the project on."""
        prefix = self.sanitise_for_filesystem(self.project_versions_prefix or "")
        with known_errors():
            version = version_of(entity)
            inside = {"system_type": "container", "name": "inside", "version": version}
            named = _StandardStructure(project_versions_prefix=prefix).get_resource_identifier(
                inside, {"clean_name": self._cleaned}
            )
        number = self.sanitise_for_filesystem(self._format_version(version["version"]))
        return [*named.split("/")[:-2], number]

    def _format_version(self, number: int) -> str:
        """Return how the number of a version is written."""
        return f"v{number:03d}"

    def _leaf(self, entity: Any, kind: str) -> str:
        """Return the name within the folder."""
        clean, name = self.sanitise_for_filesystem, _name_of(entity)
        file_type = "" if kind == "container" else read(entity, "file_type") or ""
        if kind == "sequence":
            expression = self._get_sequence_expression(entity)
            return f"{clean(name)}.{expression}{clean(file_type)}"
        return str(clean(f"{name}{file_type}"))

    def _cleaned(self, name: str) -> Any:
        """Return *name* cleaned; None leaves it to this library, which refuses an empty one."""
        return self.sanitise_for_filesystem(name) if name else None


def _name_of(component: Any) -> str:
    name = read(component, "name")
    if name in (None, ""):
        raise StructureError(f"{identify(component)} has no name; give it one")
    return str(name)


def _leading_downwards(value: Any) -> Any:
    """Return *value*, which nobody cleans, unless it would leave its folder."""
    if ".." in re.split(r"[/\\]", str(value)):
        raise StructureError(f"the name {value!r} leads out of its folder; rename it")
    return value


def _without_marks(text: str) -> str:
    """Return *text* in ASCII where only marks, and what is no letter, are lost by that."""
    decomposed = unicodedata.normalize("NFKD", text)
    if any(one.isalnum() and not one.isascii() for one in decomposed):
        return text
    return decomposed.encode("ascii", "ignore").decode()
