"""Custom attribute values: checked against the kind of their configuration, then stored.

A row is stored only where somebody has set a value; writing to a typed value type makes the row or
changes it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ftrack_embedded.engine import failures
from ftrack_embedded.engine.compile.dense import entity_type_of, is_dense
from ftrack_embedded.engine.compile.source import open_source
from ftrack_embedded.engine.permissions.attributes import check_may_write_attribute
from ftrack_embedded.engine.values import wire_variable

from .incoming import read_incoming
from .value_kinds import value_of_kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ftrack_embedded.engine.read.level import Row
    from ftrack_embedded.engine.transaction import Transaction
    from ftrack_embedded.model.description import Attribute, EntityType

    from .custom_items import CustomItem

__all__ = [
    "checked_value",
    "create_value",
    "is_dense_value_type",
    "is_value_type",
    "store_value",
    "update_value",
    "write_values",
]


def is_dense_value_type(tx: Transaction, entity_type: str) -> bool:
    """Return whether a type shows a value for every configuration, stored or not."""
    return is_dense(tx.catalogue, entity_type)


def is_value_type(tx: Transaction, entity_type: str) -> bool:
    """Return whether entities of a type are custom attribute values."""
    return entity_type == "CustomAttributeValue" or is_dense_value_type(tx, entity_type)


def create_value(tx: Transaction, named: EntityType, data: Mapping[str, Any]) -> dict[str, Any]:
    """Store a value that did not exist and return its entity."""
    incoming = read_incoming(tx.catalogue, named, data)
    key = tuple(incoming.columns.get(name) for name in named.primary_key)
    if None in key:
        raise failures.invalid(f"{named.name} needs configuration_id and entity_id.")
    if not is_dense_value_type(tx, named.name) and tx.rows.get(named.name, key):
        raise failures.exists_already(tx.rows.operation, named.name, key)
    return _stored(tx, named, key, data)


def update_value(
    tx: Transaction, named: EntityType, key: tuple[Any, ...], data: Mapping[str, Any]
) -> dict[str, Any]:
    """Store a value of a typed value type, whether one was stored or not."""
    read_incoming(tx.catalogue, named, data)
    return _stored(tx, named, key, data)


def _stored(
    tx: Transaction, named: EntityType, key: tuple[Any, ...], data: Mapping[str, Any]
) -> dict[str, Any]:
    answer = {"__entity_type__": named.name, **dict(zip(named.primary_key, key, strict=True))}
    if "value" in data:
        row = store_value(tx, key[0], key[1], data["value"])
        answer["value"] = wire_variable(row["value"])
        owner = entity_type_of(tx.catalogue, named.name)
        if owner is not None:
            tx.rows.expect(owner, key[1], rows="CustomAttributeValue", column="entity_id")
    if is_dense_value_type(tx, named.name):
        answer["key"] = _configured(tx, key[0])["key"]
    return answer


def store_value(tx: Transaction, configuration_id: Any, entity_id: Any, value: Any) -> Row:
    """Store a written *value* and return its row."""
    stored = checked_value(tx, configuration_id, value)
    found = tx.rows.get("CustomAttributeValue", (configuration_id, entity_id))
    if found is None:
        row = {"configuration_id": configuration_id, "entity_id": entity_id, "value": stored}
        return tx.rows.insert("CustomAttributeValue", row)
    tx.rows.update("CustomAttributeValue", found, {"value": stored})
    return found


def write_values(
    tx: Transaction, owner_type: str, owner: Row, attribute: Attribute, items: list[CustomItem]
) -> None:
    """Store the values of one entity."""
    for item in items:
        configuration = item.configuration_id or _configuration(
            tx, owner_type, owner, attribute, item.key
        )
        check_may_write_attribute(tx, configuration, owner["id"])
        store_value(tx, configuration, owner["id"], item.value)


def _configuration(
    tx: Transaction, owner_type: str, owner: Row, attribute: Attribute, key: Any
) -> str:
    assert attribute.target is not None
    source = open_source(tx.catalogue, attribute.target)
    statement = source.rows.select().where(
        source.column("entity_id") == owner["id"], source.column("key") == key
    )
    found = tx.connection.execute(statement).mappings().first()
    if found is None:
        raise failures.invalid(f"{owner_type} has no custom attribute with the key {key!r}.")
    return str(found["configuration_id"])


def checked_value(tx: Transaction, configuration_id: Any, value: Any) -> str | None:
    """Return a written value as JSON text; one of the wrong kind is a ValidationError."""
    if value is None:
        return None
    configuration = _configured(tx, configuration_id)
    key, kind = configuration["key"], configuration["kind_name"]
    return json.dumps(value_of_kind(key, kind, configuration["config"], value))


def _configured(tx: Transaction, configuration_id: Any) -> Row:
    memo = ("custom attribute", configuration_id)
    if memo not in tx.memo:
        configuration = tx.rows.get("CustomAttributeConfiguration", (configuration_id,))
        if configuration is None:
            raise failures.integrity_error(
                f"Operation {tx.rows.operation}: there is no CustomAttributeConfiguration "
                f"{configuration_id}."
            )
        kind = tx.rows.get("CustomAttributeType", (configuration["type_id"],))
        tx.memo[memo] = {**configuration, "kind_name": kind["name"] if kind else ""}
    found: Row = tx.memo[memo]
    return found
