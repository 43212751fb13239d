"""``query_schemas``: all entity types and their attributes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ftrack_embedded.engine.transaction import Transaction

__all__ = ["MEMBERS", "WRITES", "query_schemas"]

MEMBERS: Final = ()
WRITES: Final = False


def query_schemas(tx: Transaction, _: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Answer the bare list of schema objects."""
    return tx.studio.schema.schemas()
