"""The values of a query as a statement takes them; a value of the wrong kind is a ParseError."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ftrack_embedded.engine import failures, values

if TYPE_CHECKING:
    from collections.abc import Callable

    from ftrack_core.query.tree import Value

__all__ = ["boolean_or_none", "converter", "number_or_none", "pattern", "text_of", "time_or_none"]


def _number(text: str) -> float:
    return float(values.number_from_text(text))


_CONVERT: Final[dict[str, Callable[[str], Any]]] = {
    "boolean": values.boolean_from_text,
    "datetime": values.time_from_text,
    "integer": _number,
    "number": _number,
}


def converter(kind: str, name: str) -> Callable[[Value], Any]:
    """Return what makes a parameter of a value that is compared with a *kind* of attribute."""
    convert = _CONVERT.get(kind)
    if convert is None:
        return text_of

    def converted(value: Value) -> Any:
        try:
            return convert(value.text)
        except (ValueError, OverflowError):
            raise failures.parse_error(
                f"'{failures.short(value.text)}' is no {kind}, which '{name}' is compared with.",
                value.position,
            ) from None

    return converted


def text_of(value: Value) -> str:
    """Return the text of a value."""
    text = value.text
    if not text.isprintable() and any(map(_is_no_text, text)):
        raise failures.parse_error(
            "A value holds a NUL or half a character, which no text has.", value.position
        )
    return text


def _is_no_text(character: str) -> bool:
    return character == "\0" or "\ud800" <= character <= "\udfff"


def pattern(value: Value) -> str:
    """Return a pattern for LIKE; a backslash at its end stands for itself."""
    text = text_of(value)
    escapes = len(text) - len(text.rstrip("\\"))
    return text + "\\" if escapes % 2 else text


def number_or_none(value: Value) -> float | None:
    """Return the number that the text of a value holds, if it holds one."""
    try:
        return _number(value.text)
    except (ValueError, OverflowError):
        return None


def boolean_or_none(value: Value) -> bool | None:
    """Return the truth value that the text of a value holds, if it holds one."""
    try:
        return values.boolean_from_text(value.text)
    except ValueError:
        return None


def time_or_none(value: Value) -> str | None:
    """Return the time that the text of a value holds, as it is stored, if it holds one."""
    try:
        return values.time_from_text(value.text)
    except (ValueError, OverflowError):
        return None
