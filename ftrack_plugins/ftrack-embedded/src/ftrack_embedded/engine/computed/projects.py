"""The project that an asset or a version is in, which only the contexts above them know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, FromClause, case, select

if TYPE_CHECKING:
    from ftrack_embedded.engine.catalogue import Catalogue
    from ftrack_embedded.engine.compile.source import Source

__all__ = ["project_of_asset", "project_of_version", "shown_version"]


def project_of_asset(catalogue: Catalogue, source: Source) -> ColumnElement[Any]:
    """Return the id of the project of an asset."""
    context = catalogue.alias("Context")
    found = select(_project(context)).where(context.c.id == source.column("context_id"))
    return found.correlate(source.rows).scalar_subquery()


def project_of_version(catalogue: Catalogue, source: Source) -> ColumnElement[Any]:
    """Return the id of the project of an asset version."""
    context, asset = catalogue.alias("Context"), catalogue.alias("Asset")
    found = (
        select(_project(context))
        .select_from(asset.join(context, context.c.id == asset.c.context_id))
        .where(asset.c.id == source.column("asset_id"))
    )
    return found.correlate(source.rows).scalar_subquery()


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


def _project(context: FromClause) -> ColumnElement[Any]:
    return case((context.c.context_type == "show", context.c.id), else_=context.c.project_id)
