"""Caches of entities, as scripts know them, over the kernel's cache of rows.

A session's cache has one layer that shows the entities that are alive. Further layers that a script
puts below it hold entities by a text; the kernel's rows are written to them and looked up in them.
"""

from __future__ import annotations

from ast import literal_eval
from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from typing import TYPE_CHECKING, Any

from ftrack_core.entity.rows import key_of, key_of_parts, key_parts
from ftrack_core.errors import FtrackError
from ftrack_core.wire import loads
from ftrack_core.work.decoding import decoded

from . import inspection

if TYPE_CHECKING:
    from ftrack_core.ports import Cache as RowCache

    from .session import Session

__all__ = ["EntityRows", "LivingEntities", "further_layers", "keep"]

Row = dict[str, Any]
Key = Any


def further_layers(session: Session) -> list[Any]:
    """Return the caches below the first one, which shows the living entities."""
    return list(getattr(session.cache, "caches", ())[1:])


class LivingEntities(MutableMapping[str, Any]):
    """The entities of a session that are alive, by the texts of its key maker."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._given: dict[str, Any] = {}

    def _by_key(self) -> dict[str, Any]:
        if self._session.closed:
            return {}
        work = self._session.kernel.work
        maker = self._session.cache_key_maker
        living: Iterable[Any] = work.store.identity
        found = {maker.key(inspection.identity(one)): one for one in living}
        return {**self._given, **found}

    def __getitem__(self, key: str) -> Any:
        found = self._given.get(key) or self._living(key)
        return self._by_key()[key] if found is None else found

    def _living(self, key: Any) -> Any | None:
        """Return the entity that a usual text names, without a look at all others."""
        try:
            entity_type, parts = literal_eval(key)
            named = key_of_parts(parts)
        except (SyntaxError, TypeError, ValueError):
            return None  # a key maker of somebody else's
        if self._session.closed:
            return None
        return self._session.kernel.work.store.identity.get(entity_type, named)

    def __setitem__(self, key: str, entity: Any) -> None:
        try:
            self._given[key] = self._session.merge(entity)
        except FtrackError:  # of another session, which made it and has not committed it
            self._given[key] = entity

    def __delitem__(self, key: str) -> None:
        entity = self._by_key()[key]
        self._given.pop(key, None)
        self._session.kernel.expunge(entity)

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_key())

    def __len__(self) -> int:
        return len(self._by_key())

    def clear(self) -> None:
        """Let go of all entities; what is pending stays."""
        self._given.clear()
        if self._session.closed:
            return
        work = self._session.kernel.work
        pending = set(map(id, work.changed_entities()))
        work.expunge([one for one in work.store.identity if id(one) not in pending])


class EntityRows:
    """The kernel's cache of rows of a session: *rows*, and the further layers of its cache."""

    def __init__(self, session: Session, rows: RowCache | None) -> None:
        self._session = session
        self._rows = rows

    def get_many(self, entity_type: str, keys: Iterable[Key]) -> Mapping[Key, Row]:
        """Return the rows that are kept, those of the further layers among them."""
        wanted = list(keys)
        found = dict(self._rows.get_many(entity_type, wanted)) if self._rows is not None else {}
        for layer in further_layers(self._session):
            for key in wanted:
                row = None if key in found else self._row_in(layer, entity_type, key)
                if row is not None:
                    found[key] = row
        return found

    def put_page(self, entity_type: str, rows: Mapping[Key, Row]) -> None:
        """Keep *rows*; in the further layers as entities, one by one."""
        if self._rows is not None:
            self._rows.put_page(entity_type, rows)
        for layer in further_layers(self._session):
            for key, row in rows.items():
                self._keep_row(layer, entity_type, key, row)

    def _keep_row(self, layer: Any, entity_type: str, key: Key, row: Row) -> None:
        """Write a row to a layer, with what the layer knows besides."""
        known = self._row_in(layer, entity_type, key) or {}
        entity = decoded(self._session.kernel.work, {**known, **row})
        layer.set(self._text(entity_type, key), entity)

    def drop(self, entity_type: str, keys: Iterable[Key]) -> None:
        """Forget the rows for *keys*."""
        several = list(keys)
        if self._rows is not None:
            self._rows.drop(entity_type, several)
        for layer in further_layers(self._session):
            for key in several:
                _remove(layer, self._text(entity_type, key))

    def clear(self) -> None:
        """Forget the rows; further layers keep theirs, as they outlive the session."""
        if self._rows is not None:
            self._rows.clear()

    def close(self) -> None:
        """Give up what the rows are kept in."""
        if self._rows is not None:
            self._rows.close()

    def _row_in(self, layer: Any, entity_type: str, key: Key) -> Row | None:
        try:
            entity = layer.get(self._text(entity_type, key))
        except KeyError:
            return None
        row: Row = loads(self._session.kernel.encode(entity, "persisted_only"))
        return row if key_of(entity.schema, row) == key else None

    def _text(self, entity_type: str, key: Key) -> Any:
        return self._session.cache_key_maker.key((entity_type, key_parts(key)))


def keep(session: Session, entity: Any, layers: Iterable[Any]) -> None:
    """Write *entity* to caches of entities."""
    text = session.cache_key_maker.key(inspection.identity(entity))
    for layer in layers:
        layer.set(text, entity)


def _remove(layer: Any, text: Any) -> None:
    try:
        layer.remove(text)
    except KeyError:
        return
