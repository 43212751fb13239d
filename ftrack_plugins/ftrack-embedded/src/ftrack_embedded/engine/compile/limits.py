"""How much one query may ask.

A query beyond a limit is a ParseError that says where and which; what a database finds too much all
the same is told in the same way.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from ftrack_core.query.tree import (
    Aggregate,
    And,
    Comparison,
    Criterion,
    Membership,
    Not,
    Or,
    Query,
    RelationTest,
)
from sqlalchemy.exc import DBAPIError

from ftrack_embedded.engine import failures

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ftrack_core.query.tree import Path

__all__ = ["check_limits", "told_at_limits"]

_MOST_STEPS: Final = 30
"""Steps of one path: SQLite joins at most 64 tables, and a step takes one or two."""
_MOST_KEYS: Final = 500
"""Aggregates, and attributes to order or to group by."""
_MOST_CONDITIONS: Final = 20_000
_MOST_TESTS: Final = 2_000
"""Conditions on related entities; SQLite plans each beside all others."""
_TOO_DEEP: Final = (
    "The query is nested too deeply: ask tests within tests as one path, or in two queries."
)
_REASONS: Final = (
    ("parser stack overflow", _TOO_DEEP),
    ("stack depth limit", _TOO_DEEP),
    ("xpression tree is too large", _TOO_DEEP),
    ("pattern too complex", "A pattern of 'like' is too long."),
    ("tables in a join", "The query leads over too many relations."),
)
"""What databases say, and what it means."""
_SAYINGS: Final = ("too many", "number of parameters must be", "string or blob too big")
"""How databases begin to say that a statement is too large."""
_PROGRAM_LIMIT: Final = "54"
"""The class of PostgreSQL's codes for what is more than it can take."""


def check_limits(query: Query) -> None:
    """Raise a ParseError where a query asks more than is answered."""
    conditions = tests = 0
    for node, _ in _walk(query):
        if isinstance(node, Query):
            _check_query(node)
        elif isinstance(node, (Comparison, Membership, RelationTest)):
            _check_path(node.path)
            conditions += 1
            tests += _asks_others(node)
            if conditions > _MOST_CONDITIONS:
                raise _too_many("conditions", _MOST_CONDITIONS, node.position)
            if tests > _MOST_TESTS:
                raise _too_many("conditions on related entities", _MOST_TESTS, node.position)


@contextmanager
def told_at_limits(query: Query) -> Iterator[None]:
    """Tell as a ParseError what is too much for the database, or too deep to be compiled."""
    try:
        yield
    except RecursionError:
        raise failures.parse_error(_TOO_DEEP, _deepest(query)) from None
    except DBAPIError as error:
        reason = _reason(error)
        if reason is None:
            raise
        raise failures.parse_error(reason, _deepest(query)) from error


def _reason(error: DBAPIError) -> str | None:
    said = str(error.orig)
    for phrase, reason in _REASONS:
        if phrase in said:
            return reason
    code = getattr(error.orig, "sqlstate", None) or ""
    if code.startswith(_PROGRAM_LIMIT) or any(said.startswith(one) for one in _SAYINGS):
        return "The query is too large for the database. Take it apart."
    return None


def _asks_others(node: Comparison | Membership | RelationTest) -> bool:
    if isinstance(node, RelationTest) or len(node.path.steps) > 1:
        return True
    return isinstance(node, Membership) and node.subquery is not None


def _check_query(query: Query) -> None:
    aggregates = [one for one in query.projections if isinstance(one, Aggregate)]
    plain = [one for one in query.projections if not isinstance(one, Aggregate)]
    measured = [one.path for one in aggregates]
    sorted_by = [item.path for item in query.order_by]
    for path in (*plain, *measured, *query.group_by, *sorted_by):
        _check_path(path)
    _check_number("aggregates", measured)
    _check_number("attributes to group by", query.group_by)
    _check_number("attributes to order by", sorted_by)


def _check_number(what: str, paths: Sequence[Path]) -> None:
    if len(paths) > _MOST_KEYS:
        raise _too_many(what, _MOST_KEYS, paths[_MOST_KEYS].position)


def _check_path(path: Path) -> None:
    if len(path.steps) > _MOST_STEPS:
        raise _too_many("steps in a path", _MOST_STEPS, path.steps[_MOST_STEPS].position)


def _too_many(what: str, most: int, position: int) -> Exception:
    return failures.parse_error(f"Too many {what}: at most {most:,} are answered.", position)


def _deepest(query: Query) -> int:
    """Return the position of what is nested deepest."""
    depths = ((depth, node.position) for node, depth in _walk(query) if hasattr(node, "position"))
    return max(depths, key=lambda one: one[0])[1]


def _walk(query: Query) -> Iterator[tuple[Criterion | Query, int]]:
    """Yield the query, its subqueries and all criteria in the order of the text, with the depth."""
    left: list[tuple[Criterion | Query, int]] = [(query, 0)]
    while left:
        node, depth = left.pop()
        yield node, depth
        left += ((one, depth + 1) for one in reversed(_parts(node)))


def _parts(node: Criterion | Query) -> tuple[Criterion | Query, ...]:
    if isinstance(node, (And, Or)):
        return node.operands
    if isinstance(node, Not):
        return (node.operand,)
    if isinstance(node, Membership):
        return () if node.subquery is None else (node.subquery,)
    inner = node.criterion if isinstance(node, (Query, RelationTest)) else None
    return () if inner is None else (inner,)
