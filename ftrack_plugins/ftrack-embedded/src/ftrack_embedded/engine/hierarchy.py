"""What is above what, checked when a batch is complete: no rings, and one project for all.

A batch may name a parent that a later operation creates or moves, so nothing is known before.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from . import failures
from .chunks import chunks

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ftrack_core.errors import ServerError

    from .read.level import Row
    from .rows import Change, Rows

__all__ = ["check_hierarchy", "other_project"]

_ABOVE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "component": "container_id",
        "context": "parent_id",
        "note": "in_reply_to_id",
        "resource": "parent_id",
    }
)
"""Which column of a table leads to a row of the same table."""
_BELOW: Final[Mapping[str, str]] = MappingProxyType(
    {"component": "in itself", "note": "a reply to itself"}
)


def check_hierarchy(rows: Rows) -> None:
    """Raise for something above itself, and for a child in another project than its parent."""
    for table, column in _ABOVE.items():
        linked = [
            change
            for change in rows.changes
            if change.new is not None
            and change.new.get(column) is not None
            and rows.catalogue.types[change.entity_type].table == table
        ]
        _check_rings(rows, table, column, linked)
        if table == "context":
            _check_projects(rows, linked)


# --- rings -------------------------------------------------------------------------------------


def _check_rings(rows: Rows, table: str, column: str, linked: list[Change]) -> None:
    """A ring needs a row that was moved, or a new one that something was put below."""
    parents = {change.new[column] for change in linked if change.new is not None}
    suspects = [
        change for change in linked if change.action == "update" or change.key[0] in parents
    ]
    if not suspects:
        return
    above = _above(rows, table, column, {change.key[0] for change in suspects})
    for ring in _rings(above, (change.key[0] for change in suspects)):
        closing = max(
            (one for one in suspects if one.key[0] in ring), key=lambda one: one.operation
        )
        name = f"{closing.entity_type} {closing.key[0]}"
        where = _BELOW.get(table, "below itself")
        error = failures.invalid(f"{name} cannot be {where}.")
        error.operation = closing.operation
        raise error


def _above(rows: Rows, table: str, column: str, wanted: set[Any]) -> dict[Any, Any]:
    """Return what each wanted row is below, and each of those again, up to the top."""
    columns = rows.catalogue.metadata.tables[table].c
    above: dict[Any, Any] = {}
    while wanted:
        for some in chunks(wanted):
            found = select(columns.id, columns[column]).where(columns.id.in_(some))
            above.update(
                (identifier, parent) for identifier, parent in rows.connection.execute(found)
            )
        wanted = {parent for parent in above.values() if parent is not None} - above.keys() - wanted
    return above


def _rings(above: Mapping[Any, Any], beginnings: Iterable[Any]) -> Iterator[set[Any]]:
    settled: set[Any] = set()
    for beginning in beginnings:
        path: dict[Any, None] = {}
        here = beginning
        while here is not None and here not in settled and here not in path:
            path[here] = None
            here = above.get(here)
        if here in path:
            order = list(path)
            yield set(order[order.index(here) :])
        settled.update(path)


# --- projects ----------------------------------------------------------------------------------


def other_project(parent_id: object, actual: object, wanted: object) -> ServerError:
    """Return the error for a project that is not the one of the parent."""
    return failures.invalid(
        f"The parent {parent_id} is in the project {actual}, not in {wanted}: "
        "name one of them, or a project and a parent in it."
    )


def _check_projects(rows: Rows, linked: list[Change]) -> None:
    """Settle the projects of those whose parent was not yet there when they were put below it."""
    added = {change.key[0]: change.operation for change in linked if change.action == "add"}
    for change in linked:
        assert change.new is not None
        later = added.get(change.new["parent_id"], -1) > change.operation
        if later or (change.action == "add" and change.new["project_id"] is None):
            _settle_project(rows, change)


def _settle_project(rows: Rows, change: Change) -> None:
    child = rows.get("Context", change.key)
    if child is None:
        return
    project_id = _project_above(rows, child)
    if child["project_id"] is None:
        rows.update(change.entity_type, child, {"project_id": project_id})
    elif project_id not in (None, child["project_id"]):
        error = other_project(child["parent_id"], project_id, child["project_id"])
        error.operation = change.operation
        raise error


def _project_above(rows: Rows, child: Row) -> str | None:
    above = rows.get("Context", (child["parent_id"],))
    while above is not None and above["context_type"] != "show":
        if above["project_id"] is not None:
            return str(above["project_id"])
        above = rows.get("Context", (above["parent_id"],))
    return None if above is None else str(above["id"])
