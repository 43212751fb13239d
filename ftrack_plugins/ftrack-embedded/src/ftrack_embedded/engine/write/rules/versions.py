"""Asset versions and their components."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from .contexts import project_of, record_status_change
from .placing import begin_where_placed
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
        begin_where_placed(tx, concrete, row, _project(tx, row), _first_steps)
    fill(row, "date", tx.now)
    fill(row, "user_id", tx.user_id)


def _first_steps(tx: Transaction, row: Row) -> dict[str, Any]:
    """Return the status that a version begins with, if it has none."""
    return {"status_id": row.get("status_id") or first_version_status(tx, _project(tx, row))}


def _project(tx: Transaction, row: Row) -> str | None:
    asset = tx.rows.get("Asset", (row.get("asset_id"),))
    return project_of(tx, asset["context_id"]) if asset else None


def complete_component(_: Transaction, __: str, row: Row) -> None:
    """Give a component of no special type its kind; types below it have theirs."""
    fill(row, "system_type", "component")


def note_status_change(tx: Transaction, _: str, row: Row, old: dict[str, Any]) -> None:
    """Record that a version has got another status."""
    record_status_change(tx, "AssetVersionStatusChange", row, old)
