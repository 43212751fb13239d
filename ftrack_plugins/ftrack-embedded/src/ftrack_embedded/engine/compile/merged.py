"""Equal tests on one attribute, made into one list.

Programs write hundreds of values as ``name is "a" or name is "b" or ...``. As a list they are one
parameter, whose statement is the same for any number of values.
"""

from __future__ import annotations

from dataclasses import replace
from operator import is_
from typing import TYPE_CHECKING

from ftrack_core.query.tree import And, Comparison, Membership, Not, Or, RelationTest

if TYPE_CHECKING:
    from ftrack_core.query.tree import Criterion, Query, Step, Value

__all__ = ["merged"]


def merged(query: Query) -> Query:
    """Return a query that finds the same, with lists for what compares one attribute for equality.

    ``a is x or a is y`` becomes ``a in (x, y)``, and ``a != x and a != y`` becomes ``a not_in
    (x, y)``; the latter on attributes of the entity itself only, since along a path each condition
    may be fulfilled by another entity.
    """
    criterion = query.criterion
    if criterion is None or isinstance(criterion, Comparison):
        return query
    found = _criterion(criterion)
    return query if found is criterion else replace(query, criterion=found)


def _criterion(criterion: Criterion) -> Criterion:
    if isinstance(criterion, (And, Or)):
        return _joined(criterion)
    if isinstance(criterion, Not):
        operand = _criterion(criterion.operand)
        return criterion if operand is criterion.operand else Not(operand)
    if isinstance(criterion, RelationTest) and criterion.criterion is not None:
        inner = _criterion(criterion.criterion)
        return criterion if inner is criterion.criterion else replace(criterion, criterion=inner)
    if isinstance(criterion, Membership) and criterion.subquery is not None:
        subquery = merged(criterion.subquery)
        return (
            criterion if subquery is criterion.subquery else replace(criterion, subquery=subquery)
        )
    return criterion


def _joined(criterion: And | Or) -> Criterion:
    negated = isinstance(criterion, And)
    alike: dict[tuple[Step, ...] | int, list[Criterion]] = {}
    for position, one in enumerate(criterion.operands):
        operand = _criterion(one)
        path = _listed_path(operand, negated=negated)
        alike.setdefault(path or position, []).append(operand)
    operands = tuple(_as_one(found, negated=negated) for found in alike.values())
    if len(operands) == 1:
        return operands[0]
    is_same = len(operands) == len(criterion.operands)
    is_same = is_same and all(map(is_, operands, criterion.operands))
    return criterion if is_same else type(criterion)(operands)


def _listed_path(criterion: Criterion, *, negated: bool) -> tuple[Step, ...] | None:
    """Return the path of what can be part of a list; None for anything else."""
    if isinstance(criterion, Comparison):
        fits = criterion.operator == ("!=" if negated else "=")
    elif isinstance(criterion, Membership):
        fits = criterion.subquery is None and criterion.negated == negated
    else:
        return None
    steps = criterion.path.steps
    return steps if fits and not (negated and len(steps) > 1) else None


def _as_one(alike: list[Criterion], *, negated: bool) -> Criterion:
    if len(alike) == 1:
        return alike[0]
    choices: list[Value] = []
    for one in alike:
        assert isinstance(one, (Comparison, Membership))
        choices += [one.value] if isinstance(one, Comparison) else one.choices
    first = alike[0]
    assert isinstance(first, (Comparison, Membership))
    return Membership(first.path, negated, tuple(choices), position=first.position)
