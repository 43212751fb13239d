"""The kinds of custom attributes: which values each of them takes."""

from __future__ import annotations

import json
import math
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from ftrack_embedded.engine import failures
from ftrack_embedded.engine.values import time_from_wire, untagged, wire_time

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["menu_entries", "value_of_kind"]


def value_of_kind(key: str, kind: str, config: str | None, value: Any) -> Any:
    """Return *value* as an attribute of that *kind* keeps it; another is a ValidationError.

    *config* is the JSON text of the configuration, which holds the menu of an enumerator. A kind
    that is not known takes everything.
    """
    expected, convert = _KINDS.get(kind, ("any", lambda given: given))
    try:
        converted = convert(value)
    except (TypeError, ValueError, OverflowError):
        raise failures.invalid(
            f'Custom attribute value for "{key}" must be of type {expected}. '
            f'Got "{value}" of type {type(value).__name__}.'
        ) from None
    if kind == "enumerator":
        _check_choices(key, config, converted)
    return converted


def _check_choices(key: str, config: str | None, chosen: list[str]) -> None:
    menu, is_multiple = _menu(config)
    unknown = [one for one in chosen if menu and one not in menu]
    if unknown:
        raise failures.invalid(
            f'Custom attribute value for "{key}" must be of {", ".join(menu)}. Got "{unknown[0]}".'
        )
    if len(chosen) > 1 and not is_multiple:
        raise failures.invalid(f'Custom attribute "{key}" takes one value. Got {len(chosen)}.')


def _menu(config: str | None) -> tuple[list[str], bool]:
    """Return the values that may be chosen, and whether several; what cannot be read allows all."""
    try:
        options = json.loads(config or "")
        entries = menu_entries(options.get("data")) or []
        return [entry["value"] for entry in entries], bool(options.get("multiSelect", True))
    except (AttributeError, ValueError):
        return [], True


def menu_entries(data: Any) -> list[dict[str, str]] | None:
    """Return the entries of a menu from its JSON text; None if that is no menu."""
    try:
        entries = json.loads(data)
    except (TypeError, ValueError):
        return None
    is_menu = isinstance(entries, list) and all(map(_is_entry, entries))
    return entries if is_menu else None


def _is_entry(entry: Any) -> bool:
    return isinstance(entry, dict) and all(
        isinstance(entry.get(name), str) for name in ("menu", "value")
    )


def _text(value: Any) -> str:
    value = untagged(value)
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _number(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise TypeError(value)
    return value


def _boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError(value)
    return value


def _choices(value: Any) -> list[str]:
    chosen = [value] if isinstance(value, str) else value
    if not isinstance(chosen, list) or not all(isinstance(one, str) for one in chosen):
        raise TypeError(value)
    return chosen


def _date(value: Any) -> Any:
    return wire_time(time_from_wire(value))


_KINDS: Final[Mapping[str, tuple[str, Callable[[Any], Any]]]] = MappingProxyType(
    {
        "boolean": ("boolean", _boolean),
        "date": ("date", _date),
        "dynamic enumerator": ("list", _choices),
        "enumerator": ("list", _choices),
        "expression": ("text", _text),
        "number": ("number", _number),
        "text": ("text", _text),
        "url": ("text", _text),
    }
)
