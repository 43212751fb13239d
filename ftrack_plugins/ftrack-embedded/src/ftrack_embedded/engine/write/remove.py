"""Deleting rows with everything that depends on them; `dependents` says what that is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import delete

from .dependents import DEPENDENTS, Dependent
from .files import forget_files
from .update import update_row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ftrack_embedded.engine.read.level import Row
    from ftrack_embedded.engine.transaction import Transaction

__all__ = ["remove_rows"]

_AT_ONCE: Final = 5000
"""How many ids one statement is given; databases limit their parameters."""


def remove_rows(tx: Transaction, entity_type: str, rows: Sequence[Row]) -> None:
    """Delete rows of one family, those that depend on them first."""
    present = [
        row
        for row in rows
        if not tx.rows.was_removed(entity_type, tx.rows.key_of(entity_type, row))
    ]
    by_type: dict[str, list[Row]] = {}
    for row in present:
        by_type.setdefault(tx.catalogue.concrete(entity_type, row), []).append(row)
    for concrete, same in by_type.items():
        for start in range(0, len(same), _AT_ONCE):
            _remove(tx, concrete, same[start : start + _AT_ONCE])


def _remove(tx: Transaction, concrete: str, rows: list[Row]) -> None:
    tx.rows.remove(concrete, rows)
    if concrete == "ComponentLocation":
        forget_files(tx, rows)
    for dependent in _dependents(tx, concrete):
        _settle(tx, concrete, dependent, rows)


def _dependents(tx: Transaction, concrete: str) -> list[Dependent]:
    found: list[Dependent] = []
    name: str | None = concrete
    while name is not None:
        found += DEPENDENTS.get(name, ())
        name = tx.catalogue.types[name].base
    return found


def _settle(tx: Transaction, concrete: str, dependent: Dependent, removed: list[Row]) -> None:
    ids = [row["id"] for row in removed]
    if dependent.action == "refuse":
        tx.rows.refuse(concrete, dependent.rows, dependent.column, ids)
    elif dependent.rows not in tx.catalogue.types:
        table = tx.catalogue.link_table(dependent.rows)
        tx.connection.execute(delete(table).where(table.c[dependent.column].in_(ids)))
    else:
        _settle_entities(tx, dependent, ids)


def _settle_entities(tx: Transaction, dependent: Dependent, ids: list[str]) -> None:
    rows = tx.rows.find(dependent.rows, **{dependent.column: ids})
    if dependent.action == "delete":
        remove_rows(tx, dependent.rows, rows)
        return
    for row in rows:
        concrete = tx.catalogue.concrete(dependent.rows, row)
        update_row(tx, concrete, row, {dependent.column: None})
