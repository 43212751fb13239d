"""Custom attribute values as they are written through their owner."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

__all__ = ["CustomItem", "read_custom_items"]

_EXPECTED: Final = "a list of objects with a key or a configuration_id, and a value"


@dataclass(frozen=True)
class CustomItem:
    """One value, for the configuration of this id or, without one, of this key."""

    configuration_id: str | None
    key: str | None
    value: Any


def read_custom_items(written: Any) -> list[CustomItem]:
    """Return the values in a list; items without one, as clients send them, change nothing.

    Raises TypeError with what is expected for everything else.
    """
    items = [] if written is None else written
    if not isinstance(items, list) or not all(map(_is_item, items)):
        raise TypeError(_EXPECTED)
    return [
        CustomItem(item.get("configuration_id"), item.get("key"), item["value"])
        for item in items
        if "value" in item
    ]


def _is_item(item: Any) -> bool:
    if not isinstance(item, Mapping):
        return False
    given = [item[name] for name in ("configuration_id", "key") if item.get(name) is not None]
    return bool(given) and all(isinstance(one, str) for one in given)
