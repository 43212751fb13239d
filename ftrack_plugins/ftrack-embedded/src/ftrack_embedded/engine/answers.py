"""The entity that a create or an update answers with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ftrack_embedded.model.description import EntityType, Reference

from .write.plan import plan_of

if TYPE_CHECKING:
    from .read.level import Row
    from .transaction import Transaction
    from .write.incoming import Incoming

__all__ = ["entity_answer"]


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
    # Where null was sent and the server has a default, the default is what is stored.
    for name, value in incoming.scalars.items():
        if value is not None or name not in answer:
            answer[name] = value
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
    target = entity_type.attributes[name].target
    assert target is not None
    names = tx.catalogue.types[target].primary_key
    return [_item(target, names, item) for item in items]


def _item(target: str, names: tuple[str, ...], item: Any) -> dict[str, Any]:
    if not isinstance(item, Mapping):
        return {"__entity_type__": target, names[0]: item}
    key = {name: item[name] for name in names if name in item}
    return {"__entity_type__": item.get("__entity_type__", target), **key}


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
    named = written.get("__entity_type__") if isinstance(written, Mapping) else None
    return {"__entity_type__": named or target.name, target.primary_key[0]: key}
