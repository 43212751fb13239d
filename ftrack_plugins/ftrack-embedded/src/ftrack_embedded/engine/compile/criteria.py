"""Criteria to conditions: every dotted step is a nested test for existence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

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
from sqlalchemy import ColumnElement, and_, not_, or_, true

from .balance import balanced
from .comparison import compare, contained
from .names import cast_type, relation_along
from .operands import operand_of
from .source import Source, is_one_of

if TYPE_CHECKING:
    from ftrack_embedded.engine.catalogue import Catalogue

__all__ = ["CriteriaCompiler"]

SubqueryCompiler = Callable[[Query], Any]
"""Turns the query of a subselect into a select of one column and says what kind it has."""


class CriteriaCompiler:
    """Compiles criteria; the query compiler lends it the way to compile a subquery."""

    def __init__(self, catalogue: Catalogue, subquery: SubqueryCompiler) -> None:
        self._catalogue = catalogue
        self._subquery = subquery

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

    def _at_end(self, criterion: Comparison | Membership, source: Source) -> ColumnElement[bool]:
        *steps, last = criterion.path.steps

        def test(end: Source) -> ColumnElement[bool]:
            if isinstance(criterion, Comparison):
                operand = operand_of(self._catalogue, end, last.name)
                return compare(operand, criterion.operator, criterion.value)
            return self._membership(criterion, end, last)

        return self._along(source, steps, test)

    def _relation_test(self, criterion: RelationTest, source: Source) -> ColumnElement[bool]:
        def test(end: Source) -> ColumnElement[bool]:
            return self.compile(criterion.criterion, end)

        return self._along(source, criterion.path.steps, test)

    def _along(
        self,
        source: Source,
        steps: Sequence[Step],
        test: Callable[[Source], ColumnElement[bool]],
    ) -> ColumnElement[bool]:
        if not steps:
            return test(source)
        first, *rest = steps
        relation = relation_along(self._catalogue, source.entity_type, first)
        seen = cast_type(self._catalogue, relation.target, first.cast)

        def further(target: Source) -> ColumnElement[bool]:
            condition = self._along(target.seen_as(seen), rest, test)
            return and_(is_one_of(self._catalogue, target, seen), condition)

        return relation.exists(self._catalogue, source, further)

    def _membership(self, criterion: Membership, end: Source, last: Step) -> ColumnElement[bool]:
        operand = operand_of(self._catalogue, end, last.name)
        if criterion.subquery is None:
            return contained(operand, criterion.choices, criterion.negated)
        chosen = self._subquery(criterion.subquery)
        left = operand.expression if chosen.exact else operand.comparable()
        among = left.in_(chosen.statement)
        return not_(among) if criterion.negated else among
