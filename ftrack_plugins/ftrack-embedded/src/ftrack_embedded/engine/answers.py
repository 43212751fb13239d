"""The entity that a create or an update answers with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ftrack_embedded.model.description import EntityType, Reference

from .concrete_types import concrete_types
from .values import untagged
from .write.plan import plan_of

if TYPE_CHECKING:
    from .read.level import Row
    from .transaction import Transaction
    from .write.incoming import Incoming

__all__ = ["done", "entity_answer"]


def done(operation: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answer of an operation that has nothing to tell but that it is done."""
    return {"action": operation["action"], "data": True}


def entity_answer(
    tx: Transaction,
    entity_type: EntityType,
    row: Row,
    columns: Iterable[str],
    incoming: Incoming,
) -> dict[str, Any]:
    """Return type, key, system attributes, and the attributes behind *columns*.

    What was *incoming* is shown as it was sent, collections as bare references. What was neither
    sent nor filled in by the server stays away: clients take what is absent as not yet loaded.
    """
    plan = plan_of(tx.catalogue, entity_type)
    answer: dict[str, Any] = {"__entity_type__": entity_type.name}
    for shown in plan.always if tx.caller.lean else (*plan.always, *plan.extras):
        shown.put(answer, row.get(shown.column))
    for column in columns:
        for shown in plan.shown.get(column, ()):
            shown.put(answer, row.get(column))
    # What is stored counts: the server has a default for null, and its form for other values.
    for name, value in incoming.scalars.items():
        answer.setdefault(name, value)
    answer.update(incoming.fractions)
    for name, written in incoming.references.items():
        answer[name] = _bare(tx, entity_type, row, name, written)
    for name, items in incoming.listed.items():
        answer[name] = _listed(tx, entity_type, name, items)
    return answer


def _listed(
    tx: Transaction, entity_type: EntityType, name: str, items: Iterable[Any]
) -> list[dict[str, Any]]:
    """Return a collection that was written, each item as type and key.

    A client that has the old content keeps it unless it is told the new one.
    """
    attribute = entity_type.attributes[name]
    declared = attribute.target
    assert declared is not None
    target = getattr(attribute.storage, "target", declared)
    names = tx.catalogue.types[declared].primary_key
    found = [_item(names, item) for item in items]
    named = concrete_types(tx, target, [key.get(names[0]) for _, key in found])
    return [
        {"__entity_type__": named.get(key.get(names[0])) or said or declared, **key}
        for said, key in found
    ]


def _item(names: tuple[str, ...], item: Any) -> tuple[str | None, dict[str, Any]]:
    """Return the type that is said of an item, and its key."""
    if not isinstance(item, Mapping):
        return None, {names[0]: untagged(item)}
    key = {name: untagged(item[name]) for name in names if name in item}
    return item.get("__entity_type__"), key


def _bare(
    tx: Transaction, entity_type: EntityType, row: Row, name: str, written: Any
) -> dict[str, Any] | None:
    """Return a reference as type and key; the key is the one that was stored."""
    storage = entity_type.attributes[name].storage
    assert isinstance(storage, Reference)
    key = row.get(storage.column)
    if key is None:
        return None
    target = tx.catalogue.types[storage.target]
    said = written.get("__entity_type__") if isinstance(written, Mapping) else None
    named = concrete_types(tx, storage.target, [key]).get(key)
    return {"__entity_type__": named or said or target.name, target.primary_key[0]: key}
