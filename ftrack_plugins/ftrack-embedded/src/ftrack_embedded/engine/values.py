"""Values on the wire, in storage and in the text of a query.

Times are stored as text, ``YYYY-MM-DDTHH:MM:SS`` in UTC; variable values as JSON text.
"""

from __future__ import annotations

import json
import math
from datetime import datetime, timezone
from typing import Any, Final

from ftrack_core.wire import parse_datetime

__all__ = [
    "boolean_from_text",
    "now",
    "number_from_text",
    "time_from_text",
    "time_from_wire",
    "untagged",
    "wire_time",
    "wire_variable",
]

_TRUE: Final = frozenset({"true", "1"})
_FALSE: Final = frozenset({"false", "0"})


def now() -> str:
    """Return the present time as it is stored."""
    return _stored(datetime.now(timezone.utc))


def time_from_text(text: str) -> str:
    """Return an ISO date or time as it is stored; ValueError if *text* is none."""
    return _stored(parse_datetime(text.strip()))


def time_from_wire(value: Any) -> str | None:
    """Return a written date or time as it is stored; ValueError or TypeError if it is none."""
    if isinstance(value, dict) and "value" not in value:
        raise TypeError(value)
    value = untagged(value)
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise TypeError(value)
    return time_from_text(value)


def untagged(value: Any) -> Any:
    """Return the text inside the tagged object of a date or time, and everything else as it is.

    The JavaScript client tags each text that reads like a time, whatever it is written to.
    """
    if isinstance(value, dict) and value.get("__type__") in ("datetime", "date"):
        return value.get("value")
    return value


def wire_time(stored: str | None) -> dict[str, str] | None:
    """Return a stored time as the tagged object of the wire."""
    return None if stored is None else {"__type__": "datetime", "value": stored}


def wire_variable(stored: str | None) -> Any:
    """Return the value that a stored JSON text stands for."""
    return None if stored is None else json.loads(stored)


def boolean_from_text(text: str) -> bool:
    """Return True or False; ValueError for any other word."""
    word = text.strip().lower()
    if word in _TRUE or word in _FALSE:
        return word in _TRUE
    raise ValueError(text)


def number_from_text(text: str) -> int | float:
    """Return the number a text holds, a whole one as int; ValueError if it holds none."""
    try:
        return int(text)
    except ValueError:
        number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def _stored(moment: datetime) -> str:
    return moment.replace(tzinfo=None).isoformat(timespec="seconds")
