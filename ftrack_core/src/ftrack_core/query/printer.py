"""Tree to query text.

The text is canonical: one spelling for each operator, keywords in lower case, single blanks. What
the printer writes, the parser reads back to the same tree.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftrack_core.errors import QuerySyntaxError
from ftrack_core.query.lexer import is_name
from ftrack_core.query.tree import Aggregate, And, Comparison, Membership, Not, Or, RelationTest
from ftrack_core.query.values import value_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ftrack_core.query.tree import (
        Criterion,
        OrderItem,
        Path,
        Projection,
        Query,
        Step,
    )

__all__ = ["to_text"]


def to_text(query: Query) -> str:
    """Return the canonical text of *query*.

    Raises QuerySyntaxError for a name in the tree that no query could hold, since names cannot be
    quoted, and TypeError for a node that is none.
    """
    text = _name(query.entity_type)
    if query.projections:
        text = " ".join(["select", _listed(map(_projection, query.projections)), "from", text])
    if query.criterion is not None:
        text += f" where {_criterion(query.criterion)}"
    if query.group_by:
        text += f" group by {_listed(map(_path, query.group_by))}"
    if query.order_by:
        text += f" order by {_listed(map(_order_item, query.order_by))}"
    return text + _paging(query)


def _paging(query: Query) -> str:
    text = "" if query.offset is None else f" offset {query.offset:d}"
    return text if query.limit is None else f"{text} limit {query.limit:d}"


def _listed(parts: Iterable[str]) -> str:
    return ", ".join(parts)


def _name(name: str) -> str:
    if not is_name(name):
        reason = "a name consists of letters, digits and underscores"
        raise QuerySyntaxError(name, 0, reason)
    return name


def _projection(projection: Projection) -> str:
    if isinstance(projection, Aggregate):
        return f"{_name(projection.function)}({_path(projection.path)})"
    return _path(projection)


def _path(path: Path) -> str:
    return ".".join(map(_step, path.steps))


def _step(step: Step) -> str:
    return _name(step.name) if step.cast is None else f"{_name(step.name)}[{_name(step.cast)}]"


def _order_item(item: OrderItem) -> str:
    return f"{_path(item.path)} descending" if item.descending else _path(item.path)


def _criterion(criterion: Criterion) -> str:
    if isinstance(criterion, Comparison):
        return f"{_path(criterion.path)} {criterion.operator} {value_text(criterion.value)}"
    if isinstance(criterion, Membership):
        return _membership(criterion)
    if isinstance(criterion, RelationTest):
        inner = "" if criterion.criterion is None else _criterion(criterion.criterion)
        return f"{_path(criterion.path)} {criterion.word} ({inner})"
    return _composed(criterion)


def _membership(membership: Membership) -> str:
    operator = "not_in" if membership.negated else "in"
    if membership.subquery is not None:
        inner = to_text(membership.subquery)
    else:
        inner = _listed(map(value_text, membership.choices))
    return f"{_path(membership.path)} {operator} ({inner})"


def _composed(criterion: Criterion) -> str:
    if isinstance(criterion, Not):
        return f"not {_enclosed(criterion.operand, And, Or)}"
    if isinstance(criterion, And):
        return " and ".join(_enclosed(one, And, Or) for one in criterion.operands)
    if isinstance(criterion, Or):
        return " or ".join(_enclosed(one, And, Or) for one in criterion.operands)
    raise TypeError(f"{type(criterion).__name__} is no criterion of a query")


def _enclosed(criterion: Criterion, *kinds: type) -> str:
    text = _criterion(criterion)
    return f"({text})" if isinstance(criterion, kinds) else text
