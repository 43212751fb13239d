"""A value compared with a column, by what the column holds.

Texts compare without regard to case; identifiers exactly; times as instants.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Float,
    String,
    Text,
    and_,
    cast,
    false,
    not_,
    or_,
)

from ftrack_embedded.engine import failures

from .convert import converter, pattern
from .functions import folded, json_kind, listed
from .shape import Slot
from .variable import compare_variable, variable_among

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ftrack_core.query.tree import Value
    from sqlalchemy.types import TypeEngine

    from .arguments import Arguments

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
_TYPES: Final[dict[str, type[TypeEngine[Any]]]] = {
    "boolean": Boolean,
    "integer": Float,
    "number": Float,
}


@dataclass(frozen=True)
class Operand:
    """What stands on the left: an expression, *kind* of value it has and its *name* in the query.

    *kind* is ``id``, ``string``, ``integer``, ``number``, ``boolean``, ``datetime`` or
    ``variable``; *position* is where the name stands in the text.
    """

    expression: ColumnElement[Any]
    kind: str
    name: str
    position: int = -1

    def comparable(self) -> ColumnElement[Any]:
        """Return the expression as it is compared with another one."""
        return folded(self.expression) if self.kind == "string" else self.expression


def compare(
    arguments: Arguments, operand: Operand, operator: str, value: Value
) -> ColumnElement[bool]:
    """Return the condition ``operand operator value``."""
    if value.is_null:
        return _against_null(operand, operator)
    if operand.kind == "variable":
        return compare_variable(arguments, operand.expression, operator, _number_of(value))
    if operator in ("like", "not_like"):
        return _like(arguments, operand, operator, value)
    if operand.kind == "boolean" and operator not in _EQUALITY:
        raise _misused(operand, operator)
    return _ORDERING[operator](operand.comparable(), _literal(arguments, operand, value))


def contained(
    arguments: Arguments, operand: Operand, choices: Sequence[Value], negated: bool
) -> ColumnElement[bool]:
    """Return the condition that the operand is (not) one of *choices*, which may hold NULL.

    All choices that are not NULL are behind one slot.
    """
    slot = next(one for one in choices if isinstance(one, Slot))
    has_null = any(one.is_null for one in choices)
    among = _among(arguments, operand, slot.number)
    is_null = _against_null(operand, "=")
    if not negated:
        return or_(among, is_null) if has_null else among
    return and_(not_(among), not_(is_null)) if has_null else not_(among)


def _among(arguments: Arguments, operand: Operand, slot: int) -> ColumnElement[bool]:
    if operand.kind == "variable":
        return variable_among(arguments, operand.expression, slot)
    convert = converter(operand.kind, operand.name)

    def as_list(choices: Sequence[Value]) -> str:
        return json.dumps([convert(choice) for choice in choices])

    given = arguments.take(slot, as_list, Text())
    return operand.comparable().in_(listed(given, operand.kind))


def _against_null(operand: Operand, operator: str) -> ColumnElement[bool]:
    is_null: ColumnElement[bool] = operand.expression.is_(None)
    if operand.kind == "variable":
        is_null = or_(is_null, json_kind(operand.expression) == "null")
    if operator == "=":
        return is_null
    return not_(is_null) if operator == "!=" else false()


def _like(
    arguments: Arguments, operand: Operand, operator: str, value: Value
) -> ColumnElement[bool]:
    if operand.kind in ("boolean", "datetime"):
        raise _misused(operand, operator)
    is_text = operand.kind in ("string", "id")
    expression = operand.expression if is_text else cast(operand.expression, String)
    given = arguments.take(_number_of(value), pattern, Text())
    matches = folded(expression).like(folded(given), escape="\\")
    return matches if operator == "like" else not_(matches)


def _literal(arguments: Arguments, operand: Operand, value: Value) -> ColumnElement[Any]:
    kind = _TYPES.get(operand.kind, Text)()
    convert = converter(operand.kind, operand.name)
    given = arguments.take(_number_of(value), convert, kind)
    return folded(given) if operand.kind == "string" else given


def _number_of(value: Value) -> int:
    assert isinstance(value, Slot)
    return value.number


def _misused(operand: Operand, operator: str) -> Exception:
    return failures.parse_error(
        f"'{operator}' cannot be used with '{operand.name}', which is a {operand.kind}.",
        operand.position,
    )
