"""Asset versions and their components."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from .contexts import project_of, record_status_change
from .stamps import fill
from .workflow import first_version_status

if TYPE_CHECKING:
    from ftrack_embedded.engine.read.level import Row
    from ftrack_embedded.engine.transaction import Transaction

__all__ = ["complete_component", "complete_version", "note_status_change"]


def complete_version(tx: Transaction, concrete: str, row: Row) -> None:
    """Give a new version its number, status, date and author."""
    if row.get("version") is None:
        table = tx.catalogue.table("AssetVersion")
        highest = select(func.max(table.c.version)).where(table.c.asset_id == row.get("asset_id"))
        row["version"] = (tx.connection.execute(highest).scalar() or 0) + 1
    if row.get("status_id") is None:
        _begin(tx, concrete, row)
    fill(row, "date", tx.now)
    fill(row, "user_id", tx.user_id)


def _begin(tx: Transaction, concrete: str, row: Row) -> None:
    """Give a version its first status; one whose asset comes later in the batch gets it then."""
    project_id, key = _project(tx, row), (row["id"],)
    if project_id is None:
        tx.rows.when_placed.append(lambda: _complete_placed(tx, concrete, key))
    else:
        row["status_id"] = first_version_status(tx, project_id)


def _complete_placed(tx: Transaction, concrete: str, key: tuple[Any, ...]) -> None:
    row = tx.rows.get(concrete, key)
    if row is not None and row["status_id"] is None:
        status_id = first_version_status(tx, _project(tx, row))
        tx.rows.update(concrete, row, {"status_id": status_id})


def _project(tx: Transaction, row: Row) -> str | None:
    asset = tx.rows.get("Asset", (row.get("asset_id"),))
    return project_of(tx, asset["context_id"]) if asset else None


def complete_component(_: Transaction, __: str, row: Row) -> None:
    """Give a component of no special type its kind; types below it have theirs."""
    fill(row, "system_type", "component")


def note_status_change(tx: Transaction, _: str, row: Row, old: dict[str, Any]) -> None:
    """Record that a version has got another status."""
    record_status_change(tx, "AssetVersionStatusChange", row, old)
