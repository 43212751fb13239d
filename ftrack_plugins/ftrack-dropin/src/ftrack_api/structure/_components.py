"""What can be named, and the error for what cannot."""

from __future__ import annotations

from typing import Any

from ftrack_core.errors import StructureError as _StructureError
from ftrack_structure.reading import kind_of

from ftrack_api.exception import StructureError

__all__ = ["component_kind"]


class _NoComponentError(StructureError, NotImplementedError):
    """Only components can be named."""


def component_kind(entity: Any) -> str:
    """Return ``file``, ``sequence`` or ``container``.

    Raises `StructureError`, which is a NotImplementedError too, for what is no component.
    """
    try:
        return kind_of(entity)
    except _StructureError as error:
        raise _NoComponentError(str(error)) from error
