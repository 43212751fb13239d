"""Who and when: filled in where the client leaves it out."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ftrack_embedded.engine.read.level import Row
    from ftrack_embedded.engine.transaction import Transaction

__all__ = ["fill", "stamp_creation", "stamp_creator", "stamp_date", "stamp_owner"]


def fill(row: Row, name: str, value: object) -> None:
    """Set a column that has no value yet."""
    if row.get(name) is None:
        row[name] = value


def stamp_creation(tx: Transaction, concrete: str, row: Row) -> None:
    """Set created_at and created_by."""
    fill(row, "created_at", tx.now)
    if "created_by_id" in tx.catalogue.table(concrete).c:
        fill(row, "created_by_id", tx.user_id)


def stamp_creator(tx: Transaction, _: str, row: Row) -> None:
    """Set created_by alone."""
    fill(row, "created_by_id", tx.user_id)


def stamp_owner(tx: Transaction, _: str, row: Row) -> None:
    """Set the owner and the date of a list."""
    fill(row, "user_id", tx.user_id)
    fill(row, "date", tx.now)


def stamp_date(tx: Transaction, _: str, row: Row) -> None:
    """Set the date and the user of a status change."""
    fill(row, "date", tx.now)
    fill(row, "user_id", tx.user_id)
