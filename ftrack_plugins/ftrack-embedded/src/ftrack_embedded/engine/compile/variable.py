"""Comparisons of variable values: custom attributes, stored as JSON text of any kind.

What is compared follows what is stored: a number numerically, a text as text, a time as an instant,
a boolean as such; a list (an enumerator) is equal to each of its elements.
"""

from __future__ import annotations

import operator as python_operator
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    String,
    case,
    cast,
    false,
    func,
    literal,
    not_,
    null,
    or_,
    select,
)

from ftrack_embedded.engine import values

__all__ = ["compare_variable", "variable_among"]

Operator = Callable[[Any, Any], ColumnElement[bool]]

_OPERATORS: Final[Mapping[str, Operator]] = MappingProxyType(
    {
        "=": python_operator.eq,
        "!=": python_operator.ne,
        ">": python_operator.gt,
        "<": python_operator.lt,
        ">=": python_operator.ge,
        "<=": python_operator.le,
        "like": lambda left, right: left.like(right, escape="\\"),
        "not_like": lambda left, right: not_(left.like(right, escape="\\")),
    }
)
_NEGATIONS: Final[Mapping[str, str]] = MappingProxyType({"!=": "=", "not_like": "like"})


def compare_variable(stored: ColumnElement[Any], operator: str, text: str) -> ColumnElement[bool]:
    """Return the condition that a *stored* JSON text compares so with the *text* of a query."""
    negated = operator in _NEGATIONS
    test = _OPERATORS[_NEGATIONS.get(operator, operator)]
    kind = func.json_type(stored)
    matches = case(
        (kind == "text", _texts(stored, test, text)),
        (kind.in_(["integer", "real"]), _numbers(stored, test, text)),
        (kind.in_(["true", "false"]), _booleans(stored, test, text)),
        (kind == "array", _elements(stored, test, text)),
        (kind == "object", _times(stored, test, text)),
        else_=null(),
    )
    return not_(matches == literal(1)) if negated else matches == literal(1)


def variable_among(stored: ColumnElement[Any], texts: list[str]) -> ColumnElement[bool]:
    """Return the condition that a *stored* JSON text equals one of *texts*."""
    return or_(false(), *(compare_variable(stored, "=", text) for text in texts))


def _texts(stored: ColumnElement[Any], test: Operator, text: str) -> ColumnElement[bool]:
    value = func.json_extract(stored, "$")
    return test(func.lower(value), func.lower(text))


def _numbers(stored: ColumnElement[Any], test: Operator, text: str) -> ColumnElement[bool]:
    value = func.json_extract(stored, "$")
    if test is _OPERATORS["like"]:
        return test(cast(value, String), literal(text))
    try:
        return test(value, literal(values.number_from_text(text)))
    except ValueError:
        return false()


def _booleans(stored: ColumnElement[Any], test: Operator, text: str) -> ColumnElement[bool]:
    try:
        wanted = values.boolean_from_text(text)
    except ValueError:
        return false()
    return test(func.json_extract(stored, "$"), literal(int(wanted)))


def _times(stored: ColumnElement[Any], test: Operator, text: str) -> ColumnElement[bool]:
    try:
        wanted = values.time_from_text(text)
    except ValueError:
        return false()
    return test(func.json_extract(stored, "$.value"), wanted)


def _elements(stored: ColumnElement[Any], test: Operator, text: str) -> ColumnElement[bool]:
    element = func.json_each(stored).table_valued("value")
    return select(literal(1)).where(test(func.lower(element.c.value), func.lower(text))).exists()
