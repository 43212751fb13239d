"""Names that people can read: project, shot, asset, version, component."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ftrack_core.errors import StructureError

from .cleaning import Cleaner, clean_prefix
from .reading import kind_of, read, sequence_expression, version_of

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["StandardStructure"]


class StandardStructure:
    """Keeps ``<project>/<folders>/<asset>/v001/<component>.exr``.

    *prefix* is put before everything. *project_versions_prefix* stands in the place of the folders
    for assets directly under a project. *illegal_character_substitute* and *keep_case* say how
    names are cleaned, see `Cleaner`.
    """

    def __init__(
        self,
        *,
        prefix: str = "",
        project_versions_prefix: str = "",
        illegal_character_substitute: str | None = "_",
        keep_case: bool = False,
    ) -> None:
        self._cleaner = Cleaner(illegal_character_substitute, keep_case=keep_case)
        self._prefix = clean_prefix(prefix)
        self._project_versions_prefix = clean_prefix(project_versions_prefix)

    def get_resource_identifier(self, entity: Any, context: Mapping[str, Any] | None = None) -> str:
        """Return the identifier of component *entity*.

        ``clean_name`` in *context* is asked for each name first. Raises `StructureError` where it
        has no asset version with a number, or a name that cannot be that of a file.
        """
        cleaner = self._cleaner.asking((context or {}).get("clean_name"))
        naming = _Naming(cleaner, self._project_versions_prefix)
        return "/".join(part for part in (self._prefix, *naming.parts(entity)) if part)

    def clean_name(self, name: str) -> str | None:
        """Return *name* as that of a file or folder, None where nothing of it would be left."""
        try:
            return self._cleaner.name(name, "the name")
        except StructureError:
            return None


@dataclass(frozen=True)
class _Naming:
    """Names one component, with names cleaned by *cleaner*."""

    cleaner: Cleaner
    project_versions_prefix: str

    def parts(self, component: Any) -> list[str]:
        """Return the folders and the file name, from the project on."""
        container = read(component, "container")
        if not container:
            return [*self._version_parts(version_of(component)), self._leaf(component)]
        parts = self.parts(container)
        if kind_of(container) != "sequence":
            return [*parts, self._leaf(component)]
        return [*parts[:-1], self._frame(component, container)]

    def _version_parts(self, version: Any) -> list[str]:
        link = read(version, "link")
        asset = read(version, "asset") or {}
        folders = [self.cleaner.name(read(one, "name"), "the folder") for one in link[1:-1]]
        return [
            self.cleaner.name(_project_name(asset, link), "the project"),
            *(folders or [self.project_versions_prefix]),
            self.cleaner.name(read(asset, "name"), "the asset"),
            f"v{int(read(version, 'version')):03d}",
        ]

    def _leaf(self, component: Any) -> str:
        kind, name = kind_of(component), self._name(component)
        if kind == "container":
            return name
        middle = f".{sequence_expression(component)}" if kind == "sequence" else ""
        return f"{name}{middle}{self.cleaner.suffix(read(component, 'file_type'))}"

    def _frame(self, member: Any, sequence: Any) -> str:
        number = self.cleaner.name(read(member, "name"), "the sequence member")
        return f"{self._name(sequence)}.{number}{self.cleaner.suffix(read(member, 'file_type'))}"

    def _name(self, component: Any) -> str:
        return self.cleaner.name(read(component, "name"), "the component")


def _project_name(asset: Any, link: Any) -> Any:
    """Return the project's name: its short one where it is at hand, else the one it shows."""
    parent = read(asset, "parent") or {}
    is_project = read(parent, "id") == read(link[0], "id")
    project = parent if is_project else read(parent, "project")
    return read(project or {}, "name") or read(link[0], "name")
