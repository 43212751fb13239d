"""A whole query: from the tree to the statement for its own rows.

What it asks of related entities is in the plan and is loaded level by level, see `..read`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ftrack_core.query.tree import OrderItem, Path, Query
from sqlalchemy import ColumnElement, Select, select

from ftrack_embedded.engine import failures

from .criteria import CriteriaCompiler
from .operands import scalar_along, sort_key
from .source import Source, is_one_of, open_source

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ftrack_embedded.engine.catalogue import Catalogue

__all__ = ["Chosen", "QueryCompiler"]


@dataclass(frozen=True)
class Chosen:
    """The select of a subquery; *exact* says that its values compare as they are."""

    statement: Select[Any]
    exact: bool


class QueryCompiler:
    """Compiles queries to selects with bound parameters."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._criteria = CriteriaCompiler(catalogue, self._subquery)

    def condition(self, query: Query, source: Source) -> ColumnElement[bool]:
        """Return what a row of *source* must fulfil to be in the answer."""
        criterion = self._criteria.compile(query.criterion, source)
        return is_one_of(self._catalogue, source, source.entity_type) & criterion

    def rows(self, query: Query, columns: Iterable[str]) -> Select[Any]:
        """Return the select for the rows of *query*, with these columns, in order, one page."""
        source = self.source(query)
        statement = select(*(source.column(name) for name in columns)).select_from(source.rows)
        return self.page(statement, query, source)

    def source(self, query: Query) -> Source:
        """Open the type that *query* asks for."""
        entity_type = self._catalogue.entity_type(query.entity_type, in_query=True)
        return open_source(self._catalogue, entity_type.name)

    def page(self, statement: Select[Any], query: Query, source: Source) -> Select[Any]:
        """Return *statement* with the conditions, the order and the limits of *query*."""
        statement = statement.where(self.condition(query, source))
        statement = statement.order_by(*self._order(query.order_by, source))
        if query.limit is not None:
            statement = statement.limit(query.limit)
        return statement.offset(query.offset) if query.offset else statement

    def _order(self, items: tuple[OrderItem, ...], source: Source) -> list[ColumnElement[Any]]:
        keys = [self._order_key(item, source) for item in items]
        primary = self._catalogue.key_columns(source.entity_type)
        return [*keys, *(source.column(name) for name in primary)]

    def _order_key(self, item: OrderItem, source: Source) -> ColumnElement[Any]:
        key = sort_key(self._catalogue, source, item.path.steps)
        return key.desc() if item.descending else key.asc()

    def _subquery(self, query: Query) -> Chosen:
        source = self.source(query)
        operand = scalar_along(self._catalogue, source, self._selected(query).steps)
        exact = operand.kind != "string"
        column = operand.expression if exact else operand.comparable()
        statement = select(column).select_from(source.rows).where(column.is_not(None))
        if query.limit is None and not query.offset:
            return Chosen(statement.where(self.condition(query, source)), exact)
        return Chosen(self.page(statement, query, source), exact)

    def _selected(self, query: Query) -> Path:
        paths = [one for one in query.projections if isinstance(one, Path)]
        if len(paths) != 1 or len(query.projections) != 1:
            raise failures.parse_error("A subquery selects exactly one attribute.")
        return paths[0]
