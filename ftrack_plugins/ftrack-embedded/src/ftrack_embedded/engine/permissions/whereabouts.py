"""In which projects a row is, worked out row by row: what is written is looked at before it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ftrack_embedded.engine.values import untagged
from ftrack_embedded.model.description import Attribute, Column, Reference

from .leads import CONTAINED, LEADS, LINKS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ftrack_embedded.engine.read.level import Row
    from ftrack_embedded.engine.transaction import Transaction

__all__ = ["Place", "identifiers_in", "place_of", "place_written"]

_CONTEXT = "context"
_CONFIGURATION = "configuration_id"


@dataclass(frozen=True)
class Place:
    """The *projects* that a row is in; a link is in those of both its ends, and *spans* them."""

    projects: frozenset[str]
    spans: bool = False


def _leading_columns(table: str) -> frozenset[str]:
    """Return the columns that decide in which project a row of a table is."""
    if table == _CONTEXT:
        return frozenset({"parent_id", "project_id"})
    return frozenset(column for column, _ in _leads(table))


def place_of(tx: Transaction, table: str, row: Mapping[str, Any]) -> Place:
    """Return where a *row* is, or would be if it were written like this."""
    return Place(frozenset(_projects(tx, table, row)), table in LINKS)


def _projects(tx: Transaction, table: str, row: Mapping[str, Any]) -> Iterable[str]:
    if table == _CONTEXT:
        return _of_context(tx, row)
    found: set[str] = set()
    for column, above in _leads(table):
        identifier = row.get(column)
        if isinstance(identifier, str):
            found.update(_projects_above(tx, above, identifier))
    return found


def _leads(table: str) -> Iterable[tuple[str, str]]:
    leads = LEADS.get(table, ())
    if table == "component":
        leads = (*leads, *CONTAINED)
    # For which project an attribute was configured does not say where its values are.
    return (lead for lead in leads if lead[0] != _CONFIGURATION)


def _projects_above(tx: Transaction, table: str, identifier: str) -> Iterable[str]:
    memo = ("projects of", table, identifier)
    if memo not in tx.memo:
        row = tx.rows.get(_shown_as(tx, table), (identifier,))
        if row is None:
            return ()  # it may come later in the batch
        tx.memo[memo] = ()  # for what is in itself, which is refused in the end
        tx.memo[memo] = tuple(_projects(tx, table, row))
    found: tuple[str, ...] = tx.memo[memo]
    return found


def _of_context(tx: Transaction, row: Mapping[str, Any]) -> Iterable[str]:
    if row.get("context_type") == "show":
        return (row["id"],) if isinstance(row.get("id"), str) else ()
    above = (row.get("project_id"), row.get("parent_id"))
    found = (_projects_above(tx, _CONTEXT, one) for one in above if isinstance(one, str))
    return (project for some in found for project in some)


def _shown_as(tx: Transaction, table: str) -> str:
    """Return the topmost type whose rows are in a table."""
    memo = ("shown as", table)
    if memo not in tx.memo:
        types = tx.catalogue.types.values()
        tx.memo[memo] = next(one.name for one in types if one.table == table and one.base is None)
    found: str = tx.memo[memo]
    return found


def place_written(tx: Transaction, entity_type: str, row: Row, data: Mapping[str, Any]) -> Place:
    """Return where a *row* would be after *data* is written to it, which nobody has checked yet.

    Where data contradicts itself, all that it names counts.
    """
    table = tx.catalogue.types[entity_type].table
    leading = _leading_columns(table)
    found = [place_of(tx, table, row)]
    for column, identifier in _identifiers(tx, entity_type, data):
        if column in leading:
            found.append(place_of(tx, table, {**row, column: identifier}))
    return Place(frozenset[str]().union(*(one.projects for one in found)), table in LINKS)


def identifiers_in(tx: Transaction, entity_type: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return what *data* would put into the columns of a row, in as far as it is text."""
    return {
        column: identifier
        for column, identifier in _identifiers(tx, entity_type, data)
        if isinstance(identifier, str)
    }


def _identifiers(
    tx: Transaction, entity_type: str, data: Mapping[str, Any]
) -> Iterable[tuple[str, Any]]:
    attributes = tx.catalogue.types[entity_type].attributes
    for name, value in data.items():
        column = _column(attributes.get(name))
        if column:
            yield column, _identifier(value)


def _column(attribute: Attribute | None) -> str:
    storage = attribute.storage if attribute else None
    if isinstance(storage, Column):
        return storage.name
    return storage.column if isinstance(storage, Reference) else ""


def _identifier(value: Any) -> Any:
    found = value.get("id") if isinstance(value, Mapping) else None
    return untagged(value if found is None else found)
