"""Criteria to conditions: every dotted step is a nested test for existence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

from ftrack_core.query.tree import (
    And,
    Comparison,
    Criterion,
    Membership,
    Not,
    Or,
    Query,
    RelationTest,
    Step,
)
from sqlalchemy import ColumnElement, Select, and_, literal, not_, or_, select, true

from .balance import balanced
from .chain import can_be_chained, chained
from .comparison import Operand, compare, contained
from .names import cast_type, relation_along
from .operands import operand_of
from .pins import are_few, is_selective, pinned_columns
from .source import Source, is_one_of

if TYPE_CHECKING:
    from ftrack_embedded.engine.catalogue import Catalogue

    from .arguments import Arguments

__all__ = ["CriteriaCompiler"]

_MOST_NESTED: Final = 6
"""Steps of a path that are tests within tests; SQLite takes a statement for too deep soon after."""
_MOST_NESTED_IF_HIDDEN: Final = 3
"""The same where rows are hidden: each table then holds tests of its own."""
SubqueryCompiler = Callable[[Query, Operand], tuple[ColumnElement[Any], Select[Any]]]
"""Returns an operand and the select of a subquery in the form in which they compare."""


class CriteriaCompiler:
    """Compiles criteria; the query compiler lends it the way to compile a subquery."""

    def __init__(
        self, catalogue: Catalogue, arguments: Arguments, subquery: SubqueryCompiler
    ) -> None:
        self._catalogue = catalogue
        self._arguments = arguments
        self._subquery = subquery
        self._by_sets = False
        """Whether the rows at hand are many, so that tests on others had better be sets."""

    def compile(self, criterion: Criterion | None, source: Source) -> ColumnElement[bool]:
        """Return the condition for a row of *source*."""
        if criterion is None:
            return true()
        if isinstance(criterion, And):
            return balanced(and_, [self.compile(one, source) for one in criterion.operands])
        if isinstance(criterion, Or):
            return balanced(or_, [self.compile(one, source) for one in criterion.operands])
        if isinstance(criterion, Not):
            return not_(self.compile(criterion.operand, source).self_group())
        if isinstance(criterion, RelationTest):
            return self._relation_test(criterion, source)
        return self._at_end(criterion, source)

    def query_condition(self, criterion: Criterion | None, source: Source) -> ColumnElement[bool]:
        """Return the condition for the rows of a query, which may find its rows by sets."""
        outer = self._by_sets
        self._by_sets = not pinned_columns(self._catalogue, source.entity_type, criterion)
        try:
            return self.compile(criterion, source)
        finally:
            self._by_sets = outer

    def _at_end(self, criterion: Comparison | Membership, source: Source) -> ColumnElement[bool]:
        *steps, last = criterion.path.steps

        def test(end: Source) -> ColumnElement[bool]:
            operand = operand_of(self._catalogue, end, last)
            if isinstance(criterion, Comparison):
                return compare(self._arguments, operand, criterion.operator, criterion.value)
            return self._membership(criterion, operand)

        selective = bool(steps) and is_selective(self._catalogue, source.entity_type, criterion)
        return self._along(source, steps, test, selective)

    def _relation_test(self, criterion: RelationTest, source: Source) -> ColumnElement[bool]:
        def test(end: Source) -> ColumnElement[bool]:
            return self.compile(criterion.criterion, end)

        selective = is_selective(self._catalogue, source.entity_type, criterion)
        return self._along(source, criterion.path.steps, test, selective)

    def _along(
        self,
        source: Source,
        steps: Sequence[Step],
        test: Callable[[Source], ColumnElement[bool]],
        selective: bool,
    ) -> ColumnElement[bool]:
        if not steps:
            return test(source)
        most = _MOST_NESTED_IF_HIDDEN if self._catalogue.hidden else _MOST_NESTED
        if len(steps) > most and can_be_chained(self._catalogue, source.entity_type, steps):
            return self._joined(source, steps, test)
        first, *rest = steps
        relation = relation_along(self._catalogue, source.entity_type, first)
        seen = cast_type(self._catalogue, relation.target, first)

        as_set = self._by_sets and (selective or are_few(self._catalogue, relation.target))

        def further(target: Source) -> ColumnElement[bool]:
            outer, self._by_sets = self._by_sets, as_set
            condition = self._along(target.seen_as(seen), rest, test, selective)
            self._by_sets = outer
            return and_(is_one_of(self._catalogue, target, seen, indexed=False), condition)

        return relation.exists(self._catalogue, source, further, as_set=as_set)

    def _joined(
        self, source: Source, steps: Sequence[Step], test: Callable[[Source], ColumnElement[bool]]
    ) -> ColumnElement[bool]:
        """Return the same as `_along` for a path that is too long for a test in a test."""
        outer, self._by_sets = self._by_sets, False
        chain = chained(self._catalogue, source, steps)
        found = select(literal(1)).select_from(chain.joined)
        condition = found.where(chain.condition, test(chain.end)).correlate(source.rows).exists()
        self._by_sets = outer
        return condition

    def _membership(self, criterion: Membership, operand: Operand) -> ColumnElement[bool]:
        if criterion.subquery is None:
            return contained(self._arguments, operand, criterion.choices, criterion.negated)
        left, chosen = self._subquery(criterion.subquery, operand)
        among = left.in_(chosen)
        return not_(among) if criterion.negated else among
