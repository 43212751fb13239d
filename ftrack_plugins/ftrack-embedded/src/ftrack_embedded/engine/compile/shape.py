"""The shape of a query: everything but its values.

Clients ask the same few questions with other values all day. Two queries of one shape have one
statement, whose parameters are their values; the statement is compiled once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ftrack_core.query.tree import (
    And,
    Comparison,
    Criterion,
    Membership,
    Not,
    Or,
    Query,
    RelationTest,
    Value,
)

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

__all__ = ["Given", "Shape", "Slot", "numbered", "shape_of"]

Given = Value | tuple[Value, ...] | int
"""What a query gives for one parameter: a value, the values of a list, a limit or an offset."""


@dataclass(frozen=True)
class Slot(Value):
    """Stands in a tree where a value was: *number* says which of the given ones it is."""

    number: int = -1


@dataclass(frozen=True)
class Shape:
    """*key* is equal for queries of one shape; *given* are the values in the order of the text."""

    key: Hashable
    given: tuple[Given, ...]


def shape_of(query: Query) -> Shape:
    """Take a query apart into its shape and its values."""
    given: list[Given] = []
    key = _query_key(query, given)
    return Shape(key, tuple(given))


def _query_key(query: Query, given: list[Given]) -> Hashable:
    criterion = query.criterion
    key = None if criterion is None else _criterion_key(criterion, given)
    given += _paging(query)
    paged = (query.limit is not None, bool(query.offset))
    return (query.entity_type, query.projections, key, query.group_by, query.order_by, paged)


def _paging(query: Query) -> Iterator[int]:
    if query.limit is not None:
        yield query.limit
    if query.offset:
        yield query.offset


def _criterion_key(criterion: Criterion, given: list[Given]) -> Hashable:
    if isinstance(criterion, Comparison):
        given.append(criterion.value)
        return (criterion.path.steps, criterion.operator, criterion.value.is_null)
    if isinstance(criterion, Membership):
        return _membership_key(criterion, given)
    if isinstance(criterion, RelationTest):
        inner = criterion.criterion
        key = None if inner is None else _criterion_key(inner, given)
        return (criterion.path.steps, "any", key)
    if isinstance(criterion, Not):
        return ("not", _criterion_key(criterion.operand, given))
    keys = (_criterion_key(one, given) for one in criterion.operands)
    return ("and" if isinstance(criterion, And) else "or", *keys)


def _membership_key(criterion: Membership, given: list[Given]) -> Hashable:
    if criterion.subquery is not None:
        inner = _query_key(criterion.subquery, given)
        return (criterion.path.steps, "in", criterion.negated, inner)
    present = tuple(one for one in criterion.choices if not one.is_null)
    given.append(present)
    has_null = len(present) < len(criterion.choices)
    return (criterion.path.steps, "among", criterion.negated, has_null)


def numbered(query: Query) -> Query:
    """Return the same tree with slots for its values, numbered as `shape_of` gives them."""
    return _Numbering().query(query)


class _Numbering:
    """Walks a tree in the order of `shape_of`."""

    def __init__(self) -> None:
        self._next = 0

    def query(self, query: Query) -> Query:
        criterion = query.criterion and self._criterion(query.criterion)
        limit = None if query.limit is None else self._take()
        offset = self._take() if query.offset else None
        return replace(query, criterion=criterion, limit=limit, offset=offset)

    def _criterion(self, criterion: Criterion) -> Criterion:
        if isinstance(criterion, Comparison):
            return replace(criterion, value=self._slot(criterion.value))
        if isinstance(criterion, Membership):
            return self._membership(criterion)
        if isinstance(criterion, RelationTest):
            inner = criterion.criterion
            return replace(criterion, criterion=inner and self._criterion(inner))
        if isinstance(criterion, Not):
            return Not(self._criterion(criterion.operand))
        operands = tuple(self._criterion(one) for one in criterion.operands)
        return And(operands) if isinstance(criterion, And) else Or(operands)

    def _membership(self, criterion: Membership) -> Membership:
        if criterion.subquery is not None:
            return replace(criterion, subquery=self.query(criterion.subquery))
        nulls = tuple(one for one in criterion.choices if one.is_null)[:1]
        return replace(criterion, choices=(Slot("", number=self._take()), *nulls))

    def _slot(self, value: Value) -> Slot:
        number = self._take()
        text, quoted = ("none", False) if value.is_null else ("", True)
        return Slot(text, quoted, value.position, number)

    def _take(self) -> int:
        self._next += 1
        return self._next - 1
