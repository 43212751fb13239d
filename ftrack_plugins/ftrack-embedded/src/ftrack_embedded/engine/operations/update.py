"""``update``: changes of one entity."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ftrack_embedded.engine import failures
from ftrack_embedded.engine.answers import entity_answer
from ftrack_embedded.engine.write.custom_values import is_dense_value_type, update_value
from ftrack_embedded.engine.write.data import written_data
from ftrack_embedded.engine.write.incoming import read_incoming
from ftrack_embedded.engine.write.plan import plan_of
from ftrack_embedded.engine.write.update import update_entity

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ftrack_embedded.engine.transaction import Transaction
    from ftrack_embedded.model.description import EntityType

__all__ = ["MEMBERS", "WRITES", "update"]

MEMBERS: Final = ("entity_type", "entity_key", "entity_data")
WRITES: Final = True


def update(tx: Transaction, operation: Mapping[str, Any]) -> dict[str, Any]:
    """Answer the key of the entity and what was changed."""
    named = tx.catalogue.entity_type(operation.get("entity_type"))
    key = plan_of(tx.catalogue, named).keys.entity_key(operation.get("entity_key"))
    data = written_data(operation)
    if is_dense_value_type(tx, named.name):
        _refuse_another_key(tx, named, key, data)
        return {"action": "update", "data": update_value(tx, named, key, data)}
    updated = update_entity(tx, named, key, data)
    answer = entity_answer(
        tx, updated.entity_type, updated.row, updated.incoming.columns, updated.incoming
    )
    return {"action": "update", "data": answer}


def _refuse_another_key(
    tx: Transaction, named: EntityType, key: tuple[Any, ...], data: Mapping[str, Any]
) -> None:
    written = read_incoming(tx.catalogue, named, data).columns
    for name, part in zip(named.primary_key, key, strict=True):
        if written.get(name, part) != part:
            raise failures.invalid(f'Attribute "{name}" of {named.name} cannot be changed.')
