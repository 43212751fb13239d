"""Paths from the top down to an entity, for the attributes called link."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection, Table, select

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ftrack_embedded.engine.catalogue import Catalogue

__all__ = ["DEEPEST", "context_paths", "group_paths"]

Path = list[dict[str, str]]
DEEPEST: Final = 100
"""A tree is never so deep; it ends the walk in a database with a cycle."""


def context_paths(
    connection: Connection, catalogue: Catalogue, ids: Sequence[str]
) -> dict[str, Path]:
    """Return for each context the path from its project down to itself."""
    table = catalogue.table("Context")
    rows = _with_ancestors(connection, table, ids, ("parent_id", "name", "context_type"))

    def part(row: Mapping[str, Any]) -> dict[str, str]:
        is_project = row["context_type"] == "show"
        entity_type = "Project" if is_project else "TypedContext"
        return {"id": row["id"], "name": row["name"], "type": entity_type}

    return {one: [part(row) for row in _upwards(rows, one)][::-1] for one in ids if one in rows}


def group_paths(
    connection: Connection, catalogue: Catalogue, ids: Sequence[str]
) -> dict[str, Path]:
    """Return for each group the path of groups down to itself."""
    rows = _with_ancestors(connection, catalogue.table("Group"), ids, ("parent_id", "name"))

    def part(row: Mapping[str, Any]) -> dict[str, str]:
        return {"id": row["id"], "name": row["name"], "type": "Group"}

    return {one: [part(row) for row in _upwards(rows, one)][::-1] for one in ids if one in rows}


def _with_ancestors(
    connection: Connection, table: Table, ids: Sequence[str], columns: tuple[str, ...]
) -> dict[str, Mapping[str, Any]]:
    """Read the rows of *ids* and of all above them: one statement for each level of the tree."""
    rows: dict[str, Mapping[str, Any]] = {}
    wanted = set(ids)
    while wanted:
        statement = select(table.c.id, *(table.c[name] for name in columns))
        found = connection.execute(statement.where(table.c.id.in_(wanted))).mappings()
        fresh = {row["id"]: row for row in found}
        rows.update(fresh)
        wanted = {row["parent_id"] for row in fresh.values() if row["parent_id"]} - rows.keys()
    return rows


def _upwards(rows: Mapping[str, Mapping[str, Any]], start: str) -> list[Mapping[str, Any]]:
    path: list[Mapping[str, Any]] = []
    row = rows.get(start)
    while row is not None and len(path) < DEEPEST:
        path.append(row)
        row = rows.get(row["parent_id"])
    return path
