"""Computed values that are made in Python, for all rows of a level at once.

They can be projected; they cannot be compared or ordered by.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection, select

from .links import context_paths, group_paths

if TYPE_CHECKING:
    from ftrack_embedded.engine.catalogue import Catalogue

__all__ = ["Facts", "ValueRule", "value_rule"]

SERVER_LOCATION: Final = "3a372bde-05bc-11e4-8908-20c9d081909b"

Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Facts:
    """What a rule may look at; *address* makes the address of a file of its path."""

    connection: Connection
    catalogue: Catalogue
    address: Callable[[str], str]


@dataclass(frozen=True)
class ValueRule:
    """A rule: the columns it *needs* of each row, and how to compute all values, in order."""

    needs: tuple[str, ...]
    compute: Callable[[Facts, Rows], list[Any]]


def value_rule(name: str) -> ValueRule | None:
    """Return the rule called *name*, or None if it is not worked out in Python."""
    return _RULES.get(name)


def _context_links(facts: Facts, rows: Rows) -> list[Any]:
    paths = context_paths(facts.connection, facts.catalogue, [row["id"] for row in rows])
    return [paths.get(row["id"], []) for row in rows]


def _group_links(facts: Facts, rows: Rows) -> list[Any]:
    paths = group_paths(facts.connection, facts.catalogue, [row["id"] for row in rows])
    return [paths.get(row["id"], []) for row in rows]


def _version_links(facts: Facts, rows: Rows) -> list[Any]:
    asset = facts.catalogue.table("Asset")
    wanted = {row["asset_id"] for row in rows}
    found = facts.connection.execute(
        select(asset.c.id, asset.c.name, asset.c.context_id).where(asset.c.id.in_(wanted))
    )
    assets = {identifier: (name, context) for identifier, name, context in found}
    contexts = [context for _, context in assets.values() if context is not None]
    paths = context_paths(facts.connection, facts.catalogue, contexts)
    return [_version_link(row, assets, paths) for row in rows]


def _version_link(
    row: Mapping[str, Any],
    assets: Mapping[str, tuple[str | None, str | None]],
    paths: Mapping[str, list[dict[str, str]]],
) -> list[dict[str, str]]:
    name, context = assets.get(row["asset_id"], (None, None))
    title = f"{name or ''} v{row['version'] or 0:03d}"
    own = {"type": "AssetVersion", "id": row["id"], "name": title}
    return [*paths.get(context or "", []), own]


def _thumbnail_urls(column: str) -> ValueRule:
    def compute(facts: Facts, rows: Rows) -> list[Any]:
        return [_link(facts, _thumbnail_path(row[column])) for row in rows]

    return ValueRule((column,), compute)


def _thumbnail_path(component_id: str | None) -> str:
    if component_id is None:
        return "/img/thumbnail2.png"
    return f"/component/thumbnail?id={component_id}"


def _component_urls(facts: Facts, rows: Rows) -> list[Any]:
    return [_link(facts, f"/component/get?id={row['component_id']}") for row in rows]


def _location_urls(facts: Facts, rows: Rows) -> list[Any]:
    return [
        _link(facts, f"/component/get?id={row['component_id']}")
        if row["location_id"] == SERVER_LOCATION
        else None
        for row in rows
    ]


def _link(facts: Facts, path: str) -> dict[str, str]:
    address = facts.address(path)
    return {"url": address, "value": address}


def _review_thumbnail_urls(facts: Facts, rows: Rows) -> list[Any]:
    return [_link(facts, _thumbnail_path(row.get("thumbnail_id"))) for row in rows]


_RULES: Final[Mapping[str, ValueRule]] = MappingProxyType(
    {
        "component_thumbnail_url": _thumbnail_urls("component_id"),
        "component_url": ValueRule(("component_id",), _component_urls),
        "context_link": ValueRule(("id",), _context_links),
        "group_link": ValueRule(("id",), _group_links),
        "location_url": ValueRule(("component_id", "location_id"), _location_urls),
        "thumbnail_url": _thumbnail_urls("thumbnail_id"),
        "version_link": ValueRule(("id", "asset_id", "version"), _version_links),
    }
)
