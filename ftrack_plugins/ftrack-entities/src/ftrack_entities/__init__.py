"""Helpers on entity classes: notes, versions and project schemas."""

from __future__ import annotations

from .notes import NoteHelpers, NotesHelpers
from .schemas import ProjectSchemaHelpers
from .versions import AssetVersionHelpers

__all__ = ["AssetVersionHelpers", "NoteHelpers", "NotesHelpers", "ProjectSchemaHelpers"]
