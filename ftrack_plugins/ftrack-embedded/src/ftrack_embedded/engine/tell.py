"""The noted changes of a batch, as listeners see them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ftrack_embedded.model.description import Column

from .chains import Chains
from .changes import ActingUser, ChangeRecord, EntityChange
from .encode import wire_scalar

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .catalogue import Catalogue
    from .rows import Change
    from .transaction import Transaction

__all__ = ["change_record"]


def change_record(tx: Transaction) -> ChangeRecord:
    """Return what the batch of *tx* has changed; its transaction must still be open."""
    chains = Chains(tx.rows)
    changes = tuple(_entity_change(tx.catalogue, chains, change) for change in tx.rows.changes)
    return ChangeRecord(tx.caller, changes, _user(tx))


def _user(tx: Transaction) -> ActingUser:
    row = tx.rows.get("User", (tx.user_id,)) if tx.user_id is not None else None
    names = [row[name] for name in ("first_name", "last_name") if row[name]] if row else []
    return ActingUser(tx.user_id, tx.caller.username, " ".join(names) or tx.caller.username)


def _entity_change(catalogue: Catalogue, chains: Chains, change: Change) -> EntityChange:
    row = chains.row(change.entity_type, change.key) or {}
    is_context = catalogue.root(change.entity_type) == "Context"
    return EntityChange(
        "move" if is_context and _is_moved(change) else change.action,
        change.entity_type,
        change.key,
        _changes(catalogue, change),
        chains.of(change),
        row.get("object_type_id") if is_context else None,
    )


def _is_moved(change: Change) -> bool:
    return change.action == "update" and "parent_id" in (change.new or {})


def _changes(catalogue: Catalogue, change: Change) -> dict[str, tuple[Any, Any]]:
    old, new = change.old or {}, change.new or {}
    changes = {}
    for attribute in catalogue.types[change.entity_type].attributes.values():
        storage = attribute.storage
        if isinstance(storage, Column) and (storage.name in old or storage.name in new):
            before = wire_scalar(attribute, old.get(storage.name))
            after = wire_scalar(attribute, new.get(storage.name))
            changes[attribute.name] = (before, after)
    return _differing(changes)


def _differing(changes: Mapping[str, tuple[Any, Any]]) -> dict[str, tuple[Any, Any]]:
    return {name: pair for name, pair in changes.items() if pair[0] != pair[1]}
