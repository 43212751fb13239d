"""The hook that answers for the structure ``editorial``."""

from __future__ import annotations

from ftrack_core import hookimpl, provides

from .structure import EditorialStructure


@provides("editorial")
@hookimpl
def ftrack_create_structure(spec: str) -> EditorialStructure | None:
    """Make the structure where it is meant."""
    return EditorialStructure() if spec == "editorial" else None
