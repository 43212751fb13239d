"""Values as text: for people in a cell of a table, for programs in JSON and CSV."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ftrack_core.entity import NOT_SET, Entity
from ftrack_core.entity.rows import key_parts

__all__ = ["cell", "field", "key_of", "plain", "printable"]

_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""What moves the cursor, changes the terminal or turns the direction of writing around."""

_OF_LINK = {"id", "name", "type"}
"""What servers say of each entity on the way from the project to another one."""

_OF_URL = {"url", "value"}
"""What servers say of where a picture is; both are the same."""


def printable(text: str) -> str:
    """Return *text* in one line in which nothing acts on the terminal; it may be from strangers."""
    return _UNPRINTABLE.sub(lambda found: _escaped(found.group()), text)


def plain(value: Any) -> Any:
    """Return *value* as JSON can hold it; an entity is a reference to it, a moment is in UTC."""
    if value is NOT_SET:
        return None
    if value is None or isinstance(value, (str, int, float)):
        return value
    if isinstance(value, Entity):
        return value.__ftrack_reference__()
    if isinstance(value, (datetime.datetime, datetime.date)):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, Mapping):
        return {str(name): plain(one) for name, one in value.items()}
    if isinstance(value, Iterable) and not isinstance(value, (bytes, bytearray)):
        return [plain(one) for one in value]
    return str(value)


def field(value: Any) -> str:
    """Return *value* as a field of CSV: as it is, and nothing for no value."""
    return _joined(value, field) if _is_compound(value) else _scalar(plain(value))


def cell(value: Any) -> str:
    """Return *value* for people, in one line; moments are in UTC and as short as can be."""
    if _is_compound(value):
        return _joined(value, cell)
    if isinstance(value, datetime.datetime):
        return _moment(value)
    return printable(_scalar(plain(value)))


def key_of(entity: Entity) -> str:
    """Return the primary key as people write it: several parts are separated by commas."""
    return ",".join(key_parts(entity.key))


def _is_compound(value: Any) -> bool:
    return isinstance(value, Iterable) and not isinstance(value, (str, bytes, bytearray))


def _joined(value: Any, shown: Callable[[Any], str]) -> str:
    if isinstance(value, Entity):
        return key_of(value)
    if isinstance(value, dict) and set(value) == _OF_URL:
        return shown(value["url"])
    if isinstance(value, dict):
        return shown(json.dumps(plain(value), ensure_ascii=False))
    if isinstance(value, Mapping):
        return ", ".join(f"{shown(name)}={shown(one)}" for name, one in value.items())
    items = list(value)
    if items and all(isinstance(one, dict) and set(one) == _OF_LINK for one in items):
        return "/".join(shown(one["name"]) for one in items)
    return ", ".join(map(shown, items))


def _scalar(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


def _moment(value: datetime.datetime) -> str:
    if value.tzinfo is not None:
        value = value.astimezone(datetime.timezone.utc).replace(tzinfo=None)
    text = value.isoformat(" ")
    at_midnight = text.endswith(" 00:00:00")
    return text.removesuffix(" 00:00:00" if at_midnight else ":00")


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode()
