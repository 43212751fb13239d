"""The project that something is in, which may be told only by what is above it."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import ColumnElement, FromClause, case, select

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ftrack_embedded.engine.catalogue import Catalogue
    from ftrack_embedded.engine.compile.source import Source

__all__ = [
    "project_of_asset",
    "project_of_context",
    "project_of_owner",
    "project_of_version",
    "shown_version",
]


def project_of_context(context: FromClause) -> ColumnElement[Any]:
    """Return the id of the project that a context is in, or is."""
    return case((context.c.context_type == "show", context.c.id), else_=context.c.project_id)


def project_of_asset(catalogue: Catalogue, source: Source) -> ColumnElement[Any]:
    """Return the id of the project of an asset."""
    return _of_asset(catalogue, source.rows)


def project_of_version(catalogue: Catalogue, source: Source) -> ColumnElement[Any]:
    """Return the id of the project of an asset version."""
    return _of_version(catalogue, source.rows)


def _of_asset(catalogue: Catalogue, rows: FromClause) -> ColumnElement[Any]:
    context = catalogue.alias("Context")
    found = select(project_of_context(context)).where(context.c.id == rows.c.context_id)
    return found.correlate(rows).scalar_subquery()


def _of_version(catalogue: Catalogue, rows: FromClause) -> ColumnElement[Any]:
    context, asset = catalogue.alias("Context"), catalogue.alias("Asset")
    found = (
        select(project_of_context(context))
        .select_from(asset.join(context, context.c.id == asset.c.context_id))
        .where(asset.c.id == rows.c.asset_id)
    )
    return found.correlate(rows).scalar_subquery()


def _of_list_object(catalogue: Catalogue, rows: FromClause) -> ColumnElement[Any]:
    listed = catalogue.alias("List")
    found = select(listed.c.project_id).where(listed.c.id == rows.c.list_id)
    return found.correlate(rows).scalar_subquery()


def shown_version(catalogue: Catalogue, source: Source) -> ColumnElement[Any]:
    """Return the id of the version whose thumbnail a review session shows: that of its first."""
    item = catalogue.alias("ReviewSessionObject")
    first = (
        select(item.c.version_id)
        .where(item.c.review_session_id == source.column("id"))
        .order_by(item.c.sort_order, item.c.id)
        .limit(1)
    )
    return first.correlate(source.rows).scalar_subquery()


def project_of_owner(
    catalogue: Catalogue, owner: str, rows: FromClause
) -> ColumnElement[Any] | None:
    """Return the id of the project of a row that has custom attributes; None for a user."""
    if owner == "Context":
        return project_of_context(rows)
    if owner == "List":
        return rows.c.project_id
    find = _OF_OWNERS.get(owner)
    return None if find is None else find(catalogue, rows)


_OF_OWNERS: Final[Mapping[str, Callable[[Catalogue, FromClause], ColumnElement[Any]]]] = (
    MappingProxyType(
        {"Asset": _of_asset, "AssetVersion": _of_version, "ListObject": _of_list_object}
    )
)
