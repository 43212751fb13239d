"""The members of an operation, checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import failures

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ftrack_core.errors import ServerError

__all__ = ["optional_text", "optional_whole", "single_key", "text"]


def text(operation: Mapping[str, Any], name: str) -> str:
    """Return a member that has to be a text, and not an empty one."""
    value = operation.get(name)
    if not isinstance(value, str) or not value:
        raise _wrong(operation, name, "a text")
    return value


def optional_text(operation: Mapping[str, Any], name: str) -> str | None:
    """Return a member that is a text or null; an empty one counts as null."""
    value = operation.get(name)
    if value is not None and not isinstance(value, str):
        raise _wrong(operation, name, "a text or null")
    return value or None


def optional_whole(operation: Mapping[str, Any], name: str) -> int | None:
    """Return a member that is a whole number, not below zero, or null."""
    value = operation.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise _wrong(operation, name, "a whole number or null")
    return value


def single_key(operation: Mapping[str, Any], name: str = "entity_key") -> str:
    """Return the id in a member that holds it bare or as a list of one."""
    value = operation.get(name)
    if isinstance(value, (list, tuple)) and len(value) == 1:
        value = value[0]
    if not isinstance(value, str) or not value:
        raise _wrong(operation, name, "an id")
    return value


def _wrong(operation: Mapping[str, Any], name: str, expected: str) -> ServerError:
    return failures.invalid(
        f'"{name}" of {operation["action"]} must be {expected}, not {operation.get(name)!r:.80}.'
    )
