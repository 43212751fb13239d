"""The entity that a create or an update answers with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ftrack_embedded.model.description import Column, EntityType, Reference

from .encode import wire_scalar

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
    answer: dict[str, Any] = {"__entity_type__": entity_type.name}
    shown = set(columns)
    extras = () if tx.caller.lean else entity_type.system_projections
    always = {*entity_type.primary_key, *extras}
    for attribute in entity_type.attributes.values():
        storage = attribute.storage
        if not isinstance(storage, Column) or attribute.hidden:
            continue
        if attribute.name in always or storage.name in shown:
            answer[attribute.name] = wire_scalar(attribute, row.get(storage.name))
    echo = incoming.echo
    references = {
        name: value
        for name, value in echo.items()
        if isinstance(entity_type.attributes[name].storage, Reference)
    }
    given = {name: value for name, value in echo.items() if name not in references}
    # Where null was sent and the server has a default, the default is what is stored.
    answer.update({name: value for name, value in given.items() if value is not None})
    answer.update({name: None for name in given if name not in answer})
    answer.update(_bare(tx, entity_type, row, references))
    answer.update(_listed(tx, incoming))
    return answer


def _listed(tx: Transaction, incoming: Incoming) -> dict[str, Any]:
    """Return the collections that were written, each item as type and key.

    A client that has the old content keeps it unless it is told the new one.
    """
    listed = {}
    for attribute, items in incoming.collections:
        if isinstance(items, list) and attribute.target is not None:
            names = tx.catalogue.types[attribute.target].primary_key
            listed[attribute.name] = [
                _item(attribute.target, names, item) for item in items if item is not None
            ]
    return listed


def _item(target: str, names: tuple[str, ...], item: Any) -> dict[str, Any]:
    if not isinstance(item, Mapping):
        return {"__entity_type__": target, names[0]: item}
    key = {name: item[name] for name in names if name in item}
    return {"__entity_type__": item.get("__entity_type__", target), **key}


def _bare(
    tx: Transaction, entity_type: EntityType, row: Row, references: Mapping[str, Any]
) -> dict[str, Any]:
    """Return references as type and key; the key is the one that was stored."""
    bare: dict[str, Any] = {}
    for name, written in references.items():
        storage = entity_type.attributes[name].storage
        assert isinstance(storage, Reference)
        key = row.get(storage.column)
        target = tx.catalogue.types[storage.target]
        if key is None:
            bare[name] = None
            continue
        named = written.get("__entity_type__") if isinstance(written, Mapping) else None
        bare[name] = {
            "__entity_type__": named or target.name,
            target.primary_key[0]: key,
        }
    return bare
