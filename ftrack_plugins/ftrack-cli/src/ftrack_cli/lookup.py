"""What a path leads to in entities that are here; nothing is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ftrack_core.entity import NOT_SET, Entity

__all__ = ["look"]

_NAMES_OF_ITEMS = ("key", "value")


def look(value: Any, path: Iterable[str]) -> Any:
    """Return what *path* leads to from *value*; None where it leads nowhere.

    Through a collection it leads to a list. In a mapping such as ``metadata`` a step is one of its
    keys; where it has no such key, ``key`` and ``value`` are the two sides of all its items.
    """
    steps = list(path)
    if value is None or value is NOT_SET:
        return None
    return _step(value, steps[0], steps[1:]) if steps else value


def _step(value: Any, name: str, rest: list[str]) -> Any:
    if isinstance(value, Entity):
        known = name in value.schema.attributes
        return look(value.loaded(name), rest) if known else None
    if isinstance(value, Mapping):
        return look(_in_mapping(value, name), rest)
    if isinstance(value, Iterable) and not isinstance(value, str):
        return [look(one, [name, *rest]) for one in value]
    return None


def _in_mapping(value: Mapping[str, Any], name: str) -> Any:
    if name in value or name not in _NAMES_OF_ITEMS:
        return value.get(name)
    return list(value) if name == "key" else list(value.values())
