"""Mapped collections: rows with a key and a value, as a dictionary.

An entity keeps the view that was looked at, so that a loop does not make it anew for each key. Such
a view must not keep the entity in turn: the two would be a ring that only the garbage collector
finds. So it knows the entity by a weak reference: where nobody holds the entity but by its view,
another one with the same key takes its place, and that one the view holds. Views of other classes,
which a plugin may have made, are not kept, and hold their entity.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from typing import TYPE_CHECKING, Any
from weakref import ref

from ftrack_core.errors import EntityError, UnknownCustomAttributeError
from ftrack_core.wire import decode_scalar

from .symbols import NOT_SET

if TYPE_CHECKING:
    from .entity import Entity

__all__ = ["KEPT_VIEWS", "CustomAttributes", "MappedCollection", "Overlay", "checked_mapping"]


class Overlay(dict[str, Any]):
    """What was assigned in a mapped attribute, by key; `NOT_SET` marks a key that was removed."""


def checked_mapping(entity_type: str, name: str, values: Any) -> Mapping[str, Any]:
    """Return *values* if they can be those of the mapped attribute *name*.

    Raises `EntityError` for what is no mapping, and for keys that are no texts.
    """
    if not isinstance(values, Mapping):
        raise EntityError(f"{entity_type}.{name} takes a dictionary, not {values!r}")
    for key in values:
        if not isinstance(key, str):
            raise EntityError(f"{entity_type}.{name} takes texts as keys, not {key!r}")
    return values


_Found = tuple[Any, Mapping[str, Mapping[str, Any]], str]
"""What stood in a row, its items by key, and the name of their values."""

_NOTHING_FOUND: _Found = (object(), {}, "")


class MappedCollection(MutableMapping[str, Any]):
    """A live view of a mapped attribute such as ``metadata``; each key is a change of its own."""

    __slots__ = ("_entity_ref", "_found", "_holds", "_key", "_name", "_row", "_work")

    def __init__(self, entity: Entity, name: str) -> None:
        self._entity_ref = ref(entity)
        self._name = name
        self._found = _NOTHING_FOUND
        # The items as they stand in the entity's row: the entity gives the same view again while
        # they do. It asks so of whatever it keeps, and of a reference it is the row.
        self._row: Any = None
        self._holds: Entity | None = entity
        if self.__class__ in KEPT_VIEWS:
            self._row = entity._row.get(name)  # noqa: SLF001 -- a mapped collection is a part of it
            self._holds = None
            self._key = entity.__ftrack_reference__()
            self._work = entity._work  # noqa: SLF001

    def __reduce_ex__(self, protocol: Any) -> Any:
        if self.__class__ not in KEPT_VIEWS:
            return super().__reduce_ex__(protocol)
        return type(self), (self._entity, self._name)

    @property
    def _entity(self) -> Entity:
        """The entity; where it is gone another one with its key is made, which knows nothing yet.

        What was assigned is not lost: the change log holds the entities it tells of.
        """
        entity = self._entity_ref()
        if entity is None:
            entity = self._holds = self._work.entity_of(dict(self._key))
            self._entity_ref = ref(entity)
        return entity

    def _rows(self) -> Sequence[Mapping[str, Any]]:
        """Return the items; they are loaded where the entity does not have them any more."""
        entity, name = self._entity, self._name
        row = entity._row  # noqa: SLF001
        return (row[name] if name in row else entity._load(name)) or ()  # noqa: SLF001

    def known(self) -> dict[str, Any]:
        """Return what the server is known to have, whatever was assigned here."""
        return self._decoded_items(self._entity._row.get(self._name) or ())  # noqa: SLF001

    def _decoded_items(self, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        key, value, _ = self._entity.schema.mapped_items[self._name]
        return {one[key]: self._decoded(one[key], one.get(value)) for one in rows}

    def _decoded(self, key: str, value: Any) -> Any:
        codecs = self._entity._codecs  # noqa: SLF001
        return (
            decode_scalar(value) if codecs is None else codecs.decode(f"{self._name}.{key}", value)
        )

    def _items(self) -> dict[str, Any]:
        merged = self._decoded_items(self._rows())
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
        # A loop over thousands of entities does this: what is nearly always so takes no call.
        entity = self._entity_ref()
        if entity is not None and entity._local is None and entity._codecs is None:  # noqa: SLF001
            of_rows, items, value_name = self._found
            try:
                if entity._row[self._name] is of_rows:  # noqa: SLF001
                    value = items[key][value_name]
                    if value.__class__ is not dict:
                        return value
            except KeyError:
                pass
        return self._looked_up(key)

    def _looked_up(self, key: str) -> Any:
        """Return the value of *key*: no item is decoded but the one that is asked for."""
        entity, name = self._entity, self._name
        local = entity._local  # noqa: SLF001
        if local is not None and name in local:
            items = self._items()
            if key in items:
                return items[key]
            raise self._unknown(key)
        rows = self._rows()
        of_rows, by_key, value_name = self._found
        if of_rows is not rows:
            by_key, value_name = self._find(rows, key)
        if key not in by_key:
            raise self._unknown(key)
        return self._decoded(key, by_key[key].get(value_name))

    def _find(
        self, rows: Sequence[Mapping[str, Any]], key: str
    ) -> tuple[Mapping[str, Mapping[str, Any]], str]:
        """Return the items in *rows* by key, and the name of their values.

        Of several with one key the last one counts. They are kept for the next look, but for a
        view that was made for one look: of that one *key* is all that is found.
        """
        key_name, value_name, _ = self._entity.schema.mapped_items[self._name]
        if self.__class__ in KEPT_VIEWS:
            by_key = {item[key_name]: item for item in rows}
            self._found = (rows, by_key, value_name)
            return by_key, value_name
        item = next((one for one in reversed(rows) if one[key_name] == key), None)
        return ({} if item is None else {key: item}), value_name

    def __setitem__(self, key: str, value: Any) -> None:
        entity = self._entity
        codecs = entity._codecs  # noqa: SLF001
        if codecs is not None:
            value = codecs.encode(f"{self._name}.{key}", value)
        entity._work.record_mapped(entity, self._name, key, value)  # noqa: SLF001

    def __delitem__(self, key: str) -> None:
        if key not in self._items():
            raise KeyError(key)
        entity = self._entity
        entity._work.record_mapped(entity, self._name, key, NOT_SET)  # noqa: SLF001

    def __iter__(self) -> Iterator[str]:
        return iter(self._items())

    def __len__(self) -> int:
        return len(self._items())

    def __repr__(self) -> str:
        return repr(self._items())

    def _unknown(self, key: str) -> KeyError:
        return KeyError(key)

    def update(self, *values: Any, **named: Any) -> None:
        """Assign several keys; none of them where one of them has to be refused."""
        self._assign(self._checked(dict(*values, **named)))

    def replace(self, values: Mapping[str, Any]) -> None:
        """Make *values* the whole content: keys that are not in it are removed."""
        checked = self._checked(values)
        for key in set(self._items()) - set(checked):
            del self[key]
        self._assign(checked)

    def _assign(self, checked: Mapping[str, Any]) -> None:
        for key, value in checked.items():
            self[key] = value

    def _checked(self, values: Any) -> Mapping[str, Any]:
        return checked_mapping(self._entity.entity_type, self._name, values)


class CustomAttributes(MappedCollection):
    """The custom attributes of an entity: the server says which keys there are."""

    __slots__ = ()

    def __setitem__(self, key: str, value: Any) -> None:
        self._require(key)
        super().__setitem__(key, value)

    def __delitem__(self, key: str) -> None:
        raise EntityError(
            f"custom attribute {key!r} cannot be removed from one entity; assign None instead"
        )

    def replace(self, values: Mapping[str, Any]) -> None:
        """Assign all *values*; keys that are not in it keep theirs."""
        self._assign(self._checked(values))

    def _checked(self, values: Any) -> Mapping[str, Any]:
        checked = super()._checked(values)
        for key in checked:
            self._require(key)
        return checked

    def _require(self, key: str) -> None:
        """Raise `UnknownCustomAttributeError` unless the entity has a custom attribute *key*."""
        entity = self._entity
        if key in self._items():
            return
        if not entity._work.is_new(entity):  # noqa: SLF001
            raise self._unknown(key)
        entity._work.configuration_of(entity, key)  # noqa: SLF001

    def _unknown(self, key: str) -> KeyError:
        return UnknownCustomAttributeError(self._entity.entity_type, key, self._items())


KEPT_VIEWS = frozenset({MappedCollection, CustomAttributes})
"""Which an entity keeps, and which do not keep the entity."""
