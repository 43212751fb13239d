"""The project of a note: that of what it is written on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .contexts import project_of
from .stamps import fill

if TYPE_CHECKING:
    from ftrack_embedded.engine.read.level import Row
    from ftrack_embedded.engine.transaction import Transaction

__all__ = ["place_moved_note", "place_note"]


def place_note(tx: Transaction, _: str, row: Row) -> None:
    """Give a new note the project of its parent."""
    fill(row, "project_id", _project_of(tx, row.get("parent_id")))


def place_moved_note(tx: Transaction, _: str, row: Row, values: dict[str, Any]) -> None:
    """Give a note that gets another parent the project of that."""
    parent_id = values.get("parent_id")
    if parent_id is not None and parent_id != row["parent_id"]:
        fill(values, "project_id", _project_of(tx, parent_id))


def _project_of(tx: Transaction, parent_id: str | None) -> str | None:
    if parent_id is None:
        return None
    shown = tx.rows.get("ReviewSessionObject", (parent_id,))
    if shown is not None:
        session = tx.rows.get("ReviewSession", (shown["review_session_id"],))
        return session["project_id"] if session else None
    version = tx.rows.get("AssetVersion", (parent_id,))
    asset_id = version["asset_id"] if version else parent_id
    asset = tx.rows.get("Asset", (asset_id,))
    return project_of(tx, asset["context_id"] if asset else parent_id)
