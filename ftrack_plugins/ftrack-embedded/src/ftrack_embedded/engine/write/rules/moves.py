"""Moving a typed context to another parent, perhaps in another project."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ftrack_embedded.engine import failures

from .contexts import project_below

if TYPE_CHECKING:
    from ftrack_embedded.engine.read.level import Row
    from ftrack_embedded.engine.transaction import Transaction

__all__ = ["keep_at_the_top", "move_context", "move_descendants"]


def keep_at_the_top(_: Transaction, __: str, row: Row, values: dict[str, Any]) -> None:
    """Refuse to put a project below anything."""
    if values.get("parent_id") is not None:
        raise failures.invalid(f"The project {row['name']} cannot have a parent.")


def move_context(tx: Transaction, _: str, row: Row, values: dict[str, Any]) -> None:
    """Take on the project of the new parent.

    Where only another project is given, the context goes to the top of that one.
    """
    new_parent = values.get("parent_id", row["parent_id"])
    if new_parent == row["parent_id"]:
        if values.get("project_id", row["project_id"]) == row["project_id"]:
            return
        new_parent = None
    if new_parent is None:
        values["parent_id"] = new_parent = values.get("project_id") or row["project_id"]
    project_id = project_below(tx, new_parent, values.get("project_id"))
    values["project_id"] = project_id or row["project_id"]


def move_descendants(tx: Transaction, _: str, row: Row, old: dict[str, Any]) -> None:
    """Take everything below along into another project."""
    if "project_id" not in old:
        return
    tx.memo.clear()
    seen: set[str] = set()
    below = tx.rows.find("Context", parent_id=row["id"])
    while below:
        seen.update(child["id"] for child in below)
        for child in below:
            tx.rows.update(
                tx.catalogue.concrete("Context", child), child, {"project_id": row["project_id"]}
            )
        further = tx.rows.find("Context", parent_id=[child["id"] for child in below])
        below = [child for child in further if child["id"] not in seen]
