"""Links of custom attributes: each end names the family of what it leads to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .stamps import fill

if TYPE_CHECKING:
    from ftrack_embedded.engine.read.level import Row
    from ftrack_embedded.engine.transaction import Transaction

__all__ = ["complete_link"]

_ENDS: Final = ("Context", "AssetVersion", "List", "User", "Group", "Asset", "Component")


def complete_link(tx: Transaction, _: str, row: Row) -> None:
    """Say of which type the entities at both ends are, as the types of links tell them apart."""
    for end in ("from", "to"):
        if row.get(f"{end}_entity_type") is None:
            fill(row, f"{end}_entity_type", _family(tx, row.get(f"{end}_id")))


def _family(tx: Transaction, identifier: object) -> str | None:
    for name in _ENDS:
        found = tx.rows.get(name, (identifier,))
        if found is not None and tx.catalogue.is_a(tx.catalogue.concrete(name, found), name):
            return name
    return None
