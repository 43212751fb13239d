"""A row cache that keeps its rows in a cache of values by key, whichever that is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ftrack_core.entity.rows import TYPE, key_parts
from ftrack_core.wire import encode

from ftrack_cache.base import Cache
from ftrack_cache.errors import CacheValueError
from ftrack_cache.proxy import ProxyCache

from .plain import plain_row, plain_rows

if TYPE_CHECKING:
    from ftrack_core.ports.cache import Key, Row

__all__ = ["KeyedRows"]


class KeyedRows:
    """Puts rows into *cache* under ``key_maker.key((type, [key]))``.

    Without a key maker of one's own these are texts, as a StringKeyMaker would make them if it had
    more time: ``('Task', ['a1'])``.

    What is put are copies: dicts of JSON values. *cache* has ``get``, ``set``, ``remove`` and
    ``keys`` at least. It belongs to whoever made it and stays open, unless *owned*: then nobody
    else uses it, and it gives new dicts each time.

    A value that cannot be read, or is no row of the type that was asked for, counts as not kept.
    """

    def __init__(self, cache: Any, key_maker: Any = None, *, owned: bool = False) -> None:
        self._cache: Cache = cache if isinstance(cache, Cache) else ProxyCache(cache)
        self._key_maker = key_maker
        self._owned = owned
        self._seconds: dict[str, float | None] = {}

    def __repr__(self) -> str:
        return f"<KeyedRows in {self._cache!r}>"

    def limit(self, entity_type: str, seconds: float | None) -> None:
        """Keep rows of *entity_type* for *seconds* from now on; None for the cache's own time."""
        self._seconds[entity_type] = seconds

    def get_many(self, entity_type: str, keys: Iterable[Key]) -> Mapping[Key, Row]:
        """Return the rows of one entity type that are kept for *keys*, and no others."""
        keys = list(keys)
        wanted = dict(zip(self._keys(entity_type, keys), keys, strict=True))
        found = {}
        for made, value in self._read(list(wanted)).items():
            row = value if self._owned else _row_of(value)
            if type(row) is dict and _is_of(row, entity_type, wanted[made]):
                found[wanted[made]] = row
        return found

    def put_page(self, entity_type: str, rows: Mapping[Key, Row]) -> None:
        """Keep copies of the rows of one entity type from one answer."""
        plain = plain_rows(rows)
        values = dict(zip(self._keys(entity_type, plain), plain.values(), strict=True))
        if values:
            self._cache.set_all(values, self._seconds.get(entity_type))

    def drop(self, entity_type: str, keys: Iterable[Key]) -> None:
        """Forget the rows for *keys*; unknown keys are no error."""
        self._cache.remove_all(self._keys(entity_type, keys))

    def clear(self) -> None:
        """Forget everything."""
        self._cache.clear()

    def close(self) -> None:
        """Close the cache if it is owned; else it is somebody else's."""
        if self._owned:
            self._cache.close()

    def _keys(self, entity_type: str, keys: Iterable[Key]) -> list[Any]:
        name = str(entity_type)
        if self._key_maker is not None:
            return [self._key_maker.key((name, key_parts(key))) for key in keys]
        head = f"({name!r}, "
        return [f"{head}{key_parts(key)})" for key in keys]

    def _read(self, keys: list[Any]) -> dict[Any, Any]:
        try:
            return self._cache.get_all(keys)
        except CacheValueError:
            return {key: value for key in keys for value in self._read_one(key)}

    def _read_one(self, key: Any) -> Iterable[Any]:
        try:
            return [self._cache.get(key)]
        except (KeyError, CacheValueError):
            return []


def _is_of(row: Row, entity_type: str, key: Key) -> bool:
    """Whether *row* is the one that was asked for: who knows who has written it."""
    return row.get(TYPE, entity_type) == entity_type and (
        not isinstance(key, str) or row.get("id", key) == key
    )


def _row_of(value: Any) -> Row | None:
    """Return the row that was kept: a dict, or an entity where the cache decodes into these."""
    if type(value) is dict:
        return plain_row(value)
    entity_type = getattr(value, "entity_type", None)
    if not isinstance(value, Mapping) or not isinstance(entity_type, str):
        return None
    row: Row = {TYPE: str(entity_type)}
    for name in value:
        row.update(_attribute(name, value[name]))
    return row


def _attribute(name: str, value: Any) -> Row:
    """Return one attribute of an entity in a row; none where it has no form of its own there."""
    try:
        wire = encode(value)
    except (TypeError, ValueError):
        return {}
    is_mapped = isinstance(wire, dict) and TYPE not in wire and "__type__" not in wire
    return {} if is_mapped else {name: wire}
