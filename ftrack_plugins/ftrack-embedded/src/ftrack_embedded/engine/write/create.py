"""Creating an entity, whoever asks for it: the create operation or an effect of another change."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from ftrack_embedded.engine import failures
from ftrack_embedded.engine.permissions.places import check_row

from .collections import replace_collection
from .concrete import concrete_for_create
from .incoming import Incoming, read_incoming
from .plan import WritePlan, plan_of
from .rules import after_create, before_create

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ftrack_embedded.engine.read.level import Row
    from ftrack_embedded.engine.transaction import Transaction
    from ftrack_embedded.model.description import EntityType

__all__ = ["Created", "create_entity", "create_row"]

_LONGEST_ID: Final = 36
_MADE_BY_THE_SERVER: Final = frozenset({"Recipient"})
"""Types whose rows the server also makes by itself: a client's create finds them there."""


@dataclass(frozen=True)
class Created:
    """A new entity: its concrete type, its whole row, and what was written."""

    entity_type: EntityType
    row: Row
    incoming: Incoming


def create_entity(tx: Transaction, named: EntityType, data: Mapping[str, Any]) -> Created:
    """Create an entity from written *data*, with everything the server adds."""
    incoming = read_incoming(tx.catalogue, named, data)
    concrete = concrete_for_create(tx.catalogue, named, incoming.columns)
    if concrete.name in _MADE_BY_THE_SERVER:
        existing = tx.rows.get(concrete.name, tx.rows.key_of(concrete.name, incoming.columns))
        if existing is not None:
            tx.rows.update(concrete.name, existing, incoming.columns)
            return Created(concrete, existing, incoming)
    row = _insert(tx, concrete, incoming.columns)
    check_row(tx, concrete.name, row)
    for attribute, content in incoming.collections:
        replace_collection(tx, concrete.name, row, attribute, content)
    return Created(concrete, row, incoming)


def create_row(tx: Transaction, entity_type: str, columns: Mapping[str, Any]) -> Row:
    """Create an entity of a concrete type from *columns*."""
    return _insert(tx, tx.catalogue.types[entity_type], dict(columns))


def _insert(tx: Transaction, concrete: EntityType, columns: Mapping[str, Any]) -> Row:
    row = {**columns, **dict(concrete.classifiers)}
    plan = plan_of(tx.catalogue, concrete)
    _fill_defaults(plan, row)
    before_create(tx, concrete.name, row)
    _require(plan, concrete, row)
    _check_id(concrete, row)
    complete = tx.rows.insert(concrete.name, row)
    after_create(tx, concrete.name, complete)
    return complete


def _fill_defaults(plan: WritePlan, row: Row) -> None:
    for default in plan.defaults:
        column = default.column
        if column not in row or (row[column] is None and default.replaces_null):
            row[column] = str(uuid.uuid4()) if default.new_id else default.value
    if plan.keys.names == ("id",) and row.get("id") is None:
        row["id"] = str(uuid.uuid4())


def _require(plan: WritePlan, concrete: EntityType, row: Row) -> None:
    for column, name in plan.required:
        if row.get(column) is None and not _may_lack(concrete, name):
            raise failures.invalid(f"{concrete.name} needs a value for {name}.")


def _check_id(concrete: EntityType, row: Row) -> None:
    identifier = row.get("id")
    if concrete.primary_key != ("id",) or not isinstance(identifier, str):
        return
    if not 0 < len(identifier) <= _LONGEST_ID:
        raise failures.invalid(f"The id of a {concrete.name} has 1 to {_LONGEST_ID} characters.")


def _may_lack(concrete: EntityType, name: str) -> bool:
    """Whether an attribute stays empty although the schema requires it.

    Folders have neither type nor status, a studio without workflow has none to give, and of what
    is above something that comes later in the batch nobody knows yet which it is.
    """
    is_in_workflow = ("context_type", "task") in concrete.classifiers
    is_in_workflow = is_in_workflow or concrete.name == "AssetVersion"
    return is_in_workflow and name in ("status_id", "type_id", "priority_id")
