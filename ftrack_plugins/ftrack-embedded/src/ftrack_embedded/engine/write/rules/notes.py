"""Notes: their parent, their thread, who gets them, and their label."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from .stamps import fill

if TYPE_CHECKING:
    from ftrack_embedded.engine.read.level import Row
    from ftrack_embedded.engine.transaction import Transaction

__all__ = [
    "add_author_as_recipient",
    "adopt_reply",
    "complete_moved_note",
    "complete_note",
    "complete_parent_type",
    "label_note",
    "touch_thread",
    "touch_thread_of_reply",
]

_PARENTS: Final = (
    "Context",
    "AssetVersion",
    "Asset",
    "Component",
    "Resource",
    "ReviewSessionObject",
    "Note",
    "List",
    "CalendarEvent",
    "TypedContextLink",
    "AssetVersionLink",
)


def complete_note(tx: Transaction, _: str, row: Row) -> None:
    """Give a new note its author, its dates and, if it is a reply, the parent of its thread."""
    fill(row, "user_id", tx.user_id)
    fill(row, "date", tx.now)
    fill(row, "thread_activity", row["date"])
    adopt_reply(tx, "Note", row, row)
    complete_parent_type(tx, "Note", row)


def complete_parent_type(tx: Transaction, _: str, row: Row) -> None:
    """Name the type of the parent where only its id is given."""
    if row.get("parent_id") is not None and row.get("parent_type") is None:
        row["parent_type"] = _type_of(tx, row["parent_id"])


def _type_of(tx: Transaction, identifier: str) -> str | None:
    for entity_type in _PARENTS:
        found = tx.rows.get(entity_type, (identifier,))
        if found is not None:
            return tx.catalogue.concrete(entity_type, found)
    return None


def adopt_reply(tx: Transaction, _: str, row: Row, values: dict[str, Any]) -> None:
    """Give a reply the parent of the note it replies to."""
    head_id = values.get("in_reply_to_id")
    head = tx.rows.get("Note", (head_id,)) if head_id else None
    if head is not None and row.get("parent_id") is None:
        fill(values, "parent_id", head["parent_id"])
        fill(values, "parent_type", head["parent_type"])


def complete_moved_note(tx: Transaction, _: str, row: Row, values: dict[str, Any]) -> None:
    """Name the type of a new parent."""
    parent_id = values.get("parent_id")
    if parent_id is not None and parent_id != row["parent_id"]:
        fill(values, "parent_type", _type_of(tx, parent_id))


def touch_thread(tx: Transaction, _: str, row: Row) -> None:
    """Let the head of a thread show that it was answered."""
    head = tx.rows.get("Note", (row["in_reply_to_id"],)) if row.get("in_reply_to_id") else None
    if head is not None:
        tx.rows.update("Note", head, {"thread_activity": tx.now})


def touch_thread_of_reply(tx: Transaction, _: str, row: Row, old: dict[str, Any]) -> None:
    """The same where an existing note becomes a reply."""
    if "in_reply_to_id" in old:
        touch_thread(tx, "Note", row)


def add_author_as_recipient(tx: Transaction, _: str, row: Row) -> None:
    """Let who writes a note receive the answers to it."""
    if row["user_id"] is not None:
        tx.rows.insert("Recipient", {"note_id": row["id"], "resource_id": row["user_id"]})


def label_note(tx: Transaction, _: str, row: Row) -> None:
    """Make the first label of a note its category."""
    note = tx.rows.get("Note", (row["note_id"],))
    if note is not None and note["category_id"] is None:
        tx.rows.update("Note", note, {"category_id": row["label_id"]})
