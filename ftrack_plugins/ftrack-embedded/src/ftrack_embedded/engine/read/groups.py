"""``group by``: counts and sums of the rows of each group, instead of entities."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from ftrack_core.query import Aggregate, Path, Query
from sqlalchemy import BigInteger, ColumnElement, Float, Integer, cast, func, select

from ftrack_embedded.engine import failures
from ftrack_embedded.engine.compile.arguments import Arguments
from ftrack_embedded.engine.compile.limits import check_limits, told_at_limits
from ftrack_embedded.engine.compile.merged import merged
from ftrack_embedded.engine.compile.operands import scalar_along
from ftrack_embedded.engine.compile.query import QueryCompiler
from ftrack_embedded.engine.compile.shape import numbered, shape_of
from ftrack_embedded.engine.compile.statement import Statement, compiled
from ftrack_embedded.engine.values import wire_time, wire_variable

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection, Dialect, Select, Subquery

    from ftrack_embedded.engine.catalogue import Catalogue
    from ftrack_embedded.engine.compile.comparison import Operand

__all__ = ["grouped_rows"]

_NUMERIC: Final = ("integer", "number")
_DECODERS: Final[dict[str, Callable[[Any], Any]]] = {
    "boolean": bool,
    "datetime": wire_time,
    "variable": wire_variable,
}


def grouped_rows(
    connection: Connection, catalogue: Catalogue, query: Query
) -> list[dict[str, Any]]:
    """Return one row for each group: ``count_id``, ``sum_bid`` and the paths it is grouped by."""
    query = merged(query)
    check_limits(query)
    with told_at_limits(query):
        grouping = _Grouping(catalogue.for_statement(), query)
        statement = grouping.statement(connection.dialect)
        rows = statement.rows(connection, catalogue.hidden, shape_of(query).given)
    return [grouping.decoded(dict(zip(statement.names, row, strict=True))) for row in rows]


class _Grouping:
    """One query by groups: its keys and its aggregates, by their names in the answer."""

    def __init__(self, catalogue: Catalogue, query: Query) -> None:
        self._catalogue = catalogue
        self._query = query
        self._arguments = Arguments()
        self._compiler = QueryCompiler(catalogue, self._arguments)
        self._source = self._compiler.source(query)
        self._keys = {_name(path): self._operand(path) for path in query.group_by}
        self._check_projections()

    def statement(self, dialect: Dialect) -> Statement:
        """Return the statement for one row a group."""
        rows = self._rows().subquery()
        keys = [rows.c[name] for name in self._keys]
        tree = numbered(self._query)
        statement = (
            select(*self._aggregates(rows), *keys).group_by(*keys).order_by(*self._order(rows))
        )
        limited = self._compiler.limited(statement, tree)
        return compiled(limited, dialect, self._arguments)

    def decoded(self, row: dict[str, Any]) -> dict[str, Any]:
        """Give the values of a row the form they have on the wire."""
        for name, decode in self._decoders.items():
            if row[name] is not None:
                row[name] = decode(row[name])
        return row

    @cached_property
    def _decoders(self) -> dict[str, Callable[[Any], Any]]:
        kinds = {name: operand.kind for name, operand in self._keys.items()}
        for one in self._projected():
            if one.function in ("min", "max"):
                kinds[_aggregate_name(one)] = self._operand(one.path).kind
        return {name: _DECODERS[kind] for name, kind in kinds.items() if kind in _DECODERS}

    def _order(self, rows: Subquery) -> list[ColumnElement[Any]]:
        """Return what groups are ordered by: what was asked, then all that they are grouped by."""
        order = []
        for item in self._query.order_by:
            if _name(item.path) not in self._keys:
                raise failures.parse_error(
                    f"Groups are ordered by what they are grouped by, not by "
                    f"'{'.'.join(step.name for step in item.path.steps)}'.",
                    item.path.position,
                )
            key = rows.c[_name(item.path)]
            order.append(key.desc().nulls_last() if item.descending else key.asc().nulls_first())
        return [*order, *(rows.c[name].asc().nulls_first() for name in self._keys)]

    def _rows(self) -> Select[Any]:
        """Return the select of what is grouped: databases differ in grouping by a subselect."""
        values = {one: self._operand(one.path) for one in self._projected()}
        columns = [operand.expression.label(name) for name, operand in self._keys.items()]
        columns += [
            _measured(one, operand).label(_aggregate_name(one)) for one, operand in values.items()
        ]
        condition = self._compiler.condition(numbered(self._query), self._source)
        return select(*columns).select_from(self._source.rows).where(condition)

    def _aggregates(self, rows: Subquery) -> list[ColumnElement[Any]]:
        return [_aggregate(one, rows.c[_aggregate_name(one)]) for one in self._projected()]

    def _projected(self) -> list[Aggregate]:
        return [one for one in self._query.projections if isinstance(one, Aggregate)]

    def _check_projections(self) -> None:
        for projection in self._query.projections:
            if isinstance(projection, Path) and _name(projection) not in self._keys:
                raise failures.parse_error(
                    f"'{'.'.join(step.name for step in projection.steps)}' is neither an "
                    "aggregate nor among what is grouped by.",
                    projection.position,
                )

    def _operand(self, path: Path) -> Operand:
        return scalar_along(self._catalogue, self._source, path.steps)


def _measured(aggregate: Aggregate, operand: Operand) -> ColumnElement[Any]:
    if aggregate.function in ("sum", "avg") and operand.kind not in _NUMERIC:
        raise failures.parse_error(
            f"'{aggregate.function}' needs numbers; '{operand.name}' is a {operand.kind}.",
            aggregate.position,
        )
    if operand.kind == "boolean" and aggregate.function in ("min", "max"):
        return cast(operand.expression, Integer)  # PostgreSQL knows no least truth value
    return operand.expression


def _aggregate(aggregate: Aggregate, column: ColumnElement[Any]) -> ColumnElement[Any]:
    name = _aggregate_name(aggregate)
    made: ColumnElement[Any] = getattr(func, aggregate.function)(column)
    if aggregate.function == "avg":
        made = cast(made, Float)
    elif aggregate.function == "sum" and isinstance(column.type, BigInteger):
        made = cast(made, BigInteger)
    return made.label(name)


def _aggregate_name(aggregate: Aggregate) -> str:
    return f"{aggregate.function}_{_name(aggregate.path)}"


def _name(path: Path) -> str:
    return "_".join(step.name for step in path.steps)
