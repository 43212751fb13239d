"""The members of an operation, checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ftrack_core.errors import did_you_mean

from . import failures

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from ftrack_core.errors import ServerError

__all__ = [
    "optional_boolean",
    "optional_text",
    "optional_texts",
    "optional_whole",
    "refuse_misspelt",
    "refuse_unknown",
    "single_key",
    "text",
]

_EVERYWHERE: Final = frozenset({"action", "metadata"})
"""What any operation may hold; its metadata are the client's own."""


def refuse_misspelt(operation: Mapping[str, Any], known: Collection[str]) -> None:
    """Raise for a member whose name is nearly one of *known*: what it says would be lost.

    Other members that nobody knows are left alone: a newer client may have more to say.
    """
    for name in _beyond(operation, known):
        if failures.is_misspelt(str(name), known):
            raise _unknown(operation, name, known)


def refuse_unknown(operation: Mapping[str, Any], known: Collection[str]) -> None:
    """Raise for any member that is not one of *known*."""
    for name in _beyond(operation, known):
        raise _unknown(operation, name, known)


def _beyond(operation: Mapping[str, Any], known: Collection[str]) -> list[str]:
    return [name for name in operation if name not in known and name not in _EVERYWHERE]


def _unknown(operation: Mapping[str, Any], name: str, known: Collection[str]) -> ServerError:
    return failures.invalid(
        f'The operation "{operation["action"]}" has no member "{failures.short(str(name))}"; '
        f"it has {', '.join(known)}.{did_you_mean(str(name), known)}"
    )


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


def optional_texts(operation: Mapping[str, Any], name: str) -> list[str] | None:
    """Return a member that is a list of texts, or null."""
    value = operation.get(name)
    if value is None:
        return None
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise _wrong(operation, name, "a list of texts or null")
    return value


def optional_whole(operation: Mapping[str, Any], name: str) -> int | None:
    """Return a member that is a whole number, not below zero, or null."""
    value = operation.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise _wrong(operation, name, "a whole number or null")
    return value


def optional_boolean(operation: Mapping[str, Any], name: str) -> bool:
    """Return a member that is true, false or null; null counts as false."""
    value = operation.get(name)
    if value is not None and not isinstance(value, bool):
        raise _wrong(operation, name, "true, false or null")
    return bool(value)


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
