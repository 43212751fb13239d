"""The concrete types of rows of which only the key is known.

Clients tell entities apart by type and key: one row must bear the same type wherever it is named.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .transaction import Transaction

__all__ = ["concrete_types"]

_MEMO = "concrete types"


def concrete_types(tx: Transaction, target: str, keys: Iterable[Any]) -> Mapping[Any, str]:
    """Return the type of each row of *target*'s family that is there, by its key.

    Nothing is looked up where all rows of the family are of one type; they are left out, too.
    """
    catalogue = tx.catalogue
    if not catalogue.classifier_columns(target):
        return {}
    (column,) = catalogue.key_columns(target)
    known: dict[Any, str] = tx.memo.setdefault((_MEMO, catalogue.root(target)), {})
    unknown = [key for key in keys if key is not None and key not in known]
    if unknown:
        # One key is found faster by itself than as a list.
        wanted = unknown if len(unknown) > 1 else unknown[0]
        for row in tx.rows.find(target, **{column: wanted}):
            known[row[column]] = catalogue.concrete(target, row)
    return known
