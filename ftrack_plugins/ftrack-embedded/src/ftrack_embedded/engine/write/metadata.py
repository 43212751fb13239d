"""Metadata written through its owner: a list of the rows, or simply keys and values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ftrack_embedded.engine import failures
from ftrack_embedded.engine.values import untagged

if TYPE_CHECKING:
    from ftrack_embedded.engine.read.level import Row
    from ftrack_embedded.engine.transaction import Transaction

__all__ = ["replace_metadata"]


def replace_metadata(tx: Transaction, owner_type: str, owner: Row, items: Any) -> None:
    """Make *items* the whole metadata of *owner*.

    Clients also create, update and delete the single rows in the same batch: a listed row that is
    not there yet comes with its own operation.
    """
    wanted = _wanted(items)
    current = {row["key"]: row for row in tx.rows.find("Metadata", parent_id=owner["id"])}
    tx.rows.remove("Metadata", [row for key, row in current.items() if key not in wanted])
    for key, value in wanted.items():
        if key in current and value is not None:
            tx.rows.update("Metadata", current[key], {"value": value})
        elif key not in current and value is not None:
            row = {"parent_id": owner["id"], "key": key, "value": value, "parent_type": owner_type}
            tx.rows.insert("Metadata", row)


def _wanted(items: Any) -> dict[str, str | None]:
    if isinstance(items, Mapping):
        return {str(key): _text(value) for key, value in items.items()}
    if not isinstance(items, list) or not all(isinstance(one, Mapping) for one in items):
        raise failures.invalid('"metadata" is written as a list of its rows or as one object.')
    return {str(untagged(item.get("key"))): _text(item.get("value")) for item in items}


def _text(value: Any) -> str | None:
    value = untagged(value)
    if value is not None and not isinstance(value, str):
        raise failures.invalid("A value of metadata must be a text.")
    return value
