"""Mapped collections: rows with a key and a value, as a dictionary.

An entity keeps the view that was looked at, so that a loop does not make it anew for each key. The
view must not keep the entity in turn: the two would be a ring that only the garbage collector
finds. So it knows the entity by a weak reference, and the row it is over: where nobody holds the
entity but by its view, another one of the same row takes its place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping
from typing import TYPE_CHECKING, Any
from weakref import ref

from ftrack_core.errors import EntityError, did_you_mean
from ftrack_core.wire import decode_scalar

from .symbols import NOT_SET

if TYPE_CHECKING:
    from .entity import Entity

__all__ = ["CustomAttributes", "MappedCollection", "Overlay"]


class Overlay(dict[str, Any]):
    """What was assigned in a mapped attribute, by key; `NOT_SET` marks a key that was removed."""


_Found = tuple[Any, Mapping[str, Mapping[str, Any]], str]
"""What stood in a row, its items by key, and the name of their values."""

_NOTHING_FOUND: _Found = (object(), {}, "")


class MappedCollection(MutableMapping[str, Any]):
    """A live view of a mapped attribute such as ``metadata``; each key is a change of its own."""

    __slots__ = ("_entity_ref", "_found", "_name", "_of", "_row", "_work")

    def __init__(self, entity: Entity, name: str) -> None:
        self._entity_ref = ref(entity)
        self._of = entity._row  # noqa: SLF001 -- a mapped collection is a part of its entity
        self._work = entity._work  # noqa: SLF001
        self._name = name
        # What stands in the row: while it does, the entity gives the same view again.
        self._row: Any = self._of.get(name)
        self._found = _NOTHING_FOUND

    def __reduce__(self) -> Any:
        return type(self), (self._entity, self._name)

    @property
    def _entity(self) -> Entity:
        entity = self._entity_ref()
        if entity is None:
            entity = self._work.entity_of(self._of)
            self._entity_ref = ref(entity)
        return entity

    def known(self) -> dict[str, Any]:
        """Return what the server is known to have, whatever was assigned here."""
        entity, name = self._entity, self._name
        key, value, _ = entity.schema.mapped_items[name]
        rows = entity._row.get(name) or ()  # noqa: SLF001
        return {one[key]: self._decoded(one[key], one.get(value)) for one in rows}

    def _decoded(self, key: str, value: Any) -> Any:
        codecs = self._entity._codecs  # noqa: SLF001
        return (
            decode_scalar(value) if codecs is None else codecs.decode(f"{self._name}.{key}", value)
        )

    def _items(self) -> dict[str, Any]:
        merged = self.known()
        local = self._entity._local  # noqa: SLF001
        for key, value in (local or {}).get(self._name, {}).items():
            if value is NOT_SET:
                merged.pop(key, None)
            else:
                merged[key] = self._shown(key, value)
        return merged

    def _shown(self, key: str, assigned: Any) -> Any:
        codecs = self._entity._codecs  # noqa: SLF001
        return assigned if codecs is None else codecs.shown(f"{self._name}.{key}", assigned)

    def __getitem__(self, key: str) -> Any:
        # What a loop over thousands of entities does: one item is looked for, none is decoded.
        entity, name = self._entity_ref(), self._name
        if entity is None:
            entity = self._entity
        local = entity._local  # noqa: SLF001
        if local is not None and name in local:
            items = self._items()
            if key in items:
                return items[key]
            raise self._unknown(key)
        try:
            rows = entity._row[name]  # noqa: SLF001
        except KeyError:
            rows = None
        of_rows, by_key, value_name = self._found
        if of_rows is not rows:
            of_rows, by_key, value_name = self._found = self._find(rows)
        try:
            value = by_key[key][value_name]
        except KeyError:
            if key not in by_key:
                raise self._unknown(key) from None
            value = None
        is_plain = value.__class__ is not dict and entity._codecs is None  # noqa: SLF001
        return value if is_plain else self._decoded(key, value)

    def _find(self, rows: Any) -> _Found:
        """Return the items in *rows* by key; of several with one key the last one counts."""
        key_name, value_name, _ = self._entity.schema.mapped_items[self._name]
        return rows, {item[key_name]: item for item in rows or ()}, value_name

    def __setitem__(self, key: str, value: Any) -> None:
        codecs = self._entity._codecs  # noqa: SLF001
        if codecs is not None:
            value = codecs.encode(f"{self._name}.{key}", value)
        self._entity._work.record_mapped(self._entity, self._name, key, value)  # noqa: SLF001

    def __delitem__(self, key: str) -> None:
        if key not in self._items():
            raise KeyError(key)
        self._entity._work.record_mapped(self._entity, self._name, key, NOT_SET)  # noqa: SLF001

    def __iter__(self) -> Iterator[str]:
        return iter(self._items())

    def __len__(self) -> int:
        return len(self._items())

    def __repr__(self) -> str:
        return repr(self._items())

    def _unknown(self, key: str) -> KeyError:
        return KeyError(key)

    def replace(self, values: Mapping[str, Any]) -> None:
        """Make *values* the whole content: keys that are not in it are removed."""
        for key in set(self._items()) - set(values):
            del self[key]
        self.update(values)


class CustomAttributes(MappedCollection):
    """The custom attributes of an entity: the server says which keys there are."""

    __slots__ = ()

    def __setitem__(self, key: str, value: Any) -> None:
        if key not in self._items() and not self._entity._work.is_new(self._entity):  # noqa: SLF001
            raise self._unknown(key)
        super().__setitem__(key, value)

    def __delitem__(self, key: str) -> None:
        raise EntityError(
            f"custom attribute {key!r} cannot be removed from one entity; assign None instead"
        )

    def replace(self, values: Mapping[str, Any]) -> None:
        """Assign all *values*; keys that are not in it keep theirs."""
        self.update(values)

    def _unknown(self, key: str) -> KeyError:
        near = did_you_mean(key, self._items())
        return KeyError(f"{self._entity.entity_type} has no custom attribute {key!r}.{near}")
