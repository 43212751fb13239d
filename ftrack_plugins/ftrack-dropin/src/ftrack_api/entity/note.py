"""Notes on whatever can carry them, and replies to notes."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from ftrack_core.entity import session_of
from ftrack_entities import NoteHelpers, NotesHelpers

from ftrack_api._translation import translating

from .base import Entity

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["CreateNoteMixin", "Note"]


@translating("create_reply")
class Note(NoteHelpers, Entity):
    """A note."""

    __slots__ = ()

    def create_reply(self, content: str, author: Any) -> Any:  # type: ignore[override]  # required
        """Create a reply and return it; it is sent with the next commit."""
        return super().create_reply(content, author)


@translating("create_note")
class CreateNoteMixin(NotesHelpers):
    """Mixed into every type that can carry notes."""

    __slots__ = ()

    def create_note(  # type: ignore[override]  # the author is required, as it always was
        self,
        content: str,
        author: Any,
        recipients: Iterable[Any] | None = None,
        category: Any = None,
        labels: Iterable[Any] | None = None,
    ) -> Any:
        """Create a note on this entity and return it; it is sent with the next commit."""
        if category is not None and "NoteLabelLink" in session_of(self).schemas:
            instead = "category is one label here: give labels=[category]"
            warnings.warn(instead, PendingDeprecationWarning, stacklevel=3)
        return super().create_note(content, author, recipients, category, labels)
