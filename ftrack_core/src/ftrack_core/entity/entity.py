"""Entities: dict-like objects over the rows of a server."""

from __future__ import annotations

from collections import deque
from collections.abc import ItemsView, Iterator, KeysView, MutableMapping, ValuesView
from itertools import repeat
from typing import TYPE_CHECKING, Any, ClassVar, Final

from ftrack_core.errors import (
    ComputedAttributeError,
    EntityError,
    ImmutableAttributeError,
)
from ftrack_core.schema import AttributeKind
from ftrack_core.wire import decode_scalar

from .collection import Collection, each_once
from .mapped import KEPT_VIEWS, CustomAttributes, MappedCollection, Overlay
from .rows import TYPE, key_of, key_parts
from .symbols import NOT_SET
from .twins import following

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ftrack_core.schema import EntitySchema

    from .coded import Codecs
    from .rows import Key
    from .work import Work

__all__ = [
    "Entity",
    "forget_seen",
    "make_entities",
    "make_entity",
    "set_local",
    "set_luggage",
    "set_row",
]

_PLAIN = frozenset({str, int, float, bool, type(None), type(NOT_SET)})
_COLLECTION = AttributeKind.COLLECTION
_MAPPED = AttributeKind.MAPPED
_NO_DEFAULT: Final = object()


