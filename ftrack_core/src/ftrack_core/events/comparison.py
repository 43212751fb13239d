"""How a value in an expression compares with what an event holds.

The value is text. A number in the event is compared as a number with a value that reads as one;
everything else as text. Nothing here raises, whatever an event holds: one odd event must not keep
the others from their handlers.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from typing import Any

__all__ = ["comparison", "is_pattern"]

_Test = Callable[[Any], bool]

_NUMBER = re.compile(r"[+-]?[0-9]{1,300}(\.[0-9]{1,300})?", re.ASCII)
_ORDERS: dict[str, Callable[[Any, Any], bool]] = {
    ">": operator.gt,
    "<": operator.lt,
    ">=": operator.ge,
    "<=": operator.le,
}


def is_pattern(value: str) -> bool:
    """Whether *value* behind ``=`` asks for a part only: ``ftrack.*``."""
    return value.endswith("*")


def comparison(sign: str, value: str) -> Callable[[Any], bool]:
    """Return the test of what an event holds against *value*; *sign* is one of = != > < >= <=."""
    if sign == "=":
        return _containment(value[:-1]) if is_pattern(value) else _equality(value)
    if sign == "!=":
        equals = _equality(value)
        return lambda found: not equals(found)
    return _order(_ORDERS[sign], value)


def _equality(value: str) -> _Test:
    number = _number(value)

    def test(found: Any) -> bool:
        if isinstance(found, str):
            return found == value
        if isinstance(found, bool):
            return _text(found) == value.lower()
        if number is not None and isinstance(found, (int, float)):
            return found == number
        return _text(found) == value

    return test


def _containment(part: str) -> _Test:
    """The text, list or mapping that an event holds has to contain *part*, anywhere."""

    def test(found: Any) -> bool:
        if isinstance(found, str):
            return part in found
        if isinstance(found, (list, tuple, set, frozenset, Mapping)):
            return not part or part in found
        text = _text(found)
        return text is not None and part in text

    return test


def _order(holds: Callable[[Any, Any], bool], value: str) -> _Test:
    number = _number(value)

    def test(found: Any) -> bool:
        if isinstance(found, str):
            return holds(found, value)
        if number is not None and isinstance(found, (int, float)) and not isinstance(found, bool):
            return holds(found, number)
        text = _text(found)
        return text is not None and holds(text, value)

    return test


def _number(value: str) -> int | float | None:
    found = _NUMBER.fullmatch(value)
    if found is None:
        return None
    return float(value) if found.group(1) else int(value)


def _text(found: Any) -> str | None:
    """What *found* is as text; None for what has no value and for what consists of many."""
    if isinstance(found, bool):
        return "true" if found else "false"
    return str(found) if isinstance(found, (str, int, float)) else None
