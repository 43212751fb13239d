"""Notes on whatever can carry them, and replies to notes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .helper import Helper, acting_user

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ftrack_core import Entity

__all__ = ["NoteHelpers", "NotesHelpers"]


class NotesHelpers(Helper):
    """Mixed into every type that has ``notes``."""

    __slots__ = ()

    def create_note(
        self,
        content: str,
        author: Entity | None = None,
        recipients: Iterable[Entity] = (),
        labels: Iterable[Entity] = (),
    ) -> Any:
        """Create a note on this entity and return it; it is sent with the next commit.

        *author* is a user, by default the one who is connected. *recipients* are users or groups,
        *labels* are note labels.
        """
        session = self.session
        note = session.create(
            "Note",
            {
                "content": content,
                "author": author or acting_user(session),
                "parent_id": self["id"],
                "parent_type": self.entity_type,
            },
        )
        for recipient in recipients:
            session.create("Recipient", {"note_id": note["id"], "resource_id": recipient["id"]})
        for label in labels:
            session.create("NoteLabelLink", {"note_id": note["id"], "label_id": label["id"]})
        return note


class NoteHelpers(Helper):
    """Mixed into ``Note``."""

    __slots__ = ()

    def create_reply(self, content: str, author: Entity | None = None) -> Any:
        """Create a reply to this note and return it; it is sent with the next commit."""
        return self.session.create(
            "Note",
            {
                "content": content,
                "author": author or acting_user(self.session),
                "in_reply_to_id": self["id"],
                "parent_id": self["parent_id"],
                "parent_type": self["parent_type"],
            },
        )
