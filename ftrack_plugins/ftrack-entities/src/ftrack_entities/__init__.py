"""Helpers on entity classes: notes, jobs, timers, assignments, links, versions and more."""

from __future__ import annotations

from .assignments import AllocationHelpers, AssignmentHelpers
from .components import ComponentHelpers
from .jobs import JobHelpers, JobOwnerHelpers
from .links import LinkHelpers
from .lists import ProjectHelpers
from .media import ThumbnailHelpers
from .notes import NoteHelpers, NotesHelpers
from .reviews import InviteeHelpers, ReviewSessionHelpers
from .schemas import ProjectSchemaHelpers
from .scopes import ScopeHelpers
from .users import UserHelpers
from .versions import AssetVersionHelpers

__all__ = [
    "AllocationHelpers",
    "AssetVersionHelpers",
    "AssignmentHelpers",
    "ComponentHelpers",
    "InviteeHelpers",
    "JobHelpers",
    "JobOwnerHelpers",
    "LinkHelpers",
    "NoteHelpers",
    "NotesHelpers",
    "ProjectHelpers",
    "ProjectSchemaHelpers",
    "ReviewSessionHelpers",
    "ScopeHelpers",
    "ThumbnailHelpers",
    "UserHelpers",
]
