"""A whole query: from the tree to the statement for its own rows.

What it asks of related entities is in the plan and is loaded level by level, see `..read`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ftrack_core.query.tree import OrderItem, Path, Query
from sqlalchemy import BigInteger, ColumnElement, Select, select

from ftrack_embedded.engine import failures

from .criteria import CriteriaCompiler
from .operands import scalar_along, sort_key
from .pins import columns_of_sets, pinned_columns, share_an_index
from .source import Source, is_one_of, open_source

if TYPE_CHECKING:
    from ftrack_embedded.engine.catalogue import Catalogue

    from .arguments import Arguments
    from .comparison import Operand

__all__ = ["QueryCompiler"]

_COMPARABLE: Final = {"id": "text", "string": "text", "integer": "number", "number": "number"}


class QueryCompiler:
    """Compiles numbered queries (see `shape`) to selects whose parameters it notes."""

    def __init__(self, catalogue: Catalogue, arguments: Arguments) -> None:
        self._catalogue = catalogue
        self._arguments = arguments
        self._criteria = CriteriaCompiler(catalogue, arguments, self._subquery)

    def condition(self, query: Query, source: Source) -> ColumnElement[bool]:
        """Return what a row of *source* must fulfil to be in the answer."""
        criterion = self._criteria.query_condition(query.criterion, source)
        indexed = self._is_found_by_type(query, source.entity_type)
        return is_one_of(self._catalogue, source, source.entity_type, indexed=indexed) & criterion

    def _is_found_by_type(self, query: Query, entity_type: str) -> bool:
        pinned = pinned_columns(self._catalogue, entity_type, query.criterion) or columns_of_sets(
            self._catalogue, entity_type, query.criterion
        )
        selecting = frozenset(name for name, _ in self._catalogue.types[entity_type].selectors)
        return not pinned or share_an_index(self._catalogue, entity_type, pinned, selecting)

    def source(self, query: Query) -> Source:
        """Open the type that *query* asks for."""
        entity_type = self._catalogue.entity_type(
            query.entity_type, in_query=True, position=query.position
        )
        return open_source(self._catalogue, entity_type.name)

    def page(self, statement: Select[Any], query: Query, source: Source) -> Select[Any]:
        """Return *statement* with the conditions, the order and the limits of *query*."""
        statement = statement.where(self.condition(query, source))
        statement = statement.order_by(*self._order(query.order_by, source))
        return self.limited(statement, query)

    def limited(self, statement: Select[Any], query: Query) -> Select[Any]:
        """Return *statement* with the limits of *query*."""
        if query.limit is not None:
            statement = statement.limit(self._count(query.limit))
        if query.offset is not None:
            statement = statement.offset(self._count(query.offset))
        return statement

    def _count(self, slot: int) -> ColumnElement[int]:
        return self._arguments.take(slot, int, BigInteger())

    def _order(self, items: tuple[OrderItem, ...], source: Source) -> list[ColumnElement[Any]]:
        keys = [self._order_key(item, source) for item in items]
        primary = self._catalogue.key_columns(source.entity_type)
        return [*keys, *(source.column(name) for name in primary)]

    def _order_key(self, item: OrderItem, source: Source) -> ColumnElement[Any]:
        """Return the key; where there is no value comes first, and last when descending."""
        key = sort_key(self._catalogue, source, item.path.steps)
        return key.desc().nulls_last() if item.descending else key.asc().nulls_first()

    def _subquery(self, query: Query, left: Operand) -> tuple[ColumnElement[Any], Select[Any]]:
        source = self.source(query)
        path = self._selected(query)
        operand = scalar_along(self._catalogue, source, path.steps)
        self._check_comparable(left, operand, path)
        is_exact = "string" not in (left.kind, operand.kind) or "id" in (left.kind, operand.kind)
        column = operand.expression if is_exact else operand.comparable()
        statement = select(column).select_from(source.rows).where(column.is_not(None))
        if query.limit is None and query.offset is None:
            statement = statement.where(self.condition(query, source))
        else:
            statement = self.page(statement, query, source)
        return left.expression if is_exact else left.comparable(), statement

    def _check_comparable(self, left: Operand, chosen: Operand, path: Path) -> None:
        kinds = [_COMPARABLE.get(one.kind, one.kind) for one in (left, chosen)]
        if kinds[0] != kinds[1] or "variable" in kinds:
            raise failures.parse_error(
                f"'{left.name}' is a {left.kind} and cannot be among '{chosen.name}', which is a "
                f"{chosen.kind}.",
                path.position,
            )

    def _selected(self, query: Query) -> Path:
        paths = [one for one in query.projections if isinstance(one, Path)]
        if len(paths) != 1 or len(query.projections) != 1:
            raise failures.parse_error("A subquery selects exactly one attribute.", query.position)
        return paths[0]
