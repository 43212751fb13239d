"""The structure: one folder for each version, whose name says what it is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ftrack_core.errors import StructureError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["EditorialStructure"]

_ODD = re.compile(r"[^\w.-]+")


class EditorialStructure:
    """Keeps components as ``<project>/<shot>_<asset>_v003/<component>.exr``."""

    def get_resource_identifier(
        self,
        entity: Any,
        context: Mapping[str, Any] | None = None,  # noqa: ARG002 - part of the port
    ) -> str:
        """Return the identifier of a component.

        Raises `StructureError` for what is no component or belongs to no version.
        """
        if not entity or not entity["id"]:
            raise StructureError("give a component; this has no id")
        return "/".join(_parts(entity))


def _parts(component: Any) -> list[str]:
    container = component["container"]
    if not container:
        return [*_folder(component), _file_name(component)]
    if _is_sequence(container):
        *folder, pattern = _parts(container)
        name, suffix = pattern.split(_padding(container))
        return [*folder, name + _clean(component["name"]) + suffix]
    return [*_parts(container), _file_name(component)]


def _folder(component: Any) -> list[str]:
    version = component["version"]
    if not version:
        raise StructureError(
            f"component {component['name']!r} belongs to no version, of which editorial names are "
            "made; publish it to one"
        )
    asset = version["asset"]
    parent = asset["parent"]
    name = f"{_clean(parent['name'])}_{_clean(asset['name'])}_v{version['version']:03d}"
    project = parent.get("project", parent)  # an asset may lie right below its project
    return [_clean(project["name"]), name]


def _file_name(component: Any) -> str:
    suffix = component["file_type"] or ""
    padding = f".{_padding(component)}" if _is_sequence(component) else ""
    ending = f".{_clean(suffix.lstrip('.'))}" if suffix else ""
    return f"{_clean(component['name'])}{padding}{ending}"


def _is_sequence(component: Any) -> bool:
    return "padding" in component and component["padding"] is not None


def _padding(sequence: Any) -> str:
    return f"%0{sequence['padding']}d"


def _clean(name: str | None) -> str:
    """Return *name* with underscores for what has no place in a file name."""
    return _ODD.sub("_", name or "").strip(". ") or "_"
