"""Scalars that are written: checked against their type and turned into what is stored."""

from __future__ import annotations

import json
import math
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from ftrack_embedded.engine import failures
from ftrack_embedded.engine.values import time_from_wire, untagged

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ftrack_embedded.model.description import Attribute

__all__ = ["has_fraction", "stored_scalar"]

_EXPECTED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "boolean": "a boolean",
        "datetime": "a date and time",
        "integer": "a whole number",
        "number": "a number",
        "string": "a text",
    }
)


def stored_scalar(entity_type: str, attribute: Attribute, value: Any) -> Any:
    """Return a written *value* as it is stored; one of the wrong type is a ValidationError."""
    if value is None:
        return None
    try:
        return _CONVERSIONS[attribute.data_type](value)
    except (TypeError, ValueError, OverflowError):
        expected = _EXPECTED.get(attribute.data_type, "a value of JSON")
        raise failures.bad_value(attribute.name, entity_type, expected, value) from None


def has_fraction(attribute: Attribute, written: Any) -> bool:
    """Return whether a time was *written* with a fraction of a second.

    It is answered as it was sent, although only whole seconds are stored.
    """
    is_time = attribute.data_type == "datetime" and isinstance(written, dict)
    return is_time and "." in str(written.get("value"))


def _text(value: Any) -> str:
    value = untagged(value)
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or int(value) != value:
        raise TypeError(value)
    return int(value)


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise TypeError(value)
    return float(value)


def _boolean(value: Any) -> bool:
    if value not in (0, 1):
        raise TypeError(value)
    return bool(value)


_CONVERSIONS: Final[Mapping[str, Callable[[Any], Any]]] = MappingProxyType(
    {
        "boolean": _boolean,
        "datetime": time_from_wire,
        "integer": _whole,
        "number": _number,
        "object": json.dumps,
        "string": _text,
        "variable": json.dumps,
    }
)
