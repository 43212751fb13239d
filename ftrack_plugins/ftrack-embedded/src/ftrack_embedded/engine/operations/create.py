"""``create``: a new entity."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ftrack_embedded.engine.answers import entity_answer
from ftrack_embedded.engine.write.create import create_entity
from ftrack_embedded.engine.write.custom_values import create_value, is_value_type
from ftrack_embedded.engine.write.data import written_data

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ftrack_embedded.engine.transaction import Transaction

__all__ = ["MEMBERS", "WRITES", "create"]

MEMBERS: Final = ("entity_type", "entity_key", "entity_data")
WRITES: Final = True


def create(tx: Transaction, operation: Mapping[str, Any]) -> dict[str, Any]:
    """Answer the entity with all that was set, by the client or by the server."""
    named = tx.catalogue.entity_type(operation.get("entity_type"))
    data = written_data(operation)
    if is_value_type(tx, named.name):
        return {"action": "create", "data": create_value(tx, named, data)}
    created = create_entity(tx, named, data)
    answer = entity_answer(tx, created.entity_type, created.row, created.row, created.incoming)
    return {"action": "create", "data": answer}
