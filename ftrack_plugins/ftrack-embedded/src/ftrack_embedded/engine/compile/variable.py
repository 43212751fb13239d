"""Comparisons of variable values: custom attributes, stored as JSON text of any kind.

What is compared follows what is stored: a number numerically, a text as text, a time as an instant,
a boolean as such; a list (an enumerator) is equal to each of its elements.
"""

from __future__ import annotations

import json
import operator as python_operator
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Float,
    String,
    Text,
    case,
    cast,
    false,
    func,
    literal,
    not_,
    null,
    select,
)

from .convert import boolean_or_none, number_or_none, pattern, text_of, time_or_none
from .functions import (
    elements,
    folded,
    json_boolean,
    json_kind,
    json_number,
    json_text,
    json_time,
    listed,
)

if TYPE_CHECKING:
    from ftrack_core.query.tree import Value

    from .arguments import Arguments

__all__ = ["compare_variable", "variable_among"]

Operator = Callable[[Any, Any], ColumnElement[bool]]

_OPERATORS: Final[Mapping[str, Operator]] = MappingProxyType(
    {
        "=": python_operator.eq,
        ">": python_operator.gt,
        "<": python_operator.lt,
        ">=": python_operator.ge,
        "<=": python_operator.le,
        "like": lambda left, right: left.like(right, escape="\\"),
    }
)
_NEGATIONS: Final[Mapping[str, str]] = MappingProxyType({"!=": "=", "not_like": "like"})


def compare_variable(
    arguments: Arguments, stored: ColumnElement[Any], operator: str, slot: int
) -> ColumnElement[bool]:
    """Return the condition that a *stored* JSON text compares so with a given value."""
    positive = _NEGATIONS.get(operator, operator)
    test = _OPERATORS[positive]
    if positive == "like":
        matches = _like(arguments, stored, test, slot)
    else:
        matches = _by_kind(
            stored,
            _texts(arguments, stored, test, slot),
            test(json_number(stored), arguments.take(slot, number_or_none, Float())),
            test(json_boolean(stored), arguments.take(slot, boolean_or_none, Boolean())),
            _elements(arguments, stored, test, slot),
            test(json_time(stored), arguments.take(slot, time_or_none, Text())),
        )
    return not_(matches) if operator in _NEGATIONS else matches


def variable_among(
    arguments: Arguments, stored: ColumnElement[Any], slot: int
) -> ColumnElement[bool]:
    """Return the condition that a *stored* JSON text equals one of the given values."""

    def given(convert: Callable[[Value], Any], kind: str) -> Any:
        def as_list(choices: Sequence[Value]) -> str:
            converted = (convert(choice) for choice in choices)
            return json.dumps([one for one in converted if one is not None])

        return listed(arguments.take(slot, as_list, Text()), kind)

    rows, element = elements(stored)
    holds_one = folded(element).in_(given(text_of, "string"))
    return _by_kind(
        stored,
        folded(json_text(stored)).in_(given(text_of, "string")),
        json_number(stored).in_(given(number_or_none, "number")),
        json_boolean(stored).in_(given(boolean_or_none, "boolean")),
        select(literal(1)).select_from(rows).where(holds_one).exists(),
        json_time(stored).in_(given(time_or_none, "datetime")),
        # Nothing is in an empty list: no value is not in it for certain, as with a column.
        cast(null(), Text).in_(given(text_of, "string")),
    )


def _by_kind(
    stored: ColumnElement[Any],
    text: ColumnElement[bool],
    number: ColumnElement[bool],
    boolean: ColumnElement[bool],
    array: ColumnElement[bool],
    time: ColumnElement[bool],
    nothing: ColumnElement[bool] | None = None,
) -> ColumnElement[bool]:
    """Choose the test by what is stored; one that the given value is unfit for fails.

    Where nothing is stored the result is *nothing*: by default NULL, as for a column.
    """
    kind = json_kind(stored)
    chosen: ColumnElement[bool] = case(
        (kind == "string", text),
        (kind == "number", func.coalesce(number, false())),
        (kind == "boolean", func.coalesce(boolean, false())),
        (kind == "array", array),
        (kind == "object", func.coalesce(time, false())),
        else_=cast(null(), Boolean) if nothing is None else nothing,
    )
    return chosen


def _like(
    arguments: Arguments, stored: ColumnElement[Any], test: Operator, slot: int
) -> ColumnElement[bool]:
    given = folded(arguments.take(slot, pattern, Text()))
    rows, element = elements(stored)
    in_list = select(literal(1)).select_from(rows).where(test(folded(element), given)).exists()
    is_text = test(folded(json_text(stored)), given)
    is_number = test(cast(json_number(stored), String), given)
    return _by_kind(stored, is_text, is_number, false(), in_list, false())


def _texts(
    arguments: Arguments, stored: ColumnElement[Any], test: Operator, slot: int
) -> ColumnElement[bool]:
    given = folded(arguments.take(slot, text_of, Text()))
    return test(folded(json_text(stored)), given)


def _elements(
    arguments: Arguments, stored: ColumnElement[Any], test: Operator, slot: int
) -> ColumnElement[bool]:
    given = folded(arguments.take(slot, text_of, Text()))
    rows, element = elements(stored)
    return select(literal(1)).select_from(rows).where(test(folded(element), given)).exists()
