"""What structures read of a component, which is an entity or a mapping of the same shape."""

from __future__ import annotations

from typing import Any

from ftrack_core.entity import NOT_SET
from ftrack_core.errors import StructureError

__all__ = ["identify", "kind_of", "read", "sequence_expression", "version_of"]

_KINDS = {
    "FileComponent": "file",
    "SequenceComponent": "sequence",
    "ContainerComponent": "container",
    "file": "file",
    "sequence": "sequence",
    "container": "container",
}


def read(entity: Any, name: str) -> Any:
    """Return an attribute, or None where there is no value or no such attribute."""
    try:
        value = entity[name]
    except KeyError:
        return None
    return None if value is NOT_SET else value


def kind_of(component: Any) -> str:
    """Return ``file``, ``sequence`` or ``container``.

    Raises `StructureError` for what is no component.
    """
    entity_type = getattr(component, "entity_type", None) or read(component, "__entity_type__")
    known = entity_type if entity_type in _KINDS else read(component, "system_type")
    if known not in _KINDS:
        raise StructureError(
            f"a structure names components of type FileComponent, SequenceComponent and "
            f"ContainerComponent, not {entity_type or type(component).__name__}"
        )
    return _KINDS[known]


def identify(component: Any) -> str:
    """Return how errors name *component*: its name and id as far as they are known."""
    shown = [str(value) for value in (read(component, "name"), read(component, "id")) if value]
    return f"component {' '.join(shown)}".rstrip()


def sequence_expression(sequence: Any) -> str:
    """Return what stands for the frame number: ``%04d``, or ``%d`` without padding."""
    padding = read(sequence, "padding")
    return f"%0{int(padding)}d" if padding else "%d"


def version_of(component: Any) -> Any:
    """Return the asset version of *component*.

    Raises `StructureError` where there is none, or one that is not on the server yet and therefore
    has no number.
    """
    version = read(component, "version") or _asked_for(component)
    if not version:
        raise StructureError(
            f"{identify(component)} belongs to no asset version; its name is made from one"
        )
    if read(version, "version") is None or not read(version, "link"):
        raise StructureError(
            f"{identify(component)} belongs to an asset version that has no number and no link "
            "yet; commit the version first"
        )
    return version


def _asked_for(component: Any) -> Any:
    """A component made with ``version_id`` only does not hold its version."""
    version_id, session = read(component, "version_id"), getattr(component, "session", None)
    return session.get("AssetVersion", version_id) if version_id and session else None
