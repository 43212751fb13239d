"""Metadata written through its owner: a list of the rows, or simply keys and values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from ftrack_embedded.engine.values import untagged

if TYPE_CHECKING:
    from ftrack_embedded.engine.read.level import Row
    from ftrack_embedded.engine.transaction import Transaction

__all__ = ["read_metadata", "replace_metadata"]

_EXPECTED: Final = "an object of texts or a list of objects with a key and a value, both texts"


def read_metadata(written: Any) -> dict[str, str | None]:
    """Return keys and values; None where a listed row did not say its value.

    Raises TypeError with what is expected for everything but a list of rows or one object.
    """
    if isinstance(written, Mapping):
        pairs = list(written.items())
    else:
        items = [] if written is None else written
        if not isinstance(items, list) or not all(isinstance(one, Mapping) for one in items):
            raise TypeError(_EXPECTED)
        pairs = [(item.get("key"), item.get("value")) for item in items]
    return {_text(key): None if value is None else _text(value) for key, value in pairs}


def _text(value: Any) -> str:
    value = untagged(value)
    if not isinstance(value, str):
        raise TypeError(_EXPECTED)
    return value


def replace_metadata(
    tx: Transaction, owner_type: str, owner: Row, wanted: Mapping[str, str | None]
) -> None:
    """Make *wanted* the whole metadata of *owner*.

    Clients also create, update and delete the single rows in the same batch: a listed row that is
    not there yet comes with its own operation.
    """
    current = {row["key"]: row for row in tx.rows.find("Metadata", parent_id=owner["id"])}
    tx.rows.remove("Metadata", [row for key, row in current.items() if key not in wanted])
    for key, value in wanted.items():
        if key in current and value is not None:
            tx.rows.update("Metadata", current[key], {"value": value})
        elif key not in current and value is not None:
            row = {"parent_id": owner["id"], "key": key, "value": value, "parent_type": owner_type}
            tx.rows.insert("Metadata", row)
