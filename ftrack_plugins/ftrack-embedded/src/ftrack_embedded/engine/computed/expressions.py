"""Computed scalars that the database works out: they can be selected, compared and ordered by."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import Boolean, ColumnElement, and_, func, literal, not_, or_, select, type_coerce

from ftrack_embedded.engine.catalogue import Catalogue
from ftrack_embedded.engine.compile.arguments import moment_parameter
from ftrack_embedded.engine.compile.source import Source

from .links import DEEPEST
from .projects import project_of_asset, project_of_version, shown_version

__all__ = ["computed_expression"]

Expression = Callable[[Catalogue, Source], ColumnElement[Any]]


def computed_expression(
    catalogue: Catalogue, source: Source, rule: str
) -> ColumnElement[Any] | None:
    """Return the expression of a rule for a row of *source*, or None if it has none."""
    make = _EXPRESSIONS.get(rule)
    return None if make is None else make(catalogue, source)


def _time_logged(catalogue: Catalogue, source: Source) -> ColumnElement[Any]:
    timelog = catalogue.alias("Timelog")
    return (
        select(func.coalesce(func.sum(timelog.c.duration), 0.0))
        .where(timelog.c.context_id == source.column("id"))
        .correlate(source.rows)
        .scalar_subquery()
    )


def _bid_difference(catalogue: Catalogue, source: Source) -> ColumnElement[Any]:
    return func.coalesce(source.column("bid"), 0.0) - _time_logged(catalogue, source)


def _is_latest_version(catalogue: Catalogue, source: Source) -> ColumnElement[Any]:
    other = catalogue.alias("AssetVersion")
    higher = (
        select(other.c.id)
        .where(
            other.c.asset_id == source.column("asset_id"),
            or_(
                other.c.version > source.column("version"),
                and_(other.c.version == source.column("version"), other.c.id > source.column("id")),
            ),
        )
        .correlate(source.rows)
        .exists()
    )
    return type_coerce(not_(higher), Boolean)


def _is_open(_: Catalogue, source: Source) -> ColumnElement[Any]:
    start, end = source.column("start_date"), source.column("end_date")
    moment = moment_parameter()
    is_open = and_(func.coalesce(start <= moment, True), func.coalesce(end >= moment, True))
    return type_coerce(is_open, Boolean)


def _configuration_key(_: Catalogue, source: Source) -> ColumnElement[Any]:
    return source.column("key")


def _review_thumbnail_id(catalogue: Catalogue, source: Source) -> ColumnElement[Any]:
    item = catalogue.alias("ReviewSessionObject")
    version = catalogue.alias("AssetVersion")
    return (
        select(version.c.thumbnail_id)
        .select_from(item.join(version, version.c.id == item.c.version_id))
        .where(item.c.review_session_id == source.column("id"))
        .order_by(item.c.sort_order, item.c.id)
        .limit(1)
        .correlate(source.rows)
        .scalar_subquery()
    )


def _thumbnail_source(catalogue: Catalogue, source: Source) -> ColumnElement[Any]:
    """Return the nearest context above with a picture, for one that has none of its own."""
    parent = catalogue.alias("Context")
    above = (
        select(parent.c.id, parent.c.parent_id, parent.c.thumbnail_id, literal(1).label("depth"))
        .where(parent.c.id == source.column("parent_id"), source.column("thumbnail_id").is_(None))
        .correlate(source.rows)
        .cte(recursive=True, nesting=True)
    )
    further = catalogue.alias("Context")
    # The way up ends at the first picture; a ring, which nobody should have, ends as well.
    above = above.union_all(
        select(further.c.id, further.c.parent_id, further.c.thumbnail_id, above.c.depth + 1)
        .join(above, further.c.id == above.c.parent_id)
        .where(above.c.thumbnail_id.is_(None), above.c.depth < DEEPEST)
    )
    return select(above.c.id).where(above.c.thumbnail_id.is_not(None)).limit(1).scalar_subquery()


_EXPRESSIONS: Final[Mapping[str, Expression]] = MappingProxyType(
    {
        "bid_time_logged_difference": _bid_difference,
        "configuration_key": _configuration_key,
        "is_latest_version": _is_latest_version,
        "is_open": _is_open,
        "project_of_asset": project_of_asset,
        "project_of_version": project_of_version,
        "review_thumbnail_id": _review_thumbnail_id,
        "shown_version": shown_version,
        "thumbnail_source": _thumbnail_source,
        "time_logged": _time_logged,
    }
)
