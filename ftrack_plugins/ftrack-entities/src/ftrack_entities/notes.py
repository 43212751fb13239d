"""Notes on whatever can carry them, and replies to notes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ftrack_core.entity import session_of
from ftrack_core.errors import EntityError

from .helper import Helper, acting_user, append_if_loaded

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ftrack_core import Entity, Session

__all__ = ["NoteHelpers", "NotesHelpers"]


class NotesHelpers(Helper):
    """Mixed into every type that has ``notes``."""

    __slots__ = ()

    def create_note(
        self,
        content: str,
        author: Entity | None = None,
        recipients: Iterable[Entity] | None = None,
        category: Entity | None = None,
        labels: Iterable[Entity] | None = None,
    ) -> Any:
        """Create a note on this entity and return it; it is sent with the next commit.

        *author* is a user, by default the one who is connected. *recipients* are users or groups.
        *labels* are note labels; *category* is the older name for one label. Raises `EntityError`
        where both are given, or labels on a server without them.
        """
        session = session_of(self)
        given = _labels(session, category, labels)
        note = session.create(
            "Note",
            {
                "content": content,
                "author": author or acting_user(session),
                "parent_id": self["id"],
                "parent_type": self.entity_type,
            },
        )
        append_if_loaded(self, "notes", note)
        for recipient in recipients or ():
            session.create("Recipient", {"note_id": note["id"], "resource_id": recipient["id"]})
        _label(session, note, given)
        return note


class NoteHelpers(Helper):
    """Mixed into ``Note``."""

    __slots__ = ()

    def create_reply(self, content: str, author: Entity | None = None) -> Any:
        """Create a reply to this note and return it; it is sent with the next commit."""
        reply = session_of(self).create(
            "Note",
            {
                "content": content,
                "author": author or acting_user(session_of(self)),
                "in_reply_to_id": self["id"],
                "parent_id": self["parent_id"],
                "parent_type": self["parent_type"],
            },
        )
        append_if_loaded(self, "replies", reply)
        return reply

    def attach(self, component: Entity) -> Any:
        """Attach a component to this note and return the link; it is sent with the next commit."""
        keys = {"note_id": self["id"], "component_id": component["id"]}
        return session_of(self).create("NoteComponent", keys)


def _labels(
    session: Session, category: Entity | None, labels: Iterable[Entity] | None
) -> list[Entity]:
    given = list(labels or ())
    if category is not None and given:
        raise EntityError("a note takes labels or a category, not both; the category is a label")
    if given and "NoteLabelLink" not in session.schemas:
        raise EntityError("this server has no note labels; give one of its categories instead")
    return given if category is None else [category]


def _label(session: Session, note: Entity, labels: Iterable[Entity]) -> None:
    if "NoteLabelLink" in session.schemas:
        for label in labels:
            session.create("NoteLabelLink", {"note_id": note["id"], "label_id": label["id"]})
    else:
        for category in labels:
            note["category_id"] = category["id"]
