"""Changing an entity, whoever asks for it: the update operation or an effect of another change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ftrack_embedded.engine import failures
from ftrack_embedded.engine.permissions.places import check_row
from ftrack_embedded.model.description import Column, EntityType, Reference

from .collections import replace_collection
from .incoming import Incoming, read_incoming
from .rules import after_update, before_update

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ftrack_embedded.engine.read.level import Row
    from ftrack_embedded.engine.transaction import Transaction

__all__ = ["Updated", "update_entity", "update_row"]


@dataclass(frozen=True)
class Updated:
    """A changed entity: its concrete type, its whole row, and what was written."""

    entity_type: EntityType
    row: Row
    incoming: Incoming


def update_entity(
    tx: Transaction, named: EntityType, key: tuple[Any, ...], data: Mapping[str, Any]
) -> Updated:
    """Change the entity of *key*, which may be named by a base type, as *data* says."""
    row = tx.rows.get(named.name, key)
    if row is None:
        raise failures.not_found(named.name, key)
    concrete = tx.catalogue.types[tx.catalogue.concrete(named.name, row)]
    if not tx.catalogue.is_a(concrete.name, named.name):
        raise failures.not_found(named.name, key)
    incoming = read_incoming(tx.catalogue, concrete, data)
    _refuse_immutable(concrete, row, incoming)
    _require(concrete, incoming)
    update_row(tx, concrete.name, row, incoming.columns)
    check_row(tx, concrete.name, row)
    for attribute, content in incoming.collections:
        replace_collection(tx, concrete.name, row, attribute, content)
    return Updated(concrete, row, incoming)


def update_row(tx: Transaction, concrete: str, row: Row, values: Mapping[str, Any]) -> None:
    """Change columns of a row, with what the change entails; *row* is brought up to date."""
    new = dict(values)
    before_update(tx, concrete, row, new)
    before = dict(row)
    changed = tx.rows.update(concrete, row, new)
    if changed:
        after_update(tx, concrete, row, {name: before.get(name) for name in changed})


def _refuse_immutable(concrete: EntityType, row: Row, incoming: Incoming) -> None:
    classifying = {column for column, _ in concrete.classifiers}
    for attribute in concrete.attributes.values():
        column = _column(attribute.storage)
        fixed = attribute.immutable or column in classifying
        if fixed and column in incoming.columns and incoming.columns[column] != row.get(column):
            name = _as_written(concrete, incoming, attribute.name, column)
            raise failures.invalid(f'Attribute "{name}" of {concrete.name} cannot be changed.')


def _require(concrete: EntityType, incoming: Incoming) -> None:
    for attribute in concrete.attributes.values():
        column = _column(attribute.storage)
        emptied = column in incoming.columns and incoming.columns[column] is None
        if attribute.required and emptied and column != "parent_id":
            name = _as_written(concrete, incoming, attribute.name, column)
            raise failures.invalid(
                f'Attribute "{name}" of {concrete.name} is required: it cannot be null.'
            )


def _as_written(concrete: EntityType, incoming: Incoming, name: str, column: str) -> str:
    """Return the attribute by which a client has written a column, which may have two."""
    if name in incoming.scalars or name in incoming.references:
        return name
    written = [*incoming.scalars, *incoming.references]
    return next(one for one in written if _column(concrete.attributes[one].storage) == column)


def _column(storage: Any) -> str:
    if isinstance(storage, Column):
        return storage.name
    return storage.column if isinstance(storage, Reference) else ""
