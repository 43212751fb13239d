"""``group by``: counts and sums of the rows of each group, instead of entities."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ftrack_core.query import Aggregate, Path, Query
from sqlalchemy import ColumnElement, func, select

from ftrack_embedded.engine import failures
from ftrack_embedded.engine.compile.operands import scalar_along
from ftrack_embedded.engine.compile.query import QueryCompiler

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ftrack_embedded.engine.catalogue import Catalogue
    from ftrack_embedded.engine.compile.source import Source

__all__ = ["grouped_rows"]


def grouped_rows(
    connection: Connection, catalogue: Catalogue, query: Query
) -> list[dict[str, Any]]:
    """Return one row for each group: ``count_id``, ``sum_bid`` and the paths it is grouped by."""
    catalogue = catalogue.for_statement()
    compiler = QueryCompiler(catalogue)
    source = compiler.source(query)
    keys = {_name(path): _value(catalogue, source, path) for path in query.group_by}
    columns = {**_projected(catalogue, source, query, keys), **keys}
    statement = (
        select(*(column.label(name) for name, column in columns.items()))
        .select_from(source.rows)
        .where(compiler.condition(query, source))
        .group_by(*keys.values())
        .order_by(*keys.values())
        .limit(query.limit)
        .offset(query.offset)
    )
    return [dict(row) for row in connection.execute(statement).mappings()]


def _projected(
    catalogue: Catalogue, source: Source, query: Query, keys: dict[str, ColumnElement[Any]]
) -> dict[str, ColumnElement[Any]]:
    found: dict[str, ColumnElement[Any]] = {}
    for projection in query.projections:
        if isinstance(projection, Aggregate):
            name = f"{projection.function}_{_name(projection.path)}"
            value = _value(catalogue, source, projection.path)
            found[name] = getattr(func, projection.function)(value)
        elif _name(projection) not in keys:
            raise failures.parse_error(
                f"'{'.'.join(step.name for step in projection.steps)}' is neither an aggregate "
                "nor among what is grouped by."
            )
    return found


def _name(path: Path) -> str:
    return "_".join(step.name for step in path.steps)


def _value(catalogue: Catalogue, source: Source, path: Path) -> ColumnElement[Any]:
    return scalar_along(catalogue, source, path.steps).expression