class Entity(MutableMapping[str, Any]):
    """One row of the server: read and write its attributes by name.

    An attribute that was not asked for is loaded when it is read, for all entities that came along
    with this one. What is assigned stays here until the session commits.
    """

    # __dict__ and __weakref__ are named so that a class can be mixed into one instance.
    __slots__ = ("__dict__", "__weakref__", "_local", "_luggage", "_row", "_seen")

    schema: ClassVar[EntitySchema]
    entity_type: ClassVar[str]
    collection_class: ClassVar[type[Collection]] = Collection
    """What a collection attribute is seen as; a base class of a plugin may say another one."""

    _row: dict[str, Any]
    _luggage: Any
    _local: dict[str, Any] | None
    _seen: dict[str, Entity | MappedCollection] | None
    # The class's until an instance has its own.
    _work: Work
    _codecs: ClassVar[Codecs | None] = None

    @property
    def session(self) -> Any:
        """The session this entity belongs to."""
        return self._work.session

    @property
    def key(self) -> Key:
        """The primary key: a text, or a tuple of texts where it has several parts."""
        return key_of(self.schema, self._row)

    def __getitem__(self, name: str) -> Any:
        if self._local is not None and (assigned := self._local_value(name)) is not NOT_SET:
            return assigned
        try:
            value = self._row[name]
        except KeyError:
            value = self._load(name)
        if value.__class__ is str or value.__class__ in _PLAIN:  # most values are texts
            return value
        seen = self._seen
        if seen is not None and name in seen:
            target = seen[name]
            if target._row is value:  # noqa: SLF001 -- that row is still there
                return target
        return self._present(name, value)

    def __setitem__(self, name: str, value: Any) -> None:
        schema = self.schema
        if value is NOT_SET:
            del self[name]
            return
        if name in schema.free_scalars:
            self._work.record_update(self, name, value)
            return
        attribute = schema.attribute(name)
        if attribute.computed:
            raise ComputedAttributeError(self.entity_type, name)
        is_key = name in schema.primary_key
        if is_key or (attribute.immutable and not self._work.is_new(self)):
            raise ImmutableAttributeError(self.entity_type, name)
        kind = attribute.kind
        if kind is _MAPPED:
            self[name].replace({} if value is None else value)
            return
        if kind is _COLLECTION:
            value = each_once(value)
        self._work.record_update(self, name, value)

    def __delitem__(self, name: str) -> None:
        self.schema.attribute(name)
        self._work.record_update(self, name, NOT_SET)

    def __iter__(self) -> Iterator[str]:
        attributes = self.schema.attributes.items()
        return (name for name, attribute in attributes if not attribute.restricted)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def keys(self) -> KeysView[str]:
        """Return the names of all attributes.

        ``dict(entity)`` goes through them and then reads each, so going through them loads what is
        not here, in one request. Iterating the entity itself gives the names for nothing.
        """
        return _Names(self)

    def items(self) -> ItemsView[str, Any]:
        """Return names and values; what is not here is loaded in one request."""
        self._work.load_all(self)
        return super().items()

    def values(self) -> ValuesView[Any]:
        """Return the values; what is not here is loaded in one request."""
        self._work.load_all(self)
        return super().values()

    def update(self, *values: Any, **named: Any) -> None:
        """Assign several attributes; none of them where one of the names is unknown."""
        given = dict(*values, **named)
        for name in given:
            self.schema.attribute(name)
        for name, value in given.items():
            self[name] = value

    def clear(self) -> None:
        """Refuse: an entity keeps its attributes."""
        raise EntityError("an entity keeps its attributes; session.rollback takes changes back")

    def pop(self, name: str, default: Any = _NO_DEFAULT) -> Any:
        """Take one change back and return what was seen before; of a live view a copy.

        *default* is for a name that is no attribute, which is a KeyError without.
        """
        if name not in self and default is not _NO_DEFAULT:
            return default
        value = self[name]
        if isinstance(value, Collection):
            value = list(value)
        elif isinstance(value, MappedCollection):
            value = dict(value)
        del self[name]
        return value

    def popitem(self) -> tuple[str, Any]:
        """Refuse: an entity keeps its attributes."""
        raise EntityError(
            "an entity keeps its attributes; `del entity[name]` takes one change back"
        )

    def __contains__(self, name: object) -> bool:
        return name in self.schema.attributes

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if not isinstance(other, Entity):
            return NotImplemented
        return self.entity_type == other.entity_type and self.key == other.key

    def __hash__(self) -> int:
        return hash((self.entity_type, self.key))

    def __repr__(self) -> str:
        local, row = self._local or {}, self._row
        shown = local.get("name", row.get("name")) if "name" in self.schema.attributes else None
        label = f" {shown!r}" if isinstance(shown, str) and shown else ""
        return f"<{self.entity_type}{label} ({', '.join(key_parts(self.key))})>"

    def __copy__(self) -> Entity:
        return self  # there is one object for each row

    def __deepcopy__(self, memo: dict[int, Any]) -> Entity:
        return self

    def __reduce__(self) -> Any:
        raise EntityError(
            f"{self!r} belongs to its session and cannot be pickled: send session.encode(entity), "
            "and let session.decode and session.merge make it an entity again"
        )

    def __setattr__(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, value)
        self._work.keep(self)

    def __ftrack_reference__(self) -> dict[str, str]:
        """Return how the protocol names this entity inside another one's data."""
        row, names = self._row, self.schema.primary_key
        if len(names) == 1:
            return {TYPE: self.entity_type, names[0]: str(row[names[0]])}
        return {TYPE: self.entity_type} | {name: str(row[name]) for name in names}

    @classmethod
    def encoded_values(cls, values: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return *values* for a new entity as they are recorded: as they are, without codecs."""
        return values

    def loaded(self, name: str) -> Any:
        """Return the value of *name* if it is here, else `NOT_SET`; it never asks the server."""
        if name in self._row or self._is_local(name):
            return self[name]
        self.schema.attribute(name)
        return NOT_SET

    def assigned(self, name: str) -> Any:
        """Return what was assigned to *name* and is not committed, else `NOT_SET`."""
        local = self._local
        return NOT_SET if local is None or name not in local else self[name]

    def _is_local(self, name: str) -> bool:
        """Whether *name* was assigned and is not committed, or follows from what was."""
        local = self._local
        return local is not None and (name in local or self.schema.follows.get(name) in local)

    def known(self, name: str) -> Any:
        """Return what the server is known to have as *name*, else `NOT_SET`; it never asks.

        The entities of a collection come as a list, a mapped attribute as a dictionary.
        """
        value = self._row.get(name, NOT_SET)
        if value.__class__ in _PLAIN:
            return value
        kind = self.schema.attribute(name).kind
        if kind is AttributeKind.COLLECTION:
            return [self._work.entity_of(one) for one in self._work.without_gone(value)]
        return (
            self.mapped_view(name).known()
            if kind is AttributeKind.MAPPED
            else self._present(name, value)
        )

    def mapped_view(self, name: str) -> MappedCollection:
        """Return the mapping that stands for a mapped attribute."""
        items = self.schema.mapped_items.get(name)
        if items is None:
            attribute = self.schema.attribute(name)
            raise EntityError(f"{self.entity_type}.{name} is a {attribute.kind.value}, no mapping")
        is_custom = items.is_custom
        return CustomAttributes(self, name) if is_custom else MappedCollection(self, name)

    def _load(self, name: str) -> Any:
        kind = self.schema.attribute(name).kind
        value = self._work.load(self, name)
        if value is NOT_SET and kind in (AttributeKind.COLLECTION, AttributeKind.MAPPED):
            return []
        return value

    def _local_value(self, name: str) -> Any:
        """Return what was assigned to *name* or follows from what was, else `NOT_SET`."""
        local = self._local or {}  # another thread may put others in their place meanwhile
        if name in local:
            return self._present_local(name, local[name])
        twin = self.schema.follows.get(name)
        return following(self, name, local[twin]) if twin in local else NOT_SET

    def _present_local(self, name: str, value: Any) -> Any:
        if value.__class__ is list and self.schema.attribute(name).kind is AttributeKind.COLLECTION:
            return self.collection_class(self, name)
        return self.mapped_view(name) if value.__class__ is Overlay else value

    def _present(self, name: str, value: Any) -> Any:
        schema = self.schema
        if name in schema.decoded_scalars:
            return decode_scalar(value)
        if name in schema.references:
            return self._referenced(name, value)
        if name in schema.mapped_items:
            return self._viewed(name)
        is_collection = schema.attribute(name).kind is _COLLECTION
        return self.collection_class(self, name) if is_collection else value

    def _viewed(self, name: str) -> MappedCollection:
        """Return the view of a mapped attribute and hold it, as `_referenced` does."""
        view = self.mapped_view(name)
        if view.__class__ in KEPT_VIEWS:
            self._see(name, view)
        return view

    def _referenced(self, name: str, row: dict[str, Any]) -> Entity:
        """Return the entity of *row* and hold it: a loop would make it anew at each look."""
        target = self._work.entity_of(row)
        if target._row is not row:  # noqa: SLF001
            self._row[name] = target._row  # noqa: SLF001 -- what is known of it is in one row
        self._see(name, target)
        return target

    def _see(self, name: str, target: Entity | MappedCollection) -> None:
        seen = self._seen
        if seen is None:
            set_seen(self, {name: target})
        else:
            seen[name] = target


class _Names(KeysView[str]):
    """The names of an entity's attributes; going through them loads their values."""

    _mapping: Entity

    def __iter__(self) -> Iterator[str]:
        self._mapping._work.load_all(self._mapping)  # noqa: SLF001 -- a view is a part of it
        return iter(self._mapping)


set_row: Callable[[Entity, dict[str, Any]], None]
set_row = Entity._row.__set__  # type: ignore[attr-defined]  # noqa: SLF001
"""Put a row in the place of an entity's own: the setter of the slot, past `__setattr__`."""

set_luggage: Callable[[Entity, Any], None] = Entity._luggage.__set__  # noqa: SLF001
"""Let an entity keep what came along with its row; None where it came in no answer."""

set_local: Callable[[Entity, dict[str, Any] | None], None]
set_local = Entity._local.__set__  # type: ignore[union-attr]  # noqa: SLF001
"""Replace the values that were assigned and not committed; None where there are none.

They are replaced and never changed: readers hold them, and so does the change of a create.
"""

set_seen: Callable[[Entity, dict[str, Entity | MappedCollection] | None], None]
set_seen = Entity._seen.__set__  # type: ignore[union-attr]  # noqa: SLF001
"""Replace what was looked at and is held; None where it is nothing."""


def forget_seen(entity: Entity) -> None:
    """Let go of the entities and mappings that were looked at; the next look finds them again."""
    if entity._seen is not None:  # noqa: SLF001 -- a part of it
        set_seen(entity, None)


def make_entity(
    cls: type[Entity],
    row: dict[str, Any],
    work: Work,
    luggage: Any = None,
    local: dict[str, Any] | None = None,
) -> Entity:
    """Return a new entity over *row*, past `Entity.__setattr__`, which is for its users.

    *luggage* is what came along with the row, *local* what is assigned from the beginning.
    """
    entity = cls.__new__(cls)
    set_row(entity, row)
    set_local(entity, local)
    set_seen(entity, None)
    if luggage is not None:  # nobody reads it: it is there to be kept
        set_luggage(entity, luggage)
    if cls._work is not work:
        entity.__dict__["_work"] = work
    return entity


def make_entities(cls: type[Entity], rows: Sequence[dict[str, Any]], luggage: Any) -> list[Entity]:
    """Return new entities of the class's own unit of work over *rows*; *luggage* came along.

    It takes no loop in Python.
    """
    entities = list(map(cls.__new__, repeat(cls, len(rows))))
    deque(map(set_row, entities, rows), maxlen=0)
    deque(map(set_local, entities, repeat(None)), maxlen=0)
    deque(map(set_seen, entities, repeat(None)), maxlen=0)
    deque(map(set_luggage, entities, repeat(luggage)), maxlen=0)
    return entities
