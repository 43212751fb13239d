"""``delete``: one entity, with all that depends on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ftrack_embedded.engine import failures
from ftrack_embedded.engine.write.custom_values import is_dense_value_type
from ftrack_embedded.engine.write.plan import plan_of
from ftrack_embedded.engine.write.remove import remove_rows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ftrack_embedded.engine.transaction import Transaction

__all__ = ["WRITES", "delete"]

WRITES: Final = True


def delete(tx: Transaction, operation: Mapping[str, Any]) -> dict[str, Any]:
    """Answer that the entity is gone.

    What this batch has removed already may be deleted again; a value of a custom attribute goes
    back to its default whether it was set or not.
    """
    named = tx.catalogue.entity_type(operation.get("entity_type"))
    key = plan_of(tx.catalogue, named).keys.entity_key(operation.get("entity_key"))
    dense = is_dense_value_type(tx, named.name)
    stored_as = "CustomAttributeValue" if dense else named.name
    row = tx.rows.get(stored_as, key)
    if row is not None and (dense or _is_of(tx, named.name, row)):
        remove_rows(tx, stored_as, [row])
    elif not dense and not tx.rows.was_removed(named.name, key):
        raise failures.not_found(named.name, key)
    return {"action": "delete", "data": True}


def _is_of(tx: Transaction, named: str, row: dict[str, Any]) -> bool:
    return tx.catalogue.is_a(tx.catalogue.concrete(named, row), named)
