"""Checking the bounds a cache is given, which are numbers above nought."""

from __future__ import annotations

import math

from ftrack_core.errors import ConfigurationError

__all__ = ["checked_number", "checked_seconds"]


def checked_number(name: str, value: int) -> int:
    """Return *value* if it is a whole number above nought; else raise `ConfigurationError`."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ConfigurationError(f"{name} is a whole number above nought, not {value!r}")
    return value


def checked_seconds(value: float | None) -> float:
    """Return a time in seconds, infinite for None; raise `ConfigurationError` for another value."""
    if value is None:
        return math.inf
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not value > 0:
        raise ConfigurationError(f"seconds is a number above nought, or None, not {value!r}")
    return value
