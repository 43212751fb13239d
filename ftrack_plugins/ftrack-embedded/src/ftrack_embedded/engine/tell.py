"""The noted changes of a batch, as listeners see them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ftrack_embedded.model.description import Column

from .changes import ChangeRecord, EntityChange
from .encode import wire_scalar

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .catalogue import Catalogue
    from .rows import Change
    from .transaction import Transaction

__all__ = ["change_record"]


def change_record(tx: Transaction) -> ChangeRecord:
    """Return what the batch of *tx* has changed."""
    changes = tuple(_entity_change(tx.catalogue, change) for change in tx.rows.changes)
    return ChangeRecord(tx.caller, changes)


def _entity_change(catalogue: Catalogue, change: Change) -> EntityChange:
    old, new = change.old or {}, change.new or {}
    changes = {}
    for attribute in catalogue.types[change.entity_type].attributes.values():
        storage = attribute.storage
        if isinstance(storage, Column) and (storage.name in old or storage.name in new):
            before = wire_scalar(attribute, old.get(storage.name))
            after = wire_scalar(attribute, new.get(storage.name))
            changes[attribute.name] = (before, after)
    return EntityChange(change.action, change.entity_type, change.key, _differing(changes))


def _differing(changes: Mapping[str, tuple[Any, Any]]) -> dict[str, tuple[Any, Any]]:
    return {name: pair for name, pair in changes.items() if pair[0] != pair[1]}
