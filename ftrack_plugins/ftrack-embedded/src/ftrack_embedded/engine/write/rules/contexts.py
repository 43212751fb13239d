"""Projects and typed contexts: what a new one gets, and the record of its statuses."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, select

from ftrack_embedded.engine import failures
from ftrack_embedded.engine.hierarchy import other_project

from . import workflow
from .placing import begin_where_placed
from .stamps import fill

if TYPE_CHECKING:
    from ftrack_embedded.engine.read.level import Row
    from ftrack_embedded.engine.transaction import Transaction

__all__ = [
    "complete_project",
    "complete_typed_context",
    "note_status_change",
    "project_below",
    "project_of",
    "record_status_change",
]

_NO_PRIORITY: Final = "9661b320-3a0c-11e2-81c1-0800200c9a66"


def complete_project(tx: Transaction, _: str, row: Row) -> None:
    """Give a new project its state, its title and, if there is but one, a project schema."""
    row["parent_id"] = None
    fill(row, "status", "active")
    fill(row, "full_name", row.get("name"))
    fill(row, "is_private", False)
    if row.get("project_schema_id") is None:
        schemas = tx.rows.find("ProjectSchema")
        if len(schemas) == 1:
            row["project_schema_id"] = schemas[0]["id"]


def complete_typed_context(tx: Transaction, concrete: str, row: Row) -> None:
    """Give a new typed context its place, type, status, priority and order."""
    _place(tx, row)
    begin_where_placed(tx, concrete, row, row["project_id"], _first_steps)
    fill(row, "priority_id", _NO_PRIORITY)
    fill(row, "bid", 0.0)
    if row.get("sort") is None:
        row["sort"] = _next_sort(tx, row["parent_id"])


def _first_steps(tx: Transaction, row: Row) -> dict[str, Any]:
    """Return the type and the status that a context begins with, in as far as it has none."""
    project_id, object_type = row["project_id"], row["object_type_id"]
    type_id = row.get("type_id") or workflow.first_type(tx, project_id, object_type)
    status_id = row.get("status_id")
    status_id = status_id or workflow.first_status(tx, project_id, object_type, type_id)
    return {"type_id": type_id, "status_id": status_id}


def _place(tx: Transaction, row: Row) -> None:
    if row.get("parent_id") is None:
        row["parent_id"] = row.get("project_id")
    if row.get("parent_id") is None:
        raise failures.invalid("A typed context needs a parent or a project.")
    row["project_id"] = project_below(tx, row["parent_id"], row.get("project_id"))


def project_below(tx: Transaction, parent_id: str, wanted: str | None) -> str | None:
    """Return the project of what is put below a parent; an error if another one was *wanted*.

    A parent that is not there yet is looked at when the batch is complete.
    """
    project_id = project_of(tx, parent_id)
    if project_id is None or wanted is None:
        return project_id or wanted
    if project_id != wanted:
        raise other_project(parent_id, project_id, wanted)
    return project_id


def project_of(tx: Transaction, context_id: str) -> str | None:
    """Return the id of the project a context is in, or is; None for an unknown context."""
    memo = ("project of", context_id)
    if memo not in tx.memo:
        context = tx.rows.get("Context", (context_id,))
        if context is None:
            return None
        is_project = context["context_type"] == "show"
        tx.memo[memo] = context["id"] if is_project else context["project_id"]
    found: str | None = tx.memo[memo]
    return found


def _next_sort(tx: Transaction, parent_id: str) -> float:
    memo = ("last sort", parent_id)
    if memo not in tx.memo:
        table = tx.catalogue.table("Context")
        highest = select(func.max(table.c.sort)).where(table.c.parent_id == parent_id)
        tx.memo[memo] = tx.connection.execute(highest).scalar()
    last = tx.memo[memo]
    tx.memo[memo] = 0.0 if last is None else last + 1.0
    return float(tx.memo[memo])


def note_status_change(tx: Transaction, _: str, row: Row, old: dict[str, Any]) -> None:
    """Record that a typed context has got another status."""
    record_status_change(tx, "TypedContextStatusChange", row, old)


def record_status_change(tx: Transaction, change_type: str, row: Row, old: dict[str, Any]) -> None:
    """Add a row of *change_type* if the status is among what has changed."""
    if "status_id" not in old:
        return
    tx.rows.insert(
        change_type,
        {
            "id": str(uuid.uuid4()),
            "parent_id": row["id"],
            "from_status_id": old["status_id"],
            "status_id": row["status_id"],
            "date": tx.now,
            "user_id": tx.user_id,
            **dict(tx.catalogue.types[change_type].classifiers),
        },
    )
