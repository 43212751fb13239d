"""``delete``: one entity, with all that depends on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ftrack_embedded.engine import failures
from ftrack_embedded.engine.answers import done
from ftrack_embedded.engine.compile.dense import entity_type_of
from ftrack_embedded.engine.write.custom_values import is_dense_value_type
from ftrack_embedded.engine.write.plan import plan_of
from ftrack_embedded.engine.write.remove import remove_rows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ftrack_embedded.engine.transaction import Transaction

__all__ = ["MEMBERS", "WRITES", "delete"]

MEMBERS: Final = ("entity_type", "entity_key")
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
    if dense:
        _check_value(tx, named.name, key)
    if row is not None and (dense or _is_of(tx, named.name, row)):
        remove_rows(tx, stored_as, [row])
    elif not dense and not tx.rows.was_removed(named.name, key):
        raise failures.not_found(named.name, key)
    return done(operation)


def _check_value(tx: Transaction, named: str, key: tuple[Any, ...]) -> None:
    """Raise unless there are such a custom attribute and such an entity, or were in this batch."""
    owner = entity_type_of(tx.catalogue, named)
    assert owner is not None
    for entity_type, identifier in zip(("CustomAttributeConfiguration", owner), key, strict=True):
        is_there = tx.rows.get(entity_type, (identifier,)) is not None
        if not is_there and not tx.rows.was_removed(entity_type, (identifier,)):
            raise failures.not_found(named, key)


def _is_of(tx: Transaction, named: str, row: dict[str, Any]) -> bool:
    return tx.catalogue.is_a(tx.catalogue.concrete(named, row), named)
