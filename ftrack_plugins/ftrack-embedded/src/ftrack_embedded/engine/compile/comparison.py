"""A value compared with a column, by what the column holds.

Texts compare without regard to ASCII case; identifiers exactly; times as instants.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    cast,
    false,
    func,
    not_,
    or_,
    select,
    true,
)

from ftrack_embedded.engine import failures, values

from .variable import compare_variable, variable_among

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ftrack_core.query.tree import Value

__all__ = ["Operand", "compare", "contained"]

_ORDERING: Final[dict[str, Callable[[Any, Any], ColumnElement[bool]]]] = {
    "=": lambda left, right: left == right,
    "!=": lambda left, right: left != right,
    ">": lambda left, right: left > right,
    "<": lambda left, right: left < right,
    ">=": lambda left, right: left >= right,
    "<=": lambda left, right: left <= right,
}
_EQUALITY: Final = ("=", "!=")
_MANY: Final = 1000


@dataclass(frozen=True)
class Operand:
    """What stands on the left: an expression, *kind* of value it has and its *name* in the query.

    *kind* is ``id``, ``string``, ``integer``, ``number``, ``boolean``, ``datetime`` or
    ``variable``.
    """

    expression: ColumnElement[Any]
    kind: str
    name: str

    def comparable(self) -> ColumnElement[Any]:
        """Return the expression as it is compared with another one."""
        return func.lower(self.expression) if self.kind == "string" else self.expression


def compare(operand: Operand, operator: str, value: Value) -> ColumnElement[bool]:
    """Return the condition ``operand operator value``."""
    if value.is_null:
        return _against_null(operand, operator)
    if operand.kind == "variable":
        return compare_variable(operand.expression, operator, value.text)
    if operator in ("like", "not_like"):
        return _like(operand, operator, value)
    if operand.kind == "boolean" and operator not in _EQUALITY:
        raise _misused(operand, operator)
    return _ORDERING[operator](operand.comparable(), _literal(operand, value))


def contained(operand: Operand, choices: Sequence[Value], negated: bool) -> ColumnElement[bool]:
    """Return the condition that the operand is (not) one of *choices*, which may hold NULL."""
    present = [choice for choice in choices if not choice.is_null]
    has_null = len(present) < len(choices)
    among = _among(operand, present) if present else false()
    if not negated:
        return or_(among, operand.expression.is_(None)) if has_null else among
    outside = not_(among) if present else true()
    return and_(outside, operand.expression.is_not(None)) if has_null else outside


def _among(operand: Operand, choices: Sequence[Value]) -> ColumnElement[bool]:
    if operand.kind == "variable":
        return variable_among(operand.expression, [choice.text for choice in choices])
    if len(choices) > _MANY:
        return operand.comparable().in_(_as_rows(operand, choices))
    return operand.comparable().in_([_literal(operand, choice) for choice in choices])


def _as_rows(operand: Operand, choices: Sequence[Value]) -> Select[Any]:
    """Hand over a long list as one JSON text: the number of parameters is limited."""
    if operand.kind in ("id", "string"):
        given: list[Any] = [choice.text for choice in choices]
    else:
        given = [_literal(operand, choice) for choice in choices]
    value = func.json_each(json.dumps(given)).table_valued("value").c.value
    return select(func.lower(value) if operand.kind == "string" else value)


def _against_null(operand: Operand, operator: str) -> ColumnElement[bool]:
    if operator == "=":
        return operand.expression.is_(None)
    if operator == "!=":
        return operand.expression.is_not(None)
    return false()


def _like(operand: Operand, operator: str, value: Value) -> ColumnElement[bool]:
    if operand.kind in ("boolean", "datetime"):
        raise _misused(operand, operator)
    is_text = operand.kind in ("string", "id")
    expression = operand.expression if is_text else cast(operand.expression, String)
    matches = expression.ilike(value.text, escape="\\")
    return matches if operator == "like" else not_(matches)


def _literal(operand: Operand, value: Value) -> Any:
    if operand.kind == "id":
        return value.text
    if operand.kind == "string":
        return func.lower(value.text)
    try:
        return _converted(operand, value.text)
    except ValueError:
        raise failures.parse_error(
            f"'{value.text}' is no {operand.kind}, which '{operand.name}' is compared with."
        ) from None


def _converted(operand: Operand, text: str) -> Any:
    if operand.kind == "boolean":
        return values.boolean_from_text(text)
    if operand.kind == "datetime":
        return values.time_from_text(text)
    return values.number_from_text(text)


def _misused(operand: Operand, operator: str) -> Exception:
    return failures.parse_error(
        f"'{operator}' cannot be used with '{operand.name}', which is a {operand.kind}."
    )
