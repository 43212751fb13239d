"""Rows as they may be kept by somebody else: without stamps, naming other rows by their keys."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from ftrack_core.entity.rows import SERIALS, TYPE
from ftrack_core.entity.stamps import without_stamp

from ftrack_cache.hidden import is_secret

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ftrack_core.ports.cache import Key, Row

__all__ = ["plain_row", "plain_rows"]

_NESTED: Final = (dict, list)


def plain_rows(rows: Mapping[Key, Row]) -> dict[Key, Row]:
    """Return a copy of each row, without secrets; they share nothing with *rows*."""
    return {key: plain_row(row) for key, row in rows.items()}


def plain_row(row: Row) -> Row:
    """Return *row* without stamps and secrets; a row in it stays as its type and key.

    Rows lead to one another, in rings too. A row that has an ``id`` is found by it; one that has
    none has a key of several attributes, which no cache knows, and stays as it is.
    """
    plain = dict(row)
    plain.pop(SERIALS, None)
    for name in [name for name, value in plain.items() if value.__class__ in _NESTED]:
        plain[name] = _inner(plain[name])
    for name in _secrets(tuple(plain)):
        del plain[name]
    if TYPE in plain:
        plain[TYPE] = without_stamp(plain[TYPE])
    return plain


@lru_cache(maxsize=256)
def _secrets(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return which of the names of a row are those of secrets; there are few shapes of rows."""
    return tuple(filter(is_secret, names))


def _inner(value: Any) -> Any:
    if value.__class__ is list:
        return [_inner(one) for one in value]
    if value.__class__ is not dict:
        return value
    if TYPE in value and "id" in value:
        return {TYPE: without_stamp(value[TYPE]), "id": value["id"]}
    return plain_row(value)
